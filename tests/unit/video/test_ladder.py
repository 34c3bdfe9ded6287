"""The ladder gives way by weight and size, and climbs slowly."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.video.ladder import (
    FEWER_FPS,
    KEYS,
    ROOM,
    STEPS,
    STILL,
    UP_AFTER_S,
    Ladder,
    Load,
    Step,
    first_levels,
    target,
)
from app.video.tile import Weight
from app.video.wire import Rung


def load(name: str, weight: Weight = Weight.NORMAL, area: int = 1000, **more: float) -> Load:
    return Load(name, weight, area, more.get("full", 0.1), more.get("economy"))


def total(loads: list[Load], levels: dict[str, int]) -> float:
    return sum(one.cost(levels[one.name]) for one in loads)


def test_the_steps_are_those_of_the_contract() -> None:
    assert [step.rung for step in STEPS] == [
        Rung.FULL,
        Rung.FULL,
        Rung.FEWER,
        Rung.PLAIN,
        Rung.KEYS,
        Rung.STILL,
    ]
    assert STEPS[2] == Step(economy=True, rung=Rung.FEWER, fps=FEWER_FPS)


def test_with_room_all_is_whole_but_what_nobody_sees() -> None:
    loads = [load("a"), load("b", Weight.HIDDEN), load("c", Weight.FOCUS)]
    assert target(loads, 1.0) == {"a": 0, "b": KEYS, "c": 0}


def test_the_substream_comes_before_anything_is_left_out() -> None:
    loads = [load(name, full=0.3, economy=0.1) for name in "abc"]
    levels = target(loads, 0.75)
    assert sorted(levels.values()) == [0, 1, 1] or sorted(levels.values()) == [0, 0, 1]
    assert total(loads, levels) <= 0.75


def test_small_ones_give_way_first_and_the_focused_never() -> None:
    loads = [
        load("focus", Weight.FOCUS, 10),
        load("alarm", Weight.ALARM, 10),
        load("big", Weight.NORMAL, 5000),
        load("less", Weight.NORMAL, 2000),
        load("small", Weight.SMALL, 9000),
    ]
    assert target(loads, 0.49)["small"] == 2
    tight = target(loads, 0.36)
    assert (tight["focus"], tight["alarm"]) == (0, 0)
    assert tight["small"] >= tight["less"] >= tight["big"]
    none = target(loads, 0.0)
    assert (none["focus"], none["alarm"]) == (0, 0)
    assert {none["big"], none["less"], none["small"]} == {STILL}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Weight),
            st.integers(1, 10**6),
            st.floats(0.001, 0.5),
            st.none() | st.floats(0.0005, 0.001),
        ),
        max_size=12,
    ),
    st.floats(0.0, 3.0),
)
def test_it_fits_or_everything_that_may_is_still(
    rows: list[tuple[Weight, int, float, float | None]], allowed: float
) -> None:
    loads = [Load(str(n), *row) for n, row in enumerate(rows)]
    levels = target(loads, allowed)
    assert levels.keys() == {one.name for one in loads}
    for one in loads:
        assert levels[one.name] == 0 or not one.kept
    free = [levels[one.name] for one in loads if not one.kept]
    assert total(loads, levels) <= allowed + 1e-9 or all(level == STILL for level in free)


@given(st.lists(st.floats(0.01, 0.3), min_size=1, max_size=10), st.floats(0.05, 2.0))
def test_more_room_never_makes_it_worse(costs: list[float], allowed: float) -> None:
    loads = [load(str(n), full=cost) for n, cost in enumerate(costs)]
    tight, roomy = target(loads, allowed), target(loads, allowed * 1.5)
    assert all(roomy[name] <= level for name, level in tight.items())


def test_down_at_once_up_a_step_in_five_seconds() -> None:
    ladder, loads = Ladder(), [load("a"), load("b")]
    assert ladder.climb(loads, 1.0, 0.0)["a"].rung is Rung.FULL
    assert ladder.climb(loads, 0.02, 0.25)["a"].rung is Rung.KEYS
    seen = []
    for tick in range(1, 4 * 30):
        seen.append((tick * 0.25, ladder.climb(loads, 1.0, 0.25 + tick * 0.25)["a"].rung))
    changes = [
        (at, rung)
        for (at, rung), (_, before) in zip(seen[1:], seen[:-1], strict=True)
        if rung != before
    ]
    rungs = [rung for _, rung in changes]
    assert rungs == [Rung.PLAIN, Rung.FEWER, Rung.FULL]
    times = [0.25, *(at for at, _ in changes)]
    gaps = [after - before for before, after in pairwise(times)]
    assert all(gap == pytest.approx(UP_AFTER_S, abs=0.26) for gap in gaps)


def test_room_that_does_not_last_changes_nothing() -> None:
    ladder, loads = Ladder(), [load("a")]
    ladder.climb(loads, 0.02, 0.0)
    for second in range(1, 60):
        allowed = 0.02 if second % 4 == 0 else 1.0
        assert ladder.climb(loads, allowed, float(second))["a"].rung is Rung.KEYS


def test_room_that_is_just_enough_is_not_enough_to_climb() -> None:
    ladder, loads = Ladder(), [load("a", full=0.1)]
    assert ladder.climb(loads, 0.09, 0.0)["a"].rung is Rung.FEWER
    for second in range(1, 30):
        assert ladder.climb(loads, 0.105, float(second))["a"].rung is Rung.FEWER


def test_what_comes_into_sight_or_under_the_hand_waits_for_nothing() -> None:
    ladder, hidden = Ladder(), load("a", Weight.HIDDEN)
    assert ladder.climb([hidden], 1.0, 0.0)["a"].rung is Rung.KEYS
    shown = msgspec.structs.replace(hidden, weight=Weight.NORMAL)
    assert ladder.climb([shown], 1.0, 0.25)["a"].rung is Rung.FULL
    assert ladder.climb([shown], 0.01, 0.5)["a"].rung is Rung.KEYS
    focused = msgspec.structs.replace(hidden, weight=Weight.FOCUS)
    assert ladder.climb([focused], 0.01, 0.75)["a"].rung is Rung.FULL


def test_what_is_gone_is_forgotten() -> None:
    ladder = Ladder()
    ladder.climb([load("a")], 0.0, 0.0)
    assert ladder.level("a") == STILL
    ladder.climb([], 0.0, 1.0)
    assert ladder.level("a") == 0


@given(
    st.lists(st.tuples(st.sampled_from(Weight), st.floats(0.001, 0.5)), max_size=12),
    st.floats(0.01, 4.0),
)
def test_where_nothing_gives_way_for_little_room_nothing_does_for_more(
    drawn: list[tuple[Weight, float]], allowed: float
) -> None:
    """What `climb` relies on."""
    loads = [load(str(n), weight, full=full) for n, (weight, full) in enumerate(drawn)]
    first = first_levels(loads)
    if target(loads, allowed * ROOM) == first:
        assert target(loads, allowed) == first
