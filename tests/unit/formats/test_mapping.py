"""A bureau's own JSON and CSV, told by TOML."""

import tomllib
from typing import Any

import pytest

from app.config import ConfigError, FeedConfig, Limits
from app.core.model import DeviceState, DeviceStatus, Event, Position, Reading, Warning
from app.core.privacy import MASK
from app.formats._base import Made, Payload
from app.formats.mapping import Mapping
from tests.helpers.ingesting import CATALOG

NOW = 1_795_000_000_000


def mapping(text: str, **limits: int) -> Mapping:
    config = FeedConfig(
        id="water", kind="mqtt", name_zh="水务局", map=tomllib.loads(text), limits=Limits(**limits)
    )
    return Mapping(config, CATALOG)


def read(text: str, data: str | bytes, **how: Any) -> list[Made]:
    raw = data.encode() if isinstance(data, str) else data
    return list(mapping(text).read(Payload(raw, NOW, **how)))


LEVELS = """
each = "data"
zone = "Asia/Shanghai"
[[reading]]
key = {template = "reading/water.level/{code}/{station}"}
value = {from = "z", unit = "cm"}
observed = {from = "tm", time = "%Y-%m-%d %H:%M:%S"}
"""


def test_a_level_in_centimetres_and_beijing_time() -> None:
    data = '{"data":[{"code":320812,"station":"jiangba","z":"1234.5","tm":"2026-11-18 20:00:00"}]}'
    (made,) = read(LEVELS, data)
    # 20:00 in Shanghai is 12:00 UTC; 2026-11-18T12:00:00Z is 1795003200 s
    assert made.record == Reading("reading/water.level/320812/jiangba", 12.345, 1_795_003_200_000)


@pytest.mark.parametrize(
    ("record", "reason", "field"),
    [
        ('{"code":1,"station":"a","z":"x","tm":"2026-11-18 20:00:00"}', "not_a_number", "value"),
        ('{"code":1,"station":"a","z":"nan","tm":"2026-11-18 20:00:00"}', "not_a_number", "value"),
        ('{"code":1,"station":"a","z":true,"tm":"2026-11-18 20:00:00"}', "not_a_number", "value"),
        ('{"code":1,"station":"a","z":1,"tm":"18.11.2026"}', "bad_time", "observed"),
        ('{"code":1,"station":"a","z":1}', "missing", "observed"),
        ('{"code":1,"z":1,"tm":"2026-11-18 20:00:00"}', "bad_key", "key"),
        ('"text"', "missing", "key"),
    ],
)
def test_what_cannot_be_used_says_why(record: str, reason: str, field: str) -> None:
    (made,) = read(LEVELS, f'{{"data":[{record}]}}')
    assert (made.record, made.reason, made.field) == (None, reason, field)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "not_json"),
        (b"\xff", "encoding"),
        (b'{"data":' + b"[" * 40 + b"]" * 40 + b"}", "too_deep"),
        (b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
        (b'{"data":7}', "no_records"),
        (b"[NaN]", "not_json"),
    ],
)
def test_a_payload_that_holds_no_records(data: bytes, reason: str) -> None:
    (made,) = read(LEVELS, data)
    assert (made.record, made.reason) == (None, reason)


def test_an_oversized_payload_is_not_looked_into() -> None:
    (made,) = mapping(LEVELS, max_bytes=10).read(Payload(b'{"data":[]}', NOW))
    assert made.reason == "oversized"


def test_csv_with_a_place_in_gcj02() -> None:
    text = """
format = "csv"
crs = "gcj02"
[[position]]
id = {template = "bus:{车牌}"}
layer = {value = "bus"}
lon = "经度"
lat = "纬度"
observed = {from = "时间", time = "epoch_s"}
"""
    data = "车牌,经度,纬度,时间\n苏H1,121.531541859215,31.17530398364597,1795000000\n"
    (made,) = read(text, data)
    assert isinstance(made.record, Position)
    assert made.record.lon == pytest.approx(121.5272106, abs=1e-8)
    assert made.record.lat == pytest.approx(31.1774276, abs=1e-8)
    assert made.record.observed == NOW


def test_gb18030_csv_without_a_head() -> None:
    text = """
format = "csv"
encoding = "gb18030"
columns = ["编号", "状态", "时间"]
zone = "Asia/Shanghai"
[[device]]
id = "编号"
state = {from = "状态", map = {"正常" = "online", "故障" = "fault"}, otherwise = "unknown"}
observed = {from = "时间", time = "iso"}
"""
    data = "d1,正常,2026-11-18T20:00:00\nd2,拆除,2026-11-18T12:00:00Z\n".encode("gb18030")
    first, second = (made.record for made in read(text, data))
    assert first == DeviceStatus("d1", 1_795_003_200_000, DeviceState.ONLINE)
    assert second == DeviceStatus("d2", 1_795_003_200_000, DeviceState.UNKNOWN)


def test_one_record_gives_several_and_when_chooses() -> None:
    text = """
[[event]]
when = "kind == 'call'"
id = {template = "12345:{no}"}
type = {from = "type", default = "其他"}
title = "title"
reporter = "caller"
place = {from = "address", privacy = "personal"}
occurred = {from = "at", time = "epoch_ms"}
observed = {from = "at", time = "epoch_ms"}

[[warning]]
when = "kind == 'alarm'"
id = {template = "met:{no}"}
kind = {value = "issued"}
level = {from = "colour", map = {"红" = "red", "橙" = "orange"}}
title = "title"
issued = {from = "at", time = "epoch_ms"}
observed = {time = "received"}
"""
    data = f"""[
      {{"kind":"call","no":1,"title":"路灯不亮","caller":"张三","address":"某路1号","at":{NOW}}},
      {{"kind":"alarm","no":2,"title":"暴雨红色预警","colour":"红","at":{NOW - 1000}}},
      {{"kind":"alarm","no":3,"title":"大风预警","colour":"紫","at":{NOW}}},
      {{"kind":"other"}}
    ]"""
    made = read(text, data)
    event, warning = (item.record for item in made if item.record is not None)
    assert isinstance(event, Event) and isinstance(warning, Warning)
    assert (event.id, event.type, event.reporter, event.place) == ("12345:1", "其他", "张三", MASK)
    assert (warning.level, warning.observed, warning.issued) == ("red", NOW, NOW - 1000)
    assert [item.reason for item in made if item.record is None] == ["not_in_map"]
    retained = read(text, data, retained=True)
    assert [item.reason for item in retained if item.record is None] == [
        "retained_without_time"
    ] * 2


def test_the_topic_can_be_part_of_a_key() -> None:
    text = """
[[reading]]
key = {template = "reading/water.level/{_topic[1]}/{_topic[2]}"}
value = "v"
observed = {from = "t", time = "epoch_s"}
"""
    (made,) = read(text, '{"v": 3, "t": 1795000000}', topic=("level", "320812", "jiangba"))
    assert made.record == Reading("reading/water.level/320812/jiangba", 3.0, NOW)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "map"),
        ("colour = 1", "map.colour"),
        ("[[reading]]\nvalue = 'v'", "map.reading[0]"),
        (LEVELS.replace('zone = "Asia/Shanghai"', ""), "map.reading[0].observed"),
        (LEVELS.replace("Asia/Shanghai", "Mars/Olympus"), "map.reading[0].observed"),
        (LEVELS.replace(', time = "%Y-%m-%d %H:%M:%S"', ""), "map.reading[0].observed"),
        (LEVELS.replace('each = "data"', 'each = "["'), "map.each"),
        (LEVELS.replace('from = "z"', 'from = "z", value = 3'), "map.reading[0].value"),
        (LEVELS + 'height = "x"\n', "map.reading[0].height"),
        (
            "[[position]]\nid='i'\nlayer='l'\nlon='x'\nlat='y'\nobserved={from='t',time='epoch_s'}",
            "map.position[0].crs",
        ),
    ],
)
def test_a_mapping_that_can_never_work_is_refused_with_its_key(text: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        mapping(text)
    assert caught.value.reason.args["key"] == key
