"""The city's files were read anew: what stands on the screens and in the palette follows them."""

import asyncio

import msgspec
import pytest

from app.city import load_city
from app.core.i18n import translator
from app.core.model import World
from app.live.hub import Kind
from tests.qt.conftest import until
from tests.qt.shell.operated import begun, ended
from tests.unit.commands.desk import Desk
from widgets.look import Looks
from widgets.probe import panel_record
from widgets.shell import Shell


@pytest.fixture
def run(run_throughout):
    return run_throughout


@pytest.fixture
def operator(tmp_path, seat, application, run):
    desk = Desk(tmp_path, "desk", world=World.DEMO)
    seat.take(desk)
    seat.store, seat.city = desk.store, load_city("huaian")
    shell = Shell(seat, Looks("desk", light=True, reduced=True), translator("zh_CN"))
    for item in seat.catalog.indicators[:60]:
        seat.read(item.code, 1.0)
    operator = begun(shell)
    run(operator.prepare())
    shell.bridge.drain()
    yield operator
    ended(operator, run)
    desk.close()


def labels(operator):
    panels = operator.shell.windows[0].panels.values()
    return {item.label for panel in panels for item in panel_record(panel).items}


def found(operator, text):
    """The ids of the indicators that the palette finds for a text."""
    operator.open_palette(operator.shell.windows[0], text)
    ids = [row.id for row in operator.overlay.model.rows]
    operator.overlay.close_overlay()
    return ids


def test_names_on_the_screen_and_in_the_palette_follow(operator, run):
    seat = operator.shell.spine
    shown = next(item for item in seat.catalog.indicators if item.name_zh in labels(operator))
    renamed = msgspec.structs.replace(shown, name_zh="新的叫法")
    quantities = {**seat.catalog.quantities, shown.code: renamed}
    catalog = msgspec.structs.replace(seat.catalog, quantities=quantities)
    seat.city = msgspec.structs.replace(seat.city, catalog=catalog)
    old = [task for item in operator.shell.windows[0].panels.values() for task in item.asked]

    async def change():
        seat.hub.publish(Kind.MODE, ("city",))
        operator.shell.bridge.drain()
        await until(lambda: found(operator, "新的叫法")[:1] == [shown.code])
        await asyncio.gather(*old, return_exceptions=True)

    assert found(operator, "新的叫法") == []
    run(change())
    assert "新的叫法" in labels(operator)
    assert shown.name_zh not in labels(operator)
