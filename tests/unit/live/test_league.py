"""The league table and two districts side by side, against tables made by hand."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import HOUR, Catalog, Direction, Quantity, Region, Thresholds
from app.core.index import IndexKind, IndexPlan, IndexSpec
from app.core.model import Freshness, Level, Origin, World
from app.live.league import DistrictCodes, Order, as_part, league, pairs, usual_order
from app.live.view import ValueView

REGIONS = ("320803", "320804", "320812", "320826")
BAND = Thresholds(best=50, good=60, watch=70, good_low=40, watch_low=30)


def quantity(direction: Direction = Direction.NEGATIVE, **more: object) -> Quantity:
    fields: dict[str, object] = {
        "code": "a.calls", "name_zh": "受理", "name_en": "Calls", "unit": "件",
        "period_ms": HOUR, "direction": direction,
    }  # fmt: skip
    return Quantity(**(fields | more))  # type: ignore[arg-type]


def view(value: float | None, region: str = "320800", decimals: int = 0) -> ValueView:
    return ValueView(
        key=f"reading/a.calls/{region}", label_zh="", label_en="", unit="件", decimals=decimals,
        value=value, as_of=None if value is None else 1, age_ms=None if value is None else 1,
        period_ms=HOUR, source="f", world=World.DEMO, freshness=Freshness.LIVE,
        origin=Origin.MEASURED, mode="demo", level=Level.NONE,
    )  # fmt: skip


def table(values, direction=Direction.NEGATIVE, order=Order.WORST, whole=None, **more):
    views = {region: view(value, region) for region, value in zip(REGIONS, values, strict=True)}
    city = None if whole is None else view(whole)
    return league(quantity(direction, **more), views, city, order)


def read(found):
    return [(place.region[-2:], place.rank) for place in found.places]


def test_equal_values_share_a_rank_and_the_silent_come_last():
    found = table([7, None, 9, 7])
    assert read(found) == [("12", 1), ("03", 2), ("26", 2), ("04", None)]
    assert len(found.ranked) == 3
    assert read(table([9, 9, 8, 1])) == [("03", 1), ("04", 1), ("12", 3), ("26", 4)]


def test_what_reads_the_same_has_the_same_rank():
    assert read(table([7.2, 6.8, 1, 2]))[:2] == [("03", 1), ("04", 1)]


@pytest.mark.parametrize(
    ("direction", "order", "first"),
    [
        (Direction.NEGATIVE, Order.WORST, "12"),
        (Direction.NEGATIVE, Order.BEST, "04"),
        (Direction.POSITIVE, Order.WORST, "04"),
        (Direction.POSITIVE, Order.BEST, "12"),
        (Direction.BAND, Order.LARGEST, "12"),
    ],
)
def test_the_order_follows_what_is_good(direction, order, first):
    assert read(table([7, 1, 90, 8], direction, order))[0] == (first, 1)


def test_a_band_is_ordered_by_the_distance_from_its_best():
    found = table([52, 80, 35, 50], Direction.BAND, thresholds=BAND)
    assert [place.region[-2:] for place in found.places][:2] == ["04", "12"]
    assert usual_order(quantity(Direction.BAND, thresholds=BAND, unit="m")) is Order.WORST
    assert usual_order(quantity(Direction.BAND, unit="m")) is Order.LARGEST
    assert usual_order(quantity(Direction.POSITIVE, unit="%")) is Order.WORST


def test_a_total_of_a_part_is_neither_bad_nor_over_the_limits_of_the_whole():
    assert usual_order(quantity(Direction.NEGATIVE)) is Order.LARGEST
    red = msgspec.structs.replace(view(90), level=Level.RED)
    assert as_part(red, quantity()).level is Level.NONE
    assert as_part(red, quantity(unit="%")).level is Level.RED


def test_a_share_is_said_only_of_the_parts_of_a_whole():
    parts = table([10, 20, 30, 40], whole=100)
    assert [place.share for place in parts.places] == [0.4, 0.3, 0.2, 0.1]
    assert all(place.share is None for place in table([10, 20, 30, 40], whole=25).places)
    assert all(place.share is None for place in table([10, None, 30, 60], whole=100).places)
    assert all(place.share is None for place in table([10, 20, 30, 40], whole=100, unit="%").places)
    assert all(place.share is None for place in table([0, 0, 0, 0], whole=0).places)


@given(st.lists(st.none() | st.integers(-50, 50), min_size=4, max_size=4))
def test_every_district_stands_in_the_table_once(values):
    found = table(values)
    assert sorted(place.region for place in found.places) == sorted(REGIONS)
    ranks = [place.rank for place in found.ranked]
    assert ranks == sorted(ranks) and ranks[:1] in ([], [1])


def test_codes_are_those_that_two_districts_have():
    spec = IndexSpec("index.pressure", IndexKind.DIMENSION, "压力", "Pressure", ())
    catalog = Catalog(
        quantities={
            code: quantity(code=code, weight=weight)
            for code, weight in (("a", 0.1), ("b", 0.3), ("c", 0.2), ("index.pressure", 0.0))
        },
        regions={code: Region(code, code, code, code) for code in ("320800", *REGIONS)},
        plan=IndexPlan({"index.pressure": spec}),
    )
    codes = DistrictCodes(catalog, "320800")
    held = {
        f"reading/{code}/{region}": None
        for code in ("a", "b", "index.pressure", "unknown")
        for region in REGIONS[:2]
    }
    held |= {"reading/c/320803": None, "reading/c/320800": None, "reading/c/320804/gauge": None}
    assert codes.grow(held) and not codes.grow(held)
    assert codes.codes == ("index.pressure", "b", "a")
    assert codes.regions == REGIONS
    assert codes.grow(held | {"reading/c/320812": None})
    assert codes.codes == ("index.pressure", "b", "c", "a")


def test_two_districts_are_set_apart_by_what_is_written():
    first = {"a": view(7.4), "b": view(None), "c": view(None)}
    second = {"a": view(3.6), "b": view(2), "c": view(None)}
    found = pairs(("b", "a", "c"), first, second)
    assert [(pair.code, pair.apart) for pair in found] == [("b", None), ("a", -3.0)]
