"""The facts: what is chosen, what is said, and when a pinned sentence becomes another."""

from zoneinfo import ZoneInfo

import pytest

from app.core.catalog import Catalog, Quantity, Region
from app.core.i18n import translator
from app.core.model import AlarmKind, Level, Sourced, Warning, WarningStatus
from app.live.alarms import board
from app.live.fact import Rests
from app.live.fact_words import FactWords
from app.live.facts import facts
from app.live.headline import judged
from app.live.index_book import IndexBook
from tests.helpers.index_book import Indices, plan
from tests.helpers.seat import NOW, REGION

MINUTE = 60_000
CATALOG = Catalog(
    quantities={
        "p.one": Quantity("p.one", "12345 受理", "12345 calls", "件", MINUTE, unit_en="cases"),
        "p.two": Quantity("p.two", "积水点位", "Ponding points", "处", MINUTE, unit_en="points"),
    },
    regions={"320830": Region("320830", "盱眙县", "盱眙", "Xuyi")},
)


@pytest.fixture
def city() -> Indices:
    members = {
        "attribute": ("a.one",),
        "drive": ("d.one",),
        "pressure": ("p.one", "p.two"),
        "vitality": ("v.one",),
    }
    made = Indices(IndexBook(), plan(members), REGION, NOW)
    made.calm()
    return made


def warning(id_: str, kind: AlarmKind, level: Level = Level.YELLOW, **more: object) -> Warning:
    fields = {"issued": NOW - 20 * MINUTE, "observed": NOW - 20 * MINUTE} | more
    return Warning(id=id_, kind=kind, level=level, title=f"{id_}题", **fields)  # type: ignore[arg-type]


def told(city: Indices, *warnings: Warning, before=(), now: int = NOW):
    view = board([Sourced("s", now, item) for item in warnings], {}, now)
    return facts(view, judged(city.book, REGION, now), city.book, now, before)


def words(language: str = "zh_CN", *, open_hand: bool = True) -> FactWords:
    zone = ZoneInfo("Asia/Shanghai")
    return FactWords(CATALOG, translator(language), zone, open_hand=open_hand)


def test_nothing_happens_and_nothing_is_told(city):
    assert told(city) == ()


def test_an_exercise_is_no_fact(city):
    exercise = warning("x", AlarmKind.ISSUED, Level.RED, status=WarningStatus.EXERCISE)
    assert told(city, exercise) == ()


def test_one_of_each_kind_comes_before_the_second_of_one(city):
    city.put("pressure", 31.0)
    city.moved("pressure", 25.0, 31.0, [("p.one", 6.0, 86.0, 120.0)])
    issued = [warning(f"i:{n}", AlarmKind.ISSUED, Level.ORANGE) for n in range(3)]
    found = told(city, *issued, warning("h:1", AlarmKind.HINT, Level.RED))
    kinds = [fact.warning.kind if fact.warning else "index" for fact in found]
    assert kinds == [AlarmKind.ISSUED, AlarmKind.HINT, "index"]
    assert [fact.id for fact in told(city, *issued)] == [
        "warning:i:0",
        f"index:{city.key('pressure')}",
        "warning:i:1",
    ]


def test_a_move_says_what_it_came_from_with_values_before_and_after(city):
    city.put("pressure", 31.0, effective=0.96, age_ms=MINUTE)
    city.moved("pressure", 25.0, 31.0, [("p.one", 4.0, 86.0, 1200.0), ("p.two", 2.0, 3.0, 6.0)])
    (fact,) = told(city)
    assert words().title(fact) == "压力上升 6.0 分，到 31.0"
    assert words().text(fact) == (
        "与昨日同一时刻相比。主要来自 12345 受理 86 → 1,200 件 +4.0、积水点位 3 → 6 处 +2.0。"
        "按有效权重 96 % 计。"
    )
    assert words("en").title(fact) == "Pressure up 6.0 to 31.0"
    assert [item.rests for item in fact.evidence] == [Rests.INDEX, Rests.READING, Rests.READING]
    assert fact.observed == NOW - MINUTE


def test_the_three_kinds_are_told_apart(city):
    place = {"region": "320830", "evidence": "3 小时 50 毫米以上"}
    issued = told(city, warning("i:1", AlarmKind.ISSUED, issuer="市气象台", **place))[0]
    assert words().text(issued) == "市气象台 13:43 发布。盱眙。3 小时 50 毫米以上。"
    assert words(open_hand=False).text(issued) == "市气象台 13:43 发布。盱眙。"
    hint = told(city, warning("h:1", AlarmKind.HINT, precision=0.62, key="reading/p.one/1"))[0]
    assert words().text(hint) == "模型提示，13:43 起，近 30 天精确率 62 %。"
    assert len(hint.evidence) == 2
    limit = told(city, warning("l:1", AlarmKind.LIMIT))[0]
    assert words().text(limit) == "监测告警，13:43 起。"
    target = told(city, warning("t:1", AlarmKind.TARGET, Level.NONE))[0]
    assert words().text(target) == "未达标，13:43 起。" and target.is_target


def test_a_pinned_sentence_stays_until_it_would_say_something_else(city):
    city.put("pressure", 31.0)
    city.moved("pressure", 25.0, 31.0, [("p.one", 6.0, 86.0, 120.0)])
    first = told(city)
    city.moved("pressure", 25.0, 31.9, [("p.one", 6.9, 86.0, 130.0)])
    same = told(city, before=first, now=NOW + MINUTE)
    assert same == first, "less than a point more is told in the same words, at the same moment"
    city.moved("pressure", 25.0, 32.0, [("p.one", 7.0, 86.0, 130.0)])
    larger = told(city, before=same, now=NOW + MINUTE)
    assert larger[0].digest != first[0].digest and larger[0].at == NOW + MINUTE
    city.moved("pressure", 25.0, 31.0, [("p.two", 6.0, 3.0, 9.0)])
    assert told(city, before=first)[0].digest != first[0].digest, "another cause"


def test_a_graver_warning_is_another_sentence(city):
    first = told(city, warning("i:1", AlarmKind.ISSUED, Level.YELLOW))
    again = told(city, warning("i:1", AlarmKind.ISSUED, Level.YELLOW), before=first, now=NOW + 1)
    assert again == first
    graver = told(city, warning("i:1", AlarmKind.ISSUED, Level.ORANGE), before=first)
    assert graver[0].digest != first[0].digest
