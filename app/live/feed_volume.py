"""What a feed brought today by the hour, against the same weekday of the weeks before."""

from collections.abc import Sequence
from statistics import median
from typing import ClassVar
from zoneinfo import ZoneInfo

import msgspec

from app.core.catalog import DAY, HOUR
from app.core.clock import to_datetime
from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.weekday import midnight
from app.store.feed_history import WEEKS, FeedVolume

HOURS = 24


class FeedDay(msgspec.Struct, frozen=True):
    """`hours` are today's counts, None for an hour that is to come or of which nothing was kept;
    `usual` the medians of the same hours of `weeks` earlier days, None where none was kept.
    `so_far` and `usual_so_far` are sums of the full hours that both know."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    hours: tuple[int | None, ...]
    usual: tuple[float | None, ...]
    weeks: int
    so_far: int
    usual_so_far: float
    rejected: int
    late: int
    gaps: int


def asked_from(now: Ms, zone: ZoneInfo) -> Ms:
    """The beginning of what `feed_day` needs."""
    return day_begin(now, zone) - WEEKS * 7 * DAY


def day_begin(now: Ms, zone: ZoneInfo) -> Ms:
    """Midnight of the city."""
    return midnight(to_datetime(now, zone).date(), zone)


def feed_day(volumes: Sequence[FeedVolume], now: Ms, zone: ZoneInfo) -> FeedDay:
    """From the hours of `asked_from(now)` to now. Days of 24 hours: a zone with summer time is an
    hour off on two days of the year."""
    begin = day_begin(now, zone)
    by_hour = {row.hour: row for row in volumes}
    first = begin // HOUR
    today = [by_hour.get(first + hour) for hour in range(HOURS)]
    past = [
        [by_hour.get(first - week * 7 * HOURS + hour) for week in range(1, WEEKS + 1)]
        for hour in range(HOURS)
    ]
    usual = [_median([row.accepted for row in rows if row is not None]) for rows in past]
    full = (now - begin) // HOUR
    both = [
        (row.accepted, mean)
        for row, mean in zip(today[:full], usual[:full], strict=True)
        if row is not None and mean is not None
    ]
    weeks = max((sum(row is not None for row in rows) for rows in past), default=0)
    known = [row for row in today if row is not None]
    return FeedDay(
        hours=tuple(None if row is None else row.accepted for row in today),
        usual=tuple(usual),
        weeks=weeks,
        so_far=sum(count for count, _ in both),
        usual_so_far=sum(mean for _, mean in both),
        rejected=sum(row.rejected for row in known),
        late=sum(row.late for row in known),
        gaps=sum(row.gaps for row in known),
    )


def _median(counts: list[int]) -> float | None:
    return float(median(counts)) if counts else None
