"""Editing a scene in its window with the real commands: keys, drag, preview, saving, refusals."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent

from app.core.model import World
from app.live.commands import State
from app.live.seat import SeatKind
from tests.qt.conftest import settle, turns, until
from tests.qt.shell.operated import make
from tests.unit.commands.desk import Desk
from widgets.editor import Editor
from widgets.operator import Operator
from widgets.palette import Palette
from widgets.scene import parse_scene
from widgets.scene_edit import place_of
from widgets.unsaved import UnsavedMark

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
QUEUE, WORK, CONTEXT, STRIP = 1, 2, 3, 4  # of the overview's panels; 0 is the bar


class Room:
    """A desk with its windows, its commands and its editor."""

    def __init__(self, seat, folder):
        self.desk = Desk(folder, world=World.DEMO)
        seat.take(self.desk)
        self.folder = folder
        self.shell = make(seat)
        self.operator = Operator(self.shell)
        self.editor = Editor(self.shell, self.operator, folder)
        self.shell.start()
        self.window = self.shell.windows[0]
        self.window.showNormal()
        self.window.resize(1920, 1080)
        settle()

    async def do(self, text):
        """Type a command; what it changed is on the screen."""
        outcome = await self.desk.do(text)
        await self.settled()
        return outcome

    async def settled(self):
        for _ in range(3):
            await turns()
            self.shell.bridge.drain()
            while pending := [*self.operator.errands.running, *self.editor.errands.running]:
                await until(lambda pending=pending: all(task.done() for task in pending))
                await turns(3)
            self.shell.bridge.drain()

    async def press(self, key, held=Qt.KeyboardModifier.NoModifier):
        event = QKeyEvent(QEvent.Type.KeyPress, key, held)
        QGuiApplication.sendEvent(self.editor.overlay, event)
        await self.settled()

    def place(self, number):
        return tuple(place_of(self.shell.scene.scene.panel[number]))

    @property
    def mark(self):
        return self.window.findChild(UnsavedMark)


@pytest.fixture
def room(seat, application, run, tmp_path):
    room = Room(seat, tmp_path)
    yield room
    run(room.editor.stop())
    run(room.operator.stop())
    room.shell.stop()
    room.operator.deleteLater()
    room.shell.deleteLater()
    settle()
    room.desk.close()


def pointer(overlay, kind, point):
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    spread = overlay.mapToGlobal(point)
    QGuiApplication.sendEvent(overlay, QMouseEvent(kind, point, spread, left, left, none))


def drag(overlay, begin, end):
    pointer(overlay, QEvent.Type.MouseButtonPress, begin)
    pointer(overlay, QEvent.Type.MouseMove, end)
    said = overlay.said
    pointer(overlay, QEvent.Type.MouseButtonRelease, end)
    return said


def test_keys_move_and_resize_and_panels_live_on(room, run):
    async def scenario():
        await room.do("edit-scene")
        overlay, panels = room.editor.overlay, dict(room.window.panels)
        assert overlay.number == QUEUE, "row by row from the upper left"
        await room.press(Qt.Key.Key_Down)
        assert "重叠" in overlay.said and room.place(QUEUE) == (0, 0, 1, 1)
        await room.press(Qt.Key.Key_Left)
        assert "超出网格" in overlay.said
        await room.press(Qt.Key.Key_Tab)
        await room.press(Qt.Key.Key_Delete)
        assert [panel.kind for panel in room.shell.scene.scene.panel].count("block") == 5
        await room.press(Qt.Key.Key_K)
        assert overlay.number == QUEUE
        await room.press(Qt.Key.Key_Right, SHIFT)
        assert room.place(QUEUE) == (0, 0, 2, 1)
        assert room.window.panels[QUEUE] is panels[QUEUE], "the panel was not made anew"
        columns, _ = room.window.tracks()
        assert panels[QUEUE].geometry().right() + 1 == round(columns[1][1])
        assert "未保存 2 步" in overlay.state()
        await room.press(Qt.Key.Key_Z, CONTROL)
        await room.press(Qt.Key.Key_Z, CONTROL)
        assert room.shell.scene is room.shell.books["desk"].scenes["overview"]
        await room.press(Qt.Key.Key_Z, CONTROL)
        assert "没有可撤回" in overlay.said

    run(scenario())


def test_a_panel_is_dragged_and_an_edge_is_pulled(room, run):
    async def scenario():
        await room.do("edit-scene")
        overlay = room.editor.overlay
        overlay.number = WORK
        await room.press(Qt.Key.Key_Delete)  # the middle is free
        columns, rows = room.window.tracks()
        middle = QPointF(sum(columns[1]) / 2, sum(rows[0]) / 2)
        queue = QPointF(sum(columns[0]) / 2, sum(rows[0]) / 2)
        assert "重叠" in drag(overlay, queue, QPointF(queue.x(), sum(rows[1]) / 2))
        assert room.place(QUEUE) == (0, 0, 1, 1), "refused: it stays"
        assert drag(overlay, queue, middle) == ""
        assert room.place(QUEUE) == (1, 0, 1, 1)
        drag(overlay, QPointF(columns[1][0] + 3, sum(rows[0]) / 2), queue)
        assert room.place(QUEUE) == (0, 0, 2, 1), "its left edge was pulled"
        await room.settled()
        left, wide = room.window.panels[QUEUE].x(), room.window.panels[QUEUE].width()
        assert (left, left + wide) == (round(columns[0][0]), round(columns[1][1]))

    run(scenario())


def test_escape_leaves_a_preview_that_says_so_and_can_be_gone_on_with(room, run):
    async def scenario():
        await room.do("edit-scene")
        await room.press(Qt.Key.Key_Delete)
        await room.press(Qt.Key.Key_Escape)
        assert room.editor.overlay is None and room.mark is not None
        assert "未保存" in room.window.windowTitle()
        await room.do("switch-scene detail")
        assert room.mark is None and "未保存" not in room.window.windowTitle()
        await room.do("switch-scene overview")
        assert room.mark is not None
        await room.do("edit-scene")
        assert room.editor.overlay.steps == 1 and room.mark is None
        await room.press(Qt.Key.Key_R)
        await room.press(Qt.Key.Key_Escape)
        assert room.mark is None and room.shell.drafts == {}

    run(scenario())


def test_a_panel_is_added_by_name(room, run):
    async def scenario():
        await room.do("edit-scene")
        await room.press(Qt.Key.Key_N)
        picker = room.editor._picker
        assert isinstance(picker, Palette)
        picker.chosen.emit("panel", "faulty")
        assert "没有空格" in room.editor.overlay.said
        await room.press(Qt.Key.Key_Delete)
        await room.press(Qt.Key.Key_N)
        room.editor._picker.chosen.emit("panel", "faulty")
        await room.settled()
        added = room.shell.scene.scene.panel[-1]
        assert (added.kind, tuple(place_of(added))) == ("faulty", (0, 0, 1, 1))
        assert room.window.panels[5].kind == "faulty" and room.editor.overlay.number == 5

    run(scenario())


def test_saving_needs_a_person_and_writes_this_machines_file(room, run):
    path = room.folder / "scenes" / "desk" / "overview.toml"

    async def scenario():
        await room.do("edit-scene")
        await room.press(Qt.Key.Key_Delete)
        wanted = room.shell.scene.scene
        await room.press(Qt.Key.Key_S, CONTROL)
        assert not path.exists()
        room.desk.sit()
        await room.press(Qt.Key.Key_S, CONTROL)
        assert parse_scene(path.read_text("utf-8"), "overview", "o").scene == wanted
        assert "已保存" in room.editor.overlay.said
        assert room.shell.drafts == {} and room.shell.scene.scene == wanted
        assert room.desk.seat.stage.own[""] == {"overview"}
        assert room.desk.seat.stage.reloads == 1, "the files are read anew"
        await room.press(Qt.Key.Key_S, CONTROL)
        assert "没有改动" in room.editor.overlay.said

    run(scenario())
    assert room.desk.rows("SELECT verb FROM command WHERE verb = 'save-scene'")


def test_under_another_name_it_is_a_new_scene_and_only_own_ones_are_deleted(room, run):
    folder = room.folder / "scenes" / "desk"

    async def scenario():
        room.desk.sit()
        await room.do("edit-scene")
        await room.press(Qt.Key.Key_Delete)
        assert (await room.do("save-scene detail")).state is State.REFUSED
        assert (await room.do("save-scene mine title=我的")).done
        saved = parse_scene((folder / "mine.toml").read_text("utf-8"), "mine", "m").scene
        assert (saved.name_zh, saved.order, len(saved.panel)) == ("我的", 100, 5)
        assert room.shell.scene.name == "mine"
        assert len(room.shell.scenes["overview"].scene.panel) == 6, "the old one is as it was"
        assert (await room.do("delete-scene overview")).state is State.REFUSED
        assert (await room.do("delete-scene mine")).done
        assert not (folder / "mine.toml").exists()

    run(scenario())
    with pytest.raises(Exception, match="save-scene"):
        room.desk.commands.parse("save-scene ../outside")


def test_a_folder_that_cannot_be_written_is_said_and_the_draft_stays(room, run):
    (room.folder / "scenes").write_text("a file in the way")

    async def scenario():
        room.desk.sit()
        await room.do("edit-scene")
        await room.press(Qt.Key.Key_Delete)
        await room.press(Qt.Key.Key_S, CONTROL)
        assert "未写入" in room.editor.overlay.said
        assert room.editor.overlay.steps == 1 and room.shell.drafts

    run(scenario())


def test_what_is_locked_is_not_edited_and_a_wall_never(room, run):
    async def scenario():
        await room.do("edit-scene")
        await room.do("lock-scene")
        assert room.editor.overlay is None
        assert (await room.do("edit-scene")).state is State.REFUSED
        await room.do("unlock-scene")
        assert (await room.do("edit-scene nowhere")).state is State.REFUSED
        room.desk.seat.kind = SeatKind.HALL
        assert (await room.do("edit-scene")).state is State.REFUSED

    run(scenario())
