"""What lies in a marked place, counted: by class, by district, by state; stocks are added up.

`count` is work for a thread; it touches the picture by single ids only.
"""

from collections import Counter
from collections.abc import Mapping
from typing import ClassVar

import msgspec
import numpy as np

from app.core.model import DeviceStatus, Event, Level, Sourced, Stock, Warning
from app.core.privacy import Privacy
from app.gis.content import Floats
from app.gis.drawn import Selector
from app.gis.fence_zone import Outlines
from app.gis.geodesy import geod
from app.gis.polygon import Polygon
from app.gis.selection import Selection
from app.live.picture import Picture

OUTSIDE = ""
"""The district of what lies in none."""


class LayerCount(msgspec.Struct, frozen=True):
    """Of one layer: how many, by class (names in both languages), by district (code, most first),
    by state (`EventStatus`, `DeviceState`, `Level`; without those of which nothing is known)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    total: int
    classes: dict[tuple[str, str], int]
    districts: dict[str, int]
    states: dict[str, int]


class StockSum(msgspec.Struct, frozen=True):
    """How much of one item lies in the area, at how many places."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    item: str
    unit: str
    quantity: float
    places: int


class AreaCount(msgspec.Struct, frozen=True):
    """Everything that is said of a marked place; square metres on the ellipsoid."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    area_m2: float
    total: int
    layers: dict[str, LayerCount]
    stocks: tuple[StockSum, ...]


class Districts:
    """The outlines of a city's districts, made once."""

    def __init__(self, outlines: Outlines) -> None:
        self._polygons = {
            code: Polygon([np.asarray(ring, np.float64) for ring in rings], even_odd=True)
            for code, rings in outlines.items()
            if rings
        }

    def count(self, lon: Floats, lat: Floats) -> dict[str, int]:
        """How many places each district holds; on a border the first district has it."""
        left = np.ones(len(lon), np.bool_)
        found: Counter[str] = Counter()
        for code, polygon in self._polygons.items():
            inside = polygon.covers(lon, lat) & left
            left &= ~inside
            found[code] = int(inside.sum())
        found[OUTSIDE] = int(left.sum())
        return {code: n for code, n in found.most_common() if n}


def count(
    selection: Selection,
    subjects: Mapping[str, str],
    picture: Picture,
    stocks: list[Sourced],
    districts: Districts,
) -> AreaCount:
    """Count a selection. `subjects` says what each layer's ids are (`Layer.subject`); `stocks` is a
    copy of the picture's, taken on the main loop; the picture is only asked for single ids."""
    layers = {
        layer: LayerCount(
            total=len(found.ids),
            classes=found.classes,
            districts=districts.count(found.lon, found.lat),
            states=_states(found.ids.tolist(), subjects.get(layer, ""), picture),
        )
        for layer, found in selection.layers.items()
    }
    selector = Selector(selection.area)
    lon, lat = selector.outline().T
    area_m2 = abs(float(geod().polygon_area_perimeter(lon, lat)[0]))
    return AreaCount(area_m2, selection.total, layers, _sums(selector, stocks))


def _states(ids: list[str], subject: str, picture: Picture) -> dict[str, int]:
    found: Counter[str] = Counter()
    table = {
        "event": picture.events,
        "warning": picture.warnings,
        "device": picture.devices,
        "camera": picture.devices,
    }.get(subject)
    for id_ in ids if table is not None else ():
        sourced = table.get(id_) if table is not None else None
        record = sourced.record if sourced is not None else None
        if isinstance(record, Event):
            found[record.status.value] += 1
        elif isinstance(record, DeviceStatus):
            found[record.state.value] += 1
        elif isinstance(record, Warning):
            found[record.level.value] += record.level is not Level.NONE
    return {state: n for state, n in found.most_common() if n}


def _sums(selector: Selector, stocks: list[Sourced]) -> tuple[StockSum, ...]:
    placed = [
        record
        for record in (sourced.record for sourced in stocks)
        if isinstance(record, Stock) and record.lon is not None and record.lat is not None
    ]
    if not placed:
        return ()
    lon = np.array([record.lon for record in placed], np.float64)
    lat = np.array([record.lat for record in placed], np.float64)
    sums: dict[tuple[str, str], list[float]] = {}
    for at in np.flatnonzero(selector.covers(lon, lat)).tolist():
        record = placed[at]
        sums.setdefault((record.item, record.unit), []).append(record.quantity)
    found = [StockSum(*key, sum(parts), len(parts)) for key, parts in sums.items()]
    return tuple(sorted(found, key=lambda item: item.item))
