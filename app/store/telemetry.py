"""Writing readings: one transaction takes many segments into history, roll-ups and latest.

The work is done on columns. A reading newer than everything stored of its series cannot be a
repeat, so it is inserted and added to its buckets without a look; any other is checked against the
history and its buckets are computed anew (rare, and right whatever the order of arrival).
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from app.core.model import Ms, Origin, Reading, Segment, World
from app.store.columns import Columns, Floats, Ints, ordered, pack_extra
from app.store.driver import Connection
from app.store.history import packed_in, read
from app.store.identity import SeriesIds
from app.store.rollup import add, recompute

# The driver binds None at the cost of a whole row: rows without `extra` have their own statement.
_NEW = {
    False: "INSERT INTO reading VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING",
    True: "INSERT INTO reading VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
}
_LATE = (
    "INSERT INTO reading VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
    " SET lag = excluded.lag, extra = excluded.extra WHERE excluded.lag < lag"
)
_LATEST = {
    False: "INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?, ?, NULL)",
    True: "INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?, ?, ?)",
}
_SHIFT = 42  # a time fits 42 bits (until 2109), so series and time sort as one integer


class Written(NamedTuple):
    """What a transaction took; `refused` were no finite numbers, `unrolled` minutes too old."""

    readings: int
    refused: int
    unrolled: int


class _Rows(NamedTuple):
    """Readings of many series as columns."""

    sid: Ints
    ts: Ints
    revision: Ints
    value: Floats
    lag: Ints
    extra: list[bytes | None] | None

    def take(self, which: Any) -> "_Rows":
        """The rows of a mask or an index."""
        extra = self.extra
        if extra is not None:
            extra = [extra[index] for index in np.arange(len(self.sid))[which].tolist()]
        return _Rows(
            self.sid[which],
            self.ts[which],
            self.revision[which],
            self.value[which],
            self.lag[which],
            extra,
        )

    def tuples(self) -> Iterable[tuple[object, ...]]:
        """As the tables take them, with `extra` where there is any."""
        columns: list[list[Any]] = [column.tolist() for column in self[:5]]
        if self.extra is not None:
            columns.append(self.extra)
        return zip(*columns, strict=True)


class Telemetry:
    """Takes segments into cache.db; used by the writer thread only."""

    def __init__(self, connection: Connection) -> None:
        self._ids = SeriesIds(connection)

    def reload(self, connection: Connection) -> None:
        """Forget what a rolled-back transaction had entered."""
        self._ids = SeriesIds(connection)

    def write(self, connection: Connection, segments: list[Segment], horizon: Ms) -> Written:
        """Store the readings inside the open transaction."""
        parts = [part for segment in segments for part in self._columns(connection, segment)]
        if not parts:
            return Written(0, 0, 0)
        rows = _concatenate(parts)
        finite = np.isfinite(rows.value)
        refused = len(finite) - int(finite.sum())
        if refused:
            rows = rows.take(finite)
        rows = _sorted(rows)
        late = self._late(rows)
        unrolled = 0
        if late.any():
            self._write_new(connection, rows.take(~late))
            unrolled = self._write_late(connection, rows.take(late), horizon)
        else:
            self._write_new(connection, rows)
        return Written(len(rows.sid), refused, unrolled)

    def _columns(self, connection: Connection, segment: Segment) -> Iterable[_Rows]:
        readings = segment.readings
        if not readings:
            return
        worlds = [reading.world for reading in readings]
        origins = [reading.origin for reading in readings]
        # Comparing finds the same object first, so a uniform segment costs next to nothing.
        if worlds.count(worlds[0]) == len(worlds) and origins.count(origins[0]) == len(origins):
            yield self._uniform(connection, segment, readings, worlds[0], origins[0])
            return
        groups: dict[tuple[World | None, Origin], list[Reading]] = defaultdict(list)
        for reading in readings:
            groups[reading.world, reading.origin].append(reading)
        for (world, origin), group in groups.items():
            yield self._uniform(connection, segment, group, world, origin)

    def _uniform(
        self,
        connection: Connection,
        segment: Segment,
        readings: list[Reading],
        world: World | None,
        origin: Origin,
    ) -> _Rows:
        keys = [reading.key for reading in readings]
        ts = np.array([reading.observed for reading in readings], np.int64)
        revisions = [reading.revision for reading in readings]
        return _Rows(
            self._ids.resolve(connection, segment.source, world, origin, keys),
            ts,
            np.array(revisions, np.int64) if any(revisions) else np.zeros(len(ts), np.int64),
            np.array([reading.value for reading in readings], np.float64),
            segment.received - ts,
            _extras(readings),
        )

    def _late(self, rows: _Rows) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which are not newer than all stored, or share their moment with another one."""
        late = rows.ts <= self._ids.newest[rows.sid]
        same = (rows.ts[1:] == rows.ts[:-1]) & (rows.sid[1:] == rows.sid[:-1])
        if same.any():
            late[1:] |= same
            late[:-1] |= same
        return late

    def _write_new(self, connection: Connection, rows: _Rows) -> None:
        if not len(rows.sid):
            return
        connection.executemany(_NEW[rows.extra is not None], rows.tuples())
        add(connection, rows.sid, rows.ts, rows.value, rows.ts + rows.lag)
        newest = rows.take(np.append(rows.sid[1:] != rows.sid[:-1], True))
        connection.executemany(_LATEST[newest.extra is not None], newest.tuples())
        self._ids.newest[newest.sid] = newest.ts

    def _write_late(self, connection: Connection, rows: _Rows, horizon: Ms) -> int:
        unrolled = 0
        bounds = [0, *(np.flatnonzero(np.diff(rows.sid)) + 1).tolist(), len(rows.sid)]
        for start, end in pairwise(bounds):
            part = rows.take(slice(start, end))
            unrolled += self._write_late_series(connection, int(part.sid[0]), part, horizon)
        return unrolled

    def _write_late_series(self, connection: Connection, sid: int, rows: _Rows, horizon: Ms) -> int:
        given = ordered(Columns(rows.ts, rows.revision, rows.value, rows.lag, rows.extra))
        fresh = _not_packed(connection, sid, given)
        connection.executemany(_LATE, [(sid, *row) for row in fresh.rows()])
        newest = int(self._ids.newest[sid])
        if int(given.ts[-1]) >= newest:
            newest = int(given.ts[-1])
            row = read(connection, sid, newest, newest + 1).effective().rows()[-1]
            connection.execute(_LATEST[True], (sid, *row))
            self._ids.newest[sid] = newest
        return recompute(connection, sid, given.ts, horizon) if len(fresh) else 0


def _not_packed(connection: Connection, sid: int, given: Columns) -> Columns:
    """Those that do not repeat a reading of a packed day."""
    packed = packed_in(connection, sid, int(given.ts[0]), int(given.ts[-1]) + 1)
    if not len(packed):
        return given
    there = set(
        zip(packed.ts.tolist(), packed.revision.tolist(), packed.value.tolist(), strict=True)
    )
    wanted = zip(given.ts.tolist(), given.revision.tolist(), given.value.tolist(), strict=True)
    return given.take(np.array([item not in there for item in wanted], bool))


def _extras(readings: list[Reading]) -> list[bytes | None] | None:
    """None where no reading has more than its value, which is the frequent case."""
    if (
        any([reading.valid_to for reading in readings])  # noqa: C419 - three times as quick
        or any([reading.valid_from for reading in readings])  # noqa: C419
        or any([reading.published for reading in readings])  # noqa: C419
        or [reading.low for reading in readings].count(None) != len(readings)
        or [reading.high for reading in readings].count(None) != len(readings)
    ):
        return [pack_extra(reading) for reading in readings]
    return None


def _concatenate(parts: list[_Rows]) -> _Rows:
    if len(parts) == 1:
        return parts[0]
    extra: list[bytes | None] | None = None
    if any(part.extra is not None for part in parts):
        extra = []
        for part in parts:
            extra.extend([None] * len(part.sid) if part.extra is None else part.extra)
    sid, ts, revision, value, lag = (
        np.concatenate(columns) for columns in zip(*(part[:5] for part in parts), strict=True)
    )
    return _Rows(sid, ts, revision, value, lag, extra)


def _sorted(rows: _Rows) -> _Rows:
    composite = (rows.sid << _SHIFT) | rows.ts
    if (composite[1:] > composite[:-1]).all():
        return rows
    return rows.take(np.argsort(composite, kind="stable"))
