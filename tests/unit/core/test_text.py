"""Finding by what is typed: known answers, and that nothing typed breaks it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import find, folded, initials, name, pinyin

NAMES = (
    name("indicator", "hotline.calls", "12345 受理", "12345 calls"),
    name("indicator", "flood.depth", "积水最深", "Deepest standing water"),
    name("camera", "320812-0417", "淮海广场 东北角", "Huaihai Square NE"),
    name("indicator", "case.repeat", "重复诉求", "Repeated requests"),
    name("camera", "320812-0500", "重点视频", "Key video"),
)


@pytest.mark.parametrize(
    ("text", "letters", "sounds"),
    [
        ("淮海广场", "hhgc", "huaihaiguangchang"),
        ("重复", "cf", "chongfu"),
        ("重点", "zd", "zhongdian"),
        ("长江", "cj", "changjiang"),
        ("12345 受理", "12345sl", "12345shouli"),
    ],
)
def test_pinyin_of_names(text, letters, sounds):
    assert (initials(text), pinyin(text)) == (letters, sounds)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("hhgc", "320812-0417"),
        ("淮海", "320812-0417"),
        ("huaihai", "320812-0417"),
        ("0417", "320812-0417"),
        ("jszs", "flood.depth"),
        ("standing", "flood.depth"),
        ("１２３４５", "hotline.calls"),
        ("zd", "320812-0500"),
        ("CF", "case.repeat"),
    ],
)
def test_the_first_thing_found(typed, first):
    assert find(NAMES, typed, 5).names[0].id == first


def test_nothing_typed_finds_all_in_their_order():
    found = find(NAMES, "  ", 2)
    assert [item.id for item in found.names] == ["hotline.calls", "flood.depth"]
    assert found.total == 5


def test_what_is_nowhere_is_not_found():
    assert find(NAMES, "zzz", 5).total == 0


@given(st.text(max_size=40))
def test_any_text_may_be_typed(text):
    found = find(NAMES, text, 3)
    assert len(found.names) <= 3
    assert len(found.names) <= found.total


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)
