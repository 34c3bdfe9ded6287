"""What the writer does when nothing waits: packs closed days, lets go of what is past its time.

A day is closed an hour after its end in UTC. One step takes few series, so an operator's decision
never waits long behind it.
"""

from collections.abc import Callable
from typing import ClassVar

import msgspec

from app.core.clock import Clock
from app.core.model import Ms
from app.core.privacy import Privacy
from app.store.driver import Connection
from app.store.feed_history import forget
from app.store.history import read
from app.store.pack import DAY_MS, day_of, pack
from app.store.rollup import HOUR, MINUTE, TEN
from app.store.writer import transact

HOUR_MS = 3_600_000
_SERIES_PER_STEP = 10
_WORTH_PACKING = 32  # fewer readings in a day are smaller as rows
_VACUUM_PAGES = 2000
_ROWS_PER_STEP = 5000


class Retention(msgspec.Struct, frozen=True):
    """Days that each kind is kept; `moments`: of a series so slow that its days are never packed
    the newest readings stay whatever their age, or a month's figure would be gone before the next
    one comes and no year could be compared with the one before."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    readings: int = 35
    minutes: int = 95
    tens: int = 400
    hours: int = 3650
    records: int = 3650
    screens: int = 30
    moments: int = 100


class Upkeep:
    """One pass an hour over all series, in steps; used by the writer thread only."""

    def __init__(self, clock: Clock, retention: Retention, after: Callable[[], object]) -> None:
        """`after` is called at the end of a pass."""
        self._clock = clock
        self._retention = retention
        self._after = after
        self._next_pass = clock.now() + HOUR_MS // 60
        self._position: int | None = None

    def horizon(self) -> Ms:
        """The moment before which readings may be gone."""
        return (day_of(self._clock.now()) - self._retention.readings) * DAY_MS

    def step(self, connection: Connection) -> bool:
        """One step if one is due; gives whether the pass goes on."""
        now = self._clock.now()
        if self._position is None:
            if now < self._next_pass:
                return False
            self._position = 0
        self._position = transact(
            connection, "cache.db", lambda cache: self._series(cache, self._position or 0, now)
        )
        if self._position is not None:
            return True
        transact(connection, "cache.db", lambda cache: self._records(cache, now))
        connection.execute(f"PRAGMA incremental_vacuum({_VACUUM_PAGES})").fetchall()
        self._next_pass = now + HOUR_MS
        self._after()
        return False

    def whole(self, connection: Connection) -> None:
        """A whole pass at once: for the command line."""
        self._next_pass = self._clock.now()
        while self.step(connection):
            pass

    def _series(self, connection: Connection, position: int, now: Ms) -> int | None:
        """The next few series; gives the last one done, or None at the end."""
        found = connection.execute(
            "SELECT sid FROM series WHERE sid > ? ORDER BY sid LIMIT ?",
            (position, _SERIES_PER_STEP),
        ).fetchall()
        for (sid,) in found:
            self._expire(connection, sid, now)
            pack_closed(connection, sid, now)
        return found[-1][0] if found else None

    def _expire(self, connection: Connection, sid: int, now: Ms) -> None:
        horizon = self.horizon()
        before = self._slow_horizon(connection, sid, horizon)
        connection.execute("DELETE FROM reading WHERE sid = ? AND ts < ?", (sid, before))
        connection.execute("DELETE FROM chunk WHERE sid = ? AND day < ?", (sid, day_of(horizon)))
        kept = self._retention
        for step, days in ((MINUTE, kept.minutes), (TEN, kept.tens), (HOUR, kept.hours)):
            connection.execute(
                f"DELETE FROM {step.table} WHERE sid = ? AND t < ?",  # noqa: S608
                (sid, (now - days * DAY_MS) // step.ms),
            )

    def _slow_horizon(self, connection: Connection, sid: int, horizon: Ms) -> Ms:
        """Before when the rows of a series go: those of one with packed days at the horizon."""
        if connection.execute("SELECT 1 FROM chunk WHERE sid = ? LIMIT 1", (sid,)).fetchone():
            return horizon
        last = connection.execute(
            "SELECT ts FROM reading WHERE sid = ? ORDER BY ts DESC LIMIT 1 OFFSET ?",
            (sid, self._retention.moments - 1),
        ).fetchone()
        return min(horizon, last[0]) if last is not None else 0

    def _records(self, connection: Connection, now: Ms) -> None:
        before = now - self._retention.records * DAY_MS
        connection.execute(
            "DELETE FROM record_history WHERE seq IN"
            " (SELECT seq FROM record_history WHERE observed < ? LIMIT ?)",
            (before, _ROWS_PER_STEP),
        )
        connection.execute("DELETE FROM record WHERE open = 0 AND observed < ?", (before,))
        connection.execute(
            "DELETE FROM screen_record WHERE seq IN"
            " (SELECT seq FROM screen_record WHERE at < ? LIMIT ?)",
            (now - self._retention.screens * DAY_MS, _ROWS_PER_STEP),
        )
        forget(connection, now)


def pack_closed(connection: Connection, sid: int, now: Ms, worth: int = _WORTH_PACKING) -> int:
    """Pack the closed days of a series that hold at least `worth` readings as rows, late readings
    into their packed day; gives how many."""
    days = connection.execute(
        "SELECT ts / 86400000 AS closed, count(*) FROM reading WHERE sid = ? AND ts < ?"
        " GROUP BY closed HAVING count(*) >= ?"
        " OR EXISTS (SELECT 1 FROM chunk WHERE chunk.sid = reading.sid AND chunk.day = closed)",
        (sid, day_of(now - HOUR_MS) * DAY_MS, worth),
    ).fetchall()
    for day, _ in days:
        start, end = day * DAY_MS, (day + 1) * DAY_MS
        columns = read(connection, sid, start, end)
        connection.execute(
            "INSERT OR REPLACE INTO chunk (sid, day, n, body) VALUES (?, ?, ?, ?)",
            (sid, day, len(columns), pack(columns)),
        )
        connection.execute(
            "DELETE FROM reading WHERE sid = ? AND ts >= ? AND ts < ?", (sid, start, end)
        )
    return len(days)
