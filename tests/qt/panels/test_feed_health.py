"""Feeds at a glance: 5 or 500, found by typing, grouped, and what lies said in words."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from app.core.health import FeedState
from app.core.message import message
from tests.helpers.seat import NOW
from tests.qt.panels.conftest import by_key
from widgets.panels._feed_layout import Form, Heading
from widgets.selection import Subject

MINUTE, HOUR = 60_000, 3_600_000
WIDE = (1472, 900)


def fill(room, count, **more):
    """So many live feeds of eight bureaus, and four troubled ones."""
    bureaus = list(room.city.catalog.bureaus)[:8]
    for number in range(count - 4):
        room.feed(f"f{number:03d}", rate=2.0, bureau=bureaus[number % 8], **more)
    room.feed("late", FeedState.LATE, last_message=NOW - 26 * MINUTE, bureau=bureaus[0])
    room.feed("gone", FeedState.LOST, lost_since=NOW - HOUR, attempts=6, bureau=bureaus[0])
    room.feed("shut", FeedState.REFUSED, lost_since=NOW - HOUR, attempts=2, bureau=bureaus[1])
    clock = message("feed.suspicion.clock_behind", hours=8)
    room.feed("liar", suspicion=(clock,), bureau=bureaus[2])


def forms(panel):
    """The form of each feed on the panel."""
    return {
        item.entry.feed: item.form for item in panel.placed if not isinstance(item.entry, Heading)
    }


def press(panel, key, text=""):
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
    QApplication.sendEvent(panel, event)


@pytest.mark.parametrize(
    ("count", "troubled", "calm"),
    [
        (5, Form.ROW, Form.ROW),
        (36, Form.ROW, Form.ROW),
        (60, Form.BOX, Form.BOX),
        (140, Form.BOX, Form.LINE),
        (500, Form.BOX, Form.SQUARE),
    ],
)
def test_cells_shrink_as_feeds_grow_and_nothing_is_hidden(room, run, count, troubled, calm):
    async def scenario():
        fill(room, count)
        panel = room.open("feed-health", room.context(), WIDE)
        found = forms(panel)
        assert len(found) == count
        assert (found["gone"], found["f000"]) == (troubled, calm)
        assert panel.hidden == 0, "no scroll"
        assert [health.feed for health in panel.feeds[:4]] == ["shut", "gone", "late", "liar"]
        assert not panel.grab().isNull()

    run(scenario())


def test_no_two_cells_lie_over_each_other(room, run):
    async def scenario():
        fill(room, 500)
        for group_by in ("state", "bureau"):
            panel = room.open("feed-health", room.context(), WIDE, group_by=group_by)
            rects = [item.place for item in panel.placed]
            tops = [rect.y() for rect in rects]
            assert tops == sorted(tops)
            for number, rect in enumerate(rects):
                assert rect.x() >= -0.5 and rect.right() <= WIDE[0] + 0.5
                for other in rects[number + 1 : number + 80]:
                    assert not rect.adjusted(0.5, 0.5, -0.5, -0.5).intersects(other)

    run(scenario())


def test_how_they_are_is_said_in_words(room, run):
    async def scenario():
        fill(room, 500)
        panel = room.open("feed-health", room.context(), WIDE)
        assert panel._summary() == "共 500 个，实时 496，被拒 1，断开 1，迟到 1，存疑 1"
        items = by_key(panel)
        assert items["feeds/summary"].value == panel._summary()
        name = panel._bureaus.partition(" ")[0]
        assert panel._bureaus.startswith(f"{name} 64 个中 2 个异常；")
        assert items["feed/liar"].label == "liar: 存疑，时间约慢 8 小时"
        assert "存疑：时间约慢 8 小时。" in panel._trouble(panel.feeds[3])
        assert len(items) == 502

    run(scenario())


def test_arrows_move_and_enter_opens_the_page(room, run):
    async def scenario():
        fill(room, 500)
        context = room.context()
        room.seat.scenes = ("overview", "feed")
        panel = room.open("feed-health", context, WIDE)
        press(panel, Qt.Key.Key_Right)
        assert context.selection[Subject.FEED] == "shut", "a heading cannot be chosen"
        press(panel, Qt.Key.Key_End)
        last = panel._chosen
        assert last == panel.feeds[-1].feed
        press(panel, Qt.Key.Key_Left)
        press(panel, Qt.Key.Key_Up)
        assert panel._chosen not in ("", last)
        chosen = panel._chosen
        panel.refresh({})
        assert panel._feed_at(panel.current) == chosen, "it stays chosen where it moves"
        press(panel, Qt.Key.Key_Return)
        await room.settled(panel)
        assert room.seat.stage.shown["main"] == f"feed/{chosen}"

    run(scenario())


def test_typing_finds_by_id_name_and_pinyin(room, run):
    async def scenario():
        fill(room, 200)
        room.feed("water-7", bureau="")
        health = room.picture.feeds["water-7"]
        room.picture.feeds["water-7"] = type(health)(
            **{**{f: getattr(health, f) for f in health.__struct_fields__}, "name_zh": "供水管网"}
        )
        panel = room.open("feed-health", room.context(), WIDE)
        press(panel, Qt.Key.Key_F, "f")
        assert len(forms(panel)) == 201
        for letter in "water":
            press(panel, Qt.Key.Key_A, letter)
        assert list(forms(panel)) == ["water-7"]
        for _ in "water":
            press(panel, Qt.Key.Key_Backspace)
        await room.settled(panel)  # the dictionaries are read
        for letter in "gongshui":
            press(panel, Qt.Key.Key_A, letter)
        assert list(forms(panel)) == ["water-7"]
        press(panel, Qt.Key.Key_Return)
        assert panel._chosen == "water-7"
        press(panel, Qt.Key.Key_Escape)
        assert len(forms(panel)) == 201

    run(scenario())


def test_a_square_under_the_pointer_is_named_below(room, run):
    async def scenario():
        fill(room, 500)
        panel = room.open("feed-health", room.context(), WIDE)
        index = next(n for n, item in enumerate(panel.placed) if item.form is Form.SQUARE)
        point = QPointF(panel.place_of(index).center())
        nothing = Qt.MouseButton.NoButton
        move = QMouseEvent(
            QEvent.Type.MouseMove, point, QPointF(QPoint()), nothing, nothing,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(panel, move)
        assert panel._told().feed == panel._feed_at(index)
        QApplication.sendEvent(panel, QEvent(QEvent.Type.Leave))
        assert panel._told().feed == "shut", "the worst of all again"

    run(scenario())


def test_b_groups_by_bureau_the_most_troubled_first(room, run):
    async def scenario():
        fill(room, 500)
        panel = room.open("feed-health", room.context(), WIDE)
        press(panel, Qt.Key.Key_B, "b")
        heads = [item.entry for item in panel.placed if isinstance(item.entry, Heading)]
        assert len(heads) == 8 and panel.hidden == 0
        assert [head.troubled for head in heads] == [2, 1, 1, 0, 0, 0, 0, 0]

    run(scenario())


def test_the_wall_has_the_summary_and_the_troubled_only(room, run):
    async def scenario():
        fill(room, 500)
        panel = room.open("feed-health", room.context("hall"), (1824, 1000))
        assert list(forms(panel)) == ["shut", "gone", "late", "liar"]
        trouble = message("feed.unreachable", error="10.1.2.3")
        room.feed("gone", FeedState.LOST, lost_since=NOW - HOUR, trouble=trouble)
        panel.refresh({})
        assert "10.1.2.3" not in panel._trouble(panel.feeds[1])
        for name in ("shut", "gone", "late", "liar"):
            room.feed(name)
        panel.refresh({})
        assert forms(panel) == {}
        assert not panel.grab().isNull()

    run(scenario())
