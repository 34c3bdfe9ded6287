"""Roll-ups by the minute, ten minutes and hour: n, sum, min, max, last.

A bucket counts each moment once, with the effective reading (see `Columns.effective`). Readings
newer than all before are added to their buckets; for any other (late, revised, a second value for
a moment) the minute is computed anew from the history, the ten minutes from the minutes and the
hour from the tens, so that the order of arrival never shows. `known` is the newest moment at which
anything of a bucket was received: a bucket with `known` at or before some moment stood then as it
stands now. Ten minutes are our own middle step: a day's spark of hundreds of series reads it.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from app.store.bulk import Bulk
from app.store.columns import Columns, Floats, Ints
from app.store.driver import Connection
from app.store.rows import STEP_BITS, Rows, as_json, bucket, changes

MINUTE_MS = 60_000


class Step(NamedTuple):
    """One size of bucket."""

    table: str
    ms: int


MINUTE = Step("roll_minute", MINUTE_MS)
TEN = Step("roll_ten", 10 * MINUTE_MS)
HOUR = Step("roll_hour", 60 * MINUTE_MS)
STEPS = (MINUTE, TEN, HOUR)

_ROW = "(?, ?, ?, ?, ?, ?, ?, ?)"
_ADDED = (
    "ON CONFLICT (sid, t) DO UPDATE SET n = n + excluded.n, sum = sum + excluded.sum,"
    " min = min(min, excluded.min), max = max(max, excluded.max), last = excluded.last,"
    " known = max(known, excluded.known)"
)
_ADD = {step: Bulk(f"INSERT INTO {step.table}", _ROW, _ADDED) for step in STEPS}
_SET = {step: Bulk(f"INSERT OR REPLACE INTO {step.table}", _ROW) for step in STEPS}
_SID, _T = f"(w.value >> {STEP_BITS})", f"(w.value & {(1 << STEP_BITS) - 1})"
_WITHIN = {
    step: "SELECT f.sid, f.t, f.n, f.sum, f.min, f.max, f.last, f.known"  # noqa: S608
    f" FROM json_each(?) w CROSS JOIN {finer.table} f ON f.sid = {_SID}"
    f" AND f.t >= {_T} * {step.ms // finer.ms} AND f.t < ({_T} + 1) * {step.ms // finer.ms}"
    for finer, step in pairwise(STEPS)
}


class Buckets(NamedTuple):
    """Aggregates of (sid, t), as columns of equal length."""

    sid: Ints
    t: Ints
    n: Ints
    sum: Floats
    min: Floats
    max: Floats
    last: Floats
    known: Ints

    def columns(self) -> list[list[Any]]:
        """In the order of the table."""
        return [column.tolist() for column in self]


def aggregate(sid: Ints, ts: Ints, value: Floats, received: Ints, step: Step) -> Buckets:
    """Buckets of readings in the order (sid, ts), each moment of a series once."""
    t = ts // step.ms
    starts = np.flatnonzero(
        np.append(True, (t[1:] != t[:-1]) | (sid[1:] != sid[:-1])) if len(t) else np.empty(0, bool)
    )
    ends = np.append(starts[1:], len(t))
    return Buckets(
        sid[starts],
        t[starts],
        ends - starts,
        np.add.reduceat(value, starts),
        np.minimum.reduceat(value, starts),
        np.maximum.reduceat(value, starts),
        value[ends - 1],
        np.maximum.reduceat(received, starts),
    )


def coarser(buckets: Buckets, step: Step, finer: Step) -> Buckets:
    """Buckets of a larger step from those of a smaller one, in the order (sid, t)."""
    t = buckets.t // (step.ms // finer.ms)
    sid = buckets.sid
    starts = np.flatnonzero(np.append(True, (t[1:] != t[:-1]) | (sid[1:] != sid[:-1])))
    ends = np.append(starts[1:], len(t))
    return Buckets(
        sid[starts],
        t[starts],
        np.add.reduceat(buckets.n, starts),
        np.add.reduceat(buckets.sum, starts),
        np.minimum.reduceat(buckets.min, starts),
        np.maximum.reduceat(buckets.max, starts),
        buckets.last[ends - 1],
        np.maximum.reduceat(buckets.known, starts),
    )


def add(
    connection: Connection,
    sid: Ints,
    ts: Ints,
    value: Floats,
    received: Ints,
    give_way: Callable[[], None] = lambda: None,
) -> None:
    """Add readings newer than all before them to their buckets."""
    buckets = aggregate(sid, ts, value, received, MINUTE)
    _ADD[MINUTE].run(connection, buckets.columns(), give_way)
    for finer, step in pairwise(STEPS):
        buckets = coarser(buckets, step, finer)
        _ADD[step].run(connection, buckets.columns(), give_way)


def roll_whole(connection: Connection, rows: Rows) -> None:
    """Enter the buckets of hours of which these distinct readings are all there is."""
    if not len(rows.sid):
        return
    buckets = _minutes_of(rows)
    _SET[MINUTE].run(connection, buckets.columns())
    for finer, step in pairwise(STEPS):
        buckets = coarser(buckets, step, finer)
        _SET[step].run(connection, buckets.columns())


def roll_touched(connection: Connection, rows: Rows) -> None:
    """Enter minutes of which these distinct readings are all there is, and compute the ten minutes
    and hours that they lie in anew from what is stored."""
    buckets = _minutes_of(rows)
    _SET[MINUTE].run(connection, buckets.columns())
    for finer, step in pairwise(STEPS):
        touched = changes(bucket(buckets.sid, buckets.t // (step.ms // finer.ms)))
        stored = connection.execute(_WITHIN[step], (as_json(touched),)).fetchall()
        columns = [np.array(column) for column in zip(*stored, strict=True)]
        buckets = coarser(Buckets(*columns), step, finer)
        _SET[step].run(connection, buckets.columns())


def _minutes_of(rows: Rows) -> Buckets:
    """The minutes of distinct readings; `known` regards those too that do not count."""
    counted = rows.counted()
    buckets = aggregate(counted.sid, counted.ts, counted.value, counted.ts + counted.lag, MINUTE)
    if len(counted.sid) == len(rows.sid):
        return buckets
    t = bucket(rows.sid, rows.ts // MINUTE.ms)
    starts = np.flatnonzero(np.append(True, t[1:] != t[:-1]))
    return buckets._replace(known=np.maximum.reduceat(rows.ts + rows.lag, starts))


def of_columns(sid: int, everything: Columns, step: Step) -> Buckets:
    """The buckets of one series' readings; `known` regards those too that do not count."""
    counted = everything.effective()
    sids = np.full(len(counted), sid, np.int64)
    buckets = aggregate(sids, counted.ts, counted.value, counted.received, step)
    if len(counted) == len(everything):
        return buckets
    t = everything.ts // step.ms
    starts = np.flatnonzero(np.append(True, t[1:] != t[:-1]))
    return buckets._replace(known=np.maximum.reduceat(everything.received, starts))
