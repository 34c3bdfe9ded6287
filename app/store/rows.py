"""Readings of many series as columns: what one transaction takes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.store.columns import Columns, Floats, Ints

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Objects = np.ndarray[Any, np.dtype[np.object_]]
TIME_BITS = 42  # a time in ms fits (until 2109), so series and time sort as one integer
_PIECE = 5000
STEP_BITS = 26  # the number of a minute since the epoch fits (until 2097)


class Rows(NamedTuple):
    """Columns of equal length as the tables have them; `extra` None where no row has any."""

    sid: Ints
    ts: Ints
    revision: Ints
    value: Floats
    lag: Ints
    extra: Objects | None = None

    def take(self, which: Any) -> "Rows":
        """The rows of a mask or an index."""
        return Rows(
            self.sid[which],
            self.ts[which],
            self.revision[which],
            self.value[which],
            self.lag[which],
            None if self.extra is None else self.extra[which],
        )

    @property
    def moments(self) -> Ints:
        """Series and time as one integer."""
        return moment(self.sid, self.ts)

    def columns(self) -> list[list[Any]]:
        """As statements take them, with `extra` where there is any."""
        return [column.tolist() for column in self if column is not None]

    def by_extra(self) -> list["Rows"]:
        """Rows without `extra` and rows with: the driver binds None at the cost of a whole row."""
        if self.extra is None:
            return [self]
        has = np.array([item is not None for item in self.extra.tolist()], bool)
        parts = [self.take(~has)._replace(extra=None), self.take(has)]
        return [part for part in parts if len(part.sid)]

    def distinct(self) -> "Rows":
        """Each (series, moment, revision, value) once, with the earliest arrival, in the order
        (series, moment, revision, arrival, value): the last of a moment is the one that counts."""
        moments = self.moments
        if (moments[1:] > moments[:-1]).all():
            return self
        rows = self.take(np.lexsort((self.lag, self.value, self.revision, moments)))
        moments = rows.moments
        new = (
            (moments[1:] != moments[:-1])
            | (rows.revision[1:] != rows.revision[:-1])
            | (rows.value[1:] != rows.value[:-1])
        )
        rows = rows.take(np.append(True, new))
        return rows.take(np.lexsort((rows.value, rows.lag, rows.revision, rows.moments)))

    def counted(self) -> "Rows":
        """Of distinct rows those that count, one per moment."""
        moments = self.moments
        last = np.append(moments[1:] != moments[:-1], True)
        return self if last.all() else self.take(last)


def moment(sid: Ints, ts: Ints) -> Ints:
    """Series and time (ms) as one integer."""
    return (sid << TIME_BITS) | ts


def bucket(sid: Ints, t: Ints) -> Ints:
    """Series and the number of a minute, ten minutes, hour or day as one integer."""
    return (sid << STEP_BITS) | t


def changes(codes: Ints) -> Ints:
    """Each of the integers once; they are in order."""
    if len(codes) < 2:
        return codes
    each: Ints = codes[np.append(True, codes[1:] != codes[:-1])]
    return each


def as_json(codes: Ints) -> str:
    """Many integers as one parameter, for `json_each`; in pieces, so that no single call keeps the
    screen's thread waiting."""
    pieces = [
        ",".join(map(str, codes[start : start + _PIECE].tolist()))
        for start in range(0, len(codes), _PIECE)
    ]
    return f"[{','.join(pieces)}]"


def of_fetched(rows: Sequence[Sequence[Any]]) -> Rows:
    """Rows of (sid, ts, revision, value, lag, extra) as a statement gives them."""
    if not rows:
        empty = np.empty(0, np.int64)
        return Rows(empty, empty, empty, np.empty(0, np.float64), empty)
    extra = [row[5] for row in rows]
    return Rows(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.int64),
        np.array([row[3] for row in rows], np.float64),
        np.array([row[4] for row in rows], np.int64),
        objects(extra) if any(extra) else None,
    )


def of_columns(sid: int, columns: Columns) -> Rows:
    """The readings of one series."""
    extra = None if columns.extra is None else objects(columns.extra)
    sids = np.full(len(columns), sid, np.int64)
    return Rows(sids, columns.ts, columns.revision, columns.value, columns.lag, extra)


def objects(items: Sequence[bytes | None]) -> Objects:
    """A column of packed extras."""
    column: Objects = np.empty(len(items), np.object_)
    column[:] = items
    return column


def concatenate(parts: Sequence[Rows]) -> Rows:
    """One after the other."""
    if len(parts) == 1:
        return parts[0]
    extra: Objects | None = None
    if any(part.extra is not None for part in parts):
        extra = np.concatenate(
            [np.full(len(part.sid), None) if part.extra is None else part.extra for part in parts]
        )
    sid, ts, revision, value, lag = (
        np.concatenate(columns) for columns in zip(*(part[:5] for part in parts), strict=True)
    )
    return Rows(sid, ts, revision, value, lag, extra)


def in_order(rows: Rows) -> Rows:
    """Sorted by series and time."""
    moments = rows.moments
    if (moments[1:] > moments[:-1]).all():
        return rows
    return rows.take(np.argsort(moments, kind="stable"))
