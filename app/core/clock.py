"""Time: one place that asks the machine what time it is, and turns moments into the city's zone."""

import time
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from app.core.model import Ms


class Clock(Protocol):
    """Gives the moment. Tests and replays hand in their own."""

    def now(self) -> Ms:
        """Milliseconds since the Unix epoch, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Ms:
        """Milliseconds since the Unix epoch, UTC."""
        return time.time_ns() // 1_000_000


class ManualClock:
    """A clock that stands until it is moved: for tests, drills and replays."""

    def __init__(self, now: Ms) -> None:
        self._now = now

    def now(self) -> Ms:
        """The moment it was last set to."""
        return self._now

    def advance(self, milliseconds: int) -> None:
        """Move forward."""
        self._now += milliseconds


def to_datetime(moment: Ms, zone: ZoneInfo) -> datetime:
    """An aware datetime in a zone."""
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone(zone)


def from_datetime(moment: datetime) -> Ms:
    """Milliseconds of an aware datetime; raises ValueError on a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone has no meaning here")
    return round(moment.timestamp() * 1000)


def iso(moment: Ms) -> str:
    """`2026-07-17T06:03:22.125Z`, the form in JSON and logs."""
    text = datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
