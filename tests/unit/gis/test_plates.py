"""Plates: 67 of them in suqian, whom they open for, by what they are found."""

import csv

import pytest

from app.core.search import Index
from app.core.text import Name
from tests.contract.house import ROOT
from tests.helpers.map_city import atlas_of

KINDS = {
    row["code"]
    for row in csv.DictReader((ROOT / "assets/layers/kinds.csv").read_text("utf-8").splitlines())
}


def test_suqian_has_67_of_kinds_of_the_catalogue() -> None:
    plates = atlas_of("suqian").plates
    assert len(plates) == 67
    assert {layer for plate in plates.values() for layer in plate.layers} <= KINDS
    assert plates["incident_room"].layers[:3] == ("incident", "ring", "isochrone")
    assert plates["flood_now"].audience == ("hall", "desk", "cockpit")


@pytest.mark.parametrize(
    ("city", "least"), [("huaian", 20), ("yiyuan", 20), ("dezhou", 20), ("shanxi", 10)]
)
def test_the_other_cities_have_plates_of_what_they_have(city: str, least: int) -> None:
    atlas = atlas_of(city)
    assert len(atlas.plates) >= least
    assert {layer for plate in atlas.plates.values() for layer in plate.layers} <= set(
        atlas.configs
    )


@pytest.mark.parametrize("city", ["huaian", "suqian", "yiyuan", "dezhou", "shanxi"])
@pytest.mark.parametrize("seat", ["hall", "desk", "cockpit"])
def test_every_seat_begins_with_a_plate_that_it_may_open(city: str, seat: str) -> None:
    first = atlas_of(city).first_plate(seat)
    assert first is not None and first.opens_for(seat)


def test_a_city_without_plates_has_no_first() -> None:
    assert atlas_of("recorded").first_plate("desk") is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ysq", "flood_now"),
        ("yushuiqing", "flood_now"),
        ("雨水情", "flood_now"),
        ("rain and water", "flood_now"),
        ("senlinfh", "forest_fire"),
        ("slfh", "forest_fire"),
        ("12345sq", "hotline"),
        ("transit", "transit"),
    ],
)
def test_a_plate_is_found_by_pinyin(typed: str, code: str) -> None:
    plates = atlas_of("suqian").plates.values()
    index = Index(
        Name("plate", plate.code, plate.name_zh, plate.name_en, plate.aliases) for plate in plates
    )
    assert index.find(typed, 3).names[0].id == code


def test_filters_belong_to_layers_of_the_plate() -> None:
    for city in ("huaian", "suqian"):
        for plate in atlas_of(city).plates.values():
            assert [choice.id for choice in plate.choices] == list(plate.layers)
    chosen = {one.id: one.filter for one in atlas_of("suqian").plates["hotline"].choices}
    assert chosen == {"event_point": "12345", "heat": "12345", "region_boundary": ""}
