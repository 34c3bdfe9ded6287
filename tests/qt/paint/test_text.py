"""Shortening never cuts a number nor parts it from its unit; what is painted can be heard."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage, QPainter

from app.core.i18n import LANGUAGES, translator
from app.core.model import AlarmKind, Level, Urgency
from widgets.paint import bars, button, card, chrome, conductor, feed, fresh, message, row, spark
from widgets.paint import tile as tiles
from widgets.paint.alarm import AlarmMark
from widgets.paint.badge import Mode, ModeCell
from widgets.paint.fresh import Fresh
from widgets.paint.marks import IncidentMark
from widgets.paint.text import ELLIPSIS, draw, fit, fit_role, wrap
from widgets.theme import Role, load_theme

pytestmark = pytest.mark.usefixtures("application")
sentences = st.lists(
    st.one_of(
        st.sampled_from(["清江浦区", "常态 ", "，", "超出 ", "（", "）", "water "]),
        st.builds("{} {}".format, st.integers(0, 10**6), st.sampled_from(["件/时", "cm", "万人"])),
    ),
    max_size=8,
).map("".join)


@given(sentences, st.floats(0, 400))
def test_a_shortened_text_keeps_whole_numbers(text: str, width: float) -> None:
    theme = load_theme("desk")
    short = fit(theme, text, Role.BODY, width)
    assert short in ("", text) or theme.width(short, Role.BODY) <= width
    kept = short.removesuffix(ELLIPSIS) if short != text else short
    assert text.startswith(kept)
    rest = text[len(kept) :]
    assert not (kept[-1:].isdigit() and rest[:1].isdigit()), "a number was cut"


def test_numbers_keep_their_unit_where_anything_else_can_go() -> None:
    theme = load_theme("desk")
    text = "超出 74 件/时"
    for width in range(0, 120):
        short = fit(theme, text, Role.BODY, float(width))
        assert "74" not in short or "74 件/时" in short


def test_a_name_that_begins_with_digits_keeps_them_whole() -> None:
    theme = load_theme("desk")
    room = theme.width("12345…", Role.BODY) + 1
    assert fit(theme, "12345 受理量", Role.BODY, room) == "12345…"
    assert fit(theme, "12345 受理量", Role.BODY, theme.width("123…", Role.BODY)) == ELLIPSIS


def test_values_fall_to_a_smaller_role() -> None:
    theme = load_theme("desk")
    roles = (Role.FIGURE, Role.HEADLINE, Role.VALUE)
    wide = theme.width("1,284,567", Role.FIGURE)
    assert fit_role(theme, "1,284,567", roles, wide) is Role.FIGURE
    assert fit_role(theme, "1,284,567", roles, wide - 1) is Role.HEADLINE
    assert fit_role(theme, "1,284,567", roles, 10) is None


@given(sentences, st.floats(60, 300), st.integers(1, 4))
def test_lines_fit_and_end_well(text: str, width: float, lines: int) -> None:
    theme = load_theme("desk")
    found = wrap(theme, text, Role.CAPTION, width, lines)
    assert len(found) <= lines
    for line in found:
        assert theme.width(line, Role.CAPTION) <= width
    assert not any(line.endswith(("（", "(")) for line in found[:-1] if not line.endswith("…"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_painter_can_be_heard(language: str) -> None:
    words = translator(language)
    mark = AlarmMark(Level.RED, AlarmKind.HINT, unacked=True)
    said = [
        tiles.accessible_text(
            tiles.Tile("PM2.5", "31", "μg/m³", "13:50", Fresh.CACHED, "−6", Level.RED), words
        ),
        row.accessible_text(row.Row("A", "B", mark=mark, state="C", selected=True), words),
        row.accessible_text(row.Row("A", mark=IncidentMark(2)), words),
        row.accessible_text(row.Row("A", mark=Urgency.URGENT), words),
        row.accessible_text(row.Row("A", mark=Fresh.LATE), words),
        feed.accessible_text(feed.FeedRow("A", Fresh.LATE, "B", slots=(1.0, None)), words),
        feed.strip_text((Fresh.LIVE, Fresh.LATE), words),
        spark.accessible_text(spark.Spark((1.0, None, 3.0)), words),
        spark.accessible_text(spark.Spark(()), words),
        bars.range_text(bars.RangeBar(3, 0, 10, (2, 5)), 1, words),
        card.warning_card_text(card.WarningCard(mark, "A", counts=(1, 2, 3, 4)), words),
        message.message_text(message.MessageCard("A", "B\nC"), words),
        button.button_text(button.Button("A", button.ButtonLook.DISABLED), words),
        conductor.accessible_text(conductor.Conductor("A", "B", "C", 0.5), words),
        chrome.top_bar_text(
            chrome.TopBar(ModeCell(Mode.WAR, "M"), "P", "S", Fresh.LIVE, "L", "C", "D"), words
        ),
        chrome.bottom_bar_text(
            chrome.BottomBar("A", (), "B", (chrome.NamedFeed("N", Fresh.LATE, ""),)), words
        ),
        *(fresh.accessible_text(state, words) for state in Fresh),
    ]
    for text in said:
        assert text and "⟦" not in text and not re.search(r"[{}]", text)


def test_a_tile_says_value_unit_state_and_level() -> None:
    words = translator("zh_CN")
    tile = tiles.Tile("积水点", "3", "处", "2 秒前", level=Level.YELLOW, note="+1 环比")
    said = tiles.accessible_text(tile, words)
    assert said == "积水点，3 处，2 秒前，监测告警 黄色 Ⅲ 级，+1 环比"
    nothing = tiles.Tile("公交准点", "", "", "无数据 26 分", Fresh.MISSING)
    assert tiles.accessible_text(nothing, words) == "公交准点，无数据，无数据 26 分"


def test_letters_stand_as_they_were_sent() -> None:
    """A name with a mark that turns letters is painted like the same name without it."""
    theme = load_theme("desk")

    def painted(text: str) -> QImage:
        image = QImage(200, 40, QImage.Format.Format_RGB32)
        image.fill(theme.panel)
        painter = QPainter(image)
        draw(painter, theme, (10, 30), text, Role.BODY, theme.text1)
        painter.end()
        return image

    assert painted("金湖\u202e乱序\u202c县") == painted("金湖乱序县") != painted("金湖序乱县")
