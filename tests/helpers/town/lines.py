"""Sources that speak over a line of their own: WebSockets, TCP, a TAK server."""

import asyncio
import json
from typing import Any

from websockets.asyncio.server import ServerConnection

from app.core.envelope import Delta
from app.core.model import AlarmKind, Level, Reading, Warning
from app.formats import _crc
from tests.helpers.gathering import Bureau
from tests.helpers.ports import free_port
from tests.helpers.tak_server import TakServer, pytak
from tests.helpers.town.ledger import Ledger
from tests.helpers.town.source import REGION, Source, beijing, key_of
from tests.helpers.ws_server import say, serving

MN = "010000A8900016F000169DC0"
GAUGE = "0012345678"


class Wire(Source):
    """A WebSocket server on a port of its own."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.port = free_port()
        self.url = f"ws://127.0.0.1:{self.port}"
        self._served: Any = None

    async def handler(self, socket: ServerConnection) -> None:
        """One client."""
        raise NotImplementedError

    async def start(self) -> None:
        self._served = serving(self.handler, port=self.port)
        await self._served.__aenter__()

    async def stop(self) -> None:
        served, self._served = self._served, None
        await served.__aexit__(None, None, None)


class Ships(Wire):
    """`websocket` and the format `ais`: aisstream, which wants its key at once."""

    feed = "ships"

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self._sockets: set[ServerConnection] = set()

    async def handler(self, socket: ServerConnection) -> None:
        if json.loads(await socket.recv())["APIKey"] == "the ships' word":
            self._sockets.add(socket)
            await socket.wait_closed()
            self._sockets.discard(socket)

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "websocket"
format = "ais"
name_zh = "运河船舶"
name_en = "Ships"
url = "{self.url}"
credential = "ships"
options = {{hello = ['{{"APIKey": "{{credential}}"}}']}}
"""

    async def say(self, turn: int) -> None:
        at = self.ledger.now()
        moment = beijing(at - 8 * 3_600_000, "%Y-%m-%d %H:%M:%S.%f") + "000 +0000 UTC"
        about = {"MMSI": 413000001, "ShipName": "HUAI AN 66    ", "time_utc": moment}
        where = {"UserID": 413000001, "Longitude": 119.1 + turn / 1000, "Latitude": 33.6}
        report = where | {"Sog": 10.0, "Cog": 90.5, "TrueHeading": 88, "Timestamp": 1}
        said = {"MessageType": "PositionReport", "MetaData": about}
        for socket in self._sockets:
            await socket.send(json.dumps(said | {"Message": {"PositionReport": report}}))
        self.ledger.position(
            self.feed,
            "ais",
            "mmsi:413000001",
            lon=119.1 + turn / 1000,
            lat=33.6,
            names="HUAI AN 66",
            suspect=False,
        )


class Province(Wire):
    """`ws-json`: readings and a warning in our own envelope."""

    feed = "province"

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self._bureau = Bureau()

    async def handler(self, socket: ServerConnection) -> None:
        await self._bureau.handler(socket)

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "ws-json"
name_zh = "省级平台"
name_en = "Province"
url = "{self.url}"
"""

    async def say(self, turn: int) -> None:
        at, bureau = self.ledger.now(), self._bureau
        reading = Reading(key_of("power"), 800.0 + turn, at)
        warning = Warning(
            id="province:1",
            kind=AlarmKind.ISSUED,
            level=Level.YELLOW,
            title="大风黄色预警",
            issued=at,
            observed=at,
            issuer="省气象台",
        )
        bureau.readings, bureau.warnings = {reading.key: reading}, [warning]
        bureau.seq += 1
        for socket in list(bureau.clients):
            records = {"readings": [reading], "warnings": [warning]}
            await say(socket, Delta(seq=bureau.seq, prev=bureau.seq - 1, **records))
        self.ledger.reading(reading.key, reading.value, at)
        self.ledger.matter("warnings", warning.id, at, state="active", level="yellow")


class Tcp(Source):
    """A TCP server that speaks to whoever connects."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self._port = free_port()
        self._lines: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"tcp://127.0.0.1:{self._port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for line in list(self._lines):
            line.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        try:
            await reader.read()
        except OSError:
            return  # it was we who cut it
        finally:
            self._lines.discard(writer)
            writer.close()

    async def send(self, data: bytes) -> None:
        """To every line."""
        for line in self._lines:
            line.write(data)
            await line.drain()


class Planes(Tcp):
    """`stream` and the format `adsb`: an aircraft, and one that cannot be where it says."""

    feed = "planes"

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "stream"
format = "adsb"
name_zh = "航空器"
name_en = "Aircraft"
url = "{self.url}"
"""

    async def say(self, turn: int) -> None:
        now = self.ledger.now() / 1000
        jump = 10.0 if turn % 2 else 0.0
        craft = [
            {"hex": "780abc", "flight": "TWN1", "lat": 33.7 + turn / 1000, "lon": 119.2},
            {"hex": "780bad", "flight": "FALSE", "lat": 33.7 - jump, "lon": 119.2},
        ]
        for one in craft:
            one |= {"alt_baro": 11000, "gs": 280.0, "track": 10.0, "seen_pos": 0.0, "seen": 0.0}
        await self.send(json.dumps({"now": now, "messages": 1, "aircraft": craft}).encode() + b"\n")
        self.ledger.position(
            self.feed,
            "aircraft",
            "icao:780abc",
            lon=119.2,
            lat=33.7 + turn / 1000,
            names="TWN1",
            suspect=False,
        )
        self.ledger.position(self.feed, "aircraft", "icao:780bad", suspect=jump > 0)


class Station(Tcp):
    """`stream` and the format `hj212`: an environment station's frames."""

    feed = "station"

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "stream"
format = "hj212"
name_zh = "环保在线监测"
name_en = "Environment station"
url = "{self.url}"

[feed.format_options]
stations.{MN} = {{region = "{REGION}", name = "one"}}
factors.a34004 = {{code = "town.pm25", unit = "mg/m³"}}
"""

    async def say(self, turn: int) -> None:
        at = self.ledger.second(turn)
        moment = beijing(at, "%Y%m%d%H%M%S")
        segment = (
            f"QN={moment}000;ST=22;CN=2011;PW=123456;MN={MN};Flag=5;CP=&&"
            f"DataTime={moment};a34004-Rtd={0.035 + turn / 1000:.3f},a34004-Flag=N&&"
        ).encode()
        check = f"{_crc.hj212(segment):04X}".encode()
        await self.send(b"##%04d" % len(segment) + segment + check + b"\r\n")
        self.ledger.reading(key_of("pm25", "one"), 35.0 + turn, at)
        self.ledger.matter("devices", f"hj212:{MN}", at, state="online")


class Hydro(Source):
    """`stream` that listens, and the format `sl651`: a station that connects to us."""

    feed = "hydro"
    rests = True

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self._port = free_port()
        self._begun = ledger.now() // 60_000 * 60_000 - 5 * 60_000

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "stream"
format = "sl651"
name_zh = "水文遥测"
name_en = "Telemetry"
url = "listen+tcp://127.0.0.1:{self._port}"

[feed.format_options]
stations.{GAUGE} = {{region = "{REGION}", name = "sluice"}}
elements.Z = {{code = "town.stage"}}
"""

    async def say(self, turn: int) -> None:
        observed, sent = self._begun + turn * 60_000, self.ledger.second(turn)
        body = (
            f"{turn:04X}{beijing(sent, '%y%m%d%H%M%S')}ST {GAUGE} 48 "
            f"TT {beijing(observed, '%y%m%d%H%M')} Z {3.125 + turn:.3f} VT 12.7 "
        )
        frame = f"\x0101{GAUGE}000032{len(body):04X}\x02{body}\x03".encode()
        _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(frame + f"{_crc.modbus(frame):04X}".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        self.ledger.reading(key_of("stage", "sluice"), 3.125 + turn, observed)
        self.ledger.matter("devices", f"sl651:{GAUGE}", sent, state="online", battery=1.0)


class Units(Source):
    """`cot`: a TAK server, and pytak as a unit in the field."""

    feed = "units"

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self._server = TakServer()
        self._server.start()

    async def start(self) -> None:
        await asyncio.to_thread(self._server.start)

    async def stop(self) -> None:
        self._server.stop()

    def close(self) -> None:
        """For good."""
        self._server.__exit__()

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "cot"
name_zh = "外勤单兵"
name_en = "Field units"
url = "{self._server.url}"
"""

    async def say(self, turn: int) -> None:
        settings = {"COT_URL": self._server.url}
        _, writer = await pytak.protocol_factory(settings)
        worker = pytak.TXWorker(asyncio.Queue(), settings, writer)
        lon = 119.3 + turn / 1000
        for uid, kind in (("u-1", "a-f-G-U-C"), ("uav-1", "a-f-A-M-H-Q")):
            said = pytak.cot_event(
                lat=33.9, lon=lon, uid=uid, cot_type=kind, stale=300, callsign=f"名{uid}"
            )
            await worker.send_data(bytes(pytak.serialize_cot(said)))
        writer.close()
        self.ledger.position(
            self.feed, "tak", "tak:u-1", lon=lon, lat=33.9, kinds="unit", names="名u-1"
        )
        self.ledger.position(self.feed, "tak", "tak:uav-1", lon=lon, lat=33.9, kinds="drone")
