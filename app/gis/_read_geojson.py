"""GeoJSON (RFC 7946), its line-by-line form, and the `crs` member of its predecessor of 2008."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np

from app.core.privacy import Privacy
from app.gis._collect import BadFile, Collector
from app.gis._positions import positions
from app.gis.crs import UnknownCrs, named
from app.gis.features import AREA, LINE, POINT, Features

_DEPTH = {  # form, how deep its positions lie
    "Point": (POINT, 1),
    "MultiPoint": (POINT, 2),
    "LineString": (LINE, 2),
    "MultiLineString": (LINE, 3),
    "Polygon": (AREA, 3),
    "MultiPolygon": (AREA, 4),
}
_MOST_NESTED = 8


class _Geometry(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    type: str = ""
    coordinates: msgspec.Raw = msgspec.Raw(b"")
    geometries: list[msgspec.Raw] = []


class _Feature(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    type: str = ""
    id: Annotated[str, msgspec.Meta(max_length=200)] | int | float | None = None
    geometry: msgspec.Raw = msgspec.Raw(b"")
    properties: Any = None


class _Top(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    type: str = ""
    features: list[msgspec.Raw] = []
    crs: Any = None


def read_geojson(data: bytes) -> Features:
    """The features of a FeatureCollection, a Feature, a geometry, or of one feature a line. Raises
    BadFile."""
    into = Collector()
    try:
        stated = _read(data, into)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadFile("not_json", error=str(error)[:200]) from error
    return into.features("geojson", stated)


def _read(data: bytes, into: Collector) -> str:
    try:
        top = msgspec.json.decode(data, type=_Top)
    except msgspec.MsgspecError:
        lines = list(_lines(data))
        if len(lines) < 2:
            raise
        for line in lines:
            _feature(msgspec.json.decode(line, type=_Feature), into)
        return ""
    if top.type == "FeatureCollection":
        for raw in top.features:
            try:
                feature = msgspec.json.decode(raw, type=_Feature)
            except msgspec.MsgspecError:
                into.fault("odd")
                continue
            _feature(feature, into)
    elif top.type == "Feature":
        _feature(msgspec.json.decode(data, type=_Feature), into)
    elif top.type in _DEPTH or top.type == "GeometryCollection":
        _geometry(msgspec.Raw(data), {}, into, 0)
    else:
        raise BadFile("not_geojson", type=top.type[:40])
    return _stated(top.crs)


def _lines(data: bytes) -> Iterator[bytes]:
    """One JSON text a line, or behind a record separator (RFC 8142)."""
    return (line for line in data.replace(b"\x1e", b"\n").splitlines() if line.strip())


def _feature(feature: _Feature, into: Collector) -> None:
    row = dict(feature.properties) if isinstance(feature.properties, dict) else {}
    if feature.id is not None:
        row.setdefault("id", feature.id)
    _geometry(feature.geometry, row, into, 0)


def _geometry(raw: msgspec.Raw, row: dict[str, Any], into: Collector, nested: int) -> None:
    if not len(raw) or (len(raw) == 4 and bytes(raw) == b"null"):
        into.fault("empty")
        return
    try:
        geometry = msgspec.json.decode(raw, type=_Geometry)
    except msgspec.MsgspecError:
        into.fault("odd")
        return
    if geometry.type == "GeometryCollection" and nested < _MOST_NESTED:
        for member in geometry.geometries:
            _geometry(member, row, into, nested + 1)
        return
    if geometry.type not in _DEPTH:
        into.fault("odd")
        return
    form, depth = _DEPTH[geometry.type]
    try:
        rings = positions(geometry.coordinates, depth)
    except ValueError:
        into.fault("odd")
        return
    if form == POINT:
        rings = [np.asarray(ring[i : i + 1]) for ring in rings for i in range(len(ring))]
    into.add(form, rings, row)


def _stated(crs: Any) -> str:
    """`{"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}`."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        return ""
    try:
        return named(name)
    except UnknownCrs:
        return ""
