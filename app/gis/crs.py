"""From any declared coordinate system to WGS-84/CGCS2000 and back, at the edge of the program.

Declared is one of `app.core.geo.Crs` (wgs84, cgcs2000, gcj02, bd09) or `EPSG:n` of a
two-dimensional system (CGCS2000 Gauss-Krüger zones EPSG:4491 to 4554, Web Mercator 3857, ...),
converted by PROJ through pyproj. What is not declared is refused: a guess here places an ambulance
half a kilometre off.

The order of the numbers is always east (longitude, easting), then north, whatever the authority
says; who has it the other way round swaps before. Nothing is fetched from a network.
"""

import re
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
from pyproj import network
from pyproj.exceptions import CRSError, ProjError

from app.core.geo import Crs, gcj_to_bd, wgs_to_gcj
from app.core.geo import to_wgs84 as datum_to_wgs84
from app.core.message import Message, Refusal, message

Degrees = np.ndarray[Any, np.dtype[np.float64]]

_EPSG = re.compile(r"(?:EPSG|epsg):{1,2}(\d{4,5})|urn:ogc:def:crs:EPSG:[\d.]*:(\d{4,5})")
_ALSO = {
    "wgs-84": Crs.WGS84,
    "wgs_84": Crs.WGS84,
    "epsg:4326": Crs.WGS84,
    "crs84": Crs.WGS84,
    "urn:ogc:def:crs:ogc:1.3:crs84": Crs.WGS84,
    "urn:ogc:def:crs:ogc::crs84": Crs.WGS84,
    "epsg:4490": Crs.CGCS2000,
    "gcj-02": Crs.GCJ02,
    "gcj_02": Crs.GCJ02,
    "bd-09": Crs.BD09,
    "bd09ll": Crs.BD09,
}
_SAME_DATUM = ("CGCS2000", "China 2000", "WGS 84", "World Geodetic System 1984", "World_Geodetic")


class UnknownCrs(Refusal):
    """A coordinate system that is not declared, not known, or of no use on a map."""


def named(text: str) -> str:
    """The name under which a coordinate system is kept: `wgs84`, `cgcs2000`, `gcj02`, `bd09` or
    `EPSG:n`. Raises UnknownCrs for what is empty, unknown, vertical or three-dimensional."""
    given = text.strip()[:80]
    if not given:
        raise UnknownCrs(message("mapfile.crs_undeclared"))
    low = given.lower()
    if low in _ALSO:
        return _ALSO[low].value
    if low in {crs.value for crs in Crs}:
        return low
    found = _EPSG.fullmatch(given)
    if found is None:
        raise UnknownCrs(message("mapfile.crs_unknown", crs=given))
    code = int(found.group(1) or found.group(2))
    if code in (4326, 4490):
        return _ALSO[f"epsg:{code}"].value
    _system(code)
    return f"EPSG:{code}"


def to_wgs84(x: Degrees, y: Degrees, crs: str) -> tuple[Degrees, Degrees]:
    """Eastings (or longitudes) and northings (or latitudes) of a declared system as WGS-84 degrees.
    What cannot be converted becomes NaN. Raises UnknownCrs."""
    name = named(crs)
    if not name.startswith("EPSG:"):
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            return datum_to_wgs84(x, y, Crs(name))
    return _converted(_transformer(int(name[5:]), forward=True), x, y)


def from_wgs84(lon: Degrees, lat: Degrees, crs: str) -> tuple[Degrees, Degrees]:
    """WGS-84 degrees in a declared system: easting or longitude, then northing or latitude.
    Outside of where the system can be used comes NaN. Raises UnknownCrs."""
    name = named(crs)
    if name == Crs.GCJ02:
        return wgs_to_gcj(lon, lat)
    if name == Crs.BD09:
        return gcj_to_bd(*wgs_to_gcj(lon, lat))
    if not name.startswith("EPSG:"):
        return lon, lat
    return _converted(_transformer(int(name[5:]), forward=False), lon, lat)


def is_projected(crs: str) -> bool:
    """Whether a declared system counts in metres. Raises UnknownCrs."""
    name = named(crs)
    return name.startswith("EPSG:") and bool(_system(int(name[5:])).is_projected)


def caution(crs: str) -> Message | None:
    """What is to be said of a system that is converted, but not exactly: Beijing 1954 and Xian 1980
    need a city's own parameters, which only its survey office has. Raises UnknownCrs."""
    name = named(crs)
    if not name.startswith("EPSG:"):
        return None
    system = _system(int(name[5:]))
    below = system.geodetic_crs
    datum = f"{below.name} {below.datum.name if below.datum else ''}" if below else ""
    if any(word in datum for word in _SAME_DATUM):
        return None
    return message("mapfile.crs_caution", crs=name, name=str(system.name))


def of_wkt(wkt: str) -> str:
    """The `EPSG:n` that a WKT text (a shapefile's .prj) means, empty where it says none clearly."""
    try:
        system = pyproj.CRS.from_wkt(wkt[:20_000])
        code = system.to_epsg(min_confidence=70)
    except (CRSError, ProjError, ValueError):
        return ""
    if code is None:
        return ""
    try:
        return named(f"EPSG:{code}")
    except UnknownCrs:
        return ""


def title(crs: str) -> str:
    """The authority's name of a system, `CGCS2000 / 3-degree Gauss-Kruger CM 120E`; of the four
    datums as one writes them. Raises UnknownCrs."""
    name = named(crs)
    written = {"wgs84": "WGS-84", "cgcs2000": "CGCS2000", "gcj02": "GCJ-02", "bd09": "BD-09"}
    return written[name] if name in written else f"{name} {_system(int(name[5:])).name}"


@lru_cache(maxsize=256)
def _system(code: int) -> pyproj.CRS:
    network.set_network_enabled(active=False)  # type: ignore[attr-defined]
    try:
        system = pyproj.CRS.from_epsg(code)
    except (CRSError, ProjError) as error:
        raise UnknownCrs(message("mapfile.crs_unknown", crs=f"EPSG:{code}")) from error
    if len(system.axis_info) != 2 or not (system.is_projected or system.is_geographic):
        raise UnknownCrs(message("mapfile.crs_no_map", crs=f"EPSG:{code}", name=str(system.name)))
    return system


@lru_cache(maxsize=256)
def _transformer(code: int, *, forward: bool) -> pyproj.Transformer:
    system, world = _system(code), pyproj.CRS.from_epsg(4326)
    there = (system, world) if forward else (world, system)
    return pyproj.Transformer.from_crs(*there, always_xy=True)


def _converted(transformer: pyproj.Transformer, x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    east, north = transformer.transform(np.asarray(x, float), np.asarray(y, float))
    east, north = np.array(east, float), np.array(north, float)
    bad = ~(np.isfinite(east) & np.isfinite(north))
    east[bad], north[bad] = np.nan, np.nan
    return east, north
