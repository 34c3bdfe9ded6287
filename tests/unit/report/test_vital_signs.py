"""The page says what the picture says, at one moment, and says what it does not know."""

from zoneinfo import ZoneInfo

import pytest

from app.city import City, load_city
from app.core.health import FeedHealth, FeedState
from app.core.i18n import translator
from app.core.index import Contribution, IndexMove, IndexResult
from app.core.keys import reading_key
from app.core.model import AlarmKind, Level, Reading, Warning
from app.live.alarms import Card
from app.live.headline import judged
from app.live.picture import Picture
from app.report.as_html import as_html
from app.report.document import Document, Paragraph, Table
from app.report.vital_signs import Scope, vital_signs

NOW = 1_784_268_202_000  # 14:03:22 on 17 July 2026 in Shanghai
CITY = "320800"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("huaian")


def made(city: City, language: str = "zh_CN", *cards: Card) -> Document:
    picture = Picture({}, city.config.world)
    picture.feeds["hotline"] = FeedHealth(
        "hotline", "12345 热线平台", "12345 platform", FeedState.LIVE, NOW
    )
    key = reading_key("event.hotline_calls", CITY)
    picture.apply_readings("hotline", NOW, [(key, Reading(key, 142, NOW - 2000))])
    book, index = picture.indices, reading_key("index.pressure", CITY)
    book.plan = city.catalog.plan
    book.results[index] = IndexResult(
        "index.pressure", index, NOW, 68.3, 31.7, 0.96, 0.9, NOW - 48_000, "v", 84
    )
    low = reading_key("index.vitality", CITY)
    book.results[low] = IndexResult(
        "index.vitality", low, NOW, None, 40.0, 0.54, 0.5, NOW - 90_000, "v", 35
    )
    moved = Contribution("event.hotline_calls", key, 2.4, 2.4, 88.0, 142.0)
    book.moves[index] = IndexMove(
        "index.pressure", index, NOW - 86_400_000, NOW, 62.3, 68.3, 1.0, "v", (moved,)
    )
    picture.briefing.headline = judged(book, CITY, NOW)
    scope = Scope(
        picture, city.catalog, city.config, cards, NOW, ZoneInfo("Asia/Shanghai"),
        translator(language),
    )  # fmt: skip
    return vital_signs(scope, "指令 01ABC")


def table(document: Document, heading: str) -> Table:
    block = next(block for block in document.blocks if block.heading == heading)
    found = block.content[0]
    assert isinstance(found, Table)
    return found


def test_the_indices_with_move_weight_and_moment(city):
    rows = {row[0]: row[1:] for row in table(made(city), "指数").rows}
    assert rows["压力"] == ("68.3", "+6.0", "96 %", "14:02")
    # 54 % of the weight is less than 60 %: no number, only that there is none.
    assert rows["活力"] == ("不发布", "—", "54 %", "14:01")


def test_what_changed_most_names_value_source_and_moment(city):
    (row,) = table(made(city), "比昨日变化最大").rows
    assert row == ("12345诉求受理量", "压力", "+2.4", "88 → 142 件", "14:03", "12345 热线平台")


def test_kinds_of_warnings_are_told_apart_and_telephones_are_masked(city):
    warning = Warning(
        "wx:1", AlarmKind.HINT, Level.YELLOW, "停水诉求高发，联系 13912345678",
        NOW - 60_000, NOW - 60_000, region="320812",
    )  # fmt: skip
    (row,) = table(made(city, "zh_CN", Card(warning, "s", NOW)), "未结束的预警").rows
    assert row[0] == "模型提示" and row[3] == "清江浦区" and row[4] == "14:02"
    assert "13912345678" not in row[2]


def test_the_demonstration_and_the_trace_stand_on_it(city):
    document = made(city)
    assert document.mark == "演示数据" and document.foot == "指令 01ABC"
    assert "演示数据" in as_html(document)


def test_english_has_no_chinese_left(city):
    document = made(city, "en")
    said = [document.title, document.subtitle, document.mark]
    for block in document.blocks:
        for item in block.content:
            if isinstance(item, Paragraph):
                said += [item.text, item.evidence]
            else:
                said += [*item.columns, *(text for row in item.rows for text in row)]
    assert not [text for text in said if any("一" <= sign <= "鿿" for sign in text)]
