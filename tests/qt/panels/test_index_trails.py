"""Thirty days of an index, worked by hand."""

import numpy as np
import pytest

from widgets.models.trails import Trail, trail

NAN = float("nan")


def test_thirty_days_carry_the_range_of_eight_of_ten():
    days = np.array([NAN] * 19 + [float(value) for value in range(11)])  # 0 to 10
    found = trail(days, np.full(24, NAN))
    assert found.days == 30 and len(found.values) == 30
    assert found.values[:19] == (None,) * 19, "the span stays what is written under it"
    assert found.band == pytest.approx((1.0, 9.0))  # the quantiles 0.1 and 0.9 of 0 to 10


def test_four_days_are_no_band_and_the_last_day_stands_for_them():
    days = np.array([NAN] * 26 + [50.0, 51.0, 52.0, 53.0])
    hours = np.array([NAN] * 22 + [53.0, 53.5])
    found = trail(days, hours)
    assert (found.days, found.band) == (1, None)
    assert found.values[-2:] == (53.0, 53.5) and len(found.values) == 24


def test_a_tenth_of_a_point_is_no_mountain():
    spark = Trail((90.0, 90.1), 30).spark(dimmed=False)
    assert spark is not None
    assert (spark.low, spark.high) == pytest.approx((88.05, 92.05))
    wide = Trail((60.0, 80.0), 30).spark(dimmed=True)
    assert wide is not None and (wide.low, wide.high) == pytest.approx((57.2, 82.8))
    assert Trail((None, None), 30).spark(dimmed=False) is None
    assert Trail((None, 90.0), 30).spark(dimmed=False) is None, "one value stands in digits"
