"""Writing readings: one transaction takes many segments into history, roll-ups and latest.

The work is done on columns. A reading newer than everything stored of its series cannot be a
repeat, so it is inserted and added to its buckets without a look; any other is checked against the
history and its buckets are computed anew (rare, and right whatever the order of arrival).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from app.core.model import Ms, Origin, Reading, Segment, World
from app.store.bulk import Bulk
from app.store.columns import Ints, pack_extra
from app.store.driver import Connection
from app.store.identity import SeriesIds
from app.store.late import LATEST, ROW, write_late
from app.store.rollup import add
from app.store.rows import Mask, Objects, Rows, concatenate, in_order, objects

_NEW = {
    extra: Bulk("INSERT INTO reading", row, "ON CONFLICT DO NOTHING") for extra, row in ROW.items()
}

AT_ONCE = 2_000
"""So many readings become columns between two moments at which the windows may go first."""


class Written(NamedTuple):
    """What a transaction took; `refused` were no finite numbers, `unrolled` minutes too old."""

    readings: int
    refused: int
    unrolled: int


class Telemetry:
    """Takes segments into cache.db; used by the writer thread only, which may `give_way` between
    two pieces of a transaction."""

    def __init__(self, connection: Connection, give_way: Callable[[], None] = lambda: None) -> None:
        self._ids = SeriesIds(connection)
        self._give_way = give_way

    def reload(self, connection: Connection) -> None:
        """Forget what a rolled-back transaction had entered."""
        self._ids = SeriesIds(connection)

    def write(self, connection: Connection, segments: list[Segment], horizon: Ms) -> Written:
        """Store the readings inside the open transaction."""
        parts = [part for one in _by_source(segments) for part in self._columns(connection, *one)]
        if not parts:
            return Written(0, 0, 0)
        self._give_way()
        rows = concatenate(parts)
        finite = np.isfinite(rows.value)
        refused = len(finite) - int(finite.sum())
        if refused:
            rows = rows.take(finite)
        rows = in_order(rows)
        late = self._late(rows)
        unrolled = 0
        if late.any():
            self._write_new(connection, rows.take(~late))
            unrolled = write_late(connection, rows.take(late), self._ids.newest, horizon)
        else:
            self._write_new(connection, rows)
        return Written(len(rows.sid), refused, unrolled)

    def _columns(
        self, connection: Connection, source: str, readings: list[Reading], received: Ints
    ) -> Iterable[Rows]:
        worlds = [reading.world for reading in readings]
        origins = [reading.origin for reading in readings]
        self._give_way()
        # Comparing finds the same object first, so a uniform segment costs next to nothing.
        if worlds.count(worlds[0]) == len(worlds) and origins.count(origins[0]) == len(origins):
            yield self._uniform(connection, source, readings, received, worlds[0], origins[0])
            return
        groups: dict[tuple[World | None, Origin], list[int]] = defaultdict(list)
        for place, reading in enumerate(readings):
            groups[reading.world, reading.origin].append(place)
        for (world, origin), places in groups.items():
            group = [readings[place] for place in places]
            yield self._uniform(connection, source, group, received[places], world, origin)

    def _uniform(
        self,
        connection: Connection,
        source: str,
        readings: list[Reading],
        received: Ints,
        world: World | None,
        origin: Origin,
    ) -> Rows:
        keys = [reading.key for reading in readings]
        ts = np.array([reading.observed for reading in readings], np.int64)
        revisions = [reading.revision for reading in readings]
        return Rows(
            self._ids.resolve(connection, source, world, origin, keys),
            ts,
            np.array(revisions, np.int64) if any(revisions) else np.zeros(len(ts), np.int64),
            np.array([reading.value for reading in readings], np.float64),
            received - ts,
            _extras(readings),
        )

    def _late(self, rows: Rows) -> Mask:
        """Which are not newer than all stored, or share their moment with another one."""
        late = rows.ts <= self._ids.newest[rows.sid]
        same = (rows.ts[1:] == rows.ts[:-1]) & (rows.sid[1:] == rows.sid[:-1])
        if same.any():
            late[1:] |= same
            late[:-1] |= same
        return late

    def _write_new(self, connection: Connection, rows: Rows) -> None:
        if not len(rows.sid):
            return
        for part in rows.by_extra():
            _NEW[part.extra is not None].run(connection, part.columns(), self._give_way)
        received = rows.ts + rows.lag
        add(connection, rows.sid, rows.ts, rows.value, received, self._give_way)
        newest = rows.take(np.append(rows.sid[1:] != rows.sid[:-1], True))
        for part in newest.by_extra():
            LATEST[part.extra is not None].run(connection, part.columns(), self._give_way)
        self._ids.newest[newest.sid] = newest.ts


def _by_source(segments: list[Segment]) -> Iterable[tuple[str, list[Reading], Ints]]:
    """The readings of each source together, in the order of coming, with when each came: 500 feeds
    bring thousands of segments a second, and columns cost more by the segment than by the value."""
    found: dict[str, list[Segment]] = defaultdict(list)
    for segment in segments:
        if segment.readings:
            found[segment.source].append(segment)
    for source, parts in found.items():
        readings = [reading for part in parts for reading in part.readings]
        counts = [len(part.readings) for part in parts]
        moments = np.array([part.received for part in parts], np.int64)
        received = np.repeat(moments, counts)
        for start in range(0, len(readings), AT_ONCE):
            end = start + AT_ONCE
            yield source, readings[start:end], received[start:end]


def _extras(readings: list[Reading]) -> Objects | None:
    """None where no reading has more than its value, which is the frequent case."""
    if (
        any([reading.valid_to for reading in readings])  # noqa: C419 - three times as quick
        or any([reading.valid_from for reading in readings])  # noqa: C419
        or any([reading.published for reading in readings])  # noqa: C419
        or [reading.low for reading in readings].count(None) != len(readings)
        or [reading.high for reading in readings].count(None) != len(readings)
    ):
        return objects([pack_extra(reading) for reading in readings])
    return None
