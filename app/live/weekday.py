"""Today against the same weekday of the weeks before, and what is usual in each hour of the week.

Holidays and the weekend days worked in their place are no ordinary days of their weekday: who asks
says which days those are, so that the calendar is one thing and the arithmetic another.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from app.core.catalog import DAY, HOUR
from app.core.clock import to_datetime
from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.compare import Times, Values
from app.rules.calendar import calendar_of

WEEKS = 8
SEARCHED = 16  # weeks looked back for eight ordinary ones
LEAST_DAYS = 3
LEAST_NORMAL = 3  # values that one hour of the week must have to be called usual

Ordinary = Callable[[date], bool]
"""Whether a day is what its weekday says: no holiday, no weekend day that is worked."""


class DayLine(msgspec.Struct, frozen=True):
    """The hourly means of one day of the city, midnight first; NaN where nothing came."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    day: date
    values: Values


class Weekdays(msgspec.Struct, frozen=True):
    """Today and its like. `median` is NaN in an hour that fewer than three of the days have;
    `left_out` are the days of this weekday that are none of its kind, `today_ordinary` whether
    today is one."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    today: DayLine
    past: tuple[DayLine, ...]  # the newest first
    median: Values
    left_out: tuple[date, ...]
    today_ordinary: bool


class Week(msgspec.Struct, frozen=True):
    """What is usual by weekday (Monday first) and hour: medians, NaN where too little is there."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    medians: Values  # 7 by 24
    days: int


def ordinary_in(zone: ZoneInfo) -> Ordinary:
    """By the work calendar of a zone; a year that it does not know goes by the weekday."""
    calendar = calendar_of(zone)
    return lambda day: calendar.weekday(day) == day.weekday()


def midnight(day: date, zone: ZoneInfo) -> Ms:
    """The moment a day of the city begins."""
    begin = to_datetime(0, zone).replace(
        year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0
    )
    return round(begin.timestamp() * 1000)


def same_weekdays(
    times: Times, values: Values, now: Ms, zone: ZoneInfo, ordinary: Ordinary
) -> Weekdays:
    """Today's line, those of the eight nearest ordinary days of its weekday that have data (looked
    for in sixteen weeks), and their median by the hour."""
    today = to_datetime(now, zone).date()
    left_out: list[date] = []
    past: list[DayLine] = []
    for week in range(1, SEARCHED + 1):
        day = today - timedelta(weeks=week)
        if len(past) == WEEKS:
            break
        if not ordinary(day):
            left_out.append(day)
        elif np.isfinite(found := _hours(times, values, day, zone)).any():
            past.append(DayLine(day, found))
    table = np.array([line.values for line in past]) if past else np.empty((0, 24))
    return Weekdays(
        DayLine(today, _hours(times, values, today, zone)),
        tuple(past),
        _medians(table, LEAST_DAYS),
        tuple(left_out),
        ordinary(today),
    )


def normal_week(times: Times, values: Values, now: Ms, zone: ZoneInfo, ordinary: Ordinary) -> Week:
    """The medians by weekday and hour of the ordinary days that are over."""
    today = to_datetime(now, zone).date()
    by_weekday: list[list[Values]] = [[] for _ in range(7)]
    count = 0
    if len(times):
        first = to_datetime(int(times[0]), zone).date()
        for back in range(1, (today - first).days + 1):
            day = today - timedelta(days=back)
            if not ordinary(day):
                continue
            found = _hours(times, values, day, zone)
            if np.isfinite(found).any():
                by_weekday[day.weekday()].append(found)
                count += 1
    rows = [
        _medians(np.array(days) if days else np.empty((0, 24)), LEAST_NORMAL) for days in by_weekday
    ]
    return Week(np.array(rows), count)


def _hours(times: Times, values: Values, day: date, zone: ZoneInfo) -> Values:
    """The mean of each hour of a day; the 25th hour of a change of clocks falls to the last."""
    begin = midnight(day, zone)
    first, last = np.searchsorted(times, (begin, begin + DAY))
    found = np.full(24, np.nan)
    inside = values[first:last]
    known = np.isfinite(inside)
    hours = ((times[first:last][known] - begin) // HOUR).astype(np.int64)
    count = np.bincount(hours, minlength=24)[:24]
    total = np.bincount(hours, inside[known], minlength=24)[:24]
    has = count > 0
    found[has] = total[has] / count[has]
    return found


def _medians(table: Values, least: int) -> Values:
    known = np.isfinite(table).sum(axis=0)
    found = np.full(24, np.nan)
    enough = known >= least
    if enough.any():
        found[enough] = np.nanmedian(table[:, enough], axis=0)
    return found
