"""AIS: gpsd's decoded logs as known answers, and messages made by hand."""

import gzip
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyais import encode_dict

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.core.model import Position
from app.formats._ais_line import MAX_WAITING, Assembler, BadLine, checksum
from app.formats._base import BREATH, Made, Payload
from app.formats.ais import Ais

SHARED = Path(__file__).parents[3].parent / "shared" / "data/feeds/ais"
NOW = 1_795_003_200_000
SHIP = {"msg_type": 1, "mmsi": 413_000_001, "lon": 118.3, "lat": 33.96, "speed": 10.0}

with_samples = pytest.mark.skipif(not SHARED.exists(), reason="the shared samples are not here")


def ais(**options: Any) -> Ais:
    config = FeedConfig(id="f", kind="stream", name_zh="港口", format_options=options)
    return Ais(config, Catalog(), "Asia/Shanghai")


def read(format_: Ais, *lines: str | bytes, received: int = NOW) -> list[Made]:
    data = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
    return [one for one in format_.read(Payload(data, received)) if one is not BREATH]


def position(format_: Ais, *lines: str | bytes, received: int = NOW) -> Position:
    (made,) = read(format_, *lines, received=received)
    assert isinstance(made.record, Position), made
    return made.record


def sentences(**fields: Any) -> list[str]:
    return list(encode_dict(fields, talker_id="AI", radio_channel="A"))


def answers(name: str) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Every sentence of a checked log whose decoded message gpsd wrote on the next line."""
    lines = gzip.decompress((SHARED / f"{name}.chk.gz").read_bytes()).splitlines()
    for line, after in pairwise(lines):
        if line.startswith(b"!AIVDM") and after.startswith(b'{"class":"AIS"'):
            yield line, json.loads(after)


def expected(answer: dict[str, Any]) -> dict[str, Any] | None:
    """gpsd's unscaled fields (AIVDM/AIVDO protocol decoding, gpsd) in our units."""
    long_range = answer["type"] == 27
    lon = answer["lon"] / (600 if long_range else 600_000)
    lat = answer["lat"] / (600 if long_range else 600_000)
    if abs(lon) > 180 or abs(lat) > 90:
        return None
    knots = answer["speed"] if long_range else answer["speed"] / 10
    none = 63 if long_range else 102.3
    course = answer["course"] if long_range else answer["course"] / 10
    heading = answer.get("heading", 511)
    turned = heading if heading < 360 else course if course < 360 else None
    if heading == 360:
        turned = 0
    return {
        "id": f"mmsi:{answer['mmsi']:09d}",
        "lon": pytest.approx(lon, abs=1e-6),
        "lat": pytest.approx(lat, abs=1e-6),
        "speed": None if knots >= none else pytest.approx(knots * 1852 / 3600),
        "heading": None if turned is None else pytest.approx(turned),
    }


@with_samples
@pytest.mark.parametrize(("name", "positions"), [("ais-nmea.log", 144), ("ais-18-27.log", 138)])
def test_the_logs_equal_what_gpsd_decoded(name: str, positions: int) -> None:
    made = read(ais(check_tracks=False), (SHARED / name).read_bytes())
    ours = [one for one in made if one.reason in ("", "no_place")]
    moving = [item for item in answers(name) if item[1]["type"] in (1, 2, 3, 18, 27)]
    assert len(ours) == len(moving) == positions
    for one, (line, answer) in zip(ours, moving, strict=True):
        assert one.sample == line
        wanted = expected(answer)
        if wanted is None:
            assert one.reason == "no_place"
            continue
        assert isinstance(one.record, Position)
        for field, value in wanted.items():
            assert getattr(one.record, field) == value, (line, field)


@with_samples
def test_the_ships_have_the_names_that_gpsd_read() -> None:
    format_ = ais(check_tracks=False)
    read(format_, (SHARED / "ais-nmea.log").read_bytes())
    named = {
        item["mmsi"]: item["shipname"] for _, item in answers("ais-nmea.log") if "shipname" in item
    }
    assert len(named) > 10
    for mmsi, name in named.items():
        later = position(format_, *sentences(**{**SHIP, "mmsi": mmsi}))
        assert later.name == name
    assert (
        position(format_, *sentences(**{**SHIP, "mmsi": 371_255_000})).kind == "ship"
    )  # 90: other
    assert position(format_, *sentences(**{**SHIP, "mmsi": 211_736_530})).kind == "pleasure"


@with_samples
def test_a_log_in_which_parts_are_missing_goes_on() -> None:
    made = read(ais(check_tracks=False), (SHARED / "pyais_nmea_data_sample.txt").read_bytes())
    reasons = [one.reason for one in made]
    assert reasons.count("") == 764
    assert {*reasons} == {"", "no_place", "parts_missing"}


def test_a_ship_by_hand() -> None:
    it = position(ais(), *sentences(**SHIP, course=90.5, heading=88, status=0))
    assert (it.id, it.layer, it.kind, it.name) == ("mmsi:413000001", "ais", "ship", "")
    assert (it.lon, it.lat) == (pytest.approx(118.3), pytest.approx(33.96))
    assert it.speed == pytest.approx(5.1444, abs=1e-4)  # 10 kn
    assert (it.heading, it.observed, it.suspect) == (88, NOW, "")


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"speed": 102.3}, "speed", None),
        ({"heading": 511, "course": 45.0}, "heading", 45.0),
        ({"heading": 511, "course": 360.0}, "heading", None),
        ({"msg_type": 9, "alt": 4095}, "altitude", None),
        ({"msg_type": 9, "alt": 300}, "altitude", 300.0),
        ({"msg_type": 9}, "kind", "sar_aircraft"),
        ({"msg_type": 4}, "kind", "base_station"),
        ({"msg_type": 4}, "speed", None),
        ({"msg_type": 21, "name": "BUOY 7"}, "name", "BUOY 7"),
        ({"msg_type": 21, "name": "BUOY 7"}, "kind", "aid"),
        ({"mmsi": 970_123_456}, "kind", "sart"),
        ({"mmsi": 1234}, "id", "mmsi:000001234"),
    ],
)
def test_what_is_not_available_is_none(fields: dict[str, Any], field: str, value: Any) -> None:
    it = position(ais(), *sentences(**{**SHIP, "heading": 511, "course": 360.0, **fields}))
    assert getattr(it, field) == value


def test_a_position_that_is_not_available_is_refused() -> None:
    (made,) = read(ais(), *sentences(**{**SHIP, "lon": 181.0, "lat": 91.0}))
    assert made.reason == "no_place"


@pytest.mark.parametrize(
    ("code", "kind"), [(30, "fishing"), (52, "tug"), (55, "police"), (70, "cargo"), (89, "tanker")]
)
def test_a_ship_is_named_before_and_after_its_parts_come_apart(code: int, kind: str) -> None:
    format_ = ais()
    static = {"msg_type": 5, "mmsi": SHIP["mmsi"], "shipname": "HUAI AN 66", "ship_type": code}
    first, second = sentences(**static)
    assert read(format_, first) == []
    assert read(format_, second) == []
    it = position(format_, *sentences(**SHIP))
    assert (it.name, it.kind) == ("HUAI AN 66", kind)


def test_the_time_is_that_of_the_tag_block_or_of_the_end_of_the_line() -> None:
    (sentence,) = sentences(**SHIP)
    block = b"s:station,c:1795000000"
    tagged = b"\\%s*%02X\\%s" % (block, checksum(block), sentence.encode())
    assert position(ais(), tagged).observed == 1_795_000_000_000
    wrong = b"\\%s*00\\%s" % (block, sentence.encode())
    assert position(ais(), wrong).observed == NOW  # its sum is wrong: it says nothing
    assert position(ais(), sentence + ",rMIDX,1795000001").observed == 1_795_000_001_000


def test_a_wrong_sum_and_what_is_no_ais_are_refused_and_other_instruments_passed_over() -> None:
    (sentence,) = sentences(**SHIP)
    made = read(ais(), sentence[:-2] + "00", "hello", "$GPGLL,1,N,2,E*00", "# note", "", sentence)
    assert [one.reason for one in made] == ["checksum", "not_ais", ""]
    assert made[-1].number == 6


def test_a_jump_is_marked() -> None:
    format_ = ais()
    position(format_, *sentences(**SHIP))
    there = {**SHIP, "lon": 120.0}
    assert position(format_, *sentences(**there), received=NOW + 60_000).suspect == "jump"
    assert position(ais(check_tracks=False), *sentences(**there)).suspect == ""


def streamed(kind: str, body: dict[str, Any], **meta: Any) -> str:
    meta = {"MMSI": 413000001, "ShipName": "HUAI AN 66          ", **meta}
    return json.dumps({"MessageType": kind, "MetaData": meta, "Message": {kind: body}})


def test_messages_of_aisstream() -> None:
    body = {"UserID": 413000001, "Longitude": 118.3, "Latitude": 33.96, "Sog": 10, "Cog": 90.0}
    format_ = ais()
    when = {"time_utc": "2026-11-18 12:00:00.318353 +0000 UTC"}
    it = position(format_, streamed("PositionReport", {**body, "TrueHeading": 511}, **when))
    assert (it.id, it.name, it.heading) == ("mmsi:413000001", "HUAI AN 66", 90.0)
    assert it.observed == 1_795_003_200_318  # 2026-11-18T12:00:00.318Z
    assert it.speed == pytest.approx(5.1444, abs=1e-4)
    static = {"UserID": 413000001, "Type": 82, "Name": "NEW NAME"}
    assert read(format_, streamed("ShipStaticData", static)) == []
    it = position(format_, streamed("StandardClassBPositionReport", body, ShipName=""))
    assert (it.name, it.kind) == ("NEW NAME", "tanker")
    halves = {"UserID": 9, "ReportA": {"Name": "SMALL"}, "ReportB": {"ShipType": 37}}
    assert read(format_, streamed("StaticDataReport", halves)) == []
    it = position(format_, streamed("PositionReport", {**body, "UserID": 9}, ShipName=""))
    assert (it.name, it.kind) == ("SMALL", "pleasure")
    assert read(format_, streamed("SafetyBroadcastMessage", {"UserID": 9})) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"error": "Api Key Is Not Valid"}', "not_json"),
        ("{", "not_json"),
        (streamed("PositionReport", {"UserID": "x"}), "wrong_type"),
        (streamed("PositionReport", {"UserID": 0}), "bad_identity"),
        ('{"MessageType": "PositionReport", "Message": {}}', "missing"),
        (streamed("PositionReport", {"UserID": 9, "Longitude": 1e308, "Latitude": 1}), "no_place"),
    ],
)
def test_what_is_wrong_in_json_is_named(line: str, reason: str) -> None:
    (made,) = read(ais(), line)
    assert made.reason == reason


def test_parts_that_never_come_are_bounded() -> None:
    parts = Assembler()
    body = "AIVDM,2,1,{},{},53aGEvp000010;S3KH0,0"
    for number in range(MAX_WAITING * 2):
        inside = body.format(number % 10, chr(65 + number // 10 % 26) + chr(65 + number // 260))
        parts.take(b"!%s*%02X" % (inside.encode(), checksum(inside.encode())), NOW)
    assert len(parts._waiting) == MAX_WAITING
    assert parts.lost == MAX_WAITING
    assert parts.take(b"", NOW) is None


@given(st.binary(max_size=200))
def test_any_line_is_taken_or_refused(line: bytes) -> None:
    try:
        Assembler().take(line, NOW)
    except BadLine as error:
        assert str(error) in ("oversized", "not_ais", "checksum")


@given(st.text(alphabet=st.characters(min_codepoint=48, max_codepoint=119), max_size=70))
def test_any_payload_with_a_right_sum_gives_a_record_or_a_reason(payload: str) -> None:
    inside = f"AIVDM,1,1,,A,{payload},0".encode()
    for made in read(ais(), b"!%s*%02X" % (inside, checksum(inside))):
        assert (made.record is None) == bool(made.reason)
