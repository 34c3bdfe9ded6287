"""The freshness law (rule 4), by a table worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.freshness import freshness, mode
from app.core.model import Freshness, Origin, World

NOW = 1_000_000
PERIOD = 60_000
LAG = 5_000


@pytest.mark.parametrize(
    ("age", "connected", "expected"),
    [
        (0, True, Freshness.LIVE),
        (125_000, True, Freshness.LIVE),  # two periods and the lag, to the millisecond
        (125_001, True, Freshness.LATE),
        (0, False, Freshness.CACHED),  # however new: nobody can say that it still holds
        (65_001, False, Freshness.CACHED),
        (900_000, False, Freshness.CACHED),
        (-3_000, True, Freshness.LIVE),  # a source whose clock is ahead
    ],
)
def test_table(age: int, connected: bool, expected: Freshness) -> None:
    assert freshness(NOW - age, NOW, PERIOD, LAG, connected=connected) is expected


@pytest.mark.parametrize("connected", [True, False])
def test_no_value_is_none_whatever_the_line(connected: bool) -> None:
    assert freshness(None, NOW, PERIOD, LAG, connected=connected) is Freshness.NONE


spans = st.integers(0, 10**9)


@given(spans, spans, spans, spans, st.booleans())
def test_a_value_never_grows_fresher_by_waiting(
    age: int, more: int, period: int, lag: int, connected: bool
) -> None:
    earlier = freshness(0, age, period, lag, connected=connected)
    later = freshness(0, age + more, period, lag, connected=connected)
    assert not (earlier is not Freshness.LIVE and later is Freshness.LIVE)


@given(spans, spans, spans)
def test_a_lost_line_is_never_called_late(age: int, period: int, lag: int) -> None:
    assert freshness(0, age, period, lag, connected=False) is not Freshness.LATE
    assert freshness(0, age, period, lag, connected=True) is not Freshness.CACHED


@pytest.mark.parametrize(
    ("world", "fresh", "origin", "word"),
    [
        (World.REAL, Freshness.LIVE, Origin.MEASURED, "live"),
        (World.REAL, Freshness.LATE, Origin.COMPUTED, "late"),
        (World.DEMO, Freshness.CACHED, Origin.MEASURED, "cached"),
        (World.REPLAY, Freshness.NONE, Origin.MEASURED, "none"),
        (World.REPLAY, Freshness.LIVE, Origin.ESTIMATED, "replay"),
        (World.DRILL, Freshness.LIVE, Origin.MEASURED, "drill"),
        (World.DEMO, Freshness.LIVE, Origin.ESTIMATED, "estimated"),
        (World.REAL, Freshness.LIVE, Origin.COMPUTED, "computed"),
        (World.DEMO, Freshness.LIVE, Origin.REPORTED, "demo"),
        (World.REAL, Freshness.LIVE, Origin.REPORTED, "live"),
    ],
)
def test_mode_is_the_worst_word(world: World, fresh: Freshness, origin: Origin, word: str) -> None:
    assert mode(world, fresh, origin) == word
