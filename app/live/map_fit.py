"""Which zoom shows a box whole in a view of some pixels (EPSG:3857 in tiles of 256)."""

import math

from app.live.map_state import MAX_ZOOM, MIN_ZOOM, MapPlace

Box = tuple[float, float, float, float]
"""West, south, east, north: degrees."""
Size = tuple[float, float]
_TILE = 256.0
_MARGIN = 0.94  # of the view


def fit(box: Box, size: Size) -> MapPlace:
    """The middle of a box, and the zoom in steps of a quarter at which it fills the view."""
    west, south, east, north = box
    low, high = _northing(south), _northing(north)
    spans = (((east - west) / 360.0, size[0]), (high - low, size[1]))
    zooms = [math.log2(pixels * _MARGIN / _TILE / span) for span, pixels in spans if span > 0]
    zoom = math.floor(min(zooms, default=MAX_ZOOM) * 4) / 4
    lat = math.degrees(math.atan(math.sinh(math.pi * (low + high))))
    return MapPlace((west + east) / 2, lat, min(MAX_ZOOM, max(MIN_ZOOM, zoom)))


def _northing(lat: float) -> float:
    """In world widths, from the equator."""
    return math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
