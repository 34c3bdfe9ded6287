"""The units below the districts: towns, villages and grids of a city's `grids.geojson`.

A feature has `level` (town, village, grid), `code`, `name` and `parent`, the code of what it lies
in; positions are CGCS2000 degrees, like those of `regions.geojson`.
"""

from pathlib import Path

from app.city import City, city_folder
from app.config import ConfigError
from app.core.message import Refusal
from app.core.outline import Ring
from app.gis.layers._file import Placed, read_placed

FILE = "grids.geojson"


def grid_file(city: City) -> Path | None:
    """The file of a city; None where it has none."""
    try:
        file = city_folder(city.read_from) / FILE
    except ConfigError:
        return None
    return file if isinstance(file, Path) and file.is_file() else None


def read_grids(city: City) -> Placed | None:
    """All units of a city; None where it has none. Raises Refusal where the file is no good."""
    file = grid_file(city)
    home = (city.config.lon, city.config.lat)
    return None if file is None else read_placed(file, "cgcs2000", home, "name", "code")


def unit_outlines(city: City, codes: frozenset[str]) -> dict[str, list[Ring]]:
    """The outlines of some units by their code, where the file has them and can be read."""
    if not codes:
        return {}
    try:
        placed = read_grids(city)
    except Refusal:
        return {}
    if placed is None:
        return {}
    return {
        code: list(placed.features.rings(number))
        for number, code in enumerate(placed.ids)
        if code in codes
    }
