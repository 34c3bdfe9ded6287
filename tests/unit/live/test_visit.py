"""The veil: which matters visitors see, and how they are told; a red one always is."""

import msgspec
import pytest

from app.catalogue.faults import CityFaults
from app.city import load_city
from app.core.catalog import Catalog, Quantity
from app.core.model import (
    AlarmKind,
    DeviceState,
    DeviceStatus,
    Event,
    EventStatus,
    Level,
    Reading,
    Sourced,
    Warning,
    World,
)
from app.core.privacy import Privacy
from app.core.visit import VisitRules
from app.live.briefing import Briefing
from app.live.camera_alarms import TYPE as VIDEO_ALARM
from app.live.fact import Fact
from app.live.picture import Picture
from app.live.visit import Veil, Visit
from tests.helpers.small_city import write_small_city

NOW = 1_784_268_202_000
RULES = VisitRules(
    hidden_events=("NP*", "GR0301"),
    hidden_models=("elderly",),
    hidden_cameras=("cam:1",),
    hidden_indicators=("crime.*",),
)


def quantity(code, secrecy=Privacy.PUBLIC):
    return Quantity(code, code, code, "件", 60_000, secrecy=secrecy)


@pytest.fixture
def picture():
    made = Picture({}, World.DEMO)
    for number, (type_, status) in enumerate(
        [("NP0101", EventStatus.NEW), ("NP0102", EventStatus.CLOSED), ("HL0101", EventStatus.NEW)]
    ):
        event = Event(
            f"e{number}", type_, NOW, NOW, status,
            title="健康西路88号机动车违停，联系人张三 13812345678", place="健康西路88号",
            reporter="张三",
        )  # fmt: skip
        made.apply_records([Sourced("hotline", NOW, event)])
    for id_, level, model in (
        ("w0", Level.ORANGE, "elderly"),
        ("w1", Level.RED, "elderly"),
        ("w2", Level.ORANGE, ""),
    ):
        warning = Warning(
            id_, AlarmKind.HINT, level, "水渡口社区3号楼独居老人异常", NOW, NOW,
            model=model, place="水渡口社区3号楼", evidence="李女士两日未出门",
        )  # fmt: skip
        made.apply_records([Sourced("model", NOW, warning)])
    for id_ in ("cam:1", "cam:2"):
        made.apply_records([Sourced("video", NOW, DeviceStatus(id_, NOW, DeviceState.ONLINE))])
    for code in ("crime.theft", "duty.names", "water.level"):
        key = f"reading/{code}/320800"
        made.apply_readings("a", NOW, [(key, Reading(key=key, value=1.0, observed=NOW))])
    return made


@pytest.fixture
def veil(picture):
    quantities = {
        "crime.theft": quantity("crime.theft"),
        "duty.names": quantity("duty.names", Privacy.INTERNAL),
        "water.level": quantity("water.level"),
    }
    return Veil(picture, Catalog(quantities=quantities, visit=RULES))


def test_events_of_hidden_kinds_are_not_there_and_are_counted(veil, picture):
    assert list(veil.picture.events) == ["e2"]
    assert len(veil.picture.events) == 1
    assert "e0" not in veil.picture.events
    assert veil.hidden_events == 1, "the closed one is not open"
    assert len(picture.events) == 3


def test_an_alarm_of_a_hidden_camera_is_not_there(veil, picture):
    hidden, seen = (Event(f"cam:{n}/7", VIDEO_ALARM, NOW, NOW) for n in (1, 2))
    assert veil.hides_camera("cam:1") and not veil.hides_camera("cam:2")
    picture.apply_records([Sourced("cam", NOW, hidden), Sourced("cam", NOW, seen)])
    assert set(veil.picture.events) == {"e2", "cam:2/7"}
    assert veil.hidden_events == 2


def test_an_event_is_told_without_its_persons(veil):
    event = veil.picture.events["e2"].record
    assert event.title == "健康西路机动车违停，联系人＊＊＊ ＊＊＊"
    assert (event.place, event.reporter) == ("健康西路", "")


def test_a_red_hint_is_shown_and_told_without_its_persons(veil):
    assert list(veil.picture.warnings) == ["w1", "w2"]
    warning = veil.picture.warnings["w1"].record
    assert warning.title == "水渡口社区独居老人异常"
    assert warning.evidence == "＊＊＊女士两日未出门"
    assert warning.level is Level.RED


def test_listed_cameras_and_indicators_are_not_there(veil):
    assert list(veil.picture.devices) == ["cam:2"]
    assert list(veil.picture.readings) == ["reading/water.level/320800"]
    assert veil.picture.readings.get("reading/duty.names/320800") is None


def test_a_newer_state_of_a_matter_is_told_anew(veil, picture):
    before = veil.picture.warnings["w2"]
    assert veil.picture.warnings["w2"] is before
    newer = msgspec.structs.replace(
        picture.warnings["w2"].record, title="王先生求助", observed=NOW + 1
    )
    picture.apply_records([Sourced("model", NOW, newer)])
    assert veil.picture.warnings["w2"].record.title == "＊＊＊先生求助"


def test_facts_about_warnings_are_told_the_same_way(veil, picture):
    picture.briefing = Briefing()
    w0, w1 = (
        Fact(f"warning:{id_}", NOW, (), warning=picture.warnings[id_].record)
        for id_ in ("w0", "w1")
    )
    picture.briefing.facts = (w0, w1, Fact("index:x", NOW, ()))
    facts = veil.picture.briefing.facts
    assert [fact.id for fact in facts] == ["warning:w1", "index:x"]
    assert facts[0].warning.title == "水渡口社区独居老人异常"


def test_what_is_not_hidden_is_the_pictures_own(veil, picture):
    assert veil.picture.feeds is picture.feeds
    assert veil.picture.world is World.DEMO


@pytest.mark.parametrize(
    ("everywhere", "covered"), [(False, ["hall", "cockpit"]), (True, ["hall", "cockpit", "desk"])]
)
def test_which_windows_visitors_see(everywhere, covered):
    visit = Visit(NOW, "0001", everywhere)
    assert [kind for kind in ("hall", "cockpit", "desk") if visit.covers(kind)] == covered


def test_a_citys_list_names_what_there_is(tmp_path):
    folder = write_small_city(tmp_path / "small")
    (folder / "visit.toml").write_text('# visitors\nhidden_indicators = ["no.such.*"]\n')
    with pytest.raises(CityFaults) as caught:
        load_city(folder)
    args = caught.value.faults[0].args
    assert (args["file"], args["line"], args["column"]) == ("visit.toml", 2, "hidden_indicators")


def test_cameras_are_listed_by_their_points():
    visit = load_city("huaian").catalog.visit
    cameras = {item.id: item.point for item in load_city("huaian").cameras}
    assert len(visit.hidden_cameras) == 98
    assert all("school" in cameras[id_] for id_ in visit.hidden_cameras)
