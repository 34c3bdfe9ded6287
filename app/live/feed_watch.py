"""Keeps what feeds bring by the hour and how their lines stood, and says which bring too little or
too much against the same hour of the weekday. Once a minute, in the main loop."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

import msgspec

from app.core.catalog import HOUR
from app.core.clock import Clock
from app.core.health import FeedHealth
from app.core.message import Message, message
from app.core.model import Ms
from app.live.hub import Hub, Kind
from app.live.picture import Picture
from app.rules.feed_suspicion import volume
from app.store.feed_history import FeedSpan, FeedVolume
from app.store.store import Store

log = logging.getLogger(__name__)

EVERY_S = 60.0


class _Counts(NamedTuple):
    """Of one feed since the start of whoever counts."""

    accepted: int
    rejected: int
    late: int
    gaps: int


class FeedWatch:
    """Reads the rows of the picture; `judged` adds to a row what only the past can tell."""

    def __init__(self, picture: Picture, hub: Hub, clock: Clock, store: Store) -> None:
        self._picture = picture
        self._hub = hub
        self._clock = clock
        self._store = store
        self._counted: dict[str, _Counts] = {}
        self._hours: dict[str, int] = {}  # the hour of which a feed has a row
        self._delays: dict[str, list[float]] = {}  # of this hour, one a minute
        self._spans: dict[str, FeedSpan] = {}
        self._volume: dict[str, Message] = {}  # which are odd, by the last full hour
        self._compared = 0  # the hour that was compared last
        self._began = clock.now()
        self._timer: asyncio.TimerHandle | None = None
        self._work: asyncio.Task[None] | None = None

    # ---- rows on their way into the picture

    def judged(self, rows: Iterable[FeedHealth]) -> dict[str, FeedHealth]:
        """The rows with what is odd about their volume; a gatherer may have said it already."""
        found = {}
        for row in rows:
            self._counted.setdefault(row.feed, _counts(row))  # the first is where counting begins
            odd = self._volume.get(row.feed)
            if odd is not None and odd.id not in {word.id for word in row.suspicion}:
                row = msgspec.structs.replace(row, suspicion=(*row.suspicion, odd))
            found[row.feed] = row
        return found

    # ---- once a minute

    def start(self) -> None:
        """Begin; needs the running loop."""
        self._timer = asyncio.get_running_loop().call_later(EVERY_S, self._look)

    async def stop(self) -> None:
        """Keep what was counted since the last minute, and no more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        self.keep()

    def _look(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(EVERY_S, self._look)
        self.keep()
        if self._work is None or self._work.done():
            self._work = asyncio.ensure_future(self._compare_safely())

    def keep(self) -> None:
        """Give the store what came since the last time, and the lines as they stand."""
        now = self._clock.now()
        rows = list(self._picture.feeds.values())
        volumes = [made for row in rows if (made := self._of(row, now // HOUR)) is not None]
        spans = [self._span(row, now) for row in rows]
        if volumes or spans:
            self._store.keep_feeds(volumes, spans)

    def _of(self, row: FeedHealth, hour: int) -> FeedVolume | None:
        counts = _counts(row)
        before = self._counted.get(row.feed, counts)
        self._counted[row.feed] = counts
        if counts.accepted < before.accepted or counts.rejected < before.rejected:
            before = _Counts(0, 0, 0, 0)  # whoever counts began anew
        came = _Counts(*(new - old for new, old in zip(counts, before, strict=True)))
        if self._hours.get(row.feed) != hour:
            self._hours[row.feed] = hour
            self._delays[row.feed] = []
        elif not any(came):
            return None
        delays = self._delays[row.feed]
        if row.delay_ms:
            delays.append(row.delay_ms)
        delay = round(median(delays)) if delays else 0
        return FeedVolume(
            row.feed, hour, came.accepted, came.rejected, max(0, came.late), came.gaps, delay
        )

    def _span(self, row: FeedHealth, now: Ms) -> FeedSpan:
        state, trouble = row.state.value, row.trouble.id if row.trouble is not None else ""
        last = self._spans.get(row.feed)
        if last is None:
            span = FeedSpan(row.feed, now, now, state, trouble)
        elif last.state == state:
            span = msgspec.structs.replace(last, until=now, trouble=trouble or last.trouble)
        else:
            span = FeedSpan(row.feed, last.until, now, state, trouble)
        self._spans[row.feed] = span
        return span

    # ---- once an hour

    async def _compare_safely(self) -> None:
        try:
            await self.compare()
        except Exception:
            log.exception("the volume of the feeds was not compared")

    async def compare(self) -> None:
        """The last full hour against the weeks before; what changes is published."""
        hour = self._clock.now() // HOUR - 1
        if hour == self._compared or hour * HOUR < self._began:
            return  # an hour that was not seen whole says nothing
        self._compared = hour  # asked once, also of a file that cannot answer
        found = await self._store.queries.feed_hour(hour)
        odd = {feed: word for feed, (now, weeks) in found.items() if (word := _odd(now, weeks))}
        changed = [feed for feed in odd.keys() | self._volume.keys() if self._differs(feed, odd)]
        feeds = self._picture.feeds
        for feed in changed:
            row, old = feeds.get(feed), self._volume.get(feed)
            if row is not None:
                plain = tuple(word for word in row.suspicion if word != old)
                feeds[feed] = msgspec.structs.replace(row, suspicion=plain)
        self._volume = odd
        feeds.update(self.judged([feeds[feed] for feed in changed if feed in feeds]))
        if changed:
            self._hub.publish(Kind.FEED, changed)

    def _differs(self, feed: str, odd: dict[str, Message]) -> bool:
        return odd.get(feed) != self._volume.get(feed)


def _counts(row: FeedHealth) -> _Counts:
    """History that was asked for is no volume of the hour."""
    fresh = max(0, row.accepted - row.refilled)
    return _Counts(fresh, row.rejected + row.dropped, row.late, row.gaps)


def _odd(now: int, weeks: Sequence[int]) -> Message | None:
    word = volume(now, weeks)
    if not word:
        return None
    usual = round(median(weeks))
    return message(f"feed.suspicion.{word}", count=now, usual=usual, weeks=len(weeks))
