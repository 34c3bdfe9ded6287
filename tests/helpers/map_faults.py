"""A desk in a process of its own on a small city whose feed, files and tile servers are wrong, with
an officer at its map.

`python -m tests.helpers.map_faults FOLDER` prints what was seen, a line of JSON.
"""

import asyncio
import json
import math
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from websockets.asyncio.server import ServerConnection

from app.city import city_folder, load_city
from app.core.clock import SystemClock
from app.core.envelope import Snapshot
from app.core.i18n import translator
from app.core.model import (
    AlarmKind,
    Area,
    Event,
    Level,
    Position,
    Warning,
)
from app.live.seat import SignedOn
from tests.helpers.alone import living, run_alone, say
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server
from tests.helpers.map_desk import MAP, SIZE, Officer
from tests.helpers.map_page import MapPageUnderTest
from tests.helpers.ports import free_port
from tests.helpers.tile_files import mbtiles, pmtiles, png
from tests.helpers.ws_server import greet, serving
from widgets.map_foot import UNWELL
from widgets.panels._layer_rows import Tab
from widgets.session import Options, Session

LON, LAT = 118.171, 36.185
HURT = "<img src=x onerror=window.hurt=1><script>window.hurt=2</script>"
"""What runs where a text is taken for HTML; every text of this city has it."""
BUSES = 6
HEARD_AGAIN_S = 12 * 60
FEED = """
[[feed]]
id = "own"
kind = "ws-json"
name_zh = "{hurt}"
name_en = "{hurt}"
url = "{url}"
expected_period_s = 5
"""
BASE = """
[[base]]
id = "{id}"
kind = "{kind}"
name_zh = "{id}{hurt}"
name_en = "{id}"
crs = "wgs84"
source_zh = "{hurt}"
max_zoom = 16
timeout_s = 1
rate = 200
{where}
"""
LAYER = """
[[layer]]
id = "{id}"
kind = "file"
name_zh = "{id}{hurt}"
name_en = "{id}{hurt}"
crs = "wgs84"
source_zh = "{hurt}"
options = {{ file = "{file}", label = "name", label_zoom = 8.0 }}
"""
BASES = ("torn-mb", "no-mb", "torn-pm", "html", "hangs", "lies", "bomb")
FILES = {
    "hostile": "hostile.geojson",
    "kml": "hostile.kml",
    "torn": "torn.geojson",
    "torn-kml": "torn.kml",
    "entities": "entities.kml",
    "gone": "gone.geojson",
    "swapped": "swapped.geojson",
    "crossed": "crossed.geojson",
}


class JumpingClock(SystemClock):
    """The machine's, with a jump forward."""

    jumped = 0

    def now(self) -> int:
        """Milliseconds UTC."""
        return super().now() + self.jumped


class Town:
    """What the feed tells: all of it to whoever connects."""

    def __init__(self, clock: JumpingClock) -> None:
        self.clock = clock
        self.clients: set[ServerConnection] = set()
        self.seq = 0
        self.more: list[Event] = []

    async def handler(self, socket: ServerConnection) -> None:
        """For `tests.helpers.ws_server.serving`."""
        await greet(socket, "town")
        self.clients.add(socket)
        try:
            await self.tell(socket)
            await socket.wait_closed()
        finally:
            self.clients.discard(socket)

    async def tell(self, *sockets: ServerConnection) -> None:
        """Everything as of now, and what no decoder may take."""
        now = self.clock.now()
        self.seq += 1
        found = Snapshot(
            seq=self.seq,
            sent=now,
            events=[self.event(now), *self.more],
            warnings=[self.warning(now)],
            positions=[self.position(number, now) for number in range(BUSES)],
        )
        frame = msgspec.to_builtins(found)
        bus = msgspec.to_builtins(self.position(90, now))
        event = msgspec.to_builtins(self.event(now))
        wrong = [
            {**bus, "id": "out", "lon": 999.0},
            {**bus, "id": "turned", "lon": LAT, "lat": LON},
            {**bus, "id": "text", "lon": HURT},
            {**bus, "id": "far", "lon": 0.0, "lat": 0.0},
        ]
        nowhere = [
            {**event, "id": "out", "lat": -91.0},
            {**event, "id": "turned", "lon": LAT, "lat": LON},
        ]
        frame["positions"] += wrong
        frame["events"] += nowhere
        for socket in sockets or tuple(self.clients):
            await socket.send(json.dumps(frame))

    def event(self, now: int, id_: str = "e1") -> Event:
        """Something that happened in the middle of the town."""
        return Event(
            id_, "HL0101", now, now, title=f"事{HURT}", place=f"处{HURT}", region="370323001",
            reporter=HURT, lon=LON, lat=LAT,
        )  # fmt: skip

    def warning(self, now: int) -> Warning:
        """A circle around the town."""
        return Warning(
            "w1", AlarmKind.ISSUED, Level.ORANGE, f"警{HURT}", now, now,
            issuer=HURT, text=HURT, place=HURT, lon=LON, lat=LAT, expires=now + 86_400_000,
            areas=(Area(f"区{HURT}", circles=((LON, LAT, 3.0),)),),
        )  # fmt: skip

    def position(self, number: int, now: int) -> Position:
        """A bus in a row of buses."""
        return Position(
            f"bus-{number}{HURT}", "bus", LON + 0.002 * number, LAT - 0.01, now,
            heading=90.0, speed=5.0, name=f"车{number}{HURT}", kind=HURT,
        )  # fmt: skip


def write_city(folder: Path, feed: str, server: HttpServer) -> Path:
    """The county with one feed, and with bases and layers of which most are broken."""
    shutil.copytree(str(city_folder("yiyuan")), folder)
    text = (folder / "city.toml").read_text("utf-8")
    head = text.partition("[simulator]")[0].replace('world = "demo"\n', "")
    (folder / "city.toml").write_text(head + FEED.format(hurt=HURT, url=feed), "utf-8")
    where = {
        "torn-mb": ("mbtiles", 'path = "torn.mbtiles"'),
        "no-mb": ("mbtiles", 'path = "no.mbtiles"'),
        "torn-pm": ("pmtiles", 'path = "torn.pmtiles"'),
    }
    for name in ("html", "hangs", "lies", "bomb"):
        url = f"{server.url('/' + name)}?z={{z}}&x={{x}}&y={{y}}"
        where[name] = ("xyz", f'url = "{url}"\nallow_plain = true')
    bases = [
        BASE.format(id=id_, kind=kind, where=place, hurt=HURT)
        for id_, (kind, place) in where.items()
    ]
    layers = [LAYER.format(id=id_, file=file, hurt=HURT) for id_, file in FILES.items()]
    with (folder / "layers.toml").open("a", encoding="utf-8") as file:
        file.write("".join([*layers, *bases]))
    plate = f"hurt,{HURT},{HURT},{HURT},hostile;bus_vehicle,12,desk,,\n"
    with (folder / "plates.csv").open("a", encoding="utf-8") as file:
        file.write(plate)
    _write_files(folder)
    return folder


def _write_files(folder: Path) -> None:
    down = math.asinh(math.tan(math.radians(LAT))) / math.pi
    at = [(z, int((LON / 360 + 0.5) * 2**z), int((1 - down) / 2 * 2**z)) for z in range(15)]
    tiles = {place: png() for place in at}
    good = mbtiles(folder / "torn.mbtiles", tiles).read_bytes()
    (folder / "torn.mbtiles").write_bytes(good[:4096] + b"\xff" * (len(good) // 2))
    (folder / "no.mbtiles").write_text("<html>404</html>", "utf-8")
    packed = pmtiles(folder / "torn.pmtiles", tiles).read_bytes()
    (folder / "torn.pmtiles").write_bytes(packed[:300])
    square = [[LON, LAT], [LON + 0.01, LAT], [LON + 0.01, LAT + 0.01], [LON, LAT + 0.01]]
    bow = [square[0], square[2], square[1], square[3], square[0]]
    turned = [[y, x] for x, y in [*square, square[0]]]
    things = {
        "hostile": {"type": "Point", "coordinates": [LON, LAT + 0.01]},
        "swapped": {"type": "Polygon", "coordinates": [turned]},
        "crossed": {"type": "Polygon", "coordinates": [bow]},
    }
    for name, geometry in things.items():
        thing = {"type": "Feature", "geometry": geometry, "properties": {"name": HURT, HURT: HURT}}
        whole = {"type": "FeatureCollection", "features": [thing]}
        (folder / f"{name}.geojson").write_text(json.dumps(whole), "utf-8")
    (folder / "torn.geojson").write_text('{"type": "FeatureCollection", "features": [{"ty', "utf-8")
    mark = (
        f"<Placemark><name><![CDATA[{HURT}]]></name><description><![CDATA[{HURT}]]></description>"
        f"<Point><coordinates>{LON},{LAT - 0.02}</coordinates></Point></Placemark>"
    )
    head = '<?xml version="1.0"?>'
    kml = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{mark}</Document></kml>'
    (folder / "hostile.kml").write_text(head + kml, "utf-8")
    (folder / "torn.kml").write_text((head + kml)[:150], "utf-8")
    entity = '<!DOCTYPE kml [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    (folder / "entities.kml").write_text(head + entity + kml.replace("Placemark>", "e>"), "utf-8")


async def _lies(_server: HttpServer, _asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Promises a gigabyte and gives a picture."""
    picture = png()
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1000000000\r\n\r\n"
        + picture
    )
    await writer.drain()


async def _bomb(_server: HttpServer, _asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """A picture whose head says a hundred thousand times a hundred thousand pixels."""
    picture = bytearray(png())
    picture[16:24] = (100_000).to_bytes(4, "big") * 2
    return Reply(bytes(picture), headers={"Content-Type": "image/png"})


class Troubled(Officer):
    """An officer whose neighbours are all wrong."""

    def __init__(self, session: Session, town: Town, feed: "Line") -> None:
        super().__init__(session)
        self.town, self.feed = town, feed

    async def heard(self, key: str, condition: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """Wait until an item of the screen is so."""
        found: dict[str, Any] = {}

        def is_so() -> bool:
            found.update(self.items().get(key, {}))
            return bool(found and condition(found))

        await self.until(is_so)
        return found

    async def begin(self) -> None:
        """The map with what the feed says, and nothing of what it may not."""
        await self.to_map_of(lambda count: count >= BUSES)
        buses = self.items()[f"{MAP}/layer/bus_vehicle"]
        events = await self.see(f"{MAP}/layer/event_point")
        shown = self.panel("map").content(self.state.choice("bus_vehicle"))
        self.seen["nowhere"] = [self.session.translator.render(one) for one in shown.faults]
        feeds = self.session.runtime.picture.feeds
        await self.until(lambda: feeds["own"].rejected > 0)  # told a little after the records
        health = feeds["own"]
        self.seen["live"] = [buses["value"], events["value"], buses["freshness"]]
        self.seen["rejected"] = health.rejected

    async def to_map_of(self, wanted: Callable[[Any], bool]) -> None:
        """The scene of the map, its page drawn."""
        self.session.shell.request_scene("map")
        await self.until(lambda: self.session.shell.scene.name == "map")  # type: ignore[union-attr]
        window = self.session.shell.windows[0]
        while window.size() != SIZE:
            window.resize(SIZE)
            await asyncio.sleep(0.01)
        await self.until(lambda: self.panel("map").follower is not None)
        panel = self.panel("map")
        await self.until(lambda: panel.follower.here is not None)
        self.page = MapPageUnderTest(panel.view)
        await self.see(f"{MAP}/layer/bus_vehicle", wanted)

    async def words_stay_words(self) -> None:
        """What could run does not, wherever it stands."""
        for layer in ("hostile", "kml"):
            await self.do(f"show-layer {layer}")
            await self.see(f"{MAP}/layer/{layer}")
        seat, now = self.session.runtime.seat, self.town.clock.now()
        seat.person = SignedOn("0001", "shift_head", now)
        await self.do(f"markup '{LON},{LAT}' form=text label='{HURT}'")
        await self.do(f"bookmark '{HURT[:60]}'")
        await self.do(f"fly-to {LON},{LAT} zoom=14")
        await self.page.wait_for("chengmai.page.map.getZoom() === 14")
        await self.page.painted()
        cards = {}
        for layer, id_ in (
            ("event_point", "event:e1"),
            ("warning_area", "warning:w1"),
            ("bus_vehicle", f"bus-0{HURT}"),
            ("hostile", "1"),
            ("kml", "1"),
        ):
            await self.do(f"pick '{id_}' layer={layer} place={LON},{LAT}")
            card = self.panel("map-card")
            await self.until(lambda c=card, i=id_: c.thing and c._picked.id == i)
            found = [item for key, item in self.items().items() if key.startswith("card/")]
            cards[layer] = sum(HURT in f"{one['value']} {one['label']}" for one in found)
        self.seen["cards"] = cards
        await self.do(f"select-area '{LON},{LAT}' form=circle radius=5000")
        await self.see("area/bus_vehicle", lambda count: count == BUSES)
        page = await self.page.script(
            "[window.hurt ?? null, document.querySelectorAll('img[src=x]').length,"
            " document.querySelectorAll('script:not([src])').length]"
        )
        self.seen["page"] = [*page, self.page.ledger.total]
        await self.do("clear-area")

    async def files_and_bases(self) -> None:
        """Each broken one says so, and the map stays."""
        told = {}
        for layer in ("torn", "torn-kml", "entities", "gone", "swapped", "crossed"):
            await self.do(f"show-layer {layer}")
            panel, choice = self.panel("map"), self.state.choice(layer)
            await self.until(lambda p=panel, c=choice: p.content(c) is not None)
            content = panel.content(choice)
            render = self.session.translator.render
            told[layer] = [content.count, *map(render, content.faults)]
            await self.do(f"hide-layer {layer}")
        self.seen["files"] = told
        health = {}
        layers = self.panel("layers")
        layers.show_tab(Tab.BASES)
        bases = self.session.maps.bases
        for base in BASES:
            await self.do(f"set-base {base}")
            await self.until(lambda b=base: bases.review(b).health in UNWELL)
            review = bases.review(base)
            health[base] = [review.health, self.session.translator.render(review.condition)]
            assert self.panel("map").reason is None
        self.seen["bases"] = health
        await self.do("set-base outline")

    async def page_dies(self) -> None:
        """A sentence, then the map again; the list of events goes on meanwhile."""
        panel, reasons = self.panel("map"), []
        view = panel.view
        view.reason_changed.connect(lambda: reasons.append(view.reason.id if view.reason else ""))
        os.kill(self.page.web.page().renderProcessPid(), signal.SIGKILL)
        self.town.more = [self.town.event(self.town.clock.now(), "e2")]
        await self.town.tell()
        await self.until(lambda: "mapview.died" in reasons)
        await self.until(lambda: view.is_ready and reasons[-1] == "")
        await self.see(f"{MAP}/layer/event_point", lambda count: count == 2)
        await self.page.wait_for("chengmai.page.map.getZoom() === 14")
        self.seen["died"] = [*reasons, self.state.place.zoom]

    async def cut(self) -> None:
        """Without the feed everything stays with its age, as 缓存; with it it lives again."""
        await self.feed.stop()
        key = f"{MAP}/layer/bus_vehicle"
        self.town.clock.jumped += HEARD_AGAIN_S * 1000
        item = await self.heard(key, lambda one: one["freshness"] == "cached" and one["age"] > 600)
        panel, choice = self.panel("map"), self.state.choice("bus_vehicle")
        await self.until(lambda: set(panel.content(choice).marks.style.tolist()) == {1})
        forms = [panel.content(choice).marks.styles[1].form]
        layers = self.panel("layers")
        layers.show_tab(Tab.LAYERS)
        rows = {row.id: row.detail for row in layers.rows}
        title = " ".join(note.text for note in panel.notes_right())
        self.seen["cut"] = [item["value"], forms, rows["bus_vehicle"], title]
        await self.feed.start()
        item = await self.heard(key, lambda one: one["freshness"] == "live" and one["age"] < 60)
        await self.until(lambda: 1 not in panel.content(choice).marks.style.tolist())
        self.seen["again"] = [item["value"], item["freshness"]]


class Line:
    """The feed's server, to be cut and joined."""

    def __init__(self, town: Town) -> None:
        self.town, self.port = town, free_port()
        self._ways: list[Any] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"ws://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """It answers."""
        way = serving(self.town.handler, port=self.port)
        await way.__aenter__()
        self._ways.append(way)

    async def stop(self) -> None:
        """It does not."""
        while self._ways:
            await self._ways.pop().__aexit__(None, None, None)


async def work(folder: Path) -> dict[str, Any]:
    """The whole of it."""
    clock = JumpingClock()
    town = Town(clock)
    line = Line(town)
    await line.start()
    async with http_server() as server:
        server.on("/lies", _lies)
        server.on("/bomb", _bomb)
        server.on("/hangs", server._handlers["/silent"])
        city = load_city(write_city(folder / "city", line.url, server))
        options = Options("desk", folder / "data", exports=folder)
        session = Session(options, city, translator("zh_CN"), clock=clock)
        officer = Troubled(session, town, line)
        try:
            async with living(session):
                await officer.begin()
                await officer.words_stay_words()
                await officer.files_and_bases()
                await officer.page_dies()
                await officer.cut()
        finally:
            say(officer.seen)
            await line.stop()
    return officer.seen


def main() -> None:
    """A desk with one feed."""
    run_alone(lambda: work(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
