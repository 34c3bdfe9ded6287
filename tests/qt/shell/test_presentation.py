"""Presentations and visits on the real shell with the real commands: steps, freeze, dark, red."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

from app.core.model import Level, World
from app.live.hub import Kind
from app.live.presentation import Cover
from app.live.stage import MAIN, Rotation
from tests.qt.conftest import settle, until
from tests.qt.shell.operated import make
from tests.qt.shell.test_shell import titles
from tests.unit.commands.desk import Desk
from widgets.guide import Guide
from widgets.operator import Operator
from widgets.probe import Probe
from widgets.scene_reload import READ

SCRIPT = """
name_zh = "看一遍"
name_en = "A look round"

[[step]]
address = "overview"
title_zh = "总览"
title_en = "Overview"
notes_zh = "先看总览。"
notes_en = "First the overview."
highlight = "block"

[[step]]
address = "detail"
title_zh = "细看"
title_en = "Detail"
notes_zh = "再细看。"
notes_en = "Then the detail."
dwell_s = 30
"""


class Room:
    """A desk with commands, windows, keys and a guide; `told` is what was said over its foot."""

    def __init__(self, seat, desk, folder, run):
        seat.take(desk)
        seat.__dict__["board"] = type(seat.board)(desk.picture, desk.clock)
        self.desk, self.run, self.folder = desk, run, folder
        self.write("tour", SCRIPT)
        self.shell = make(seat)
        self.operator = Operator(self.shell)
        self.told = []
        self.guide = Guide(self.shell, self.told.append, folder)
        self.shell.start()
        desk.sit()
        self.turn()

    def write(self, name, text):
        file = self.folder / "presentations" / "desk" / f"{name}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    @property
    def presentation(self):
        return self.desk.seat.presentation

    @property
    def window(self):
        return self.shell.windows[0]

    def turn(self, seconds=0):
        """What one frame does, after so many seconds of the clock."""
        self.desk.clock.advance(seconds * 1000)
        if seconds:
            self.shell.bridge.tick.emit()
        self.shell.bridge.drain()
        self.shell.bridge.drain()  # what the first one published
        settle()

    def do(self, text):
        outcome = self.run(self.desk.do(text))
        self.turn()
        return outcome

    def reload(self):
        """Scene files were read anew."""

        async def done():
            self.desk.hub.publish(Kind.SEAT, (READ,))
            self.shell.bridge.drain()
            await self.guide.stop()

        self.run(done())
        self.turn()

    def press(self, key):
        async def pressed():
            event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
            QGuiApplication.sendEvent(self.window, event)
            await until(lambda: not self.operator.errands.running)

        self.run(pressed())
        self.turn()

    def red(self, **fields):
        """A red warning comes by a feed."""
        warning = self.desk.warn(level=Level.RED, **fields)
        self.desk.hub.publish(Kind.WARNING, (warning.id,))

    def close(self):
        self.run(self.operator.stop())
        self.run(self.guide.stop())
        self.shell.stop()
        self.shell.deleteLater()
        self.operator.deleteLater()
        settle()


@pytest.fixture
def room(seat, application, tmp_path, run):
    desk = Desk(tmp_path / "desk", world=World.DEMO)
    room = Room(seat, desk, tmp_path, run)
    yield room
    room.close()
    desk.close()


def test_a_script_is_gone_through_by_keys_and_leaves_what_stood_before(room):
    room.do("switch-scene detail")
    assert room.do("present tour").done
    assert titles(room.window)[0] == "bar"
    assert room.window.pointer is not None
    room.press(Qt.Key.Key_Space)
    assert (titles(room.window), room.presentation.running.at) == (["detail"], 1)
    assert room.window.pointer is None, "nothing is pointed at in the second step"
    assert not room.do("next-step").done
    room.press(Qt.Key.Key_PageUp)
    assert titles(room.window)[0] == "bar"
    room.press(Qt.Key.Key_Escape)
    assert room.presentation.running is None
    assert titles(room.window) == ["detail"]
    assert room.window.pointer is None


def test_a_step_with_a_dwell_goes_on_by_itself(room):
    room.write("tour", SCRIPT.replace('highlight = "block"', "dwell_s = 10"))
    room.reload()
    room.do("present tour")
    room.turn(9)
    assert room.presentation.running.at == 0
    room.turn(1)
    assert (room.presentation.running.at, titles(room.window)) == (1, ["detail"])
    room.turn(60)
    assert room.presentation.running.at == 1, "the last step stays"


def test_a_rotation_waits_and_goes_on(room):
    stage, now = room.desk.seat.stage, room.desk.clock.now()
    stage.rotating[MAIN] = Rotation("round", ("overview", "detail"), 30_000, at=1, since=now)
    stage.shown[MAIN] = "detail"
    room.do("present tour")
    room.turn(120)
    assert stage.rotating == {}
    room.do("end-presentation")
    assert stage.rotating[MAIN].since == room.desk.clock.now()
    assert stage.shown[MAIN] == "detail"


def test_a_frozen_picture_says_since_when_and_how_long(room):
    room.do("present tour")
    room.press(Qt.Key.Key_F)
    shade = room.window.shade
    assert shade.covered.how is Cover.FROZEN
    assert shade._words() == ("定格 20:00:00", "画面停在 0 秒前")
    room.turn(65)
    assert shade is room.window.shade
    assert shade._words()[1] == "画面停在 1 分前"
    record = Probe(room.shell.context(room.window.theme), lambda: []).record(room.window)
    assert (record.cover, record.cover_since) == ("frozen", "2026-07-17T12:00:00.000Z")
    room.press(Qt.Key.Key_F)
    assert room.window.shade is None


def test_in_a_dark_window_nothing_is_seen_and_the_record_says_so(room, seat):
    seat.read("hotline.calls", 7.0)
    room.turn()
    room.do("black on")
    assert room.window.shade.picture is None
    record = Probe(room.shell.context(room.window.theme), lambda: []).record(room.window)
    assert record.cover == "black"
    assert not any(item.visible for panel in record.panels for item in panel.items)
    room.press(Qt.Key.Key_B)
    assert room.window.shade is None


@pytest.mark.parametrize("cover", ["", "freeze on", "black on"])
def test_a_red_brings_the_window_back_to_live_within_a_second(room, cover):
    room.do("switch-scene detail")
    room.do("visit on everywhere=true")
    room.do("present tour")
    if cover:
        room.do(cover)
    came = room.desk.clock.now()
    room.red()
    room.turn()  # one frame: the clock has not moved
    assert titles(room.window) == ["detail"], "what stood before"
    assert room.window.shade is None
    assert not room.presentation.is_on
    assert room.presentation.recalled - came <= 1000
    assert room.desk.seat.visit is not None, "the visitors are still there"
    assert [words.id for words in room.told] == ["visit.recalled_masked"]
    room.turn(1)
    assert len(room.told) == 1, "it is told once"


def test_while_a_red_waits_nothing_covers_the_window(room):
    room.red()
    room.turn()
    for text in ("present tour", "freeze on", "black on"):
        outcome = room.do(text)
        assert outcome.reason.id == "visit.red_first", text
    room.run(room.desk.do("ack-warning wx:1"))
    assert room.do("present tour").done


def test_an_orange_or_a_missed_target_changes_nothing(room):
    room.do("present tour")
    room.desk.warn("wx:2", Level.ORANGE)
    room.desk.hub.publish(Kind.WARNING, ("wx:2",))
    room.turn(1)
    assert room.presentation.running is not None
    assert room.told == []


def test_with_visitors_a_red_is_told_though_nothing_is_presented(room):
    room.do("visit on")
    room.red()
    room.turn()
    assert [words.id for words in room.told] == ["visit.red"]


def test_a_faulty_script_is_told_and_its_last_good_form_stays(room, expect_log):
    expect_log("presentations/desk/tour.toml")
    room.write("tour", SCRIPT.replace('address = "detail"', 'address = "nowhere"'))
    room.reload()
    said = room.told[0]
    assert (said.args["file"], said.args["line"], said.args["key"]) == (
        "presentations/desk/tour.toml", 14, "step[1].address",
    )  # fmt: skip
    assert len(room.presentation.scripts[""]["tour"].step) == 2


def test_visit_mode_is_audited_and_holds_over_a_restart(room, tmp_path):
    room.do("visit on everywhere=true")
    assert room.desk.rows("SELECT text FROM command WHERE verb = 'visit'") == [
        ("visit on everywhere=true",)
    ]
    assert room.window.panels[0].context.veil is not None
    again = room.desk.again()
    room.desk.store = again.store  # closed by the fixture
    assert again.seat.visit.everywhere
    assert again.seat.visit.since == room.desk.seat.visit.since


def test_a_desks_own_window_is_the_officers(room):
    room.do("visit on")
    assert room.window.panels[0].context.veil is None
    room.do("visit off")
    assert room.do("visit off").reason.id == "visit.off_already"
