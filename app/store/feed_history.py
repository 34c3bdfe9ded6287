"""What feeds brought by the hour, and from when to when their lines stood; kept for 60 days.

Volumes are added up, so that an hour survives a restart; the newest span of a feed is drawn on
until it ends. Nothing here is the readings' own history: it says how the line was.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import ClassVar

import msgspec

from app.core.catalog import DAY, HOUR
from app.core.model import Ms
from app.core.privacy import Privacy
from app.store.driver import Connection

KEPT_DAYS = 60
WEEK_HOURS = 7 * 24
WEEKS = 8


class FeedVolume(msgspec.Struct, frozen=True):
    """One hour of a feed. `hour` counts from the epoch; `delay` is the median in ms of the minutes
    in which records came, 0 where none did."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    feed: str
    hour: int
    accepted: int = 0
    rejected: int = 0
    late: int = 0
    gaps: int = 0
    delay: int = 0

    @property
    def at(self) -> Ms:
        """When the hour began."""
        return self.hour * HOUR


class FeedSpan(msgspec.Struct, frozen=True):
    """A line was in one state for a while. `trouble` is the id of the sentence that said why."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    feed: str
    since: Ms
    until: Ms
    state: str
    trouble: str = ""


def write(connection: Connection, volumes: Iterable[FeedVolume], spans: Iterable[FeedSpan]) -> None:
    """Add what came, and draw the spans on; a delay of 0 leaves the one that is kept."""
    connection.executemany(
        "INSERT INTO feed_volume (feed, hour, accepted, rejected, late, gaps, delay)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (feed, hour) DO UPDATE SET"
        " accepted = accepted + excluded.accepted, rejected = rejected + excluded.rejected,"
        " late = late + excluded.late, gaps = gaps + excluded.gaps,"
        " delay = CASE excluded.delay WHEN 0 THEN delay ELSE excluded.delay END",
        [(v.feed, v.hour, v.accepted, v.rejected, v.late, v.gaps, v.delay) for v in volumes],
    )
    connection.executemany(
        "INSERT INTO feed_span (feed, since, until, state, trouble) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (feed, since) DO UPDATE SET until = excluded.until,"
        " state = excluded.state, trouble = excluded.trouble",
        [(span.feed, span.since, span.until, span.state, span.trouble) for span in spans],
    )


def forget(connection: Connection, now: Ms) -> None:
    """Let go of what is older than it is kept."""
    before = now - KEPT_DAYS * DAY
    connection.execute("DELETE FROM feed_volume WHERE hour < ?", (before // HOUR,))
    connection.execute("DELETE FROM feed_span WHERE until < ?", (before,))


def volumes(connection: Connection, feed: str, start: Ms, end: Ms) -> list[FeedVolume]:
    """The hours of a feed that began in [start, end), oldest first; an hour without a row brought
    nothing, or the program did not run."""
    rows = connection.execute(
        "SELECT feed, hour, accepted, rejected, late, gaps, delay FROM feed_volume"
        " WHERE feed = ? AND hour >= ? AND hour < ? ORDER BY hour",
        (feed, -(-start // HOUR), -(-end // HOUR)),
    )
    return [FeedVolume(*row) for row in rows]


def spans(connection: Connection, feed: str, start: Ms, end: Ms) -> list[FeedSpan]:
    """How the line of a feed stood in [start, end), oldest first; between two spans the program
    did not run."""
    rows = connection.execute(
        "SELECT feed, since, until, state, trouble FROM feed_span"
        " WHERE feed = ? AND until > ? AND since < ? ORDER BY since",
        (feed, start, end),
    )
    return [FeedSpan(*row) for row in rows]


def same_hours(connection: Connection, hour: int) -> dict[str, Sequence[int]]:
    """By feed what it brought in the same hour of the same weekday of the weeks before, the newest
    week first; a week in which the program did not run is left out."""
    hours = [hour - WEEK_HOURS * week for week in range(1, WEEKS + 1)]
    marks = ", ".join("?" * len(hours))
    found: dict[str, list[int]] = defaultdict(list)
    for feed, accepted in connection.execute(
        f"SELECT feed, accepted FROM feed_volume WHERE hour IN ({marks})"  # noqa: S608
        " ORDER BY hour DESC",
        hours,
    ):
        found[feed].append(accepted)
    return dict(found)


def of_hour(connection: Connection, hour: int) -> dict[str, int]:
    """By feed what one hour brought."""
    rows = connection.execute("SELECT feed, accepted FROM feed_volume WHERE hour = ?", (hour,))
    return dict(rows.fetchall())
