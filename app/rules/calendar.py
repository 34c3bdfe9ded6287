"""The kind of a day in the city's zone: a workday, a day of rest, a holiday; make-up workdays.

Days (调休, too) come from `chinesecalendar`. In years that it does not know (it ends with the year
whose holidays the State Council has published) a weekday is a workday, and `known` says so.
"""

from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np

from app.core.catalog import HOUR
from app.core.clock import to_datetime
from app.core.model import Ms

Times = np.ndarray[Any, np.dtype[np.int64]]
Values = np.ndarray[Any, np.dtype[np.float64]]


class DayKind(IntEnum):
    """What people do on a day."""

    WORKDAY = 0
    REST = 1  # a Saturday or Sunday
    HOLIDAY = 2  # a public holiday, and the days off that were moved to it


SATURDAY = 5
MAKE_UP, HOLIDAY = 7, 8
"""Two weekdays more than the week has: a Saturday or Sunday that is worked, and a holiday."""
WEEKDAYS = 9
"""Monday 0 to Sunday 6, then MAKE_UP and HOLIDAY."""


class WorkCalendar:
    """Days of one zone; remembers those that it was asked for."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._weekdays: dict[date, int] = {}
        self._hours: dict[int, tuple[int, int]] = {}

    @staticmethod
    def known(day: date) -> bool:
        """Whether the holidays of its year are known; else weekdays stand for workdays."""
        first, last = min(chinese_calendar.holidays), max(chinese_calendar.holidays)
        return bool(first.year <= day.year <= last.year)

    def kind(self, day: date) -> DayKind:
        """The kind of a local day."""
        weekday = self.weekday(day)
        if weekday == HOLIDAY:
            return DayKind.HOLIDAY
        return DayKind.REST if weekday in (SATURDAY, SATURDAY + 1) else DayKind.WORKDAY

    def weekday(self, day: date) -> int:
        """0 to 6 from Monday, MAKE_UP or HOLIDAY: a day is compared with days of its own kind."""
        found = self._weekdays.get(day)
        if found is None:
            found = self._weekdays[day] = self._find(day)
        return found

    def _find(self, day: date) -> int:
        plain = day.weekday()
        if not self.known(day):
            return plain
        works = chinese_calendar.is_workday(day)
        if works and plain >= SATURDAY:
            return MAKE_UP
        # A weekend inside a long holiday is lived as a holiday.
        off = not works and chinese_calendar.get_holiday_detail(day)[1] is not None
        return HOLIDAY if off else plain

    def slot(self, at: Ms) -> tuple[int, int]:
        """The weekday (see `weekday`) and the hour of the day of a moment."""
        hour = at // HOUR
        found = self._hours.get(hour)
        if found is None:
            if len(self._hours) > 20_000:
                self._hours.clear()
            local = to_datetime(hour * HOUR, self.zone)
            found = self._hours[hour] = (self.weekday(local.date()), local.hour)
        return found

    def slots(self, times: Times) -> tuple[Times, Times]:
        """The weekdays and the hours of moments."""
        if not len(times):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        hours, place = np.unique(times // HOUR, return_inverse=True)
        pairs = np.array([self.slot(int(hour) * HOUR) for hour in hours], dtype=np.int64)
        return pairs[place, 0], pairs[place, 1]

    def known_at(self, at: Ms) -> bool:
        """Whether the holidays of the year of a moment are known."""
        return self.known(to_datetime(at, self.zone).date())


def works(weekdays: Times) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which of the weekdays of `WorkCalendar.slots` are worked."""
    found: np.ndarray[Any, np.dtype[np.bool_]] = (weekdays < SATURDAY) | (weekdays == MAKE_UP)
    return found


@lru_cache(maxsize=8)
def calendar_of(zone: ZoneInfo) -> WorkCalendar:
    """The one calendar of a zone: it remembers its hours, so that a chart need not find them."""
    return WorkCalendar(zone)
