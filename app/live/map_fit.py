"""Which zoom shows a box whole in a view of some pixels (EPSG:3857 in tiles of 256)."""

import math

from app.live.map_state import MAX_ZOOM, MIN_ZOOM, MapPlace

Box = tuple[float, float, float, float]
"""West, south, east, north: degrees."""
Size = tuple[float, float]
_TILE = 256.0
_MARGIN = 0.94  # of the view


def fit(box: Box, size: Size, foot: float = 0.0) -> MapPlace:
    """The zoom in steps of a quarter at which a box fills a view of `size` pixels, and the place in
    the view's middle then; `foot` are pixels at its lower edge that lines cover."""
    west, south, east, north = box
    low, high = _northing(south), _northing(north)
    spans = (((east - west) / 360.0, size[0]), (high - low, size[1] - foot))
    zooms = [math.log2(pixels * _MARGIN / _TILE / span) for span, pixels in spans if span > 0]
    zoom = math.floor(min(zooms, default=MAX_ZOOM) * 4) / 4
    zoom = min(MAX_ZOOM, max(MIN_ZOOM, zoom))
    middle = (low + high) / 2 - foot / 2 / (_TILE * 2.0**zoom)
    lat = math.degrees(math.atan(math.sinh(2 * math.pi * middle)))
    return MapPlace((west + east) / 2, lat, zoom)


def lost_by_half(size: Size) -> float:
    """By how much a view of half the width has to zoom out, so that the square or the height in the
    middle of the whole one is still seen; in steps of a quarter, 0 where it fits anyhow."""
    wide, high = size
    if wide <= 0 or high <= 0:
        return 0.0
    return math.ceil(max(0.0, math.log2(min(wide, high) / min(wide / 2, high))) * 4) / 4


def size_of(box: Box, zoom: float) -> Size:
    """The pixels of a view that shows a box (EPSG:3857 in tiles of 256)."""
    west, south, east, north = box
    scale = _TILE * 2.0**zoom
    return (east - west) / 360.0 * scale, (_northing(north) - _northing(south)) * scale


def _northing(lat: float) -> float:
    """In world widths, from the equator."""
    return math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
