"""Coordinates as people type and paste them, to WGS-84 degrees.

    118.8,33.5     33.5 118.8     E118.8 N33.5     北纬33.5° 东经118.8°
    33°30′00″N 118°48′00″E     33 30 0 N, 118 48 0 E     gcj02 118.8,33.5     bd09:118.8,33.5
    39619000.12 3712345.67 (CGCS2000, easting with its zone)     zone=39 619000 3712345
    gcj 118.8,33.5     118.8,33.5 火星坐标     lng=118.8 lat=33.5     POINT(118.8 33.5)

Without letters the order is told by what can be: in China longitude is 73 to 136 and latitude 3 to
54, so the two never fit both ways. What fits neither way is left to the names.
"""

import re
from typing import ClassVar

import msgspec
import numpy as np

from app.core.geo import Crs, to_wgs84
from app.core.privacy import Privacy
from app.gis import crs as systems
from app.gis.coordinates import FIRST_ZONE, LAST_ZONE, epsg_of

LONGEST = 120
_CHINA_LON, _CHINA_LAT = (73.0, 136.0), (3.0, 54.0)
_DATUM_WORD = (
    r"(wgs[-_ ]?84(?![\d.])|wgs|gps|cgcs[-_ ]?2000(?![\d.])|cgcs|国家2000|gcj[-_ ]?0?2(?![\d.])|gcj"
    r"|bd[-_ ]?0?9(?:ll)?(?![\d.])|bd|火星|百度|高德|腾讯|天地图)(?:地图)?(?:坐标系?|经纬度)?"
)
_DATUM_FIRST = re.compile(rf"\s*{_DATUM_WORD}\s*[:：=,，]?\s*", re.IGNORECASE)
_DATUM_LAST = re.compile(rf"\s*[(（,，]?\s*{_DATUM_WORD}\s*[)）]?\s*$", re.IGNORECASE)
_DATUMS = {
    "wgs": Crs.WGS84, "gps": Crs.WGS84, "cgc": Crs.CGCS2000, "国家2": Crs.CGCS2000,
    "天地图": Crs.CGCS2000, "gcj": Crs.GCJ02, "火星": Crs.GCJ02, "高德": Crs.GCJ02,
    "腾讯": Crs.GCJ02, "bd": Crs.BD09, "百度": Crs.BD09,
}  # fmt: skip
_LABELS = (
    (re.compile(r"""["']?\b(?:longitude|long|lng|lon)\b["']?\s*[:=：]?\s*""", re.IGNORECASE), "E"),
    (re.compile(r"""["']?\b(?:latitude|lat)\b["']?\s*[:=：]?\s*""", re.IGNORECASE), "N"),
    (re.compile(r"(?:东经|经度)\s*[:=：]?\s*"), "E"),
    (re.compile(r"(?:北纬|纬度)\s*[:=：]?\s*"), "N"),
    (re.compile(r"西经\s*[:=：]?\s*"), "W"),
    (re.compile(r"南纬\s*[:=：]?\s*"), "S"),
    (re.compile(r"^\s*(?:geo:|point\s*z?\s*(?=\())", re.IGNORECASE), ""),
    (re.compile(r"^\s*\{(.*)\}\s*$"), r"\1"),
)
"""What names a number, as forms, scripts and other programs write it."""
_WIDE = str.maketrans(
    {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), 0xFF0E)}
)
_ZONE = re.compile(r"(?:zone|带号?)\s*[=:：]?\s*(\d{2})(?!\d)|(?<!\d)(\d{2})\s*带", re.IGNORECASE)
_SIGNS = str.maketrans("，；、：°º˚′’‘″“”＂'\"度分秒", ",,,:°°°′′′″″″″′″°′″")
_NUMBER = r"\d+(?:\.\d+)?"
_ANGLE = rf"([-+−]?)\s*({_NUMBER})\s*°?\s*(?:({_NUMBER})\s*′\s*(?:({_NUMBER})\s*″)?)?"
_BEFORE, _AFTER, _NONE = rf"([NSEW])\s*{_ANGLE}()", rf"(){_ANGLE}\s*([NSEW])", rf"(){_ANGLE}()"
_FORMS = [
    re.compile(rf"[\s(（\[]*{angle}[\s,;:/]+{angle}[\s)）\]]*")
    for angle in (_BEFORE, _AFTER, _NONE)
] + [re.compile(rf"\s*{angle}\s*{angle}\s*") for angle in (_BEFORE, _AFTER)]
_SPACED = re.compile(
    rf"({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s*([NS])[\s,]+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s*([EW])"
)
_METRES = re.compile(rf"({_NUMBER})[\s,]+({_NUMBER})")


class Typed(msgspec.Struct, frozen=True):
    """A place that was typed, WGS-84 degrees; `crs` is what it was taken to be in, `swapped`
    whether latitude came first without saying so."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    lon: float
    lat: float
    crs: str
    swapped: bool = False


def typed_place(text: str) -> Typed | None:
    """The place of a text; None where it is none, or says something impossible."""
    if len(text) > LONGEST or not any(sign.isdigit() for sign in text):
        return None
    datum, rest = _parted(text.translate(_WIDE))
    metres = _of_metres(rest) if datum in (Crs.WGS84, Crs.CGCS2000) else None
    if metres is not None:
        return metres
    for label, side in _LABELS:
        rest = label.sub(side, rest)
    pair = _of_degrees(rest.translate(_SIGNS).upper())
    if pair is None:
        return None
    lon, lat, swapped = pair
    x, y = to_wgs84(np.array([lon]), np.array([lat]), datum)
    return Typed(float(x[0]), float(y[0]), datum.value, swapped)


def _parted(text: str) -> tuple[Crs, str]:
    """The datum that a text names before or behind its numbers, and the rest of it."""
    for form in (_DATUM_FIRST.match, _DATUM_LAST.search):
        if found := form(text):
            word = found[1].lower()
            datum = next(crs for start, crs in _DATUMS.items() if word.startswith(start))
            return datum, text[: found.start()] + text[found.end() :]
    return Crs.WGS84, text


def _of_degrees(text: str) -> tuple[float, float, bool] | None:
    spaced = _SPACED.fullmatch(text.strip())
    if spaced is not None:
        lat = _degrees(spaced[1], spaced[2], spaced[3], negative=spaced[4] == "S")
        lon = _degrees(spaced[5], spaced[6], spaced[7], negative=spaced[8] == "W")
        return None if lon is None or lat is None else _checked(lon, lat, swapped=False)
    angles = _angles(text.strip())
    if angles is None:
        return None
    (one, first), (other, second) = angles
    sides = {first in ("E", "W"), second in ("E", "W")}
    if first or second:
        if not (first and second) or len(sides) == 1:
            return None  # both are longitudes, or only one says what it is
        return _checked(one, other) if first in ("E", "W") else _checked(other, one)
    if _in_china(one, other):
        return one, other, False
    if _in_china(other, one):
        return other, one, True
    return _checked(one, other)


def _angles(text: str) -> tuple[tuple[float, str], tuple[float, str]] | None:
    """Two angles with their sides, and nothing else but what separates them."""
    found = next(filter(None, (form.fullmatch(text) for form in _FORMS)), None)
    if found is None:
        return None
    parts = found.groups()
    pair = []
    for before, sign, whole, minutes, seconds, after in (parts[:6], parts[6:]):
        side = before or after
        if sign and side:
            return None
        negative = sign in ("-", "−") or side in ("S", "W")
        value = _degrees(whole, minutes or "0", seconds or "0", negative=negative)
        if value is None:
            return None
        pair.append((value, side))
    return pair[0], pair[1]


def _degrees(whole: str, minutes: str, seconds: str, *, negative: bool) -> float | None:
    if float(minutes) >= 60 or float(seconds) >= 60:
        return None
    value = float(whole) + float(minutes) / 60 + float(seconds) / 3600
    return -value if negative else value


def _checked(lon: float, lat: float, *, swapped: bool = False) -> tuple[float, float, bool] | None:
    return (lon, lat, swapped) if abs(lon) <= 180 and abs(lat) <= 85 else None


def _in_china(lon: float, lat: float) -> bool:
    return _CHINA_LON[0] <= lon <= _CHINA_LON[1] and _CHINA_LAT[0] <= lat <= _CHINA_LAT[1]


def _of_metres(text: str) -> Typed | None:
    """CGCS2000 metres: the zone stands before the easting or apart; either number may be first."""
    zone = _ZONE.search(text)
    numbers = _METRES.fullmatch(_ZONE.sub(" ", text).replace("，", ",").strip(" ,;"))
    if numbers is None:
        return None
    pairs = (
        (float(numbers[1]), float(numbers[2]), False),
        (float(numbers[2]), float(numbers[1]), True),
    )
    for east, north, swapped in pairs:
        number = int(zone[1] or zone[2]) if zone is not None else int(east // 1_000_000)
        easting = east if east >= 1_000_000 else east + number * 1_000_000
        inside = 200_000 <= easting % 1_000_000 <= 800_000 and 300_000 <= north <= 6_000_000
        if not inside or not FIRST_ZONE <= number <= LAST_ZONE or easting // 1_000_000 != number:
            continue
        name = epsg_of(number)
        lon, lat = systems.to_wgs84(np.array([easting]), np.array([north]), name)
        if np.isfinite(lon[0]) and np.isfinite(lat[0]):
            return Typed(float(lon[0]), float(lat[0]), name, swapped)
    return None
