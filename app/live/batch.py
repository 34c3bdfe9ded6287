"""What the ingest thread hands to the main loop: one batch every 100 ms, in two parts.

`latest` is for the eye (the newest reading per key and source); `log` is for the history (every
accepted reading, late and refilled ones too). Coalescing the one never thins the other.
"""

import threading
from collections.abc import Callable
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.health import FeedHealth
from app.core.model import Ms, Reading, Segment, Sourced, Span
from app.core.privacy import Privacy
from app.live.feed_detail import FeedDetail


class PositionColumns(msgspec.Struct, frozen=True):
    """The newest position of everything on one layer of one source, as columns of equal length.

    `ids` of object, `lon`/`lat` of float64 degrees (WGS-84), `observed` of int64 ms, `heading`
    of float32 degrees and `speed` of float32 m/s (NaN where unknown), `expires` of int64 ms (0:
    unstated), `suspect` of bool (the track cannot be right: bad data, not a place), `names` and
    `kinds` of object (str).
    """

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    source: str
    layer: str
    received: Ms
    ids: np.ndarray[Any, np.dtype[np.object_]]
    lon: np.ndarray[Any, np.dtype[np.float64]]
    lat: np.ndarray[Any, np.dtype[np.float64]]
    observed: np.ndarray[Any, np.dtype[np.int64]]
    heading: np.ndarray[Any, np.dtype[np.float32]]
    speed: np.ndarray[Any, np.dtype[np.float32]]
    expires: np.ndarray[Any, np.dtype[np.int64]]
    suspect: np.ndarray[Any, np.dtype[np.bool_]]
    names: np.ndarray[Any, np.dtype[np.object_]]
    kinds: np.ndarray[Any, np.dtype[np.object_]]


class Standing(msgspec.Struct, frozen=True):
    """Every event and warning of a source that was open at a moment, as the source said then."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    at: Ms
    ids: frozenset[str]


class Batch(msgspec.Struct):
    """Everything that came in since the last batch was taken."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    latest: dict[str, dict[str, Reading]] = {}
    received: dict[str, Ms] = {}  # per source, when its newest reading of this batch arrived
    log: list[Segment] = []
    records: list[Sourced] = []
    positions: dict[tuple[str, str], PositionColumns] = {}
    health: dict[str, FeedHealth] = {}
    details: dict[str, FeedDetail] = {}  # of the feeds that somebody looks at closely
    backlog: dict[str, tuple[Span, ...]] = {}  # per source, what it has to bring beside this batch
    open: dict[str, Standing] = {}  # per source, what of it is open; of the others nothing is said
    impossible: dict[str, Ms] = {}  # by key: when a value was last turned away as impossible
    sequence: int = 0  # of a gatherer's line: its last frame that is in here, 0 for none
    receipts: list[Callable[[], None]] = []  # called when all up to this batch is on the disk

    def absorb(self, newer: "Batch") -> None:
        """Merge a later batch into this one, which nobody has taken yet."""
        for source, readings in newer.latest.items():
            held = self.latest.setdefault(source, {})
            for key, reading in readings.items():
                old = held.get(key)
                if old is None or supersedes(reading, old):
                    held[key] = reading
        self.received.update(newer.received)
        self.log.extend(newer.log)
        self.records.extend(newer.records)
        self.positions.update(newer.positions)
        self.health.update(newer.health)
        self.details.update(newer.details)
        self.backlog.update(newer.backlog)
        self.open.update(newer.open)
        self.impossible.update(newer.impossible)
        self.sequence = newer.sequence or self.sequence
        self.receipts.extend(newer.receipts)


def supersedes(newer: Reading, older: Reading) -> bool:
    """Whether a reading takes the place of another of its key in the picture."""
    if newer.observed != older.observed:
        return newer.observed > older.observed
    return newer.revision >= older.revision


class Mailbox:
    """One slot between the ingest thread and the main loop; never grows, merges instead."""

    def __init__(self, notify: Callable[[], object]) -> None:
        self._notify = notify
        self._lock = threading.Lock()
        self._batch: Batch | None = None

    def put(self, batch: Batch) -> None:
        """From the ingest thread; calls `notify` only when the slot was empty."""
        with self._lock:
            if self._batch is not None:
                self._batch.absorb(batch)
                return
            self._batch = batch
        self._notify()

    @property
    def waiting(self) -> int:
        """Readings for the history in the batch that nobody has taken yet."""
        with self._lock:
            held = self._batch
            return sum(len(segment.readings) for segment in held.log) if held is not None else 0

    def take(self) -> Batch | None:
        """From the main loop."""
        with self._lock:
            batch, self._batch = self._batch, None
        return batch
