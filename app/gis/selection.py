"""What of layers lies in a circle, box, polygon or lasso: marks and shapes, sorted by distance.

A mark on the line is in (`app.gis.drawn`); a line or an area is in where any of it is.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.privacy import Privacy
from app.gis.content import Content, Floats, Shapes
from app.gis.drawn import Selector
from app.gis.polygon import Whole
from app.gis.touching import middles, touching
from app.live.map_state import MapArea

Ids = np.ndarray[Any, np.dtype[np.object_]]


class Found(msgspec.Struct, frozen=True):
    """What of one layer lies in the area, the nearest to its middle first. `index` are places in
    the content's marks, -1 for shapes; metres; WGS-84 degrees, of a shape its label's or its
    middle; `style` the name of its class in both languages."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    ids: Ids
    index: Whole
    lon: Floats
    lat: Floats
    distance_m: Floats
    classes: dict[tuple[str, str], int]


class Selection(msgspec.Struct, frozen=True):
    """What lies in an area, by layer; layers with nothing in it are left out."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    area: MapArea
    middle: tuple[float, float]
    layers: dict[str, Found]

    @property
    def total(self) -> int:
        """How many things there are in it."""
        return sum(len(found.ids) for found in self.layers.values())


def select(area: MapArea, contents: Mapping[str, Content]) -> Selection:
    """What of these layers lies in the area."""
    selector = Selector(area)
    layers = {}
    for layer, content in contents.items():
        parts = [_of_shapes(selector, shapes) for shapes in content.shapes]
        if content.marks is not None:
            parts.append(_of_marks(selector, content))
        found = _joined([part for part in parts if len(part.ids)])
        if found is not None:
            layers[layer] = found
    return Selection(area, selector.middle, layers)


def _of_marks(selector: Selector, content: Content) -> Found:
    marks = content.marks
    assert marks is not None
    index = np.flatnonzero(selector.covers(marks.lon, marks.lat))
    lon, lat = marks.lon[index], marks.lat[index]
    names = [(style.name_zh, style.name_en) for style in marks.styles]
    classes = _classes(names, marks.style[index])
    return Found(marks.ids[index], index, lon, lat, selector.distance(lon, lat), classes)


def _of_shapes(selector: Selector, shapes: Shapes) -> Found:
    which = touching(selector.outline(), shapes)
    lon, lat = middles(shapes)
    lon, lat = lon[which], lat[which]
    names = [(style.name_zh, style.name_en) for style in shapes.styles]
    return Found(
        shapes.ids[which],
        np.full(len(which), -1, np.int64),
        lon,
        lat,
        selector.distance(lon, lat),
        _classes(names, shapes.style[which]),
    )


def _classes(names: list[tuple[str, str]], styles: Any) -> dict[tuple[str, str], int]:
    counts = np.bincount(styles, minlength=len(names))
    found: dict[tuple[str, str], int] = {}
    for name, n in zip(names, counts.tolist(), strict=False):
        if n:
            found[name] = found.get(name, 0) + n
    return found


def _joined(parts: list[Found]) -> Found | None:
    """Parts of one layer as one, sorted by distance."""
    if not parts:
        return None
    one = parts[0] if len(parts) == 1 else _together(parts)
    order = np.argsort(one.distance_m)
    return Found(
        one.ids[order],
        one.index[order],
        one.lon[order],
        one.lat[order],
        one.distance_m[order],
        one.classes,
    )


def _together(parts: list[Found]) -> Found:
    classes: dict[tuple[str, str], int] = {}
    for part in parts:
        for name, n in part.classes.items():
            classes[name] = classes.get(name, 0) + n
    return Found(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.index for part in parts]),
        np.concatenate([part.lon for part in parts]),
        np.concatenate([part.lat for part in parts]),
        np.concatenate([part.distance_m for part in parts]),
        classes,
    )
