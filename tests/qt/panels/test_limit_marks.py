"""Marks of limits moved apart as little as possible: by hand, and for any places."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.model import Level
from widgets.panels._limit_marks import placed, spread


def test_two_that_are_too_close_part_by_the_same_way():
    assert spread([10.0, 14.0, 60.0], 10.0) == [7.0, 17.0, 60.0]  # 6 are missing: 3 each
    assert spread([0.0, 0.0, 0.0], 5.0) == [-5.0, 0.0, 5.0]
    assert spread([], 5.0) == []


@given(st.lists(st.floats(0, 1000), max_size=8).map(sorted), st.floats(1, 50))
def test_any_places_keep_their_order_and_distance(wanted, gap):
    found = spread(wanted, gap)
    assert len(found) == len(wanted)
    assert all(late - early >= gap - 1e-6 for early, late in pairwise(found))
    assert sum(found) == pytest.approx(sum(wanted), abs=1e-6)


def test_where_there_are_too_many_the_least_grave_is_left_out():
    levels = [(Level.RED, 4.0), (Level.ORANGE, 3.0), (Level.YELLOW, 2.0), (Level.BLUE, 1.0)]
    close = placed(levels, [100.0, 101.0, 102.0, 103.0], 10.0)
    assert [level for level, _, _ in close] == [Level.RED, Level.ORANGE, Level.YELLOW]
    wide = placed(levels, [100.0, 120.0, 140.0, 160.0], 10.0)
    assert [(value, y) for _, value, y in wide] == [
        (4.0, 100.0), (3.0, 120.0), (2.0, 140.0), (1.0, 160.0),
    ]  # fmt: skip
