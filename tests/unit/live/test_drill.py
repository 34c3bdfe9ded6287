"""A move taken apart in amounts that add up, worked by hand; and for any amounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import HOUR, Catalog, Quantity
from app.core.index import Contribution, IndexKind, IndexMove, IndexPlan, IndexSpec, Member, Part
from app.core.model import Freshness, Held, Reading
from app.live.drill import account, apportioned, index_of, part_of, used_record

PRESSURE = "reading/index.pressure/320800"


def quantity(code, bureau):
    return Quantity(code, code, code, "", HOUR, bureau=bureau)


def catalog():
    members = tuple(Member(code, 0.25) for code in "abcd")
    spec = IndexSpec("index.pressure", IndexKind.DIMENSION, "压力", "Pressure", members)
    theme = IndexSpec("index.theme.flood", IndexKind.THEME, "防汛", "Flood", members[:1])
    city = IndexSpec("index.city", IndexKind.CITY, "综合", "City", (Member("index.pressure", 1.0),))
    quantities = {code: quantity(code, "water" if code in "ab" else "data") for code in "abcd"}
    plan = IndexPlan({item.code: item for item in (spec, theme, city)}, "v1")
    return Catalog(quantities=quantities, plan=plan)


def part(code, amount, by_value=None):
    by_value = amount if by_value is None else by_value
    return Contribution(code, f"reading/{code}/320800", amount, by_value, 1.0, 2.0)


def move(parts, code="index.pressure", key=PRESSURE):
    total = sum(item.amount for item in parts)
    return IndexMove(code, key, 0, 1, 50.0, 50.0 + total, 1.0, "v1", tuple(parts))


def test_largest_remainders_get_what_rounding_down_left():
    # 2.34 + 2.34 + 1.32 = 6.0: down 2.3 2.3 1.3 leaves 0.1 for the first of the two .04
    assert apportioned([2.34, 2.34, 1.32], 6.0, 1) == [24, 23, 13]
    # negative parts: down 0.5, −0.3 and 1.8 leave 0.1, and the largest remainder is .09
    assert apportioned([0.55, -0.21, 1.86], 2.2, 1) == [5, -2, 19]
    assert apportioned([0.0, 0.14, 0.14], 0.28, 1) == [0, 2, 1]
    assert apportioned([], 0.0, 1) == []


@given(st.lists(st.floats(-40, 40), min_size=1, max_size=60), st.integers(0, 2))
def test_any_parts_add_up_and_none_moves_by_a_digit(amounts, decimals):
    total = sum(amounts)
    units = apportioned(amounts, total, decimals)
    assert sum(units) == round(total * 10**decimals)
    assert all(
        abs(unit - amount * 10**decimals) < 1 + 1e-6
        for unit, amount in zip(units, amounts, strict=True)
    )


def test_bureaus_add_up_to_the_move_and_indicators_to_their_bureau():
    # water 3.14 + 1.13 = 4.27, data −0.31 + 2.04 = 1.73, together 6.00
    found = account(move([part("a", 3.14), part("b", 1.13), part("c", -0.31), part("d", 2.04)]),
                    catalog(), 1)  # fmt: skip
    assert (found.amount, found.by_value, found.by_count) == (6.0, 6.0, 0.0)
    assert [(group.bureau, group.amount) for group in found.groups] == [
        ("water", 4.3), ("data", 1.7),
    ]  # fmt: skip
    assert [[(item.code, item.amount) for item in group.items] for group in found.groups] == [
        [("a", 3.2), ("b", 1.1)],  # 3.14 has the larger remainder: the tenth of the bureau is its
        [("d", 2.0), ("c", -0.3)],
    ]


def test_what_lost_data_did_is_told_apart():
    found = account(move([part("a", 1.0, 0.4), part("d", -0.5, 0.0)]), catalog(), 1)
    assert (found.amount, found.by_value, found.by_count) == (0.5, 0.4, 0.1)
    assert found.groups[0].by_count == 0.6 and found.groups[1].by_count == -0.5


def test_an_index_of_indices_has_a_group_for_each():
    items = [part("index.pressure", -1.5), part("index.drive", 0.5)]
    found = account(move(items, "index.city", "reading/index.city/320800"), catalog(), 1)
    assert found.of_indices and [group.bureau for group in found.groups] == ["", ""]
    assert [group.amount for group in found.groups] == [-1.5, 0.5]


def test_the_index_of_an_indicator_is_its_dimension_before_its_theme():
    flood = "reading/index.theme.flood/320800"
    moves = {
        flood: move([part("a", 1.0)], "index.theme.flood", flood),
        PRESSURE: move([part("a", 2.0)]),
    }
    assert index_of("a", moves, catalog()) == PRESSURE
    del moves[PRESSURE]
    assert index_of("a", moves, catalog()) == flood
    assert index_of("z", moves, catalog()) == ""
    assert part_of("a", moves[flood]).amount == 1.0


def test_the_record_behind_an_index_is_the_one_it_says_it_took():
    key = "reading/a/320800"
    held = Held(Reading(key, 5.0, 2000), "f", 2001)
    taken = Part("a", key, 0.5, 0.5, 4.0, 80.0, 1.0, Freshness.LIVE, 1000, "g")
    assert used_record([taken], held, key) == (1000, "g")
    assert used_record([], held, key) == (2000, "f")
    assert used_record([], None, key) is None


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_an_index_that_did_not_move_has_parts_that_cancel(decimals):
    found = account(move([part("a", 2.0), part("c", -2.0)]), catalog(), decimals)
    assert found.amount == 0.0
    assert sorted(group.amount for group in found.groups) == [-2.0, 2.0]
