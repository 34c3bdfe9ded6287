"""Comparisons and bands against answers worked out by hand."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import DAY, HOUR, Direction, Period, Quantity, Thresholds
from app.core.model import Level
from app.live.compare import (
    WEEK,
    broken,
    holes,
    local_hours,
    min_max,
    nearest_limit,
    normal_band,
    period_before,
    same_hour,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = 1_784_268_202_000  # Friday 2026-07-17 14:03:22 +08:00
HOUR_START = NOW - NOW % HOUR


def hourly(values, end=HOUR_START):
    """A series of full hours that ends before `end`."""
    count = len(values)
    times = end - HOUR * np.arange(count, 0, -1, dtype=np.int64)
    return times, np.asarray(values, dtype=np.float64)


def test_same_hour_is_the_median_of_the_weeks_there_are():
    weeks = {1: 10.0, 2: 30.0, 3: 20.0, 5: 100.0}
    times = np.array(sorted(HOUR_START - week * WEEK for week in weeks), dtype=np.int64)
    values = np.array([weeks[5], weeks[3], weeks[2], weeks[1]])
    found = same_hour(times, values, NOW)
    assert found is not None
    assert (found.reference, found.spans) == (25.0, 4)  # median of 10 20 30 100
    assert found.share(50.0) == pytest.approx(1.0)
    assert same_hour(times[2:], values[2:], NOW) is None  # two weeks are too little


def test_a_share_of_nought_is_not_given():
    times = np.array([HOUR_START - week * WEEK for week in (3, 2, 1)], dtype=np.int64)
    found = same_hour(times, np.zeros(3), NOW)
    assert found is not None and found.share(5.0) is None


def test_period_before_means_the_hour_before_for_fast_values():
    times = NOW - 600_000 * np.arange(18, -1, -1, dtype=np.int64)  # every 10 minutes for 3 h
    values = np.where(times > NOW - HOUR, 9.0, np.where(times > NOW - 2 * HOUR, 4.0, 1.0))
    found = period_before(times, values, NOW, Period.FIVE_MINUTES)
    assert found is not None and found.reference == 4.0


def test_period_before_of_a_daily_value_is_yesterdays_and_not_an_older_one():
    times = np.array([NOW - 3 * DAY, NOW - DAY, NOW], dtype=np.int64)
    values = np.array([1.0, 2.0, 3.0])
    found = period_before(times, values, NOW, Period.DAY)
    assert found is not None and found.reference == 2.0
    assert period_before(times[[0, 2]], values[[0, 2]], NOW, Period.DAY) is None
    assert period_before(times[2:], values[2:], NOW, Period.DAY) is None


def test_band_is_by_local_hour_and_leaves_today_out():
    # 20 days in which each value is its local hour, and a mad today
    times, _ = hourly(np.zeros(20 * 24))
    local = local_hours(times, SHANGHAI)
    values = local.astype(np.float64)
    today = times >= NOW - 14 * HOUR - 4 * 60_000
    values[today] = 999.0
    found = normal_band(times, values, NOW, SHANGHAI)
    assert found is not None and found.days == 20 - 1 + 1  # 19 whole days and a part of one
    low, high = found.at([NOW], SHANGHAI)
    assert (low[0], high[0]) == (14.0, 14.0)
    assert normal_band(times[-72:], values[-72:], NOW, SHANGHAI) is None


def test_local_hours_know_the_zone():
    assert local_hours(np.array([NOW, NOW + HOUR]), SHANGHAI).tolist() == [14, 15]
    assert local_hours(np.array([NOW]), ZoneInfo("UTC")).tolist() == [6]
    assert len(local_hours(np.array([], dtype=np.int64), SHANGHAI)) == 0


def test_holes_at_head_in_the_middle_and_at_the_end():
    times = HOUR * np.array([5, 6, 7, 24, 25], dtype=np.int64)
    found = holes(times, 0, 30 * HOUR, HOUR)
    assert [(hole.since // HOUR, hole.until // HOUR) for hole in found] == [
        (0, 5), (7, 24), (25, 30),
    ]  # fmt: skip
    assert found[1].ms == 17 * HOUR
    assert holes(np.array([], dtype=np.int64), 0, HOUR, HOUR)[0].ms == HOUR
    assert holes(HOUR * np.arange(10, dtype=np.int64), 0, 9 * HOUR, HOUR) == []


def test_a_line_is_broken_where_values_are_missing():
    times = HOUR * np.array([0, 1, 2, 9, 10], dtype=np.int64)
    found_times, found = broken(times, np.arange(5.0), HOUR)
    assert np.isnan(found).tolist() == [False, False, False, True, False, False]
    assert found_times[3] == 3 * HOUR


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=400), st.integers(1, 50))
def test_decimation_keeps_the_extremes_and_the_order(values, buckets):
    times = np.arange(len(values), dtype=np.int64)
    found_times, found = min_max(times, np.array(values), buckets)
    assert found.max() == max(values) and found.min() == min(values)
    assert (np.diff(found_times) > 0).all()
    assert len(found) <= max(2 * buckets, len(values) if len(values) <= 2 * buckets else 0)


def test_decimation_keeps_a_hole_and_a_peak_of_one_sample():
    values = np.ones(10_000)
    values[4_000:4_300] = np.nan
    values[7_777] = 50.0
    _, found = min_max(np.arange(10_000, dtype=np.int64), values, 100)
    assert np.isnan(found).any() and np.nanmax(found) == 50.0


def test_the_nearest_limit_is_the_gravest_crossed_or_the_first_to_come():
    rising = Thresholds(watch=20, yellow=30, orange=40, red=50)
    item = Quantity("x", "x", "x", "", HOUR, direction=Direction.NEGATIVE, thresholds=rising)
    crossed = nearest_limit(45, item)
    assert (crossed.level, crossed.value, crossed.crossed) == (Level.ORANGE, 40, True)
    ahead = nearest_limit(12, item)
    assert (ahead.level, ahead.value, ahead.crossed) == (Level.BLUE, 20, False)
    falling = Thresholds(watch=20, red=5)
    item = Quantity("x", "x", "x", "", HOUR, direction=Direction.POSITIVE, thresholds=falling)
    assert nearest_limit(4, item).level is Level.RED
    assert nearest_limit(25, item).crossed is False
    band = Thresholds(watch=20, watch_low=5)
    item = Quantity("x", "x", "x", "", HOUR, direction=Direction.BAND, thresholds=band)
    assert nearest_limit(7, item).value == 5
    assert nearest_limit(4, item).crossed is True
    bare = Quantity("x", "x", "x", "", HOUR)
    assert nearest_limit(4, bare) is None


def test_what_was_kept_by_the_hour_is_no_hole_and_an_outage_in_it_is_one():
    minutes = 5 * 60_000
    slow = np.arange(0, 20 * HOUR, HOUR, dtype=np.int64)
    fast = np.arange(20 * HOUR, 24 * HOUR, minutes, dtype=np.int64)
    times = np.concatenate((slow, fast))
    assert holes(times, 0, 24 * HOUR - minutes, minutes) == []
    assert not np.isnan(broken(times, np.ones(len(times)), minutes)[1]).any()
    cut = times[(times <= 6 * HOUR) | (times >= 11 * HOUR)]
    assert [hole.ms for hole in holes(cut, 0, 24 * HOUR - minutes, minutes)] == [5 * HOUR]
    late = times[(times <= 21 * HOUR) | (times >= 22 * HOUR)]
    assert [hole.ms for hole in holes(late, 0, 24 * HOUR - minutes, minutes)] == [HOUR]
