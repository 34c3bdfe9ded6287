"""CSV and other tables of text: which columns hold the place is guessed from names, else values.

UTF-8, UTF-16 with a mark, else GB18030; commas, semicolons, tabs or bars. A place is two columns of
degrees (also 118°12'30" with minutes and seconds) or metres, one column `118.2,36.1`, or WKT.
"""

import csv
import io
import math
import re
from collections.abc import Sequence

import numpy as np
import shapely

from app.gis._collect import MAX_COLUMNS, BadFile, Collector
from app.gis._shapes import parts
from app.gis.features import POINT, Features
from app.gis.reference import Pairs

_LON = (
    *("lon", "lng", "long", "longitude", "经度", "东经", "jd", "lon_wgs84", "lng_wgs84"),
    *("gis_x", "point_x", "x", "xcoord", "coord_x", "center_lon", "centre_lon", "横坐标", "东坐标"),
)
_LAT = (
    *("lat", "latitude", "纬度", "北纬", "wd", "lat_wgs84", "gis_y", "point_y", "y"),
    *("ycoord", "coord_y", "center_lat", "centre_lat", "纵坐标", "北坐标"),
)
_BOTH = ("location", "coordinates", "coordinate", "坐标", "经纬度", "位置坐标", "lnglat", "lonlat")
_WKT = ("wkt", "geom", "geometry", "the_geom", "shape_wkt")
_ANGLE = re.compile(
    r"\s*([EWNS东西北南]?)\s*(\d{1,3})\s*[°度]\s*(?:(\d{1,2}(?:\.\d+)?)\s*[′'’分])?"
    r"\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:[″\"”秒]|''))?\s*([EWNS东西北南]?)\s*",
    re.IGNORECASE,
)
_LEAD = 200  # rows that tell what the columns are
_NEGATIVE = frozenset("WSws西南")
_CHINA = ((73.0, 136.0), (3.0, 54.0))


def read_csv(data: bytes, lon: str = "", lat: str = "") -> Features:
    """The rows of a table that have a place; `lon` and `lat` name the columns instead of a guess.
    Raises BadFile."""
    text = _text(data)
    csv.field_size_limit(4_000_000)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        lead = [row for _, row in zip(range(_LEAD), rows, strict=False) if any(row)]
        header, first = _header(lead)
        where = _where(header, first, lon, lat)
        into = Collector()
        for row in first:
            _take(row, header, where, into)
        for row in rows:
            if any(row):
                _take(row, header, where, into)
    except csv.Error as error:
        raise BadFile("not_csv", error=str(error)[:200]) from error
    return into.features("csv")


def _text(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _delimiter(text: str) -> str:
    line = text[:20_000].splitlines()[0] if text.strip() else ""
    return max(",\t;|", key=line.count)


def _header(lead: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The names of the columns and the rows after them; a table without names gets 1, 2, 3."""
    if not lead:
        raise BadFile("nothing")
    first = [name.strip() for name in lead[0][:MAX_COLUMNS]]
    if any(_number(name) is not None for name in first):
        return [str(number + 1) for number in range(len(first))], lead
    return first, lead[1:]


def _where(
    header: Sequence[str], lead: Sequence[Sequence[str]], lon: str, lat: str
) -> tuple[int, ...]:
    """The column of the place, or the two: east, north."""
    if lon or lat:
        if lon not in header or lat not in header:
            raise BadFile("no_column", columns=", ".join(header)[:300])
        return header.index(lon), header.index(lat)
    plain = [re.sub(r"[\s(（\[].*", "", name.lower()).strip("\"' ") for name in header]
    for names in (_WKT, _BOTH):
        found = next((plain.index(name) for name in names if name in plain), None)
        if found is not None:
            return (found,)
    east = next((plain.index(name) for name in _LON if name in plain), None)
    north = next((plain.index(name) for name in _LAT if name in plain), None)
    if east is None or north is None:
        east, north = _like(plain, ("经度", "lng", "lon")), _like(plain, ("纬度", "lat"))
    if east is not None and north is not None and east != north:
        return east, north
    return _by_values(header, lead)


def _like(plain: Sequence[str], words: Sequence[str]) -> int | None:
    found = [at for at, name in enumerate(plain) if any(word in name for word in words)]
    return found[0] if len(found) == 1 else None


def _by_values(header: Sequence[str], lead: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Exactly one column of longitudes and one of latitudes of China; else nothing is guessed."""
    found: list[list[int]] = [[], []]
    for at in range(len(header)):
        values = [_number(row[at]) for row in lead if at < len(row) and row[at].strip()]
        numbers = [value for value in values if value is not None]
        if len(numbers) < max(1, len(values)):
            continue
        broken = any(value != int(value) for value in numbers)
        for axis, (low, high) in enumerate(_CHINA):
            if broken and all(low <= value <= high for value in numbers):
                found[axis].append(at)
    if len(found[0]) != 1 or len(found[1]) != 1:
        raise BadFile("no_column", columns=", ".join(header)[:300])
    return found[0][0], found[1][0]


def _take(row: list[str], header: Sequence[str], where: tuple[int, ...], into: Collector) -> None:
    cells = dict(zip(header, row, strict=False))
    if max(where) >= len(row):
        into.fault("empty")
        return
    if len(where) == 2:
        place = _number(row[where[0]]), _number(row[where[1]])
        _point(place, cells, into)
        return
    text = row[where[0]].strip()
    both = re.split(r"[,，;；\s]+", text.strip("()[]（） "))
    if len(both) == 2 and _number(both[0]) is not None:
        _point((_number(both[0]), _number(both[1])), cells, into)
        return
    try:
        with np.errstate(
            all="ignore"
        ):  # numbers beyond all bounds become infinite, and are left out
            shape = shapely.from_wkt(text) if text else None
    except shapely.errors.GEOSException:
        into.fault("odd")
        return
    del cells[header[where[0]]]
    for form, rings in parts(shape):
        into.add(form, rings, cells)
    if shape is None:
        into.fault("empty")


def _point(
    place: tuple[float | None, float | None], cells: dict[str, str], into: Collector
) -> None:
    east, north = place
    if east is None or north is None or (east == 0 and north == 0):
        into.fault("empty")
        return
    rings: list[Pairs] = [np.array([[east, north]])]
    into.add(POINT, rings, cells)


def _number(text: str) -> float | None:
    """A number, or an angle in degrees, minutes and seconds; None for anything else."""
    try:
        number = float(text)
    except ValueError:
        found = _ANGLE.fullmatch(text[:60])
    else:
        return number if math.isfinite(number) else None
    if found is None:
        return None
    before, degrees, minutes, seconds, behind = found.groups()
    value = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    return -value if (before or behind) in _NEGATIVE and (before or behind) else value
