"""Counting, ordering and the verdict, against counts made by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import DAY, HOUR, Bureau, Catalog, Direction, Quantity, Thresholds
from app.core.health import FeedHealth, FeedState
from app.core.model import Freshness, Level, Reading, World
from app.live.picture import Picture
from app.live.summary import (
    Counts,
    Filter,
    GroupBy,
    IndicatorKeys,
    deviation,
    grouped,
    indicator_keys,
    standing_out,
    tally,
)
from app.live.verdict import Verdict, VerdictCount
from app.live.view import value_view

NOW = 1_784_268_202_000  # 2026-07-17 14:03:22 in the city
CITY = "320800"
NEGATIVE = Thresholds(best=0, good=10, watch=20, yellow=30, orange=40, red=50)


def quantity(code: str, dimension: str = "pressure", **more: object) -> Quantity:
    fields: dict[str, object] = {
        "code": code, "name_zh": code, "name_en": code, "unit": "件", "period_ms": HOUR,
        "bureau": "urban", "theme": "safety", "dimension": dimension, "weight": 0.25,
        "direction": Direction.NEGATIVE, "thresholds": NEGATIVE,
    }  # fmt: skip
    return Quantity(**(fields | more))  # type: ignore[arg-type]


CATALOG = Catalog(
    quantities={
        item.code: item
        for item in (
            quantity("a.calm"),
            quantity("a.red", weight=0.5),
            quantity("a.late"),
            quantity("b.blue", "vitality", bureau="water"),
            quantity("c.none", "drive", period_ms=DAY),
            quantity("m.metric", is_indicator=False),
        )
    },
    bureaus={
        code: Bureau(code, code, code, code) for code in ("water", "police", "urban")
    },
)  # fmt: skip


def picture(values: dict[str, tuple[float, int]], source: str = "f") -> Picture:
    """Readings by code: value and age in ms, from a connected feed."""
    found = Picture({}, World.DEMO)
    found.feeds[source] = FeedHealth(source, source, source, FeedState.LIVE, NOW)
    for code, (value, age) in values.items():
        key = f"reading/{code}/{CITY}"
        found.apply_readings(source, NOW, [(key, Reading(key, value, NOW - age))])
    return found


USUAL = {"a.calm": (5.0, 0), "a.red": (55.0, 0), "a.late": (45.0, 3 * HOUR), "b.blue": (20.0, 0)}


def views(values: dict[str, tuple[float, int]] = USUAL) -> list:
    held = picture(values)
    chosen = indicator_keys(held.readings, CATALOG, CITY)
    return [value_view(held, CATALOG, key, NOW) for key in chosen.values()]


def verdict(values: list, catalog: Catalog, worst: int = 5) -> Verdict:
    count = VerdictCount(catalog, worst)
    for view in values:
        count.add(view)
    return count.verdict()


def test_tally_counts_live_values_over_a_limit_apart_from_stale_ones():
    found = tally(views())
    assert (found.total, found.fresh, found.late, found.cached, found.none) == (5, 3, 1, 0, 1)
    assert found.over == {Level.RED: 1, Level.BLUE: 1}
    assert (found.over_total, found.stale_over, found.calm) == (2, 1, 1)
    assert found.worst is Level.RED


def test_nothing_at_all_is_no_verdict():
    found = verdict([], CATALOG)
    assert (found.share, found.known, found.tally.worst) == (0.0, False, Level.NONE)
    assert found.over == ()


def test_verdict_names_dimensions_over_limits_gravest_first():
    found = verdict(views(), CATALOG)
    assert [item.code for item in found.over] == ["pressure", "vitality"]
    assert [item.key for item in found.worst] == ["reading/a.red/320800", "reading/b.blue/320800"]
    # weights: 0.25 calm + 0.5 red + 0.25 blue are fresh, 0.25 late and 0.25 missing are not
    assert found.share == pytest.approx(1.0 / 1.5)
    assert found.known
    drive = next(item for item in found.dimensions if item.code == "drive")
    assert drive.worst is None and drive.share == 0.0


def test_verdict_is_refused_below_sixty_percent_of_fresh_weight():
    found = verdict(views({"a.calm": (5.0, 0)}), CATALOG)
    assert found.share == pytest.approx(0.25 / 1.5)
    assert not found.known


def test_share_counts_heads_where_there_are_no_weights():
    bare = Catalog(quantities={code: quantity(code, weight=0.0) for code in USUAL})
    held = picture(USUAL)
    found = [value_view(held, bare, f"reading/{code}/{CITY}", NOW) for code in USUAL]
    assert verdict(found, bare).share == pytest.approx(3 / 4)


def test_standing_out_puts_red_before_blue_before_calm_and_counts_the_rest():
    found = standing_out(views(), CATALOG, 2)
    assert [view.key.split("/")[1] for view in found.shown] == ["a.red", "a.late"]
    assert (found.rest.total, found.rest.calm, found.rest.over_total, found.rest.none) == (
        3, 1, 1, 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "direction", "expected"),
    [
        (-3, Direction.NEGATIVE, 0.0),
        (5, Direction.NEGATIVE, 0.5),
        (10, Direction.NEGATIVE, 1.0),
        (35, Direction.NEGATIVE, 3.5),
        (50, Direction.NEGATIVE, 5.0),
        (60, Direction.NEGATIVE, 6.0),
    ],
)
def test_deviation_climbs_the_limits(value, direction, expected):
    item = quantity("x", direction=direction)
    assert deviation(value, item) == pytest.approx(expected)


def test_deviation_of_positive_falls_and_of_band_goes_both_ways():
    positive = Thresholds(best=100, good=90, watch=80, yellow=70, orange=60, red=50)
    up = quantity("x", direction=Direction.POSITIVE, thresholds=positive)
    assert deviation(100, up) == 0.0
    assert deviation(75, up) == pytest.approx(2.5)
    band = quantity(
        "x",
        direction=Direction.BAND,
        thresholds=Thresholds(
            best=10, good=12, watch=14, yellow=15, orange=16, red=17, good_low=8, watch_low=4
        ),
    )
    assert deviation(10, band) == 0.0
    assert deviation(13, band) == pytest.approx(1.5)
    assert deviation(6, band) == pytest.approx(1.5)
    assert deviation(3, quantity("x", thresholds=Thresholds())) is None


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_worse_never_deviates_less(first, second):
    item = quantity("x")
    low, high = sorted((first, second))
    assert deviation(low, item) <= deviation(high, item)


def test_groups_keep_the_bureaus_order_and_leave_out_empty_ones():
    chosen = indicator_keys([], CATALOG, CITY)
    found = grouped(chosen, CATALOG, GroupBy.BUREAU)
    assert [group.code for group in found] == ["water", "urban"]
    assert sum(len(group.keys) for group in found) == 5
    assert [group.code for group in grouped(chosen, CATALOG, GroupBy.DIMENSION)] == [
        "drive", "pressure", "vitality",
    ]  # fmt: skip


def test_an_indicator_known_at_one_place_only_is_found_there():
    held = [
        "reading/a.calm/320812/north", "reading/a.calm/320812/east", "reading/a.red/320800",
        "reading/a.red/320812", "device/a.late/320800", "reading/unknown/320800",
    ]  # fmt: skip
    found = indicator_keys(held, CATALOG, CITY)
    assert found["a.calm"] == "reading/a.calm/320812/east"
    assert found["a.red"] == "reading/a.red/320800"
    assert found["a.late"] == "reading/a.late/320800"
    assert "m.metric" not in found


def test_new_keys_are_taken_as_they_come():
    found, held = IndicatorKeys(CATALOG, CITY), {}
    assert not found.grow(held)
    for new, moved, here in (
        ("reading/a.calm/320812/north", True, "reading/a.calm/320812/north"),
        ("device/a.calm/320812/b", False, "reading/a.calm/320812/north"),
        ("reading/m.metric/320812/b", False, "reading/a.calm/320812/north"),
        ("reading/a.calm/320812/east", True, "reading/a.calm/320812/east"),
        ("reading/a.calm/320812/west", False, "reading/a.calm/320812/east"),
        ("reading/a.calm/320800", True, "reading/a.calm/320800"),
        ("reading/a.calm/320812/a", False, "reading/a.calm/320800"),
    ):
        held[new] = None
        assert found.grow(held) is moved, new
        assert found.by_code["a.calm"] == here == indicator_keys(held, CATALOG, CITY)["a.calm"]


@given(st.lists(st.sampled_from(views()), max_size=30))
def test_counts_moved_one_by_one_equal_a_new_count(values):
    counts = Counts()
    for view in values:
        counts.add(view)
    for view in values[::2]:
        counts.add(view, -1)
    assert counts.tally() == tally(values[1::2])


def test_filters():
    found = {view.key.split("/")[1]: view for view in views()}
    assert [code for code in found if Filter.OVER.takes(found[code])] == [
        "a.red", "a.late", "b.blue",
    ]  # fmt: skip
    assert [code for code in found if Filter.LATE.takes(found[code])] == ["a.late", "c.none"]
    assert found["c.none"].freshness is Freshness.NONE
    assert all(Filter.ALL.takes(view) for view in found.values())
