"""A desk on the demonstration city in a process of its own, with an officer at its map.

`python -m tests.helpers.map_desk FOLDER` prints what was seen, a line of JSON.
"""

import asyncio
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest

from tests.helpers.alone import demonstration, living, run_alone, say
from tests.helpers.map_page import MapPageUnderTest
from widgets.panels._layer_rows import Tab
from widgets.panels.layers import Layers
from widgets.panels.map import MapPanel
from widgets.selection import Subject
from widgets.session import Session

SIZE = QSize(1920, 1080)
WITHIN_S = 40.0
MAP = "map/shared"


class Officer:
    """A session with somebody at it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.state = session.runtime.seat.maps[""]
        self.page: Any = None
        self.seen: dict[str, Any] = {}

    def panel(self, kind: str) -> Any:
        """The panel of a kind that stands on the first window."""
        window = self.session.shell.windows[0]
        return next(panel for panel in window.panels.values() if panel.kind == kind)

    def items(self) -> dict[str, Any]:
        """The screen's JSON by key."""
        record = self.session.probe.record(self.session.shell.windows[0])
        panels = msgspec.to_builtins(record)["panels"]
        return {item["key"]: item for panel in panels for item in panel["items"]}

    async def until(self, condition: Callable[[], Any]) -> None:
        """Let the loop turn until a condition holds."""
        end = time.monotonic() + WITHIN_S
        while not condition():
            assert time.monotonic() < end, "the condition never came true"
            await asyncio.sleep(0.01)

    async def see(self, key: str, wanted: Callable[[Any], bool] = bool) -> Any:
        """Wait until an item stands on the screen."""
        end = time.monotonic() + WITHIN_S
        while key not in (found := self.items()) or not wanted(found[key]["value"]):
            assert time.monotonic() < end, f"never came: {key} among {list(found)}"
            await asyncio.sleep(0.1)  # the record of a whole screen is dear
        return found[key]

    async def do(self, text: str) -> None:
        """A command, as the palette takes it."""
        outcome = await self.session.operator.run(text)
        assert outcome.done, (text, outcome)  # type: ignore[union-attr]

    async def to_map(self) -> None:
        """The scene of the map, its page drawn."""
        self.session.shell.request_scene("map")
        await self.until(lambda: self.session.shell.scene.name == "map")  # type: ignore[union-attr]
        window = self.session.shell.windows[0]
        while window.size() != SIZE:
            window.resize(SIZE)
            await asyncio.sleep(0.01)
        panel: MapPanel = self.panel("map")
        await self.until(lambda: panel.follower is not None and panel.follower.here is not None)
        self.page = MapPageUnderTest(panel.view)  # type: ignore[arg-type]
        found = await self.see(f"{MAP}/layer/bus_vehicle", lambda count: count > 50)
        self.seen["buses"] = [found["value"], found["source"], found["age"]]

    async def watch_a_bus(self) -> None:
        """A little later the same buses stand elsewhere."""
        panel, choice = self.panel("map"), self.state.choice("bus_vehicle")
        first = panel.content(choice)
        one = first.marks
        await self.until(lambda: abs(panel.content(choice).marks.lon - one.lon).max() > 1e-5)
        other = panel.content(choice).marks
        self.seen["same buses"] = list(one.ids) == list(other.ids)
        self.seen["moved"] = float(abs(one.lon - other.lon).max())

    async def click_a_bus(self) -> None:
        """What is under the pointer opens its card."""
        panel, page = self.panel("map"), self.page
        for layer in ("event_point", "warning_area"):
            await self.do(f"hide-layer {layer}")
        choice = self.state.choice("bus_vehicle")
        marks = panel.content(choice).marks
        await self.do(f"fly-to {marks.lon[0]:.6f},{marks.lat[0]:.6f} zoom=16")
        await page.wait_for("chengmai.page.map.getZoom() === 16")
        await page.painted()
        await page.click(*await page.drawn_at("bus_vehicle", 0))
        await self.until(lambda: self.state.picked is not None)
        picked = self.state.picked
        assert picked is not None
        first = panel.content(choice).marks.ids[0]
        self.seen["picked"] = [picked.layer, picked.id == first]
        await self.see(f"card/{picked.id}")
        lines = {
            item["label"]: item["value"] for key, item in self.items().items() if "/line/" in key
        }
        self.seen["card"] = lines

    async def draw_a_lasso(self) -> None:
        """What lies in it is listed, the nearest first."""
        page = self.page
        await self.do("fly-to home")
        await page.wait_for(f"chengmai.page.map.getZoom() === {self.state.place.zoom:g}")
        await self.do("map-tool lasso")
        await page.wait_for("chengmai.tools.tool() === 'lasso'")
        view = self.panel("map").view
        wide, high = view.width(), view.height()
        turns = [math.radians(9 * step) for step in range(40)]
        way = [(wide * (0.5 + 0.4 * math.cos(a)), high * (0.5 + 0.4 * math.sin(a))) for a in turns]
        await page.drag([(round(x), round(y)) for x, y in way])
        await self.until(lambda: self.state.area is not None)
        count = await self.see("area/bus_vehicle", lambda value: value > 10)
        rows = [item for key, item in self.items().items() if key.startswith("area/bus_vehicle/")]
        metres = [item["value"] for item in rows]
        self.seen["listed as"] = [item["label"] for item in rows]
        assert self.state.area is not None
        self.seen["lasso"] = [self.state.area.form, count["value"], len(rows)]
        self.seen["nearest first"] = metres == sorted(metres)

    async def open_a_plate(self, initials: str) -> None:
        """By the initials of its name."""
        layers: Layers = self.panel("layers")
        layers.setFocus()
        layers.show_tab(Tab.PLATES)
        QTest.keyClick(layers, Qt.Key.Key_F)
        QTest.keyClicks(layers, initials)
        await self.until(lambda: sum(bool(row.id) for row in layers.rows) == 1)
        layers.choose(next(number for number, row in enumerate(layers.rows) if row.id))
        QTest.keyClick(layers, Qt.Key.Key_Return)
        await self.until(lambda: self.state.plate)
        shown = await self.see(f"{MAP}/plate")
        self.seen["plate"] = [shown["value"], len(self.state.layers)]

    async def choose_an_event(self) -> None:
        """Chosen in another panel: the map goes there and rings it."""
        moves = self.state.moves
        events = [item.record for item in self.session.runtime.picture.events.values()]
        event = next(item for item in events if item.lon is not None)  # type: ignore[union-attr]
        self.session.shell.selection.choose(Subject.EVENT, event.id)
        await self.until(lambda: self.state.moves > moves)
        place, picked = self.state.place, self.state.picked
        assert picked is not None
        self.seen["event"] = [
            place.lon == event.lon and place.lat == event.lat,  # type: ignore[union-attr]
            picked.id == f"event:{event.id}",
        ]
        await self.see(f"card/event:{event.id}")

    async def speak_english(self) -> None:
        """Another language reaches a page that is opened anew, in the same place."""
        place = self.state.place
        before = self.panel("map").view
        await self.do("set-language en")
        await self.until(lambda: self.panel("map").view not in (None, before))
        panel: MapPanel = self.panel("map")
        await self.until(lambda: panel.follower is not None and panel.follower.here is not None)
        page = MapPageUnderTest(panel.view)  # type: ignore[arg-type]
        await page.wait_for("chengmai.look.language === 'en'")
        await page.wait_for(f"Math.abs(chengmai.page.map.getCenter().lat - {place.lat}) < 1e-5")
        layers: Layers = self.panel("layers")
        layers.show_tab(Tab.PLATES)
        self.seen["english"] = [row.title for row in layers.rows if row.id == "transit"]

    async def hide(self) -> None:
        """Another scene: nothing is made for the map any more."""
        house = self.session.maps
        self.session.shell.request_scene("health")
        await self.until(lambda: self.session.shell.scene.name == "health")  # type: ignore[union-attr]
        composer = house.composer(self.panel("top-bar").context)
        self.seen["wanted when hidden"] = len(composer._wanted())


async def work(officer: Officer) -> None:
    """The whole of it."""
    await officer.to_map()
    await officer.watch_a_bus()
    await officer.click_a_bus()
    await officer.draw_a_lasso()
    await officer.open_a_plate("ggjt")
    await officer.choose_an_event()
    await officer.speak_english()
    await officer.hide()


async def run(session: Session) -> dict[str, Any]:
    """The session with the officer at its keys; gives what was seen."""
    officer = Officer(session)
    async with living(session):
        await work(officer)
    return officer.seen


def main() -> None:
    """A desk with the simulator's feeds."""
    say(run_alone(lambda: run(demonstration(Path(sys.argv[1])))))


if __name__ == "__main__":
    main()
