"""Which projections of China would put a place of unknown metres near a city."""

import numpy as np

from app.gis.crs import UnknownCrs, to_wgs84
from app.gis.reference import Pairs

# In the order of likelihood: CGCS2000 by central meridian and by zone, Web Mercator, UTM, and the
# old datums, which lie up to some hundred metres off without a city's own parameters.
_CODES = (
    *range(4534, 4555),
    *range(4513, 4534),
    *range(4502, 4513),
    *range(4491, 4502),
    3857,
    *range(32643, 32654),
    *range(2349, 2391),
    *range(2327, 2349),
    *range(2401, 2443),
)
_MARGIN = 0.5  # degrees around what is known


def projections(middle: Pairs, box: tuple[float, float, float, float]) -> list[tuple[str, bool]]:
    """The systems in which the place lies inside the box (west, south, east, north, a little
    widened), the likeliest first, and whether its numbers are then north before east."""
    west, south, east, north = box
    found: list[tuple[str, bool]] = []
    for code in _CODES:
        for swap in (False, True):
            x, y = middle[::-1] if swap else middle
            try:
                lon, lat = to_wgs84(np.array([x]), np.array([y]), f"EPSG:{code}")
            except UnknownCrs:
                continue
            inside_lon = west - _MARGIN <= lon[0] <= east + _MARGIN
            if inside_lon and south - _MARGIN <= lat[0] <= north + _MARGIN:
                found.append((f"EPSG:{code}", swap))
    return found
