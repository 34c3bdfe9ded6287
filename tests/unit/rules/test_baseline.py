"""The usual value of an hour of the week: worked by hand, and as properties."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import DAY, HOUR, Period, Quantity
from app.core.clock import from_datetime
from app.rules.baseline import learn, weighted_median
from app.rules.calendar import WorkCalendar

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(ZONE)
NOW = from_datetime(datetime(2026, 4, 1, tzinfo=ZONE))  # a Wednesday at midnight
ITEM = Quantity("t.x", "值", "Value", "m", HOUR, decimals=1, period=Period.HOUR)


def hours(days: int) -> np.ndarray:
    return np.arange(NOW - days * DAY, NOW, HOUR)


def day_numbers(times: np.ndarray) -> np.ndarray:
    return (NOW - times - 1) // DAY  # 0 is the last day


def test_weighted_median_by_hand() -> None:
    """Weights 1, 1, 3 of 1, 2, 9: half of 5 is reached within the 9."""
    assert weighted_median(np.array([9.0, 1, 2]), np.array([3.0, 1, 1])) == 9
    assert weighted_median(np.array([1.0, 2, 9]), np.array([1.0, 1, 1])) == 2
    # Just half lies below: the mean of the two in the middle.
    assert weighted_median(np.array([1.0, 3, 5, 9]), np.ones(4)) == 4


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_with_equal_weights_it_is_the_median(values: list[float]) -> None:
    found = weighted_median(np.array(values), np.full(len(values), 0.3))
    assert found == pytest.approx(float(np.median(values)), abs=1e-6)


def test_median_and_scale_by_hand() -> None:
    """8, 9, 11, 12 by turns of days: each weekday sees each twice in eight weeks. Whatever the
    decay, the median lies from 9 to 11 and half of the deviations from it are 1 to 3."""
    times = hours(56)
    values = np.array([8.0, 9.0, 11.0, 12.0])[day_numbers(times) % 4]
    base = learn(times, values, ITEM, CALENDAR, NOW)
    assert base is not None and base.days == 56
    expected, scale = base.point(NOW - DAY + 9 * HOUR, CALENDAR)
    assert 9 <= expected <= 11
    assert 1.4826 <= scale <= 1.4826 * 3


def test_where_half_are_equal_the_mean_deviation_is_a_floor() -> None:
    """Two of three days are 10, one is 16: the median deviation is nought. The mean one is 2, and
    half of 1.2533 times that is the least scale."""
    times = hours(54)
    values = np.where(day_numbers(times) % 3 == 0, 16.0, 10.0) + times // HOUR % 24 * 100
    base = learn(times, values, ITEM, CALENDAR, NOW)
    assert base is not None
    assert np.nanmin(base.scale) == pytest.approx(0.5 * 1.2533 * 2, rel=0.2)


def test_a_workday_is_not_compared_with_a_weekend() -> None:
    times = hours(56)
    weekdays, _ = CALENDAR.slots(times)
    values = np.where(weekdays >= 5, 20.0, 60.0) + (day_numbers(times) % 3)
    base = learn(times, values, ITEM, CALENDAR, NOW)
    assert base is not None
    monday = from_datetime(datetime(2026, 3, 30, 9, tzinfo=ZONE))
    saturday = from_datetime(datetime(2026, 3, 28, 9, tzinfo=ZONE))
    assert base.point(monday, CALENDAR)[0] == pytest.approx(61, abs=1)
    assert base.point(saturday, CALENDAR)[0] == pytest.approx(21, abs=1)


def test_a_make_up_saturday_is_compared_with_workdays() -> None:
    """9 May 2026 is a Saturday that is worked. No such day lies in the eight weeks before it, so
    the hour of all workdays stands in."""
    until = from_datetime(datetime(2026, 4, 30, tzinfo=ZONE))
    times = np.arange(until - 42 * DAY, until, HOUR)
    weekdays, _ = CALENDAR.slots(times)
    values = np.where((weekdays < 5) | (weekdays == 7), 60.0, 20.0) + times // DAY % 3
    base = learn(times, values, ITEM, CALENDAR, until)
    assert base is not None
    made_up = from_datetime(datetime(2026, 5, 9, 9, tzinfo=ZONE))
    assert base.point(made_up, CALENDAR)[0] == pytest.approx(61, abs=1)


def test_newer_weeks_count_more() -> None:
    """Five of eight weeks at 10 and the last three at 20: plain 10 wins; decayed by half in four
    weeks the three new ones weigh 2.55 against 2.11 (sums of 0.5^(w/4) for w = 0.5 .. 7.5)."""
    times = hours(56)
    values = np.where(day_numbers(times) < 21, 20.0, 10.0) + 0.1 * (times // HOUR % 5)
    base = learn(times, values, ITEM, CALENDAR, NOW)
    assert base is not None
    assert np.nanmedian(base.expected) == pytest.approx(20.2, abs=0.5)


def test_too_little_history_is_silence() -> None:
    times = hours(13)
    assert learn(times, np.sin(times / 1e7), ITEM, CALENDAR, NOW) is None


def test_a_series_of_mostly_one_value_has_no_rhythm() -> None:
    times = hours(56)
    rain = np.where(times // HOUR % 10 == 0, 5.0, 0.0)
    assert learn(times, rain, ITEM, CALENDAR, NOW) is None


@given(st.floats(0.5, 50), st.floats(-100, 100))
def test_unit_and_zero_do_not_matter(size: float, offset: float) -> None:
    """The baseline of a rescaled series is the rescaled baseline (above the floor of digits)."""
    times = hours(21)
    chance = np.random.default_rng(3).normal(0, 5, len(times))
    values = 100 + 20 * np.sin(times / DAY * 6.283) + chance
    first = learn(times, values, ITEM, CALENDAR, NOW)
    second = learn(times, values * size + offset, ITEM, CALENDAR, NOW)
    assert first is not None and second is not None
    wanted = np.array(first.expected) * size + offset
    assert np.allclose(second.expected, wanted, equal_nan=True)
    assert np.allclose(second.scale, np.array(first.scale) * size, rtol=1e-6)
    assert second.correlation == pytest.approx(first.correlation, abs=1e-6)
