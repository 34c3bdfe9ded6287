"""The history of one indicator over a range, ready to be drawn and compared."""

from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from app.core.catalog import DAY, HOUR, Quantity
from app.core.model import Ms
from app.live.compare import (
    WEEK,
    WEEKS,
    Band,
    Comparison,
    Hole,
    Times,
    Values,
    breaks,
    broken,
    holes,
    min_max,
    normal_band,
    period_before,
    same_hour,
)
from app.live.view import ValueView


class Range(StrEnum):
    """How far back a plot reaches."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    @property
    def ms(self) -> int:
        """Its length in milliseconds."""
        return {"day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 366 * DAY}[self.value]


class Story(NamedTuple):
    """What was stored. `before` is the period before, `same` the same hour of earlier weeks;
    `band` is None where there is too little, `first` the oldest moment stored or 0."""

    times: Times
    values: Values
    since: Ms
    until: Ms
    holes: list[Hole]
    band: Band | None
    band_times: Times
    same: Comparison | None
    before: Comparison | None
    first: Ms


async def tell(
    history: Any,
    view: ValueView,
    quantity: Quantity,
    span: Range,
    now: Ms,
    zone: ZoneInfo,
    width: int,
) -> Story:
    """Ask the store what is needed for one plot `width` px wide."""
    since = now - span.ms
    series = await history.series(view.key, since, now + 1, max(64, width // 2))
    past = await history.series(view.key, now - WEEKS * WEEK - DAY, now + 1, _hours(WEEKS * WEEK))
    first = int(past.ts[0]) if len(past) else int(series.ts[0]) if len(series) else 0
    step = max(view.period_ms, series.resolution_ms)
    times, values = min_max(*_line(series, step), max(64, width))
    is_fast = view.period_ms <= HOUR
    band = normal_band(past.ts, past.value, now, zone) if is_fast else None
    grid = np.arange(since - since % HOUR, now + HOUR, HOUR, dtype=np.int64)
    period = quantity.period
    as_of = view.as_of or now
    return Story(
        times=times,
        values=values,
        since=since,
        until=now,
        holes=_holes(series, since, now, step),
        band=band,
        band_times=grid,
        same=same_hour(past.ts, past.value, now) if is_fast else None,
        before=period_before(past.ts, past.value, as_of, period) if period is not None else None,
        first=first,
    )


def _hours(span: int) -> int:
    """So many points that the store answers by the hour."""
    return 2 * (span + DAY) // HOUR


def _line(series: Any, step: int) -> tuple[Times, Values]:
    """Through the lowest and highest of every bucket, so that a peak of one second is seen;
    broken (NaN) where values are missing."""
    if not series.resolution_ms or np.array_equal(series.low, series.high):
        return broken(series.ts, series.value, step)
    after = breaks(series.ts, step)
    rising = np.diff(series.value, prepend=series.value[:1]) >= 0
    early = np.insert(np.where(rising, series.low, series.high), after, np.nan)
    late = np.insert(np.where(rising, series.high, series.low), after, np.nan)
    begun = np.insert(series.ts, after, series.ts[after - 1] + step)
    times = np.column_stack((begun, begun + series.resolution_ms // 2)).ravel()
    return times, np.column_stack((early, late)).ravel()


def _holes(series: Any, since: Ms, now: Ms, step: int) -> list[Hole]:
    """Holes between values. What was before the first stored value is no hole of the feed's."""
    if not len(series):
        return []
    return holes(series.ts, int(series.ts[0]), now, step)
