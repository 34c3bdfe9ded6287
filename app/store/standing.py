"""What stood at a moment: for many keys together, the value that was known then.

Of several sources of a key the one with the smallest priority decides, as in a chart. Readings are
kept for weeks, the newest of each series and the hours' last values for years; each is asked where
the one before knows nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import ClassVar, NamedTuple

import msgspec
import numpy as np

from app.core.model import Ms, World
from app.core.privacy import Privacy
from app.store.columns import Floats, Ints, unpack_extra
from app.store.driver import Connection
from app.store.history import read
from app.store.pack import day_of, unpack
from app.store.rollup import HOUR
from app.store.series import UNRANKED, counts


class Stood(msgspec.Struct, frozen=True, gc=False):
    """A value and the moment that its age counts from."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    value: float
    as_of: Ms


class Known(msgspec.Struct, frozen=True):
    """The values of a key in order: `since` when each began to be known, `as_of` the moment its age
    counts from; int64 ms UTC, of equal length."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    since: Ints
    as_of: Ints
    value: Floats

    def at(self, moments: Ints) -> tuple[Floats, Ints]:
        """Value (NaN for none) and as_of (0 for none) at each of these moments."""
        place = np.searchsorted(self.since, moments, side="right") - 1
        there = place >= 0
        values = np.full(len(moments), np.nan)
        as_of = np.zeros(len(moments), np.int64)
        values[there], as_of[there] = self.value[place[there]], self.as_of[place[there]]
        return values, as_of


class _Line(NamedTuple):
    """One series of a wanted key."""

    sid: int
    rank: int


def standing(
    connection: Connection,
    wanted: Mapping[str, Ms],
    moment: Ms,
    priorities: Mapping[str, int],
    own: str = "",
) -> dict[str, Stood]:
    """For each key the newest value observed at or before `moment`, and not before the moment
    that is given with it; keys without one are left out."""
    found: dict[str, Stood] = {}
    newest = {
        sid: (ts, value, extra)
        for sid, ts, value, extra in connection.execute(
            "SELECT sid, ts, value, extra FROM latest WHERE ts <= ?", (moment,)
        )
    }
    for key, lines in _lines(connection, wanted, priorities, own).items():
        best: tuple[int, int] | None = None
        for line in lines:
            row = newest.get(line.sid) or _before(connection, line.sid, moment, wanted[key])
            if row is None or row[0] < wanted[key]:
                continue
            ts, value, extra = row
            if best is None or (line.rank, -ts) < best:
                best = (line.rank, -ts)
                found[key] = Stood(value, unpack_extra(extra)[1] or ts)
    return found


def _lines(
    connection: Connection, wanted: Iterable[str], priorities: Mapping[str, int], own: str
) -> dict[str, list[_Line]]:
    keys = set(wanted)
    found: dict[str, list[_Line]] = defaultdict(list)
    for sid, key, source in connection.execute(
        "SELECT sid, key, source FROM series WHERE world <> ?", (World.DRILL.value,)
    ):
        if key in keys and counts(source, own):
            found[key].append(_Line(sid, priorities.get(source, UNRANKED)))
    return found


def _before(
    connection: Connection, sid: int, moment: Ms, oldest: Ms
) -> tuple[Ms, float, bytes | None] | None:
    """The newest reading up to a moment: of the rows, of the packed days, of the hours."""
    row: tuple[Ms, float, bytes | None] | None = connection.execute(
        "SELECT ts, value, extra FROM reading WHERE sid = ? AND ts <= ?"
        " ORDER BY ts DESC, revision DESC LIMIT 1",
        (sid, moment),
    ).fetchone()
    packed = _packed_before(connection, sid, moment, row[0] if row else oldest)
    if packed is not None and (row is None or packed[0] > row[0]):
        row = packed
    if row is not None:
        return row
    hour: tuple[Ms, float, None] | None = connection.execute(
        "SELECT t * ?, last, NULL FROM roll_hour WHERE sid = ? AND t < ? AND t >= ?"
        " ORDER BY t DESC LIMIT 1",
        (HOUR.ms, sid, moment // HOUR.ms, oldest // HOUR.ms),
    ).fetchone()
    return hour


def _packed_before(
    connection: Connection, sid: int, moment: Ms, oldest: Ms
) -> tuple[Ms, float, bytes | None] | None:
    for (body,) in connection.execute(
        "SELECT body FROM chunk WHERE sid = ? AND day BETWEEN ? AND ? ORDER BY day DESC",
        (sid, day_of(oldest), day_of(moment)),
    ):
        columns = unpack(body)
        place = int(columns.ts.searchsorted(moment, side="right")) - 1
        if place >= 0:
            extra = columns.extra[place] if columns.extra is not None else None
            return int(columns.ts[place]), float(columns.value[place]), extra
    return None


def known(
    connection: Connection,
    wanted: Mapping[str, bool],
    start: Ms,
    end: Ms,
    priorities: Mapping[str, int],
    own: str = "",
) -> dict[str, Known]:
    """What was known of each key from `start` to `end`, in steps of an hour: the last value of an
    hour is known at its end. True asks for single readings, for keys that have few."""
    found: dict[str, Known] = {}
    for key, lines in _lines(connection, wanted, priorities, own).items():
        parts = [
            (line.rank, *_known(connection, line.sid, start, end, single=wanted[key]))
            for line in lines
        ]
        since, as_of, value, rank = (
            np.concatenate(columns)
            for columns in zip(
                *((s, a, v, np.full(len(s), rank)) for rank, s, a, v in parts), strict=True
            )
        )
        # Of one moment the best rank comes last: the last of a moment is what `at` finds.
        order = np.lexsort((-rank, since))
        if len(order):
            found[key] = Known(since[order], as_of[order], value[order])
    return found


def _known(
    connection: Connection, sid: int, start: Ms, end: Ms, *, single: bool
) -> tuple[Ints, Ints, Floats]:
    rows = connection.execute(
        "SELECT t, last FROM roll_hour WHERE sid = ? AND t >= ? AND t < ? ORDER BY t",
        (sid, start // HOUR.ms, end // HOUR.ms),
    ).fetchall()
    hours = np.array([t + 1 for t, _ in rows], np.int64) * HOUR.ms
    values = np.array([value for _, value in rows], np.float64)
    if not single:
        return hours, hours, values
    columns = read(connection, sid, start, end).effective()
    moments = columns.ts
    extras = columns.extra or [None] * len(columns)
    as_of = np.array([unpack_extra(extra)[1] for extra in extras], np.int64)
    as_of = np.where(as_of > 0, as_of, moments)
    newest = connection.execute(
        "SELECT ts, value, extra FROM latest WHERE sid = ? AND ts < ?", (sid, end)
    ).fetchone()
    single_values = columns.value
    if newest is not None and newest[0] not in moments[-1:]:
        moments = np.append(moments, newest[0])
        as_of = np.append(as_of, unpack_extra(newest[2])[1] or newest[0])
        single_values = np.append(single_values, newest[1])
    # Hours only for the time whose readings are no longer kept.
    gone = hours <= (moments[0] if len(moments) else end)
    return (
        np.concatenate((hours[gone], moments)),
        np.concatenate((hours[gone], as_of)),
        np.concatenate((values[gone], single_values)),
    )


def hours_kept(connection: Connection, source: str, start: Ms, end: Ms) -> dict[str, set[int]]:
    """For each key of a source the hours (since the epoch) of [start, end) of which anything is
    stored."""
    found: dict[str, set[int]] = defaultdict(set)
    for key, t in connection.execute(
        "SELECT s.key, h.t FROM series s JOIN roll_hour h USING (sid)"
        " WHERE s.source = ? AND h.t >= ? AND h.t < ?",
        (source, start // HOUR.ms, -(-end // HOUR.ms)),
    ):
        found[key].add(t)
    return dict(found)
