"""Last year's line and value, since when a limit is crossed, lines broken at a version: by hand."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.core.catalog import DAY, HOUR, Direction, Quantity, Thresholds
from app.live.compare import YEAR, a_year_later, apart, crossed_since, year_before

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTH = 30 * DAY
QUARTER = 91 * DAY


def at(text):
    """A moment of the city."""
    return round(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp() * 1000)


def line(**values):
    """A series of `m2026_06_30=1.0`."""
    times = [at(name[1:].replace("_", "-")) for name in values]
    return np.array(times, dtype=np.int64), np.array(list(values.values()), dtype=np.float64)


def test_last_years_value_is_that_of_the_same_month():
    times, values = line(
        m2025_05_31=91.0, m2025_06_30=95.0, m2025_07_31=99.0, m2026_05_31=103.0, m2026_06_30=104.5
    )
    found = year_before(times, values, MONTH)
    assert found is not None and (found.reference, found.spans) == (95.0, 1)
    assert found.share(104.5) == pytest.approx(0.1)  # 9.5 of 95


def test_a_neighbouring_month_does_not_stand_for_one_that_is_missing():
    times, values = line(m2025_05_31=91.0, m2025_07_31=99.0, m2026_06_30=104.5)
    assert year_before(times, values, MONTH) is None  # both are 30 days off, more than half a month
    quarters, figures = line(m2025_03_31=7.0, m2026_03_31=8.0)
    assert year_before(quarters, figures, QUARTER).reference == 7.0
    assert year_before(quarters, figures, YEAR) is None  # of a year 环比 is 同比
    gap = np.array([7.0, np.nan])
    assert year_before(quarters, gap, QUARTER) is None  # the newest known is the one of last year
    assert year_before(quarters[:0], figures[:0], MONTH) is None


def test_the_line_of_a_year_before_stands_on_the_same_dates():
    times, values = line(m2024_02_29=1.0, m2024_03_31=2.0, m2024_04_30=3.0, m2024_05_31=4.0)
    moved, kept = a_year_later(times, values, at("2025-02-01"), at("2025-05-01"), SHANGHAI)
    assert moved.tolist() == [at("2025-02-28"), at("2025-03-31"), at("2025-04-30")]
    assert kept.tolist() == [1.0, 2.0, 3.0]  # May of 2025 is not yet in the plot
    assert a_year_later(times, values, at("2025-04-15"), at("2025-05-15"), SHANGHAI) is None
    assert a_year_later(times[:0], values[:0], 0, at("2030-01-01"), SHANGHAI) is None


def test_a_year_is_365_or_366_days_by_the_calendar():
    times, values = line(m2023_02_28=1.0, m2023_03_01=2.0)
    moved, _ = a_year_later(times, values, at("2024-01-01"), at("2024-12-31"), SHANGHAI)
    assert ((moved - times) // DAY).tolist() == [365, 366]  # 29 February 2024 lies between


def rising(**limits):
    return Quantity(
        "x", "x", "x", "", HOUR, direction=Direction.NEGATIVE, thresholds=Thresholds(**limits)
    )


def test_a_limit_is_crossed_since_it_was_last_within():
    times = HOUR * np.arange(8, dtype=np.int64)
    values = np.array([35.0, 36.0, 20.0, 29.9, 31.0, 45.0, 30.0, 33.0])
    item = rising(yellow=30, orange=40)
    assert crossed_since(times, values, 33.0, item) == 4 * HOUR  # 29.9 at three was within
    assert crossed_since(times, values, 45.0, item) == 0  # of orange the newest known is within
    assert crossed_since(times, values, 20.0, item) == 0  # nothing is crossed
    assert crossed_since(times[4:], values[4:], 33.0, item) == 0  # it began before what is known
    assert crossed_since(times[:0], values[:0], 33.0, item) == 0


def test_a_hole_does_not_end_a_crossing_and_falling_limits_count_downwards():
    times = HOUR * np.arange(5, dtype=np.int64)
    values = np.array([9.0, 4.0, np.nan, 4.5, 5.0])
    item = Quantity(
        "x", "x", "x", "", HOUR, direction=Direction.POSITIVE, thresholds=Thresholds(watch=5)
    )
    assert crossed_since(times, values, 5.0, item) == HOUR


def test_a_line_is_not_drawn_across_a_change_of_what_it_is_made_of():
    times = HOUR * np.arange(5, dtype=np.int64)
    moment = 2 * HOUR + 1
    found, values = apart(times, np.arange(5.0), [moment])
    assert found.tolist() == [0, HOUR, 2 * HOUR, moment, 3 * HOUR, 4 * HOUR]
    assert np.isnan(values).tolist() == [False, False, False, True, False, False]
    assert values[~np.isnan(values)].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize("moment", [-1, 0, 4 * HOUR + 1])
def test_a_change_outside_the_line_breaks_nothing(moment):
    times = HOUR * np.arange(5, dtype=np.int64)
    found, values = apart(times, np.arange(5.0), [moment])
    assert found.tolist() == times.tolist() and not np.isnan(values).any()
    assert len(apart(times[:0], times[:0] * 1.0, [moment])[0]) == 0
