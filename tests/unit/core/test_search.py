"""Finding while one types: known answers, ranks, and that everything is found by its own names."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.search import Index, Rank
from app.core.text import Name, initials, pinyin

NAMES = (
    Name("scene", "overview", "总览", "Overview"),
    Name("indicator", "hotline.calls", "12345 受理", "12345 calls"),
    Name("indicator", "flood.depth", "积水最深", "Deepest standing water"),
    Name("indicator", "case.repeat", "重复诉求", "Repeated requests"),
    Name("indicator", "air.pm25", "细颗粒物浓度", "PM2.5", ("PM₂.₅",)),
    Name("indicator", "grid.walks", "网格走访", "Grid visits"),
    Name("bureau", "police", "淮安市公安局", "Public Security Bureau", ("公安局",)),
    Name("region", "370323", "沂源县", "Yiyuan"),
    Name("region", "130225", "乐亭县", "Laoting"),
    Name("point", "p:1", "淮海广场", "Huaihai Square"),
    Name("point", "p:2", "重庆路", "Chongqing Road"),
    Name("point", "p:3", "北京路", "Beijing Road"),
    Name("point", "p:4", "中国银行", "Bank of China"),
    Name("point", "p:5", "长江桥", "Changjiang Bridge"),
    Name("point", "p:6", "临港入口", "Lingang entrance"),
    Name("point", "p:7", "音乐厅", "Music hall"),
    Name("camera", "320812-0417", "淮海广场 东北角", "Huaihai Square NE"),
    Name("camera", "320812-0500", "重点视频", "Key video"),
)


@cache
def index():
    return Index(NAMES)


def ids(text, limit=5, **options):
    return [item.id for item in index().find(text, limit, **options).names]


@pytest.mark.parametrize(
    ("typed", "first", "rank"),
    [
        ("淮海广场", "p:1", Rank.EXACT),
        ("huaihaiguangchang", "p:1", Rank.EXACT),
        ("Huaihai  Square", "p:1", Rank.EXACT),
        ("air.pm25", "air.pm25", Rank.EXACT),
        ("ＰＭ２．５", "air.pm25", Rank.EXACT),
        ("公安局", "police", Rank.EXACT),
        ("淮海", "p:1", Rank.PREFIX),
        ("huaihaig", "p:1", Rank.PREFIX),
        ("bei京", "p:3", Rank.PREFIX),
        ("chongq", "p:2", Rank.PREFIX),
        ("重慶", "p:2", Rank.PREFIX),
        ("網格", "grid.walks", Rank.PREFIX),
        ("東北", "320812-0417", Rank.WORD),
        ("0417", "320812-0417", Rank.WORD),
        ("standing", "flood.depth", Rank.WORD),
        ("square ne", "320812-0417", Rank.WORD),
        ("lgrk", "p:6", Rank.INITIALS),
        ("hhgc", "p:1", Rank.INITIALS),
        ("zgyh", "p:4", Rank.INITIALS),
        ("zhgyh", "p:4", Rank.INITIALS),
        ("yyx", "370323", Rank.INITIALS),
        ("yyt", "p:7", Rank.INITIALS),
        ("jsz", "flood.depth", Rank.INITIALS_PREFIX),
        ("hhgcdb", "320812-0417", Rank.INITIALS_PREFIX),
        ("yinhang", "p:4", Rank.PART),
        ("zuishen", "flood.depth", Rank.PART),
        ("pearance", None, None),
        ("qiuzzz", None, None),
        ("zhongqing", "p:2", Rank.SIMILAR),  # 重 is also zhong
        ("yinyuan", "370323", Rank.SIMILAR),  # 沂 is also yin
        ("leting", "130225", Rank.SIMILAR),  # 乐 is usually le
        ("changxing", None, None),
        ("fuaihai", "p:1", Rank.SIMILAR),
        ("huaihaiguanchan", "p:1", Rank.SIMILAR),
        ("linggang", "p:6", Rank.SIMILAR),
        ("yuanxian", "370323", Rank.PART),
        ("cangjiang", "p:5", Rank.SIMILAR),
        ("xihang", None, None),
    ],
)
def test_what_is_found_first(typed, first, rank):
    found = index().find(typed, 5).names
    assert (found[0].id if found else None) == first
    if found:
        assert index().rank(typed, found[0].kind, first) is rank


def test_a_phrase_outranks_another_reading():
    assert ids("zhongdian")[0] == "320812-0500"
    assert index().rank("zhong", "point", "p:2") is Rank.SIMILAR
    assert index().rank("chong", "point", "p:2") is Rank.PREFIX


def test_equal_ranks_stand_in_the_order_given_and_what_was_chosen_last_before_them():
    assert ids("hh")[:2] == ["p:1", "320812-0417"]
    assert ids("hh", recent=[("camera", "320812-0417")])[:2] == ["320812-0417", "p:1"]
    recent = [("point", "p:3"), ("region", "370323"), ("point", "gone")]
    assert ids("", recent=recent)[:3] == ["p:3", "370323", "overview"]


def test_a_better_rank_stands_before_what_was_chosen_last():
    assert ids("淮海广场", recent=[("camera", "320812-0417")])[0] == "p:1"


def test_only_some_kinds():
    assert ids("hh", kinds=("camera",)) == ["320812-0417"]
    assert ids("", kinds=("scene",)) == ["overview"]
    assert ids("hh", kinds=("nothing",)) == []


def test_nothing_typed_finds_all_in_their_order():
    found = index().find("  ", 2)
    assert [item.id for item in found.names] == ["overview", "hotline.calls"]
    assert found.total == len(NAMES)


def test_punctuation_alone_finds_nothing():
    assert index().find("…！", 5).total == 0


def test_words_may_stand_in_any_order():
    assert ids("东北 淮海")[0] == "320812-0417"
    assert ids("ne huaihai")[0] == "320812-0417"


def test_going_back_and_on_gives_what_typing_at_once_gives():
    fresh = Index(NAMES)
    for text in ("h", "hh", "hhg", "hh", "hhgc", "hua", "huaihai", "淮", "淮h", "淮海"):
        assert fresh.find(text, 9) == Index(NAMES).find(text, 9)


@pytest.mark.parametrize("item", NAMES, ids=lambda item: item.id)
def test_everything_is_found_by_its_own_names_sounds_and_initials(item):
    for text in (item.name_zh, item.name_en, item.id, *item.aliases, pinyin(item.name_zh)):
        assert index().rank(text, item.kind, item.id) is Rank.EXACT, text
    letters = initials(item.name_zh)
    assert index().rank(letters, item.kind, item.id) in (Rank.EXACT, Rank.INITIALS, Rank.PREFIX)


CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=9)


@given(st.lists(CHINESE, min_size=1, max_size=5), st.data())
def test_any_name_is_found_by_any_part_of_itself_and_by_its_pinyin(words, data):
    names = [Name("point", str(number), word, "") for number, word in enumerate(words)]
    made = Index(names)
    chosen = data.draw(st.sampled_from(names))
    begin = data.draw(st.integers(0, len(chosen.name_zh) - 1))
    end = data.draw(st.integers(begin + 1, len(chosen.name_zh)))
    assert made.rank(chosen.name_zh[begin:end], "point", chosen.id) is not None
    if spoken := pinyin(chosen.name_zh):
        assert made.rank(spoken, "point", chosen.id) is not None


@given(st.text(max_size=40))
def test_any_text_may_be_typed(text):
    found = index().find(text, 3)
    assert len(found.names) <= 3
    assert len(found.names) <= found.total


@given(st.lists(st.text(max_size=20), max_size=6))
def test_names_may_be_any_text(words):
    made = Index(Name("point", str(number), word, "") for number, word in enumerate(words))
    assert made.find("", 9).total == len(words)
