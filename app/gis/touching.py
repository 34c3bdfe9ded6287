"""Which lines and areas of a layer have any part in an area that was drawn."""

from typing import Any

import numpy as np
import shapely

from app.gis.content import Flags, Floats, Shapes
from app.gis.polygon import Polygon, Whole


def touching(outline: Floats, shapes: Shapes) -> Whole:
    """The numbers of the shapes that a ring of (n, 2) degrees crosses, holds, or lies within."""
    lines, owner = _lines(shapes)
    area = _surface(outline)
    shapely.prepare(area)
    touched = np.zeros(len(shapes.shape_start) - 1, np.bool_)
    touched[owner[shapely.intersects(area, lines)]] = True
    if shapes.closed:  # the whole area may lie inside of one
        lon, lat = outline[:1, 0], outline[:1, 1]
        for number in np.flatnonzero(~touched & _around(shapes, *outline[0])).tolist():
            polygon = Polygon(_rings(shapes, number), even_odd=True)
            touched[number] = bool(polygon.covers(lon, lat)[0])
    return np.flatnonzero(touched)


def middles(shapes: Shapes) -> tuple[Floats, Floats]:
    """Where each shape is said to be: its label, or the middle of its box."""
    if shapes.label_lon is not None and shapes.label_lat is not None:
        return shapes.label_lon, shapes.label_lat
    west, south, east, north = _boxes(shapes)
    return (west + east) / 2, (south + north) / 2


def _surface(outline: Floats) -> Any:
    """What a ring winds around, as a geometry; of one that crosses itself each face is asked."""
    simple = shapely.Polygon(outline)
    if simple.is_valid:
        return simple
    line = shapely.LineString(np.concatenate((outline, outline[:1])))
    faces = list(shapely.polygonize([shapely.node(line)]).geoms)
    if not faces:
        return line
    inner = np.array([face.representative_point().coords[0] for face in faces])
    wound = Polygon([outline]).covers(inner[:, 0], inner[:, 1])
    return shapely.union_all([face for face, inside in zip(faces, wound, strict=True) if inside])


def _lines(shapes: Shapes) -> tuple[Any, Whole]:
    """Every ring as a line, of areas closed, with the shape that it belongs to."""
    at = shapes.ring_start.astype(np.int64)
    owner = np.repeat(
        np.arange(len(shapes.shape_start) - 1), np.diff(shapes.shape_start.astype(int))
    )
    size = np.diff(at)
    ring = np.repeat(np.arange(len(size)), size)
    x, y = shapes.lon, shapes.lat
    if shapes.closed:  # each ring's first vertex once more, after its last
        has = np.flatnonzero(size)
        x, y = np.insert(x, at[has + 1], x[at[has]]), np.insert(y, at[has + 1], y[at[has]])
        ring = np.insert(ring, at[has + 1], has)
        size = np.where(size, size + 1, 0)
    whole = np.flatnonzero(size >= 2)
    number = np.full(len(size), -1)
    number[whole] = np.arange(len(whole))
    kept = number[ring] >= 0
    places = np.column_stack((x, y))[kept]
    return shapely.linestrings(places, indices=number[ring][kept]), owner[whole]


def _rings(shapes: Shapes, number: int) -> list[Floats]:
    found = []
    for ring in range(int(shapes.shape_start[number]), int(shapes.shape_start[number + 1])):
        at, end = int(shapes.ring_start[ring]), int(shapes.ring_start[ring + 1])
        if end - at >= 3:
            found.append(np.column_stack((shapes.lon[at:end], shapes.lat[at:end])))
    return found


def _boxes(shapes: Shapes) -> tuple[Floats, Floats, Floats, Floats]:
    """West, south, east, north of every shape; a shape without a vertex lies nowhere."""
    first = shapes.ring_start[shapes.shape_start].astype(np.int64)
    full = np.flatnonzero(np.diff(first))
    found = []
    for values, way in ((shapes.lon, np.minimum), (shapes.lat, np.minimum),
                        (shapes.lon, np.maximum), (shapes.lat, np.maximum)):  # fmt: skip
        bound = np.full(len(first) - 1, np.nan)
        if len(full):
            bound[full] = way.reduceat(values, first[full])
        found.append(bound)
    return found[0], found[1], found[2], found[3]


def _around(shapes: Shapes, lon: float, lat: float) -> Flags:
    """Which shapes' boxes hold a place."""
    west, south, east, north = _boxes(shapes)
    return (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
