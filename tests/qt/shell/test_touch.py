"""Fingers on the cockpit: a tap is a click, a drag scrolls, a swipe turns; targets are large."""

import asyncio

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from app.core.catalog import Quantity
from app.core.i18n import translator
from app.core.keys import reading_key
from tests.qt.conftest import until
from tests.qt.shell.operated import begun, ended
from tests.unit.commands.desk import Desk
from widgets.look import Looks
from widgets.scene import parse_scene
from widgets.selection import Subject
from widgets.shell import Shell
from widgets.touch import TARGET, Touch

SCENE = """
name_zh = "触摸"
name_en = "Touch"

[[panel]]
kind = "indicators"
options = { form = "table" }
"""
OTHER = SCENE.replace("触摸", "别处").replace("Touch", "Elsewhere")


@pytest.fixture
def run(run_throughout):
    return run_throughout


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path, "cockpit")
    yield desk
    desk.close()


@pytest.fixture
def operator(desk, seat, application, run):
    seat.take(desk)
    seat.store = desk.store
    for number in range(60):
        code = f"made.{number:02d}"
        seat.catalog.quantities[code] = Quantity(code, f"指标{number}", f"Made {number}", "", 5000)
        seat.read(code, 1.0)
    scenes = {
        name: parse_scene(text, name, f"{name}.toml")
        for name, text in (("touch", SCENE), ("other", OTHER))
    }
    looks = Looks("cockpit", light=True, reduced=True)
    shell = Shell(seat, looks, translator("zh_CN"), scenes=scenes)
    operator = begun(shell, (1200, 900))
    shell.bridge.drain()
    yield operator
    ended(operator, run)


@pytest.fixture(scope="module")
def screen(application):
    return QTest.createTouchDevice()


def drag(window, screen, *places):
    """A finger goes down at the first place, over the others, up at the last."""
    first, last = places[0], places[-1]
    QTest.touchEvent(window, screen).press(0, first, window).commit()
    for place in places[1:]:
        QTest.touchEvent(window, screen).move(0, place, window).commit()
    QTest.touchEvent(window, screen).release(0, last, window).commit()


def panel(operator):
    return next(iter(operator.shell.windows[0].panels.values()))


def middle(operator, index):
    item = panel(operator)
    return item.mapTo(operator.shell.windows[0], item.place_of(index).center().toPoint())


def test_a_tap_chooses_what_is_under_it(operator, screen):
    index = 3
    place = middle(operator, index)
    drag(operator.shell.windows[0], screen, place)
    chosen = panel(operator).entries[index]
    assert operator.shell.selection[Subject.INDICATOR] == chosen
    assert chosen.startswith(reading_key("made", "")[:8])


def test_a_finger_that_trembles_still_taps(operator, screen):
    place = middle(operator, 2)
    drag(operator.shell.windows[0], screen, place, place + QPoint(3, 4))
    assert operator.shell.selection[Subject.INDICATOR] == panel(operator).entries[2]


def test_a_drag_scrolls_the_list_and_chooses_nothing(operator, screen):
    item = panel(operator)
    drag(operator.shell.windows[0], screen, *(QPoint(600, 700 - step * 40) for step in range(11)))
    assert item.offset > 200
    assert operator.shell.selection[Subject.INDICATOR] == ""
    drag(operator.shell.windows[0], screen, *(QPoint(600, 300 + step * 60) for step in range(11)))
    assert item.offset == 0, "back at the beginning, and not beyond it"


def test_with_motion_off_nothing_moves_after_the_finger(operator, screen):
    touch = operator.shell.windows[0].findChild(Touch)
    drag(operator.shell.windows[0], screen, *(QPoint(600, 700 - step * 40) for step in range(6)))
    assert not touch.gliding


@pytest.mark.parametrize(("way", "scene"), [(-1, "other"), (1, "other")])
def test_a_swipe_turns_to_the_next_scene_round_and_round(operator, screen, run, way, scene):
    begin = 600 - way * 250
    places = [QPoint(begin + way * step * 50, 400) for step in range(11)]

    async def scenario():
        # Not within a task: the sequence turns the loop itself.
        asyncio.get_running_loop().call_soon(drag, operator.shell.windows[0], screen, *places)
        await until(shown)

    def shown():
        operator.shell.bridge.drain()
        return operator.shell.scene.name == scene

    run(scenario())
    assert operator.shell.selection[Subject.INDICATOR] == ""


def test_what_a_finger_hits_is_large_enough(operator):
    item = panel(operator)
    least = item.theme.px(TARGET)
    item.grab()
    for index in range(len(item.places)):
        if item.is_row(index):
            assert min(item.places[index].height(), item.places[index].width()) >= least
    tabs = [rect for rect, _ in item._tabs]
    assert tabs
    assert all(min(rect.height(), rect.width()) >= least for rect in tabs)
