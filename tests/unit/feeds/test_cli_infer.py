"""`feed infer` on what bureaus send: its proposal loads, and asks where it does not know."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli.feed import command as feed

STATIONS = """{"code":0,"msg":"成功","data":{"total":2,"list":[
 {"STCD":"62301","STNM":"蒋坝","TM":"2024-11-21 08:00:00","Z_CM":1234.5,"Q":12.3,"LGTD":118.7},
 {"STCD":"62302","STNM":"三河闸","TM":"2024-11-21 08:00:00","Z_CM":1300,"Q":30,"LGTD":118.8}]}}"""
HOTLINE = """工单编号,诉求标题,诉求类型,地址,来电人,受理时间,x,y
20241121001,路灯不亮,城市管理,淮海路1号,张三,2024/11/21 08:00:00,33.6,119.02
20241121002,积水,市政,翔宇大道2号,李四,2024/11/21 08:05:00,33.5,119.1
"""
WEATHER = """<ds xmlns="http://met.example/1"><head><n>2</n></head>
<row id="58141"><obs><时间>20241121080000</时间><雨量>0.5</雨量></obs><状态>正常</状态>
</row><row id="58142"><obs><时间>20241121080000</时间><雨量>1.5</雨量></obs><状态>故障</状态>
</row></ds>"""
BUSES = "\n".join(
    f'{{"plateNo":"苏H{number}","lng":119.0{number},"lat":33.5,"speed_kmh":36,'
    f'"gpsTime":173214720000{number}}}'
    for number in range(3)
)
COLUMNS = """{"latitude":33.5,"hourly":{"time":["2024-11-21T08:00","2024-11-21T09:00"],
            "水位":[12.1,12.2]}}"""
POND = """{"type":"FeatureCollection","features":[{"type":"Feature","id":"p1",
 "properties":{"title":"淮海路下穿积水","sbsj":"2024-11-21 08:00:00"},
 "geometry":{"type":"Point","coordinates":[119.02,33.6]}}]}"""
HEADLESS = "62301;2024-11-21 08:00;12.34\n62302;2024-11-21 08:00;13.00\n"
WITHOUT = '[{"foo":"x","bar":3},{"foo":"y","bar":4}]'

SAMPLES: dict[str, bytes] = {
    "stations.json": STATIONS.encode(),
    "hotline.csv": HOTLINE.encode("gb18030"),
    "weather.xml": WEATHER.encode(),
    "buses.ndjson": BUSES.encode(),
    "columns.json": COLUMNS.encode(),
    "pond.geojson": POND.encode(),
    "headless.csv": HEADLESS.encode(),
    "without.json": WITHOUT.encode(),
}


def infer(folder: Path, name: str, lang: str = "zh_CN") -> str:
    (folder / name).write_bytes(SAMPLES[name])
    result = CliRunner().invoke(feed, ["infer", str(folder / name), "--lang", lang])
    assert result.exit_code == 0, result.output
    return result.output


def attempt(folder: Path, name: str, text: str) -> list[str]:
    (folder / "draft.toml").write_text(text, encoding="utf-8")
    arguments = ["try", str(folder / name), "--map", str(folder / "draft.toml")]
    return CliRunner().invoke(feed, arguments).stdout.splitlines()


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_the_proposal_loads_and_every_line_of_it_is_marked(
    tmp_path: Path, name: str, lang: str
) -> None:
    text = infer(tmp_path, name, lang)
    assert tomllib.loads(text)["feed"][0]["map"]
    marks = (
        ("# 请核对：", "# 待填：") if lang == "zh_CN" else ("# please check: ", "# to fill in: ")
    )
    for line in text.splitlines():
        if " = " in line and not line.startswith("n = "):
            assert any(mark in line for mark in marks), line
    lines = attempt(tmp_path, name, text)
    assert lines[0][0] in "1"
    assert lines[-1].startswith("可用 ")


@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in ("without.json",)])
def test_what_can_be_told_is_right_without_a_hand(tmp_path: Path, name: str) -> None:
    lines = attempt(tmp_path, name, infer(tmp_path, name))
    if name == "headless.csv":  # two columns, and nothing says what they are
        assert lines[-1] == "可用 0 条，拒绝 4 条。"
    else:
        assert lines[-1].endswith("拒绝 0 条。"), lines


def mapped(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(infer(folder, name))["feed"][0]["map"]
    return found


def test_a_level_in_centimetres_by_its_name(tmp_path: Path) -> None:
    found = mapped(tmp_path, "stations.json")
    level, flow = found["reading"]
    assert found["each"] == "data.list"
    assert level["key"] == {"template": "reading/water.level/320800/{STCD}"}
    assert level["value"] == {"from": "Z_CM", "unit": "cm"}
    assert level["observed"] == {"from": "TM", "time": "%Y-%m-%d %H:%M:%S"}
    assert flow["value"] == {"from": "Q", "unit": "m³/s"}


def test_a_survey_s_x_is_north(tmp_path: Path) -> None:
    found = mapped(tmp_path, "hotline.csv")
    (event,) = found["event"]
    assert found["encoding"] == "gb18030"
    assert (event["lon"], event["lat"]) == ("y", "x")
    assert (event["type"], event["title"], event["reporter"]) == ("诉求类型", "诉求标题", "来电人")


def test_words_of_a_state(tmp_path: Path) -> None:
    (device,) = mapped(tmp_path, "weather.xml")["device"]
    assert device["state"]["map"] == {"正常": "online", "故障": "fault"}


def test_buses_by_the_line(tmp_path: Path) -> None:
    found = mapped(tmp_path, "buses.ndjson")
    (position,) = found["position"]
    assert found["format"] == "ndjson"
    assert position["id"] == {"template": "todo:{plateNo}"}
    assert position["speed"] == {"from": "speed_kmh", "unit": "km/h"}
    assert position["observed"]["time"] == "epoch_ms"


def test_values_too_large_for_metres_are_centimetres(tmp_path: Path) -> None:
    SAMPLES["large.json"] = b'[{"id":"a","tm":"2024-11-21 08:00","z":1234},{"id":"b","z":1}]'
    try:
        (level,) = mapped(tmp_path, "large.json")["reading"]
    finally:
        del SAMPLES["large.json"]
    assert level["value"] == {"from": "z", "unit": "cm"}


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"{}", b"[1, 2]", b"\x00\xff", b"<!DOCTYPE a><a/>"]
)
def test_what_is_no_sample_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    result = CliRunner().invoke(feed, ["infer", str(tmp_path / "x"), "--lang", "en"])
    assert result.exit_code == 1
    assert "no records that repeat" in result.output
