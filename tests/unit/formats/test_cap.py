"""CAP: real messages with their errors, chains in every order, places, colours, refusals."""

import itertools
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import FeedConfig, Limits
from app.core.model import AlarmKind, Level, Ms, Warning, WarningState, WarningStatus, World
from app.formats._base import BREATH, Made, Payload
from app.formats._cap_area import area, circle, middle, ring, thinned
from app.formats._cap_china import ChineseId, chinese_id
from app.formats._cap_message import Place, clean, moment, references
from app.formats.cap import Cap
from tests.helpers.ingesting import CATALOG

NOW = 1_795_003_200_000
CAPS = Path(__file__).parents[4] / "shared" / "data" / "feeds" / "cap"
SENT = {minute: f"2026-11-18T08:{minute:02}:00+08:00" for minute in range(60)}
BEGIN = 1_794_960_000_000
needs_samples = pytest.mark.skipif(not CAPS.is_dir(), reason="the shared samples are not here")


def reader(limits: Limits | None = None, **options: Any) -> Cap:
    config = FeedConfig(
        id="w", kind="file-drop", name_zh="预警", limits=limits or Limits(), format_options=options
    )
    return Cap(config, CATALOG, "Asia/Shanghai")


def info(
    headline: str = "淮安市气象台发布暴雨橙色预警信号",
    *,
    language: str = "zh-CN",
    severity: str = "Severe",
    more: str = "",
    area: str = "",
    times: str = "<expires>2026-11-18T20:00:00+08:00</expires>",
) -> str:
    return f"""<info><language>{language}</language><category>Met</category><event>暴雨</event>
        <urgency>Expected</urgency><severity>{severity}</severity><certainty>Very Likely</certainty>
        {times}<headline>{headline}</headline><description>预计
        12小时</description>{more}<area><areaDesc>淮安市</areaDesc>{area}</area></info>"""


def alert(
    identifier: str,
    minute: int = 0,
    kind: str = "Alert",
    refs: str = "",
    body: str | None = None,
    *,
    status: str = "Actual",
    scope: str = "Public",
    space: str = "urn:oasis:names:tc:emergency:cap:1.2",
) -> bytes:
    named = " ".join(f"jsqx,{one[0]},{SENT[int(one[1:])]}" for one in refs.split())
    inside = info() if body is None else body
    return f"""<?xml version="1.0" encoding="UTF-8"?><alert xmlns="{space}">
        <identifier>{identifier}</identifier><sender>jsqx</sender><sent>{SENT[minute]}</sent>
        <status>{status}</status><msgType>{kind}</msgType><scope>{scope}</scope>
        <references>{named}</references>{inside}</alert>""".encode()


def made(data: bytes, by: Cap | None = None, **how: Any) -> list[Made]:
    read = (by or reader()).read(Payload(data, NOW, **how))
    return [one for one in read if one is not BREATH]


def warnings(data: bytes, by: Cap | None = None) -> list[Warning]:
    return [one.record for one in made(data, by) if isinstance(one.record, Warning)]


def one(data: bytes, by: Cap | None = None) -> Warning:
    (found,) = warnings(data, by)
    return found


# ---- real messages


def sample(name: str) -> bytes:
    return (CAPS / name).read_bytes()


@needs_samples
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("noaa_errors.cap", "urgency"),
        ("invalid.cap", "scope"),
        ("no_optional_fields.cap", "info"),
    ],
)
def test_what_is_invalid_is_refused_and_the_next_is_read(name: str, field: str) -> None:
    by = reader()
    (refused,) = made(sample(name), by)
    assert (refused.record, refused.reason, refused.field) == (None, "missing", field)
    assert one(sample("thunderstorm.cap"), by).hazard == "SEVERE THUNDERSTORM"


@needs_samples
def test_a_thunderstorm_of_sacramento() -> None:
    found = one(sample("thunderstorm.cap"))
    assert found.id == "cap:KSTO@NWS.NOAA.GOV,KSTO1055887203"
    assert (found.kind, found.level, found.status) == (
        AlarmKind.ISSUED,
        Level.ORANGE,
        WarningStatus.ACTUAL,
    )
    assert (found.urgency, found.severity, found.certainty) == ("immediate", "severe", "observed")
    # 14:57 at -07:00 is 21:57 UTC; 2003-06-17T21:57Z is 1055887020 s
    assert (found.issued, found.expires) == (1_055_887_020_000, 1_055_890_800_000)
    ((polygon,),) = [item.polygons for item in found.areas]
    assert polygon[0] == (-120.14, 38.47) and len(polygon) == 5  # longitude first
    assert found.lon == pytest.approx(-119.93, abs=0.02)
    assert found.lat == pytest.approx(38.48, abs=0.02)
    assert found.areas[0].regions == ()  # SAME codes are none of ours


@needs_samples
def test_cap_1_1_in_latin_1_with_a_circle_of_no_width() -> None:
    found = one(sample("earthquake-iso8859-1.cap"))
    assert "Usulután" in found.title and found.level is Level.NONE
    assert len(found.id) <= 120
    found = one(sample("earthquake.cap"))
    assert found.areas[0].circles == ((-173.274, -16.053, 0.0),)
    assert (found.lon, found.lat) == (-173.274, -16.053)


@needs_samples
def test_an_all_clear_ends_both_warnings_that_it_names() -> None:
    found = one(sample("canada.cap"))
    assert found.id == "cap:cap@ec.gc.ca,2.49.0.1.124.a3f342a4.2012"
    assert found.state is WarningState.CANCELLED
    assert found.references == (
        "cap:cap@ec.gc.ca,2.49.0.1.124.a3f342a4.2012",
        "cap:cap@ec.gc.ca,2.49.0.1.124.60f31a3a.2012",
    )


@needs_samples
def test_an_update_is_called_after_the_first_message() -> None:
    found = one(sample("wcatwc-warning.cap"))
    assert (found.id, found.state) == ("cap:PAAQ,PAAQ-1-lqw6d6", WarningState.UPDATED)
    assert found.issued == 1_314_960_955_000  # 10:55:55Z, when the first was sent
    assert (found.level, found.observed) == (Level.RED, 1_314_963_410_000)


@needs_samples
def test_german_areas_and_a_signed_message() -> None:
    assert len(one(sample("dwd_Z_CAP_C_EDZW_20170223134450.xml")).areas) == 20
    assert one(sample("43b080713727.cap")).level is Level.ORANGE  # by its parameter


# ---- chains


def last(records: list[Warning]) -> dict[str, Warning]:
    """What the picture holds of each warning, by its rule: the newest of (observed, revision)."""
    held: dict[str, Warning] = {}
    for record in records:
        before = held.get(record.id)
        stamp = (record.observed, record.revision)
        if before is None or stamp > (before.observed, before.revision):
            held[record.id] = record
    return held


def open_ones(records: list[Warning]) -> list[str]:
    return [id_ for id_, one in last(records).items() if one.state is not WarningState.CANCELLED]


CHAIN = [alert("A"), alert("B", 5, "Update", "A0"), alert("C", 9, "Update", "B5")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_chain_is_one_card_in_any_order(order: tuple[int, ...]) -> None:
    by = reader()
    records = [found for index in order for found in warnings(CHAIN[index], by)]
    assert open_ones(records) == ["cap:jsqx,A"]
    newest = last(records)["cap:jsqx,A"]
    assert newest.observed == BEGIN + 9 * 60_000
    # Without A and B nothing tells that the chain began with A.
    assert newest.issued <= BEGIN + 5 * 60_000


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_cancellation_ends_the_card_in_any_order(order: tuple[int, ...]) -> None:
    by = reader()
    chain = [CHAIN[0], CHAIN[1], alert("D", 20, "Cancel", "A0 B5", "")]
    records = [found for index in order for found in warnings(chain[index], by)]
    assert open_ones(records) == []
    assert last(records)["cap:jsqx,A"].state is WarningState.CANCELLED


def test_a_cancellation_of_what_was_never_seen() -> None:
    ended = warnings(alert("D", 20, "Cancel", "A0 B5", ""))
    assert {one.id for one in ended} == {"cap:jsqx,A", "cap:jsqx,B"}
    assert all(one.state is WarningState.CANCELLED for one in ended)


def test_what_is_read_again_says_nothing_new() -> None:
    by = reader()
    chain = [*CHAIN, alert("D", 20, "Cancel", "C9", "")]
    first = [warnings(data, by)[-1] for data in chain][-1]
    again = [found for data in chain for found in warnings(data, by)][-1]
    assert (again.id, again.observed, again.revision) == (first.id, first.observed, first.revision)


def test_an_update_of_two_warnings_ends_the_second() -> None:
    by = reader()
    records = warnings(alert("A"), by) + warnings(alert("B", 1), by)
    records += warnings(alert("C", 5, "Update", "A0 B1"), by)
    assert open_ones(records) == ["cap:jsqx,A"]
    assert last(records)["cap:jsqx,B"].state is WarningState.CANCELLED
    records += warnings(alert("D", 9, "Cancel", "C5", ""), by)
    assert open_ones(records) == []


def test_a_message_that_came_early_moves_to_the_name_of_the_first() -> None:
    by = reader()
    records = warnings(alert("C", 9, "Update", "B5"), by)
    assert [one.id for one in records] == ["cap:jsqx,B"]
    records += warnings(alert("B", 5, "Update", "A0"), by)
    assert open_ones(records) == ["cap:jsqx,A"]
    assert last(records)["cap:jsqx,A"].observed == BEGIN + 9 * 60_000


# ---- after a restart


class Again:
    """A reader that is made anew before every message, from what the one before kept."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def read(self, data: bytes) -> list[Warning]:
        by = reader()
        by.recall(self.lines)
        by.keep = self.lines.append
        found = warnings(data, by)
        self.lines += by.news().splitlines()
        return found


def test_a_cancellation_that_names_only_the_one_before_ends_the_card_after_a_restart() -> None:
    again = Again()
    records = [found for data in CHAIN for found in again.read(data)]
    records += again.read(alert("D", 20, "Cancel", "C9", ""))
    assert open_ones(records) == []
    ended = last(records)
    assert list(ended) == ["cap:jsqx,A"]
    assert (
        ended["cap:jsqx,A"].title == "淮安市气象台发布暴雨橙色预警信号"
    )  # the cancel said nothing
    assert ended["cap:jsqx,A"].level is Level.ORANGE
    assert "预计".encode() not in b"".join(again.lines)  # its words are not for everybody


def test_a_message_is_kept_once_however_often_it_is_read() -> None:
    again = Again()
    for data in (*CHAIN, *CHAIN, *CHAIN):
        again.read(data)
    assert len(again.lines) == 3


def test_without_a_place_to_keep_nothing_is_gathered() -> None:
    by = reader()
    warnings(CHAIN[0], by)
    assert by.news() == b""


def test_lines_that_are_none_are_passed_over() -> None:
    again = Again()
    again.read(CHAIN[0])
    again.read(CHAIN[1])
    good = again.lines
    again.lines = [b"", b"{", b"[" * 100_000, b"\xff", good[0][:-20], *good, b'{"key":1}']
    (found,) = again.read(CHAIN[2])
    assert found.id == "cap:jsqx,A"


def bare(found: list[Warning]) -> list[Warning]:
    """Without the words that are not kept: they are not for everybody."""
    return [msgspec.structs.replace(one, place="", text="", instruction="") for one in found]


MESSAGES = st.lists(
    st.tuples(
        st.sampled_from("ABCDEF"),
        st.integers(0, 9),
        st.sampled_from(["Alert", "Update", "Cancel"]),
        st.lists(st.tuples(st.sampled_from("ABCDEF"), st.integers(0, 9)), max_size=3),
    ),
    max_size=8,
)


@given(MESSAGES)
def test_started_anew_before_every_message_it_says_what_it_would_have_said(
    messages: list[tuple[str, int, str, list[tuple[str, int]]]],
) -> None:
    by, again = reader(), Again()
    for identifier, minute, kind, named in messages:
        refs = " ".join(f"{name}{at}" for name, at in named)
        data = alert(identifier, minute, kind, refs)
        assert bare(again.read(data)) == bare(warnings(data, by))


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABCDEF"),
            st.integers(0, 9),
            st.lists(st.tuples(st.sampled_from("ABCDEF"), st.integers(0, 9)), max_size=3),
        ),
        max_size=8,
    )
)
def test_messages_that_name_each_other_in_circles_end(
    chain: list[tuple[str, int, list[tuple[str, int]]]],
) -> None:
    by = reader()
    for identifier, minute, named in chain:
        refs = " ".join(f"{name}{at}" for name, at in named)
        for found in made(alert(identifier, minute, "Update" if refs else "Alert", refs), by):
            assert (found.record is None) == bool(found.reason)


# ---- what it says


def test_the_axes_stand_beside_the_colour_and_the_title_gives_the_rest() -> None:
    found = one(alert("A"))
    assert (found.level, found.severity, found.certainty) == (Level.ORANGE, "severe", "likely")
    assert (found.hazard, found.issuer) == ("暴雨", "淮安市气象台")
    assert found.text == "预计\n12小时"
    assert found.expires == BEGIN + 12 * 3_600_000


@pytest.mark.parametrize(
    ("headline", "severity", "more", "level"),
    [
        ("淮安市气象台发布暴雨红色预警", "Minor", "", Level.RED),
        ("暴雨", "Extreme", "", Level.RED),
        ("暴雨", "Moderate", "", Level.YELLOW),
        ("暴雨", "Unknown", "", Level.NONE),
        ("暴雨", "Minor", "预警颜色=橙色", Level.ORANGE),
        ("暴雨", "Minor", "alertLevel=Ⅱ级/严重", Level.ORANGE),
        ("暴雨", "Extreme", "awareness_level=2; yellow; Moderate", Level.YELLOW),
        ("淮安市气象台发布暴雨红色预警", "Minor", "SeverityColor=Blue", Level.BLUE),
        ("暴雨", "Minor", "flag=red", Level.BLUE),
        ("暴雨", "Minor", "AREA_COLOR=255 255 0", Level.BLUE),
    ],
)
def test_a_colour_that_is_named_comes_before_the_severity(
    headline: str, severity: str, more: str, level: Level
) -> None:
    name, _, value = more.partition("=")
    said = f"<parameter><valueName>{name}</valueName><value>{value}</value></parameter>"
    body = info(headline, severity=severity, more=said if more else "")
    assert one(alert("A", body=body)).level is level


def test_the_best_language_speaks_and_the_gravest_of_it() -> None:
    body = info("Rainstorm", language="en-US", severity="Extreme") + info("淮安暴雨") + info("洪水")
    assert one(alert("A", body=body)).title == "淮安暴雨"
    assert one(alert("A", body=body), reader(languages=["en"])).title == "Rainstorm"
    assert one(alert("A", body=body), reader(languages=["fr"])).title == "Rainstorm"
    body = info("淮安暴雨", severity="Minor") + info("洪水", severity="Extreme", times="")
    found = one(alert("A", body=body))
    assert (found.title, found.level, len(found.areas)) == ("洪水", Level.RED, 2)
    assert found.expires == 0  # one of them has no end


@pytest.mark.parametrize("status", ["Exercise", "Test"])
def test_exercises_and_tests_are_of_the_world_of_drills(status: str) -> None:
    found = one(alert("A", status=status))
    assert (found.status.value, found.world) == (status.lower(), World.DRILL)


@pytest.mark.parametrize(
    ("how", "reason", "field"),
    [
        ({"status": "Draft"}, "cap_status", "status"),
        ({"status": "System"}, "cap_status", "status"),
        ({"status": "Serious"}, "cap_word", "status"),
        ({"kind": "Ack", "refs": "A0"}, "cap_receipt", "msgType"),
        ({"kind": "Error", "refs": "A0"}, "cap_receipt", "msgType"),
        ({"kind": "Cancel"}, "missing", "references"),
        ({"scope": "Private"}, "cap_private", "scope"),
        ({"body": ""}, "missing", "info"),
        ({"body": info(severity="Bad")}, "cap_word", "severity"),
        ({"space": "http://www.incident.com/cap/1.0"}, "cap_version", ""),
    ],
)
def test_what_is_no_warning_for_us_says_why(how: dict[str, Any], reason: str, field: str) -> None:
    (found,) = made(alert("A", **how))
    assert (found.record, found.reason, found.field) == (None, reason, field)


def test_a_message_for_a_closed_circle_keeps_its_words_off_public_screens() -> None:
    found = one(alert("A", scope="Restricted"))
    assert found.title == "暴雨" and "淮安市气象台" in found.text
    assert found.areas[0].name == ""
    assert one(alert("A", scope="Private"), reader(private=True)).title == "暴雨"


# ---- where


def test_codes_of_regions_and_what_holds_them() -> None:
    def code(name: str, value: str) -> str:
        return f"<geocode><valueName>{name}</valueName><value>{value}</value></geocode>"

    body = info(area=code("adcode", "320812") + code("FIPS6", "032013") + code("UGC", "NVC013"))
    found = one(alert("A", body=body))
    assert (found.areas[0].regions, found.region) == (("320812",), "320812")
    body = info(area=code("GB/T 2260", "320812") + code("行政区划代码", "320803"))
    assert one(alert("A", body=body)).region == "320800"
    body = info(area=code("adcode", "3208"))
    assert one(alert("A", body=body)).region == ""
    named = "32081200100000_20261118080000_1"
    assert one(alert(named)).region == "320812"


@pytest.mark.parametrize(
    ("code", "taken"),
    [("320812", True), ("320000", True), ("320800", True), ("321302", False), ("", True)],
)
def test_only_what_concerns_the_city_is_taken(code: str, taken: bool) -> None:
    place = f"<geocode><valueName>adcode</valueName><value>{code}</value></geocode>"
    by = reader(regions=["320800"])
    assert len(made(alert("A", body=info(area=place)), by)) == taken


def test_a_shape_that_is_none_is_told_of_and_the_warning_stays() -> None:
    shapes = "<polygon>33.1,119.1 33.2,119.2</polygon><circle>33.5,119.0 12.5</circle>"
    shapes += "<polygon>33.0,119.0 33.0,119.2 33.2,119.2, 33.0,119.0</polygon>"
    warning, flaw = made(alert("A", body=info(area=shapes)))
    assert isinstance(warning.record, Warning)
    assert warning.record.areas[0].circles == ((119.0, 33.5, 12.5),)
    assert (flaw.record, flaw.reason, flaw.field) == (None, "cap_shape", "polygon")


def test_a_ring_of_very_many_points_is_thinned_or_left_out() -> None:
    def ring_of(count: int) -> str:
        points = " ".join(f"33.{n % 10},119.{n:06}" for n in range(count))
        return f"<polygon>{points} 33.0,119.000000</polygon>"

    (found,) = made(alert("A", body=info(area=ring_of(30_000))))
    assert isinstance(found.record, Warning)
    assert 10_000 < len(found.record.areas[0].polygons[0]) < 20_000
    warning, flaw = made(alert("B", body=info(area=ring_of(60_000))))
    assert isinstance(warning.record, Warning) and not warning.record.areas[0].polygons
    assert (flaw.reason, flaw.field) == ("cap_too_much", "polygon")


def test_an_update_of_nothing_is_shown_and_told_of() -> None:
    warning, flaw = made(alert("B", 5, "Update"))
    assert isinstance(warning.record, Warning) and warning.record.id == "cap:jsqx,B"
    assert (flaw.reason, flaw.field) == ("missing", "references")


def test_a_time_that_cannot_be_read_is_told_of() -> None:
    body = info(times="<expires>2026-11-18 20:00:00</expires>")
    warning, flaw = made(alert("A", body=body))
    assert isinstance(warning.record, Warning) and warning.record.expires == 0
    assert (flaw.reason, flaw.field) == ("bad_time", "expires")


def test_the_middle_of_a_square_and_of_its_largest() -> None:
    square = ring("33,119 33,120 34,120 34,119 33,119")
    assert square is not None and square[0] == (119.0, 33.0)
    small = ring("10,10 10,10.1 10.1,10.1")
    assert small is not None and small[0] == small[-1]  # closed by us
    place = Place("x", ("33,119 33,120 34,120 34,119 33,119", "10,10 10,10.1 10.1,10.1"))
    assert middle([area(place, True, [])]) == pytest.approx((119.5, 33.5))
    assert middle([]) is None


@pytest.mark.parametrize(
    "text", ["", "33,119", "91,0 91,1 92,1", "nan,1 2,nan 3,3", "1,1 1,1 1,1", "a,b c,d e,f"]
)
def test_what_is_no_ring(text: str) -> None:
    assert ring(text) is None


@pytest.mark.parametrize("text", ["", "33,119", "33,119 -1", "33,119 nan", "33 119 1", "99,1 1"])
def test_what_is_no_circle(text: str) -> None:
    assert circle(text) is None


@given(st.integers(4, 200), st.integers(1, 50))
def test_a_thinned_ring_is_a_ring(count: int, step: int) -> None:
    found = tuple((float(n % 150), float(n % 80)) for n in range(count))
    closed = (*found, found[0])
    kept = thinned(closed, step)
    assert kept[0] == kept[-1] and 4 <= len(kept) <= len(closed)


# ---- words of the format


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-11-18T08:00:00+08:00", BEGIN),
        ("2026-11-18T00:00:00-00:00", BEGIN),
        ("2026-11-18T00:00:00Z", BEGIN),
        ("2026-11-18T08:00:00", 0),  # nothing says where
        ("2026-11-18", 0),
        ("2026-13-18T08:00:00+08:00", 0),
        ("9999-12-31T23:59:59+00:00", 0),
        ("0001-01-01T00:00:00+14:00", 0),
        ("２０２６-11-18T08:00:00+08:00", 0),
    ],
)
def test_times(text: str, ms: Ms) -> None:
    assert moment(text) == ms


def test_references_the_oldest_first() -> None:
    found = references("a,2,2026-11-18T09:00:00+08:00 b,x,y,2026-11-18T08:00:00+08:00 bad ,,")
    assert [item.key for item in found] == ["b,x,y", "a,2"]


def test_an_identifier_of_the_national_platform() -> None:
    text = "32080041600000_20261118080000_3"
    assert len(text) == 31
    assert chinese_id(text) == ChineseId("320800", "416", "000", "20261118080000")
    assert chinese_id(text + "1") is None


def test_text_is_stripped_of_what_could_deceive() -> None:
    assert clean("a\u202eb\x00c\x1b[1m  d", 100) == "abc[1m d"
    assert clean(" a \r\n  b ", 100, lines=True) == "a\nb"
    assert clean("x" * 50, 10) == "x" * 10


# ---- documents


def test_several_in_an_edxl_envelope_and_one_bad_among_them() -> None:
    inner = [alert("A"), alert("B", 1, status="Odd"), alert("C", 2)]
    bodies = [data.split(b"?>", 1)[1].decode() for data in inner]
    parts = "".join(
        f"<contentObject><xmlContent><embeddedXMLContent>{body}</embeddedXMLContent></xmlContent>"
        f"</contentObject>"
        for body in bodies
    )
    data = f'<EDXLDistribution xmlns="urn:oasis:names:tc:emergency:EDXL:DE:1.0">{parts}'
    found = made(f"{data}</EDXLDistribution>".encode())
    assert [item.reason for item in found] == ["", "cap_word", ""]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_xml"),
        (b"<html><body>no</body></html>", "no_records"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><alert/>', "xml_doctype"),
        (b"<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>", "not_xml"),
        (b"<alert/>", "missing"),
        (b"<feed xmlns='x'><alert/></feed>", "no_records"),
    ],
)
def test_documents_that_hold_no_warning(data: bytes, reason: str) -> None:
    (found,) = made(data)
    assert (found.record, found.reason) == (None, reason)


def test_an_oversized_document_is_not_looked_into() -> None:
    (found,) = made(alert("A"), reader(limits=Limits(max_bytes=100)))
    assert found.reason == "oversized"


def test_a_stream_is_cut_behind_each_message() -> None:
    prefixed = b"<c:alert xmlns:c='urn:oasis:names:tc:emergency:cap:1.2'></c:alert>"
    stream = bytearray(alert("A") + prefixed + alert("B")[:50])
    by = reader()
    frames = by.cut(stream)
    assert [len(frame) for frame in frames] == [len(alert("A")), len(prefixed)]
    assert bytes(stream) == alert("B")[:50]
    assert one(frames[0], by).id == "cap:jsqx,A"
