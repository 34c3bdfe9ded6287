"""The history of one indicator over a range, ready to be drawn and compared."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from app.core.catalog import DAY, HOUR, MINUTE, Quantity
from app.core.finding import Finding
from app.core.model import Level, Ms
from app.live.compare import (
    WEEK,
    WEEKS,
    Band,
    Comparison,
    Hole,
    Times,
    Values,
    a_year_later,
    apart,
    breaks,
    broken,
    crossed_since,
    holes,
    min_max,
    normal_band,
    period_before,
    same_hour,
    year_before,
)
from app.live.view import ValueView
from app.rules.baseline import Baseline
from app.rules.calendar import calendar_of
from app.rules.quality import learn
from app.rules.series import findings_of_series

SLOW_MOMENTS = 60  # five years by the month


class Range(StrEnum):
    """How far back a plot reaches."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"

    @property
    def ms(self) -> int:
        """Its length in milliseconds."""
        return _SPANS[self.value]


_SPANS = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 366 * DAY, "decade": 3653 * DAY}


class Story(NamedTuple):
    """What was stored. `before` is the period before, `same` the same hour of earlier weeks,
    `year_ago` the same period of last year (data by the month or slower); `band` is None where
    there is too little, `first` the oldest moment stored or 0. `crossed` is since when the limit is
    crossed that is crossed now, 0 where none is or it began before what was read. `last_year` is
    the line of a year before, moved to this one; `versions` are the moments at which what the value
    is made of changed: lines on both sides of one are not joined."""

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
    year_ago: Comparison | None = None
    crossed: Ms = 0
    last_year: tuple[Times, Values] | None = None
    versions: tuple[Ms, ...] = ()
    findings: tuple[Finding, ...] = ()


async def tell(
    history: Any,
    view: ValueView,
    quantity: Quantity,
    span: Range,
    now: Ms,
    zone: ZoneInfo,
    width: int,
    baseline: Baseline | None = None,
) -> Story:
    """Ask the store what is needed for one plot `width` px wide."""
    since = now - span.ms
    key = view.key
    is_slow, is_index = view.period_ms > DAY, quantity.code.startswith("index.")
    older = await history.last_readings(key, SLOW_MOMENTS) if is_slow else None
    if older is not None:
        series, past = _later(older, since), older
    else:
        series = await history.series(key, since, now + 1, max(64, width // 2))
        past = await history.series(key, now - WEEKS * WEEK - DAY, now + 1, _hours(WEEKS * WEEK))
    versions = _versions(await history.source_spans(key), view.source, since) if is_index else ()
    first = int(past.ts[0]) if len(past) else int(series.ts[0]) if len(series) else 0
    step = max(view.period_ms, series.resolution_ms)
    times, values = apart(*min_max(*line_of(series, step), max(64, width)), versions)
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
        holes=stored_holes(series, since, now, step),
        band=band,
        band_times=grid,
        same=same_hour(past.ts, past.value, now) if is_fast else None,
        before=period_before(past.ts, past.value, as_of, period) if period is not None else None,
        first=first,
        year_ago=None if older is None else year_before(older.ts, older.value, view.period_ms),
        crossed=await _crossed(history, view, quantity, now, older),
        last_year=None if older is None else a_year_later(older.ts, older.value, since, now, zone),
        versions=versions,
        findings=_odd(view, quantity, past, since, zone, baseline),
    )


def _odd(
    view: ValueView,
    quantity: Quantity,
    past: Any,
    since: Ms,
    zone: ZoneInfo,
    baseline: Baseline | None,
) -> tuple[Finding, ...]:
    """What is marked in the plot; nothing before much has been learnt of the value."""
    if baseline is None:
        return ()
    return found_in(view.key, quantity, (past.ts, past.value), since, zone, baseline)


def _later(series: Any, since: Ms) -> Any:
    """What of single readings is not before a moment."""
    inside = series.ts >= since
    columns = {name: getattr(series, name)[inside] for name in ("ts", "value", "low", "high")}
    return msgspec.structs.replace(series, **columns)


async def _crossed(
    history: Any, view: ValueView, quantity: Quantity, now: Ms, older: Any | None
) -> Ms:
    """Since when the limit is crossed that is crossed now: by the minute within a day, else by the
    hour within a month, for slow data by its own moments."""
    if view.value is None or view.level is Level.NONE:
        return 0
    if older is not None:
        return crossed_since(older.ts, older.value, view.value, quantity)
    for span, step in ((DAY, MINUTE), (30 * DAY, HOUR)):
        found = await history.series(view.key, now - span, now + 1, 2 * span // step)
        if since := crossed_since(found.ts, found.value, view.value, quantity):
            return since
    return 0


def _versions(spans: Sequence[Any], source: str, since: Ms) -> tuple[Ms, ...]:
    """Where within the plot the shown source of an index took over from an earlier one. What an
    earlier version wrote is not drawn, so the line begins there."""
    own = next((span for span in spans if span.source == source), None)
    if own is None or own.first <= since:
        return ()
    return (own.first,) if any(span.first < own.first for span in spans) else ()


def _hours(span: int) -> int:
    """So many points that the store answers by the hour."""
    return 2 * (span + DAY) // HOUR


def line_of(series: Any, step: int) -> tuple[Times, Values]:
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


def stored_holes(series: Any, since: Ms, now: Ms, step: int) -> list[Hole]:
    """Holes between values. What was before the first stored value is no hole of the feed's."""
    if not len(series):
        return []
    return holes(series.ts, int(series.ts[0]), now, step)


async def findings_in(
    history: Any,
    view: ValueView,
    quantity: Quantity,
    span: tuple[Ms, Ms],
    zone: ZoneInfo,
    baseline: Baseline | None,
) -> tuple[Finding, ...]:
    """What the rules find in the stored values of a span, by the hour; `baseline` is the one that
    the program has learnt (`picture.baselines`)."""
    since, until = span
    past = await history.series(view.key, since, until + 1, _hours(until - since))
    return found_in(view.key, quantity, (past.ts, past.value), since, zone, baseline)


def found_in(
    key: str,
    quantity: Quantity,
    line: tuple[Times, Values],
    since: Ms,
    zone: ZoneInfo,
    baseline: Baseline | None,
) -> tuple[Finding, ...]:
    """What was odd in hourly values from `since` on and is over; what still is, the picture says.
    Some milliseconds for a month."""
    times, values = line
    late = times >= since
    calendar = calendar_of(zone)
    usual = learn(times, values, quantity, calendar)
    found = findings_of_series(key, times[late], values[late], quantity, calendar, baseline, usual)
    return tuple(item for item in found if item.until is not None)
