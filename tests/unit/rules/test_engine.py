"""Indices and their moves, worked by hand.

Three members with the weights 0.5, 0.3, 0.2 and the scores 80, 60, 40: 40 + 18 + 8 = 66.
"""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import Direction, Quantity, Thresholds
from app.core.index import Across, IndexKind, IndexSpec, Member
from app.core.model import Freshness
from app.rules.combine import combined, shares
from app.rules.engine import Computed, Engine, Floats, move
from app.rules.plan import index_quantities, plan_of

WEIGHTS = np.array([0.5, 0.3, 0.2])
SCORES = np.array([80.0, 60.0, 40.0])
ALL = np.ones(3)
LIMITS = Thresholds(best=100, good=85, watch=70, yellow=60, orange=40, red=20)
NAMES = ("a", "b", "c")
# With these limits a value is its own score from 20 on.
QUANTITIES = {
    name: Quantity(
        name, name, name, "%", 60_000, direction=Direction.POSITIVE, thresholds=LIMITS, decimals=1
    )
    for name in NAMES
}


def spec(across: Across = Across.ARITHMETIC, penalty: float = 0.0, **more: object) -> IndexSpec:
    members = tuple(map(Member, NAMES, WEIGHTS.tolist()))
    made = IndexSpec("index.x", IndexKind.THEME, "某", "X", members, across, penalty)
    return msgspec.structs.replace(made, **more)


def compute(
    item: IndexSpec, scores: Floats = SCORES, counted: Floats = ALL, as_of: object = (10, 20, 30)
) -> Computed:
    engine = Engine(plan_of([item], QUANTITIES), QUANTITIES)
    fresh = (counted == 1).astype(float)
    return engine.compute(scores, counted, fresh, fresh, np.array(as_of))["index.x"]


def test_the_mean_by_weight() -> None:
    found = compute(spec())
    assert found.score == pytest.approx(66)
    assert found.shown == pytest.approx(66)
    assert (found.effective, found.fresh, found.published) == (1.0, 1.0, True)


def test_worse_when_higher_is_shown_from_the_other_end() -> None:
    assert compute(spec(higher_is_worse=True)).shown == pytest.approx(34)


def test_geometric() -> None:
    # 80^0.5 * 60^0.3 * 40^0.2 = 8.9443 * 3.4154 * 2.0913
    assert compute(spec(Across.GEOMETRIC)).score == pytest.approx(63.886, abs=1e-3)


def test_a_quarter_of_penalty_goes_to_the_worst() -> None:
    # 0.75 * 66 + 0.25 * 40
    found = compute(spec(Across.PENALISED, 0.25))
    assert found.score == pytest.approx(59.5)
    assert found.share.tolist() == pytest.approx([0.375, 0.225, 0.4])


def test_what_is_missing_is_left_out_and_said() -> None:
    found = compute(spec(), np.array([80.0, np.nan, 40.0]))
    assert found.score == pytest.approx((40 + 8) / 0.7)
    assert found.effective == pytest.approx(0.7)
    assert found.share.tolist() == pytest.approx([5 / 7, 0, 2 / 7])


def test_what_is_late_counts_less() -> None:
    found = compute(spec(), counted=np.array([0.8, 1.0, 1.0]))
    # (0.4 * 80 + 0.3 * 60 + 0.2 * 40) / 0.9
    assert found.score == pytest.approx(58 / 0.9)
    assert found.effective == pytest.approx(0.9)
    assert found.fresh == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("counted", "published"),
    [((1.0, 0.0, 0.0), False), ((1.0, 0.0, 0.5), True), ((0.8, 0.4, 0.3), False)],
)
def test_under_six_tenths_it_is_not_published(counted: tuple[float, ...], published: bool) -> None:
    # Effective: 0.5; 0.5 + 0.1 = 0.6; 0.4 + 0.12 + 0.06 = 0.58
    found = compute(spec(), counted=np.array(counted))
    assert found.published is published
    assert (found.shown is not None) is published


def test_nothing_at_all() -> None:
    found = compute(spec(), np.full(3, np.nan))
    assert (found.score, found.shown, found.effective, found.evidence) == (None, None, 0.0, 0)
    assert found.basis is Freshness.NONE


def test_evidence_is_the_moment_that_half_of_the_weight_is_as_new_as() -> None:
    # Newest first: c of 30 (0.2), b of 20 (0.5 heaped): half is reached there.
    assert compute(spec()).evidence == 20
    assert compute(spec(), counted=np.array([1.0, 0.2, 1.0])).evidence == 10


def test_the_basis_is_how_half_of_what_counts_stands() -> None:
    engine = Engine(plan_of([spec()], QUANTITIES), QUANTITIES)

    def basis(counted: list[float], fresh: list[float], linked: list[float]) -> Freshness:
        arrays = [np.array(item) for item in (counted, fresh, linked)]
        return engine.compute(SCORES, *arrays, np.zeros(3, np.int64))["index.x"].basis

    assert basis([1, 0.8, 0.8], [1, 0, 0], [1, 0, 0]) is Freshness.LIVE
    # 0.24 + 0.16 of 0.8 over a line that is up: exactly half
    assert basis([0.8, 0.8, 0.8], [0, 0, 0], [0, 1, 1]) is Freshness.LATE
    assert basis([0.8, 0.8, 0.8], [0, 0, 0], [0, 1, 0]) is Freshness.CACHED


# ---- moves


def test_contributions_of_values() -> None:
    # +10 on half, -10 on a fifth: +5 - 2 = +3 (66 to 69)
    amounts, by_value = move(compute(spec()), compute(spec(), np.array([90.0, 60.0, 30.0])))
    assert amounts.tolist() == pytest.approx([5, 0, -2])
    assert by_value.tolist() == pytest.approx([5, 0, -2])


def test_contributions_of_what_is_shown_from_the_other_end() -> None:
    worse = spec(higher_is_worse=True)
    amounts, _ = move(compute(worse), compute(worse, np.array([90.0, 60.0, 30.0])))
    assert amounts.tolist() == pytest.approx([-5, 0, 2])


def test_contributions_of_what_went_missing() -> None:
    """66 to 68.5714 though no value changed; their mean is 67.2857.

    a: (5/7 - 0.5) * (80 - 67.2857) = 2.7245; b: -0.3 * (60 - 67.2857) = 2.1857;
    c: (2/7 - 0.2) * (40 - 67.2857) = -2.3388.
    """
    amounts, by_value = move(compute(spec()), compute(spec(), np.array([80.0, np.nan, 40.0])))
    assert amounts.tolist() == pytest.approx([2.7245, 2.1857, -2.3388], abs=1e-4)
    assert by_value.tolist() == [0, 0, 0]
    assert amounts.sum() == pytest.approx(48 / 0.7 - 66)


def test_contributions_of_a_geometric_mean() -> None:
    """63.886 to 63.972; their logarithmic mean L is 63.929.

    a: L * 0.5 * ln(90/80) = 3.7649; c: L * 0.2 * ln(30/40) = -3.6783.
    """
    way = spec(Across.GEOMETRIC)
    amounts, _ = move(compute(way), compute(way, np.array([90.0, 60.0, 30.0])))
    assert amounts.tolist() == pytest.approx([3.7649, 0, -3.6783], abs=1e-3)


VALUES = st.floats(0, 100) | st.just(math.nan)
STATE = st.tuples(
    st.lists(VALUES, min_size=3, max_size=3),
    st.lists(st.sampled_from([0.0, 0.3, 0.8, 1.0]), min_size=3, max_size=3),
)


@given(STATE, STATE, st.sampled_from(list(Across)), st.floats(0, 1))
def test_contributions_add_up_exactly(
    first: tuple[list[float], list[float]],
    last: tuple[list[float], list[float]],
    across: Across,
    penalty: float,
) -> None:
    item = spec(across, penalty)
    before, after = (compute(item, np.array(s), np.array(c)) for s, c in (first, last))
    if before.score is None or after.score is None:
        return
    amounts, _ = move(before, after)
    assert amounts.sum() == pytest.approx(after.score - before.score, abs=1e-9)


@given(STATE, STATE, st.sampled_from(list(Across)))
def test_contributions_of_an_index_of_indices_add_up_exactly(
    first: tuple[list[float], list[float]], last: tuple[list[float], list[float]], across: Across
) -> None:
    left = spec(across, 0.2)
    right = msgspec.structs.replace(
        spec(higher_is_worse=True), code="index.y", members=(Member("c", 0.4), Member("b", 0.6))
    )
    members = (Member("index.x", 0.7), Member("index.y", 0.3))
    top = IndexSpec("index.z", IndexKind.CITY, "总", "Z", members, across, 0.1)
    engine = Engine(plan_of([left, right, top], QUANTITIES), QUANTITIES)
    before, after = (
        engine.compute(np.array(s), np.array(c), np.zeros(3), np.zeros(3), np.zeros(3, np.int64))
        for s, c in (first, last)
    )
    old, new = before["index.z"], after["index.z"]
    if old.score is None or new.score is None:
        return
    assert move(old, new)[0].sum() == pytest.approx(new.score - old.score, abs=1e-9)


@given(st.lists(st.floats(20, 100), min_size=3, max_size=3), st.integers(0, 2), st.floats(0, 20))
def test_a_better_member_never_makes_it_worse(scores: list[float], which: int, by: float) -> None:
    for across in Across:
        before = np.array(scores)
        after = before.copy()
        after[which] += by
        old, new = (
            combined(item, shares(WEIGHTS, ALL, item, across, 0.3), across)
            for item in (before, after)
        )
        assert old is not None
        assert new is not None
        assert new >= old - 1e-9


# ---- the plan


def test_an_index_that_is_not_published_counts_for_nothing_above() -> None:
    bottom = spec()
    other = msgspec.structs.replace(bottom, code="index.y", members=(Member("a", 1.0),))
    members = (Member("index.x", 0.4), Member("index.y", 0.6))
    top = IndexSpec("index.z", IndexKind.CITY, "总", "Z", members)
    engine = Engine(plan_of([bottom, other, top], QUANTITIES), QUANTITIES)
    counted = np.array([1.0, 0.0, 0.0])
    found = engine.compute(SCORES, counted, counted, counted, np.zeros(3, np.int64))
    assert found["index.x"].effective == pytest.approx(0.5)
    assert not found["index.x"].published
    assert found["index.z"].effective == pytest.approx(0.6)
    assert found["index.z"].shown == pytest.approx(80)


def test_the_version_changes_with_anything_that_decides_a_score() -> None:
    before = plan_of([spec()], QUANTITIES).version
    assert plan_of([spec()], dict(QUANTITIES)).version == before
    higher = msgspec.structs.replace(
        QUANTITIES["b"], thresholds=msgspec.structs.replace(LIMITS, red=21)
    )
    slower = msgspec.structs.replace(QUANTITIES["b"], period_ms=120_000)
    renamed = msgspec.structs.replace(QUANTITIES["b"], name_zh="乙")
    heavier = spec(members=(Member("a", 0.4), Member("b", 0.4), Member("c", 0.2)))
    changed = [
        plan_of([spec()], {**QUANTITIES, "b": higher}).version,
        plan_of([spec()], {**QUANTITIES, "b": slower}).version,
        plan_of([heavier], QUANTITIES).version,
        plan_of([spec(Across.GEOMETRIC)], QUANTITIES).version,
    ]
    assert len({before, *changed}) == 5
    assert plan_of([spec()], {**QUANTITIES, "b": renamed}).version == before


def test_an_index_keeps_the_time_that_half_of_its_weight_keeps() -> None:
    slow = msgspec.structs.replace(QUANTITIES["a"], period_ms=3_600_000, lag_ms=7)
    found = index_quantities(plan_of([spec()], QUANTITIES), {**QUANTITIES, "a": slow})["index.x"]
    # b and c together are half of the weight, and quicker than a.
    assert (found.period_ms, found.lag_ms) == (60_000, 0)
