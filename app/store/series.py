"""Charts and sparks: history at the resolution that a drawing can show, with its peaks.

Nothing is interpolated: where nothing was received there is no point. A point is a bucket's mean
with its lowest and highest, so that a peak of one second is seen in a chart of a year.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.index import SOURCE
from app.core.model import Ms, World
from app.core.privacy import Privacy
from app.store.columns import Floats, Ints, from_rows, merge
from app.store.driver import Connection
from app.store.history import read
from app.store.pack import DAY_MS, unpack
from app.store.rollup import MINUTE, STEPS, Step, of_columns

_FINEST_BUCKETS = 2  # a step may be up to this many pixels wide before a finer one is read
UNRANKED = 1_000_000


class Series(msgspec.Struct, frozen=True):
    """A curve. `ts` int64 ms UTC (a bucket's begin, or the moment observed), `value` the mean,
    `low` and `high` the extremes, all of equal length; `resolution_ms` 0 for single readings."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    ts: Ints
    value: Floats
    low: Floats
    high: Floats
    resolution_ms: int

    def __len__(self) -> int:
        return len(self.ts)


class Source(msgspec.Struct, frozen=True):
    """One series of a key."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    sid: int
    name: str


def counts(source: str, own: str) -> bool:
    """Whether a source is read: an index of another version than `own` (empty: any) is not."""
    return not own or source == own or not source.startswith(SOURCE)


def sources(connection: Connection, key: str, own: str = "") -> list[Source]:
    """The series of a key, drills left out: they are no history of the city."""
    rows = connection.execute(
        "SELECT sid, source FROM series WHERE key = ? AND world <> ? ORDER BY sid",
        (key, World.DRILL.value),
    )
    return [Source(*row) for row in rows if counts(row[1], own)]


def resolution(start: Ms, end: Ms, points: int) -> Step | None:
    """The coarsest step fine enough for a drawing; None for single readings."""
    wanted = (end - start) / max(1, points) * _FINEST_BUCKETS
    fitting = [step for step in STEPS if step.ms <= wanted]
    return fitting[-1] if fitting else None


def series(
    connection: Connection,
    key: str,
    start: Ms,
    end: Ms,
    points: int,
    known: Ms | None = None,
    priorities: Mapping[str, int] | None = None,
    own: str = "",
) -> Series:
    """The curve of a key over [start, end), as far as received until `known`.

    Where several sources give a key, the one with the smallest priority decides moment by moment;
    equal ones are taken together. `own` is the source of the indices that count.
    """
    found = sources(connection, key, own)
    step = resolution(start, end, points)
    if step is None:
        parts = [_readings(connection, source.sid, start, end, known) for source in found]
    else:
        every = max(1, int((end - start) / max(1, points) // step.ms))
        parts = [
            _buckets(connection, source.sid, start, end, step, every, known) for source in found
        ]
    ranks = [(priorities or {}).get(source.name, UNRANKED) for source in found]
    table = _join(parts, ranks)
    width = 0 if step is None else step.ms * every
    return Series(
        table[0].astype(np.int64),
        table[2] / np.maximum(table[1], 1),
        table[3].astype(np.float64),
        table[4].astype(np.float64),
        width,
    )


_Table = tuple[Any, Any, Any, Any, Any]
"""Columns moment, n, sum, low, high."""


def _readings(connection: Connection, sid: int, start: Ms, end: Ms, known: Ms | None) -> _Table:
    columns = read(connection, sid, start, end, known).effective()
    value = columns.value
    return columns.ts, np.ones(len(columns), np.int64), value, value, value


def _buckets(
    connection: Connection,
    sid: int,
    start: Ms,
    end: Ms,
    step: Step,
    every: int,
    known: Ms | None,
) -> _Table:
    if known is not None:
        return _grouped(_buckets_known(connection, sid, start, end, step, known), step, every)
    rows = connection.execute(
        f"SELECT t / ? * ?, sum(n), sum(sum), min(min), max(max) FROM {step.table}"  # noqa: S608
        " WHERE sid = ? AND t >= ? AND t < ? GROUP BY t / ?",
        (every, every * step.ms, sid, start // step.ms, -(-end // step.ms), every),
    ).fetchall()
    return _table(rows)


def _buckets_known(
    connection: Connection, sid: int, start: Ms, end: Ms, step: Step, known: Ms
) -> list[tuple[Any, ...]]:
    """Buckets as they stood: kept ones where nothing came later, else computed anew."""
    rows = connection.execute(
        f"SELECT t, n, sum, min, max, known FROM {step.table}"  # noqa: S608
        " WHERE sid = ? AND t >= ? AND t < ? ORDER BY t",
        (sid, start // step.ms, -(-end // step.ms)),
    ).fetchall()
    found: list[tuple[Any, ...]] = []
    for t, *rest, newest in rows:
        if newest <= known:
            found.append((t, *rest))
            continue
        columns = read(connection, sid, t * step.ms, (t + 1) * step.ms, known)
        if len(columns):
            again = of_columns(sid, columns, step)
            found.append((t, again.n[0], again.sum[0], again.min[0], again.max[0]))
    return found


def _grouped(rows: list[tuple[Any, ...]], step: Step, every: int) -> _Table:
    t, n, total, low, high = _table(rows)
    if not len(t):
        return t, n, total, low, high
    group = t // every
    starts = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    return (
        group[starts] * every * step.ms,
        np.add.reduceat(n, starts),
        np.add.reduceat(total, starts),
        np.minimum.reduceat(low, starts),
        np.maximum.reduceat(high, starts),
    )


def _table(rows: Sequence[Sequence[Any]]) -> _Table:
    if not rows:
        empty = np.empty(0, np.float64)
        return np.empty(0, np.int64), np.empty(0, np.int64), empty, empty, empty
    matrix = np.array(rows, np.float64)  # a moment in ms is exact in 53 bits
    return (
        matrix[:, 0].astype(np.int64),
        matrix[:, 1].astype(np.int64),
        matrix[:, 2],
        matrix[:, 3],
        matrix[:, 4],
    )


def _join(parts: list[_Table], ranks: list[int]) -> _Table:
    """Several sources as one: per moment the best rank decides, equal ranks are added up."""
    parts_with_data = [
        (part, rank) for part, rank in zip(parts, ranks, strict=True) if len(part[0])
    ]
    if len(parts_with_data) == 1:
        return parts_with_data[0][0]
    if not parts_with_data:
        return _table(())
    t, n, total, low, high = (
        np.concatenate(columns)
        for columns in zip(*(part for part, _ in parts_with_data), strict=True)
    )
    rank = np.concatenate([np.full(len(part[0]), rank) for part, rank in parts_with_data])
    order = np.lexsort((rank, t))
    t, n, total, low, high, rank = (column[order] for column in (t, n, total, low, high, rank))
    starts = np.flatnonzero(np.append(True, t[1:] != t[:-1]))
    best = np.repeat(rank[starts], np.diff(np.append(starts, len(t))))
    keep = rank == best
    t, n, total, low, high = (column[keep] for column in (t, n, total, low, high))
    starts = np.flatnonzero(np.append(True, t[1:] != t[:-1]))
    return (
        t[starts],
        np.add.reduceat(n, starts),
        np.add.reduceat(total, starts),
        np.minimum.reduceat(low, starts),
        np.maximum.reduceat(high, starts),
    )


def sparks(
    connection: Connection,
    keys: Sequence[str],
    start: Ms,
    end: Ms,
    buckets: int,
    own: str = "",
) -> dict[str, Floats]:
    """For each key the means of `buckets` equal parts of [start, end), NaN where nothing came."""
    result = {key: np.full(buckets, np.nan) for key in keys}
    if not keys or buckets < 1 or end <= start:
        return result
    width = (end - start) / buckets
    step = next((step for step in reversed(STEPS) if step.ms <= width), MINUTE)
    wanted = set(keys)
    found = [
        (sid, key)
        for sid, key, source in connection.execute(
            "SELECT sid, key, source FROM series WHERE world <> ?", (World.DRILL.value,)
        )
        if key in wanted and counts(source, own)
    ]
    totals: dict[str, tuple[Floats, Floats]] = {}
    for sid, key in found:
        count, total = _spark(connection, sid, start, end, step, buckets)
        before = totals.get(key)
        totals[key] = (count, total) if before is None else (before[0] + count, before[1] + total)
    with np.errstate(invalid="ignore"):
        result.update((key, total / count) for key, (count, total) in totals.items())
    return result


def _spark(
    connection: Connection, sid: int, start: Ms, end: Ms, step: Step, buckets: int
) -> tuple[Floats, Floats]:
    """Readings and their sum in each of the equal parts; a query per series, for the columns of
    hundreds together would have to be taken apart again, which takes longer."""
    rows = connection.execute(
        f"SELECT t, n, sum FROM {step.table} WHERE sid = ? AND t >= ? AND t < ?",  # noqa: S608
        (sid, start // step.ms, -(-end // step.ms)),
    ).fetchall()
    if not rows:
        return np.zeros(buckets), np.zeros(buckets)
    t, n, total = zip(*rows, strict=True)
    middle = (np.array(t) + 0.5) * step.ms
    place = ((middle - start) * (buckets / (end - start))).astype(np.int64)
    place = np.clip(place, 0, buckets - 1)
    return (
        np.bincount(place, n, buckets).astype(np.float64),
        np.bincount(place, total, buckets).astype(np.float64),
    )


def last(connection: Connection, key: str, count: int, own: str = "") -> Series:
    """The newest `count` moments of a key, oldest first, all sources."""
    parts = [_last(connection, source.sid, count) for source in sources(connection, key, own)]
    ts, n, total, low, high = _join(parts, [0] * len(parts))
    return Series(ts[-count:], (total / np.maximum(n, 1))[-count:], low[-count:], high[-count:], 0)


def _last(connection: Connection, sid: int, count: int) -> _Table:
    """Rows first; packed days, newest first, only while too few are found."""
    rows = connection.execute(
        "SELECT ts, revision, value, lag, NULL FROM reading WHERE sid = ? ORDER BY ts DESC LIMIT ?",
        (sid, count),
    ).fetchall()
    rows.reverse()
    columns = from_rows(rows).effective()
    days = connection.execute("SELECT day, body FROM chunk WHERE sid = ? ORDER BY day DESC", (sid,))
    for day, body in days:
        if len(columns) >= count and columns.ts[-count] >= (day + 1) * DAY_MS:
            break
        columns = merge(unpack(body), columns).effective()
    value = columns.value[-count:]
    return columns.ts[-count:], np.ones(len(value), np.int64), value, value, value
