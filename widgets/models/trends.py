"""Short trends of many values, asked from the store a few at a time and kept for a while.

A panel says which keys can be seen; what is missing or old is asked in one question, never more
than one at a time, and the panel is told when it came. The picture's newest value is not put
into the line: it has its own number beside it.
"""

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Protocol
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from app.core.catalog import DAY, HOUR, MINUTE
from app.core.clock import to_datetime
from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.compare import Band, Comparison, Times, Values, normal_band, same_hour

SLOTS = 48
LATE_SLOTS = 2  # so many empty slots at the end are only the newest value's usual delay
REFRESH_MS = 5 * MINUTE
PAST_REFRESH_MS = HOUR
PAST_DAYS = 8 * 7 + 1
BATCH = 32
KEPT = 600


class Span(NamedTuple):
    """How far back a trend reaches: `count` of `unit` (see panels.unit.*), in ms."""

    ms: int
    unit: str
    count: int


def span_of(period_ms: int) -> Span:
    """24 hours for what comes within the day; more for what comes by the day or slower."""
    if period_ms <= HOUR:
        return Span(DAY, "hour_24", 24)
    if period_ms <= DAY:
        return Span(30 * DAY, "days", 30)
    if period_ms <= 31 * DAY:
        return Span(730 * DAY, "months", 24)
    return Span(10 * 366 * DAY, "years", 10)


class Trend(msgspec.Struct, frozen=True):
    """Means at equal steps (None where nothing was measured), with the normal band of each."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    values: tuple[float | None, ...]
    band: tuple[tuple[float, float], ...] = ()
    same: Comparison | None = None  # the same hour of earlier weeks


LONG_AGO: Ms = -(2**62)


class History(Protocol):
    """The two questions to the store that a trend needs (`app.store.queries`)."""

    async def sparks(
        self, keys: Sequence[str], start: Ms, end: Ms, buckets: int
    ) -> Mapping[str, Values]:
        """Means of equal parts of [start, end) by key, NaN where nothing came."""
        ...

    async def series(self, key: str, start: Ms, end: Ms, points: int) -> Any:
        """The curve of one key: `ts` in ms UTC and `value`."""
        ...


class Trends:
    """The trends that one panel needs."""

    def __init__(
        self,
        history: Callable[[], History],
        zone: ZoneInfo,
        run: Callable[[Coroutine[Any, Any, None]], object],
        arrived: Callable[[Sequence[str]], None],
    ) -> None:
        self._history = history
        self._zone = zone
        self._run = run
        self._arrived = arrived
        self._trends: dict[str, tuple[Ms, Trend]] = {}
        self._past: dict[str, tuple[Ms, Band | None, Comparison | None]] = {}
        self._asking = False

    def get(self, key: str) -> Trend | None:
        """The trend of a key as far as it was asked; None before."""
        found = self._trends.get(key)
        return found[1] if found else None

    def renew(self, wanted: Callable[[str], bool]) -> None:
        """History came: what is held of these keys is shown on, and asked for again."""
        for key, (_, trend) in self._trends.items():
            if wanted(key):
                self._trends[key] = (LONG_AGO, trend)
                self._past.pop(key, None)

    def want(self, visible: Iterable[tuple[str, int]], now: Ms) -> None:
        """Say which (key, period in ms) can be seen; asks for what is missing or old."""
        if self._asking:
            return
        missing: dict[Span, list[tuple[str, int]]] = {}
        for key, period in visible:
            held = self._trends.get(key)
            if held is None or now - held[0] >= max(REFRESH_MS, period // 4):
                missing.setdefault(span_of(period), []).append((key, period))
        if not missing:
            return
        span, keys = next(iter(missing.items()))
        self._asking = True
        self._run(self._fetch(span, dict(keys[:BATCH]), now))

    async def _fetch(self, span: Span, periods: dict[str, int], now: Ms) -> None:
        try:
            if span.ms <= DAY:
                found = await self._of_a_day(periods, now)
            else:
                found = {key: await self._slow(key, periods[key], span, now) for key in periods}
        finally:
            self._asking = False
        if len(self._trends) > KEPT:
            self._trends.clear()
        self._trends.update((key, (now, trend)) for key, trend in found.items())
        self._arrived(list(found))

    async def _of_a_day(self, periods: dict[str, int], now: Ms) -> dict[str, Trend]:
        await self._fetch_past(list(periods), now)
        found: dict[str, Trend] = {}
        by_slots: dict[int, list[str]] = {}
        for key, period in periods.items():
            by_slots.setdefault(min(SLOTS, DAY // max(1, period)), []).append(key)
        for slots, keys in by_slots.items():
            step = DAY // slots
            start = now - now % step + step - DAY
            sparks = await self._history().sparks(keys, start, start + DAY, slots)
            for key in keys:
                found[key] = self._with_band(key, _trimmed(sparks[key].tolist()), start, step)
        return found

    def _with_band(self, key: str, values: tuple[float | None, ...], start: Ms, step: int) -> Trend:
        held = self._past.get(key)
        band = held[1] if held else None
        same = held[2] if held else None
        if band is None or not values:
            return Trend(values, (), same)
        low, high = band.at([start + index * step for index in range(len(values))], self._zone)
        if not np.isfinite(low).all():
            return Trend(values, (), same)
        return Trend(values, tuple(zip(low.tolist(), high.tolist(), strict=True)), same)

    async def _fetch_past(self, keys: Sequence[str], now: Ms) -> None:
        old = [
            key
            for key in keys
            if key not in self._past or now - self._past[key][0] >= PAST_REFRESH_MS
        ]
        if not old:
            return
        start = now - now % HOUR - PAST_DAYS * DAY
        times = start + HOUR * np.arange(PAST_DAYS * 24, dtype=np.int64)
        found = await self._history().sparks(old, start, start + PAST_DAYS * DAY, len(times))
        for key in old:
            band = normal_band(times, found[key], now, self._zone)
            self._past[key] = (now, band, same_hour(times, found[key], now))

    async def _slow(self, key: str, period: int, span: Span, now: Ms) -> Trend:
        points = 2 * span.ms // HOUR
        series = await self._history().series(key, now - span.ms, now + HOUR, points)
        if not len(series.ts):
            return Trend(())
        return Trend(_by_calendar(series.ts, series.value, period, self._zone, span.count))


def _trimmed(slots: list[float]) -> tuple[float | None, ...]:
    """NaN to None, and without the last few where the newest value is only on its way."""
    found = [None if value != value else value for value in slots]
    for _ in range(LATE_SLOTS):
        if found and found[-1] is None:
            found.pop()
    return tuple(found) if any(value is not None for value in found) else ()


def _by_calendar(
    times: Times, values: Values, period: int, zone: ZoneInfo, count: int
) -> tuple[float | None, ...]:
    """One slot per day, month, quarter or year of the city's calendar, the last value in each."""
    numbered = {
        _ordinal(to_datetime(at - 1, zone), period): value
        for at, value in zip(times.tolist(), values.tolist(), strict=True)
    }
    last = max(numbered)
    first = max(min(numbered), last - count + 1)
    return tuple(numbered.get(number) for number in range(first, last + 1))


def _ordinal(moment: datetime, period: int) -> int:
    if period <= DAY:
        return moment.toordinal()
    if period <= 31 * DAY:
        return moment.year * 12 + moment.month
    return moment.year * 4 + (moment.month - 1) // 3 if period <= 92 * DAY else moment.year
