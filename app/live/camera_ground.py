"""Where the cameras of a seat stand and look, as columns: which lie near a place, in an area, and
which look at it. Made in a thread with the list (50 ms for 40,000), asked in a thread or, for one
place, anywhere (a millisecond).

A camera without a place (0, 0) is near nothing; one whose direction or form nobody has told is
neither said to look at a place nor not to: it is counted.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

import numpy as np

from app.core.camera_view import facing, opening
from app.core.directory import Camera
from app.core.sphere import Floats, bearing_deg, distance_m

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Rows = np.ndarray[Any, np.dtype[np.int64]]
Covers = Callable[[Floats, Floats], Flags]


class Near(NamedTuple):
    """Cameras, the nearest first, each with its metres and whether it looks at the place; of
    `total` so many were asked for. `unknown` of those within reach have no known direction, of
    `unplaced` nobody knows where they stand."""

    ids: tuple[str, ...] = ()
    metres: tuple[float, ...] = ()
    looks: tuple[bool, ...] = ()
    total: int = 0
    unknown: int = 0
    unplaced: int = 0


class CameraGround:
    """The columns of one list."""

    def __init__(self, cameras: Mapping[str, Camera]) -> None:
        every = list(cameras.values())
        n = len(every)
        self.ids = tuple(cameras)
        self.rows = {id_: row for row, id_ in enumerate(self.ids)}
        self.lon = np.fromiter((one.lon for one in every), np.float64, n)
        self.lat = np.fromiter((one.lat for one in every), np.float64, n)
        nowhere = (self.lon == 0.0) & (self.lat == 0.0)
        self.lon[nowhere] = self.lat[nowhere] = np.nan
        self.unplaced = int(nowhere.sum())
        nan = float("nan")
        angles = [(facing(one), opening(one)) for one in every]
        self.heading = np.fromiter((nan if a is None else a for a, _ in angles), np.float64, n)
        self.opening = np.fromiter((nan if b is None else b for _, b in angles), np.float64, n)

    def nearest(
        self,
        lon: float,
        lat: float,
        count: int,
        *,
        reach_m: float = 0.0,
        without: Collection[str] = (),
        looking_first: bool = False,
    ) -> Near:
        """The nearest `count`. Whether one looks at the place is judged within `reach_m`;
        `looking_first` puts these before nearer ones that do not. `without` leaves some out."""
        metres = distance_m(self.lon, self.lat, lon, lat)
        rows = np.flatnonzero(~np.isnan(metres) & self._kept(without))
        looks, unknown = self._looking(lon, lat, metres, reach_m)
        total = len(rows)
        found = rows[_smallest(metres[rows], count)]
        if looking_first:
            first = rows[looks[rows]]
            first = first[_smallest(metres[first], count)]
            found = np.concatenate((first, found[~np.isin(found, first)]))[:count]
        return self._near(found, metres, looks, total, int(unknown.sum()))

    def facing(self, lon: float, lat: float, reach_m: float, without: Collection[str] = ()) -> Near:
        """Those that look at a place: it lies within `reach_m` and within the angle that they see,
        its edge included."""
        metres = distance_m(self.lon, self.lat, lon, lat)
        looks, unknown = self._looking(lon, lat, metres, reach_m)
        kept = self._kept(without)
        rows = np.flatnonzero(looks & kept)
        rows = rows[_smallest(metres[rows], len(rows))]
        return self._near(rows, metres, looks, len(rows), int((unknown & kept).sum()))

    def within(
        self,
        covers: Covers,
        middle: tuple[float, float],
        count: int,
        without: Collection[str] = (),
    ) -> Near:
        """Those in an area, the nearest to its middle first, `count` at most."""
        there = np.flatnonzero(~np.isnan(self.lon) & self._kept(without))
        rows = there[covers(self.lon[there], self.lat[there])]
        metres = distance_m(self.lon, self.lat, *middle)
        order = _smallest(metres[rows], count)
        none = np.zeros(len(self.ids), np.bool_)
        return self._near(rows[order], metres, none, len(rows), 0)

    def _kept(self, without: Collection[str]) -> Flags:
        kept = np.ones(len(self.ids), np.bool_)
        kept[[self.rows[id_] for id_ in without if id_ in self.rows]] = False
        return kept

    def _looking(
        self, lon: float, lat: float, metres: Floats, reach_m: float
    ) -> tuple[Flags, Flags]:
        """Which look at a place, and which of those within reach nobody can tell it of."""
        with np.errstate(invalid="ignore"):
            close = metres <= reach_m
        rows = np.flatnonzero(close)
        towards = bearing_deg(self.lon[rows], self.lat[rows], lon, lat)
        aside = np.abs((towards - self.heading[rows] + 180.0) % 360.0 - 180.0)
        looks, unknown = np.zeros_like(close), np.zeros_like(close)
        with np.errstate(invalid="ignore"):
            seen = (aside <= self.opening[rows] / 2) | (metres[rows] == 0.0)
        told = ~(np.isnan(self.heading[rows]) | np.isnan(self.opening[rows]))
        looks[rows[seen & told]] = True
        unknown[rows[~told]] = True
        return looks, unknown

    def _near(self, rows: Rows, metres: Floats, looks: Flags, total: int, unknown: int) -> Near:
        return Near(
            tuple(self.ids[row] for row in rows.tolist()),
            tuple(metres[rows].tolist()),
            tuple(looks[rows].tolist()),
            total,
            unknown,
            self.unplaced,
        )


def _smallest(values: Floats, count: int) -> Rows:
    """Where the `count` smallest stand, in their order; of equal ones the first come first."""
    if count <= 0:
        return np.zeros(0, np.int64)
    if count < len(values):
        edge = np.partition(values, count - 1)[count - 1]
        there = np.flatnonzero(values <= edge)
    else:
        there = np.arange(len(values))
    order: Rows = there[np.argsort(values[there], kind="stable")][:count]
    return order


class CameraGrounds:
    """The ground of one list, made by whoever asks first; the others wait for it."""

    def __init__(self, cameras: Mapping[str, Camera]) -> None:
        self._cameras = cameras
        self._lock = threading.Lock()
        self._made: CameraGround | None = None

    def make(self) -> CameraGround:
        """The columns: in a thread the first time."""
        with self._lock:
            if self._made is None:
                self._made = CameraGround(self._cameras)
            return self._made
