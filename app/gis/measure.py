"""Distances, bearings and areas on the ellipsoid, and how an officer reads them.

By Karney's geodesics ("Algorithms for geodesics", J. Geodesy 2013) through pyproj. Edges are
geodesics, not the straight lines of the map: over 10 km they differ by less than a decimetre.
"""

from collections.abc import Sequence
from typing import ClassVar

import msgspec
import numpy as np

from app.core.corners import Corner
from app.core.message import Message, message
from app.core.privacy import Privacy
from app.gis.geodesy import geod

MU = 2000.0 / 3.0
"""Square metres of a 亩."""
_WINDS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


class Measured(msgspec.Struct, frozen=True):
    """A line or, closed, an area: metres and degrees from north of each edge, metres in all, square
    metres (0: not closed)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    edges_m: tuple[float, ...]
    bearings: tuple[float, ...]
    length_m: float
    area_m2: float


def measure(corners: Sequence[Corner], *, closed: bool = False) -> Measured:
    """A line through places in degrees WGS-84; raises ValueError for fewer than two."""
    ring = np.array([*corners, corners[0]] if closed else corners, np.float64)
    if len(corners) < 2:
        raise ValueError("a line has two places or more")
    lon, lat = ring.T
    turn, _, metres = geod().inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    area = abs(geod().polygon_area_perimeter(lon, lat)[0]) if closed and len(corners) > 2 else 0.0
    edges = tuple(float(value) for value in metres)
    bearings = tuple(float(value) % 360.0 for value in turn)
    return Measured(edges, bearings, sum(edges), float(area))


def along(corners: Sequence[Corner], metres: float) -> Corner:
    """The place at a distance along a line, its end where it is shorter."""
    done = measure(corners)
    for (lon, lat), edge, turn in zip(corners, done.edges_m, done.bearings, strict=False):
        if metres <= edge:
            east, north, _ = geod().fwd(lon, lat, turn, metres)
            return float(east), float(north)
        metres -= edge
    return corners[-1]


def metres_text(metres: float) -> str:
    """`850 m`, `12.35 km`."""
    if metres < 1000:
        return f"{metres:.1f} m" if metres < 10 else f"{metres:.0f} m"
    return f"{metres / 1000:.2f} km" if metres < 100_000 else f"{metres / 1000:.1f} km"


def area_message(square_metres: float) -> Message:
    """`0.85 km²（1,275 亩）`; in square metres where it is small."""
    if square_metres < 100_000:
        size = f"{square_metres:,.0f} m²"
    else:
        size = f"{square_metres / 1e6:,.{2 if square_metres < 1e8 else 1}f} km²"
    mu = square_metres / MU
    return message("maptool.area", size=size, mu=f"{mu:,.1f}" if mu < 100 else f"{mu:,.0f}")


def wind(bearing: float) -> Message:
    """The direction in words: `东北`."""
    return message(f"maptool.wind.{_WINDS[round(bearing / 45.0) % 8]}")
