"""What visitors must not read: known answers worked by hand, and what must stay readable."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.hidden_words import shown_place, shown_text
from app.core.privacy import MASK, mask_text

HIDDEN = [
    ("苏H·12345 占道", "＊＊＊ 占道"),
    ("苏HD12345充电", "＊＊＊充电"),
    ("苏Ｈ１２３４５", "＊＊＊"),
    ("渣土车苏h12345未覆盖", "渣土车＊＊＊未覆盖"),
    ("沪A1234学", "＊＊＊"),
    ("13812345678", "＊＊＊"),
    ("138 1234 5678", "＊＊＊"),
    ("+86-138-1234-5678", "＊＊＊"),
    ("0517-83901234", "＊＊＊"),
    ("电话：83901234", "电话＊＊＊"),
    ("320802199001011234", "＊＊＊"),
    ("32080219900101123x", "＊＊＊"),
    ("320802900101123", "＊＊＊"),
    ("联系人张三", "联系人＊＊＊"),
    ("联系人：欧阳娜娜，", "联系人：＊＊＊，"),
    ("报警人王某", "报警人＊＊＊"),
    ("来电人买买提·艾力", "来电人＊＊＊"),
    ("李女士家中", "＊＊＊女士家中"),
    ("caller John Smith says", "caller ＊＊＊ says"),
    ("健康西路88号", "健康西路＊＊＊"),
    ("淮海路128号3幢2单元501室漏水", "淮海路＊＊＊漏水"),
    ("水渡口3号楼", "水渡口＊＊＊"),
]
KEPT = [
    "12345 热线受理 318 件",
    "淮河3号泵站水位 8.42 m",
    "翔宇大道12号桥",
    "2026年7月17日 14:03:22",
    "苏A级旅游景区",
    "报警人称屋内进水",
    "负责人已到场",
    "demo-video:32081200001320000001",
    "洪泽湖蒋坝站 13.50 m，超警戒 0.12 m",
]


@pytest.mark.parametrize(("text", "shown"), HIDDEN)
def test_what_is_of_a_person_is_hidden(text, shown):
    assert shown_text(text) == shown


@pytest.mark.parametrize("text", KEPT)
def test_what_is_of_the_city_stays(text):
    assert shown_text(text) == text


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("健康西路88号", "健康西路"),
        ("清江浦区长东街道水渡口社区3号楼", "清江浦区长东街道"),
        ("水渡口社区3号楼", "水渡口社区"),
        ("翔宇大道12号", "翔宇大道"),
        ("高沟镇南街村二组", "高沟镇"),
        ("3幢2单元501室", ""),
        ("", ""),
    ],
)
def test_a_place_is_told_as_far_as_its_street(place, shown):
    assert shown_place(place) == shown


TOKENS = [text for text, _ in HIDDEN] + KEPT + ["，", " ", "3", "号", "张", "苏", "A", MASK]
TEXTS = st.lists(st.sampled_from(TOKENS) | st.text(max_size=6), max_size=6).map("".join)


@given(TEXTS)
def test_to_hide_again_changes_nothing_and_nothing_is_left(text):
    shown = shown_text(text)
    assert shown_text(shown) == shown
    assert mask_text(shown) == shown, "what is kept out of files is hidden here too"
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", shown)
    assert not re.search(r"[苏沪][A-HJ-NP-Z]·?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])", shown)
