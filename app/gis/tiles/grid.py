"""The grid of tiles: Web Mercator (EPSG:3857), z/x/y with y from the north, and how GCJ-02's lies
beside it.

Formulas: OGC 17-083r4, annex D.1 (WebMercatorQuad); half the world is 20037508.342789244 m.
"""

import math
from collections.abc import Iterator

import numpy as np

from app.core.geo import wgs_to_gcj

HALF_M = 20037508.342789244
MAX_LAT = 85.05112877980659

Box = tuple[float, float, float, float]
"""West, south, east, north."""


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    """The tile that a place lies in; what is outside of the grid is put at its edge."""
    x, y = position(lon, lat, z)
    last = (1 << z) - 1
    return min(max(int(x), 0), last), min(max(int(y), 0), last)


def position(lon: float, lat: float, z: int) -> tuple[float, float]:
    """A place in units of tiles from the grid's north-west corner."""
    count = 1 << z
    lat = min(max(lat, -MAX_LAT), MAX_LAT)
    x = (lon + 180.0) / 360.0
    y = (1.0 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2.0
    return x * count, y * count


def place(x: float, y: float, z: int) -> tuple[float, float]:
    """Longitude and latitude of a position: the inverse of `position`."""
    count = 1 << z
    lat = math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * y / count))))
    return x / count * 360.0 - 180.0, lat


def degrees_of(z: int, x: int, y: int) -> Box:
    """A tile's box in degrees."""
    west, north = place(x, y, z)
    east, south = place(x + 1, y + 1, z)
    return west, south, east, north


def metres_of(z: int, x: int, y: int) -> Box:
    """A tile's box in metres of EPSG:3857."""
    edge = 2 * HALF_M / (1 << z)
    west, north = x * edge - HALF_M, HALF_M - y * edge
    return west, north - edge, west + edge, north


def spans(box: Box, z: int) -> tuple[int, int, int, int]:
    """First and last column, first and last row (from the north) of the tiles of a box."""
    west, south, east, north = box
    first, top = tile_of(west, north, z)
    last, bottom = tile_of(east, south, z)
    return first, last, top, bottom


def count(box: Box, zooms: range) -> int:
    """Tiles of a box over some zooms."""
    total = 0
    for z in zooms:
        first, last, top, bottom = spans(box, z)
        total += (last - first + 1) * (bottom - top + 1)
    return total


def tiles(box: Box, zooms: range) -> Iterator[tuple[int, int, int]]:
    """The tiles of a box, coarse before fine, so that an interrupted download is of use."""
    for z in zooms:
        first, last, top, bottom = spans(box, z)
        for y in range(top, bottom + 1):
            for x in range(first, last + 1):
                yield z, x, y


def shift(z: int, x: int, y: int) -> tuple[float, float]:
    """How far GCJ-02's grid lies from ours at the middle of a tile, in tiles east and south: the
    place at (x + 0.5, y + 0.5) of ours is at (x + 0.5 + dx, y + 0.5 + dy) of theirs.

    Over one tile the shift varies by a pixel at most, at any zoom (by 0.64 in 99 of 100 places of
    China; tests/property/test_tile_grid.py), so a tile may be drawn as it is, moved by this much.
    """
    lon, lat = place(x + 0.5, y + 0.5, z)
    there_lon, there_lat = wgs_to_gcj(np.float64(lon), np.float64(lat))  # type: ignore[arg-type]
    there_x, there_y = position(float(there_lon), float(there_lat), z)
    return there_x - (x + 0.5), there_y - (y + 0.5)
