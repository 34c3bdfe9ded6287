"""Things that move: buses between two places each, as a pure function of time."""

import math

import numpy as np

from app.core.directory import Point
from app.core.model import Ms, Position
from app.sim.noise import salt, uniform

BUSES = 120
EVERY = 10_000
SPEED = 7.5  # m/s, with stops
_METRES_PER_DEGREE = 111_320.0


class Buses:
    """The layer `bus`."""

    def __init__(self, seed: int, points: list[Point]) -> None:
        hubs = [point for point in points if point.kind in ("bus_hub", "mall", "rail_station")]
        self._lines: list[tuple[Point, Point, float, int]] = []
        by_region: dict[str, list[Point]] = {}
        for hub in hubs:
            by_region.setdefault(hub.region, []).append(hub)
        chance = uniform(salt(seed, "bus"), np.arange(BUSES * 3)).reshape(BUSES, 3)
        for first, second, phase in chance if hubs else ():
            begin = hubs[int(first * len(hubs))]
            near = by_region[begin.region]
            end = near[int(second * len(near))]
            length = _metres(begin, end)
            if length > 200.0:
                self._lines.append((begin, end, length, int(phase * 3_600_000)))

    def between(self, since: Ms, until: Ms) -> list[Position]:
        """The positions told every ten seconds, if such a moment lies in (since, until]."""
        moment = until // EVERY * EVERY
        return self.at(moment) if moment > since else []

    def at(self, moment: Ms) -> list[Position]:
        """Where every bus is."""
        return [self._position(number, line, moment) for number, line in enumerate(self._lines, 1)]

    def _position(self, number: int, line: tuple[Point, Point, float, int], moment: Ms) -> Position:
        begin, end, length, phase = line
        gone = (moment + phase) / 1000.0 * SPEED % (2.0 * length)
        out = gone <= length
        part = gone / length if out else 2.0 - gone / length
        east = (end.lon - begin.lon) * math.cos(math.radians(begin.lat))
        course = math.degrees(math.atan2(east, end.lat - begin.lat))
        return Position(
            id=f"demo-bus:{number:04d}",
            layer="bus",
            lon=round(begin.lon + part * (end.lon - begin.lon), 6),
            lat=round(begin.lat + part * (end.lat - begin.lat), 6),
            observed=moment,
            heading=round((course if out else course + 180.0) % 360.0, 1) % 360.0,
            speed=SPEED,
        )


def _metres(first: Point, second: Point) -> float:
    east = (second.lon - first.lon) * math.cos(math.radians(first.lat))
    return math.hypot(east, second.lat - first.lat) * _METRES_PER_DEGREE
