"""One layer on its way to the page: what was sent of it, and what has to be sent again."""

import logging
from typing import Any, ClassVar, NamedTuple

import msgspec
import numpy as np

from app.core.message import Message, Refusal, message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.gis.content import Content, Marks, Raster, Shapes
from app.gis.frames import (
    Origin,
    Timing,
    encode_labels,
    encode_marks,
    encode_raster,
    encode_shapes,
)
from app.gis.layer import Ask, Layer

log = logging.getLogger(__name__)

AGES_MS = 60_000
"""Marks that did not change are sent again after so long, to set the page's ages right."""
GLIDE_MS = 1000
"""The longest that a mark is shown on its way to where it was seen."""
SLICE = 8192
"""So many objects are compared in one hold of the interpreter's lock."""
SAMPLE = 256
"""So many numbers are compared first: where all moved, these did."""
SETS_KEPT = 4
"""A click on a picture that is older than this many changes of its things finds nothing."""
SHAPES = 10_000_000
"""How a page tells a shape: this times (1 + slot) and its number."""
_NOTHING = Timing(at=0)
Objects = np.ndarray[Any, np.dtype[np.object_]]


class Variant(msgspec.Struct, frozen=True):
    """A layer as some views ask for it."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    layer: str
    filter: str = ""
    since: Ms = 0
    at: Ms = 0


class _Known(NamedTuple):
    """Which things the marks and shapes are since a frame."""

    seq: int
    ids: tuple[Objects | None, ...]  # of the marks, then of each slot of shapes


class Composition:
    """The state of one key. `encode` runs in the thread `map`, all else on the main loop; never
    both at once, because `busy` lets one content be made at a time."""

    def __init__(self, key: str, variant: Variant) -> None:
        self.key = key
        self.variant = variant
        self.layer: Layer | None = None
        self.dirty = True
        self.moved = False  # a view that shows it moved
        self.busy = False
        self.started = float("-inf")
        self.seq = 0
        self.sent: dict[str, bytes] = {}  # the newest frame of each kind and slot
        self._set = 0
        self._marks: Marks | None = None
        self._marks_at: Ms = 0
        self._marks_when = 0.0
        self._shapes: dict[int, bytes] = {}  # without moment and number, to compare
        self._raster = b""
        self._known: list[_Known] = []
        self._last = Content()
        self._pending: dict[str, bytes] = {}
        self._down = False

    @property
    def waits(self) -> bool:
        """Whether it has to be made anew as soon as it may."""
        follows = self.layer is not None and self.layer.follows_view
        return self.dirty or (self.moved and follows)

    def encode(
        self, content: Content, ask: Ask, origin: Origin, zone_min: int, when: float
    ) -> tuple[Content, list[bytes]]:
        """What of a content has to be sent; the content comes back with a fault where some of its
        marks have no usable place. `when` is seconds of a steady clock."""
        frames: dict[str, bytes] = {}
        seq = self.seq + 1
        before = self._set
        self._encode_marks(frames, content.marks, seq, ask, origin, zone_min, when)
        self._encode_shapes(frames, content.shapes, seq, ask, origin)
        self._encode_raster(frames, content.raster, seq, ask, origin)
        if frames:
            self.seq = seq
            ids = (content.marks.ids if content.marks else None, *(s.ids for s in content.shapes))
            if before != self._set or not self._known or any("shapes" in key for key in frames):
                self._known = [*self._known[1 - SETS_KEPT :], _Known(seq, ids)]
        self._down = False
        self._last = content
        self._pending = frames
        return _with_unplaced(content), list(frames.values())

    def arrived(self, content: Content, frames: list[bytes]) -> None:
        """On the main loop: these are the newest now."""
        if frames:
            self.sent |= self._pending
        self._pending = {}

    def refused(self, error: Exception) -> Content:
        """The layer cannot be made with what its table says."""
        self.dirty = False
        log.warning("layer %s: %s", self.variant.layer, error)
        reason = error.reason if isinstance(error, Refusal) else message("maplive.unknown")
        return Content(faults=(reason,), connected=False)

    def failed(self, error: Exception) -> Content:
        """The layer broke; what it showed last stays, with a fault. Logged once until it works."""
        if not self._down:
            log.error("layer %s failed", self.variant.layer, exc_info=error)
        self._down = True
        return msgspec.structs.replace(self._last, faults=(_failed(error),))

    def thing(self, index: int, seq: int) -> str | None:
        """The id behind what a page said of the frame `seq` (0: the newest)."""
        slot, index = divmod(index, SHAPES)
        known = [entry for entry in self._known if not seq or entry.seq <= seq]
        if not known or not 0 <= slot < len(known[-1].ids):
            return None
        ids = known[-1].ids[slot]
        return str(ids[index]) if ids is not None and 0 <= index < len(ids) else None

    def _encode_marks(
        self,
        frames: dict[str, bytes],
        marks: Marks | None,
        seq: int,
        ask: Ask,
        origin: Origin,
        zone_min: int,
        when: float,
    ) -> None:
        old = self._marks
        if marks is None:
            if old is None:
                return
            marks = _nothing(old)
        at = ask.at or ask.now
        if old is not None and _same_marks(marks, old) and abs(at - self._marks_at) < AGES_MS:
            return
        same = old is not None and _same_objects(marks.ids, old.ids)
        labels_stand = same and old is not None and _same_objects(marks.labels, old.labels)
        if not same:
            self._set += 1
        timing = Timing(
            at=at,
            set=self._set,
            same=same,
            glide_ms=_glide(when - self._marks_when) if same else 0,
            zone_min=zone_min,
            live=not ask.at,
        )
        if marks.labels is not None and not labels_stand:
            frames["labels"] = encode_labels(self.key, self._set, marks.labels.tolist())
        frames["marks"] = encode_marks(self.key, seq, marks, origin, timing)
        self._marks, self._marks_at, self._marks_when = marks, at, when

    def _encode_shapes(
        self,
        frames: dict[str, bytes],
        shapes: tuple[Shapes, ...],
        seq: int,
        ask: Ask,
        origin: Origin,
    ) -> None:
        for slot, one in enumerate(shapes):
            bare = encode_shapes(self.key, 0, one, origin, _NOTHING, slot)
            if self._shapes.get(slot) != bare:
                self._shapes[slot] = bare
                timing = Timing(at=ask.at or ask.now)
                frames[f"shapes {slot}"] = encode_shapes(self.key, seq, one, origin, timing, slot)
        for slot in [slot for slot in self._shapes if slot >= len(shapes)]:
            del self._shapes[slot]
            frames[f"shapes {slot}"] = encode_shapes(
                self.key, seq, _NO_SHAPES, origin, _NOTHING, slot
            )

    def _encode_raster(
        self,
        frames: dict[str, bytes],
        raster: Raster | None,
        seq: int,
        ask: Ask,
        origin: Origin,
    ) -> None:
        if raster is None:
            if not self._raster:
                return
            self._raster = b""
            frames["raster"] = encode_raster(self.key, seq, _NO_RASTER, origin, _NOTHING)
            return
        bare = encode_raster(self.key, 0, raster, origin, _NOTHING)
        if bare != self._raster:
            self._raster = bare
            timing = Timing(at=ask.at or ask.now)
            frames["raster"] = encode_raster(self.key, seq, raster, origin, timing)


def _failed(error: Exception) -> Message:
    return message("maplive.failed", error=type(error).__name__)


def _with_unplaced(content: Content) -> Content:
    """Say how many marks have no place on a map."""
    if content.marks is None:
        return content
    lon, lat = content.marks.lon, content.marks.lat
    with np.errstate(invalid="ignore"):
        bad = int(np.count_nonzero(~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))))
    if not bad:
        return content
    fault = message("maplive.unplaced", count=bad)
    return msgspec.structs.replace(content, faults=(*content.faults, fault))


def _glide(passed_s: float) -> int:
    return round(min(max(passed_s * 1000.0, 0.0), GLIDE_MS))


def _same_marks(new: Marks, old: Marks) -> bool:
    """Whether nothing of what is drawn changed."""
    if new is old:
        return True
    plain = ("lon", "lat", "style", "observed", "heading", "trail_lon", "trail_lat", "trail_start")
    return (
        (new.styles, new.cluster, new.label_zoom) == (old.styles, old.cluster, old.label_zoom)
        and all(_same_numbers(getattr(new, name), getattr(old, name)) for name in plain)
        and _same_objects(new.ids, old.ids)
        and _same_objects(new.labels, old.labels)
    )


def _same_numbers(new: Any, old: Any) -> bool:
    if new is None or old is None or new is old:
        return new is old
    with_nan = new.dtype.kind == "f"
    return np.array_equal(new[:SAMPLE], old[:SAMPLE], equal_nan=with_nan) and np.array_equal(
        new, old, equal_nan=with_nan
    )


def _same_objects(new: Objects | None, old: Objects | None) -> bool:
    """In slices: a comparison of objects holds the interpreter's lock until it ends."""
    if new is None or old is None or new is old:
        return new is old
    return len(new) == len(old) and all(
        bool((new[at : at + SLICE] == old[at : at + SLICE]).all())
        for at in range(0, len(new), SLICE)
    )


def _nothing(old: Marks) -> Marks:
    none = np.zeros(0)
    return Marks(
        np.empty(0, object), none, none, np.zeros(0, np.uint8), old.styles, cluster=old.cluster
    )


_NO_SHAPES = Shapes(
    np.empty(0, object),
    np.zeros(0),
    np.zeros(0),
    np.zeros(1, np.uint32),
    np.zeros(1, np.uint32),
    np.zeros(0, np.uint8),
    (),
)
_NO_RASTER = Raster(np.zeros((1, 1), np.uint8), 0.0, 0.0, 0.0, 0.0, ())
