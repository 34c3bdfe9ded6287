"""What commands do to the maps of a seat, and what they refuse."""

import math
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from app.core.message import Refusal
from app.core.model import Event, Sourced
from app.live.hub import Kind
from app.live.map_fit import fit, size_of
from app.live.map_moment import moment_of
from app.live.map_names import BaseName, LayerName, PlateName, RegionPlace
from app.live.map_state import SIZE, LayerChoice, MapPlace
from tests.unit.commands.desk import NOON, Desk

HOME = MapPlace(119.113, 33.552, 9.0)
BOX = (118.9, 33.4, 119.2, 33.6)
TOWN = fit(BOX, SIZE)
FLOOD = (LayerChoice("rain", filter="mm"), LayerChoice("officers"), LayerChoice("gone"))


@pytest.fixture
def maps(desk: Desk) -> Desk:
    """A desk that drives one wall, with three layers, one of them for desks only."""
    maps = desk.seat.maps
    maps.home = HOME
    maps[""].place = HOME
    names = maps.names
    names.layers = {
        item.id: item
        for item in (
            LayerName("buses", "公交车", "Buses"),
            LayerName("rain", "雨量站", "Rain gauges", opacity=0.5),
            LayerName("officers", "在岗警力", "Officers", audience=("desk",)),
        )
    }
    names.plates = {
        "flood": PlateName("flood", "防汛一张图", "Flood", "", FLOOD, 11.0),
        "police": PlateName("police", "警务", "Police", audience=("cockpit",)),
    }
    names.bases = {"vec": BaseName("vec", "矢量", "Streets")}
    names.regions = {
        "320812": RegionPlace("320812", "清江浦区", "Qingjiangpu", "320800", BOX),
        "3208121": RegionPlace("3208121", "街道", "Street", "320812", None),
    }
    names.find = {"point:p:1": MapPlace(119.0, 33.5)}.get
    names.zone = "Asia/Shanghai"
    desk.seat.stage.walls = ("wall-1",)
    maps.apart.add("wall-1")
    return desk


async def test_fly_to_a_place_and_to_what_lies_somewhere(maps: Desk) -> None:
    state, heard = maps.seat.maps[""], maps.hub.subscribe()
    await maps.do("fly-to 119.5,33.25 zoom=14")
    assert (state.place, state.moves) == (MapPlace(119.5, 33.25, 14.0), 1)
    assert "map/" in heard.drain()[Kind.SEAT]
    await maps.do("fly-to 119.6,33.25")
    assert state.place == MapPlace(119.6, 33.25, 14.0)
    event = Event("e:1", "sewage", NOON, NOON, lon=119.2, lat=33.4)
    maps.picture.apply_records([Sourced("s", NOON, event)])
    await maps.do("fly-to event:e:1")
    assert (state.place.lon, state.place.lat, state.place.zoom) == (119.2, 33.4, 16.0)
    assert state.picked is not None and state.picked.id == "event:e:1"
    await maps.do("fly-to point:p:1 zoom=12")
    assert state.place == MapPlace(119.0, 33.5, 12.0)
    await maps.do("fly-to home")
    assert state.place == HOME


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("fly-to 33.5,119.1", "mapwords.not_on_earth"),
        ("fly-to 33.5;119.1", "mapwords.no_place"),
        ("fly-to event:none", "mapwords.no_place"),
        ("fly-to region:3208121", "mapwords.no_place"),
        ("fly-to home map=nowhere", "mapwords.no_map"),
        ("hide-layer buses", "mapwords.not_shown"),
        ("set-layer buses opacity=10", "mapwords.not_shown"),
        ("open-plate police", "mapwords.not_for_seat"),
        ("show-layer officers map=wall-1", "mapwords.not_for_seat"),
        ("map-time 2027-01-01T00:00", "mapwords.future"),
        ("map-time 25:00", "mapwords.no_time"),
        ("compare-map", "mapwords.same_sides"),
        ("compare-map side layers=trams", "mapwords.no_layer"),
        ("end-compare", "mapwords.no_sides"),
        ("drill-region up", "mapwords.top"),
        ("follow-map", "mapwords.follows"),
        ("detach-map wall-1", "mapwords.apart"),
        ("send-map wall-1 map=wall-1", "mapwords.same_map"),
        ("set-base img", "mapwords.no_base"),
    ],
)
async def test_what_cannot_be_is_refused(maps: Desk, text: str, id_: str) -> None:
    before = maps.seat.maps[""].moves
    assert await maps.refused(text) == id_
    assert maps.seat.maps[""].moves == before


@pytest.mark.parametrize(("word", "near"), [("bus", "buses"), ("公交", "buses"), ("rains", "rain")])
async def test_a_wrong_name_is_answered_with_the_nearest(maps: Desk, word: str, near: str) -> None:
    # 公交 is no id: the text form takes ids only, so it is looked up as the names would be.
    with pytest.raises(Refusal) as caught:
        maps.seat.maps.names.layer(word, "desk")
    assert str(caught.value.reason.args["near"]).split()[0] == near


async def test_layers_come_go_and_lie_above_each_other(maps: Desk) -> None:
    state = maps.seat.maps[""]
    await maps.do("show-layer buses")
    await maps.do("show-layer rain filter=mm")
    assert state.layers == (LayerChoice("buses"), LayerChoice("rain", 0.5, "mm"))
    await maps.do("set-layer buses opacity=40 move=up")
    assert state.layers == (LayerChoice("rain", 0.5, "mm"), LayerChoice("buses", 0.4))
    await maps.do("set-layer buses move=up filter=7路")
    assert state.layers[1] == LayerChoice("buses", 0.4, "7路")
    await maps.do("set-layer rain filter=*")
    await maps.do("show-layer rain")
    assert state.layers[0] == LayerChoice("rain", 0.5)
    await maps.do("hide-layer rain")
    assert [choice.id for choice in state.layers] == ["buses"]


async def test_a_plate_brings_its_layers_and_how_far_in(maps: Desk) -> None:
    state = maps.seat.maps[""]
    await maps.do("open-plate flood")
    assert state.layers == (LayerChoice("rain", 0.5, "mm"), LayerChoice("officers"))
    assert (state.plate, state.place.zoom) == ("flood", 11.0)
    await maps.do("hide-layer rain")
    assert state.plate == ""


async def test_a_plate_looks_at_the_city_s_centre_only_from_the_whole_city(maps: Desk) -> None:
    state, names = maps.seat.maps[""], maps.seat.maps.names
    names.home, names.centre = BOX, (119.02, 33.58)  # not the middle of the box
    state.place = MapPlace(119.05, 33.5, TOWN.zoom)
    await maps.do("open-plate flood")  # its zoom is that of the whole: it stays
    assert state.place == MapPlace(119.05, 33.5, 11.0)
    names.plates = {"flood": msgspec.structs.replace(names.plates["flood"], zoom=13.0)}
    await maps.do("open-plate flood")
    assert state.place == MapPlace(119.02, 33.58, 13.0)
    state.place = MapPlace(119.15, 33.45, 14.5)  # somebody looks at a place of the city
    await maps.do("open-plate flood")
    assert state.place == MapPlace(119.15, 33.45, 13.0)


async def test_a_district_and_up_again(maps: Desk) -> None:
    state = maps.seat.maps[""]
    await maps.do("drill-region 320812")
    assert (state.region, state.place) == ("320812", TOWN)
    await maps.do("drill-region 3208121")
    assert (state.region, state.place) == ("3208121", TOWN)
    await maps.do("drill-region up")
    assert (state.region, state.place) == ("320812", TOWN)
    await maps.do("drill-region up")
    assert (state.region, state.place) == ("", HOME)


async def test_two_sides(maps: Desk) -> None:
    await maps.do("show-layer buses")
    await maps.do('compare-map side at=-60 layers="rain buses"')
    other = maps.seat.maps[""].comparison
    assert other is not None and (other.form, other.at) == ("side", NOON - 3_600_000)
    assert [choice.id for choice in other.layers] == ["rain", "buses"]
    await maps.do("end-compare")
    assert maps.seat.maps[""].comparison is None


async def test_a_wall_stands_still_until_it_is_sent_something(maps: Desk) -> None:
    every = maps.seat.maps
    assert every.name_of("wall-1") == "wall-1" and every.name_of("main") == ""
    await maps.do("fly-to 119.5,33.25 zoom=14 map=wall-1")
    assert every[""].place == HOME
    await maps.do("show-layer officers")
    await maps.do("show-layer buses")
    await maps.do("fly-to 119.2,33.3 zoom=13")
    await maps.do("send-map")
    wall = every["wall-1"]
    assert wall.place == MapPlace(119.2, 33.3, 13.0)
    assert [choice.id for choice in wall.layers] == ["buses"]  # officers are not for a wall
    await maps.do("fly-to home")
    assert wall.place == MapPlace(119.2, 33.3, 13.0)
    await maps.do("follow-map wall-1")
    assert every.name_of("wall-1") == ""
    await maps.do("detach-map wall-1")
    assert every["wall-1"].place == HOME and every.name_of("wall-1") == "wall-1"


def local(text: str) -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return round(moment.timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", 0),
        ("-90", NOON - 90 * 60_000),
        ("19:30", local("2026-07-17T19:30:00")),  # NOON is 20:00 in Shanghai
        ("20:00:00", NOON),
        ("20:01", local("2026-07-16T20:01:00")),
        ("2026-07-01T08:15", local("2026-07-01T08:15:00")),
    ],
)
def test_moments_as_an_officer_writes_them(text: str, moment: int) -> None:
    assert moment_of(text, "Asia/Shanghai", NOON) == moment


def test_a_whole_city_stands_above_the_lines_at_the_foot() -> None:
    size, foot = (1000.0, 800.0), 100.0
    place = fit(BOX, size, foot)
    scale = 256 * 2**place.zoom

    def northing(lat: float) -> float:  # EPSG:3857, in worlds
        return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)

    def down(lat: float) -> float:
        return size[1] / 2 + (northing(place.lat) - northing(lat)) * scale

    assert 0 < down(BOX[3]) < down(BOX[1]) < size[1] - foot
    assert down(BOX[3]) == pytest.approx(size[1] - foot - down(BOX[1]))
    assert fit(BOX, size).lat > place.lat
    half = size[0] / 2 / scale * 360, size[1] / 2 / scale
    edges = [
        math.degrees(math.atan(math.sinh(2 * math.pi * (northing(place.lat) + way * half[1]))))
        for way in (-1, 1)
    ]
    shown = (place.lon - half[0], edges[0], place.lon + half[0], edges[1])
    assert size_of(shown, place.zoom) == pytest.approx(size)
