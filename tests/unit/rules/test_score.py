"""Scores worked by hand: a line through the thresholds, flat beyond its ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import Direction, Quantity, Thresholds
from app.rules.score import Scorer, anchors, score


def quantity(
    direction: Direction, limits: Thresholds, low: float | None = None, high: float | None = None
) -> Quantity:
    return Quantity(
        "a.b", "甲", "A", "件", 60_000, direction=direction, thresholds=limits,
        valid_min=low, valid_max=high,
    )  # fmt: skip


COUNT = quantity(
    Direction.NEGATIVE, Thresholds(best=0, good=10, watch=20, yellow=30, orange=40, red=50)
)
RATE = quantity(
    Direction.POSITIVE, Thresholds(best=100, good=90, watch=80, yellow=70, orange=60, red=50)
)
LEVEL = quantity(
    Direction.BAND,
    Thresholds(
        best=10, good=11, watch=12, yellow=13, orange=14, red=15,
        good_low=9, watch_low=8, yellow_low=7, orange_low=6, red_low=5,
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "points"),
    [(-3, 100), (0, 100), (5, 92.5), (10, 85), (15, 77.5), (20, 70), (25, 65), (35, 50), (45, 30),
     (50, 20), (900, 20)],
)  # fmt: skip
def test_less_is_better(value: float, points: float) -> None:
    assert score(value, COUNT) == pytest.approx(points)


@pytest.mark.parametrize(
    ("value", "points"), [(120, 100), (95, 92.5), (90, 85), (75, 65), (55, 30), (50, 20), (0, 20)]
)
def test_more_is_better(value: float, points: float) -> None:
    assert score(value, RATE) == pytest.approx(points)


@pytest.mark.parametrize(
    ("value", "points"),
    [(10, 100), (10.5, 92.5), (9.5, 92.5), (11.5, 77.5), (8.5, 77.5), (14.5, 30), (5.5, 30),
     (2, 20), (99, 20)],
)  # fmt: skip
def test_a_band_is_good_in_its_middle(value: float, points: float) -> None:
    assert score(value, LEVEL) == pytest.approx(points)


def test_where_no_colour_is_stated_the_line_goes_on_to_the_end_of_the_range() -> None:
    falling = quantity(Direction.NEGATIVE, Thresholds(best=0, good=10), high=30)
    # From 85 at 10 to 0 at 30: half way is 42.5.
    assert score(20, falling) == pytest.approx(42.5)
    assert score(30, falling) == 0
    rising = quantity(Direction.POSITIVE, Thresholds(best=100, good=80), low=40)
    assert score(60, rising) == pytest.approx(42.5)
    without_end = quantity(Direction.NEGATIVE, Thresholds(best=0, good=10))
    assert score(500, without_end) == 85


def test_what_has_no_thresholds_has_no_score() -> None:
    plain = quantity(Direction.NEGATIVE, Thresholds(), 0, 100)
    assert anchors(plain) == ()
    assert score(5, plain) is None
    assert np.isnan(Scorer([plain, COUNT])(np.array([5.0, 5.0]))[0])


LADDERS = st.lists(
    st.floats(-1e4, 1e4, allow_nan=False).map(lambda x: round(x, 3)),
    min_size=6, max_size=6, unique=True,
).map(sorted)  # fmt: skip


@given(LADDERS, st.lists(st.floats(-2e4, 2e4), min_size=2, max_size=20))
def test_many_at_once_are_the_same_and_the_worse_value_never_scores_more(
    ladder: list[float], values: list[float]
) -> None:
    limits = Thresholds(*ladder)
    falling = quantity(Direction.NEGATIVE, limits)
    rising = quantity(Direction.POSITIVE, Thresholds(*reversed(ladder)))
    values.sort()
    for item, sign in ((falling, -1), (rising, 1)):
        points = Scorer([item] * len(values))(np.array(values))
        assert points == pytest.approx([score(value, item) for value in values])
        assert (sign * np.diff(points) >= -1e-9).all()
        assert points.min() >= 20
        assert points.max() <= 100


def test_only_some_are_scored_by_their_own_lines() -> None:
    scorer = Scorer([COUNT, RATE, LEVEL])
    rows = np.array([2, 0])
    assert scorer.some(rows, np.array([11.5, 25.0])).tolist() == [77.5, 65.0]
    assert np.isnan(scorer(np.array([np.nan, 95.0, 10.0]))).tolist() == [True, False, False]
