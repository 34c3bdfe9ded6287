"""KML 2.2 and 2.3 (OGC 12-007r2, with Google's gx:Track) and GPX 1.0, 1.1.

Read by our own XML parser, which knows no document types, entities or network; links to other
files, pictures and styles are left alone and counted.
"""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from app.formats._xml import BadXml, Element, child, children, elements, local, text_of
from app.gis._collect import BadFile, Collector
from app.gis.features import AREA, LINE, POINT, Features
from app.gis.reference import Pairs

MAX_BYTES = 256 * 1024 * 1024
_LEFT_ALONE = (b"NetworkLink", b"GroundOverlay", b"ScreenOverlay", b"PhotoOverlay", b"Model")
_COMMA = re.compile(r"\s*,\s*")
_MOST_NESTED = 8


def read_kml(data: bytes) -> Features:
    """The placemarks of a KML document. Raises BadFile."""
    into = Collector()
    for word in _LEFT_ALONE:
        opened = len(re.findall(rb"<(?:\w+:)?" + word + rb"[\s>]", data))
        into.fault("link" if word == b"NetworkLink" else "overlay", opened)
    for mark in _elements(data, "Placemark"):
        row = _kml_row(mark)
        before = 0
        for form, rings in _kml_geometries(mark, into, 0):
            into.add(form, rings, row)
            before += 1
        if not before:
            into.fault("empty")
    return into.features("kml", "wgs84")


def read_gpx(data: bytes) -> Features:
    """The waypoints, routes and tracks of a GPX document. Raises BadFile."""
    into = Collector()
    for point in _elements(data, "wpt"):
        into.add(POINT, _points([point], into), _gpx_row(point, "waypoint"))
    for route in _elements(data, "rte"):
        into.add(LINE, _points(children(route, "rtept"), into), _gpx_row(route, "route"))
    for track in _elements(data, "trk"):
        parts = [
            ring
            for segment in children(track, "trkseg")
            for ring in _points(children(segment, "trkpt"), into)
        ]
        into.add(LINE, parts, _gpx_row(track, "track"))
    return into.features("gpx", "wgs84")


def _elements(data: bytes, tag: str) -> Iterator[Element]:
    try:
        for element in elements(data, MAX_BYTES, f"{{*}}{tag}"):
            if element is not None:
                yield element
    except BadXml as error:
        raise BadFile(error.reason) from error


def _kml_row(mark: Element) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name in ("name", "description", "address", "phoneNumber"):
        row[name] = text_of(mark, name)
    stamp = child(mark, "TimeStamp")
    row["when"] = text_of(stamp, "when") if stamp is not None else ""
    folder = mark.getparent()
    if folder is not None and local(folder) == "Folder":
        row["folder"] = text_of(folder, "name")
    extended = child(mark, "ExtendedData")
    if extended is not None:
        for datum in children(extended, "Data"):
            row[str(datum.get("name", ""))] = text_of(datum, "value")
        for schema in children(extended, "SchemaData"):
            for datum in children(schema, "SimpleData"):
                row[str(datum.get("name", ""))] = datum.text or ""
    return row


def _kml_geometries(
    parent: Element, into: Collector, nested: int
) -> Iterator[tuple[int, list[Pairs]]]:
    """Each geometry below an element; those of a MultiGeometry of one form are one thing."""
    for element in parent.iterchildren():
        name = local(element)
        if name == "MultiGeometry" and nested < _MOST_NESTED:
            together: dict[int, list[Pairs]] = {}
            for form, rings in _kml_geometries(element, into, nested + 1):
                together.setdefault(form, []).extend(rings)
            yield from together.items()
        elif name == "Point":
            yield POINT, [_coordinates(element, into)[:1]]
        elif name in ("LineString", "LinearRing"):
            yield LINE, [_coordinates(element, into)]
        elif name == "Polygon":
            bounds = [*children(element, "outerBoundaryIs"), *children(element, "innerBoundaryIs")]
            rings = [ring for bound in bounds for ring in children(bound, "LinearRing")]
            yield AREA, [_coordinates(ring, into) for ring in rings]
        elif name == "Track":
            yield LINE, [_track(element, into)]
        elif name == "MultiTrack":
            yield LINE, [_track(track, into) for track in children(element, "Track")]


def _coordinates(element: Element, into: Collector) -> Pairs:
    """`lon,lat[,height] lon,lat...`; blanks around the commas are met with."""
    texts = _COMMA.sub(",", text_of(element, "coordinates")).split()
    return _pairs([text.split(",")[:2] for text in texts], into)


def _track(element: Element, into: Collector) -> Pairs:
    texts = [(coord.text or "").split()[:2] for coord in children(element, "coord")]
    return _pairs([text for text in texts if text], into)


def _points(points: list[Element], into: Collector) -> list[Pairs]:
    found = _pairs([[str(p.get("lon", "")), str(p.get("lat", ""))] for p in points], into)
    return [found] if len(found) else []


def _pairs(texts: list[list[str]], into: Collector) -> Pairs:
    try:
        return np.array(texts, float).reshape(-1, 2)
    except ValueError:
        good = [pair for pair in map(_pair, texts) if pair is not None]
        into.fault("odd_place", len(texts) - len(good))
        return np.array(good, float).reshape(-1, 2)


def _pair(text: list[str]) -> tuple[float, float] | None:
    try:
        lon, lat = text
        return float(lon), float(lat)
    except ValueError:
        return None


def _gpx_row(element: Element, kind: str) -> dict[str, Any]:
    row: dict[str, Any] = {"kind": kind}
    for name in ("name", "desc", "cmt", "time", "ele", "sym", "type"):
        row[name] = text_of(element, name)
    return row
