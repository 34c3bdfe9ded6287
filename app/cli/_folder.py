"""Where a seat's databases and settings lie: one answer for every subcommand."""

from pathlib import Path

from platformdirs import user_data_path

CITY = "huaian"
SEAT = "desk"


def data_folder(given: Path | None, city: str = CITY, seat: str = SEAT) -> Path:
    """The folder that was given, else the platform's own for a seat of a city; without city and
    seat it is that of `python main.py` alone."""
    return given or user_data_path("chengmai", appauthor=False) / Path(city).name / seat
