"""SL 651: published frames of three makers, series, signs, status bits, garbage on the line."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import ConfigError, FeedConfig
from app.core.catalog import Catalog, Quantity
from app.core.model import DeviceState, DeviceStatus, Ms, Reading, Record
from app.formats import _crc, _sl651_frame
from app.formats._base import Made, Payload
from app.formats.sl651 import Sl651

NOW = 1_795_003_200_000  # 2026-11-18T12:00:00Z, 20:00 in Beijing
MINUTE = 60_000
HOUR = 60 * MINUTE
TEST_REPORT = bytes.fromhex(
    "7E7E010012345678123430002B020003591011154947F1F1001234567848F0F059101115492019000005261900"
    "0005392300000127381211150320FA"
)
"""Explained with it: rain now 0.5 mm and in all 0.5 mm, river level 0.127 m, 11.15 V."""
TIMED_REPORT = bytes.fromhex(
    "7E7E05001122334403E832002B020034170718110016F1F1001122334448F0F017071811002019000040261900"
    "00403923000104903812109903A421"
)
"""4 mm, 4 mm, 10.490 m, 10.99 V; observed 2017-07-18 11:00."""
RESERVOIR = bytes.fromhex(
    "7E7E2500418D23370000320030020C06230601010314F1F100418D23374BF0F0230601010020190000003B2300"
    "0378652219000000261900000038121285035AC6"
)
"""37.865 m above the dam at 2023-06-01 01:00, 12.85 V; an address with a hexadecimal digit."""
MISSING = bytes.fromhex(
    "7E7E0100102200010000320032021658220628090851F1F100102200014BF0F02206280908391A051300FF012A"
    "FFFFFFFFFF4520000004003812FFFFFF0208FF03CAE6"
)
"""513.00 m; a maker's own elements, the status word 00000400, and a voltage of all FF."""
EVEN = bytes.fromhex(
    "7E7E011000000006000031004E022F7E221205110019F1F1100000000648F0F022120510050418000005392300"
    "02896000028960000289600002896000028960000289600002896000028960000289600002896000028960000"
    "28960035B94"
)
"""A uniform report: twelve levels of 28.960 m from 10:05 to 11:00."""
HOURLY = bytes.fromhex(
    "7E7E100012345678123434003A020003140612020000F1F1001234567848F0F01406120200F55C0AAA0AAAFFFF"
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF391A0027303812129003ADF7"
)
"""An hour's report whose series says 11 bytes and has 24: 27.30 m twice, ten times nothing."""
SIGN_OF_LIFE = bytes.fromhex("7E7E01001234567812342F0008020003591011155111036BCA")
CONFIRMED = bytes.fromhex("7E7E00112233440503E83280080200341707181100161BE5D4")
PUBLISHED = [TEST_REPORT, TIMED_REPORT, RESERVOIR, MISSING, EVEN, HOURLY, SIGN_OF_LIFE, CONFIRMED]


def quantity(code: str, unit: str) -> Quantity:
    return Quantity(code=code, name_zh=code, name_en=code, unit=unit, period_ms=HOUR)


CATALOG = Catalog(
    quantities={
        item.code: item
        for item in (
            quantity("level", "m"),
            quantity("level_cm", "cm"),
            quantity("rain", "mm"),
            quantity("flow", "m³/s"),
        )
    }
)
STATIONS = {
    number: {"region": "320812", "name": "a"}
    for number in ("12345678", "0011223344", "00418D2337", "10220001", "1000000006")
}
ELEMENTS = {
    "39": {"code": "level"},
    "ZU": {"code": "level"},
    "20": {"code": "rain"},
    "PN05": {"code": "rain"},
    "F4": {"code": "rain"},
    "DRZ1": {"code": "level_cm"},
}
KEY = "reading/level/320812/a"


def stations(**options: Any) -> Sl651:
    table: dict[str, Any] = {"stations": STATIONS, "elements": ELEMENTS}
    config = FeedConfig(id="x", kind="mqtt", name_zh="试", format_options=table | options)
    return Sl651(config, CATALOG, "Asia/Shanghai")


def frame(body: str, function: int = 0x32, *, sent: str = "261118200005", parts: str = "") -> bytes:
    """A station's frame of ours; `parts` are the three bytes of how many and which."""
    text = bytes.fromhex(f"{parts}0001{sent}{body}")
    head = bytes.fromhex(f"7E7E0100123456789999{function:02X}")
    start = b"\x16" if parts else b"\x02"
    raw = head + len(text).to_bytes(2, "big") + start + text + b"\x03"
    return raw + by_bits(raw).to_bytes(2, "big")


def at(observed: str = "2611182000") -> str:
    return f"F1F1001234567848F0F0{observed}"


def part(number: int, total: int, text: bytes) -> bytes:
    """A part of a message: its bytes as they are."""
    body = ((total << 12) | number).to_bytes(3, "big") + text
    raw = bytes.fromhex("7E7E010012345678999931") + len(body).to_bytes(2, "big")
    raw += b"\x16" + body + (b"\x03" if number == total else b"\x17")
    return raw + by_bits(raw).to_bytes(2, "big")


def by_bits(data: bytes) -> int:
    """CRC-16/MODBUS bit by bit, without a table."""
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            out = register & 1
            register >>= 1
            if out:
                register ^= 0xA001
    return register


def read(made: Sl651, data: bytes) -> list[Made]:
    return list(made.read(Payload(data, NOW)))


def records(made: Sl651, data: bytes) -> list[Record]:
    return [one.record for one in read(made, data) if one.record is not None]


def readings(made: Sl651, data: bytes) -> list[tuple[str, float, Ms]]:
    return [
        (item.key.split("/")[1], item.value, item.observed)
        for item in records(made, data)
        if isinstance(item, Reading)
    ]


# ---- published frames


def test_the_checksum_is_that_of_modbus() -> None:
    assert _crc.modbus(b"123456789") == 0x4B37  # the catalogue's check value
    for raw in PUBLISHED:
        assert int.from_bytes(raw[-2:], "big") == _crc.modbus(raw[:-2]) == by_bits(raw[:-2])


def test_a_timed_report_says_what_its_maker_says() -> None:
    made = stations()
    observed = 1_500_346_800_000  # 2017-07-18T03:00:00Z
    *values, state = records(made, TIMED_REPORT)
    assert values == [
        Reading("reading/rain/320812/a", 4.0, observed),
        Reading(KEY, 10.49, observed),
    ]
    # (10.99 V - 10.8 V) / (12.7 V - 10.8 V) = 0.1
    sent = observed + 16_000
    assert state == DeviceStatus("sl651:0011223344", sent, DeviceState.ONLINE, battery=0.1)


def test_a_reservoir_and_a_station_that_misses_a_value() -> None:
    made = stations()
    observed = 1_685_552_400_000  # 2023-05-31T17:00:00Z
    assert readings(made, RESERVOIR) == [
        ("rain", 0.0, observed),
        ("level", 37.865, observed),
        ("rain", 0.0, observed),
    ]
    *_, state = records(made, MISSING)
    assert readings(made, MISSING)[0][1] == 513.0
    assert isinstance(state, DeviceStatus)
    assert state.battery is None
    assert state.state is DeviceState.ONLINE  # bit 10: a pump, not a fault


def test_an_even_report_gives_twelve_moments() -> None:
    given = readings(stations(), EVEN)
    first = 1_670_205_900_000  # 2022-12-05T02:05:00Z
    assert given == [("level", 28.96, first + index * 5 * MINUTE) for index in range(12)]


def test_a_series_has_its_own_length_and_is_over_when_it_was_sent() -> None:
    given = read(stations(), HOURLY)
    good = [one.record for one in given if isinstance(one.record, Reading)]
    end = 1_402_509_600_000  # 2014-06-11T18:00:00Z, which is also when it was sent
    assert [(item.key.split("/")[1], item.observed) for item in good] == [
        ("level_cm", end - 55 * MINUTE),
        ("level_cm", end - 50 * MINUTE),
        ("level", end),
    ]
    assert good[0].value == pytest.approx(2730.0)
    assert [one.reason for one in given if one.reason] == ["no_value"] * 10


def test_a_sign_of_life_is_a_state_and_an_answer_to_the_station_nothing() -> None:
    made = stations(stations={"0012345678": {"region": "1"}})
    sent = 2_833_084_271_000  # 2059-10-11T07:51:11Z: the example's clock
    assert records(made, SIGN_OF_LIFE) == [
        DeviceStatus("sl651:0012345678", sent, DeviceState.ONLINE)
    ]
    assert read(made, CONFIRMED) == []
    whole = frame(at() + "3923 00012345", parts="001001")
    assert readings(stations(), whole) == [("level", 12.345, NOW)]


# ---- numbers, periods, states


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("3923 00012345", 12.345),
        ("391A 001234", 12.34),
        ("3910 1234", 1234.0),
        ("3923 FF000345", -0.345),
    ],
)
def test_numbers_state_their_bytes_and_decimals(element: str, value: float) -> None:
    assert readings(stations(), frame(at() + element)) == [("level", value, NOW)]


def test_units_are_the_standards_or_the_settings() -> None:
    made = stations(elements={"Z": {"code": "level_cm"}, "27": {"code": "flow", "unit": "L/s"}})
    given = readings(made, frame(at() + "3923 00012345 2723 00125000"))
    assert [(name, pytest.approx(value)) for name, value, _ in given] == [
        ("level_cm", 1234.5),
        ("flow", 0.125),
    ]


def test_rain_of_five_minutes_states_them() -> None:
    reading, _ = records(stations(), frame(at() + "2219 000008"))
    assert reading == Reading(
        "reading/rain/320812/a", 0.8, NOW, valid_from=NOW - 5 * MINUTE, valid_to=NOW
    )


def test_rain_of_an_hour_is_twelve_times_five_minutes() -> None:
    body = at("2611181905") + "F460" + "00" * 10 + "05FF"
    given = read(stations(), frame(body, 0x34, sent="261118200010"))
    rain = [one.record for one in given if isinstance(one.record, Reading)]
    assert [item.value for item in rain] == [0.0] * 10 + [0.5]
    assert (rain[0].valid_from, rain[0].valid_to) == (NOW - HOUR, NOW - 55 * MINUTE)
    assert [one.reason for one in given if one.reason] == ["no_value"]


@pytest.mark.parametrize(
    ("bits", "fault"),
    [
        ("00000000", ""),
        ("00000002", "battery low"),
        ("00000142", "battery low, level gauge, memory"),
        ("0000009C", ""),
    ],
)
def test_status_bits_are_faults_or_alarms(bits: str, fault: str) -> None:
    (state,) = records(stations(), frame(at() + "4520" + bits))
    assert isinstance(state, DeviceStatus)
    assert (state.fault, state.state) == (
        fault,
        DeviceState.FAULT if fault else DeviceState.ONLINE,
    )


def test_the_battery_is_between_empty_and_full() -> None:
    for volts, share in (("1500", 1.0), ("1080", 0.0), ("0900", 0.0), ("1175", 0.5)):
        (state,) = records(stations(), frame(at() + "3812" + volts))
        assert isinstance(state, DeviceStatus)
        assert state.battery == share


def test_a_battery_of_another_kind_and_frames_in_a_platforms_json() -> None:
    """24 V: empty at 22, full at 26."""
    made = stations(empty_v=22.0, full_v=26.0, text="hex", wrapped="data[].frame")
    wrapped = {"data": [{"frame": frame(at() + "38122500").hex()}]}
    (state,) = records(made, json.dumps(wrapped).encode())
    assert isinstance(state, DeviceStatus) and state.battery == 0.75
    assert [one.reason for one in read(made, b'{"data": [{"frame": 7}]}')] == ["wrong_type"]
    assert [one.reason for one in read(made, b'{"data": [{"frame": "7x"}]}')] == ["not_hexadecimal"]


def test_a_broken_text_gives_what_stands_before_the_break() -> None:
    given = read(stations(), frame(at() + "3923 00012345 3923 0001"))
    assert [one.record.value for one in given if isinstance(one.record, Reading)] == [12.345]
    assert [one.reason for one in given if one.reason] == ["truncated"]


def test_a_message_in_parts_is_put_together_in_whatever_order() -> None:
    text = bytes.fromhex("0001261118200019" + at("2611181905") + "0418000005" + "3923")
    text += bytes.fromhex("00012345") * 12
    parts = [part(number + 1, 3, text[number * 30 : number * 30 + 30]) for number in range(3)]
    made = stations()
    for order in ((0, 1, 2), (2, 0, 0, 1)):
        given = [one for index in order for one in read(made, parts[index])]
        assert len([one for one in given if isinstance(one.record, Reading)]) == 12
        assert not [one.reason for one in given if one.reason]
    assert read(made, parts[0]) == []
    (lost,) = read(made, part(1, 3, b"another"))
    assert lost.reason == "parts_missing"
    for odd in (part(4, 3, b"x"), part(0, 3, b"x"), part(1, 4000, b"x")):
        assert "parts_missing" in [one.reason for one in read(made, odd)]


# ---- ASCII


def text_frame(body: str) -> bytes:
    raw = b"\x010100123456789999" + b"32%04X" % len(body) + b"\x02" + body.encode() + b"\x03"
    return raw + b"%04X" % by_bits(raw)


def test_the_form_in_letters_says_the_same() -> None:
    body = "0001261118200005ST 0012345678 4B TT 2611182000 Z 12.345 PN05 0.8 VT 11.75 ZT 00000002"
    given = records(stations(), text_frame(body))
    binary = frame(at() + "3923 00012345 2219 000008 3812 1175 4520 00000002")
    assert given == records(stations(), binary)
    assert len(given) == 3


def test_a_series_in_letters() -> None:
    head = "0001261118200005ST 0012345678 48 TT 2611181905 "
    first = NOW - 55 * MINUTE
    for body in ("DRN05 Z 1 2 3", "DRN05 005 Z 1 2 3"):
        assert readings(stations(), text_frame(head + body)) == [
            ("level", float(index + 1), first + index * 5 * MINUTE) for index in range(3)
        ]
    given = read(stations(), text_frame(head + "DRN05 Z PJ 1 0.5 M 0.6"))
    assert [one.reason for one in given if one.reason] == ["no_value"]
    assert readings(stations(), text_frame(head + "DRN05 Z PJ 1 0.5 M 0.6")) == [
        ("level", 1.0, first),
        ("rain", 0.5, first),
        ("rain", 0.6, first + 5 * MINUTE),
    ]
    (broken, _) = read(stations(), text_frame(head + "DRN05 Z"))
    assert broken.reason == "truncated"


def test_relative_levels_are_above_the_stations_base() -> None:
    table = {"12345678": {"region": "320812", "name": "a", "base_m": 10.0}}
    body = at("2611181905") + "F5C0" + "007B" * 12
    given = readings(stations(stations=table), frame(body, 0x34, sent="261118200010"))
    assert given[0] == ("level_cm", pytest.approx(1123.0), NOW - 55 * MINUTE)
    assert len(given) == 12


COMMENTED = [
    "7E7E02001234567804D232002B020012141205110002F1F1001234567848F0F01412051100201900010026190001"
    "003923000144203812122 0039FE1",
    "7E7E020012345678000A2F000802000C14120509435703FB2D",
]
"""Of a document of common commands: 10.0 mm and 14.420 m, 12.20 V at 2014-12-05 11:00."""


def test_the_frames_of_the_common_commands() -> None:
    timed, alive = (bytes.fromhex(text.replace(" ", "")) for text in COMMENTED)
    observed = 1_417_748_400_000  # 2014-12-05T03:00:00Z
    made = stations()
    assert readings(made, timed) == [("rain", 10.0, observed), ("level", 14.42, observed)]
    *_, state = records(made, timed)
    assert isinstance(state, DeviceStatus)
    assert state.battery == pytest.approx((12.2 - 10.8) / 1.9, abs=0.001)
    assert len(records(made, alive)) == 1


# ---- what is odd


def test_the_password_is_in_no_sample() -> None:
    damaged = bytearray(frame(at() + "3923 00012345"))
    damaged[-1] ^= 1
    every = read(stations(), frame(at() + "3923 00012345 38")) + read(stations(), bytes(damaged))
    every += read(stations(text="hex"), bytes(damaged))
    assert any(one.reason for one in every)
    assert "9999" not in repr(every)
    assert "\\x99\\x99" not in repr(every)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_a_frame"),
        (b"hello", "not_a_frame"),
        (TIMED_REPORT[:-1], "truncated"),
        (TIMED_REPORT[:-1] + b"\x00", "checksum"),
        (TIMED_REPORT.replace(b"\x23\x00\x01\x04", b"\x23\x00\x01\x05"), "checksum"),
    ],
)
def test_what_is_no_frame_says_so(data: bytes, reason: str) -> None:
    (made,) = read(stations(), data)
    assert (made.record, made.reason) == (None, reason)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (frame(at() + "3923 00012345", sent="261318200005"), "bad_time"),
        (frame("F1F1001234567848F0F02613182000" + "3923 00012345"), "bad_time"),
        (frame(at() + "3923 AB012345"), "no_value"),
        (frame(at() + "0408 05 3923 00012345"), "bad_time"),
        (frame(at() + "3900"), "truncated"),
    ],
)
def test_what_cannot_be_used_says_why(data: bytes, reason: str) -> None:
    assert [one.reason for one in read(stations(), data) if one.reason] == [reason]


def test_an_unknown_station_is_refused() -> None:
    (made,) = read(stations(stations={"1": {"region": "1"}}), TIMED_REPORT)
    assert made.reason == "unknown_station"


def test_a_picture_gives_nothing() -> None:
    assert read(stations(), frame(at() + "F3F3FFD8FFE0", 0x36)) == []


def test_a_stream_is_found_again_after_garbage_and_a_wrong_length() -> None:
    good = frame(at() + "3923 00012345")
    wrong = bytearray(good)
    wrong[12] = 0xFF  # says that it is longer than it is
    made = stations()
    buffer = bytearray(b"\x7e\x01noise" + good + bytes(wrong) + good * 8 + good[:9])
    cut = made.cut(buffer)
    assert cut == [good, bytes(wrong), *[good] * 8]
    buffer += good[9:]
    assert made.cut(buffer) == [good]
    assert not buffer


@given(st.binary(max_size=40), st.lists(st.integers(1, 30), max_size=20))
def test_a_frame_is_found_however_the_stream_is_split(noise: bytes, sizes: list[int]) -> None:
    good = frame(at() + "3923 00012345")
    whole = noise.replace(b"\x7e", b"").replace(b"\x01", b"") + good + good
    buffer, cut, place = bytearray(), list[bytes](), 0
    made = stations()
    for size in [*sizes, len(whole)]:
        buffer += whole[place : place + size]
        place += size
        cut += made.cut(buffer)
    assert cut == [good, good]


def test_a_payload_of_false_heads_ends() -> None:
    false = bytes.fromhex("7E7E0100123456780000320FF002")
    buffer = bytearray(false * 20_000)
    assert len(list(_sl651_frame.each(buffer))) <= 1002


@given(st.binary(max_size=60), st.sampled_from([0x30, 0x31, 0x32, 0x34, 0x35]))
def test_no_text_of_a_good_frame_raises(body: bytes, function: int) -> None:
    for one in stations().read(Payload(frame(at() + body.hex(), function), NOW)):
        assert (one.record is None) == bool(one.reason)
    for one in stations().read(Payload(text_frame("0001261118200005" + body.hex(" ")), NOW)):
        assert (one.record is None) == bool(one.reason)


@pytest.mark.parametrize(
    "options",
    [
        {"elements": {"ZZ": {"code": "level"}}},
        {"elements": {"39": {"code": "rain_of_gold"}}},
        {"elements": {"39": {"code": "flow"}}},
        {"stations": {"1": {"region": "a b"}}},
        {"full_v": 10.0},
    ],
)
def test_settings_that_can_never_work_are_told_at_the_start(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        stations(**options)
