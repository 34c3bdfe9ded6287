"""The panel base: refreshed once per frame while it can be seen, and not at all while it cannot."""

import asyncio

import pytest

from app.live.hub import Kind
from tests.qt.conftest import settle
from widgets.panels._base import Panel, PanelOptions
from widgets.screen_item import value_item


class Levels(Panel, kind="levels"):
    """A panel of the test: shows every reading of the picture."""

    needs = frozenset({Kind.READING, Kind.FEED})

    class Options(PanelOptions):
        """None."""

    def refresh(self, changes):
        self.changes = changes

    def items(self):
        translator = self.context.translator
        return [
            value_item(self.context.view(key), translator) for key in self.context.picture.readings
        ]


@pytest.fixture
def panel(context):
    panel = Levels(context, Levels.Options())
    yield panel
    panel.stop()
    panel.deleteLater()
    settle()


def test_a_panel_registers_by_its_class_line():
    assert Levels.kind == "levels"


def test_many_changes_of_two_kinds_in_a_frame_refresh_once(panel, seat, bridge):
    panel.show()
    before = panel.refreshes
    for value in range(100):
        key = seat.read("hotline.calls", value)

    bridge.drain()

    assert panel.refreshes == before + 1
    assert panel.changes == {Kind.READING: frozenset({key}), Kind.FEED: frozenset({"feed-a"})}
    assert not panel.dirty


def test_a_hidden_panel_only_remembers_and_catches_up_once(panel, seat, bridge):
    seat.read("hotline.calls", 1)
    bridge.drain()
    key = seat.read("water.level", 2)
    bridge.drain()
    bridge.tick.emit()
    assert (panel.refreshes, panel.dirty) == (0, True)

    panel.show()

    assert panel.refreshes == 1
    assert key in panel.changes[Kind.READING]
    assert len(panel.changes[Kind.READING]) == 2


def test_a_tick_refreshes_for_the_ages(panel, bridge):
    panel.show()
    before = panel.refreshes

    bridge.tick.emit()

    assert panel.refreshes == before + 1
    assert panel.changes == {}


def test_a_frame_that_does_not_concern_the_panel_costs_it_nothing(panel, seat, bridge):
    panel.show()
    before = panel.refreshes
    seat.hub.publish(Kind.WARNING, ("x:1",))

    bridge.drain()

    assert panel.refreshes == before


def test_stopping_cancels_what_was_asked(context, run):
    async def scenario():
        panel = Levels(context, Levels.Options())
        never = asyncio.get_running_loop().create_future()
        task = panel.ask(_wait_for(never))
        await asyncio.sleep(0)
        panel.stop()
        panel.deleteLater()
        await asyncio.wait([task])
        return task.cancelled()

    assert run(scenario())


def test_a_question_that_fails_is_logged(context, run, expect_log):
    expect_log("panel levels: a question failed")

    async def scenario():
        panel = Levels(context, Levels.Options())
        await asyncio.wait([panel.ask(_fail())])
        await asyncio.sleep(0)
        panel.stop()
        panel.deleteLater()

    run(scenario())


async def _wait_for(future):
    await future


async def _fail():
    raise ValueError("no such query")
