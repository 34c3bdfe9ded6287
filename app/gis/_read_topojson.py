"""TopoJSON 1.0 (github.com/topojson/topojson-specification): shared arcs, quantised or not."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.privacy import Privacy
from app.gis._collect import MAX_VERTICES, BadFile, Collector
from app.gis.features import AREA, LINE, POINT, Features
from app.gis.reference import Pairs

_MOST_NESTED = 8


class _Transform(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    scale: tuple[float, float]
    translate: tuple[float, float]


class _Geometry(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    type: str | None = None
    id: Any = None
    properties: Any = None
    arcs: Any = None
    coordinates: Any = None
    geometries: list["_Geometry"] = []


class _Topology(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    type: str
    arcs: list[list[list[float]]]
    objects: dict[str, _Geometry]
    transform: _Transform | None = None


def read_topojson(data: bytes) -> Features:
    """The things of all objects of a topology. Raises BadFile."""
    try:
        topology = msgspec.json.decode(data, type=_Topology)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadFile("not_json", error=str(error)[:200]) from error
    reader = _Reader(topology)
    for thing in topology.objects.values():
        reader.read(thing, 0)
    return reader.into.features("topojson")


class _Reader:
    """The arcs of a topology as places, and what has been put together of them."""

    def __init__(self, topology: _Topology) -> None:
        self.into = Collector()
        self._transform = topology.transform
        self._arcs = [self._arc(arc) for arc in topology.arcs]
        self._left = MAX_VERTICES  # an arc may be named a million times

    def read(self, thing: _Geometry, nested: int) -> None:
        """Add a geometry, or all of a collection."""
        if thing.type == "GeometryCollection" and nested < _MOST_NESTED:
            for member in thing.geometries:
                self.read(member, nested + 1)
            return
        try:
            form, rings = self._rings(thing)
        except (TypeError, ValueError, IndexError):
            self.into.fault("odd")
            return
        row = dict(thing.properties) if isinstance(thing.properties, dict) else {}
        if thing.id is not None:
            row.setdefault("id", thing.id)
        self.into.add(form, rings, row)

    def _rings(self, thing: _Geometry) -> tuple[int, list[Pairs]]:
        if thing.type in ("Point", "MultiPoint"):
            places = [thing.coordinates] if thing.type == "Point" else thing.coordinates
            return POINT, [self._placed(np.array([p[:2]], float)) for p in places or ()]
        depth = {
            "LineString": (LINE, 0),
            "MultiLineString": (LINE, 1),
            "Polygon": (AREA, 1),
            "MultiPolygon": (AREA, 2),
        }
        if thing.type is None:
            return LINE, []
        form, deep = depth.get(thing.type, (LINE, -1))
        if deep < 0:
            raise ValueError(thing.type)
        return form, [self._joined(arcs) for arcs in _flat(thing.arcs, deep)]

    def _joined(self, numbers: Sequence[int]) -> Pairs:
        """Arcs one behind the other; ~i is arc i backwards; where they meet is one place."""
        parts: list[Pairs] = []
        for number in numbers:
            if not isinstance(number, int):
                raise ValueError("not an arc")
            index = number if number >= 0 else ~number
            arc = self._arcs[index] if number >= 0 else self._arcs[index][::-1]
            parts.append(arc[1:] if parts else arc)
            self._left -= len(arc)
            if self._left < 0:
                raise BadFile("vertices", limit=MAX_VERTICES)
        return np.concatenate(parts) if parts else np.zeros((0, 2))

    def _arc(self, arc: list[list[float]]) -> Pairs:
        if any(len(position) < 2 for position in arc):
            raise BadFile("not_json", error="arc")
        pairs = np.array([position[:2] for position in arc], float).reshape(-1, 2)
        return self._placed(np.cumsum(pairs, axis=0) if self._transform else pairs)

    def _placed(self, pairs: Pairs) -> Pairs:
        if self._transform is None:
            return pairs
        return pairs * self._transform.scale + self._transform.translate


def _flat(arcs: Any, deep: int) -> Iterator[Sequence[int]]:
    if not isinstance(arcs, list):
        raise ValueError("no arcs")
    if deep == 0:
        yield arcs
        return
    for inner in arcs:
        yield from _flat(inner, deep - 1)
