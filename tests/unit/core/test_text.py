"""Folding and sounds: known answers worked by hand, and that nothing typed breaks them."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.child import ROOT
from app.core.text import folded, initials, pinyin, sounds, syllables, taken_for


@pytest.mark.parametrize(
    ("text", "letters", "spoken"),
    [
        ("淮海广场", "hhgc", "huaihaiguangchang"),
        ("重复", "cf", "chongfu"),
        ("重点", "zd", "zhongdian"),
        ("长江", "cj", "changjiang"),
        ("12345 受理", "12345sl", "12345shouli"),
    ],
)
def test_pinyin_of_names(text, letters, spoken):
    assert (initials(text), pinyin(text)) == (letters, spoken)


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        (" ＰＭ２．５ ", "pm2.5"),
        ("網格", "网格"),
        ("戶籍", "户籍"),
        ("Huai'an", "huai'an"),
        ("重慶", "重庆"),
        ("", ""),
    ],
)
def test_what_is_compared(typed, compared):
    assert folded(typed) == compared


@pytest.mark.parametrize(
    ("run", "spoken"),
    [
        ("重庆路", ["chong", "qing", "lu"]),
        ("重点", ["zhong", "dian"]),
        ("银行", ["yin", "hang"]),
        ("行人", ["xing", "ren"]),
        ("音乐", ["yin", "yue"]),
        ("绿地", ["lv", "di"]),
    ],
)
def test_a_character_is_spoken_as_its_phrase_wants(run, spoken):
    assert syllables(run) == spoken


@pytest.mark.parametrize(
    ("syllable", "others"),
    [
        ("zhang", {"zang", "zhan", "zan"}),
        ("zan", {"zhan", "zang", "zhang"}),
        ("lin", {"nin", "ling", "ning"}),
        ("hui", {"fui"}),
        ("feng", {"heng", "fen", "hen"}),
        ("lv", {"nv", "lu", "nu"}),
        ("e", set()),
        ("xi", set()),
    ],
)
def test_sounds_that_are_mixed_up(syllable, others):
    assert taken_for(syllable) == others


def test_other_readings_are_known_but_weaker():
    assert sounds("重", "chong").spoken == "chong"
    assert {"zhong", "zong", "cong"} <= set(sounds("重", "chong").weak)
    assert "yin" in sounds("沂", "yi").weak
    assert {"le", "yue"} <= set(sounds("乐", "le").weak) | {"le"}


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)


def test_phrases_that_were_read_in_parts_are_all_there() -> None:
    """What pypinyin reads by itself, in a process that reads it so."""
    plain = (
        "import json, sys; from pypinyin.constants import PHRASES_DICT;"
        "from pypinyin.contrib.mmseg import seg;"
        "parts = list(seg.cut('重庆重点银行'));"
        "json.dump([len(PHRASES_DICT), PHRASES_DICT['重庆'], parts], sys.stdout)"
    )
    ours = f"import app.core.phrases; {plain}"
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)
        for code in (plain, ours)
    ]
    count, chongqing, parts = json.loads(said[1].stdout)
    assert said[0].stdout == said[1].stdout
    assert count > 40_000 and chongqing == [["chóng"], ["qìng"]]
    assert parts == ["重庆", "重点", "银行"]
