"""One feed looked at closely: what its page shows beside its row, asked for while it is open."""

from bisect import bisect_left
from collections.abc import Callable
from typing import ClassVar

import msgspec

from app.core.catalog import DAY, HOUR, MINUTE, SECOND
from app.core.model import Ms
from app.core.privacy import Privacy

LAST = 20
"""Accepted records that are kept of each feed to be looked at."""

DELAY_EDGES: tuple[int, ...] = (
    SECOND,
    3 * SECOND,
    10 * SECOND,
    30 * SECOND,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    3 * HOUR,
    12 * HOUR,
    DAY,
    7 * DAY,
)
"""Upper edges of the delays that are counted together; the last part has none."""


def delay_part(delay: int) -> int:
    """The part of the histogram that a delay falls into; a clock ahead of ours into the first."""
    return bisect_left(DELAY_EDGES, delay)


class Sample(msgspec.Struct, frozen=True):
    """One refused record, masked. `reason` is a word such as `out_of_range`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    at: Ms
    reason: str
    text: str


class Taken(msgspec.Struct, frozen=True):
    """One accepted record, masked: when it came, when it was observed, what it is."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    received: Ms
    observed: Ms
    kind: str  # reading, event, warning, devicestatus, stock, position
    text: str


class Missing(msgspec.Struct, frozen=True):
    """Sequence numbers that did not come, noticed at a moment."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    at: Ms
    count: int


class FeedDetail(msgspec.Struct, frozen=True):
    """What was seen of a feed since the start; lists are newest first. `delays` counts records by
    the parts of `DELAY_EDGES`; `kinds` are the words of the records that came."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    feed: str
    at: Ms
    taken: tuple[Taken, ...] = ()
    refused: tuple[Sample, ...] = ()
    delays: tuple[int, ...] = ()
    gaps: tuple[Missing, ...] = ()
    kinds: tuple[str, ...] = ()


class FeedWatchers:
    """Who looks closely at which feed; a part of the picture, of the main loop.

    Widgets say `watch` and `unwatch`; `changed` is told the feeds that somebody looks at.
    """

    def __init__(self) -> None:
        self._count: dict[str, int] = {}
        self.changed: Callable[[frozenset[str]], None] = _nobody

    @property
    def feeds(self) -> frozenset[str]:
        """The feeds that somebody looks at."""
        return frozenset(self._count)

    def watch(self, feed: str) -> None:
        """One more looks at it."""
        self._count[feed] = self._count.get(feed, 0) + 1
        if self._count[feed] == 1:
            self.changed(self.feeds)

    def unwatch(self, feed: str) -> None:
        """One less."""
        left = self._count.get(feed, 0) - 1
        if left > 0:
            self._count[feed] = left
        elif self._count.pop(feed, None):
            self.changed(self.feeds)


def _nobody(feeds: frozenset[str]) -> None:
    """Before the program runs nobody is told."""
