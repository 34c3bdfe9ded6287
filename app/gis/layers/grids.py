"""Grids of five levels (五级网格): city, district, town, village, grid; the finer the nearer.

City and districts from `regions.geojson`, the others from the city's `grids.geojson`. Where a level
is not there, the next coarser is shown.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import shapely

from app.core.message import Message, Refusal, message
from app.core.outline import Ring
from app.core.privacy import Privacy
from app.gis.content import Content, ShapeStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, options_of
from app.gis.layers._districts import centre, outlines
from app.gis.layers._grid_file import read_units
from app.gis.layers._shapes import Gathered
from app.gis.layers._words import plain

LEVELS = ("city", "district", "town", "village", "grid")
_FROM = (0.0, 8.0, 10.0, 12.0, 14.0)
"""The zoom from which on each level is shown."""
_STYLES = tuple(
    ShapeStyle(line=line, width=width, dash=dash, name_zh=name_zh, name_en=name_en)
    for line, width, dash, name_zh, name_en in (
        ("text2", 2.5, (), "市", "City"),
        ("text2", 2.0, (), "县区", "District"),
        ("text3", 1.5, (), "乡镇街道", "Town"),
        ("text3", 1.0, (), "村社区", "Village"),
        ("text3", 1.0, (3.0, 3.0), "网格", "Grid"),
    )
)
Boxes = np.ndarray[Any, np.dtype[np.float64]]


class Unit(NamedTuple):
    """One unit of a level."""

    code: str
    name_zh: str
    name_en: str
    rings: list[Ring]
    place: tuple[float, float] | None


class Grids(Layer, kind="grids"):
    """Outlines with names, of the level that suits the zoom."""

    class Options(LayerOptions, frozen=True):
        """`level` stays at one level."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        level: Literal["", "city", "district", "town", "village", "grid"] = ""

    subject = "region"
    ages = False
    every_ms = 200
    follows_view = True

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        self._units: dict[str, list[Unit]] | None = None
        self._boxes: dict[str, Boxes] = {}
        self._faults: list[Message] = []

    def make(self, taken: Any, ask: Ask) -> Content:
        """The units of the level in the box of the views."""
        if self._units is None:
            self._units = self._all()
            self._boxes = {level: _boxes(units) for level, units in self._units.items()}
        if not any(self._units.values()):
            return Content(connected=False, faults=(message("maplayer.no_outlines"),))
        level = self._level(ask)
        units = self._units[level]
        found = Gathered((_STYLES[LEVELS.index(level)],), closed=True)
        for number in np.flatnonzero(_touching(self._boxes[level], ask.box)):
            unit = units[number]
            if plain(ask.filter) in plain(f"{unit.code} {unit.name_zh} {unit.name_en}"):
                name = ask.pick(unit.name_zh, unit.name_en)
                found.add(unit.code, unit.rings, 0, name, unit.place)
        shapes = found.shapes(0.0)
        return Content(
            shapes=(shapes,) if shapes else (), count=len(units), faults=tuple(self._faults)
        )

    def _level(self, ask: Ask) -> str:
        """The finest level that there is and that this zoom can show."""
        assert self._units is not None
        if self.options.level:
            fits = LEVELS[: LEVELS.index(self.options.level) + 1]
        else:
            fits = tuple(
                level for level, least in zip(LEVELS, _FROM, strict=True) if ask.zoom >= least
            )
        there = [level for level in fits if self._units[level]]
        return there[-1] if there else next(level for level in LEVELS if self._units[level])

    def _all(self) -> dict[str, list[Unit]]:
        units: dict[str, list[Unit]] = {level: [] for level in LEVELS}
        city = self.ground.city
        known = dict(outlines(city))
        whole = known.pop(city.config.code, None) or _union(list(known.values()))
        if whole:
            config = city.config
            place = (config.lon, config.lat)
            units["city"].append(Unit(config.code, config.name_zh, config.name_en, whole, place))
        finer = list(self._finer())
        below = {unit.code for _, unit in finer}
        for code, rings in known.items():
            region = city.catalog.regions.get(code)
            names = (region.short_zh, region.name_en) if region else (code, code)
            if code not in below:
                units["district"].append(Unit(code, *names, rings, centre(city, code)))
        for level, unit in finer:
            units[level].append(unit)
        return units

    def _finer(self) -> Iterator[tuple[str, Unit]]:
        """Towns, villages and grids of the file."""
        try:
            read = read_units(self.ground.city)
        except Refusal as refusal:
            self._faults.append(refusal.reason)
            return
        if read is None:
            self._faults.append(message("maplayer.no_grids"))
            return
        self._faults.extend(read.faults)
        for number, level in enumerate(read.levels):
            if level in LEVELS:
                rings = list(read.features.rings(number))
                names = (read.names[number], read.names_en[number])
                yield level, Unit(read.codes[number], *names, rings, None)


def _union(parts: list[list[Ring]]) -> list[Ring]:
    """The outline around districts; slivers between them are closed within some ten metres."""
    if not parts:
        return []
    areas = [shapely.polygons(rings[0], rings[1:] or None) for rings in parts]
    whole = shapely.unary_union(shapely.buffer(areas, 2e-4, join_style="mitre"))
    whole = shapely.buffer(whole, -2e-4, join_style="mitre")
    return [shapely.get_coordinates(part.exterior) for part in shapely.get_parts(whole)]


def _boxes(units: list[Unit]) -> Boxes:
    """West, south, east, north of each unit."""
    low_high = [np.concatenate(unit.rings) for unit in units]
    return np.array(
        [(*ring.min(axis=0), *ring.max(axis=0)) for ring in low_high], np.float64
    ).reshape(-1, 4)


def _touching(
    boxes: Boxes, view: tuple[float, float, float, float]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    west, south, east, north = view
    wide, high = (east - west) / 4.0, (north - south) / 4.0
    return np.asarray(
        (boxes[:, 0] <= east + wide)
        & (boxes[:, 2] >= west - wide)
        & (boxes[:, 1] <= north + high)
        & (boxes[:, 3] >= south - high)
    )
