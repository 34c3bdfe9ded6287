"""Writing late readings: those not newer than all stored of their series, and repeats.

They come one at a time from a slow source and by the hundred thousand from a refill, so everything
is done for all series together, with few statements: what is packed or stored is asked once, hours
of which nothing was stored are rolled up from the readings themselves, in any other the touched
minutes are computed anew from the history.
"""

from typing import NamedTuple

import numpy as np

from app.core.model import Ms
from app.store.bulk import Bulk
from app.store.columns import Ints
from app.store.driver import Connection
from app.store.pack import DAY_MS, unpack
from app.store.rollup import HOUR, MINUTE, roll_touched, roll_whole
from app.store.rows import (
    STEP_BITS,
    TIME_BITS,
    Mask,
    Rows,
    as_json,
    bucket,
    changes,
    concatenate,
    of_columns,
    of_fetched,
)

ROW = {False: "(?, ?, ?, ?, ?, NULL)", True: "(?, ?, ?, ?, ?, ?)"}
_SOONER = (
    "ON CONFLICT DO UPDATE SET lag = excluded.lag, extra = excluded.extra WHERE excluded.lag < lag"
)
_NEW = {extra: Bulk("INSERT INTO reading", row) for extra, row in ROW.items()}
_INSERT = {extra: Bulk("INSERT INTO reading", row, _SOONER) for extra, row in ROW.items()}
LATEST = {extra: Bulk("INSERT OR REPLACE INTO latest", row) for extra, row in ROW.items()}
_T = f"w.value & {(1 << STEP_BITS) - 1}"
_COLUMNS = "r.sid, r.ts, r.revision, r.value, r.lag, r.extra"
_SID = f"w.value >> {STEP_BITS}"
# CROSS JOIN: the wanted codes outside, a seek for each.
_CHUNKS = (
    "SELECT c.sid, c.day, c.body FROM json_each(?) w CROSS JOIN chunk c"  # noqa: S608
    f" ON c.sid = {_SID} AND c.day = {_T}"
)
_OCCUPIED = (
    "SELECT w.value FROM json_each(?) w WHERE EXISTS (SELECT 1 FROM reading r"  # noqa: S608
    f" WHERE r.sid = {_SID} AND r.ts >= ({_T}) * {HOUR.ms} AND r.ts < (({_T}) + 1) * {HOUR.ms})"
)
_ROLLED = (
    f"SELECT w.value FROM json_each(?) w CROSS JOIN {HOUR.table} h"  # noqa: S608
    f" ON h.sid = {_SID} AND h.t = {_T}"
)
_MINUTES = (
    f"SELECT {_COLUMNS} FROM json_each(?) w CROSS JOIN reading r ON r.sid = {_SID}"  # noqa: S608
    f" AND r.ts >= ({_T}) * {MINUTE.ms} AND r.ts < (({_T}) + 1) * {MINUTE.ms}"
)
_AT = (
    f"SELECT {_COLUMNS} FROM json_each(?) w CROSS JOIN reading r"  # noqa: S608
    f" ON r.sid = w.value >> {TIME_BITS} AND r.ts = w.value & {(1 << TIME_BITS) - 1}"
)


class _Packed(NamedTuple):
    """What of the touched minutes lies in packed days, and which (series, day) are packed."""

    rows: Rows
    days: Ints


def write_late(connection: Connection, given: Rows, newest: Ints, horizon: Ms) -> int:
    """Store late rows, sorted by series and time, inside the open transaction.

    `newest` by series is raised where they pass it. Gives how many minutes before `horizon` were
    stored without being rolled up.
    """
    given = given.distinct()
    packed = _packed(connection, given)
    whole = _hours_of_their_own(connection, given, packed.days)
    if not whole.all():
        new = whole.copy()
        new[~whole] = ~_repeats(connection, given.take(~whole), packed.rows)
        given, whole = given.take(new), whole[new]
        if not len(given.sid):
            return 0
    _insert(connection, given.take(whole), _NEW)
    _insert(connection, given.take(~whole), _INSERT)
    _raise_latest(connection, given, packed.rows, newest)
    recent = given.ts // MINUTE.ms * MINUTE.ms >= horizon
    # Of an hour before the horizon the readings may be gone; where none was ever there, none is.
    first = whole & ~recent
    recent[first] = _never_rolled(connection, given.take(first))
    roll_whole(connection, given.take(recent & whole))
    touched = given.take(recent & ~whole)
    if len(touched.sid):
        minutes = changes(_minutes(touched))
        stored = of_fetched(connection.execute(_MINUTES, (as_json(minutes),)).fetchall())
        beside = packed.rows.take(np.isin(_minutes(packed.rows), minutes))
        roll_touched(connection, concatenate([stored, beside]).distinct())
    old = given.take(~recent)
    return len(changes(_minutes(old)))


def _insert(connection: Connection, rows: Rows, statements: dict[bool, Bulk]) -> None:
    for part in rows.by_extra():
        statements[part.extra is not None].run(connection, part.columns())


def _minutes(rows: Rows) -> Ints:
    return bucket(rows.sid, rows.ts // MINUTE.ms)


def _packed(connection: Connection, given: Rows) -> _Packed:
    days = changes(bucket(given.sid, given.ts // DAY_MS))
    parts = [of_fetched(())]
    found = []
    for sid, day, body in connection.execute(_CHUNKS, (as_json(days),)).fetchall():
        found.append((sid << STEP_BITS) | day)
        columns = unpack(body)
        first, last = given.sid.searchsorted((sid, sid + 1))
        minutes = np.unique(given.ts[first:last] // MINUTE.ms)
        columns = columns.take(np.isin(columns.ts // MINUTE.ms, minutes))
        parts.append(of_columns(sid, columns))
    return _Packed(concatenate(parts), np.array(found, np.int64))


def _repeats(connection: Connection, given: Rows, packed: Rows) -> Mask:
    """Which say nothing new: stored or packed, and received no later than this time."""
    stored = concatenate([packed, _at(connection, given.moments)]).distinct()
    known = zip(zip(*_identity(stored), strict=True), stored.lag.tolist(), strict=True)
    there = {row: lag for row, lag in known}  # noqa: C416 - dict() would hold the other threads up
    wanted = zip(zip(*_identity(given), strict=True), given.lag.tolist(), strict=True)
    return np.array([there.get(row, lag + 1) <= lag for row, lag in wanted], bool)


def _identity(rows: Rows) -> list[list[object]]:
    """What makes a reading the same one."""
    return rows._replace(extra=None).columns()[:4]


def _at(connection: Connection, moments: Ints) -> Rows:
    """The rows of these moments of their series."""
    return of_fetched(connection.execute(_AT, (as_json(np.unique(moments)),)).fetchall())


def _hours_of_their_own(connection: Connection, given: Rows, packed_days: Ints) -> Mask:
    """Which lie in an hour of which nothing was stored before."""
    hours = bucket(given.sid, given.ts // HOUR.ms)
    wanted = as_json(changes(hours))
    occupied = [hour for (hour,) in connection.execute(_OCCUPIED, (wanted,))]
    own: Mask = np.isin(hours, np.array(occupied, np.int64), invert=True)
    if len(packed_days):
        own &= np.isin(bucket(given.sid, given.ts // DAY_MS), packed_days, invert=True)
    return own


def _never_rolled(connection: Connection, given: Rows) -> Mask:
    """Which lie in an hour that has no bucket."""
    hours = bucket(given.sid, given.ts // HOUR.ms)
    rolled = [hour for (hour,) in connection.execute(_ROLLED, (as_json(changes(hours)),))]
    never: Mask = np.isin(hours, np.array(rolled, np.int64), invert=True)
    return never


def _raise_latest(connection: Connection, given: Rows, packed: Rows, newest: Ints) -> None:
    """Where a series got a reading of its newest moment, or a newer one, `latest` is the one that
    counts of all that are stored of that moment."""
    last = given.take(np.append(given.sid[1:] != given.sid[:-1], True))
    last = last.take(last.ts >= newest[last.sid])
    if not len(last.sid):
        return
    stored = _at(connection, last.moments)
    beside = packed.take(np.isin(packed.moments, last.moments))
    counted = concatenate([stored, beside]).distinct().counted()
    for part in counted.by_extra():
        LATEST[part.extra is not None].run(connection, part.columns())
    newest[counted.sid] = counted.ts
