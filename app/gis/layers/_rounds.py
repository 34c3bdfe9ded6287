"""Circles and sectors on the ground, as rings of places at a true distance (on WGS-84, by pyproj).

A circle drawn in degrees or in Web Mercator is no circle of metres; at 33° north it is a fifth off.
"""

import numpy as np
from pyproj import Geod

from app.core.outline import Ring

_ELLIPSOID = Geod(ellps="WGS84")
STEPS = 72


def circle(lon: float, lat: float, radius_m: float, steps: int = STEPS) -> Ring:
    """The places at a distance from one, closed, clockwise from north."""
    return _around(lon, lat, radius_m, np.linspace(0.0, 360.0, steps + 1))


def sector(lon: float, lat: float, radius_m: float, heading: float, angle: float) -> Ring:
    """A cone from a place: `angle` degrees wide around `heading` (from north, clockwise)."""
    if angle >= 360.0:
        return circle(lon, lat, radius_m, STEPS // 2)
    turns = heading + np.linspace(-angle / 2, angle / 2, max(3, round(angle / 10) + 1))
    middle = np.array([[lon, lat]])
    return np.concatenate((middle, _around(lon, lat, radius_m, turns), middle))


def _around(lon: float, lat: float, radius_m: float, turns: Ring) -> Ring:
    there = np.ones_like(turns)
    x, y, _ = _ELLIPSOID.fwd(lon * there, lat * there, turns, radius_m * there)
    return np.column_stack((x, y))
