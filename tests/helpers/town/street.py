"""A street of neighbours who do everything wrong that a source can, beside one who does all well.

Each is a server on loopback, or an address of the street's web server; each goes on for as long as
the street stands."""

import asyncio
import gzip
import io
import json
import random
import zipfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import aiomqtt
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from app.core.catalog import HOUR
from app.core.clock import Clock, SystemClock
from app.core.envelope import Delta, Snapshot
from app.core.model import Ms, Reading
from tests.helpers.http_server import Asked, Handler, HttpServer, Reply, head_of
from tests.helpers.mosquitto import Mosquitto
from tests.helpers.tls import Authority
from tests.helpers.ws_server import greet, say

Talk = Callable[[asyncio.StreamWriter], Awaitable[None]]

SLOW_S, QUICK_S = 0.1, 0.02
LARGE = 10_000_000
FEATURES = 30_000
NOISE = random.Random(4)
LOCAL_FILE = "/etc/hostname"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "'
    + b"x" * 1000
    + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (n + 1, b"&%c;" % n * 50) for n in range(97, 110))
    + b"]><a><row><t>&n;</t></row></a>"
)
EXTERNAL = (
    f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://{LOCAL_FILE}">]>'
    "<a><row><t>&x;</t></row></a>"
).encode()
DEEP_XML = b"<a>" * 200_000
DEEP_JSON = b'{"a":' * 100_000 + b"1" + b"}" * 100_000


def off_by(clock: Clock, ahead: Ms) -> Handler:
    """A source whose clock is so far ahead of this one."""

    async def answer(_server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        row = {"id": "clock", "v": 1.0, "t": clock.now() + ahead}
        return Reply(json.dumps(row).encode())

    return answer


class Wrong(NamedTuple):
    """A neighbour: its `[[feed]]` without id and names; what is counted of it, or its trouble."""

    feed: str
    toml: str
    reason: str = ""
    trouble: str = ""


def reading_map(value: str = "v", observed: str = '{from = "t", time = "epoch_ms"}') -> str:
    """A mapping of one reading, whose name is in the record."""
    return f"""
[[feed.map.reading]]
key = {{template = "reading/town.level/320812/{{id}}"}}
value = "{value}"
observed = {observed}
"""


class Street:
    """`async with Street(folder) as street:`; `neighbours` are those who do wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = SystemClock()
        self.web = HttpServer()
        self.elsewhere = HttpServer()
        self.secure = HttpServer(Authority(folder, "first").server_context())
        self.neighbours: list[Wrong] = []
        self.broker = Mosquitto()
        self.begun = self.clock.now()
        self._features = _features(self.begun)
        self._ended = asyncio.Event()
        self._stack = AsyncExitStack()
        self._lines: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> "Street":
        for server in (self.web, self.elsewhere, self.secure):
            await server.start()
            self._stack.push_async_callback(server.stop)
        self._stack.push_async_callback(self._end)
        await self._move_in()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        await self._stack.aclose()

    async def _end(self) -> None:
        for line in list(self._lines):
            line.transport.abort()

    async def pause(self, seconds: float) -> bool:
        """Wait so long; False when the street is no more."""
        try:
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        except TimeoutError:
            return True
        return False

    async def new_certificate(self) -> None:
        """The secure neighbour comes back with the certificate of another authority."""
        (self.folder / "other").mkdir()
        await self.secure.restart(Authority(self.folder / "other", "second").server_context())

    # ---- who lives here

    async def _move_in(self) -> None:
        self._over_http()
        self._in_xml()
        self._in_files()
        self._with_clocks()
        self._retained()
        for name, talk, form in (
            ("garbage", self._garbage, ""),
            ("ais", self._garbage, 'format = "ais"'),
            ("adsb", self._garbage, 'format = "adsb"'),
            ("cot", self._garbage, 'format = "cot"'),
            ("hj212", self._garbage, f'format = "hj212"\nformat_options = {HJ212}'),
            ("sl651", self._garbage, f'format = "sl651"\nformat_options = {SL651}'),
            ("gtfs", self._garbage, 'format = "gtfs-rt"'),
            (
                "quake",
                self._garbage,
                'format = "quake"\nformat_options = {lon = 119.0, lat = 33.5}',
            ),
            ("endless", self._endless, "limits = {max_bytes = 100000}"),
            ("flood", self._flood, "limits = {max_rate = 200}"),
            ("shuffled", self._shuffled, ""),
            ("mute", self._mute, "options = {silence_s = 1.5}"),
        ):
            url = await self._tcp(talk)
            reason = {"garbage": "bad_record", "endless": "oversized", "flood": "rate"}.get(
                name, ""
            )
            trouble = "feed.silent" if name == "mute" else ""
            toml = f'kind = "stream"\nurl = "{url}"\n{form}'
            self.neighbours.append(Wrong(name, toml, reason, trouble))
        for name, handler, toml, reason in (
            ("nested", self._nested, reading_map(), "too_deep"),
            ("binary", self._binary, reading_map(), "encoding"),
        ):
            url = await self._socket(handler)
            self.neighbours.append(
                Wrong(name, f'kind = "websocket"\nurl = "{url}"\n{toml}', reason)
            )
        url = await self._socket(self._gaps)
        self.neighbours.append(Wrong("gaps", f'kind = "ws-json"\nurl = "{url}"'))

    def _polled(
        self, name: str, path: str, more: str, *, poll_s: float = 0.2, **wanted: str
    ) -> None:
        options = f"poll_s = {poll_s}, answer_s = 1.5"
        toml = f'kind = "http-json"\nurl = "{self.web.url(path)}"\noptions = {{{options}}}\n{more}'
        self.neighbours.append(Wrong(name, toml, **wanted))

    def _over_http(self) -> None:
        mapped = reading_map()
        self.web.data = [{"id": "x", "v": 1.0, "t": 1}]
        self.web.on("/large", self._large)
        self.web.on("/oversized", self._oversized)
        self._polled("html", "/html", mapped, trouble="feed.http_html")
        self._polled("lying-html", "/html?type=application/json", mapped, trouble="feed.http_html")
        self._polled("picture", "/type?type=image/png", mapped, trouble="feed.http_type")
        away = self.elsewhere.url("/data")
        self._polled("moved", f"/redirect?to={away}", mapped, trouble="feed.http_elsewhere")
        self._polled("bomb", "/bomb", mapped, reason="oversized")
        self._polled("huge", "/huge", mapped, reason="oversized")
        self._polled("drip", "/drip", mapped, trouble="feed.timeout")
        self._polled("cut", "/cut", mapped, trouble="feed.closed")
        self._polled("silent", "/silent", mapped, trouble="feed.timeout")
        self._polled("oversized", "/oversized", mapped, reason="oversized")
        large = f'format = "geojson"\nlimits = {{max_bytes = 20000000}}\n{POOLS}'
        self._polled("large", "/large", large, poll_s=1.0)
        url, ca = self.secure.url("/data"), self.folder / "first.pem"
        self.secure.data = self.web.data
        toml = f'kind = "http-json"\nurl = "{url}"\noptions = {{poll_s = 0.2}}\n'
        toml += f'tls = {{ca = "{ca}"}}\n{mapped}'
        self.neighbours.append(Wrong("certificate", toml, trouble="feed.certificate"))

    def _in_xml(self) -> None:
        for name, body, reason in (
            ("xml-bomb", BOMB, "xml_doctype"),
            ("xml-external", EXTERNAL, "xml_doctype"),
            ("xml-deep", DEEP_XML, "xml_limit"),
        ):
            self.web.on(f"/{name}", _xml(body))
            mapped = '[feed.map]\nformat = "xml"\neach = "/a/row"\n' + reading_map()
            self._polled(name, f"/{name}", mapped, reason=reason)
        self.web.on(
            "/cap", _xml(EXTERNAL.replace(b"<a>", b"<alert>").replace(b"</a>", b"</alert>"))
        )
        toml = f'kind = "cap"\nurl = "{self.web.url("/cap")}"\noptions = {{poll_s = 0.2}}'
        self.neighbours.append(Wrong("cap-external", toml, "xml_doctype"))

    def _in_files(self) -> None:
        folder = self.folder / "files"
        folder.mkdir()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bomb.json", b" " * 50_000_000)
        (folder / "bomb.zip").write_bytes(packed.getvalue())
        (folder / "bomb.json.gz").write_bytes(gzip.compress(b" " * 50_000_000))
        (folder / "noise.json").write_bytes(NOISE.randbytes(100_000))
        toml = f'kind = "file-drop"\nurl = "file:{folder}"\noptions = {{poll_s = 0.2}}\n'
        self.neighbours.append(Wrong("files", toml + reading_map(), "oversized"))

    def _retained(self) -> None:
        """A broker that gives a value of three days ago to whoever comes."""
        self._stack.enter_context(self.broker)
        toml = f'kind = "mqtt"\nurl = "{self.broker.url}"\noptions = {{topics = ["old/#"]}}'
        self.neighbours.append(Wrong("retained", toml))

    async def retain(self) -> None:
        """The value is put there once more, as a sensor does after each start."""
        old = _line("retained", 7.0, self.begun - 3 * 86_400_000)
        async with aiomqtt.Client("127.0.0.1", self.broker.port) as client:
            await client.publish("old/reading", old, qos=1, retain=True)

    def _with_clocks(self) -> None:
        self.web.on("/ahead", off_by(self.clock, HOUR))
        self.web.on("/summer", self._summer)
        self._polled("ahead", "/ahead", reading_map(), reason="future")
        zone = 'zone = "Europe/Berlin"\ntwice = '
        local = '{from = "t", time = "%Y-%m-%d %H:%M:%S"}'
        for name, twice in (("summer", "first"), ("summer-late", "second")):
            text = f'[feed.map]\n{zone}"{twice}"\n' + reading_map(observed=local)
            text = text.replace("{id}", f"{name}-{{id}}")
            self._polled(name, "/summer", text, reason="no_such_time")

    async def _summer(self, _server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        rows = [
            {"id": "twice", "v": 1.0, "t": "2026-10-25 02:30:00"},
            {"id": "never", "v": 1.0, "t": "2026-03-29 02:30:00"},
        ]
        return Reply(json.dumps(rows).encode())

    async def _large(self, _server: HttpServer, asked: Asked, writer: Any) -> Reply:
        """Ten megabytes of features, each time the same: thirty thousand of them."""
        return Reply(self._features, headers={"Content-Type": "application/geo+json"})

    async def _oversized(self, _server: HttpServer, _asked: Asked, writer: Any) -> None:
        """Ten megabytes of which the head says no word."""
        head = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
        writer.write(head_of(200, head))
        chunk = b"[" + b" " * 99_999
        for _ in range(LARGE // len(chunk)):
            writer.write(b"%x\r\n" % len(chunk) + chunk + b"\r\n")
            await writer.drain()
        writer.write(b"0\r\n\r\n")

    # ---- lines

    async def _tcp(self, talk: Talk) -> str:
        async def line(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._lines.add(writer)
            try:
                await talk(writer)
            except OSError:
                return  # it was left
            finally:
                self._lines.discard(writer)
                writer.transport.abort()

        server = await asyncio.start_server(line, "127.0.0.1", 0)
        self._stack.callback(server.close)
        return f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _garbage(self, writer: asyncio.StreamWriter) -> None:
        """Noise, with the heads of frames in it, and ends of lines."""
        heads = (
            b"##0200",
            b"~~",
            b"\x01",
            b"!AIVDM,1,1,,A,",
            b"MSG,3,",
            b"<event ",
            b"\xbf\x01\xbf",
        )
        while await self.pause(SLOW_S):
            parts = [head + NOISE.randbytes(100) + b"\r\n" for head in heads]
            writer.write(b"".join(parts))
            await writer.drain()

    async def _endless(self, writer: asyncio.StreamWriter) -> None:
        while await self.pause(QUICK_S):
            writer.write(b"x" * 65_536)
            await writer.drain()

    async def _flood(self, writer: asyncio.StreamWriter) -> None:
        """A thousand records where two hundred a second are allowed."""
        while await self.pause(SLOW_S):
            now = self.clock.now()
            rows = [_line("flood", n / 100, now - 1000 + n) for n in range(1000)]
            writer.write(b"".join(rows))
            await writer.drain()

    async def _shuffled(self, writer: asyncio.StreamWriter) -> None:
        """Every reading three times, out of order."""
        while await self.pause(SLOW_S):
            now = self.clock.now()
            numbers = [0, 2, 1, 1, 0, 3, 3, 2, 3, 0, 2, 1]
            rows = [_line("shuffled", float(number), now - 50 + number) for number in numbers]
            writer.write(b"".join(rows))
            await writer.drain()

    async def _mute(self, _writer: asyncio.StreamWriter) -> None:
        """Accepts and never answers."""
        await self._ended.wait()

    async def _socket(self, handler: Callable[[ServerConnection], Awaitable[None]]) -> str:
        async def line(socket: ServerConnection) -> None:
            with suppress(ConnectionClosed):  # it was left
                await handler(socket)

        server = await self._stack.enter_async_context(
            serve(line, "127.0.0.1", 0, max_size=None, close_timeout=1)
        )
        return f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"

    async def _nested(self, socket: ServerConnection) -> None:
        while await self.pause(SLOW_S):
            await socket.send(DEEP_JSON)

    async def _binary(self, socket: ServerConnection) -> None:
        while await self.pause(SLOW_S):
            await socket.send(NOISE.randbytes(1000))

    async def _gaps(self, socket: ServerConnection) -> None:
        """Numbers that jump and go back; what is asked for again never comes."""
        await greet(socket)
        await say(socket, Snapshot(seq=1))
        for seq in (5, 3, 5, 9, 2):
            reading = Reading(f"reading/town.level/320812/gaps-{seq}", 1.0, self.clock.now())
            await say(socket, Delta(seq=seq, prev=seq - 1, readings=[reading]))
        await self._ended.wait()


HJ212 = '{stations = {a = {region = "320812"}}, factors = {a34004 = {code = "town.level"}}}'
SL651 = '{stations = {0012345678 = {region = "320812"}}, elements = {Z = {code = "town.level"}}}'
POOLS = """
[[feed.map.position]]
id = {template = "pool:{_id}"}
layer = {value = "pools"}
name = "name"
observed = {from = "t", time = "epoch_ms"}
"""


def _line(name: str, value: float, observed: Ms) -> bytes:
    key = f"reading/town.level/320812/{name}"
    return json.dumps({"key": key, "value": value, "observed": observed}).encode() + b"\n"


def _features(observed: Ms) -> bytes:
    name = "水" * 60
    row = (
        '{"type":"Feature","id":%d,"geometry":{"type":"Point","coordinates":[119.05,33.55]},'
        '"properties":{"name":"' + name + f'","t":{observed}}}}}'
    )
    rows = ",".join(row % number for number in range(FEATURES))
    return ('{"type":"FeatureCollection","features":[' + rows + "]}").encode()


def _xml(body: bytes) -> Handler:
    async def answer(_server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        return Reply(body, headers={"Content-Type": "application/xml"})

    return answer
