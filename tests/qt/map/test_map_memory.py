"""What a map shows is kept while the program runs, and a start after that shows it."""

from app.city import load_city
from app.core.model import World
from app.live.hub import Kind
from app.live.map_state import LayerChoice, MapPlace
from app.live.maps import map_key
from tests.helpers.seat import TestSeat
from tests.helpers.turning import turned
from tests.unit.commands.desk import Desk
from widgets.bridge import Bridge
from widgets.map_house import MapHouse
from widgets.map_memory import MapMemory


class Start:
    """One run of the program, as far as its maps are concerned."""

    def __init__(self, desk, folder):
        self.desk = desk
        city = load_city("suqian")
        seat = TestSeat(city, desk.clock, desk.hub, commands=desk.commands)
        self.bridge = Bridge(seat.hub)
        self.house = MapHouse(city, desk.picture, desk.hub, desk.clock, desk.seat, folder)
        self.memory = MapMemory(desk.ops, desk.seat, self.bridge, desk.clock)
        self.house.ready.connect(self.memory.begin)

    async def open(self):
        self.bridge.start()
        await self.house.prepare()

    async def close(self):
        await self.memory.stop()
        await self.house.stop()
        self.bridge.stop()
        for item in (self.memory, self.bridge, self.house):
            item.deleteLater()


def test_place_and_layers_are_there_at_the_next_start(run, application, tmp_path):
    (tmp_path / "maps").mkdir()
    desk = Desk(tmp_path, world=World.DEMO)

    async def first():
        start = Start(desk, tmp_path / "maps")
        await start.open()
        for text in (
            "fly-to 118.40,33.80 zoom=14",
            "show-layer heat",
            "set-layer heat opacity=40",
            "detach-map main",
            "select-area 118.4,33.8 form=circle radius=500",
        ):
            assert (await desk.do(text)).done, text
        state = desk.seat.maps[""]
        state.drag(MapPlace(118.41, 33.81, 14.5), "desk/1")  # as a hand does
        desk.hub.publish(Kind.SEAT, [map_key("")])
        written = "SELECT 1 FROM map_state WHERE name = '' AND lon = 118.41"
        await turned(lambda: desk.rows(written), "what a hand did is written")
        await start.close()
        return state.layers

    layers = run(first())
    later = desk.again()
    try:

        async def second():
            start = Start(later, tmp_path / "maps")
            await start.open()
            state = later.seat.maps[""]
            assert (state.place.lon, state.place.lat, state.place.zoom) == (118.41, 33.81, 14.5)
            assert state.layers == layers and state.choice("heat") == LayerChoice("heat", 0.4)
            assert state.area is not None and state.area.radius_m == 500.0
            assert state.picked is None and "main" in later.seat.maps.apart
            await start.close()

        run(second())
    finally:
        later.close()
