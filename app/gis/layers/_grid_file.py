"""The units below the districts: towns, villages and grids of a city's `grids.geojson`.

A feature has `level` (town, village, grid), `code`, `name` and `parent`, the code of what it lies
in; positions are CGCS2000 degrees, like those of `regions.geojson`.
"""

from typing import ClassVar

import msgspec

from app.city import City, city_folder
from app.config import ConfigError
from app.core.message import Message, Refusal, message
from app.core.outline import Ring
from app.core.privacy import Privacy
from app.gis._mend import mended
from app.gis._read_geojson import read_geojson
from app.gis.features import Features
from app.gis.settle import settled

FILE = "grids.geojson"
MAX_MB = 64


class Units(msgspec.Struct, frozen=True):
    """The units of a city, as columns of equal length."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    features: Features
    levels: tuple[str, ...]
    codes: tuple[str, ...]
    names: tuple[str, ...]
    names_en: tuple[str, ...]
    faults: tuple[Message, ...]


def read_units(city: City) -> Units | None:
    """All units of a city; None where it has none. Raises Refusal where the file is no good."""
    try:
        file = city_folder(city.read_from) / FILE
    except ConfigError:
        return None
    if not file.is_file():
        return None
    try:
        data = file.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise Refusal(message("maplayer.no_file", file=FILE, error=why)) from error
    if len(data) > MAX_MB * 1024 * 1024:
        mb = round(len(data) / 1024 / 1024)
        raise Refusal(message("maplayer.too_big", file=FILE, mb=mb, most=MAX_MB))
    found = settled(mended(read_geojson(data)), "cgcs2000")
    columns = dict(zip(found.columns, found.cells, strict=True))
    for name in ("level", "code", "name"):
        if name not in columns:
            raise Refusal(message("maplayer.no_column", file=FILE, column=name))
    names = columns["name"]
    english = columns.get("name_en", names)
    return Units(found, columns["level"], columns["code"], names, english, found.faults)


def unit_outlines(city: City, codes: frozenset[str]) -> dict[str, list[Ring]]:
    """The outlines of some units by their code, where the file has them and can be read."""
    if not codes:
        return {}
    try:
        units = read_units(city)
    except Refusal:
        return {}
    if units is None:
        return {}
    return {
        code: list(units.features.rings(number))
        for number, code in enumerate(units.codes)
        if code in codes
    }
