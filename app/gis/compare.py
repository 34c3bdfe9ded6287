"""A file, or what a layer shows, against what is known: `python main.py crs` and the layer
panel."""

import re

import numpy as np

from app.gis.content import Content
from app.gis.crs import to_wgs84
from app.gis.datum import judge, judge_named
from app.gis.features import AREA, LINE, POINT, Features
from app.gis.reference import Outline, Reference
from app.gis.verdict import Verdict

_CODE = re.compile(r"(156)?\d{6}(\d{3}|\d{6})?")
_NAME = re.compile(r"[^\d\W][\w·（）()\- ]{1,39}")


def compare(features: Features, reference: Reference, only: str = "") -> Verdict:
    """What the coordinates of a file look like; with `only`, of the things alone that bear this
    code or name in a cell."""
    chosen = _only(features, only) if only else features
    codes = frozenset(outline.code for outline in reference.outlines if outline.code)
    areas = chosen.outlines(codes)
    lon, lat = chosen.places()
    if not areas and reference.places:
        named = _named(chosen, reference)
        if named is not None:
            return named
    return judge(lon, lat, areas, reference)


def compare_content(content: Content, reference: Reference) -> Verdict:
    """The same of what a layer shows; its positions are those that the map draws."""
    lon, lat = np.zeros(0), np.zeros(0)
    if content.marks is not None:
        lon, lat = content.marks.lon, content.marks.lat
    areas: list[Outline] = []
    for shapes in content.shapes:
        if not shapes.closed:
            lon, lat = np.concatenate([lon, shapes.lon]), np.concatenate([lat, shapes.lat])
            continue
        pairs = np.column_stack([shapes.lon, shapes.lat])
        for index, id_ in enumerate(shapes.ids):
            rings = range(shapes.shape_start[index], shapes.shape_start[index + 1])
            name = str(shapes.labels[index]) if shapes.labels is not None else ""
            areas.append(
                Outline(
                    tuple(pairs[shapes.ring_start[r] : shapes.ring_start[r + 1]] for r in rings),
                    str(id_),
                    (name,) if name else (),
                )
            )
    return judge(lon, lat, areas, reference)


def reference_of(features: Features, crs: str, title: str) -> Reference:
    """A reference made of a file whose system is known. Raises UnknownCrs."""
    lon, lat = to_wgs84(features.x, features.y, crs)
    codes = [c for name, c in _columns(features) if all(map(_CODE.fullmatch, c))]
    names = [c for name, c in _columns(features) if all(map(_NAME.fullmatch, c))]
    outlines, lines = [], []
    places: dict[str, tuple[float, float]] = {}
    for index in range(features.count):
        rings = range(features.shape_start[index], features.shape_start[index + 1])
        parts = tuple(
            np.column_stack([lon[s], lat[s]])
            for s in (slice(features.ring_start[r], features.ring_start[r + 1]) for r in rings)
        )
        called = tuple(column[index] for column in names)
        if features.form[index] == AREA:
            outlines.append(Outline(parts, codes[0][index] if codes else "", called))
        elif features.form[index] == LINE:
            lines += [part for part in parts if len(part) > 1]
        else:
            place = float(parts[0][0, 0]), float(parts[0][0, 1])
            places.update((name, place) for name in called)
    return Reference(tuple(outlines), tuple(lines), places, title)


def _columns(features: Features) -> list[tuple[str, tuple[str, ...]]]:
    """Columns that tell one thing from another."""
    pairs = zip(features.columns, features.cells, strict=True)
    return [(name, column) for name, column in pairs if len(set(column)) == features.count]


def _only(features: Features, word: str) -> Features:
    kept = np.zeros(features.count, np.bool_)
    for column in features.cells:
        kept |= np.array([text == word for text in column], np.bool_)
    return features.only(kept)


def _named(features: Features, reference: Reference) -> Verdict | None:
    """By the column in which most names or ids are known."""
    if not (features.form == POINT).all():
        return None
    columns = sorted(
        features.cells,
        key=lambda column: sum(text in reference.places for text in column),
        reverse=True,
    )
    if not columns:
        return None
    first = features.ring_start[features.shape_start[:-1]]
    return judge_named(columns[0], features.x[first], features.y[first], reference)
