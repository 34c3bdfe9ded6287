"""Rain between the gauges: intensity now, weighted by the inverse square of the distance.

An estimate, and it says so. Shepard's method (1968, power 2) over the eight nearest gauges; further
than `reach_km` from every gauge, and outside of the city, nothing is painted. Gauges that are
silent or odd are left out.
"""

from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise
from typing import Annotated, ClassVar, NamedTuple

import msgspec
import numpy as np
import shapely

from app.core.catalog import MINUTE
from app.core.condition import DeviceCondition
from app.core.keys import reading_key
from app.core.message import message
from app.core.model import Held
from app.core.outline import Ring
from app.core.privacy import Privacy
from app.gis.content import Bytes, Content, Flags, Floats, LegendStep, Raster
from app.gis.frames import degrees, unit_square
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, bad_option, options_of
from app.gis.layers._districts import outlines
from app.gis.layers._numbers import written
from app.live.hub import Kind
from app.live.picture import Picture
from app.registry import deferred

CELLS = 160
NEAREST = 8
RAMP = tuple(f"sequential.{step}" for step in range(1, 7))
_METRES = 40_075_016.686


class Taken(NamedTuple):
    """Newest values and conditions, in the order of the gauges."""

    readings: list[Held | None]
    conditions: list[DeviceCondition | None]


class Rain(Layer, kind="rain"):
    """A raster from the readings of one quantity of the city's devices."""

    class Options(LayerOptions, frozen=True):
        """`quantity` is what the gauges measure, times `factor` it is shown in `unit`; `breaks` are
        the lower limits of six shades (mm/h: light, moderate, heavy, torrential...); older than
        `max_age_min` does not count."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        quantity: str = "rain.depth"
        factor: float = 60.0
        unit: str = "mm/h"
        breaks: tuple[float, float, float, float, float, float] = (0.1, 2.5, 8.0, 16.0, 32.0, 64.0)
        reach_km: Annotated[float, msgspec.Meta(gt=0, le=200)] = 20.0
        max_age_min: Annotated[float, msgspec.Meta(gt=0)] = 30.0

    needs = frozenset({Kind.READING, Kind.DEVICE})
    every_ms = 10_000

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        if any(np.diff(self.options.breaks) <= 0):
            raise bad_option(config, "options.breaks", "six limits, each above the last")
        kinds = {
            kind.code for kind in ground.city.device_kinds if kind.quantity == self.options.quantity
        }
        self._gauges = [device for device in ground.city.devices if device.kind in kinds]
        self.brought = bool(self._gauges)
        self._ids = [gauge.id for gauge in self._gauges]
        self._keys = [
            reading_key(self.options.quantity, gauge.region, gauge.foreign_id)
            for gauge in self._gauges
        ]

    def take(self, picture: Picture) -> Taken:
        """Its gauges' values and conditions."""
        return Taken(
            list(map(picture.readings.get, self._keys)),
            list(map(picture.conditions.get, self._ids)),
        )

    def make(self, taken: Taken, ask: Ask) -> Content:
        """The raster, where there are gauges enough."""
        rows = [row for row in range(len(self._gauges)) if self._counts(taken, row, ask)]
        if len(rows) < 3:
            return Content(
                connected=any(held is not None for held in taken.readings),
                faults=(message("maplayer.few_gauges", n=len(rows)),),
                estimated=True,
            )
        held = [found for row in rows if (found := taken.readings[row]) is not None]
        value = np.array([item.reading.value for item in held]) * self.options.factor
        lon = np.array([self._gauges[row].lon for row in rows])
        lat = np.array([self._gauges[row].lat for row in rows])
        moments = [item.reading.as_of for item in held]
        left_out = len(self._gauges) - len(rows)
        return Content(
            raster=self._raster(lon, lat, value),
            count=len(rows),
            newest=max(moments),
            oldest=min(moments),
            sources=tuple(sorted({item.source for item in held})),
            steps=self._steps(),
            unit=self.options.unit,
            estimated=True,
            faults=(message("maplayer.gauges_left_out", n=left_out),) if left_out else (),
        )

    def _counts(self, taken: Taken, row: int, ask: Ask) -> bool:
        """Whether a gauge's value is new enough and can be believed."""
        held, condition = taken.readings[row], taken.conditions[row]
        if held is None or ask.now - held.reading.as_of > self.options.max_age_min * MINUTE:
            return False
        return condition is None or condition.condition.is_usable

    def _raster(self, lon: Floats, lat: Floats, value: Floats) -> Raster:
        x, y = unit_square(lon, lat)
        shrink = float(np.cos(np.radians(lat.mean())))
        reach = self.options.reach_km * 1000.0 / (_METRES * shrink)  # in the unit square, here
        west, east = float(x.min() - reach), float(x.max() + reach)
        north, south = float(y.min() - reach), float(y.max() + reach)
        step = max(east - west, south - north) / CELLS
        across = np.arange(west + step / 2, east, step)
        down = np.arange(north + step / 2, south, step)
        grid = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
        found = interpolated(np.column_stack((x, y)), value, grid, reach)
        found[~self._within(*degrees(grid[:, 0], grid[:, 1]))] = np.nan
        corner_lon, corner_lat = degrees(
            np.array([west, west + step * len(across)]), np.array([north + step * len(down), north])
        )
        return Raster(
            value=self._shaded(found).reshape(len(down), len(across)),
            west=float(corner_lon[0]),
            south=float(corner_lat[0]),
            east=float(corner_lon[1]),
            north=float(corner_lat[1]),
            ramp=RAMP,
            opacity=0.6,
        )

    def _within(self, lon: Floats, lat: Floats) -> Flags:
        """Which places lie in the city, where its outlines are known: what its gauges say beyond
        is not this city's to show."""
        areas = [shapely.polygons(rings[0], rings[1:] or None) for rings in self._outlines.values()]
        if not areas:
            return np.ones(len(lon), np.bool_)
        whole = shapely.union_all(areas)
        shapely.prepare(whole)
        return np.asarray(shapely.contains_xy(whole, lon, lat), np.bool_)

    @cached_property
    def _outlines(self) -> Mapping[str, list[Ring]]:
        return outlines(self.ground.city)

    def _shaded(self, value: Floats) -> Bytes:
        """0 for dry and for unknown, else one step of the ramp for each shade."""
        shade = np.searchsorted(self.options.breaks, np.nan_to_num(value), side="right")
        steps = np.linspace(1.0, 255.0, len(RAMP))
        return np.where(shade == 0, 0.0, steps[np.maximum(shade, 1) - 1]).astype(np.uint8)

    def _steps(self) -> tuple[LegendStep, ...]:
        limits = self.options.breaks
        texts = [f"{low:g} – {high:g}" for low, high in pairwise(limits)]
        texts.append(f"≥ {written(limits[-1], 0)}")
        return tuple(LegendStep(*pair) for pair in zip(RAMP, texts, strict=True))


def interpolated(places: Floats, value: Floats, wanted: Floats, reach: float) -> Floats:
    """Values at `wanted` (m x 2) from those at `places` (n x 2), by inverse squares of distances of
    the nearest; at a place its own value, NaN further than `reach` from all."""
    tree = deferred("scipy.spatial").cKDTree(places)
    most = min(NEAREST, len(places))
    distance, index = tree.query(wanted, k=most)
    distance, index = distance.reshape(-1, most), index.reshape(-1, most)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = 1.0 / distance**2
        found = (weight * value[index]).sum(axis=1) / weight.sum(axis=1)
    exact = distance[:, 0] == 0.0
    found[exact] = value[index[exact, 0]]
    return np.where(distance[:, 0] <= reach, found, np.nan)
