"""How numbers and times are written; the answers are those of LANGUAGE.md section 4."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import wording
from app.core.catalog import DAY, HOUR, MINUTE, SECOND
from app.core.i18n import LANGUAGES, translator
from app.core.model import Freshness, Ms

ZH, EN = translator("zh_CN"), translator("en")
ZONE = ZoneInfo("Asia/Shanghai")
spans = st.integers(0, 400 * DAY)


def at(*when: int) -> Ms:
    """A moment given in the city's time."""
    return round(datetime(*when, tzinfo=ZONE).timestamp() * 1000)


NOW = at(2026, 7, 17, 14, 3, 22)


@pytest.mark.parametrize(
    ("value", "decimals", "unit", "written"),
    [
        (1284, 0, "件", ("1,284", "件")),
        (0, 0, "件", ("0", "件")),
        (99_999.4, 0, "件", ("99,999", "件")),
        (99_999.6, 0, "件", ("10.0 万", "件")),
        (453_000, 0, "件", ("45.3 万", "件")),
        (-453_000, 0, "件", ("−45.3 万", "件")),
        (99_999_400, 0, "件", ("9,999.9 万", "件")),
        (99_999_600, 0, "件", ("1.00 亿", "件")),
        (201_000_000, 0, "元", ("2.01 亿", "元")),
        (101_325, 0, "Pa", ("101,325", "Pa")),
        (452_800, 1, "万人", ("452,800.0", "万人")),
        (-0.03, 2, "MPa", ("−0.03", "MPa")),
        (-0.004, 2, "MPa", ("0.00", "MPa")),
        (28.64, 1, "℃", ("28.6", "℃")),
        (None, 1, "℃", ("—", "")),
        (float("nan"), 1, "℃", ("—", "")),
        (float("inf"), 0, "件", ("—", "")),
    ],
)
def test_values(value: float | None, decimals: int, unit: str, written: tuple[str, str]) -> None:
    assert wording.format_value(value, decimals, unit, ZH) == written


def test_english_counts_in_millions() -> None:
    assert wording.format_value(453_000, 0, "件", EN) == ("453,000", "件")
    assert wording.format_value(2_010_000, 0, "件", EN) == ("2.01 million", "件")
    assert wording.format_value(999_999_999, 0, "件", EN) == ("1.00 billion", "件")
    assert wording.format_value(2_010_000, 0, "件", EN, "cases") == ("2.01 million", "cases")
    assert wording.format_value(455.0, 1, "万人", EN, "10k people") == ("455.0", "10k people")
    assert wording.format_value(2_010_000, 0, "件", ZH, "cases") == ("201.0 万", "件")
    assert wording.quantity(0.5, 1, "m", EN, "") == "0.5 m"


@pytest.mark.parametrize(
    ("ago", "period", "fresh", "written", "with_word"),
    [
        (200, 5 * SECOND, Freshness.LIVE, "1 秒前", "实时 1 秒前"),
        (-9_000, 5 * SECOND, Freshness.LIVE, "1 秒前", "实时 1 秒前"),
        (2 * SECOND, 5 * SECOND, Freshness.LIVE, "2 秒前", "实时 2 秒前"),
        (48_999, 5 * SECOND, Freshness.LIVE, "48 秒前", "实时 48 秒前"),
        (MINUTE, 5 * SECOND, Freshness.LATE, "1 分钟前", "迟到 1 分钟"),
        (3 * MINUTE, 5 * MINUTE, Freshness.LIVE, "3 分钟前", "实时 3 分钟前"),
        (26 * MINUTE, MINUTE, Freshness.LATE, "26 分钟前", "迟到 26 分钟"),
        (HOUR, HOUR, Freshness.LIVE, "1 小时前", "实时 1 小时前"),
        (72 * MINUTE, HOUR, Freshness.LATE, "1 小时 12 分前", "迟到 1 小时 12 分"),
        (3 * HOUR, HOUR, Freshness.LATE, "11:03", "迟到 11:03"),
        (10 * MINUTE, MINUTE, Freshness.CACHED, "13:53", "缓存 13:53"),
        (16 * HOUR, HOUR, Freshness.CACHED, "昨日 22:03", "缓存 昨日 22:03"),
        (47 * HOUR, HOUR, Freshness.CACHED, "7月15日", "缓存 7月15日"),
        (365 * DAY, HOUR, Freshness.CACHED, "2025年7月17日", "缓存 2025年7月17日"),
        (5, HOUR, Freshness.NONE, "无数据", "无数据"),
    ],
)
def test_ages(ago: int, period: int, fresh: Freshness, written: str, with_word: str) -> None:
    assert wording.age(NOW - ago, NOW, period, fresh, ZONE, ZH) == written
    assert wording.state_age(NOW - ago, NOW, period, fresh, ZONE, ZH) == with_word


def test_no_moment_is_no_age() -> None:
    assert wording.age(None, NOW, HOUR, Freshness.LIVE, ZONE, ZH) == "无数据"
    assert wording.missing(None, NOW, ZH) == "无数据"
    assert wording.missing(NOW - 26 * MINUTE, NOW, ZH) == "无数据 26 分"


@pytest.mark.parametrize(
    ("as_of", "period", "written"),
    [
        (at(2026, 7, 1), 31 * DAY, "按月，6月30日"),
        (at(2026, 7, 17, 6), DAY, "按日，今日 06:00"),
        (at(2026, 7, 17), DAY, "按日，7月16日"),
        (at(2026, 7, 16, 6), DAY, "按日，7月16日"),
        (at(2026, 7, 1), 92 * DAY, "按季，6月30日"),
        (at(2026, 1, 1), 366 * DAY, "按年，2025年"),
        (at(2025, 7, 1), 366 * DAY, "按年，2025年6月30日"),
    ],
)
def test_slow_data_states_its_period(as_of: Ms, period: int, written: str) -> None:
    assert wording.age(as_of, NOW, period, Freshness.LIVE, ZONE, ZH) == written


def test_times() -> None:
    assert wording.clock(NOW, ZONE) == "14:03:22"
    assert wording.clock(NOW, ZONE, seconds=False) == "14:03"
    assert wording.weekday(NOW, ZONE, ZH) == "7月17日 周五"
    assert wording.weekday(NOW, ZONE, EN) == "Fri 17 Jul"
    assert wording.day(at(2024, 2, 29), NOW, ZONE, ZH) == "2024年2月29日"
    assert wording.since_start(2_942_000) == "T+00:49:02"
    assert wording.since_start(-60_000) == "T−00:01:00"
    assert wording.waiting(374_000, ZH) == "06:14"
    assert wording.waiting(75 * MINUTE, ZH) == "1 小时 15 分"
    assert wording.countdown(1_426_000, ZH) == "剩 23:46"
    assert wording.countdown(-130_000, ZH) == "超 02:10"
    assert wording.countdown(2 * HOUR, ZH) == "剩 02:00:00"
    assert wording.delay(300, ZH) == "0.3 秒"
    assert wording.delay(18_000, ZH) == "18 秒"
    assert wording.expected(5 * SECOND, ZH) == "应 5 秒"
    assert wording.duration(76 * HOUR, ZH) == "3 天 4 小时"


def test_changes_and_shares() -> None:
    assert wording.change(6, 1) == "↑ 6.0"
    assert wording.change(-1.1, 1) == "↓ 1.1"
    assert wording.change(-0.04, 1) == "→ 0.0"
    assert wording.percent(0.974, 1) == "97.4 %"
    assert wording.percent(0.61, signed=True) == "+61 %"
    assert wording.percent(None) == "—"
    assert wording.points(1.2, 1, ZH) == "+1.2 个百分点"
    assert (
        wording.estimate(1.84, 1.51, 2.2, 2, "万人", ZH) == "≈ 1.84 万人，1.51 至 2.20 (90 % 区间)"
    )
    assert wording.estimate(1.84, None, None, 2, "万人", ZH) == "≈ 1.84 万人"


@given(st.floats(allow_nan=True, allow_infinity=True), st.integers(0, 6))
def test_a_number_is_never_written_with_a_hyphen(value: float, decimals: int) -> None:
    text = wording.number(value, decimals)
    assert "-" not in text and "e" not in text and "n" not in text
    assert re.fullmatch(r"—|−?\d{1,3}(,\d{3})*(\.\d+)?", text)


@given(st.integers(-(10**15), 10**15), st.integers(0, 3))
def test_whole_numbers_survive_being_written(value: int, decimals: int) -> None:
    text = wording.number(value, decimals).replace(",", "").replace("−", "-")
    assert float(text) == value


@given(st.floats(-1e12, 1e12), st.integers(0, 4), st.sampled_from(["件", "", "人", "m", "万人"]))
def test_a_short_form_stays_near_the_value(value: float, decimals: int, unit: str) -> None:
    for language in LANGUAGES:
        text, _ = wording.format_value(value, decimals, unit, translator(language))
        digits, _, word = text.replace(",", "").replace("−", "-").partition(" ")
        scale = {"": 1, "万": 1e4, "亿": 1e8, "million": 1e6, "billion": 1e9}[word]
        shown = float(digits) * scale
        places = len(digits.partition(".")[2])
        assert abs(shown - value) <= scale * 10.0**-places / 2 + abs(value) * 1e-12


@given(spans, st.sampled_from(LANGUAGES))
def test_older_is_never_written_younger(span: int, language: str) -> None:
    words = translator(language)
    minutes = [_minutes(wording.duration(value, words, long=True)) for value in (span, span + DAY)]
    assert minutes[0] <= minutes[1]
    assert "⟦" not in wording.ago(span, words)


def _minutes(text: str) -> float:
    units = {"秒": 1 / 60, "s": 1 / 60, "分钟": 1, "分": 1, "min": 1, "小时": 60, "h": 60}
    units |= {"天": 1440, "d": 1440}
    return sum(int(n) * units[unit] for n, unit in re.findall(r"(\d+) (\S+)", text))


@given(spans, st.integers(1, 400 * DAY), st.sampled_from(Freshness), st.sampled_from(LANGUAGES))
def test_every_age_has_its_sentence(ago: int, period: int, fresh: Freshness, language: str) -> None:
    words = translator(language)
    for write in (wording.age, wording.state_age):
        text = write(NOW - ago, NOW, period, fresh, ZONE, words)
        assert text and "⟦" not in text and "{" not in text
