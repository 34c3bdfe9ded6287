"""Limits where a value usually is: found, and counted by hand."""

import numpy as np
import pytest

from app.core.catalog import Direction, Quantity, Thresholds
from app.rules.alarm_load import alarms, crowded

HOURS = 30 * 24


def quantity(direction: Direction, **limits: float) -> Quantity:
    return Quantity(
        "q", "量", "Quantity", "m", 3_600_000, direction=direction, thresholds=Thresholds(**limits)
    )


def days(*hours: float) -> np.ndarray:
    """Thirty days of the same 24 hours."""
    return np.tile(np.array(hours, dtype=float), 30)


BUSY = days(*[10.0] * 8, *[20.0] * 12, *[10.0] * 4)
"""20 for half of the day: the middle nine tenths reach from 10 to 20."""


def test_a_limit_that_every_day_crosses() -> None:
    (found,) = crowded(BUSY, quantity(Direction.NEGATIVE, watch=15.0, yellow=40.0))
    assert (found.column, found.limit, found.low, found.high) == ("watch", 15.0, 10.0, 20.0)
    assert found.alarms == pytest.approx(30.0)  # once a day


def test_a_limit_outside_is_good() -> None:
    assert crowded(BUSY, quantity(Direction.NEGATIVE, watch=21.0)) == []
    assert crowded(BUSY, quantity(Direction.POSITIVE, watch=9.0)) == []
    assert crowded(BUSY, quantity(Direction.POSITIVE)) == []


def test_a_rare_storm_does_not_make_a_limit_crowded() -> None:
    calm = np.zeros(HOURS)
    calm[100:110] = 50.0  # ten hours of 720: less than a twentieth
    assert crowded(calm, quantity(Direction.NEGATIVE, watch=20.0)) == []
    assert alarms(calm, quantity(Direction.NEGATIVE, watch=20.0)) == 1


def test_falling_values_and_both_sides_of_a_band() -> None:
    (found,) = crowded(BUSY, quantity(Direction.POSITIVE, watch=12.0))
    assert found.column == "watch"
    # Two falls a day are one each: from 20 at 8 pm, and over midnight it stays low. The first day
    # begins low: 1 + 30 evenings.
    assert found.alarms == pytest.approx(31.0)
    band = quantity(Direction.BAND, watch=30.0, watch_low=12.0)
    assert [item.column for item in crowded(BUSY, band)] == ["watch_low"]


def test_the_mildest_colour_that_is_stated_counts() -> None:
    (found,) = crowded(BUSY, quantity(Direction.NEGATIVE, yellow=15.0, red=18.0))
    assert found.column == "yellow"


def test_too_few_hours_say_nothing() -> None:
    few = np.full(HOURS, np.nan)
    few[:30] = 99.0  # a value a day
    assert crowded(few, quantity(Direction.NEGATIVE, watch=15.0)) == []
    assert crowded(np.full(HOURS, np.nan), quantity(Direction.NEGATIVE, watch=15.0)) == []
