"""At a start the first map goes before what nobody waits for."""

import asyncio

import pytest

from app.city import load_city
from app.core.model import World
from tests.helpers.seat import TestSeat
from tests.unit.commands.desk import Desk
from widgets.map_house import MapHouse


@pytest.fixture
def house(application, tmp_path):
    desk = Desk(tmp_path, world=World.DEMO)
    city = load_city("suqian")
    seat = TestSeat(city, desk.clock, desk.hub, commands=desk.commands)
    (tmp_path / "maps").mkdir()
    house = MapHouse(city, desk.picture, seat.hub, seat.clock, desk.seat, tmp_path / "maps")
    yield house
    house.deleteLater()
    desk.close()


async def begun(house):
    """Until the atlas is known and a window shows a map of it; the rest is being prepared."""
    known = asyncio.Event()
    house.ready.connect(house.begin)
    house.ready.connect(known.set)
    preparing = asyncio.ensure_future(house.prepare())
    await known.wait()
    return preparing


def test_where_no_window_shows_a_map_nobody_waits(house, run):
    async def work():
        await house.prepare()
        await house.opened()
        assert house.gazetteer is not None
        await house.stop()

    run(work())


def test_places_wait_until_the_first_layer_is_drawn(house, run):
    async def work():
        preparing = await begun(house)
        waiting = asyncio.ensure_future(house.opened())
        for _ in range(20):
            await asyncio.sleep(0)
        assert not waiting.done() and house.gazetteer is None
        house.drawn()
        await asyncio.gather(waiting, preparing)
        assert house.gazetteer is not None
        house.end()
        await house.stop()

    run(work())


def test_an_end_in_between_is_not_waited_for(house, run):
    async def work():
        preparing = await begun(house)
        await house.stop()
        await house.opened()
        await preparing

    run(work())
