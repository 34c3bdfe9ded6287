"""Simple features in GML 3.2 and 3.1 (OGC 07-036, 10; profile 10-100r3), as a WFS gives them.

The order of the numbers is that of the system which a geometry names: by a URN or an HTTP address
(`urn:ogc:def:crs:EPSG::4490`) as its authority says, mostly north first; by `EPSG:4490` alone, as
servers write it, east first.
"""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyproj
from pyproj.exceptions import CRSError

from app.core.message import Refusal, message
from app.formats._xml import BadXml, Element, local, parse
from app.gis._collect import BadFile, Collector
from app.gis.features import AREA, LINE, POINT, Features
from app.gis.reference import Pairs

MAX_BYTES = 64 << 20
_MEMBERS = ("member", "featureMember", "featureMembers")
_SINGLE = {
    "Point": POINT,
    "LineString": LINE,
    "Curve": LINE,
    "LinearRing": LINE,
    "Polygon": AREA,
    "Surface": AREA,
}
_MANY = {
    "MultiPoint": POINT,
    "MultiLineString": LINE,
    "MultiCurve": LINE,
    "CompositeCurve": LINE,
    "MultiPolygon": AREA,
    "MultiSurface": AREA,
    "CompositeSurface": AREA,
}
_PARTS = {
    POINT: ("Point",),
    LINE: ("LineString", "LineStringSegment", "LinearRing"),
    AREA: ("LinearRing",),  # rings of arcs are not drawn
}
_AUTHORITY = re.compile(
    r"(?:urn:(?:ogc|x-ogc):def:crs:(EPSG|OGC|CRS):[\d.]*:(\w+)"
    r"|https?://www\.opengis\.net/def/crs/(EPSG|OGC)/[\d.]+/(\w+))"
)
_SHORT = re.compile(r"(?:EPSG:|https?://www\.opengis\.net/gml/srs/epsg\.xml#)(\d{4,6})")
_DEGREES = frozenset({"4326", "4490", "CRS84"})


class ServiceFault(Refusal):
    """A service that gave no features but a reason."""


def read_gml(data: bytes, crs: str, *, swap: bool = False) -> Features:
    """The features of a collection, x east and y north, in the system that was declared. Raises
    BadFile, and ServiceFault for an exception report or a system that was not declared."""
    try:
        root = parse(data, MAX_BYTES)
    except BadXml as error:
        raise BadFile(error.reason) from error
    if local(root) in ("ExceptionReport", "ServiceExceptionReport"):
        raise ServiceFault(message("mapogc.said", text=_report(root)))
    into = Collector()
    order = _Order(crs, swap=swap)
    for feature in _features(root):
        row = _row(feature)
        found = False
        for form, rings in _geometries(feature, order, into):
            into.add(form, rings, row)
            found = True
        if not found:
            into.fault("empty")
    return into.features("gml", "")


class _Order:
    """Which number comes first, by what a geometry names; refuses another system than declared."""

    def __init__(self, crs: str, *, swap: bool) -> None:
        self._crs = crs
        self._swap = swap
        self._known: dict[str, bool] = {}

    def north_first(self, name: str) -> bool:
        """Whether the numbers of a geometry with this `srsName` begin with the northing."""
        if name not in self._known:
            self._known[name] = self._judged(name)
        return self._known[name] is not self._swap

    def _judged(self, name: str) -> bool:
        authority = _AUTHORITY.fullmatch(name)
        short = _SHORT.fullmatch(name)
        code = ""
        if authority is not None:
            code = authority.group(2) or authority.group(4)
        elif short is not None:
            code = short.group(1)
        self._check(code, name)
        if authority is None or code in ("CRS84", "84"):
            return False
        return _is_north_first(code)

    def _check(self, code: str, name: str) -> None:
        if not code:
            return  # nothing is named: what was declared is believed
        declared = self._crs.removeprefix("EPSG:")
        same = code == declared or (code in (*_DEGREES, "84") and not self._crs.startswith("EPSG:"))
        if not same:
            raise ServiceFault(message("mapogc.other_crs", named=name[:60], crs=self._crs))


def _is_north_first(code: str) -> bool:
    """Of a system of EPSG, as its authority has the axes."""
    try:
        first = pyproj.CRS.from_epsg(int(code)).axis_info[0]
    except (CRSError, ValueError, IndexError):
        return False
    return str(first.direction).lower() in ("north", "south")


def _features(root: Element) -> Iterator[Element]:
    for member in root.iterchildren():
        if local(member) in _MEMBERS:
            for feature in member.iterchildren():
                if local(feature) in ("FeatureCollection", "Tuple"):
                    yield from _features(feature)
                elif local(feature):
                    yield feature


def _row(feature: Element) -> dict[str, Any]:
    """The plain properties; what holds elements is a geometry, or too deep for a table."""
    row: dict[str, Any] = {}
    for name, value in feature.attrib.items():
        if name.rpartition("}")[2] in ("id", "fid"):
            row["id"] = value
    for child in feature.iterchildren():
        if local(child) and len(child) == 0 and child.text:
            row.setdefault(local(child), child.text.strip())
    return row


def _geometries(
    feature: Element, order: _Order, into: Collector
) -> Iterator[tuple[int, list[Pairs]]]:
    """The first geometry among the properties of a feature; `boundedBy` is none of them."""
    for child in feature.iterchildren():
        if local(child) == "boundedBy":
            continue
        for element in child.iterchildren():
            name = local(element)
            if name in _SINGLE or name in _MANY:
                form = _SINGLE.get(name, _MANY.get(name, POINT))
                yield form, _rings(element, form, order, into)
                return


def _rings(element: Element, form: int, order: _Order, into: Collector) -> list[Pairs]:
    """Every ring of a geometry: for areas the outer and the inner ones, for points one each."""
    wanted = _PARTS[form]
    parts = [item for item in element.iter() if local(item) in wanted]
    return [pairs for part in parts if len(pairs := _pairs(part, order, into))]


def _pairs(part: Element, order: _Order, into: Collector) -> Pairs:
    texts = []
    for child in part.iterchildren():
        if local(child) in ("posList", "pos", "coordinates"):
            texts.append(child)
    numbers: list[float] = []
    try:
        for child in texts:
            text = (child.text or "").replace(",", " ")
            numbers += [float(word) for word in text.split()]
        wide = _dimension(part, texts, len(numbers))
        pairs = np.array(numbers, float).reshape(-1, wide)[:, :2]
    except ValueError:
        into.fault("odd_place")
        return np.zeros((0, 2))
    name = _inherited(part, "srsName")
    return np.ascontiguousarray(pairs[:, ::-1]) if order.north_first(name) else pairs


def _dimension(part: Element, texts: list[Element], numbers: int) -> int:
    for element in (*texts, part):
        given = element.get("srsDimension")
        if given in ("2", "3"):
            return int(given)
    given = _inherited(part, "srsDimension")
    if given in ("2", "3"):
        return int(given)
    alone = len(texts) == 1 and local(texts[0]) == "pos"
    return 3 if alone and numbers == 3 else 2


def _inherited(element: Element, name: str) -> str:
    """An attribute of an element or of the nearest around it."""
    while element is not None:
        value = element.get(name)
        if value is not None:
            return str(value).strip()
        element = element.getparent()
    return ""


def _report(root: Element) -> str:
    texts = " ".join(" ".join(root.itertext()).split())
    return texts[:160] or "-"
