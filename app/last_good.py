"""The last good version of a city: a copy of its files in the seat's data folder.

A city whose files became faulty opens with that copy, and the seat says so; the wall never stays
empty because of a comma.
"""

import shutil
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from app.city import City, city_folder, load_city
from app.config import ConfigError
from app.core.message import Message, message

FOLDER = "last-good"
KEPT = (".toml", ".csv", ".geojson")
_VERSION = "version"


def open_city(name: str, data: Path) -> tuple[City, list[Message]]:
    """The city of a name or folder, and what is to be said about it.

    Where its files cannot be used it is the last good copy in `data`, with the fault; raises
    ConfigError where there is no such copy.
    """
    kept = _kept(name, data)
    try:
        city = load_city(name)
    except ConfigError as error:
        try:
            good = load_city(kept)
        except ConfigError:
            raise error from None
        city = msgspec.structs.replace(good, name=Path(name).name, place=name, read_from=str(kept))
        return city, [error.reason, message("cities.kept", version=city.version)]
    return city, keep_good(city, data)


def keep_good(city: City, data: Path) -> list[Message]:
    """Copy the files of a city that was just read; gives what went wrong with it."""
    kept = _kept(city.place, data)
    try:
        if not _holds(kept, city.version):
            _copy(city_folder(city.place), kept, city.version)
    except OSError as error:
        return [message("cities.not_kept", error=error.strerror or str(error))]
    return []


def _kept(name: str, data: Path) -> Path:
    return data / FOLDER / Path(name).name


def _holds(kept: Path, version: str) -> bool:
    marker = kept / _VERSION
    return marker.is_file() and marker.read_text(encoding="utf-8") == version


def _copy(folder: Traversable, kept: Path, version: str) -> None:
    """Beside the old copy first: a broken one never stands where a good one stood."""
    fresh = kept.with_name(f"{kept.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for item in folder.iterdir():
        if item.is_file() and item.name.endswith(KEPT):
            (fresh / item.name).write_bytes(item.read_bytes())
    (fresh / _VERSION).write_text(version, encoding="utf-8")
    shutil.rmtree(kept, ignore_errors=True)
    fresh.rename(kept)
