"""Distances and directions on the sphere, from many places to one: exact at any distance on a
sphere of the earth's mean radius R1 = 6 371 008.8 m (IUGG), which differs from the ellipsoid by up
to 0.56 %. For what has to be exact to the metre: `app.gis.geodesy`.

Haversine formula (Sinnott 1984) and the azimuth of a great circle; degrees, metres.
"""

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]

RADIUS_M = 6_371_008.8


def distance_m(lon: Floats, lat: Floats, lon0: float, lat0: float) -> Floats:
    """Metres from each place to one; NaN for a place that is none."""
    a, a0 = np.radians(lat), np.radians(lat0)
    high = np.sin((a - a0) / 2) ** 2
    wide = np.sin(np.radians(lon - lon0) / 2) ** 2
    half = np.clip(high + np.cos(a) * np.cos(a0) * wide, 0.0, 1.0)
    found: Floats = 2 * RADIUS_M * np.arcsin(np.sqrt(half))
    return found


def bearing_deg(lon: Floats, lat: Floats, lon0: float, lat0: float) -> Floats:
    """In which direction each place sees one: degrees from north, clockwise, 0 to 360. Of a place
    that is the same it is 0."""
    a, a0 = np.radians(lat), np.radians(lat0)
    turn = np.radians(lon0 - lon)
    east = np.sin(turn) * np.cos(a0)
    north = np.cos(a) * np.sin(a0) - np.sin(a) * np.cos(a0) * np.cos(turn)
    found: Floats = np.degrees(np.arctan2(east, north)) % 360.0
    return found
