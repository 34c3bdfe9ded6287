"""HJ 212: published frames, flags, periods, parts of a message, garbage on the line."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import ConfigError, FeedConfig
from app.core.catalog import Catalog, Quantity
from app.core.clock import ManualClock
from app.core.model import DeviceState, DeviceStatus, Origin, Reading, Record
from app.formats import _crc, _hj212_frame
from app.formats._base import Made, Payload
from app.formats.hj212 import Hj212
from tests.helpers.ingesting import ingesting

NOW = 1_795_003_200_000  # 2026-11-18T12:00:00Z
HOUR = 3_600_000
MN = "010000A8900016F000169DC0"
ANNEX_A = (
    b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    b"CP=&&RtdInterval=30&&1C80\r\n"
)
"""The example of the standard's text."""
PUBLISHED = [
    ANNEX_A,
    b"##0249QN=20180507000558;ST=39;CN=2011;PW=123456;MN=010000A00000000000A00654;CP=&&DataTime="
    b"20180507000558;a01001-Rtd=26.0,a01001-Flag=N;a01002-Rtd=30.4,a01002-Flag=N;a34001-Rtd=0.0,"
    b"a34001-Flag=N;a34002-Rtd=24.0,a34002-Flag=N;a34004-Rtd=23.0,a34004-Flag=N&&D801\r\n",
    b"##0178ST=32;CN=2011;PW=123456;MN=0873HHMZWSLH02;CP=&&DataTime=20160103133030;060-Rtd=3.0943,"
    b"060-Flag=N;011-Rtd=18.0412,011-Flag=N;001-Rtd=8.2137,001-Flag=N;B01-Rtd=10.9890,B01-Flag=N&&"
    b"a9c1\r\n",
    b"##0285QN=20190925181031464;ST=22;CN=2061;PW=BF470F88957588DE902D1A52;MN=Z13401000010301;"
    b"Flag=5;CP=&&DataTime=20190924220000;a34006-Avg=2.69700,a34006-Flag=N;a34007-Avg=7.96600,"
    b"a34007-Flag=N;a34048-Avg=3.30600,a34048-Flag=N;a34047-Avg=7.35700,a34047-Flag=N;"
    b"a34049-Avg=10.66300,a34049-Flag=N&&C181\r\n",
    b"##0087QN=20160801085000001;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;"
    b"CP=&&&&C241\r\n",
]
"""Frames that different makers' programs published with their checksums."""


def quantity(code: str, unit: str) -> Quantity:
    return Quantity(code=code, name_zh=code, name_en=code, unit=unit, period_ms=HOUR)


CATALOG = Catalog(
    quantities={
        item.code: item
        for item in (
            quantity("air.pm25", "µg/m³"),
            quantity("air.pm25_hour", "µg/m³"),
            quantity("air.temp", "℃"),
            quantity("water.cod_load", "kg"),
        )
    }
)


def station(**options: Any) -> Hj212:
    table: dict[str, Any] = {
        "stations": {
            MN: {"region": "320812", "name": "one"},
            "010000A00000000000A00654": {"region": "320803"},
        },
        "factors": {
            "a34004": {"code": "air.pm25", "unit": "mg/m³"},
            "a01001": {"code": "air.temp"},
            "w01018-Cou": {"code": "water.cod_load", "unit": "g"},
        },
    }
    config = FeedConfig(id="x", kind="mqtt", name_zh="试", format_options=table | options)
    return Hj212(config, CATALOG, "Asia/Shanghai")


def frame(command: str, data: str, *, head: str = "", ends: str = "\r\n") -> bytes:
    text = f"QN=20261118200000000;ST=22;CN={command};PW=SECRET;MN={MN};Flag=5;{head}CP=&&{data}&&"
    raw = text.encode()
    return b"##%04d" % len(raw) + raw + b"%04X" % by_bits(raw) + ends.encode()


def by_bits(data: bytes) -> int:
    """Annex A as its C program goes: bit by bit, without a table."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            out = register & 1
            register >>= 1
            if out:
                register ^= 0xA001
    return register


def read(made: Hj212, data: bytes) -> list[Made]:
    return list(made.read(Payload(data, NOW)))


def records(made: Hj212, data: bytes) -> list[Record]:
    return [one.record for one in read(made, data) if one.record is not None]


def readings(made: Hj212, data: bytes) -> list[Reading]:
    return [item for item in records(made, data) if isinstance(item, Reading)]


# ---- the frame


@pytest.mark.parametrize("published", PUBLISHED)
def test_published_frames_have_their_checksum(published: bytes) -> None:
    segment = published[6:-6]
    assert int(published[-6:-2], 16) == _crc.hj212(segment) == by_bits(segment)
    assert _hj212_frame.read(published).head["MN"]


def test_a_published_frame_gives_its_values() -> None:
    given = readings(station(factors={"a34004": {"code": "air.pm25"}}), PUBLISHED[1])
    # 00:05:58 in Beijing is 16:05:58 UTC of the day before: 2018-05-06T16:05:58Z
    key = "reading/air.pm25/320803/010000A00000000000A00654"
    assert given == [Reading(key, 23.0, 1_525_622_758_000)]


def test_the_password_is_in_no_sample() -> None:
    made = station()
    damaged = frame("2011", "DataTime=20261118200000;a34004-Rtd=1").replace(b"Rtd=1", b"Rtd=2")
    every = read(made, frame("2011", "a34004-Rtd=x;NewPW=SECRET"))
    every += read(made, damaged) + read(made, b"##0099PW=SECRET;")
    every += read(station(text="hex"), damaged)
    assert len(every) >= 4
    assert "SECRET" not in repr(every)


def test_a_command_of_the_centre_gives_nothing() -> None:
    assert read(station(), ANNEX_A) == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_a_frame"),
        (b"hello", "not_a_frame"),
        (b"##0101QN=2016", "truncated"),
        (ANNEX_A.replace(b"1C80", b"1C81"), "checksum"),
        (ANNEX_A.replace(b"1C80", b"zzzz"), "checksum"),
        (ANNEX_A.replace(b"Interval=30", b"Interval=31"), "checksum"),
    ],
)
def test_what_is_no_frame_says_so(data: bytes, reason: str) -> None:
    (made,) = read(station(), data)
    assert (made.record, made.reason) == (None, reason)


def test_a_stream_is_found_again_after_garbage_and_a_frame_that_breaks_off() -> None:
    good = frame("2011", "DataTime=20261118200000;a34004-Rtd=0.1")
    buffer = bytearray(b"\xff#noise##x" + good[:40] + good + b"###" + good + good[:17])
    made = station()
    cut = made.cut(buffer)
    assert cut == [good[:40], good.strip(), good.strip()]
    assert bytes(buffer) == good[:17]
    buffer += good[17:]
    assert made.cut(buffer) == [good.strip()]
    assert not buffer


@given(st.binary(max_size=60), st.lists(st.integers(1, 50), max_size=20))
def test_a_frame_is_found_however_the_stream_is_split(noise: bytes, sizes: list[int]) -> None:
    good = frame("2011", "DataTime=20261118200000;a34004-Rtd=0.1")
    whole = noise.replace(b"#", b"") + good + good
    buffer, cut, at = bytearray(), list[bytes](), 0
    made = station()
    for size in [*sizes, len(whole)]:
        buffer += whole[at : at + size]
        at += size
        cut += made.cut(buffer)
    assert cut == [good.strip()] * 2


# ---- values


def test_milligrams_become_the_catalogues_micrograms_in_beijing_time() -> None:
    data = frame("2011", "DataTime=20261118200000;a34004-Rtd=0.035,a34004-Flag=N;a01001-Rtd=-3.5")
    station_state, pm25, air = records(station(), data)
    assert station_state == DeviceStatus(f"hj212:{MN}", NOW, DeviceState.ONLINE)
    assert pm25 == Reading("reading/air.pm25/320812/one", pytest.approx(35.0), NOW)
    assert air == Reading("reading/air.temp/320812/one", -3.5, NOW)


@pytest.mark.parametrize(
    ("command", "stamp", "first", "last"),
    [
        ("2051", "20261118194000", NOW - 20 * 60_000, NOW - 10 * 60_000),
        ("2061", "20261118190000", NOW - HOUR, NOW),
        ("2031", "20261117000000", NOW - 44 * HOUR, NOW - 20 * HOUR),
    ],
)
def test_an_average_states_its_period_which_its_time_begins(
    command: str, stamp: str, first: int, last: int
) -> None:
    data = f"DataTime={stamp};a34004-Avg=0.035,a34004-Min=0.03,a34004-Max=0.04,a34004-Flag=N"
    (made,) = readings(station(), frame(command, data))
    assert (made.valid_from, made.valid_to, made.observed) == (first, last, last)
    assert made.value == pytest.approx(35.0)


def test_a_station_that_labels_by_the_end_is_read_so() -> None:
    data = frame("2061", "DataTime=20261118200000;a34004-Avg=0.035")
    (made,) = readings(station(label="end"), data)
    assert (made.valid_from, made.valid_to) == (NOW - HOUR, NOW)


def test_hours_may_have_a_code_of_their_own_and_sums_one_too() -> None:
    factors = {
        "a34004": {"code": "air.pm25", "hour": "air.pm25_hour", "unit": "µg/m³"},
        "w01018-Cou": {"code": "water.cod_load", "unit": "g"},
    }
    made = station(factors=factors)
    data = frame("2061", "DataTime=20261118190000;a34004-Avg=35;w01018-Cou=2500,w01018-Avg=9")
    assert [(item.key, item.value) for item in readings(made, data)] == [
        ("reading/air.pm25_hour/320812/one", 35.0),
        ("reading/water.cod_load/320812/one", pytest.approx(2.5)),
    ]


def test_minutes_and_days_have_their_codes_and_length() -> None:
    factors = {
        "a34004": {"code": "air.pm25", "minute": "air.pm25_hour", "day": "air.pm25_hour"},
    }
    made = station(factors=factors, minutes=5)
    for command, length in (("2051", 5 * 60_000), ("2031", 24 * HOUR)):
        (one,) = readings(made, frame(command, "DataTime=20261118200000;a34004-Avg=9"))
        assert one.key.startswith("reading/air.pm25_hour/")
        assert (one.valid_from, one.valid_to) == (NOW, NOW + length)
    (now,) = readings(made, frame("2011", "DataTime=20261118200000;a34004-Rtd=9"))
    assert now.key.startswith("reading/air.pm25/")


def test_data_that_are_not_wanted_tell_of_the_station_only() -> None:
    made = station(take=["2061"])
    (only,) = records(made, frame("2011", "DataTime=20261118200000;a34004-Rtd=0.1"))
    assert isinstance(only, DeviceStatus)


def test_a_sampler_says_when_it_sampled() -> None:
    data = "DataTime=20261118200000;a34004-SampleTime=20261118190000,a34004-Rtd=0.1"
    (made,) = readings(station(), frame("2011", data))
    assert made.observed == NOW - HOUR


# ---- flags and states


@pytest.mark.parametrize(
    ("flag", "reason", "state"),
    [
        ("D", "flag_fault", DeviceState.FAULT),
        ("M", "flag_maintenance", DeviceState.UNKNOWN),
        ("F", "flag_stopped", DeviceState.OFFLINE),
        ("C", "flag_calibration", DeviceState.UNKNOWN),
        ("T", "flag_over_range", DeviceState.FAULT),
        ("B", "flag_no_connection", DeviceState.OFFLINE),
    ],
)
def test_a_flag_refuses_the_value_and_tells_of_the_instrument_once(
    flag: str, reason: str, state: DeviceState
) -> None:
    made = station()
    data = frame("2011", f"DataTime=20261118200000;a34004-Rtd=0.1,a34004-Flag={flag}")
    first, again = read(made, data), read(made, data)
    refused = [one for one in first if one.reason]
    assert [(one.reason, one.field) for one in refused] == [(reason, "a34004-Rtd")]
    told = [one.record for one in first if isinstance(one.record, DeviceStatus)]
    assert [(item.id, item.state) for item in told[1:]] == [(f"hj212:{MN}/a34004", state)]
    assert len([one for one in again if isinstance(one.record, DeviceStatus)]) == 1
    well = records(made, frame("2011", "DataTime=20261118200100;a34004-Rtd=0.1,a34004-Flag=N"))
    assert well[-1] == DeviceStatus(f"hj212:{MN}/a34004", NOW + 60_000, DeviceState.ONLINE)


def test_a_value_by_hand_is_reported_not_measured() -> None:
    (made,) = readings(
        station(), frame("2011", "DataTime=20261118200000;a34004-Rtd=1,a34004-Flag=S")
    )
    assert made.origin is Origin.REPORTED


def test_an_unknown_flag_is_refused() -> None:
    made = read(station(), frame("2011", "DataTime=20261118200000;a34004-Rtd=1,a34004-Flag=X"))
    assert [one.reason for one in made if one.reason] == ["flag_unknown"]


def test_facilities_and_instruments_tell_their_state() -> None:
    made = station()
    facilities = records(made, frame("2021", "DataTime=20261118200000;SB1-RS=1;SB2-RS=4"))
    assert facilities == [
        DeviceStatus(f"hj212:{MN}/SB1", NOW, DeviceState.ONLINE),
        DeviceStatus(f"hj212:{MN}/SB2", NOW, DeviceState.FAULT, fault="alarm"),
    ]
    data = "DataTime=20261118200000;PolId=w01019,i12001-Info=2;PolId=w21001,i12001-Info=0"
    assert records(made, frame("3020", data)) == [
        DeviceStatus(f"hj212:{MN}/w01019", NOW, DeviceState.FAULT, fault="fault"),
        DeviceStatus(f"hj212:{MN}/w21001", NOW, DeviceState.ONLINE),
    ]


# ---- what is odd


def test_a_part_without_a_time_has_that_of_the_first_part() -> None:
    made = station()
    head = "PNUM=2;PNO={};"
    assert not [
        one
        for one in read(
            made, frame("2011", "DataTime=20261118200000;a34004-Rtd=0.1", head=head.format(1))
        )
        if one.reason
    ]
    (second,) = readings(made, frame("2011", "a01001-Rtd=5", head=head.format(2)))
    assert (second.observed, second.value) == (NOW, 5.0)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("a34004-Rtd=1", "missing"),
        ("DataTime=2026;a34004-Rtd=1", "bad_time"),
        ("DataTime=20261318200000;a34004-Rtd=1", "bad_time"),
        ("DataTime=99991118200000;a34004-Rtd=1", "bad_time"),
        ("DataTime=20261118200000;a34004-Rtd=", "not_a_number"),
        ("DataTime=20261118200000;a34004-Rtd=nan", "not_a_number"),
        ("DataTime=20261118200000;a34004-Rtd=1_0", "not_a_number"),
        ("DataTime=20261118200000;a34004-Rtd=1e999", "not_a_number"),
    ],
)
def test_what_cannot_be_used_says_why(data: str, reason: str) -> None:
    made = read(station(), frame("2011", data))
    assert [one.reason for one in made if one.reason] == [reason]


def test_an_unknown_station_is_refused() -> None:
    raw = frame("2011", "DataTime=20261118200000;a34004-Rtd=1")
    (made,) = read(station(stations={"other": {"region": "1"}}), raw)
    assert (made.reason, made.field) == ("unknown_station", "MN")


def test_a_platform_may_send_digits_or_json() -> None:
    raw = frame("2011", "DataTime=20261118200000;a34004-Rtd=0.1")
    (digits,) = readings(station(text="hex"), raw.hex().encode())
    wrapped = b'{"data":{"msg":"' + raw.decode().replace("\r\n", "\\r\\n").encode() + b'"}}'
    (inside,) = readings(station(wrapped="data.msg"), wrapped)
    assert digits == inside
    for bad, reason in ((b"zz", "not_hexadecimal"), (b"abc", "not_hexadecimal")):
        (made,) = read(station(text="hex"), bad)
        assert made.reason == reason
    for bad, reason in (
        (b"{", "not_json"),
        (b"{}", "missing"),
        (b'{"data":{"msg":1}}', "wrong_type"),
    ):
        (made,) = read(station(wrapped="data.msg"), bad)
        assert made.reason == reason


@pytest.mark.parametrize(
    "options",
    [
        {"factors": {"a34004": {"code": "air.nothing"}}},
        {"factors": {"a34004": {"code": "air.pm25", "unit": "℃"}}},
        {"stations": {MN: {"region": ""}}},
        {"stations": {MN: {"region": "a b"}}},
        {"wrapped": "a["},
        {"colour": "red"},
    ],
)
def test_settings_that_can_never_work_are_told_at_the_start(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        station(**options)


@given(st.text(alphabet="DataTime=20261118;,&#-RtdFlagNa34004\x00９", max_size=80))
def test_no_text_of_a_good_frame_raises(data: str) -> None:
    made = station()
    for command in ("2011", "2061", "2021", "3020"):
        for one in made.read(Payload(frame(command, data), NOW)):
            assert (one.record is None) == bool(one.reason)


async def test_a_station_over_tcp_is_cut_from_the_stream() -> None:
    first = frame("2011", "DataTime=20261118200000;a34004-Rtd=0.1")
    second = frame("2011", "DataTime=20261118200100;a34004-Rtd=0.2")
    heard = asyncio.Event()

    async def station_speaks(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00noise##" + first[:50])
        await writer.drain()
        writer.write(first[50:] + second)
        await heard.wait()
        writer.close()

    server = await asyncio.start_server(station_speaks, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    config = FeedConfig(
        id="f",
        kind="stream",
        name_zh="监测站",
        url=f"tcp://127.0.0.1:{port}",
        format="hj212",
        format_options={
            "stations": {MN: {"region": "320812", "name": "one"}},
            "factors": {"a34004": {"code": "air.pm25", "unit": "mg/m³"}},
        },
    )
    async with server, ingesting(config, catalog=CATALOG, clock=ManualClock(NOW)) as (_, got):
        await got.until(lambda g: len(g.readings) == 2 and bool(g.all.records))
        assert [round(item.value, 6) for item in got.readings] == [100.0, 200.0]
        heard.set()
