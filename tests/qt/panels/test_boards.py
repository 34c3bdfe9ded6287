"""Warnings and the queue: order, words, what the wall may not show, acknowledging by key."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.catalog import MINUTE
from app.core.model import (
    AlarmKind,
    Event,
    EventStatus,
    Level,
    Urgency,
    Warning,
    WarningState,
    WarningStatus,
)
from tests.helpers.seat import NOW
from tests.qt.panels.conftest import by_key
from widgets.selection import Subject


def warning(id_, kind, level, **more):
    fields = {"title": id_, "issued": NOW - 9 * MINUTE, "observed": NOW} | more
    return Warning(id_, kind, level, **fields)


THREE = (
    warning("cma:1", AlarmKind.ISSUED, Level.ORANGE, issuer="气象台", region="320812"),
    warning("m:1", AlarmKind.HINT, Level.YELLOW, model="surge", precision=0.71,
            place="水渡口街道 3 号楼", evidence="86 件，常态 12±7", region="320812"),
    warning("t:1", AlarmKind.TARGET, Level.NONE),
)  # fmt: skip


def test_three_kinds_are_counted_apart_and_say_whose_they_are(room, run):
    async def scenario():
        room.feed("f")
        room.bring(*THREE, warning("x", AlarmKind.ISSUED, Level.RED, state=WarningState.CANCELLED))
        panel = room.open("warnings", room.context(), (432, 900))
        items = by_key(panel)
        assert [items[f"warnings/{name}"].value for name in ("issued", "ours", "target")] == [1] * 3
        assert "warning/x" not in items
        cards = [panel._card(row) for row in panel.view.rows]
        assert cards[0].owner == "气象台 签发"
        assert cards[1].owner == "模型提示 区域事件高发，30 天精度 71 %"
        assert cards[2].mark.kind is AlarmKind.TARGET and not cards[2].mark.unacked
        assert items["warning/cma:1"].age == 540.0

    run(scenario())


def test_the_wall_shows_no_text_meant_for_officers(room, run):
    async def scenario():
        room.feed("f")
        room.bring(*THREE)
        panel = room.open("warnings", room.context("hall"), (1800, 900))
        cards = [panel._card(row) for row in panel.view.rows]
        assert all("3 号楼" not in card.place and "86" not in card.evidence for card in cards)
        assert cards[0].place == "清江浦"
        assert not any(card.keys for card in cards)

    run(scenario())


def test_space_acknowledges_through_the_real_commands(room, run):
    async def scenario():
        room.feed("f")
        room.sign_on()
        room.bring(*THREE)
        panel = room.open("warnings", room.context(), (432, 900))
        QTest.keyClick(panel, Qt.Key.Key_J)
        assert panel.context.selection[Subject.WARNING] == "cma:1"
        QTest.keyClick(panel, Qt.Key.Key_Space)
        await room.settled(panel)
        assert room.picture.acknowledged["cma:1"].person == "DX1002"
        assert by_key(panel)["warning/cma:1"].value == "14:03 已确认"

    run(scenario())


def test_a_refusal_is_said_with_its_reason(room, run):
    async def scenario():
        room.feed("f")
        room.bring(*THREE)
        panel = room.open("warnings", room.context(), (432, 900))
        QTest.keyClick(panel, Qt.Key.Key_J)
        QTest.keyClick(panel, Qt.Key.Key_Space)
        await room.settled(panel)
        assert "cma:1" not in room.picture.acknowledged
        assert panel._said.startswith("未能确认：") and len(panel._said) > 8

    run(scenario())


def test_a_storm_is_one_card_with_counts(room, run):
    async def scenario():
        room.feed("f")
        room.bring(
            *(warning(f"w:{n}", AlarmKind.LIMIT, Level.YELLOW, issued=NOW - n * 1000)
              for n in range(14))
        )  # fmt: skip
        panel = room.open("warnings", room.context(), (432, 900))
        assert len(panel.view.rows) == 1
        card = panel._card(panel.view.rows[0])
        assert card.counts == (0, 0, 14, 0)
        assert "14 条并一" in card.title
        assert sum(key.startswith("warning/") for key in by_key(panel)) == 14

    run(scenario())


def test_the_place_stands_once_and_the_models_name_is_not_repeated(room, run):
    async def scenario():
        room.feed("f")
        room.bring(
            warning("m:2", AlarmKind.HINT, Level.YELLOW, model="surge", precision=0.71,
                    title="区域事件高发：深圳路 1 号", place="深圳路 1 号", evidence="86 件"),
        )  # fmt: skip
        panel = room.open("warnings", room.context(), (432, 400))
        line = panel._line(panel._card(panel.view.rows[0]))
        assert (line.title, line.detail) == ("区域事件高发", "深圳路 1 号")
        assert line.more == ("86 件", "模型提示，30 天精度 71 %")

    run(scenario())


def test_only_a_red_that_nobody_acknowledged_blinks(room, run):
    async def scenario():
        room.feed("f")
        room.sign_on()
        room.bring(*THREE)
        panel = room.open("warnings", room.context(), (432, 900))
        assert not panel._blink.isActive()
        room.bring(warning("r", AlarmKind.ISSUED, Level.RED))
        panel.refresh({})
        assert panel._blink.isActive() is not panel.theme.reduced
        QTest.keyClick(panel, Qt.Key.Key_Home)
        QTest.keyClick(panel, Qt.Key.Key_Space)
        await room.settled(panel)
        panel.refresh({})
        assert not panel._blink.isActive() and panel._lit

    run(scenario())


def test_an_exercise_wears_its_word_and_neither_blinks_nor_waits(room, run):
    async def scenario():
        room.feed("f")
        room.sign_on()
        exercise = warning("x", AlarmKind.ISSUED, Level.RED, status=WarningStatus.EXERCISE)
        test = warning("y", AlarmKind.ISSUED, Level.RED, status=WarningStatus.TEST)
        room.bring(*THREE, exercise, test)
        panel = room.open("warnings", room.context(), (432, 900))
        items = by_key(panel)
        assert items["warnings/issued"].value == 1
        assert items["warnings/practice"].value == 2
        cards = {row.warning.id: panel._card(row) for row in panel.view.rows}
        assert [cards[id_].badge for id_ in ("x", "y", "cma:1")] == ["演练", "测试", ""]
        assert not cards["x"].mark.unacked and not cards["x"].keys
        assert [row.warning.id for row in panel.view.rows][-2:] == ["x", "y"]
        assert not panel._blink.isActive()
        panel.acknowledge(len(panel.view.rows) - 1)
        await room.settled(panel)
        assert not room.picture.acknowledged
        assert panel.notes_left()[0].text.endswith("2")  # of what is meant

    run(scenario())


def event(id_, urgency, minutes, status=EventStatus.PENDING, **more):
    return Event(id_, "HL0101", NOW - minutes * MINUTE, NOW, status, urgency, **more)


def test_the_queue_is_by_urgency_then_age(room, run):
    async def scenario():
        room.bring(
            event("e:1", Urgency.NORMAL, 90),
            event("e:2", Urgency.URGENT, 3, title="电梯困人", place="深圳路"),
            event("e:3", Urgency.URGENT, 30, EventStatus.HANDLING, due=NOW - 5 * MINUTE),
            event("e:4", Urgency.QUICK, 5, EventStatus.CLOSED),
        )
        panel = room.open("queue", room.context(), (432, 900))
        drawn = ["event/e:3", "event/e:2", "event/e:1"]
        assert [item.key for item in panel.items()] == ["events/open", *drawn]
        assert by_key(panel)["events/open"].value == 3
        rows = [panel._row(item) for item in panel.open_events]
        assert rows[0].state == "处置中，超 5 分"
        assert (rows[1].title, rows[1].detail) == ("电梯困人", "紧急，深圳路")
        assert [note.text for note in panel.notes_left()] == ["2", "处置中 1", "未结 3"]
        wall = room.open("queue", room.context("hall"), (1800, 900))
        assert wall._row(wall.open_events[1]).title == "机动车违停占道"

    run(scenario())
