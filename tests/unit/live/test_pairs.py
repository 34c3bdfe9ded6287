"""Two series together, by hand."""

import numpy as np
import pytest

from app.core.catalog import HOUR
from app.live.pairs import together

TIMES = HOUR * np.arange(20, dtype=np.int64)


def test_only_common_steps_count():
    first = (TIMES, np.arange(20.0))
    second = (TIMES[5:] + HOUR // 2, 2 * np.arange(5.0, 20.0))
    found = together(first, second, HOUR)
    assert found.count == 15 and found.at == 19 * HOUR
    assert found.correlation == pytest.approx(1.0)
    assert found.gap == -19.0  # 19 less 38
    assert found.mean_gap == -12.0  # the mean of −5 to −19


def test_opposite_series_and_a_worked_value():
    falling = together((TIMES, np.arange(20.0)), (TIMES, -np.arange(20.0)), HOUR)
    assert falling.correlation == pytest.approx(-1.0)
    # 0 1 0 1 … against 0 0 1 1 …: the same number of agreements and disagreements
    one, two = np.tile([0.0, 1.0], 10), np.tile([0.0, 0.0, 1.0, 1.0], 5)
    assert together((TIMES, one), (TIMES, two), HOUR).correlation == pytest.approx(0.0)


def test_too_few_pairs_and_what_never_changes_have_no_correlation():
    short = TIMES[:11]
    assert together((short, np.arange(11.0)), (short, np.arange(11.0)), HOUR).correlation is None
    flat = np.full(20, 0.1)
    assert together((TIMES, flat), (TIMES, np.arange(20.0)), HOUR).correlation is None


def test_holes_and_nothing_in_common():
    values = np.arange(20.0)
    values[3] = np.nan
    assert together((TIMES, values), (TIMES, values), HOUR).count == 19
    nothing = together((TIMES, values), (TIMES + 1000 * HOUR, values), HOUR)
    assert (nothing.count, nothing.correlation, nothing.gap, nothing.at) == (0, None, None, 0)


def test_several_values_of_a_step_are_their_mean():
    fine = np.arange(0, 20 * HOUR, HOUR // 4, dtype=np.int64)
    found = together((fine, np.tile([1.0, 2.0, 3.0, 4.0], 20)), (TIMES, np.zeros(20)), HOUR)
    assert found.gap == 2.5 and found.count == 20
