"""One place in every datum, for its card and for the clipboard.

WGS-84 and CGCS2000 are one here (they differ by decimetres); GCJ-02 and BD-09 as map services have
them; CGCS2000 in metres of the 3-degree Gauss-Krüger zone that the place lies in, with the zone
before the easting as the survey writes it (GB/T 17278: EPSG:4513 for zone 25 to EPSG:4533 for 45).
"""

from typing import ClassVar

import msgspec
import numpy as np

from app.core.geo import gcj_to_bd, wgs_to_gcj
from app.core.message import Message, message
from app.core.privacy import Privacy
from app.gis.crs import from_wgs84

FIRST_ZONE, LAST_ZONE = 25, 45
_EPSG_OF_ZONE_0 = 4488


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
        metres = from_wgs84(x, y, epsg_of(zone))
        east, north = float(metres[0][0]), float(metres[1][0])
    return Coordinates(
        lon,
        lat,
        (float(gcj[0][0]), float(gcj[1][0])),
        (float(bd[0][0]), float(bd[1][0])),
        zone,
        east,
        north,
    )


def lines(place: Coordinates) -> tuple[Message, ...]:
    """One line per datum; the first is the one to read out."""
    found = [
        message("maptool.at.wgs", lon=f"{place.lon:.6f}", lat=f"{place.lat:.6f}"),
        message("maptool.at.dms", text=f"{dms(place.lat, 'NS')} {dms(place.lon, 'EW')}"),
        message("maptool.at.gcj", lon=f"{place.gcj02[0]:.6f}", lat=f"{place.gcj02[1]:.6f}"),
        message("maptool.at.bd", lon=f"{place.bd09[0]:.6f}", lat=f"{place.bd09[1]:.6f}"),
    ]
    if place.zone is not None and place.east_m is not None and place.north_m is not None:
        found.append(
            message(
                "maptool.at.zone",
                zone=place.zone,
                east=f"{place.east_m:.2f}",
                north=f"{place.north_m:.2f}",
            )
        )
    return tuple(found)


def dms(degrees: float, signs: str) -> str:
    """`33°57′00.0″N`; a tenth of a second is three metres."""
    tenths = round(abs(degrees) * 36_000)
    whole, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    sign = signs[degrees < 0]
    return f"{whole}°{minutes:02d}′{rest / 10:04.1f}″{sign}"
