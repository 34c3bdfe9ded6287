"""The shell: windows on screens, scenes cut without a leak, keys, closing."""

import gc

import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QWidget

from app.core.model import AlarmKind, Level, Sourced, Warning
from app.live.hub import Kind
from app.live.picture import Acknowledgement
from tests.qt.conftest import settle
from tests.qt.shell.operated import make


def titles(window):
    return [panel.title() for panel in window.panels.values() if panel.isVisible()]


def press(window, key, modifiers=Qt.KeyboardModifier.NoModifier):
    event = QKeyEvent(QKeyEvent.Type.KeyPress, key, modifiers)
    QGuiApplication.sendEvent(window, event)


def test_the_first_scene_stands_on_the_screen_there_is(shell, seat):
    assert [window.number for window in shell.windows] == [0]
    # The offscreen platform's own screen is 800 by 800: too narrow for the context column.
    assert titles(shell.windows[0]) == ["bar", "queue", "work", "strip"]
    assert seat.seat.scene == "overview"
    assert seat.seat.scenes == ("overview", "detail")


def test_a_command_that_changes_the_seat_changes_the_scene(shell, seat):
    seat.seat.scene = "detail"
    seat.hub.publish(Kind.SEAT, ("scene",))
    shell.bridge.drain()
    assert titles(shell.windows[0]) == ["detail"]


def test_fifty_cuts_leave_no_object_behind(shell, seat):
    for code in ("hotline.calls", "water.level"):
        seat.read(code, 1.0)

    def objects():
        settle()
        gc.collect()
        return sum(isinstance(item, QObject) for item in shiboken6.getAllValidWrappers())

    shell.show_scene("detail")
    shell.show_scene("overview")
    window = shell.windows[0]
    before, children = objects(), len(window.findChildren(QObject))
    for number in range(50):
        shell.show_scene("detail" if number % 2 == 0 else "overview")
        shell.bridge.drain()
    assert objects() <= before
    assert len(window.findChildren(QObject)) == children
    assert shell.scene.name == "overview"


def test_a_scene_nobody_wrote_is_logged_and_the_old_one_stays(shell, expect_log):
    expect_log("scene nowhere: ")
    shell.show_scene("nowhere")
    assert shell.scene.name == "overview"


def test_number_and_function_keys_ask_for_scenes_by_command(shell):
    asked = []
    shell.command_wanted.connect(asked.append)
    press(shell.windows[0], Qt.Key.Key_2)
    press(shell.windows[0], Qt.Key.Key_F1)
    press(shell.windows[0], Qt.Key.Key_9)
    assert asked == ["switch-scene detail", "switch-scene overview"]


def test_what_no_screen_is_left_for_can_be_turned_to(shell):
    press(shell.windows[0], Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert titles(shell.windows[0]) == ["health"]
    press(shell.windows[0], Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert "queue" in titles(shell.windows[0])


def test_enter_opens_the_drawer_and_escape_closes_it(shell):
    window = shell.windows[0]
    assert window.has_drawer
    press(window, Qt.Key.Key_Return)
    assert "context" in titles(window)
    press(window, Qt.Key.Key_Escape)
    assert "context" not in titles(window)


def test_a_wide_window_has_no_drawer(shell):
    window = shell.windows[0]
    window.showNormal()
    window.resize(1920, 1080)
    settle()
    assert not window.has_drawer
    assert "context" in titles(window)


def test_closing_the_last_window_ends_the_seat(shell):
    ended = []
    shell.ended.connect(lambda: ended.append(1))
    shell.windows[0].close()
    assert ended == [1]
    assert shell.windows == []


def test_a_wall_is_full_screen_without_a_cursor_and_asks_nothing(seat, application):
    shell = make(seat, "hall")
    shell.start()
    window = shell.windows[0]
    assert window.isFullScreen()
    assert window.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert window.cursor().shape() == Qt.CursorShape.BlankCursor
    assert window.geometry() == window.screen().geometry()
    shell.stop()
    shell.deleteLater()


def red(id_):
    return Warning(
        id=id_, kind=AlarmKind.ISSUED, level=Level.RED, title="暴雨", issued=1, observed=1
    )


def test_a_wall_with_too_few_screens_turns_pages_but_not_while_red_is_unseen(seat, application):
    shell = make(seat, "hall")
    shell.start()
    window = shell.windows[0]
    shell._turn_unless_red()
    assert window.page == 1

    seat.picture.apply_records([Sourced("cma", 1, red("cma:1"))])
    shell._turn_unless_red()
    assert window.page == 1

    seat.picture.acknowledged["cma:1"] = Acknowledgement("cma:1", 2, "0002", "duty")
    shell._turn_unless_red()
    assert window.page == 0
    shell.stop()
    shell.deleteLater()


def test_stopping_leaves_no_window(seat, application):
    shell = make(seat)
    shell.start()
    shell.stop()
    shell.deleteLater()
    settle()
    assert not [item for item in QGuiApplication.topLevelWindows() if item.isVisible()]
    assert not [item for item in application.topLevelWidgets() if isinstance(item, QWidget)]
