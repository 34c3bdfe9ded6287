"""Which projections of China would put a place of unknown metres near a city.

Found from the numbers alone (the easting says how far from a zone's middle meridian, to some 100 m
a degree), so that only the few that fit are asked of PROJ.
"""

from typing import NamedTuple

import numpy as np

from app.gis.crs import UnknownCrs, to_wgs84
from app.gis.reference import Pairs

_MARGIN = 0.5  # degrees around what is known
_ROUGH = 0.3  # degrees by which the estimate of a longitude may err
_METRES_OF_A_DEGREE = 111_320.0


class _Family(NamedTuple):
    """EPSG codes one after the other, from west (75° E) to east (135° E)."""

    first: int
    step: int  # degrees from one middle meridian to the next
    zone: int = 0  # of the first, where its number stands before the easting


# In the order of likelihood: CGCS2000 by meridian and by zone, UTM, and the old datums, which lie
# up to some hundred metres off without a city's own parameters (Xian 1980, then Beijing 1954).
_FAMILIES = (
    _Family(4534, 3),
    _Family(4513, 3, 25),
    _Family(4502, 6),
    _Family(4491, 6, 13),
    _Family(32643, 6),
    _Family(2370, 3),
    _Family(2349, 3, 25),
    _Family(2338, 6),
    _Family(2327, 6, 13),
    _Family(2422, 3),
    _Family(2401, 3, 25),
)
_WEB_MERCATOR = 3857


def projections(middle: Pairs, box: tuple[float, float, float, float]) -> list[tuple[str, bool]]:
    """The systems in which the place lies inside the box (west, south, east, north, a little
    widened), the likeliest first, and whether its numbers are then north before east."""
    west, south, east, north = box
    found: list[tuple[str, bool]] = []
    seen: set[tuple[float, float]] = set()  # of two systems of one meaning the likelier stays
    for swap in (False, True):
        x, y = middle[::-1] if swap else middle
        for code in _candidates(float(x), box):
            try:
                lon, lat = to_wgs84(np.array([x]), np.array([y]), f"EPSG:{code}")
            except UnknownCrs:
                continue
            inside_lon = west - _MARGIN <= lon[0] <= east + _MARGIN
            here = round(float(lon[0]), 7), round(float(lat[0]), 7)
            if inside_lon and south - _MARGIN <= lat[0] <= north + _MARGIN and here not in seen:
                seen.add(here)
                found.append((f"EPSG:{code}", swap))
    return found


def _candidates(x: float, box: tuple[float, float, float, float]) -> list[int]:
    west, south, east, north = box
    degree = _METRES_OF_A_DEGREE * float(np.cos(np.radians((south + north) / 2)))
    slack = _MARGIN + _ROUGH
    found = []
    for family in _FAMILIES:
        for number in range(60 // family.step + 1):
            false_east = 500_000.0 + (family.zone + number) * 1e6 * bool(family.zone)
            lon = 75 + number * family.step + (x - false_east) / degree
            if west - slack <= lon <= east + slack:
                found.append(family.first + number)
    return [*found, _WEB_MERCATOR]
