"""What the README shows is true: its settings load, its sample becomes the reading it promises."""

import re

import msgspec
import pytest

from app.city import load_city
from app.config import CityConfig, parse_toml
from app.core.model import Reading
from app.formats._base import Payload
from app.formats.mapping import Mapping
from app.registry import Registry
from tests.contract.house import ROOT

PAGES = ("README.md", "README.zh-CN.md")
HEAD = """code = "320800"
name_zh = "淮安市"
name_en = "Huai'an"
centre_name_zh = "中心"
centre_name_en = "Centre"
"""


def city_of(page: str) -> CityConfig:
    text = (ROOT / page).read_text("utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    return parse_toml(HEAD + "\n".join(blocks), CityConfig, page)


@pytest.mark.parametrize("page", PAGES)
def test_its_feeds_load(page: str) -> None:
    feeds = city_of(page).feed
    assert [feed.kind for feed in feeds] == ["mqtt", "ws-json"]
    assert {feed.kind for feed in feeds} <= set(Registry("app.feeds", object).names())


@pytest.mark.parametrize("page", PAGES)
def test_its_sample_becomes_a_reading(page: str) -> None:
    sample = re.search(r'`(\{"station".*?\})`', (ROOT / page).read_text("utf-8"))
    assert sample
    mapping = Mapping(city_of(page).feed[0], load_city("huaian").catalog)
    (made,) = mapping.read(Payload(sample.group(1).encode(), 0))
    assert isinstance(made.record, Reading), made
    assert msgspec.structs.astuple(made.record)[:3] == (
        "reading/water.level/320812/jiangba",
        13.82,
        1784268202000,  # 2026-07-17 06:03:22 UTC
    )


@pytest.mark.parametrize("page", PAGES)
def test_its_pictures_are_there(page: str) -> None:
    for name in re.findall(r"\(docs/pictures/([^)]+)\)", (ROOT / page).read_text("utf-8")):
        assert (ROOT / "docs" / "pictures" / name).is_file(), name
