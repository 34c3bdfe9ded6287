"""What a file of places holds: points, lines and areas with their table, as flat arrays.

The same arrays hold them on the way from the child that reads to the program, in the file of an
imported layer, and in memory. `x`, `y` are as the file gives them until `app.gis.settle` has made
them WGS-84 degrees.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.message import Message
from app.core.privacy import Privacy
from app.gis.content import Bytes, Flags, Floats, Starts
from app.gis.reference import Outline, Pairs

POINT, LINE, AREA = 0, 1, 2
Sizes = np.ndarray[Any, np.dtype[np.int64]]


class Broken(ValueError):
    """Bytes that are no packed features."""


class Features(msgspec.Struct, frozen=True):
    """`n` things. `form` says what each is (POINT, LINE, AREA); its rings (an area's outlines and
    holes by even and odd, a line's parts, one place per ring for points) are those from
    `shape_start[i]` to `shape_start[i + 1]`, and a ring's vertices those from `ring_start[r]`.
    `cells` are the texts of each column. `stated` is the system that the file itself names, empty
    where it names none; `faults` say what was mended or left out."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    form: Bytes
    x: Floats
    y: Floats
    ring_start: Starts
    shape_start: Starts
    columns: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    format: str = ""
    stated: str = ""
    faults: tuple[Message, ...] = ()

    @property
    def count(self) -> int:
        """Of things."""
        return len(self.form)

    def row(self, index: int) -> dict[str, str]:
        """What the table says of one thing; empty cells are left out."""
        pairs = zip(self.columns, self.cells, strict=True)
        return {name: column[index] for name, column in pairs if column[index]}

    def rings(self, index: int) -> Iterator[Pairs]:
        """The rings of one thing, n x 2."""
        for ring in range(self.shape_start[index], self.shape_start[index + 1]):
            part = slice(self.ring_start[ring], self.ring_start[ring + 1])
            yield np.column_stack([self.x[part], self.y[part]])

    def vertex_form(self) -> Bytes:
        """The form of the thing that each vertex belongs to."""
        per_shape = self.ring_start[self.shape_start].astype(np.int64)
        return np.repeat(self.form, _gaps(per_shape))

    def ring_shape(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The thing that each ring belongs to."""
        return np.repeat(np.arange(self.count), _gaps(self.shape_start))

    def places(self) -> tuple[Floats, Floats]:
        """The vertices of points and lines: those that no area of a known form can be told by."""
        chosen = self.vertex_form() != AREA
        return self.x[chosen], self.y[chosen]

    def outlines(self, codes: frozenset[str] = frozenset()) -> list[Outline]:
        """The areas, each with all its short texts as possible names and codes."""
        found = []
        for index in np.flatnonzero(self.form == AREA):
            texts = [column[index] for column in self.cells if 2 <= len(column[index]) <= 40]
            code = next((text for text in texts if text[:6] in codes or text[3:] in codes), "")
            found.append(Outline(tuple(self.rings(int(index))), code, tuple(texts)))
        return found

    def only(self, kept: Flags) -> "Features":
        """Those that are kept, in their order."""
        if kept.all():
            return self
        rings = np.repeat(kept, _gaps(self.shape_start))
        vertices = np.repeat(rings, _gaps(self.ring_start))
        ring_sizes = _gaps(self.ring_start)[rings]
        shape_sizes = _gaps(self.shape_start)[kept]
        numbers = np.flatnonzero(kept)
        return msgspec.structs.replace(
            self,
            form=self.form[kept],
            x=self.x[vertices],
            y=self.y[vertices],
            ring_start=starts(ring_sizes),
            shape_start=starts(shape_sizes),
            cells=tuple(tuple(column[i] for i in numbers) for column in self.cells),
        )


def _gaps(begins: Any) -> Sizes:
    whole = np.asarray(begins, np.int64)
    return np.asarray(whole[1:] - whole[:-1])


def starts(sizes: Sizes) -> Starts:
    """Where each of so many begins, and where the last ends."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint32)


class _Head(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    format: str
    stated: str
    faults: tuple[Message, ...]


_ARRAYS = {"form": "u1", "x": "<f8", "y": "<f8", "ring_start": "<u4", "shape_start": "<u4"}


def packed(features: Features, *, small: bool = False) -> bytes:
    """As bytes: a zip of numpy arrays (.npz) with the table as JSON; `small` compresses."""
    head = _Head(
        features.columns, features.cells, features.format, features.stated, features.faults
    )
    arrays = {name: getattr(features, name).astype(kind) for name, kind in _ARRAYS.items()}
    arrays["head"] = np.frombuffer(msgspec.json.encode(head), np.uint8)
    out = io.BytesIO()
    (np.savez_compressed if small else np.savez)(out, **arrays)
    return out.getvalue()


def unpacked(data: bytes) -> Features:
    """What `packed` made; raises Broken for anything else."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            arrays = {name: found[name] for name in (*_ARRAYS, "head")}
        head = msgspec.json.decode(arrays.pop("head").tobytes(), type=_Head)
        features = Features(
            **{name: array.astype(_ARRAYS[name][-2:]) for name, array in arrays.items()},
            **{name: getattr(head, name) for name in head.__struct_fields__},
        )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise Broken(str(error)) from error
    _check(features)
    return features


def _check(features: Features) -> None:
    rings, shapes = features.ring_start, features.shape_start
    sound = (
        all(array.ndim == 1 for array in (features.form, features.x, features.y, rings, shapes))
        and len(features.x) == len(features.y)
        and len(rings) >= 1
        and len(shapes) == features.count + 1
        and rings[0] == 0
        and shapes[0] == 0
        and int(rings[-1]) == len(features.x)
        and int(shapes[-1]) == len(rings) - 1
        and bool((np.diff(rings.astype(np.int64)) >= 0).all())
        and bool((np.diff(shapes.astype(np.int64)) >= 0).all())
        and bool((features.form <= AREA).all())
        and len(features.columns) == len(features.cells)
        and all(len(column) == features.count for column in features.cells)
    )
    if not sound:
        raise Broken("arrays that do not belong together")
