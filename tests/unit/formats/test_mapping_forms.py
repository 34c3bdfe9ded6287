"""XML, arrays, tables, sums, units, repetition and privacy of a mapping."""

from pathlib import Path

import pytest

from app.catalogue.lookups import map_with_tables
from app.config import ConfigError
from app.core.model import DeviceStatus, Event, Position, Reading, Stock
from app.core.privacy import MASK
from tests.helpers.mapping import NOW, made, mapping, reasons, records

READING = """
[[reading]]
key = {template = "reading/water.level/320812/{id}"}
value = {from = "v", unit = "cm"}
observed = {from = "t", time = "epoch_s"}
"""
T = NOW // 1000


def level(station: str, value: float, at: int = NOW) -> Reading:
    return Reading(f"reading/water.level/320812/{station}", value, at)


XML = f"""<?xml version="1.0" encoding="gb18030"?>
<d:data xmlns:d="urn:water"><head sent="{T}"/>
 <d:row id="a"><z>120</z><state>正常</state></d:row>
 <d:row id="b"><z> 130<!-- . --> </z><state>故障</state></d:row>
 <other id="c"><z>1</z></other></d:data>""".encode("gb18030")


@pytest.mark.parametrize("each", ["/w:data/w:row", "//w:row", "w:row", "//w:row[z]"])
def test_xml_with_a_namespace_attributes_and_a_head(each: str) -> None:
    text = f"""
format = "xml"
each = "{each}"
namespaces = {{w = "urn:water"}}
[[reading]]
when = "state = '正常' or @id = 'b'"
key = {{template = "reading/water.level/320812/{{@id}}"}}
value = {{from = "z", unit = "cm"}}
observed = {{from = "/w:data/head/@sent", time = "epoch_s"}}
[[device]]
when = "not(@id = 'a')"
id = "@id"
state = {{from = "state", map = {{"故障" = "fault"}}}}
observed = {{from = "../head/@sent", time = "epoch_s"}}
"""
    first, second, third = records(text, XML)
    assert [first, second] == [level("a", 1.2), level("b", 1.3)]
    assert third == DeviceStatus("b", NOW, "fault")


def test_an_xml_refusal_shows_the_fields_and_the_payload_s_fault_its_name() -> None:
    text = 'format = "xml"\neach = "/r/s"\n' + READING
    (one,) = made(mapping(text), f'<r><s n="1"><id>a</id><v>x</v><t>{T}</t></s></r>')
    assert (one.reason, one.field) == ("not_a_number", "value")
    assert one.sample == {"n": "1", "id": "a", "v": "x", "t": str(T)}
    assert reasons(text, "<!DOCTYPE r []><r/>") == [("xml_doctype", "")]
    assert reasons(text, "<r><s>") == [("not_xml", "")]
    assert reasons('format = "xml"\neach = "/r/s[1]"\n' + READING, "<r><s>") == [("not_xml", "")]


def test_columns_side_by_side() -> None:
    text = 'zip = ["hourly.t", "hourly.v"]\n' + READING.replace("{id}", "{_parent.site.id}")
    data = f'{{"site":{{"id":"a"}},"hourly":{{"t":[{T},{T + 1}],"v":[100,"200"]}}}}'
    assert records(text, data) == [level("a", 1.0), level("a", 2.0, NOW + 1000)]
    assert reasons(text, '{"hourly":{"t":[1],"v":[1,2]}}') == [("uneven_columns", "")]
    assert reasons(text, '{"hourly":{"t":[1],"v":3}}') == [("no_array", "")]


def test_an_array_inside_a_record() -> None:
    text = 'each = "list"\nexplode = "data.values"\n' + READING.replace("{id}", "{_parent.id}")
    data = f"""{{"list":[{{"id":"a","data":{{"values":[{{"v":1,"t":{T}}},{{"v":2,"t":{T}}}]}}}},
                        {{"id":"b"}}, {{"id":"c","data":{{"values":[]}}}}]}}"""
    found = made(mapping(text), data)
    assert [one.record for one in found if one.record] == [level("a", 0.01), level("a", 0.02)]
    assert [one.reason for one in found if one.reason] == ["no_array"]


def test_a_row_without_names() -> None:
    text = 'explode = "rows"\n' + READING.replace("{id}", "{_item[0]}").replace(
        'from = "v"', 'from = "_item[1]"'
    ).replace('from = "t"', 'from = "_item[-1]"')
    assert records(text, f'{{"rows":[["a",50,{T}]]}}') == [level("a", 0.5)]


def test_what_stands_beside_the_records() -> None:
    text = 'each = "data.items"\n' + READING.replace('from = "t"', 'from = "_root.head.sent"')
    items = '[{"id":"a","v":1,"t":0}]'
    data = f'{{"head":{{"sent":{T}}},"data":{{"total":1,"items":{items}}}}}'
    assert records(text, data) == [level("a", 0.01)]
    whole = text.replace("data.items", "data.items[?v]")  # no plain path: everything is decoded
    assert records(whole, data) == [level("a", 0.01)]
    named = 'format = "csv"\n' + READING.replace("{id}", "{_name}")
    assert records(named, f"v,t\n100,{T}\n", name="a.csv") == [level("a.csv", 1.0)]


def test_chinese_names_need_no_quotation_marks() -> None:
    text = READING.replace("{id}", "{站.编号}").replace('from = "v"', 'from = "水位"')
    assert records(text, f'{{"站":{{"编号":"a"}},"水位":100,"t":{T}}}') == [level("a", 1.0)]


def test_jsons_true_and_false_are_keys_of_a_code_list() -> None:
    text = READING.replace('from = "v"', 'from = "wet", map = {true = 200, false = 100}')
    rows = f'[{{"id":"a","wet":true,"t":{T}}},{{"id":"b","wet":false,"t":{T}}}]'
    assert records(text, rows) == [level("a", 2.0), level("b", 1.0)]


def test_code_lists_shared_by_name(tmp_path: Path) -> None:
    (tmp_path / "stations.csv").write_text(
        "code,adcode,name,lon\n62301,320831,蒋坝,118.7\n62302,320830,三河闸,\n", encoding="utf-8"
    )
    given = {
        "tables": {
            "station": {"file": "stations.csv", "key": "code"},
            "kind": {"1": "water.level"},
        },
        "reading": [
            {
                "key": {"from": "k", "table": "kind", "otherwise": "reading/x/y"},
                "value": {"from": "s", "table": "station", "column": "lon", "otherwise": 0},
                "observed": {"from": "t", "time": "epoch_s"},
            }
        ],
    }
    read = map_with_tables("water", given, tmp_path)
    assert read["tables"]["station"]["62302"] == {"adcode": "320830", "name": "三河闸"}
    from_file = [read["tables"]["station"]["62301"][name] for name in ("adcode", "lon")]
    assert from_file == ["320831", "118.7"]
    for wrong in (
        {"file": "../secrets.csv"},
        {"file": "/etc/passwd"},
        {"file": "nowhere.csv"},
        {"file": "stations.csv", "key": "nothing"},
        {"file": "stations.csv", "keys": "code"},
    ):
        with pytest.raises(ConfigError):
            map_with_tables("water", {"tables": {"a": wrong}}, tmp_path)


TABLES = """
[tables.station.62301]
code = "a"
shift = 1.5
[tables.station.62302]
code = "b"
"""


def test_a_code_that_is_in_no_table() -> None:
    text = (
        TABLES
        + """
[[reading]]
key = {from = "s", table = "key"}
value = {from = "s", table = "station", column = "shift", otherwise = -1}
observed = {from = "t", time = "epoch_s"}
[tables.key]
62301 = "reading/water.level/320812/a"
62302 = "reading/water.level/320812/b"
"""
    )
    data = f'[{{"s":62301,"t":{T}}},{{"s":"62302","t":{T}}},{{"s":"9","t":{T}}}]'
    found = made(mapping(text), data)
    assert [one.record for one in found[:2]] == [level("a", 1.5), level("b", -1.0)]
    assert (found[2].reason, found[2].field) == ("not_in_map", "key")


def test_a_sum_of_fields() -> None:
    text = READING.replace('from = "v"', 'compute = "top - depth * 100"')
    assert records(text, f'{{"id":"a","top":500,"depth":"2.5","t":{T}}}') == [level("a", 2.5)]
    assert reasons(text, f'{{"id":"a","top":"?","depth":1,"t":{T}}}') == [("not_a_number", "value")]
    assert reasons(text, f'{{"id":"a","top":1,"t":{T}}}') == [("missing", "value")]


def test_units_of_what_is_no_reading() -> None:
    text = """
crs = "wgs84"
[[position]]
id = "id"
layer = {value = "bus"}
lon = "x"
lat = "y"
speed = {from = "v", unit = "km/h"}
altitude = {from = "h", unit = "cm"}
observed = {from = "t", time = "epoch_s"}
[[stock]]
id = "id"
item = {value = "编织袋"}
quantity = {from = "n", unit = "万条"}
unit = {value = "条"}
contact = "phone"
observed = {from = "t", time = "epoch_s"}
[[device]]
id = "id"
state = {value = "online"}
battery = {from = "b", unit = "%"}
observed = {from = "t", time = "epoch_s"}
"""
    data = (
        f'{{"id":"1","x":119,"y":33,"v":36,"h":"250","t":{T},"n":1.2,"b":87,"phone":13812345678}}'
    )
    device, position, stock = records(text, data)
    assert isinstance(position, Position) and isinstance(stock, Stock)
    assert (position.speed, position.altitude) == pytest.approx((10.0, 2.5))
    assert (stock.quantity, stock.unit) == (pytest.approx(12_000), "条")
    assert device.battery == pytest.approx(0.87)


@pytest.mark.parametrize(
    ("value", "reason", "field"),
    [
        ('"x":500000.12,"y":3700000.5', "plane_coordinates", "lon"),
        ('"x":190,"y":33', "out_of_range", "lon"),
        ('"x":119,"y":95', "out_of_range", "lat"),
        ('"x":119,"y":33,"h":360.5', "out_of_range", "heading"),
        ('"x":119,"y":33,"h":"north"', "not_a_number", "heading"),
        ('"x":119,"y":33,"id":""', "missing", "id"),
        ('"x":119,"y":33,"id":"' + "x" * 200 + '"', "too_long", "id"),
        ('"x":119,"y":33,"id":{}', "wrong_type", "id"),
        ('"x":119,"y":33,"t":99999999999', "out_of_range", "observed"),
    ],
)
@pytest.mark.parametrize("crs", ["wgs84", "gcj02"])
def test_the_limits_of_the_model_hold(crs: str, value: str, reason: str, field: str) -> None:
    text = f"""
crs = "{crs}"
[[position]]
id = "id"
layer = {{value = "bus"}}
lon = "x"
lat = "y"
heading = "h"
observed = {{from = "t", time = "epoch_s"}}
"""
    base = f'{{"id":"1","t":{T},'
    assert reasons(text, base + value + "}") == [(reason, field)]


def test_a_key_that_came_before_is_repeated() -> None:
    text = 'dedupe = ["id", "t"]\n' + READING
    form = mapping(text)
    data = f'[{{"id":"a","v":1,"t":{T}}},{{"id":"b","v":1,"t":{T}}},{{"id":"a","v":2,"t":{T}}}]'
    assert [one.reason for one in made(form, data)] == ["", "", "repeated"]
    assert [one.reason for one in made(form, data)] == ["repeated"] * 3
    assert [one.reason for one in made(form, f'{{"id":"a","v":1,"t":{T + 1}}}')] == [""]
    assert [one.reason for one in made(form, '[{"v":1},{"v":1}]')] == ["bad_key"] * 2


def test_privacy_is_done_before_anything_else_sees_the_record() -> None:
    text = """
[[event]]
id = "id"
type = {value = "诉求"}
title = {from = "what", privacy = "internal"}
place = {from = "where", privacy = "personal"}
reporter = {from = "phone", privacy = "secret"}
bureau = {from = "phone", privacy = "internal"}
occurred = {from = "t", time = "epoch_s"}
observed = {from = "t", time = "epoch_s"}
"""
    data = f"""{{"id":"1","what":"张三 13812345678 来电","where":"某路1号","phone":13812345678,
                "t":{T}}}"""
    (event,) = records(text, data)
    assert isinstance(event, Event)
    assert event.title == f"张三 {MASK} 来电"
    assert (event.place, event.reporter, event.bureau) == (MASK, "", MASK)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('zip = ["a[*]"]\n' + READING, "map.each"),
        ('format = "csv"\nzip = ["a"]\n' + READING, "map.zip"),
        ('format = "csv"\neach = "a"\n' + READING, "map.each"),
        ('namespaces = {a = "b"}\n' + READING, "map.namespaces"),
        ('dedupe = ["["]\n' + READING, "map.dedupe"),
        ('format = "xml"\neach = "//["\n' + READING, "map.each"),
        ('format = "xml"\neach = "/w:a"\n' + READING, "map.each"),
        (READING.replace('from = "v"', 'compute = "v **"'), "map.reading[0].value"),
        (READING.replace('from = "v"', 'from = "v", table = "x"'), "map.reading[0].value"),
        (READING.replace('unit = "cm"', 'to = "cm"'), "map.reading[0].value"),
        (READING.replace('unit = "cm"', 'unit = "cm", to = "kg"'), "map.reading[0].value"),
        (READING.replace('{id}"', '{id}", privacy = "personal"'), "map.reading[0].key"),
        (READING + 'low = {from = "l", scale = "x"}', "map.reading[0][...].scale"),
        ('twice = "both"\n' + READING, "map.twice"),
    ],
)
def test_what_can_never_work_is_told_at_the_start(text: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        mapping(text)
    assert str(caught.value.reason.args["key"]).startswith(key)


@pytest.mark.parametrize(
    ("when", "kept"),
    [
        ("kind == 'level'", "a"),
        ("kind != 'level'", "bc"),
        ("种类.名 == '水位'", "c"),
        ("kind == 'level' || v == `2`", "ab"),
        ("starts_with(kind, 'le')", "a"),
        ("contains(kind, 'o')", "b"),
        ("v > `1`", "bc"),
        ("_topic[0] == 'x' && v == `1`", "a"),
        ("_topic[0] == 'y'", ""),
        ("kind", "ab"),
    ],
)
def test_conditions(when: str, kept: str) -> None:
    text = READING + f'when = "{when}"\n'
    data = f"""[{{"id":"a","kind":"level","v":1,"t":{T}}},{{"id":"b","kind":"flow","v":2,"t":{T}}},
                {{"id":"c","种类":{{"名":"水位"}},"v":3,"t":{T}}}]"""
    found = records(text, data, topic=("x",))
    assert [one.key[-1] for one in found] == list(kept)


def test_rows_that_are_no_csv_and_hours_that_no_clock_showed() -> None:
    text = 'format = "csv"\n' + READING
    assert reasons(text, f"id,v,t\na,1,{T},extra\n") == [("more_cells", "")]
    assert [reason for reason, _ in reasons(text, f'id,v,t\n"a"b,1,{T}\n')] == ["not_csv"]
    summer = READING.replace('"epoch_s"', '"%Y-%m-%d %H:%M"')
    gap = 'format = "csv"\nzone = "Europe/Berlin"\n' + summer
    assert reasons(gap, "id,v,t\na,1,2026-03-29 02:30\n") == [("no_such_time", "observed")]
