"""Bases as settings declare them: what is refused, and what a map says of each."""

from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.core.clock import ManualClock
from app.core.i18n import translator
from app.core.privacy import masked
from app.gis.tiles._base import BaseState, Place, bases
from app.gis.tiles.card import card, line, resolve, review_of
from app.gis.tiles.config import BaseConfig, check, read_bases
from app.gis.tiles.service import Tiles
from app.secrets import Secrets

NOW = 1_784_246_400_000
ZH, EN = translator("zh_CN"), translator("en")


def config(**more: Any) -> BaseConfig:
    given = {"id": "b", "kind": "xyz", "name_zh": "底图", "name_en": "Base", "crs": "cgcs2000"}
    return BaseConfig(**{**given, **more})


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"crs": ""}, "mapbase.no_crs"),
        ({"crs": "bd09"}, "mapbase.bad_crs"),
        ({"crs": "EPSG:4490"}, "mapbase.bad_crs"),
        ({"crs": "gcj02", "vector": True}, "mapbase.cannot_shift"),
        ({"crs": "gcj02", "kind": "wms"}, "mapbase.cannot_shift"),
        ({"crs": "EPSG:4490", "kind": "wms"}, "mapbase.degrees_zoom"),
        ({"min_zoom": 9, "max_zoom": 8}, "mapbase.zooms"),
    ],
)
def test_what_would_be_drawn_in_the_wrong_place_is_refused(
    more: dict[str, Any], sentence: str
) -> None:
    found = check(config(**more))
    assert found is not None and found.id == sentence


def test_what_can_be_drawn_is_not() -> None:
    for more in (
        {},
        {"crs": "gcj02"},
        {"crs": "EPSG:3857", "vector": True},
        {"crs": "EPSG:4490", "kind": "wms", "min_zoom": 8},
        {"crs": "", "kind": "outline"},
    ):
        assert check(config(**more)) is None


def test_a_later_file_comes_first_and_faults_stop_nothing(tmp_path: Path) -> None:
    first, second = tmp_path / "a.toml", tmp_path / "b.toml"
    first.write_text(
        '[[base]]\nid = "one"\nkind = "outline"\nname_zh = "一"\nname_en = "One"\n'
        '[[base]]\nid = "bad"\nkind = "xyz"\nname_zh = "坏"\nname_en = "Bad"\nurl = "https://x/"\n'
    )
    second.write_text(
        '[[layer]]\nid = "not-read-here"\n'
        '[[base]]\nid = "two"\nkind = "outline"\nname_zh = "二"\nname_en = "Two"\n'
        '[[base]]\nid = "one"\nkind = "outline"\nname_zh = "壹"\nname_en = "One"\n'
    )
    found = read_bases([first, second, tmp_path / "none.toml"])
    assert [base.name_zh for base in found.configs.values()] == ["二", "壹"]
    assert [fault.id for fault in found.faults] == ["mapbase.no_crs"]
    second.write_text("[[base]\n")
    found = read_bases([second, first])
    assert list(found.configs) == ["one"]
    assert [fault.id for fault in found.faults] == ["config.syntax", "mapbase.no_crs"]


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"url": "ftp://x/{z}/{x}/{y}"}, "url"),
        ({"url": "https://x/{z}/{x}"}, "url"),
        ({"url": "https://x/{z}/{x}/{y}/{key}"}, "url"),
        ({"url": "https://{s}.x/{z}/{x}/{y}"}, "options.subdomains"),
        ({"url": "https://x/{z}/{x}/{y}", "options": {"tsm": True}}, "options"),
        ({"kind": "wms", "url": "https://x/"}, "options"),
        ({"kind": "wmts", "url": "https://x/"}, "options.layer"),
        ({"kind": "wmts", "url": "https://x/{TileMatrix}/{TileRow}"}, "url"),
        ({"kind": "wmts", "preset": "vec_c"}, "preset"),
        ({"kind": "mbtiles"}, "path"),
    ],
)
def test_a_wrong_key_is_named(more: dict[str, Any], key: str) -> None:
    place = Place(ManualClock(NOW), Secrets(environment={}))
    tiles = Tiles({"b": config(**more)}, place)
    reason = tiles.refused["b"]
    assert (reason.id, reason.args["key"]) == ("mapbase.key", key)
    assert tiles.state("b").health == "refused"


def test_addresses_are_written_as_servers_read_them() -> None:
    place = Place(ManualClock(NOW), Secrets(environment={}))

    def address(**more: Any) -> str:
        tiles = Tiles({"b": config(**more)}, place)
        assert tiles.refused == {}
        return tiles.bases["b"].address(3, 1, 2)  # type: ignore[attr-defined, no-any-return]

    hosts = {"options": {"subdomains": "abc"}}
    assert address(url="https://{s}.x/{z}/{x}/{y}.png", **hosts) == "https://a.x/3/1/2.png"
    assert address(url="https://x/{z}/{x}/{-y}.png") == "https://x/3/1/5.png"
    rest = "https://x/{Layer}/{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"
    options = {"layer": "vec", "matrix": "EPSG:3857:"}
    assert address(kind="wmts", url=rest, options=options) == (
        "https://x/vec/default/GoogleMapsCompatible/EPSG:3857:3/2/1.png"
    )
    assert address(kind="wmts", preset="cva_w") == (
        "https://t3.tianditu.gov.cn/cva_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
        "&LAYER=cva&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX=3&TILEROW=2&TILECOL=1"
    )
    wms = {"layers": "a,b", "version": "1.1.1"}
    found = address(kind="wms", url="https://x/wms?map=1", crs="EPSG:4490", min_zoom=8, options=wms)
    assert "wms?map=1&SERVICE=WMS&VERSION=1.1.1" in found and "SRS=EPSG%3A4490" in found


def test_every_map_says_the_review_number_or_that_there_is_none() -> None:
    live = BaseState("live", NOW)
    numbered = config(review="GS（2024）0650号", attribution_zh="天地图", classification="public")
    assert line(review_of(numbered, live, NOW), ZH) == (
        "天地图",
        "审图号：GS（2024）0650号",
        "公开",
    )
    schematic = config(schematic=True, source_zh="演示", source_en="Demonstration")
    said = line(review_of(schematic, live, NOW), ZH)
    assert said == ("演示", "示意图，未送审，不作划界依据", "内部使用")
    assert line(review_of(schematic, live, NOW), EN)[0] == "Demonstration"
    assert "未登记审图号" in line(review_of(config(), live, NOW), ZH)[0]
    lost = BaseState("cached", NOW - 9000, NOW - 86_400_000)
    review = review_of(numbered, lost, NOW)
    assert line(review, ZH)[-1] == "连不上，显示缓存"
    assert review.age_ms == 86_400_000 and review.reviewed


def test_a_vector_base_without_a_gpu_gives_way_to_one_that_needs_none() -> None:
    first = config(id="v", vector=True)
    second = config(id="r")
    both = {"v": first, "r": second}
    assert resolve(both, "", webgl=True) == ("v", None)
    shown, why = resolve(both, "", webgl=False)
    assert shown == "r" and why is not None and why.id == "mapbase.no_gpu"
    assert ZH.render(why).startswith("底图 是矢量底图")
    assert resolve({"v": first}, "v", webgl=False)[0] == ""
    assert resolve(both, "gone", webgl=True)[0] == ""
    assert resolve({}, "", webgl=True) == ("", None)


def test_what_the_page_is_told_holds_no_address_and_no_credential() -> None:
    secret = config(url="https://secret.example/{z}/{x}/{y}", credential="tianditu", crs="gcj02")
    told = msgspec.json.encode(card(secret)).decode()
    assert "secret.example" not in told and "tianditu" not in told
    assert '"shifted":true' in told
    assert masked(secret).credential == ""


def test_the_kinds_that_there_are_and_the_bases_of_the_product() -> None:
    assert bases().names() == ["drawn", "mbtiles", "outline", "pmtiles", "wms", "wmts", "xyz"]
    shipped = read_bases([resources.files("assets") / "layers" / "bases.toml"])
    assert shipped.faults == () and "outline" in shipped.configs
    for base in shipped.configs.values():
        assert base.review or base.schematic
