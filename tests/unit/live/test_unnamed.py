"""What the map of a wall may say of a matter, and how close a visitor's mark leads."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.model import AlarmKind, Event, Level, Sourced, Warning, World
from app.live.map_fit import fit
from app.live.picture import Picture
from app.live.unnamed import unnamed, without_place
from app.live.visit import COARSE, told

NOW = 1_784_268_202_000
PLACE = "淮阴区闻莺街226号附近"


def picture() -> Picture:
    held = Picture({}, World.DEMO)
    event = Event(
        "e:1", "x", NOW, NOW, title=f"独居老人：{PLACE}", place=PLACE, lon=119.0, lat=33.6
    )
    warning = Warning(
        "w:1",
        AlarmKind.HINT,
        Level.BLUE,
        f"群租房管理：{PLACE}",
        NOW,
        NOW,
        place=PLACE,
        text="张某",
    )
    held.apply_records([Sourced("s", NOW, event), Sourced("s", NOW, warning)])
    return held


def test_a_walls_map_names_nobody() -> None:
    seen = unnamed(picture())
    event, warning = seen.events["e:1"].record, seen.warnings["w:1"].record
    assert isinstance(event, Event) and isinstance(warning, Warning)
    assert (event.title, event.place, event.lon) == ("", "", 119.0)
    assert (warning.title, warning.place, warning.text) == ("群租房管理", "", "")
    assert seen.events["e:1"] is seen.events["e:1"], "made once"
    assert seen.world is World.DEMO and not seen.is_veiled


def test_a_newer_record_is_told_anew() -> None:
    held = picture()
    seen = unnamed(held)
    assert seen.warnings["w:1"].record.observed == NOW
    newer = Warning("w:1", AlarmKind.HINT, Level.RED, "新", NOW, NOW + 1)
    held.apply_records([Sourced("s", NOW, newer)])
    assert seen.warnings["w:1"].record.level is Level.RED  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("title", "place", "left"),
    [
        ("积水：淮海南路", "淮海南路", "积水"),
        ("淮海南路", "淮海南路", "淮海南路"),
        ("暴雨橙色预警", "", "暴雨橙色预警"),
        ("淮海南路积水", "淮海南路", "淮海南路积水"),
    ],
)
def test_a_title_loses_its_place(title: str, place: str, left: str) -> None:
    assert without_place(title, place) == left


@given(st.floats(73, 135), st.floats(18, 53))
def test_a_visitors_mark_leads_no_closer_than_the_street(lon: float, lat: float) -> None:
    event = told(Event("e:1", "x", NOW, NOW, lon=lon, lat=lat))
    assert event.lon is not None and event.lat is not None
    assert abs(event.lon - lon) <= COARSE / 2 + 1e-6 and abs(event.lat - lat) <= COARSE / 2 + 1e-6
    for value in (event.lon, event.lat):
        assert math.isclose(value / COARSE, round(value / COARSE), abs_tol=1e-3)


@given(
    st.floats(73, 134),
    st.floats(-60, 59),
    st.floats(0.001, 40),
    st.floats(0.001, 20),
    st.floats(300, 8000),
    st.floats(200, 5000),
)
def test_a_box_is_seen_whole_and_fills_the_view(
    west: float, south: float, wide: float, high: float, width: float, height: float
) -> None:
    place = fit((west, south, west + wide, south + high), (width, height))
    world = 256 * 2**place.zoom

    def northing(lat: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)

    across = wide / 360 * world
    down = (northing(south + high) - northing(south)) * world
    if place.zoom > 3.0:
        assert across <= width and down <= height
    if 3.0 < place.zoom < 20.0:
        assert across > width * 0.75 or down > height * 0.75
    middle = (northing(south) + northing(south + high)) / 2
    assert northing(place.lat) == pytest.approx(middle, abs=1e-9)
