"""Without a mouse: every panel of a desk is reached, its list moved in, its keys told."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent

from app.core.i18n import translator
from app.core.keys import reading_key
from app.core.model import World
from app.live.hub import Kind
from tests.qt.conftest import until
from tests.qt.shell.operated import begun, ended
from tests.unit.commands.desk import Desk
from widgets.focus import focused
from widgets.key_card import LINE, KeyCard
from widgets.look import Looks
from widgets.operator import Operator
from widgets.paint.button import KeyHint
from widgets.palette import Palette
from widgets.panels._rows import Rows
from widgets.scene import parse_scene
from widgets.selection import Subject
from widgets.shell import Shell

SCENE = """
name_zh = "键"
name_en = "Keys"

[[screen]]
columns = ["1fr", "1fr"]
rows = ["1fr", "1fr"]

[[panel]]
kind = "warnings"

[[panel]]
kind = "queue"
row = 1

[[panel]]
kind = "indicators"
column = 1

[[panel]]
kind = "feed-health"
column = 1
row = 1
"""
OTHER = """
name_zh = "别处"
name_en = "Elsewhere"

[[panel]]
kind = "devices"
"""


@pytest.fixture
def run(run_throughout):
    return run_throughout


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path, world=World.DEMO)
    yield desk
    desk.close()


def made(seat, desk, kind="desk"):
    seat.take(desk)
    seat.store = desk.store
    scenes = {
        "keys": parse_scene(SCENE, "keys", "keys.toml"),
        "other": parse_scene(OTHER, "other", "other.toml"),
    }
    return Shell(seat, Looks(kind, reduced=True), translator("zh_CN"), scenes=scenes)


@pytest.fixture
def operator(desk, seat, application, run):
    shell = made(seat, desk)
    for code in ("hotline.calls", "water.level"):
        seat.read(code, 1.0)
    operator = begun(shell)
    shell.windows[0].activateWindow()
    run(operator.prepare())
    shell.bridge.drain()
    yield operator
    ended(operator, run)


def press(window, key, text="", modifiers=Qt.KeyboardModifier.NoModifier):
    """A key as the system sends it: to whatever has the focus."""
    target = window.focusWidget() or window
    QGuiApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text))


def warn(operator, desk, *ids, **fields):
    for id_ in ids:
        desk.warn(id_, **fields)
    desk.hub.publish(Kind.WARNING, ids)
    operator.shell.bridge.drain()
    operator.shell.windows[0].setFocus()


def panel(operator, kind):
    panels = operator.shell.windows[0].panels.values()
    return next(item for item in panels if item.kind == kind)


def test_tab_goes_through_every_panel_and_comes_back(operator):
    window = operator.shell.windows[0]
    window.setFocus()
    seen = []
    for _ in range(len(window.panels) + 1):
        press(window, Qt.Key.Key_Tab, "\t")
        seen.append(focused(window).kind)
    assert sorted(seen[:-1]) == ["feed-health", "indicators", "queue", "warnings"]
    assert seen[-1] == seen[0]


def test_control_and_an_arrow_goes_to_the_panel_that_way(operator):
    window, way = operator.shell.windows[0], Qt.KeyboardModifier.ControlModifier
    window.setFocus()
    seen = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left):
        press(window, key, modifiers=way)
        seen.append(focused(window).kind)
    assert seen == ["warnings", "queue", "feed-health", "indicators", "warnings"]
    press(window, Qt.Key.Key_Left, modifiers=way)
    assert focused(window).kind == "warnings", "there is nothing further left"


def test_j_wakes_the_first_list_and_moves_in_it(operator, desk):
    window = operator.shell.windows[0]
    warn(operator, desk, "m:1", "m:2")
    assert focused(window) is None
    press(window, Qt.Key.Key_J, "j")
    assert focused(window).kind == "warnings"
    assert panel(operator, "warnings").current == 0
    press(window, Qt.Key.Key_Down)
    assert panel(operator, "warnings").current == 1
    press(window, Qt.Key.Key_K, "k")
    assert panel(operator, "warnings").current == 0


def test_every_list_can_be_moved_in_by_keys_alone(operator):
    window = operator.shell.windows[0]
    for item in window.panels.values():
        item.setFocus()
        count = sum(map(item.is_row, range(len(item.places))))
        press(window, Qt.Key.Key_Home)
        press(window, Qt.Key.Key_End)
        assert isinstance(item, Rows)
        assert item.current >= 0 or not count, item.kind
        assert item.hints(), item.kind


def test_enter_on_an_indicator_chooses_it(operator):
    window, indicators = operator.shell.windows[0], panel(operator, "indicators")
    indicators.setFocus()
    press(window, Qt.Key.Key_J, "j")
    press(window, Qt.Key.Key_Return)
    assert operator.shell.selection[Subject.INDICATOR] == reading_key("hotline.calls", "320800")


def test_enter_on_a_warning_looks_at_its_district_and_what_it_rests_on(operator, desk):
    key = reading_key("water.level", "320800")
    warn(operator, desk, "m:9", region="320812", key=key)
    window = operator.shell.windows[0]
    press(window, Qt.Key.Key_J, "j")
    press(window, Qt.Key.Key_Return)
    assert operator.shell.selection[Subject.REGION] == "320812"
    assert operator.shell.selection[Subject.INDICATOR] == key


def test_escape_changes_nothing(operator, desk):
    warn(operator, desk, "m:1")
    window = operator.shell.windows[0]
    press(window, Qt.Key.Key_J, "j")
    before = operator.shell.selection[Subject.WARNING]
    press(window, Qt.Key.Key_Escape)
    assert operator.shell.selection[Subject.WARNING] == before == "m:1"
    assert desk.picture.acknowledged == {}
    assert focused(window).kind == "warnings"


@pytest.mark.parametrize(("key", "text"), [(Qt.Key.Key_Question, "?"), (Qt.Key.Key_F12, "")])
def test_the_card_of_keys_tells_those_of_the_panel_and_of_the_seat(operator, key, text):
    window = operator.shell.windows[0]
    panel(operator, "warnings").setFocus()
    press(window, key, text)
    card = operator.overlay
    assert isinstance(card, KeyCard)
    (title, own), (_, general) = card.groups
    assert title == "预警"
    assert {"X", "空格"} <= {hint.key for hint in own}
    assert {"Ctrl+K", "/", "F1–F2"} <= {hint.key for hint in general}
    assert "⟦" not in card.accessibleDescription()
    press(window, key, text)
    assert operator.overlay is None
    assert focused(window).kind == "warnings", "the focus goes back"


@pytest.mark.parametrize("height", [1300, 700, 420])
def test_the_card_of_keys_has_every_key_whole_however_low_the_window_is(operator, height):
    window = operator.shell.windows[0]
    window.resize(1600, height)
    panel(operator, "warnings").setFocus()
    press(window, Qt.Key.Key_Question, "?")
    card = operator.overlay
    columns = card.columns()
    told = [entry for column in columns for entry in column if entry is not None]
    assert told == [entry for title, hints in card.groups for entry in (title, *hints)]
    assert all(isinstance(column[-1], KeyHint) for column in columns)
    assert (len(columns) > 1) == (height < 700)
    line = card.context.theme.px(LINE)
    assert all(sum(map(bool, column)) * line < card.height() for column in columns)
    assert window.rect().contains(card.geometry())


def test_slash_looks_for_data_only_and_what_was_chosen_last_comes_first(operator, run):
    window = operator.shell.windows[0]
    press(window, Qt.Key.Key_Slash, "/")
    search = operator.overlay
    assert isinstance(search, Palette)
    rows = [row.id for row in search.model.rows]
    assert rows == ["hotline.calls", "water.level"], "no command, scene or panel"
    search.line.setText("shuiwei")

    async def choose():
        press(window, Qt.Key.Key_Return)

    run(choose())
    press(window, Qt.Key.Key_Slash, "/")
    assert [row.id for row in operator.overlay.model.rows] == ["water.level", "hotline.calls"]


def test_a_panel_that_is_found_gets_the_keys_wherever_it_is(operator, run):
    window = operator.shell.windows[0]
    operator.open_palette(window)
    operator.overlay.line.setText("shujuyuan")
    press(window, Qt.Key.Key_Return)
    assert focused(window).kind == "feed-health"
    operator.open_palette(window)
    operator.overlay.line.setText("ganzhi")

    async def scenario():
        press(window, Qt.Key.Key_Return)
        await until(lambda: operator.shell.spine.seat.scene == "other")
        operator.shell.bridge.drain()

    run(scenario())
    assert focused(window).kind == "devices"


def test_the_focus_is_seen(operator):
    window, indicators = operator.shell.windows[0], panel(operator, "indicators")
    accent = indicators.theme.accent.rgb()

    def accented():
        image = indicators.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        return sum(
            image.pixel(x, y) == accent
            for x in range(0, image.width(), 2)
            for y in range(image.height())
        )

    panel(operator, "queue").setFocus()
    without = accented()
    indicators.setFocus()
    whole = accented()
    press(window, Qt.Key.Key_J, "j")
    row = accented()
    assert whole - without > indicators.width() / 2, "the panel wears the frame"
    assert row > without, "then the row does"


def test_a_wall_has_no_hands(desk, seat, application, run):
    shell = made(seat, desk, "hall")
    operator = Operator(shell)
    shell.start()
    for key, text in ((Qt.Key.Key_Slash, "/"), (Qt.Key.Key_F12, ""), (Qt.Key.Key_J, "j")):
        press(shell.windows[0], key, text)
    assert operator.overlay is None
    assert focused(shell.windows[0]) is None
    ended(operator, run)
