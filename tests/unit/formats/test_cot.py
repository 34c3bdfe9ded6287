"""Cursor on Target: node-CoT's fixtures, and messages made by hand as XML and as protobuf."""

import json
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from takproto import TAKProtoVer, xml2proto

from app.config import FeedConfig, Limits
from app.core.catalog import Catalog
from app.core.model import DeviceStatus, Event, EventStatus, Position, Urgency, World
from app.formats._base import BREATH, Made, Payload
from app.formats._cot_event import without_credentials
from app.formats._cot_frame import cut, framed, message_of
from app.formats.cot import CursorOnTarget, kind_of

SHARED = Path(__file__).parents[3].parent / "shared" / "data/feeds/cot"
NOW = 1_795_003_200_000  # 2026-11-18T12:00:00Z

with_samples = pytest.mark.skipif(not SHARED.exists(), reason="the shared samples are not here")


def cot(max_bytes: int = 100_000, **options: Any) -> CursorOnTarget:
    limits = Limits(max_bytes=max_bytes)
    config = FeedConfig(
        id="f", kind="stream", name_zh="外勤", format_options=options, limits=limits
    )
    return CursorOnTarget(config, Catalog(), "Asia/Shanghai")


def xml(
    detail: str = "",
    *,
    lon: float = 118.3,
    lat: float = 33.96,
    hae: str = "9999999.0",
    **attributes: str,
) -> bytes:
    given = {
        "version": "2.0",
        "uid": "ANDROID-1",
        "type": "a-f-G-U-C",
        "how": "m-g",
        "time": "2026-11-18T12:00:00.000Z",
        "start": "2026-11-18T12:00:00.000Z",
        "stale": "2026-11-18T12:05:00.000Z",
        **attributes,
    }
    head = " ".join(f"{name}={quoteattr(value)}" for name, value in given.items())
    point = f'<point lat="{lat}" lon="{lon}" hae="{hae}" ce="9999999.0" le="9999999.0"/>'
    return f"<event {head}>{point}<detail>{detail}</detail></event>".encode()


def proto(document: bytes, version: TAKProtoVer = TAKProtoVer.STREAM) -> bytes:
    return bytes(xml2proto(document.decode(), version))


def read(format_: CursorOnTarget, *frames: bytes) -> list[Made]:
    return [one for data in frames for one in format_.read(Payload(data, NOW)) if one is not BREATH]


def position(format_: CursorOnTarget, frame: bytes) -> Position:
    record = read(format_, frame)[0].record
    assert isinstance(record, Position)
    return record


UNIT = (
    '<contact callsign="消防3号" endpoint="*:-1:stcp"/><__group name="Cyan" role="Team Member"/>'
    '<status battery="85"/><track speed="4.5" course="270.0"/>'
)


@pytest.mark.parametrize("form", ["xml", "stream", "mesh"])
def test_a_unit_by_hand(form: str) -> None:
    document = xml(UNIT, hae="21.5")
    frame = {
        "xml": document,
        "stream": proto(document),
        "mesh": proto(document, TAKProtoVer.MESH),
    }[form]
    made = read(cot(), frame)
    assert [one.record for one in made] == [
        Position(
            "tak:ANDROID-1",
            "tak",
            118.3,
            33.96,
            NOW,
            heading=270.0,
            speed=4.5,
            name="消防3号",
            kind="unit",
            altitude=21.5,
            expires=NOW + 300_000,
        ),
        DeviceStatus("tak:ANDROID-1", NOW, made[1].record.state, battery=0.85),  # type: ignore[union-attr]
    ]
    assert made[1].record.state == "online"  # type: ignore[union-attr]


@pytest.mark.parametrize("form", ["xml", "proto"])
def test_what_is_unknown_is_none_and_stale_is_when_it_ends(form: str) -> None:
    document = xml(stale="2026-11-18T11:59:00.000Z")
    it = position(cot(), document if form == "xml" else proto(document))
    assert (it.altitude, it.heading, it.speed, it.name, it.video) == (None, None, None, "", "")
    assert it.expires == NOW - 60_000  # taken, and over


def test_a_battery_is_told_of_when_it_changes() -> None:
    format_ = cot()
    kinds = [
        [type(one.record).__name__ for one in read(format_, xml(f'<status battery="{share}"/>'))]
        for share in (85, 85, 84, 200)
    ]
    assert kinds == [
        ["Position", "DeviceStatus"],
        ["Position"],
        ["Position", "DeviceStatus"],
        ["Position"],
    ]


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("a-f-G-U-C", "unit"),
        ("a-f-G-E-V-C", "vehicle"),
        ("a-f-A-M-H-Q", "drone"),
        ("a-n-A-C-H", "helicopter"),
        ("a-f-A-M-F-Q-r", "drone"),
        ("a-u-S", "vessel"),
        ("a-h-G", "hostile"),
        ("b-m-p-s-m", "marker"),
        ("b-m-p-s-p-loc", "sensor"),
        ("t-x-c-t", ""),
        ("t-x-takp-v", ""),
        ("b-t-f", ""),
        ("u-d-f", ""),
        ("a-f-GX", ""),
        ("", ""),
    ],
)
def test_types(type_: str, kind: str) -> None:
    assert kind_of(type_) == kind
    made = read(cot(), xml(type=type_))
    assert [one.record.kind for one in made if isinstance(one.record, Position)] == (
        [kind] if kind else []
    )


def test_an_emergency_begins_once_and_is_closed() -> None:
    format_ = cot()
    caller = '<contact callsign="消防3号"/>'
    alert = caller + '<emergency type="911 Alert">消防3号</emergency>'
    first = read(format_, xml(alert, type="b-a-o-tbl", uid="ANDROID-1-9-1-1"))[0].record
    assert first == Event(
        "tak:ANDROID-1-9-1-1",
        "emergency",
        NOW,
        NOW,
        urgency=Urgency.URGENT,
        title="911 Alert 消防3号",
        lon=118.3,
        lat=33.96,
    )
    later = dict.fromkeys(("time", "start"), "2026-11-18T12:01:00.000Z")
    again = read(format_, xml(alert, type="b-a-o-tbl", uid="ANDROID-1-9-1-1", **later))[0].record
    assert isinstance(again, Event)
    assert (again.occurred, again.observed) == (NOW, NOW + 60_000)
    over = caller + '<emergency cancel="true">消防3号</emergency>'
    closed = read(format_, xml(over, type="b-a-o-can", uid="ANDROID-1-9-1-1", **later))[0].record
    assert isinstance(closed, Event)
    assert (closed.id, closed.status, closed.occurred) == (
        "tak:ANDROID-1-9-1-1",
        EventStatus.CLOSED,
        NOW,
    )


def test_an_exercise_is_of_the_world_of_drills() -> None:
    assert position(cot(), xml(opex="e-autumn")).world is World.DRILL
    assert position(cot(), xml(opex="s-")).world is World.DRILL
    assert position(cot(), xml(opex="o-")).world is None


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("rtsp://u:p@10.1.2.3:554/live?token=1&ch=2", "rtsp://10.1.2.3:554/live?ch=2"),
        ("https://cam.example/v.m3u8?Signature=x", "https://cam.example/v.m3u8"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("rtsp://[broken", ""),
        ("rtsp://host/" + "a" * 400, ""),
    ],
)
def test_an_address_of_a_picture_has_no_credential(url: str, clean: str) -> None:
    assert without_credentials(url) == clean
    assert position(cot(), xml(f"<__video url={quoteattr(url)}/>")).video == clean


@pytest.mark.parametrize("form", ["xml", "proto"])
def test_a_picture_stated_in_parts(form: str) -> None:
    entry = 'protocol="rtsp" address="u:p@10.1.2.3" port="8554" path="/uav"'
    document = xml(f"<__video><ConnectionEntry {entry}/></__video>")
    frame = document if form == "xml" else proto(document)
    assert position(cot(), frame).video == "rtsp://10.1.2.3:8554/uav"


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (xml(lat=91.0), "no_place"),
        (xml(lon=float("nan")), "no_place"),
        (xml(time="yesterday"), "bad_time"),
        (xml(time="2026-11-18T12:00:00"), "bad_time"),
        (xml(uid=""), "bad_identity"),
        (xml(uid="x" * 200), "bad_identity"),
        (b"<event/>", "not_cot"),
        (b"<other></other>", "not_cot"),
        (b"<event", "not_xml"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><event>&a;</event>', "xml_doctype"),
        (b"\xbf\x05abc", "not_cot"),
        (b"\xbf\x03\xff\xff\xff", "not_cot"),
        (b"hello", "not_xml"),
        (b"\xbf", "not_cot"),
        (b"", "not_xml"),
    ],
)
def test_what_cannot_be_used_is_named(frame: bytes, reason: str) -> None:
    assert [one.reason for one in read(cot(), frame)] == [reason]


def test_many_events_of_a_file_and_what_is_too_large() -> None:
    events = b"<?xml version='1.0'?>\n" + xml(uid="a") + b"\n" + xml(uid="b") + b"<event"
    made = read(cot(), events)
    assert [one.reason for one in made] == ["", "", "not_xml"]
    assert [one.reason for one in read(cot(100), events)] == ["oversized"]


def test_a_jump_is_marked() -> None:
    format_ = cot()
    assert position(format_, xml()).suspect == ""
    later = xml(lon=120.0, time="2026-11-18T12:00:30.000Z")
    assert position(format_, later).suspect == "jump"
    assert position(format_, xml(lon=0.0, lat=0.0, uid="no-fix")).suspect == "zero_place"


def test_a_mixed_stream_is_cut_wherever_it_breaks() -> None:
    document = xml(UNIT)
    frames = [document, proto(document), b"<?xml version='1.0'?>" + document, proto(document)]
    stream = b"\n".join(frames) + b"\n<event half"
    for size in (1, 7, 4096):
        buffer, got = bytearray(), []
        for start in range(0, len(stream), size):
            buffer += stream[start : start + size]
            got += cut(buffer, 100_000)
        assert got == frames
        assert buffer == b"<event half"


def test_an_impossible_length_does_not_stop_the_stream() -> None:
    document = xml()
    buffer = bytearray(b"\xbf\xff\xff\xff\xff\x7f" + document + b"garbage" + framed(b"abc"))
    frames = cut(buffer, 1000)
    assert document in frames
    assert framed(b"abc") in frames
    assert not buffer


@given(st.binary(max_size=1000))
def test_a_frame_is_what_was_framed(message: bytes) -> None:
    assert message_of(framed(message)) == (True, message)
    buffer = bytearray(framed(message))
    assert cut(buffer, 10_000) == [framed(message)]


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_no_byte_is_invented_and_the_cut_always_ends(parts: list[bytes]) -> None:
    buffer, taken = bytearray(), 0
    for part in parts:
        buffer += part
        taken += sum(map(len, cut(buffer, 30)))
    assert taken + len(buffer) <= sum(map(len, parts))


FIXTURES = ("basic", "b-m-p-s-m", "links", "metadata", "milsym", "archived")


@with_samples
@pytest.mark.parametrize("name", FIXTURES)
@pytest.mark.parametrize("form", ["xml", "proto"])
def test_the_fixtures_of_node_cot(name: str, form: str) -> None:
    feature = json.loads((SHARED / f"{name}.geojson").read_text("utf-8"))
    properties = feature["properties"]
    lon, lat, height = properties["center"]
    document = xml(
        f"<contact callsign={quoteattr(properties['callsign'])}/>",
        lon=lon,
        lat=lat,
        hae=str(height),
        uid=feature["id"],
        **{name: properties[name] for name in ("type", "how", "time", "start", "stale")},
    )
    it = position(cot(), document if form == "xml" else proto(document))
    assert (it.lon, it.lat, it.altitude) == (lon, lat, height)
    assert (it.id, it.name) == (f"tak:{feature['id']}", properties["callsign"])
    assert it.observed == it.expires == 1_691_162_263_649  # 2023-08-04T15:17:43.649Z


@with_samples
def test_a_camera_of_atak_is_shown_without_its_password() -> None:
    package = zipfile.ZipFile(SHARED / "CameraCOTs.zip")
    (name,) = [name for name in package.namelist() if name.endswith(".cot")]
    (made,) = read(cot(), package.read(name))
    it = made.record
    assert isinstance(it, Position)
    assert (it.lon, it.lat, it.altitude) == (-107.312862, 38.0351828, 2624.647)
    assert (it.name, it.kind) == ("Lake City", "sensor")
    assert it.video == "http://184.159.53.0:37779/cgi-bin/mjpg/video.cgi?channel=0&subtype=1"
    assert it.observed == 1_700_081_296_067  # 2023-11-15T20:48:16.067Z
