"""A value that stands alone: far from both beside it, against how the series moves just then."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.core.catalog import HOUR, Quantity
from app.core.finding import FindingRule
from app.rules.calendar import WorkCalendar
from app.rules.quality import MOMENT, Checker, learn

CALENDAR = WorkCalendar(ZoneInfo("UTC"))
LEVEL = Quantity("l", "l", "l", "m", 900_000, decimals=2, valid_min=0, valid_max=40)
STEP = 900_000
START = 1_700_000_000_000 // HOUR * HOUR


def past(seed: int = 1, count: int = 400) -> np.ndarray:
    day = 1.5 * np.sin(np.arange(count) / 96 * 2 * np.pi)
    return 8 + day + np.random.default_rng(seed).normal(0, 0.03, count)


def run(values: np.ndarray) -> list[tuple[int, FindingRule]]:
    """The findings of the last values, by the number of the value they are about."""
    known = past()
    times = START + STEP * np.arange(len(known))
    checker = Checker("reading/l/1", LEVEL, learn(times, known, LEVEL, CALENDAR))
    found = []
    every = np.concatenate((known, values))
    for number, value in enumerate(every.tolist()):
        checker.take(START + STEP * number, value, CALENDAR)
        for rule, item in checker.open.items():
            found.append(((item.since - START) // STEP - len(known), rule))
    return sorted(set(found))


def test_a_lone_value_is_found_with_the_value_after_it() -> None:
    values = past(2, 500)[400:]
    values[50] += 1.2  # within what the level may be, but not in a quarter of an hour and back
    assert run(values) == [(50, FindingRule.SPIKE)]


@pytest.mark.parametrize("height", [0.3, -0.3])
def test_a_small_one_is_noise(height: float) -> None:
    values = past(2, 500)[400:]
    values[50] += height
    assert run(values) == []


def test_a_rise_that_stays_is_none() -> None:
    values = past(2, 500)[400:]
    values[50:] += 1.2
    assert FindingRule.SPIKE not in {rule for _, rule in run(values)}


def test_a_series_that_tosses_hides_it() -> None:
    values = past(2, 500)[400:]
    values[20:80] += np.random.default_rng(4).normal(0, 0.6, 60)
    values[50] += 1.2
    assert run(values) == []


def test_what_is_outside_of_the_range_is_impossible_and_not_said_twice() -> None:
    values = past(2, 500)[400:]
    values[50] = -0.5
    assert run(values) == [(50, FindingRule.IMPOSSIBLE)]


def test_it_stands_for_a_moment() -> None:
    known = past()
    times = START + STEP * np.arange(len(known))
    checker = Checker("reading/l/1", LEVEL, learn(times, known, LEVEL, CALENDAR))
    ended = []
    for number, value in enumerate([*known, known[-1] + 1.3, *past(3, 500)[400:420]]):
        ended += checker.take(START + STEP * number, float(value), CALENDAR)
    assert checker.open == {}
    assert [(item.rule, item.until - item.since) for item in ended] == [(FindingRule.SPIKE, MOMENT)]
