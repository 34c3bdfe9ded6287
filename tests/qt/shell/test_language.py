"""Language and theme change while the program runs: everything written follows, nothing is lost."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

from app.city import load_city
from app.core.i18n import translator
from app.core.model import World
from app.live.commands import State
from tests.qt.conftest import until
from tests.qt.shell.operated import begun, ended
from tests.unit.commands.desk import Desk
from widgets.look import Looks
from widgets.probe import panel_record
from widgets.selection import Subject
from widgets.shell import Shell

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def city():
    return load_city("huaian")


@pytest.fixture
def run(run_throughout):
    return run_throughout


@pytest.fixture(params=["desk", "cockpit"])
def desk(tmp_path, request):
    desk = Desk(tmp_path, request.param, world=World.DEMO)
    yield desk
    desk.close()


@pytest.fixture
def operator(desk, seat, city, application, run):
    seat.take(desk)
    seat.store, seat.city = desk.store, city
    kind = desk.seat.kind.value
    shell = Shell(seat, Looks(kind, light=True, reduced=True), translator("zh_CN"))
    for item in city.catalog.indicators[:60]:
        seat.read(item.code, 1.0)
    operator = begun(shell)
    run(operator.prepare())
    shell.bridge.drain()
    yield operator
    ended(operator, run)


def command(operator, run, text):
    outcome = run(operator.run(text))
    operator.shell.bridge.drain()
    operator.shell.bridge.tick.emit()
    return outcome


def written(operator):
    """Label, unit and title of all that is on the screen, by panel and key."""
    found = {}
    for number, panel in operator.shell.windows[0].panels.items():
        record = panel_record(panel)
        found[number, "title"] = record.title
        for item in record.items:
            found[number, item.key] = (item.label, item.unit)
    return found


def test_every_text_follows_the_language_and_comes_back(operator, run):
    before = written(operator)
    title = operator.shell.windows[0].windowTitle()
    assert command(operator, run, "set-language en").state is State.ACCEPTED
    english = written(operator)
    assert before.keys() == english.keys()
    left = {key: text for key, text in english.items() if CHINESE.search(str(text))}
    assert left == {}, "no Chinese is left"
    assert "⟦" not in str(english)
    same = [
        key for key, text in before.items() if CHINESE.search(str(text)) and text == english[key]
    ]
    assert same == []
    assert operator.shell.windows[0].windowTitle() != title
    command(operator, run, "set-language zh_CN")
    assert written(operator) == before
    assert operator.shell.windows[0].windowTitle() == title


def test_scene_selection_and_focus_stay(operator, run):
    shell = operator.shell
    last = list(shell.scenes)[-1]
    shell.show_scene(last)
    shell.selection.choose(Subject.BUREAU, "police")
    window = shell.windows[0]
    number = (
        next(n for n, panel in window.panels.items() if panel.kind == "indicators")
        if any(panel.kind == "indicators" for panel in window.panels.values())
        else next(iter(window.panels))
    )
    window.activateWindow()
    window.panels[number].setFocus()
    had = window.focusWidget() is window.panels[number]
    command(operator, run, "set-language en")
    assert shell.scene.name == last
    assert shell.selection[Subject.BUREAU] == "police"
    assert (window.focusWidget() is window.panels[number]) == had


def test_a_theme_changes_every_window_and_back(operator, run):
    shell = operator.shell
    window, choices = shell.windows[0], shell.looks.choices
    assert shell.spine.seat.theme in choices
    canvas = window.theme.canvas
    for choice in (*choices, shell.spine.seat.theme):
        assert command(operator, run, f"set-theme {choice}").state is State.ACCEPTED
        assert shell.looks.worn == choice
        assert all(panel.context.theme is window.theme for panel in window.panels.values())
    assert window.theme.canvas == canvas
    if "dark" in choices:
        command(operator, run, "set-theme dark")
        assert not window.theme.light


def test_what_is_not_there_is_refused_in_words(operator, run):
    for text in ("set-language tlh", "set-theme pink"):
        outcome = command(operator, run, text)
        assert outcome.state is State.REFUSED
        assert "⟦" not in operator.shell.translator.render(outcome.reason)
    assert operator.shell.translator.language == "zh_CN"


def test_the_palette_offers_the_languages(operator, run):
    operator.open_palette(operator.shell.windows[0])
    palette = operator.overlay
    palette.line.setText("yingwen")
    assert [(row.kind, row.id) for row in palette.model.rows][:1] == [
        ("command", "set-language en")
    ]

    async def choose():
        QGuiApplication.sendEvent(
            palette.line,
            QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        )
        await until(lambda: operator.shell.spine.seat.language == "en")
        operator.shell.bridge.drain()

    run(choose())
    assert operator.shell.translator.language == "en"


def test_a_wall_wears_war_and_peace(application):
    looks = Looks("hall", reduced=True)
    assert looks.choices == ("hall", "war")
    assert looks.worn == "hall"
    looks.wear("war")
    assert looks.theme("", 3840, 1080).name == "war"
    assert Looks("cockpit", light=True).choices == ("light", "dark")
    assert Looks("cockpit", light=True).worn == "light"
    assert Looks("cockpit").worn == "dark"
    assert Looks("desk").choices == ("desk",)
