"""Titles of Chinese warnings: the ten real ones by hand, and every hazard there is a code for."""

import csv
import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import FeedConfig
from app.core.model import Level, Warning, WarningState
from app.formats._base import Payload
from app.formats._cn_warning import Title, read_issuer, read_title
from app.formats.mapping import Mapping
from tests.helpers.ingesting import CATALOG

FEEDS = Path(__file__).parents[4] / "shared" / "data" / "feeds"
needs_samples = pytest.mark.skipif(not FEEDS.is_dir(), reason="the shared samples are not here")

# Read by a person from cn_alert_titles.txt: places and bodies of the issuers, hazard, colour.
TITLES = {
    "湖南省株洲市醴陵市气象台发布暴雨黄色预警信号": (
        [("湖南省", "株洲市", "醴陵市", "气象台")],
        "暴雨",
        Level.YELLOW,
    ),
    "广西壮族自治区防城港市东兴市气象台发布雷雨大风黄色预警信号": (
        [("广西壮族自治区", "防城港市", "东兴市", "气象台")],
        "雷雨大风",
        Level.YELLOW,
    ),
    "内蒙古自治区兴安盟阿尔山市气象台发布冰雹橙色预警信号": (
        [("内蒙古自治区", "兴安盟", "阿尔山市", "气象台")],
        "冰雹",
        Level.ORANGE,
    ),
    "云南省昆明市晋宁区气象台发布雷电黄色预警信号": (
        [("云南省", "昆明市", "晋宁区", "气象台")],
        "雷电",
        Level.YELLOW,
    ),
    "河南省濮阳市南乐县气象台发布暴雨橙色预警信号": (
        [("河南省", "濮阳市", "南乐县", "气象台")],
        "暴雨",
        Level.ORANGE,
    ),
    "山西省水利厅和山西省气象台发布山洪灾害气象风险蓝色预警": (
        [("山西省", "", "", "水利厅"), ("山西省", "", "", "气象台")],
        "山洪灾害气象风险",
        Level.BLUE,
    ),
    "安徽省黄山市黄山区气象台发布强对流黄色预警信号": (
        [("安徽省", "黄山市", "黄山区", "气象台")],
        "强对流",
        Level.YELLOW,
    ),
    "贵州省安顺市关岭县气象台发布大风蓝色预警信号": (
        [("贵州省", "安顺市", "关岭县", "气象台")],
        "大风",
        Level.BLUE,
    ),
    "浙江省自然资源厅、浙江省气象台发布地质灾害黄色预警": (
        [("浙江省", "", "", "自然资源厅"), ("浙江省", "", "", "气象台")],
        "地质灾害",
        Level.YELLOW,
    ),
    "辽宁省气象台发布其它气象灾害黄色预警": (
        [("辽宁省", "", "", "气象台")],
        "其它气象灾害",
        Level.YELLOW,
    ),
}


def read(title: str) -> Title:
    found = read_title(title)
    assert found is not None, title
    return found


@pytest.mark.parametrize("title", TITLES)
def test_the_ten_real_titles(title: str) -> None:
    issuers, hazard, level = TITLES[title]
    found = read(title)
    places = [(one.province, one.city, one.county, one.body) for one in found.issuers]
    assert (places, found.hazard, found.level) == (issuers, hazard, level)
    assert found.state is WarningState.ACTIVE


@needs_samples
def test_they_are_the_titles_of_the_sample() -> None:
    lines = (FEEDS / "cn_alert_titles.txt").read_text("utf-8").split()
    assert set(lines) == set(TITLES)


@needs_samples
def test_every_hazard_of_the_code_table_is_found_again() -> None:
    with (FEEDS / "qweather_alert_events.csv").open(encoding="utf-8-sig") as file:
        hazards = [row["type_name_zh"] for row in csv.DictReader(file)]
    hazards = [name for name in hazards if name and name.strip()]
    assert len(hazards) > 400
    for name in hazards:
        found = read(f"江苏省淮安市洪泽区气象台更新{name}橙色预警信号")
        assert (found.hazard, found.level, found.state) == (
            "".join(name.split()),
            Level.ORANGE,
            WarningState.UPDATED,
        )


@needs_samples
def test_titles_of_the_weather_service() -> None:
    now = msgspec.json.decode((FEEDS / "qweather" / "getWarningNow-zh.json").read_bytes())
    found = read(now["warning"][0]["title"])
    assert (found.issuer, found.hazard, found.level) == ("上海中心气象台", "大风", Level.BLUE)
    alert = msgspec.json.decode(
        (FEEDS / "qweather" / "getWeatherAlertCurrent-zh.json").read_bytes()
    )["alerts"][0]
    found = read(alert["headline"])
    assert (found.hazard, found.level, found.state) == ("大风", Level.BLUE, WarningState.UPDATED)
    (issuer,) = found.issuers
    assert (issuer.county, issuer.body) == ("临桂区", "气象台")


@pytest.mark.parametrize(
    ("title", "issuer", "hazard", "level", "state"),
    [
        ("淮安市气象台解除大雾黄色预警信号", "淮安市气象台", "大雾", "yellow", "cancelled"),
        ("淮安市气象台升级发布暴雨红色预警", "淮安市气象台", "暴雨", "red", "updated"),
        ("中央气象台继续发布高温橙色预警", "中央气象台", "高温", "orange", "updated"),
        ("江苏省气象台发布寒潮预警[Ⅲ级/较重]", "江苏省气象台", "寒潮", "yellow", "active"),
        ("江苏省气象台发布寒潮预警(II级)", "江苏省气象台", "寒潮", "orange", "active"),
        ("和顺县气象台发布暴雪蓝色预警", "和顺县气象台", "暴雪", "blue", "active"),
        ("淮安市气象台大雾黄色预警信号", "", "", "", ""),
        ("淮安市气象台解除大雾预警", "淮安市气象台", "大雾", "", "cancelled"),
        (
            "江苏省预警信息发布中心发布台风橙色预警",
            "江苏省预警信息发布中心",
            "台风",
            "orange",
            "active",
        ),
        (
            "淮安市自然资源局与淮安市气象局联合发布地质灾害气象风险橙色预警",
            "淮安市自然资源局、淮安市气象局",
            "地质灾害气象风险",
            "orange",
            "active",
        ),
        ("Flood Warning issued July 09", "", "", "", ""),
    ],
)
def test_other_forms(title: str, issuer: str, hazard: str, level: str, state: str) -> None:
    found = read_title(title)
    if not issuer:
        assert found is None
        return
    assert found is not None
    assert (found.issuer, found.hazard, found.level, found.state) == (issuer, hazard, level, state)


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("重庆市渝北区气象台", ("", "重庆市", "渝北区", "气象台")),
        ("湖北省荆州市沙市区气象台", ("湖北省", "荆州市", "沙市区", "气象台")),
        ("湖南省常德市津市市气象台", ("湖南省", "常德市", "津市市", "气象台")),
        ("延边朝鲜族自治州气象台", ("", "延边朝鲜族自治州", "", "气象台")),
        ("内蒙古自治区呼和浩特市气象台", ("内蒙古自治区", "呼和浩特市", "", "气象台")),
        ("浙江省杭州市城市管理局", ("浙江省", "杭州市", "", "城市管理局")),
        ("浙江省市场监督管理局", ("浙江省", "", "", "市场监督管理局")),
        ("中央气象台", ("", "", "", "中央气象台")),
        ("无名", ("", "", "", "无名")),
    ],
)
def test_places_of_an_issuer(name: str, places: tuple[str, str, str, str]) -> None:
    found = read_issuer(name)
    assert (found.province, found.city, found.county, found.body) == places


@given(st.text(max_size=300))
def test_any_text_is_a_title_or_none(text: str) -> None:
    found = read_title(text)
    assert found is None or (found.hazard and found.issuers)


@given(st.text(alphabet="市区县发布预警色红省台和、解除[]Ⅳ级", max_size=200))
def test_texts_of_the_words_of_titles_take_no_long(text: str) -> None:
    read_title(text)
    read_title(text * 3)


# A weather service's own JSON needs no code: these two maps are what an integrator writes.
NOW_MAP = """
each = "warning"
[[warning]]
id = {template = "qweather:{id}"}
kind = {value = "issued"}
level = {from = "severityColor", map = {Red = "red", Yellow = "yellow", Blue = "blue"}}
title = "title"
text = "text"
issuer = "sender"
hazard = "typeName"
issued = {from = "pubTime", time = "iso"}
observed = {from = "pubTime", time = "iso"}
expires = {from = "endTime", time = "iso"}
"""
CURRENT_MAP = """
each = "alerts"
[[warning]]
id = {template = "qweather:{id}"}
kind = {value = "issued"}
level = "color.code"
state = {from = "messageType.code", map = {alert = "active", update = "updated"}}
title = "headline"
text = "description"
instruction = "instruction"
issuer = "senderName"
hazard = "eventType.name"
severity = "severity"
issued = {from = "issuedTime", time = "iso"}
observed = {from = "issuedTime", time = "iso"}
onset = {from = "onsetTime", time = "iso"}
expires = {from = "expireTime", time = "iso"}
"""


@needs_samples
@pytest.mark.parametrize(
    ("map_", "name", "id_", "state", "expires"),
    [
        (NOW_MAP, "getWarningNow", "10102010020230403103000500681616", "active", 1_680_575_400_000),
        (CURRENT_MAP, "getWeatherAlertCurrent", "202510241119105837988676", "updated",
         1_761_362_340_000),
    ],
)  # fmt: skip
def test_the_services_own_json_through_a_mapping(
    map_: str, name: str, id_: str, state: str, expires: int
) -> None:
    config = FeedConfig(id="qw", kind="http-json", name_zh="天气", map=tomllib.loads(map_))
    data = (FEEDS / "qweather" / f"{name}-zh.json").read_bytes()
    (made,) = Mapping(config, CATALOG, "Asia/Shanghai").read(Payload(data, 1_795_003_200_000))
    warning = made.record
    assert isinstance(warning, Warning), made
    assert (warning.id, warning.state, warning.level) == (f"qweather:{id_}", state, Level.BLUE)
    assert (warning.hazard, warning.expires) == ("大风", expires)  # 10:30 and 11:19 in Beijing
