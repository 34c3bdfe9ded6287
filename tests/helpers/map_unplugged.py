"""A desk of a demonstration city in a network namespace of its own, which has nothing but loopback;
an officer turns on every layer of its map.

`unshare -n python -m tests.helpers.map_unplugged FOLDER` prints what was seen, a line of JSON.
"""

import asyncio
import fcntl
import socket
import struct
import sys
from pathlib import Path
from typing import Any

from app.city import load_city
from app.core.i18n import translator
from tests.helpers.alone import living, run_alone, say
from tests.helpers.map_desk import MAP, SIZE, Officer
from tests.helpers.map_page import MapPageUnderTest
from widgets.session import Options, Session

SIOCSIFFLAGS = 0x8914
UP = 0x1 | 0x8 | 0x40  # up, loopback, running


def raise_loopback() -> list[str]:
    """Let the simulator be reached; gives the names of the interfaces that there are."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", UP))
    return [name for _, name in socket.if_nameindex()]


class Unplugged(Officer):
    """An officer without a network."""

    async def look(self) -> None:
        """The map, its base, then each layer by itself."""
        self.session.shell.request_scene("map")
        await self.until(lambda: self.session.shell.scene.name == "map")  # type: ignore[union-attr]
        window = self.session.shell.windows[0]
        while window.size() != SIZE:
            window.resize(SIZE)
            await asyncio.sleep(0.01)
        panel = self.panel("map")
        await self.until(lambda: panel.follower is not None and panel.follower.here is not None)
        self.page = MapPageUnderTest(panel.view)
        await self.see(f"{MAP}/layer/bus_vehicle", lambda count: count > 20)
        image = await self.page.image()
        colours = {image.pixel(x, y) for x in range(0, 900, 3) for y in range(0, 800, 3)}
        bases = self.session.maps.bases
        shown = bases.shown(self.state.base, webgl=False)[0]
        review = bases.review(shown)
        self.seen["base"] = [shown, review.health if review else "", len(colours)]
        self.seen["reason"] = panel.reason is not None
        await self.pan()
        await self.click_a_bus()
        await self.draw_a_lasso()
        await self.every_layer()
        self.seen["asked"] = self.page.ledger.total

    async def pan(self) -> None:
        """The picture is pulled 120 pixels to the left: the map looks that much further east."""
        before = self.state.place
        await self.page.drag([(600, 420), (560, 420), (520, 420), (480, 420)])
        await self.until(lambda: self.state.place.lon > before.lon)
        await self.page.painted()
        pixels = (self.state.place.lon - before.lon) / 360 * 256 * 2**before.zoom
        self.seen["pulled"] = [round(pixels), self.state.place.zoom == before.zoom]

    async def every_layer(self) -> None:
        """Turn all on, wait for each, and tell which hold nothing, and which something."""
        panel = self.panel("map")
        ids = [id_ for id_ in panel.configs if id_ not in self.session.maps.atlas.unconnected]
        for id_ in ids:
            if self.state.choice(id_) is None:
                await self.do(f"show-layer {id_}")
        choices = [choice for id_ in ids if (choice := self.state.choice(id_)) is not None]
        await self.until(lambda: all(panel.content(choice) is not None for choice in choices))
        found = {choice.id: panel.content(choice) for choice in choices}
        self.seen["layers"] = len(found)
        self.seen["empty"] = [id_ for id_, one in found.items() if one.connected and not one.count]
        self.seen["absent"] = [id_ for id_, one in found.items() if not one.connected]
        render = self.session.translator.render
        self.seen["faults"] = {
            id_: list(map(render, one.faults)) for id_, one in found.items() if one.faults
        }


async def work(folder: Path) -> dict[str, Any]:
    """The whole of it."""
    options = Options("desk", folder, exports=folder)
    officer = Unplugged(Session(options, load_city("suqian"), translator("zh_CN")))
    async with living(officer.session):
        await officer.look()
    return officer.seen


def main() -> None:
    """A desk with the simulator's feeds."""
    interfaces = raise_loopback()
    say({"interfaces": interfaces, **run_alone(lambda: work(Path(sys.argv[1])))})


if __name__ == "__main__":
    main()
