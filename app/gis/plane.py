"""Metres around a place: degrees to a flat plane that is good for some hundred kilometres.

Lengths of a degree on the WGS-84 ellipsoid at the plane's centre (a = 6378137 m, 1/f =
298.257223563; radii of curvature as in any textbook of geodesy, e.g. Torge, Geodesy, 4.1.1).
"""

from typing import Any

import numpy as np

Pairs = np.ndarray[Any, np.dtype[np.float64]]

_A = 6378137.0
_E2 = 0.0066943799901413165


class Plane:
    """East and north in metres from a centre in WGS-84 degrees."""

    def __init__(self, lon: float, lat: float) -> None:
        self.lon, self.lat = lon, lat
        sine = np.sin(np.radians(lat))
        root = np.sqrt(1 - _E2 * sine**2)
        self.east = float(np.radians(1) * _A / root * np.cos(np.radians(lat)))
        self.north = float(np.radians(1) * _A * (1 - _E2) / root**3)

    def metres(self, pairs: Pairs) -> Pairs:
        """n x 2 degrees as n x 2 metres."""
        return (np.asarray(pairs, float) - (self.lon, self.lat)) * (self.east, self.north)
