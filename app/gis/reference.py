"""What is known to lie right: outlines of regions, lines, and places with names.

Files are compared with it (`app.gis.datum`). The usual one is made of a city's `regions.geojson`
and key places; another may be read from any file in WGS-84/CGCS2000.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np
import shapely

from app.catalogue.outline import load_outlines
from app.city import City, city_folder
from app.config import ConfigError
from app.core.privacy import Privacy

Pairs = np.ndarray[Any, np.dtype[np.float64]]
"""n x 2: longitude and latitude in degrees, or easting and northing in metres."""


class Outline(msgspec.Struct, frozen=True):
    """One area: its rings (the outer and its holes, or several parts), and by what it is known."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    rings: tuple[Pairs, ...]
    code: str = ""
    names: tuple[str, ...] = ()


class Reference(msgspec.Struct, frozen=True):
    """The outlines, lines and named places that are right, in WGS-84 degrees."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    outlines: tuple[Outline, ...] = ()
    lines: tuple[Pairs, ...] = ()
    places: dict[str, tuple[float, float]] = {}  # by id and by name; a name of two is left out
    title: str = ""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all of it; raises ValueError where it is empty."""
        every = [ring for outline in self.outlines for ring in outline.rings]
        every += list(self.lines)
        if not every and self.places:
            every = [np.array(list(self.places.values()))]
        if not every:
            raise ValueError("an empty reference")
        low = np.min([ring.min(axis=0) for ring in every], axis=0)
        high = np.max([ring.max(axis=0) for ring in every], axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    @property
    def empty(self) -> bool:
        """Whether there is nothing to compare with."""
        return not (self.outlines or self.lines or self.places)


def of_city(city: City) -> Reference:
    """The known boundaries and key places of a city; empty where it has none."""
    try:
        rings = load_outlines(city_folder(city.read_from))
    except (ConfigError, OSError, msgspec.MsgspecError):
        rings = {}
    regions = city.catalog.regions
    outlines = tuple(
        Outline(
            tuple(np.asarray(ring, float) for ring in found),
            code,
            tuple(n for n in (regions[code].name_zh, regions[code].short_zh) if n)
            if code in regions
            else (),
        )
        for code, found in rings.items()
    )
    return Reference(outlines, places=_places(city), title=city.config.name_zh)


def _places(city: City) -> dict[str, tuple[float, float]]:
    named = [(item.id, item.name_zh, item.lon, item.lat) for item in city.points]
    named += [(item.id, item.name_zh, item.lon, item.lat) for item in city.cameras]
    found: dict[str, tuple[float, float]] = {}
    for id_, name, lon, lat in named:
        found[id_] = (lon, lat)
        if name:
            _once(found, name, (lon, lat))
    return {key: place for key, place in found.items() if np.isfinite(place[0])}


def _once(found: dict[str, tuple[float, float]], name: str, place: tuple[float, float]) -> None:
    """A name that two places bear tells nothing."""
    found[name] = place if name not in found else (np.nan, np.nan)


def matched(outlines: Sequence[Outline], known: Sequence[Outline]) -> list[tuple[Outline, Outline]]:
    """The outlines that are the same area, by code, else by name: (theirs, ours)."""
    by_code = {_code(item.code): item for item in known if item.code}
    by_name = {name: item for item in known for name in item.names}
    found: list[tuple[Outline, Outline]] = []
    for item in outlines:
        ours = by_code.get(_code(item.code)) if item.code else None
        ours = ours or next((by_name[name] for name in item.names if name in by_name), None)
        if ours is not None:
            found.append((item, ours))
    return found


def _code(code: str) -> str:
    """`370323`, `370323000000` and `156370323` are one county."""
    digits = code.strip().removeprefix("156") if len(code.strip()) == 9 else code.strip()
    return digits[:6] if len(digits) in (6, 12) and not digits[6:].strip("0") else digits


def rings_of(outlines: Iterable[Outline]) -> list[Pairs]:
    """All rings of some outlines."""
    return [ring for outline in outlines for ring in outline.rings]


def polygon(rings: Sequence[Pairs]) -> shapely.Geometry:
    """An area by even and odd, whatever its rings are."""
    area = shapely.Polygon()
    for ring in rings:
        if len(ring) >= 4:
            part = shapely.make_valid(shapely.Polygon(ring))
            area = shapely.symmetric_difference(area, part)
    return area
