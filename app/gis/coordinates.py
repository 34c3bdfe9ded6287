"""One place in every datum, for its card and for the clipboard.

WGS-84 and CGCS2000 are one here (they differ by decimetres); GCJ-02 and BD-09 as map services have
them; CGCS2000 in metres of the 3-degree Gauss-Krüger zone that the place lies in, with the zone
before the easting as the survey writes it (GB/T 17278: EPSG:4513 for zone 25 to EPSG:4533 for 45).

The projection is Krüger's series in the third flattening to its fourth power (Karney, "Transverse
Mercator with an accuracy of a few nanometers", J. Geodesy 2011), good to a micrometre in a zone: a
card opens in the windows' thread, where loading PROJ would be felt.
"""

import math
from typing import ClassVar

import msgspec
import numpy as np

from app.core.geo import gcj_to_bd, wgs_to_gcj
from app.core.message import Message, message
from app.core.privacy import Privacy

FIRST_ZONE, LAST_ZONE = 25, 45
_EPSG_OF_ZONE_0 = 4488
_A, _F = 6_378_137.0, 1 / 298.257222101  # CGCS2000
_N = _F / (2 - _F)
_RADIUS = _A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_SERIES = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49_561 * _N**4 / 161_280,
)
_FALSE_EAST = 500_000.0


class Coordinates(msgspec.Struct, frozen=True):
    """A place: degrees of each datum (longitude, latitude), zone, easting with the zone's number
    before it and northing in metres (None outside of the zones of China)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    lon: float
    lat: float
    gcj02: tuple[float, float]
    bd09: tuple[float, float]
    zone: int | None
    east_m: float | None
    north_m: float | None


def zone_of(lon: float) -> int | None:
    """The 3-degree zone of a longitude; None where China has none."""
    zone = int((lon + 1.5) // 3.0)
    return zone if FIRST_ZONE <= zone <= LAST_ZONE else None


def epsg_of(zone: int) -> str:
    """The system of a zone whose eastings begin with its number."""
    return f"EPSG:{_EPSG_OF_ZONE_0 + zone}"


def coordinates(lon: float, lat: float) -> Coordinates:
    """A place of WGS-84 degrees in all datums."""
    x, y = np.array([lon]), np.array([lat])
    gcj = wgs_to_gcj(x, y)
    bd = gcj_to_bd(*gcj)
    zone = zone_of(lon)
    east = north = None
    if zone is not None:
        east, north = gauss_kruger(lon, lat, zone)
    return Coordinates(
        lon,
        lat,
        (float(gcj[0][0]), float(gcj[1][0])),
        (float(bd[0][0]), float(bd[1][0])),
        zone,
        east,
        north,
    )


def gauss_kruger(lon: float, lat: float, zone: int) -> tuple[float, float]:
    """Easting, the zone's number before it, and northing of CGCS2000 degrees, in metres."""
    turn, sine = math.radians(lon - 3.0 * zone), math.sin(math.radians(lat))
    root = 2 * math.sqrt(_N) / (1 + _N)
    t = math.sinh(math.atanh(sine) - root * math.atanh(root * sine))
    xi = math.atan2(t, math.cos(turn))
    eta = math.atanh(math.sin(turn) / math.hypot(1.0, t))
    east, north = eta, xi
    for power, term in enumerate(_SERIES, 1):
        east += term * math.cos(2 * power * xi) * math.sinh(2 * power * eta)
        north += term * math.sin(2 * power * xi) * math.cosh(2 * power * eta)
    return zone * 1_000_000 + _FALSE_EAST + _RADIUS * east, _RADIUS * north


def lines(place: Coordinates) -> tuple[tuple[Message, str], ...]:
    """A name and the numbers for each datum; the first is the one to read out."""
    found = [
        (message("maptool.at.wgs"), f"{place.lon:.6f}, {place.lat:.6f}"),
        (message("maptool.at.dms"), f"{dms(place.lat, 'NS')} {dms(place.lon, 'EW')}"),
        (message("maptool.at.gcj"), f"{place.gcj02[0]:.6f}, {place.gcj02[1]:.6f}"),
        (message("maptool.at.bd"), f"{place.bd09[0]:.6f}, {place.bd09[1]:.6f}"),
    ]
    if place.zone is not None and place.east_m is not None and place.north_m is not None:
        name = message("maptool.at.zone", zone=place.zone)
        found.append((name, f"{place.east_m:.2f}, {place.north_m:.2f}"))
    return tuple(found)


def dms(degrees: float, signs: str) -> str:
    """`33°57′00.0″N`; a tenth of a second is three metres."""
    tenths = round(abs(degrees) * 36_000)
    whole, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    sign = signs[degrees < 0]
    return f"{whole}°{minutes:02d}′{rest / 10:04.1f}″{sign}"
