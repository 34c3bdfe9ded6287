"""What readers found, made fit to be drawn: finite, closed, simple, and not too fine."""

from typing import Any

import msgspec
import numpy as np
import shapely

from app.core.message import Message, message
from app.gis._collect import BadFile
from app.gis._shapes import parts
from app.gis.features import AREA, LINE, Features, starts
from app.gis.reference import Pairs

KEEP_VERTICES = 1_000_000
_METRES_OF_A_DEGREE = 111_320.0
_DEGREES = 400.0  # numbers up to this are degrees


def mended(features: Features) -> Features:
    """The same with open areas closed, crossing ones taken apart, those without extent or with
    impossible numbers left out, and fewer vertices where there were too many. Every change is said.
    Raises BadFile where nothing is left."""
    said: list[Message] = []
    features = _finite(features, said)
    features = _fewer(features, said)
    features = _sound(features, said)
    if not features.count:
        raise BadFile("nothing")
    return msgspec.structs.replace(features, faults=features.faults + tuple(said))


def _say(said: list[Message], word: str, n: int) -> None:
    if n:
        said.append(message(f"mapfile.fault.{word}", n=n))


def _finite(features: Features, said: list[Message]) -> Features:
    good = np.isfinite(features.x) & np.isfinite(features.y)
    good &= (np.abs(features.x) < 1e9) & (np.abs(features.y) < 1e9)
    if good.all():
        return features
    kept = np.ones(features.count, np.bool_)
    ring = np.searchsorted(features.ring_start, np.flatnonzero(~good), side="right") - 1
    kept[features.ring_shape()[ring]] = False
    _say(said, "no_number", int((~kept).sum()))
    if not kept.any():
        raise BadFile("nothing")
    return features.only(kept)


def _fewer(features: Features, said: list[Message]) -> Features:
    """Vertices in the same cell of a grid as the one before are left out; the grid is made coarser
    until few enough stay. Takes time in proportion to their number, whatever their shape."""
    n = len(features.x)
    if n <= KEEP_VERTICES:
        return features
    if int((features.form[features.form < LINE] + 1).sum()) > KEEP_VERTICES:
        raise BadFile("points", limit=KEEP_VERTICES)
    degrees = float(np.median(np.abs(features.x))) < _DEGREES
    cell = 1.0 / _METRES_OF_A_DEGREE if degrees else 1.0
    fixed = np.zeros(n, np.bool_)  # the first and last of every ring stay
    ends = features.ring_start.astype(np.int64)
    filled = np.diff(ends) > 0
    fixed[ends[:-1][filled]] = True
    fixed[ends[1:][filled] - 1] = True
    if int(fixed.sum()) > KEEP_VERTICES:
        raise BadFile("rings", limit=KEEP_VERTICES)
    kept = np.ones(n, np.bool_)
    for _ in range(40):
        i, j = np.floor(features.x / cell), np.floor(features.y / cell)
        kept = fixed | np.concatenate([[True], (np.diff(i) != 0) | (np.diff(j) != 0)])
        if int(kept.sum()) <= KEEP_VERTICES:
            break
        cell *= 2
    metres = cell * (_METRES_OF_A_DEGREE if degrees else 1.0) * np.sqrt(2)
    said.append(
        message(
            "mapfile.fault.simpler", before=n, n=int(kept.sum()), metres=round(float(metres), 1)
        )
    )
    upto = np.concatenate([[0], np.cumsum(kept)])
    return msgspec.structs.replace(
        features,
        x=features.x[kept],
        y=features.y[kept],
        ring_start=upto[features.ring_start.astype(np.int64)].astype(np.uint32),
    )


def _sound(features: Features, said: list[Message]) -> Features:
    """Ring by ring; only what is not in order is touched."""
    sizes = np.diff(features.ring_start.astype(np.int64))
    form = features.form[features.ring_shape()]
    first = np.minimum(features.ring_start[:-1], len(features.x) - 1).astype(np.int64)
    last = np.maximum(features.ring_start[1:].astype(np.int64) - 1, 0)
    shut = (features.x[first] == features.x[last]) & (features.y[first] == features.y[last])
    short = ((form == AREA) & (sizes - shut < 3)) | ((form == LINE) & (sizes < 2)) | (sizes < 1)
    opened = (form == AREA) & ~shut & ~short
    crossing = np.zeros(len(sizes), np.bool_)
    checked = np.flatnonzero((form == AREA) & ~short)
    crossing[checked] = ~_valid(features, checked, opened)
    _say(said, "short", int(short.sum()))
    _say(said, "open", int(opened.sum()))
    _say(said, "crossing", int(crossing.sum()))
    if not (short | opened | crossing).any():
        return features
    return _rebuilt(features, short, opened, crossing, said)


def _valid(features: Features, rings: Any, opened: Any) -> Any:
    if not len(rings):
        return np.zeros(0, np.bool_)
    starts_, ends = features.ring_start[:-1][rings], features.ring_start[1:][rings]
    sizes = ends.astype(np.int64) - starts_.astype(np.int64) + opened[rings]
    owner = np.repeat(np.arange(len(rings)), sizes)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    at = np.where(
        starts_[owner] + offset < ends[owner], starts_[owner].astype(np.int64) + offset, 0
    )
    at = np.where(starts_[owner] + offset < ends[owner], at, starts_[owner])
    pairs = np.column_stack([features.x[at], features.y[at]])
    return shapely.is_valid(shapely.polygons(shapely.linearrings(pairs, indices=owner)))


def _rebuilt(
    features: Features, short: Any, opened: Any, crossing: Any, said: list[Message]
) -> Features:
    rings: list[Pairs] = []
    per_shape = np.zeros(features.count, np.int64)
    owner = features.ring_shape()
    for index in range(len(short)):
        if short[index]:
            continue
        part = slice(features.ring_start[index], features.ring_start[index + 1])
        ring = np.column_stack([features.x[part], features.y[part]])
        if opened[index]:
            ring = np.vstack([ring, ring[:1]])
        found = _taken_apart(ring) if crossing[index] else [ring]
        rings += found
        per_shape[owner[index]] += len(found)
    kept = per_shape > 0
    _say(said, "hopeless", int((~kept).sum()))
    if not rings:
        raise BadFile("nothing")
    together = np.concatenate(rings)
    numbers = np.flatnonzero(kept)
    return msgspec.structs.replace(
        features,
        form=features.form[kept],
        x=np.ascontiguousarray(together[:, 0]),
        y=np.ascontiguousarray(together[:, 1]),
        ring_start=starts(np.array([len(ring) for ring in rings], np.int64)),
        shape_start=starts(per_shape[kept]),
        cells=tuple(tuple(column[i] for i in numbers) for column in features.cells),
    )


def _taken_apart(ring: Pairs) -> list[Pairs]:
    found = shapely.make_valid(shapely.Polygon(ring))
    return [piece for form, rings in parts(found) if form == AREA for piece in rings]
