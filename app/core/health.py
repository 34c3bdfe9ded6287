"""Integration health: how one feed is doing, as shown in one row."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.message import Message
from app.core.model import Ms
from app.core.privacy import Privacy

SLOTS = 24
"""The bars of a feed cell: records in each of the last 24 spans of `slot_ms`."""


class FeedState(StrEnum):
    """What a feed is doing."""

    STARTING = "starting"
    LIVE = "live"
    LATE = "late"  # connected, but older than two expected periods
    LOST = "lost"  # not connected, trying again
    REFUSED = "refused"  # credentials or certificate; not tried quickly
    STOPPED = "stopped"


class FeedHealth(msgspec.Struct, frozen=True):
    """One feed at a moment. Counters run from the start of the program; times are ms UTC."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    feed: str
    name_zh: str
    name_en: str
    state: FeedState
    at: Ms
    bureau: str = ""
    expected_period_ms: int = 60_000
    last_message: Ms = 0
    last_observed: Ms = 0
    connected_since: Ms = 0
    lost_since: Ms = 0
    attempts: int = 0
    next_attempt: Ms = 0
    rate: float = 0.0  # records per second over the last minute
    delay_ms: float = 0.0  # received - observed, median of the last minute
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    late: int = 0
    gaps: int = 0  # sequence numbers missed and not refilled
    refilled: int = 0
    dropped: int = 0  # over a limit
    reasons: dict[str, int] = {}  # why records were rejected or dropped, counted
    slots: tuple[int, ...] = ()
    slot_ms: int = 60_000
    trouble: Message | None = None
    endpoint: int = 0  # which of the feed's addresses is in use: 0 the first, then `also`
    suspicion: tuple[Message, ...] = ()  # why a line that stands is not to be believed

    @property
    def connected(self) -> bool:
        """Whether the line is up; what the freshness law asks."""
        return self.state in (FeedState.LIVE, FeedState.LATE)
