"""A series against its own past: same weekday and hour, the period before, the normal band, holes.

Times are arrays of int64 milliseconds UTC, ascending; values are float64 of the same length.
"""

import itertools
from collections.abc import Sequence
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from app.core.catalog import DAY, HOUR, Direction, Period, Quantity
from app.core.clock import to_datetime
from app.core.model import Level, Ms
from app.core.privacy import Privacy

Times = np.ndarray[Any, np.dtype[np.int64]]
Values = np.ndarray[Any, np.dtype[np.float64]]

WEEK = 7 * DAY
YEAR = 365 * DAY
WEEKS = 8
LEAST_WEEKS = 3
LEAST_DAYS = 5
BAND_QUANTILES = (0.1, 0.9)
PACE_GAPS = 9  # gaps round one that say how often values came there


class Comparison(msgspec.Struct, frozen=True):
    """What a value is set against: the reference and how many spans it was taken from."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    reference: float
    spans: int

    def share(self, value: float) -> float | None:
        """The change as a share of the reference; None where that is nought."""
        return (value - self.reference) / abs(self.reference) if self.reference else None


class Band(msgspec.Struct, frozen=True):
    """The normal range of each hour of the day (city time); `days` says what it rests on."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    low: tuple[float, ...]
    high: tuple[float, ...]
    days: int

    def at(self, moments: Sequence[Ms], zone: ZoneInfo) -> tuple[Values, Values]:
        """Low and high at moments; NaN in an hour of the day that was never seen."""
        hours = local_hours(np.asarray(moments, dtype=np.int64), zone)
        return np.asarray(self.low)[hours], np.asarray(self.high)[hours]


class Hole(msgspec.Struct, frozen=True):
    """A span without data: from the last value before it to the first one after."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    since: Ms
    until: Ms

    @property
    def ms(self) -> int:
        """How long nothing came."""
        return self.until - self.since


def local_hours(times: Times, zone: ZoneInfo) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The hour of the day in a zone of each time; one zone look-up per distinct UTC hour."""
    if not len(times):
        return np.empty(0, dtype=np.int64)
    hours, place = np.unique(times // HOUR, return_inverse=True)
    # Zones of half an hour are right at the full UTC hour only to half an hour: enough for a band.
    local = np.array([to_datetime(int(hour) * HOUR, zone).hour for hour in hours], dtype=np.int64)
    return local[place]


def same_hour(times: Times, values: Values, now: Ms, hour_ms: int = HOUR) -> Comparison | None:
    """同期: the median of the hours one to eight weeks before the hour of `now`.

    None where fewer than three of the eight weeks are there. A daylight-saving change inside the
    eight weeks would shift it by an hour; the cities served here have none.
    """
    start = now - now % hour_ms
    found = []
    for week in range(1, WEEKS + 1):
        first = np.searchsorted(times, start - week * WEEK)
        last = np.searchsorted(times, start - week * WEEK + hour_ms)
        inside = values[first:last]
        inside = inside[np.isfinite(inside)]
        if len(inside):
            found.append(float(np.mean(inside)))
    return Comparison(float(np.median(found)), len(found)) if len(found) >= LEAST_WEEKS else None


def period_before(times: Times, values: Values, as_of: Ms, period: Period) -> Comparison | None:
    """环比: the mean of the hour before for what comes by the hour or faster, else the last value
    before the newest one."""
    if period.ms <= HOUR:
        last = np.searchsorted(times, as_of - HOUR, side="right")
        first = np.searchsorted(times, as_of - 2 * HOUR, side="right")
    else:
        last = np.searchsorted(times, as_of)
        first = np.maximum(0, last - 1)
        if first < last and as_of - int(times[first]) > 2 * period.ms:
            return None  # the one just before is missing; an older one is not the period before
    inside = values[first:last]
    inside = inside[np.isfinite(inside)]
    return Comparison(float(np.mean(inside)), 1) if len(inside) else None


def year_before(times: Times, values: Values, period_ms: int) -> Comparison | None:
    """同比: the value of the same period of last year, for what comes by the month or slower but
    faster than by the year; None where that period has no value."""
    known = np.isfinite(values)
    times, values = times[known], values[known]
    if not len(times) or period_ms >= YEAR:
        return None
    wanted = int(times[-1]) - YEAR
    place = int(np.argmin(np.abs(times - wanted)))
    if abs(int(times[place]) - wanted) > period_ms // 2:
        return None
    return Comparison(float(values[place]), 1)


def a_year_later(
    times: Times, values: Values, since: Ms, until: Ms, zone: ZoneInfo
) -> tuple[Times, Values] | None:
    """The line of a year before, moved to the same days of this one; None without two points."""
    moved = np.array([_next_year(int(at), zone) for at in times.tolist()], dtype=np.int64)
    inside = (moved >= since) & (moved <= until) & np.isfinite(values)
    return (moved[inside], values[inside]) if inside.sum() > 1 else None


def _next_year(at: Ms, zone: ZoneInfo) -> Ms:
    then = to_datetime(at, zone)
    if (then.month, then.day) == (2, 29):
        then = then.replace(day=28)
    return round(then.replace(year=then.year + 1).timestamp() * 1000)


def crossed_since(times: Times, values: Values, value: float, quantity: Quantity) -> Ms:
    """The first moment from which on the limit that `value` has crossed stayed crossed; 0 where
    none is crossed, or it was crossed in all that is known."""
    limit = nearest_limit(value, quantity)
    known = np.isfinite(values)
    times, values = times[known], values[known]
    if limit is None or not limit.crossed or not len(times):
        return 0
    over = values >= limit.value if limit.above else values <= limit.value
    within = np.flatnonzero(~over)
    if not len(within) or within[-1] + 1 >= len(times):
        return 0
    return int(times[within[-1] + 1])


def apart(times: Times, values: Values, moments: Sequence[Ms]) -> tuple[Times, Values]:
    """The line broken at moments at which what it is made of changed."""
    inside = np.array(
        [at for at in moments if len(times) and times[0] < at <= times[-1]], dtype=np.int64
    )
    places = np.searchsorted(times, inside)
    return np.insert(times, places, inside), np.insert(values, places, np.nan)


def normal_band(times: Times, values: Values, now: Ms, zone: ZoneInfo) -> Band | None:
    """The range in which eight of ten values of the same hour lay; today is left out, so that a
    bad day does not become its own normal. None where fewer than five days are there."""
    midnight = to_datetime(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    until = round(midnight.timestamp() * 1000)
    usable = (times < until) & np.isfinite(values)
    times, values = times[usable], values[usable]
    days = len(np.unique((times - until) // DAY))
    if days < LEAST_DAYS:
        return None
    hours = local_hours(times, zone)
    low, high = np.full(24, np.nan), np.full(24, np.nan)
    for hour in range(24):
        inside = values[hours == hour]
        if len(inside) >= LEAST_DAYS:
            low[hour], high[hour] = np.quantile(inside, BAND_QUANTILES)
    return Band(tuple(low.tolist()), tuple(high.tolist()), days)


def holes(times: Times, since: Ms, until: Ms, step: int) -> list[Hole]:
    """The spans of [since, until] in which a value every `step` was due and more than two were
    missed; a series that begins later has one at its head, one that stopped has one at its end.
    Where values came more slowly for a while (kept by the hour), that pace is what was due."""
    if not len(times):
        return [Hole(since, until)] if until > since else []
    edges = np.concatenate(([since - step], times[(times >= since) & (times <= until)], [until]))
    gaps = np.diff(edges)
    return [
        Hole(max(since, int(edges[index])), int(edges[index + 1]))
        for index in np.flatnonzero(gaps > 2.5 * _paces(gaps, step))
    ]


def _paces(gaps: Times, step: int) -> Times:
    """How often a value was due round each gap: every `step`, or the median of its neighbours'
    gaps where all of them came more slowly than that."""
    if len(gaps) < PACE_GAPS:
        return np.full(len(gaps), step, dtype=np.int64)
    half = PACE_GAPS // 2
    around = np.lib.stride_tricks.sliding_window_view(np.pad(gaps, half, mode="reflect"), PACE_GAPS)
    paces: Times = np.maximum(step, np.median(around, axis=1).astype(np.int64))
    return paces


def breaks(times: Times, step: int) -> Times:
    """The indices before which a line through the values must be broken."""
    if len(times) < 2:
        return np.array([], dtype=np.int64)
    gaps = np.diff(times)
    after: Times = np.flatnonzero(gaps > 2.5 * _paces(gaps, step)) + 1
    return after


def broken(times: Times, values: Values, step: int) -> tuple[Times, Values]:
    """The series with a NaN put into every hole, so that no line is drawn across it."""
    after = breaks(times, step)
    if not len(after):
        return times, values
    return (
        np.insert(times, after, times[after - 1] + step),
        np.insert(values, after, np.nan),
    )


def min_max(times: Times, values: Values, buckets: int) -> tuple[Times, Values]:
    """At most two points per bucket, its lowest and its highest in the order of time, so that a
    peak of one sample survives on a narrow plot; a hole (NaN) stays a hole."""
    if len(times) <= 2 * buckets or buckets < 1:
        return times, values
    edges = np.linspace(0, len(times), buckets + 1).astype(np.int64)
    picked: list[int] = []
    for first, last in itertools.pairwise(edges):
        part = values[first:last]
        gap = np.flatnonzero(np.isnan(part))
        kept = {first + int(gap[0])} if len(gap) else set()
        if len(gap) < len(part):
            kept |= {first + int(np.nanargmin(part)), first + int(np.nanargmax(part))}
        picked.extend(sorted(kept))
    return times[picked], values[picked]


class Limit(msgspec.Struct, frozen=True):
    """One of the four limits, and whether a value has crossed it."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    level: Level
    value: float
    crossed: bool
    above: bool  # crossed from below, as a flood is; else from above, as a supply pressure is


def limits(quantity: Quantity) -> list[tuple[Level, float, bool]]:
    """Every limit of a quantity, gravest first, with whether it is crossed upwards."""
    names = ((Level.RED, "red"), (Level.ORANGE, "orange"), (Level.YELLOW, "yellow"))
    ladder = (*names, (Level.BLUE, "watch"))
    rising = quantity.direction is not Direction.POSITIVE
    found = [(level, getattr(quantity.thresholds, name), rising) for level, name in ladder]
    if quantity.direction is Direction.BAND:
        lower = [(level, getattr(quantity.thresholds, f"{name}_low")) for level, name in ladder]
        found += [(level, value, False) for level, value in lower]
    return [(level, value, above) for level, value, above in found if value is not None]


def nearest_limit(value: float, quantity: Quantity) -> Limit | None:
    """The gravest limit that is crossed, else the one that would be crossed first."""
    every = [
        Limit(level, limit, value >= limit if above else value <= limit, above)
        for level, limit, above in limits(quantity)
    ]
    crossed = [item for item in every if item.crossed]
    if crossed:
        return max(crossed, key=lambda item: item.level.rank)
    return min(every, key=lambda item: abs(item.value - value), default=None)
