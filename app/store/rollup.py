"""Roll-ups by the minute, ten minutes and hour: n, sum, min, max, last.

A bucket counts each moment once, with the effective reading (see `Columns.effective`). Readings
newer than all before are added to their buckets; for any other (late, revised, a second value for
a moment) the minute is computed anew from the history, the ten minutes from the minutes and the
hour from the tens, so that the order of arrival never shows. `known` is the newest moment at which
anything of a bucket was received: a bucket with `known` at or before some moment stood then as it
stands now. Ten minutes are our own middle step: a day's spark of hundreds of series reads it.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from app.core.model import Ms
from app.store.columns import Columns, Floats, Ints
from app.store.driver import Connection
from app.store.history import read

MINUTE_MS = 60_000


class Step(NamedTuple):
    """One size of bucket."""

    table: str
    ms: int


MINUTE = Step("roll_minute", MINUTE_MS)
TEN = Step("roll_ten", 10 * MINUTE_MS)
HOUR = Step("roll_hour", 60 * MINUTE_MS)
STEPS = (MINUTE, TEN, HOUR)

_COLUMNS = "(sid, t, n, sum, min, max, last, known) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_ADD = {
    step: f"INSERT INTO {step.table} {_COLUMNS} ON CONFLICT (sid, t) DO UPDATE SET"
    " n = n + excluded.n, sum = sum + excluded.sum, min = min(min, excluded.min),"
    " max = max(max, excluded.max), last = excluded.last, known = max(known, excluded.known)"
    for step in STEPS
}
_SET = {step: f"INSERT OR REPLACE INTO {step.table} {_COLUMNS}" for step in STEPS}


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

    def rows(self) -> list[tuple[object, ...]]:
        """As tuples in the order of the table."""
        return list(zip(*(column.tolist() for column in self), strict=True))


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


def add(connection: Connection, sid: Ints, ts: Ints, value: Floats, received: Ints) -> None:
    """Add readings newer than all before them to their buckets."""
    buckets = aggregate(sid, ts, value, received, MINUTE)
    connection.executemany(_ADD[MINUTE], buckets.rows())
    for finer, step in pairwise(STEPS):
        buckets = coarser(buckets, step, finer)
        connection.executemany(_ADD[step], buckets.rows())


def recompute(connection: Connection, sid: int, moments: Ints, horizon: Ms) -> int:
    """Compute anew every bucket of a series that holds one of the moments.

    Before `horizon` the readings themselves may be gone, so what stands there is left as it is;
    gives how many minutes were left.
    """
    minutes = np.unique(moments // MINUTE_MS)
    recent = minutes[minutes * MINUTE_MS >= horizon]
    for run in _runs(recent):
        _recompute_minutes(connection, sid, run)
    tens = np.unique(recent // 10)
    for finer, step, touched in ((MINUTE, TEN, tens), (TEN, HOUR, np.unique(tens // 6))):
        for t in touched.tolist():
            _recompute_from(connection, sid, t, finer, step)
    return len(minutes) - len(recent)


def _runs(minutes: Ints) -> list[Ints]:
    """Split where an hour or more lies between, so that a run is worth one read."""
    return [
        run for run in np.split(minutes, np.flatnonzero(np.diff(minutes) >= 60) + 1) if len(run)
    ]


def _recompute_minutes(connection: Connection, sid: int, minutes: Ints) -> None:
    start, end = int(minutes[0]) * MINUTE_MS, (int(minutes[-1]) + 1) * MINUTE_MS
    everything = read(connection, sid, start, end)
    everything = everything.take(np.isin(everything.ts // MINUTE_MS, minutes))
    connection.executemany(_SET[MINUTE], of_columns(sid, everything, MINUTE).rows())


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


def _recompute_from(connection: Connection, sid: int, t: int, finer: Step, step: Step) -> None:
    ratio = step.ms // finer.ms
    rows = connection.execute(
        f"SELECT sid, t, n, sum, min, max, last, known FROM {finer.table}"  # noqa: S608
        " WHERE sid = ? AND t >= ? AND t < ? ORDER BY t",
        (sid, t * ratio, (t + 1) * ratio),
    ).fetchall()
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    connection.executemany(_SET[step], coarser(Buckets(*columns), step, finer).rows())
