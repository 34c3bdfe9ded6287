"""Distances on the ellipsoid: quick for many places, exact where it matters.

The ellipsoid of WGS-84; CGCS2000's differs by a tenth of a millimetre. `near` uses the radii of
curvature at the mean latitude (Bomford, "Geodesy"): against the geodesic it errs by less than
5 mm at 10 km, 40 cm at 50 km and 3 m at 100 km (latitudes to 55 degrees; checked by
tests/unit/gis/test_measure.py). What is farther, or has to be exact, asks `geod` (Karney 2013).
"""

from functools import cache
from typing import Any

import numpy as np

from app.gis.content import Floats
from app.registry import deferred

A = 6_378_137.0
_F = 1.0 / 298.257223563
E2 = _F * (2.0 - _F)
NEAR_M = 100_000.0
"""How far `near` is good for."""
_REACH, _TERMS = 0.5, 6  # half of NEAR_M in degrees, and a little; terms of its polynomials


@cache
def geod() -> Any:
    """pyproj's geodesics on this ellipsoid; loaded on first use."""
    return deferred("pyproj").Geod(ellps="WGS84")


def near(lon: Floats, lat: Floats, lon0: float, lat0: float) -> Floats:
    """Metres from one place to many, within NEAR_M of it."""
    # The metres of a radian east and north at the mean latitude, as polynomials of how far it lies
    # from lat0: a tenth of the time that sines take, and equal to 1e-12 within half a degree.
    nodes = np.cos(np.linspace(0.0, np.pi, _TERMS)) * _REACH
    east, north = (
        np.polyfit(nodes, values, _TERMS - 1)[::-1] * np.radians(1.0)
        for values in _radii(lat0 + nodes)
    )
    high = lat - lat0
    half = high * 0.5
    high *= _horner(north, half)
    wide = lon - lon0
    wide *= _horner(east, half)
    wide *= wide
    high *= high
    wide += high
    return np.sqrt(wide, out=wide)


def scales(lat: Floats) -> tuple[Floats, Floats]:
    """Metres of one degree of longitude and of latitude, at each latitude."""
    east, north = _radii(lat)
    return np.radians(east), np.radians(north)


def _radii(lat: Floats) -> tuple[Floats, Floats]:
    """Metres of a radian of longitude and of latitude."""
    sine = np.sin(np.radians(lat))
    root = 1.0 - E2 * sine * sine
    across = A / np.sqrt(root)
    return across * np.cos(np.radians(lat)), across * (1.0 - E2) / root


def _horner(terms: Floats, x: Floats) -> Floats:
    found = np.full(len(x), terms[-1])
    for term in terms[-2::-1].tolist():
        found *= x
        found += term
    return found


def error_m(radius_m: float) -> float:
    """More than `near` can err by at a distance, in metres: it grows with the third power."""
    return 0.001 + 3.0 * (radius_m / NEAR_M) ** 3


def exact(lon: Floats, lat: Floats, lon0: float, lat0: float) -> Floats:
    """Metres along the geodesic, from one place to many; to nanometres."""
    here = np.full(len(lon), lon0), np.full(len(lat), lat0)
    found: Floats = np.asarray(geod().inv(*here, lon, lat)[2], np.float64)
    return found


def distances(lon: Floats, lat: Floats, lon0: float, lat0: float) -> Floats:
    """Metres from one place to many, exact where they are far."""
    found = near(lon, lat, lon0, lat0)
    # A degree is never more than 112 km; beyond, the polynomials are not to be believed.
    far = np.flatnonzero((np.abs(lat - lat0) > 0.89) | ~(found < NEAR_M))
    if len(far):
        found[far] = exact(lon[far], lat[far], lon0, lat0)
    return found


def ring(lon0: float, lat0: float, radius_m: float, turns: Floats) -> Floats:
    """Places (n, 2) at a distance from one, in directions of `turns` degrees from north."""
    n = len(turns)
    lon, lat, _ = geod().fwd(np.full(n, lon0), np.full(n, lat0), turns, np.full(n, radius_m))
    return np.column_stack((lon, lat))


def box_of(lon0: float, lat0: float, radius_m: float) -> tuple[float, float, float, float]:
    """West, south, east, north of a circle, with a little to spare."""
    high = np.degrees(radius_m / (A * (1.0 - E2))) * 1.002 + 1e-9
    farthest = min(89.9, abs(lat0) + high)
    wide = np.degrees(radius_m / (A * np.cos(np.radians(farthest)))) * 1.002 + 1e-9
    return lon0 - wide, lat0 - high, lon0 + wide, lat0 + high
