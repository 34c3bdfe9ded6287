"""What comes in, on its way to cache.db: a bounded queue and the writer's transactions.

`submit` never waits. When the queue is full the oldest readings are shed and counted, then the
oldest device states and events; warnings never. What a full disk refused stays in the queue.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import ClassVar

import msgspec

from app.core.message import Message, message
from app.core.model import Segment, Sourced, Warning
from app.core.privacy import Privacy
from app.store import records
from app.store.driver import Connection, DatabaseError, DiskFull
from app.store.pack import BadChunk
from app.store.telemetry import Telemetry, Written
from app.store.writer import transact

log = logging.getLogger(__name__)

MAX_READINGS = 2_000_000
MAX_RECORDS = 200_000
READINGS_PER_TRANSACTION = 40_000
"""A decision of an operator waits behind at most one: 0.2 s at the 183,000 a second of a refill."""
RETRY_S = 5.0


class Counts(msgspec.Struct):
    """What became of what was submitted, since the start."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    written: int = 0
    shed: int = 0  # readings, the queue being full
    shed_records: int = 0  # events and device states, likewise; never warnings
    refused: int = 0  # no finite number
    unrolled: int = 0  # minutes older than the kept readings: stored, not rolled up
    abandoned: int = 0  # readings given up at the exit
    abandoned_records: int = 0  # records that a full disk did not take up to the exit
    failed: int = 0  # readings and records of transactions that a damaged file refused
    retries: int = 0  # transactions that a full disk refused, kept and tried again


class Recorder:
    """The queue; `submit` from any thread, `pump` from the writer thread."""

    def __init__(
        self,
        telemetry: Telemetry | None,
        horizon: Callable[[], int],
        report: Callable[[Message], None],
        release: Callable[[], bool],
        max_readings: int = MAX_READINGS,
        max_records: int = MAX_RECORDS,
        retry_s: float = RETRY_S,
    ) -> None:
        """`telemetry` None for a file that may not be written: everything is shed. `horizon` gives
        the moment before which readings are not kept; `release` frees room on a full disk."""
        self.counts = Counts()
        self.trouble: Message | None = None  # why nothing is being saved now
        self.hurry: Callable[[], None] = _nothing
        self._telemetry = telemetry
        self._horizon = horizon
        self._report = report
        self._release = release
        self._max_readings = max_readings
        self._max_records = max_records
        self._retry_s = retry_s
        self._lock = threading.Lock()
        self._segments: deque[Segment] = deque()
        self._waiting = 0
        self._records: deque[Sourced] = deque()
        self._warnings: deque[Sourced] = deque()
        self._retry_at = 0.0
        self._finish_by = math.inf

    @property
    def shed(self) -> int:
        """Readings and records that were not stored because too many waited."""
        return self.counts.shed + self.counts.shed_records

    @property
    def waiting(self) -> int:
        """Readings in the queue."""
        return self._waiting

    @property
    def finishing(self) -> bool:
        """Whether the program is closing."""
        return self._finish_by < math.inf

    def submit(self, segments: list[Segment], records: list[Sourced]) -> None:
        """Take readings and records to be stored; never waits."""
        count = sum([len(segment.readings) for segment in segments])
        with self._lock:
            self._segments.extend(segments)
            self._waiting += count
            for sourced in records:
                own = self._warnings if isinstance(sourced.record, Warning) else self._records
                own.append(sourced)
            self._shed()
            many = self._waiting >= READINGS_PER_TRANSACTION
        if many:
            self.hurry()

    def _shed(self) -> None:
        while self._waiting > self._max_readings and self._segments:
            oldest = self._segments[0]
            over = self._waiting - self._max_readings
            if len(oldest.readings) <= over:
                self._segments.popleft()
                over = len(oldest.readings)
            else:
                self._segments[0] = Segment(oldest.source, oldest.received, oldest.readings[over:])
            self._waiting -= over
            self.counts.shed += over
        while len(self._records) > self._max_records:
            self._records.popleft()
            self.counts.shed_records += 1

    def pump(self, connection: Connection) -> bool:
        """Write one transaction of what waits; gives whether more waits."""
        if self._telemetry is None:
            segments, others = self._take()
            self.counts.shed += sum(len(segment.readings) for segment in segments)
            self.counts.shed_records += len(others)
            return False
        if self.trouble is not None and time.monotonic() < self._retry_at:
            return False
        if time.monotonic() >= self._finish_by:
            self._abandon()
        segments, others = self._take()
        if not segments and not others:
            return False
        telemetry = self._telemetry

        def write(cache: Connection) -> Written:
            records.write(cache, others)
            return telemetry.write(cache, segments, self._horizon())

        try:
            written = transact(connection, "cache.db", write)
        except DiskFull as error:
            telemetry.reload(connection)
            self._keep(segments, others, error)
        except DatabaseError as error:
            telemetry.reload(connection)
            self._give_up(segments, others, error)
        else:
            self._done(written)
        return self._waiting > 0 or bool(self._records) or bool(self._warnings)

    def finish(self, within_s: float) -> None:
        """The program is closing: what does not get its transaction within this time is given up,
        readings only. The newest go: a refill asks for what comes after the last one stored."""
        self._finish_by = time.monotonic() + within_s
        self._retry_at = 0.0

    def count_left(self) -> None:
        """After the last transaction: what a full disk still holds up is lost, and counted."""
        self._abandon()
        counts = self.counts
        with self._lock:
            counts.abandoned_records += len(self._records) + len(self._warnings)
        if counts.abandoned or counts.abandoned_records:
            log.warning(
                "closed with %d readings and %d records not written",
                counts.abandoned,
                counts.abandoned_records,
            )

    def _abandon(self) -> None:
        with self._lock:
            self.counts.abandoned += self._waiting
            self._segments.clear()
            self._waiting = 0

    def guard(self, connection: Connection, step: Callable[[Connection], bool]) -> bool:
        """Run a step of upkeep; what a full disk or a damaged file refuses is said, not raised."""
        try:
            return step(connection)
        except DiskFull as error:
            self._keep([], [], error)
        except (DatabaseError, BadChunk) as error:
            self._give_up([], [], error)
        return False

    def _take(self) -> tuple[list[Segment], list[Sourced]]:
        with self._lock:
            segments: list[Segment] = []
            count = 0
            while self._segments and count < READINGS_PER_TRANSACTION:
                segments.append(self._segments.popleft())
                count += len(segments[-1].readings)
            self._waiting -= count
            others = [*self._warnings, *self._records]
            self._warnings.clear()
            self._records.clear()
        return segments, others

    def _done(self, written: Written) -> None:
        counts = self.counts
        counts.written += written.readings
        counts.refused += written.refused
        counts.unrolled += written.unrolled
        if self.trouble is not None:
            self.trouble = None
            self._report(message("store.saving_again"))

    def _keep(
        self,
        segments: list[Segment],
        others: list[Sourced],
        error: DiskFull,
    ) -> None:
        """Put back what the disk had no room for, in front; at once again if room was given up."""
        self.counts.retries += 1
        with self._lock:
            self._segments.extendleft(reversed(segments))
            self._waiting += sum(len(segment.readings) for segment in segments)
            for sourced in reversed(others):
                warning = isinstance(sourced.record, Warning)
                (self._warnings if warning else self._records).appendleft(sourced)
            self._shed()
        if self._release():
            return
        if self.trouble is None:
            self.trouble = error.reason
            self._report(error.reason)
        self._retry_at = time.monotonic() + self._retry_s

    def _give_up(
        self,
        segments: list[Segment],
        others: list[Sourced],
        error: Exception,
    ) -> None:
        """A damaged file: count, say so once, go on; the next start puts it aside."""
        self.counts.failed += sum(len(segment.readings) for segment in segments) + len(others)
        if self.trouble is None:
            self.trouble = message("store.damaged_now", file="cache.db", error=str(error))
            self._report(self.trouble)


def _nothing() -> None:
    """Until the writer is there, nobody needs to hurry."""
