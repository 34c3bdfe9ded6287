"""Places found while one types: names, codes, stakes, coordinates, events, imported tables."""

import pytest

from app.catalogue.outline import load_outlines
from app.city import City, city_folder, load_city
from app.core.directory import Camera
from app.core.map_decision import Bookmark
from app.core.model import Event, Sourced
from app.gis.gazetteer import Gazetteer, gazetteer_of
from app.gis.naming import regions_of
from app.gis.places import Place
from app.gis.stakes import parse_stake
from app.live.map_state import MapPlace
from app.live.video_names import CameraNames

TABLE = """kind,code,name_zh,name_en,lon,lat,crs
stake,G25 K12,,,118.30,33.90,cgcs2000
stake,G25 K13,,,118.31,33.90,cgcs2000
stake,G25 K30,,,118.50,33.90,cgcs2000
lamp,0302-117,发展大道117号灯杆,,118.305272,33.948,gcj02
crossing,,发展大道/项王路,Fazhan Ave and Xiangwang Rd,118.28,33.96,wgs84
address,,发展大道188号,,118.281,33.961,wgs84
"""


@pytest.fixture(scope="module")
def suqian() -> City:
    return load_city("suqian")


@pytest.fixture(scope="module")
def found(suqian: City, tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    data = tmp_path_factory.mktemp("data")
    (data / "places").mkdir()
    (data / "places" / "road.csv").write_text(TABLE, encoding="utf-8")
    (data / "places" / "guess.csv").write_text(
        "kind,code,lon,lat,crs\nlamp,1,118.3,33.9,\n", encoding="utf-8"
    )
    regions = regions_of(suqian, load_outlines(city_folder("suqian")))
    return gazetteer_of(suqian, regions, data)


def first(found: Gazetteer, text: str, kind: str) -> tuple[str, str]:
    hits = found.find(text, 8)
    hit = next(hit for hit in hits if hit.kind == kind)
    return hit.key, hit.name_zh


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("宿城", "region", "宿城区"),
        ("321302", "region", "宿城区"),
        ("sucheng", "region", "宿城区"),
        ("shuyang", "region", "沭阳县"),
        ("幸福街道", "town", "幸福街道"),
        ("xfjd", "town", "幸福街道"),
        ("321302001001", "village", "凤凰居委会"),
        ("0302-117", "lamp", "发展大道117号灯杆"),
        ("项王路", "crossing", "发展大道/项王路"),
        ("发展大道188", "address", "发展大道188号"),
        ("demo:school-0001", "point", "宿城区问渠学校1号（演示）"),
    ],
)
def test_names_codes_pinyin_and_initials(found: Gazetteer, text: str, kind: str, name: str) -> None:
    assert first(found, text, kind)[1] == name


def test_a_stake_lies_between_its_posts(found: Gazetteer) -> None:
    for text in ("G25 K12+300", "g25k12+300", "G25高速 K12+300", "  G25 K12 + 300 米 "):
        (hit,) = found.find(text, 1)
        assert (hit.kind, hit.key) == ("stake", "stake:G25 K12+300")
        assert (hit.lon, hit.lat) == pytest.approx((118.303, 33.9), abs=1e-6)
        assert hit.note is not None and hit.note.args == {"before": "G25 K12", "after": "G25 K13"}
    place = found.place("stake:G25 K12+300")
    assert place is not None and place.lon == pytest.approx(118.303)
    at_post = found.find("G25 K13", 1)[0]
    assert at_post.note is None and at_post.lon == pytest.approx(118.31)
    assert found.place("stake:G25 K20") is None, "posts 17 km apart say nothing of the way between"
    assert found.place("stake:G25 K31") is None and found.place("stake:S1 K1") is None


@pytest.mark.parametrize(
    "text", ["", "K12", "G25", "G25 12", "K12+300", "淮海路12号", "G25 K12+3000"]
)
def test_what_is_no_stake(text: str) -> None:
    assert parse_stake(text) is None


def test_coordinates_stand_first_and_say_how_they_were_taken(found: Gazetteer) -> None:
    hit = found.find("33.95 118.3", 5)[0]
    assert (hit.lon, hit.lat, hit.key) == (118.3, 33.95, "")
    assert hit.note is not None and hit.note.id == "maptool.typed_swapped"
    assert found.find("gcj02 118.305272,33.948", 5)[0].lon == pytest.approx(118.3, abs=0.002)


def test_a_lamp_of_another_datum_is_set_right(found: Gazetteer) -> None:
    place = found.place("lamp:0302-117")
    assert place is not None
    assert 118.2985 < place.lon < 118.3015, "GCJ-02 lies half a kilometre east there"


def test_a_table_that_does_not_say_its_datum_is_refused_and_said(found: Gazetteer) -> None:
    assert [fault.args["file"] for fault in found.faults] == ["guess.csv"]
    assert found.place("lamp:1") is None


def test_open_events_and_kept_views_are_found_too(found: Gazetteer) -> None:
    event = Event("e:1", "UE01", 1, 1, title="下穿积水", place="项王路", lon=118.2, lat=33.9)
    nowhere = Event("e:2", "UE01", 1, 1, title="下穿积水")
    events = {item.id: Sourced("x", 1, item) for item in (event, nowhere)}
    (hit,) = found.find("下穿积", 5, events=events)
    assert (hit.key, hit.lon) == ("event:e:1", 118.2)
    view = Bookmark("老城", "desk", "118.3,33.95", 13.0, "", "", "", 1, "1", "r")
    hits = found.find("老城", 5, bookmarks={"老城": view})
    assert (hits[0].key, hits[0].zoom) == ("bookmark:老城", 13.0)
    assert found.find("  ", 5, events=events) == []


def test_a_city_with_no_tables_still_finds_its_own(suqian: City) -> None:
    bare = gazetteer_of(suqian, {}, None)
    assert bare.faults == () and len(bare) > 4900
    assert Gazetteer([Place("lamp", "7", "七号", "", 1.0, 2.0)]).find("qihao", 1)[0].key == "lamp:7"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("路灯 12", ["QY-012", "XW-12"]),
        ("灯杆12号", ["QY-012", "XW-12"]),
        ("项王路灯杆 12", ["XW-12"]),
        ("路灯 QY-012", ["QY-012"]),
        ("灯杆 xw-12", ["XW-12"]),
        ("lamp 12", ["QY-012", "XW-12"]),
        ("路灯 120", ["QY-120"]),
        ("网格 12", ["320812-12"]),
    ],
)
def test_a_thing_is_found_by_its_number(text: str, codes: list[str]) -> None:
    places = Gazetteer(
        [
            Place("lamp", "QY-012", "清晏大道 12 号灯杆", "", 118.9, 33.5),
            Place("lamp", "QY-120", "清晏大道 120 号灯杆", "", 118.9, 33.6),
            Place("lamp", "XW-12", "项王路西灯杆", "", 118.8, 33.5),
            Place("grid", "320812-12", "望舒街道第12网格", "", 118.8, 33.5),
        ]
    )
    hits = places.find(text, 8)
    assert [hit.key.partition(":")[2] for hit in hits[: len(codes)]] == codes


def test_cameras_that_platforms_list_are_found_by_the_index_that_the_list_uses() -> None:
    cameras = [
        Camera("p:32130001", "沭阳路口东", "", "321302", 118.31, 33.95, address="沭阳路1号"),
        Camera("p:32130002", "沭阳路口西", "", "321302", 0.0, 0.0),
        Camera("p:32130003", "广场", "", "321302", 118.32, 33.96),
    ]
    known = CameraNames()
    places = Gazetteer(
        [
            Place("point", "1", "沭阳小学", "", 1.0, 2.0),
            Place("device", "2", "沭阳雨量", "", 1.0, 2.0),
        ],
        cameras=lambda: known,
    )
    assert [hit.key for hit in places.find("沭阳", 5)] == ["point:1", "device:2"]
    known = CameraNames(cameras)
    known.index.make()
    found = [hit.key for hit in places.find("shuyang", 5)]
    assert found == ["point:1", "camera:p:32130001", "device:2"]  # one has no place to fly to
    assert [hit.key for hit in places.find("32130003", 5)] == ["camera:p:32130003"]
    assert places.place("camera:p:32130003") == MapPlace(118.32, 33.96, 16.0)
    assert places.place("camera:p:32130002") is None
    assert places.find("沭阳", 5, kinds=("region",)) == []
