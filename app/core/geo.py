"""Coordinates: everything inside is WGS-84/CGCS2000 longitude and latitude; the rest is made so.

GCJ-02 is the offset that Chinese map services apply, BD-09 a second one on top of it. Formulas and
constants: the published reverse-engineered ones (e.g. the eviltransform project), a = 6378245 m,
e2 = 0.006693421622965943. The inverse of GCJ-02 is found by fixed-point rounds: one step errs by up
to 2.5 m, six are exact to 1e-9 degrees. Whether a point lies in China is not asked: a source that
declares GCJ-02 is taken at its word. WGS-84 and CGCS2000 differ by decimetres and count as equal.
"""

from enum import StrEnum
from typing import Any

import numpy as np

Degrees = np.ndarray[Any, np.dtype[np.float64]]

_A = 6378245.0
_E2 = 0.006693421622965943
_BD = np.pi * 3000.0 / 180.0
_ROUNDS = 6


class Crs(StrEnum):
    """The datums a record may declare."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(lon: Degrees, lat: Degrees, crs: Crs) -> tuple[Degrees, Degrees]:
    """Longitudes and latitudes in degrees of a datum to WGS-84."""
    if crs is Crs.GCJ02:
        return gcj_to_wgs(lon, lat)
    if crs is Crs.BD09:
        return gcj_to_wgs(*bd_to_gcj(lon, lat))
    return lon, lat


def wgs_to_gcj(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """WGS-84 to GCJ-02."""
    x, y = lon - 105.0, lat - 35.0
    north = _wave_north(x, y)
    east = _wave_east(x, y)
    radians = np.radians(lat)
    magic = 1.0 - _E2 * np.sin(radians) ** 2
    root = np.sqrt(magic)
    shift_lat = np.degrees(north / ((_A * (1.0 - _E2)) / (magic * root)))
    shift_lon = np.degrees(east / (_A / root * np.cos(radians)))
    return lon + shift_lon, lat + shift_lat


def gcj_to_wgs(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 to WGS-84."""
    x, y = lon, lat
    for _ in range(_ROUNDS):
        there_x, there_y = wgs_to_gcj(x, y)
        x, y = x - (there_x - lon), y - (there_y - lat)
    return x, y


def gcj_to_bd(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 to BD-09."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd_to_gcj(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """BD-09 to GCJ-02, by fixed-point rounds like `gcj_to_wgs`."""
    x, y = lon - 0.0065, lat - 0.006
    for _ in range(_ROUNDS):
        there_x, there_y = gcj_to_bd(x, y)
        x, y = x - (there_x - lon), y - (there_y - lat)
    return x, y


def _wave_north(x: Degrees, y: Degrees) -> Degrees:
    metres = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    return metres + _common(x) + _ripple(y, ((20, 1), (40, 3), (160, 12), (320, 30)))


def _wave_east(x: Degrees, y: Degrees) -> Degrees:
    metres = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    return metres + _common(x) + _ripple(x, ((20, 1), (40, 3), (150, 12), (300, 30)))


def _common(x: Degrees) -> Degrees:
    return (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * 2.0 / 3.0


def _ripple(value: Degrees, terms: tuple[tuple[int, int], ...]) -> Degrees:
    total = np.zeros_like(value)
    for height, length in terms:
        total = total + height * np.sin(value * np.pi / length)
    return total * 2.0 / 3.0
