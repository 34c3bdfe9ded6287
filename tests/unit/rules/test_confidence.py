"""What a value that is carried forward still counts for, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.confidence import confidence

MINUTE = 60_000
HOUR = 60 * MINUTE


def one(age: int, period: int, lag: int = 0, *, live: bool = False) -> float:
    found = confidence(np.array([age]), np.array([period]), np.array([lag]), np.array([live]))
    return float(found[0])


def test_a_live_value_counts_in_full() -> None:
    assert one(90 * MINUTE, HOUR, live=True) == 1.0


def test_with_the_line_lost_it_counts_eight_tenths_until_it_is_overdue() -> None:
    assert one(5 * MINUTE, HOUR) == pytest.approx(0.8)
    assert one(2 * HOUR, HOUR) == pytest.approx(0.8)


def test_overdue_it_halves_every_two_periods() -> None:
    # Hourly with a lag of half an hour: overdue from 2.5 h, one half-life (2 h) later 0.4.
    assert one(4 * HOUR + 30 * MINUTE, HOUR, 30 * MINUTE) == pytest.approx(0.4)
    assert one(6 * HOUR + 30 * MINUTE, HOUR, 30 * MINUTE) == pytest.approx(0.2)


def test_the_half_life_of_a_quick_one_is_ten_minutes() -> None:
    # Every 5 s: overdue from 10 s on, so at 10 min 10 s one half-life has passed.
    assert one(10 * MINUTE + 10_000, 5000) == pytest.approx(0.4)
    assert one(30 * MINUTE + 10_000, 5000) == pytest.approx(0.1)


def test_under_a_tenth_it_counts_for_nothing() -> None:
    assert one(31 * MINUTE, 5000) == 0.0


@given(
    st.lists(st.integers(0, 10**9), min_size=2, max_size=20),
    st.integers(1000, 10**8),
    st.integers(0, 10**8),
)
def test_it_never_rises_with_age(ages: list[int], period: int, lag: int) -> None:
    ages.sort()
    count = len(ages)
    found = confidence(
        np.array(ages), np.full(count, period), np.full(count, lag), np.zeros(count, bool)
    )
    assert (np.diff(found) <= 0).all()
    assert found.max() <= 0.8
