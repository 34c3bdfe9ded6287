"""A GeoJSON Feature as a flat record: its properties, and where it is (RFC 7946).

`_lon`, `_lat` and `_alt` are the point, or the middle of any other shape: of a line that of its
vertices, of an area the centre of gravity of its outer ring, of several areas weighted by size. The
middle is taken in degrees, which is right to metres for what lies in one city.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float, float | None]
_NESTING = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2}
_FARTHEST = 1e9
_COLLECTIONS = 8  # depth of geometries in geometries


def feature_record(feature: Any) -> dict[str, Any] | None:
    """The record of a Feature, None for what is none; a place that cannot be read is absent."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return None
    properties = feature.get("properties")
    geometry = feature.get("geometry")
    record: dict[str, Any] = dict(properties) if isinstance(properties, dict) else {}
    record["_id"] = feature.get("id")
    record["_geometry"] = geometry
    middle = _middle(geometry, _COLLECTIONS)
    if middle is not None:
        record["_lon"], record["_lat"], record["_alt"] = middle
    return record


def _middle(geometry: Any, depth: int) -> Point | None:
    if not isinstance(geometry, dict) or not depth:
        return None
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection":
        parts = geometry.get("geometries")
        found = (_middle(part, depth - 1) for part in (parts if isinstance(parts, list) else []))
        return next((place for place in found if place is not None), None)
    if kind == "Point":
        return _point(coordinates)
    try:
        if kind == "Polygon":
            return _centre([coordinates])
        if kind == "MultiPolygon":
            return _centre(coordinates)
        if kind in _NESTING:
            return _mean(coordinates, _NESTING[kind])
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    return None


def _point(coordinates: Any) -> Point | None:
    if not isinstance(coordinates, list) or len(coordinates) < 2:
        return None
    if not all(_is_number(value) for value in coordinates[:3]):
        return None
    lon, lat = float(coordinates[0]), float(coordinates[1])
    return lon, lat, float(coordinates[2]) if len(coordinates) > 2 else None


def _is_number(value: Any) -> bool:
    return isinstance(value, float) or (type(value) is int and abs(value) < 1 << 53)


def _mean(coordinates: Any, nesting: int) -> Point | None:
    points = coordinates
    for _ in range(nesting - 1):
        points = [point for part in points for point in part]
    places = _places(points)
    if places.ndim != 2 or not len(places):
        return None
    lon, lat = places.mean(axis=0)
    return float(lon), float(lat), None


def _places(points: Any) -> NDArray[np.float64]:
    """Points as rows; raises ValueError for what is no place in degrees nor in metres."""
    places = np.array([point[:2] for point in points], dtype=np.float64)
    if not (np.abs(places) < _FARTHEST).all():  # products of more would overflow
        raise ValueError("too far")
    return places


def _centre(polygons: Any) -> Point | None:
    """The centre of gravity of outer rings; a ring without area counts by its vertices."""
    total = east = north = 0.0
    for polygon in polygons:
        ring = _places(polygon[0])
        origin = ring[0]
        x, y = (ring - origin).T
        cross = x * np.roll(y, -1) - np.roll(x, -1) * y
        area = float(cross.sum()) / 2
        if area:
            factor = abs(area) / (6 * area)
            total += abs(area)
            east += float(((x + np.roll(x, -1)) * cross).sum()) * factor + origin[0] * abs(area)
            north += float(((y + np.roll(y, -1)) * cross).sum()) * factor + origin[1] * abs(area)
    if total:
        return east / total, north / total, None
    return _mean([polygon[0] for polygon in polygons], 2)
