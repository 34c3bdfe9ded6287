"""What a value means: limits of the three directions, ranges, periods."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import Catalog, Direction, Period, Quantity, Thresholds
from app.core.keys import BadKey
from app.core.model import Level

WATER = Thresholds(watch=13.0, yellow=13.5, orange=14.0, red=14.5)
BEDS = Thresholds(watch=20, yellow=15, orange=10, red=5)
CHLORINE = Thresholds(watch=2.0, red=4.0, watch_low=0.3, red_low=0.05)


@pytest.mark.parametrize(
    ("limits", "direction", "value", "level"),
    [
        (WATER, Direction.NEGATIVE, 12.99, Level.NONE),
        (WATER, Direction.NEGATIVE, 13.0, Level.BLUE),
        (WATER, Direction.NEGATIVE, 13.6, Level.YELLOW),
        (WATER, Direction.NEGATIVE, 14.0, Level.ORANGE),
        (WATER, Direction.NEGATIVE, 99.0, Level.RED),
        (BEDS, Direction.POSITIVE, 21, Level.NONE),
        (BEDS, Direction.POSITIVE, 20, Level.BLUE),
        (BEDS, Direction.POSITIVE, 12, Level.YELLOW),
        (BEDS, Direction.POSITIVE, 0, Level.RED),
        (CHLORINE, Direction.BAND, 1.0, Level.NONE),
        (CHLORINE, Direction.BAND, 2.5, Level.BLUE),
        (CHLORINE, Direction.BAND, 0.04, Level.RED),
        (CHLORINE, Direction.BAND, 4.0, Level.RED),
        (Thresholds(), Direction.BAND, 1e9, Level.NONE),
        (Thresholds(orange=10), Direction.NEGATIVE, 11, Level.ORANGE),
    ],
)
def test_level(limits: Thresholds, direction: Direction, value: float, level: Level) -> None:
    assert limits.level(value, direction) is level


values = st.floats(-1e6, 1e6)
limits_up = st.lists(values, min_size=4, max_size=4).map(sorted)


@given(limits_up, values, values)
def test_more_of_a_bad_thing_is_never_calmer(limits: list[float], one: float, two: float) -> None:
    watch, yellow, orange, red = limits
    scale = Thresholds(watch=watch, yellow=yellow, orange=orange, red=red)
    low, high = sorted((one, two))
    rank = [scale.level(value, Direction.NEGATIVE).rank for value in (low, high)]
    assert rank[0] <= rank[1]


@given(limits_up, values)
def test_positive_is_the_mirror_of_negative(limits: list[float], value: float) -> None:
    watch, yellow, orange, red = limits
    rising = Thresholds(watch=watch, yellow=yellow, orange=orange, red=red)
    falling = Thresholds(watch=-watch, yellow=-yellow, orange=-orange, red=-red)
    assert rising.level(value, Direction.NEGATIVE) is falling.level(-value, Direction.POSITIVE)


def quantity(code: str, **more: object) -> Quantity:
    return Quantity(code, "名", "name", "m", 60_000, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high", "value", "possible"),
    [
        (0.0, 100.0, 0.0, True),
        (0.0, 100.0, 100.0, True),
        (0.0, 100.0, -0.01, False),
        (0.0, 100.0, 100.01, False),
        (None, 100.0, -1e9, True),
        (0.0, None, 1e9, True),
        (None, None, 5.0, True),
    ],
)
def test_range(low: float | None, high: float | None, value: float, possible: bool) -> None:
    assert quantity("x", valid_min=low, valid_max=high).in_range(value) is possible


@pytest.mark.parametrize("value", [float("nan")])
def test_not_a_number_is_in_no_range(value: float) -> None:
    assert not quantity("x", valid_min=0.0).in_range(value)
    assert not quantity("x", valid_max=0.0).in_range(value)


def test_looking_up_a_key() -> None:
    level = quantity("water.level")
    metric = quantity("device.flow", is_indicator=False)
    catalog = Catalog({"water.level": level, "device.flow": metric})
    assert catalog.quantity("reading/water.level/320812/jiangba") is level
    assert catalog.quantity("reading/no.such/320812") is None
    assert catalog.indicators == [level]
    with pytest.raises(BadKey):
        catalog.quantity("water.level")


def test_periods_in_order() -> None:
    spans = [period.ms for period in Period]
    assert spans == sorted(spans)
    assert Period.DAY.ms == 86_400_000


def test_ranks_of_the_colours() -> None:
    assert [level.rank for level in Level] == [4, 3, 2, 1, 0]
