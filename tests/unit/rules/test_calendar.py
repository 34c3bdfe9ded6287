"""Days as the State Council's notice for 2026 has them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.core.clock import from_datetime
from app.rules.calendar import HOLIDAY, MAKE_UP, DayKind, WorkCalendar, works

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("day", "kind", "weekday"),
    [
        (date(2026, 3, 4), DayKind.WORKDAY, 2),  # an ordinary Wednesday
        (date(2026, 3, 7), DayKind.REST, 5),
        (date(2026, 3, 8), DayKind.REST, 6),
        (date(2026, 1, 1), DayKind.HOLIDAY, HOLIDAY),  # New Year, a Thursday
        (date(2026, 1, 4), DayKind.WORKDAY, MAKE_UP),  # the Sunday worked for it
        (date(2026, 2, 14), DayKind.WORKDAY, MAKE_UP),  # a Saturday before the Spring Festival
        (date(2026, 2, 21), DayKind.HOLIDAY, HOLIDAY),  # a Saturday within it
        (date(2031, 1, 1), DayKind.WORKDAY, 2),  # nobody has published 2031: a Wednesday
    ],
)
def test_kinds_of_day(day: date, kind: DayKind, weekday: int) -> None:
    calendar = WorkCalendar(ZONE)
    assert (calendar.kind(day), calendar.weekday(day)) == (kind, weekday)


def test_years_without_a_notice_are_said_to_be_unknown() -> None:
    calendar = WorkCalendar(ZONE)
    assert calendar.known(date(2026, 12, 31)) and not calendar.known(date(2031, 1, 1))
    assert not calendar.known_at(from_datetime(datetime(2031, 6, 1, tzinfo=ZONE)))


def test_hours_are_those_of_the_city() -> None:
    """16:30 on Friday in UTC is half past midnight on Saturday in the city."""
    calendar = WorkCalendar(ZONE)
    at = from_datetime(datetime(2026, 3, 6, 16, 30, tzinfo=UTC))
    assert calendar.slot(at) == (5, 0)
    weekdays, hours = calendar.slots(np.array([at, at - 3_600_000]))
    assert (weekdays.tolist(), hours.tolist()) == ([5, 4], [0, 23])


def test_a_make_up_saturday_is_worked() -> None:
    assert works(np.array([0, 4, 5, 6, MAKE_UP, HOLIDAY])).tolist() == [
        *(True, True, False, False, True, False),
    ]
