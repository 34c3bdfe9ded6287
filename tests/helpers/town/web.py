"""Sources over HTTP: polled in many ways, pushed, streamed, and a SOAP service."""

import csv
import hashlib
import hmac
import io
import json
import time
import zlib
from typing import Any

import httpx
from google.transit import gtfs_realtime_pb2 as pb

from tests.helpers.http_server import Asked, Handler, HttpServer, Reply
from tests.helpers.ports import free_port
from tests.helpers.soap_server import SoapServer, levels
from tests.helpers.town.ledger import Ledger
from tests.helpers.town.source import REGION, Source, beijing, key_of, zulu
from tests.helpers.ws_server import serving

POLL_S = 0.3


class Polled(Source):
    """One whose words lie at an address of the town's web server."""

    path = ""
    type = "application/json"

    def __init__(self, ledger: Ledger, web: HttpServer) -> None:
        super().__init__(ledger)
        self.web = web
        self.body = self.empty()
        web.on(self.path, self.answer)

    def empty(self) -> bytes:
        """Before anything was said."""
        return b"[]"

    async def answer(self, _server: HttpServer, asked: Asked, _writer: Any) -> Reply:
        """The newest words; 304 to whom they are known."""
        tag = f'"{zlib.crc32(self.body):08x}"'
        if asked.headers.get("if-none-match") == tag:
            return Reply(status=304, headers={"ETag": tag})
        return Reply(self.body, headers={"ETag": tag, "Content-Type": self.type})


class Devices(Polled):
    """`http-json` behind OAuth 2: states of devices as CSV."""

    feed = "devices"
    path = "/devices"
    type = "text/csv"

    def empty(self) -> bytes:
        return b"id,state,volt,t\n"

    async def answer(self, server: HttpServer, asked: Asked, writer: Any) -> Reply:
        if asked.headers.get("authorization") != f"Bearer token-{server.tokens}":
            return Reply(b"{}", 401)
        return await super().answer(server, asked, writer)

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "http-json"
name_zh = "城管局设备"
name_en = "Devices"
url = "{self.web.url(self.path)}"
credential = "devices"
options = {{poll_s = {POLL_S}, expect = "any", oauth = {{url = "{self.web.url("/token")}"}}}}

[feed.map]
format = "csv"

[[feed.map.device]]
id = {{template = "town:{{id}}"}}
state = {{from = "state", map = {{"正常" = "online", "故障" = "fault"}}}}
battery = {{from = "volt", scale = 0.01}}
observed = {{from = "t", time = "epoch_ms"}}
"""

    async def say(self, turn: int) -> None:
        at = self.ledger.now()
        out = io.StringIO()
        table = csv.writer(out)
        table.writerow(["id", "state", "volt", "t"])
        for number in range(3):
            broken = (turn + number) % 2 == 1
            table.writerow([number, "故障" if broken else "正常", 90 - turn, at])
            state = "fault" if broken else "online"
            self.ledger.matter(
                "devices", f"town:{number}", at, state=state, battery=(90 - turn) / 100
            )
        self.body = out.getvalue().encode()


class Buses(Polled):
    """`http-json` with the format `gtfs-rt`: a bus that moves on."""

    feed = "buses"
    path = "/buses.pb"
    type = "application/x-protobuf"

    def empty(self) -> bytes:
        return self._message(-1).SerializeToString()

    def _message(self, turn: int) -> Any:
        message = pb.FeedMessage()
        message.header.gtfs_realtime_version = "2.0"
        message.header.timestamp = self.ledger.second(turn) // 1000
        return message

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "http-json"
format = "gtfs-rt"
name_zh = "公交位置"
name_en = "Buses"
url = "{self.web.url(self.path)}"
options = {{poll_s = {POLL_S}}}
format_options = {{authority = "town"}}
"""

    async def say(self, turn: int) -> None:
        message = self._message(turn)
        entity = message.entity.add()
        entity.id = "1"
        entity.vehicle.vehicle.id = "66"
        entity.vehicle.position.latitude = 33.5
        entity.vehicle.position.longitude = 119.0 + turn / 1000
        entity.vehicle.timestamp = message.header.timestamp
        self.ledger.position(
            self.feed,
            "bus",
            "gtfs:town:66",
            lon=119.0 + turn / 1000,
            lat=33.5,
            kinds="bus",
            observed=message.header.timestamp * 1000,
        )
        self.body = message.SerializeToString()


class Pools(Polled):
    """`http-json` with the format `geojson`: places of standing water, as events."""

    feed = "pools"
    path = "/pools.geojson"
    type = "application/geo+json"

    def empty(self) -> bytes:
        return b'{"type": "FeatureCollection", "features": []}'

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "http-json"
format = "geojson"
name_zh = "积水点"
name_en = "Standing water"
url = "{self.web.url(self.path)}"
options = {{poll_s = {POLL_S}}}

[[feed.map.event]]
id = {{template = "pool:{{_id}}"}}
type = {{value = "积水"}}
title = "name"
status = {{from = "over", map = {{false = "handling", true = "closed"}}}}
occurred = {{from = "t", time = "epoch_ms"}}
observed = {{from = "t", time = "epoch_ms"}}
"""

    async def say(self, turn: int) -> None:
        at = self.ledger.now()
        over = turn % 2 == 1
        feature = {
            "type": "Feature",
            "id": 7,
            "geometry": {"type": "Point", "coordinates": [119.05, 33.55]},
            "properties": {"name": "下穿通道", "over": over, "t": at},
        }
        self.body = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
        self.ledger.matter(
            "events",
            "pool:7",
            at,
            status="closed" if over else "handling",
            title="下穿通道",
            lon=119.05,
            lat=33.55,
        )


class Alerts(Polled):
    """`cap`: an Atom list that links to documents; a warning that is updated and cancelled."""

    feed = "alerts"
    path = "/cap/index.atom"
    type = "application/atom+xml"

    def __init__(self, ledger: Ledger, web: HttpServer) -> None:
        self._entries: list[str] = []
        self._first = self._last = ""
        super().__init__(ledger, web)

    def empty(self) -> bytes:
        entries = "".join(self._entries)
        return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "cap"
name_zh = "预警信息"
name_en = "Alerts"
url = "{self.web.url(self.path)}"
options = {{poll_s = {POLL_S}}}
"""

    async def say(self, turn: int) -> None:
        """An alert, its update, its cancellation, and then it rests: 0, 1, 2."""
        if turn > 2:
            return
        at = self.ledger.second(turn)
        sent = beijing(at, "%Y-%m-%dT%H:%M:%S+08:00")
        number = f"320800_{turn}"
        word = ("Alert", "Update", "Cancel")[turn]
        references = f"<references>{self._last}</references>" if self._last else ""
        colour, severity = (("橙色", "Severe"), ("红色", "Extreme"), ("红色", "Extreme"))[turn]
        document = f"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>{number}</identifier><sender>town</sender><sent>{sent}</sent><status>Actual</status>
<msgType>{word}</msgType><scope>Public</scope>{references}<info><language>zh-CN</language>
<category>Met</category><event>暴雨</event><urgency>Expected</urgency>
<severity>{severity}</severity><certainty>Likely</certainty>
<headline>试城市气象台发布暴雨{colour}预警信号</headline>
<area><areaDesc>试城</areaDesc><circle>33.5,119.0 12.5</circle></area></info></alert>"""
        path = f"/cap/{turn}.xml"
        self.web.on(path, _document(document.encode()))
        self._entries.append(
            f'<entry><id>{number}</id><updated>{sent}</updated><link href="{path}"/></entry>'
        )
        self._last = f"town,{number},{sent}"
        self._first = self._first or f"town,{number}"
        self.body = self.empty()
        self.ledger.matter(
            "warnings",
            f"cap:{self._first}",
            at,
            state=("active", "updated", "cancelled")[turn],
            level=("orange", "red", "red")[turn],
            severity=severity.lower(),
            issuer="试城市气象台",
            hazard="暴雨",
            lon=119.0,
            lat=33.5,
        )


class Quakes(Polled):
    """`quake`: told by EMSC's WebSocket first, then by USGS as well; one warning of both."""

    feed = "quakes"
    path = "/quakes"

    def __init__(self, ledger: Ledger, web: HttpServer) -> None:
        super().__init__(ledger, web)
        self._port = free_port()
        self._sockets: set[Any] = set()
        self._served: Any = None
        self._origin = ledger.second(-60)

    def empty(self) -> bytes:
        return b'{"type": "FeatureCollection", "features": []}'

    async def _emsc(self, socket: Any) -> None:
        self._sockets.add(socket)
        await socket.wait_closed()
        self._sockets.discard(socket)

    async def start(self) -> None:
        self._served = serving(self._emsc, port=self._port)
        await self._served.__aenter__()

    async def stop(self) -> None:
        served, self._served = self._served, None
        await served.__aexit__(None, None, None)

    def toml(self) -> str:
        urls = f'{{emsc = "ws://127.0.0.1:{self._port}", usgs = "{self.web.url(self.path)}"}}'
        return f"""
[[feed]]
id = "{self.feed}"
kind = "quake"
name_zh = "地震速报"
name_en = "Earthquakes"
options = {{urls = {urls}, poll_s = {POLL_S}, retry_s = 0.2}}
"""

    async def say(self, turn: int) -> None:
        if turn == 0:
            await self._early()
        elif turn == 1:
            self._reviewed()

    async def _early(self) -> None:
        at = self.ledger.second(0)
        said = {
            "unid": "town_1",
            "time": zulu(self._origin),
            "lastupdate": zulu(at),
            "flynn_region": "EASTERN CHINA",
            "lat": 33.35,
            "lon": 118.95,
            "depth": 12.0,
            "mag": 4.4,
            "evtype": "ke",
        }
        point = {"type": "Point", "coordinates": [118.95, 33.35, -12.0]}
        data = {"type": "Feature", "geometry": point, "id": "town_1", "properties": said}
        for socket in self._sockets:
            await socket.send(json.dumps({"action": "create", "data": data}))
        self.ledger.matter(
            "warnings", "quake:emsc:town_1", at, state="active", lon=118.95, lat=33.35
        )

    def _reviewed(self) -> None:
        at = self.ledger.now()
        properties = {
            "mag": 4.5,
            "place": "24 km S of the town",
            "time": self._origin + 2000,
            "updated": at,
            "status": "reviewed",
            "type": "earthquake",
        }
        feature = {
            "type": "Feature",
            "id": "us1",
            "properties": properties,
            "geometry": {"type": "Point", "coordinates": [118.92, 33.32, 11.0]},
        }
        self.body = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
        self.ledger.matter(
            "warnings", "quake:emsc:town_1", at, state="updated", lon=118.92, lat=33.32
        )


class Hotline(Source):
    """`http-push`: signed calls to us, each sent twice as one whose answer was lost."""

    feed = "hotline"
    rests = True

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self._url = f"http://127.0.0.1:{free_port()}/hotline"

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "http-push"
name_zh = "12345 热线"
name_en = "Hotline"
url = "{self._url}"
credential = "hotline"
options = {{verify = "signature", id = "ticket"}}

[[feed.map.event]]
id = {{template = "12345:{{ticket}}"}}
type = {{value = "投诉"}}
title = "words"
reporter = "caller"
region = "area"
occurred = {{from = "t", time = "epoch_s"}}
observed = {{from = "t", time = "epoch_s"}}
"""

    async def say(self, turn: int) -> None:
        at = self.ledger.second(turn)
        ticket = f"T{turn}"
        call = {"ticket": ticket, "words": "噪声", "area": REGION, "t": at // 1000}
        body = json.dumps(call | {"caller": "张三"}).encode()
        stamp = str(int(time.time()))
        text = stamp.encode() + b"." + body
        signature = hmac.new(b"the hotline's word", text, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Timestamp": stamp}
        headers["X-Signature"] = signature
        async with httpx.AsyncClient(trust_env=False) as client:
            for _ in range(2):
                answer = await client.post(self._url, content=body, headers=headers)
                assert answer.status_code == 202, answer.text
            answer = await client.post(
                self._url, content=body, headers=headers | {"X-Signature": "0"}
            )
            assert answer.status_code == 401
        self.ledger.matter("events", f"12345:{ticket}", at, status="new", title="噪声")


class Traffic(Source):
    """`sse`: a jam that comes and goes."""

    feed = "traffic"

    def __init__(self, ledger: Ledger, web: HttpServer) -> None:
        super().__init__(ledger)
        self._web = web

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "sse"
name_zh = "交管局事件"
name_en = "Traffic"
url = "{self._web.url("/sse")}"
options = {{events = ["jam"]}}

[[feed.map.event]]
id = {{template = "jam:{{id}}"}}
type = {{value = "拥堵"}}
status = {{from = "state", map = {{open = "handling", closed = "closed"}}}}
occurred = {{from = "t", time = "iso"}}
observed = {{from = "t", time = "iso"}}
"""

    async def say(self, turn: int) -> None:
        at = self.ledger.now()
        state = "closed" if turn % 2 else "open"
        data = json.dumps({"id": turn // 2, "state": state, "t": zulu(at)})
        self._web.feed(f"event: jam\nid: {turn}\ndata: {data}\n\n".encode())
        status = "closed" if turn % 2 else "handling"
        self.ledger.matter("events", f"jam:{turn // 2}", at, status=status)


class Gauges(Source):
    """`soap`: an operation called again and again."""

    feed = "gauges"
    rests = True

    def __init__(self, ledger: Ledger, server: SoapServer) -> None:
        super().__init__(ledger)
        self._server = server

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "soap"
name_zh = "水文站"
name_en = "Gauges"
url = "{self._server.url}?wsdl"
options = {{operation = "getLevels", arguments = {{city = "320800"}}, poll_s = {POLL_S}}}

[feed.map]
each = "item"

[[feed.map.reading]]
key = {{template = "reading/town.soap/{REGION}/{{stcd}}"}}
value = {{from = "z", unit = "m"}}
observed = {{from = "tm", time = "iso"}}
"""

    async def say(self, turn: int) -> None:
        at = self.ledger.second(turn)
        self.ledger.reading(key_of("soap", "s1"), 7.25 + turn, at)
        row = ("s1", f"{7.25 + turn}", beijing(at, "%Y-%m-%dT%H:%M:%S+08:00"))
        self._server.answer = (200, levels(row))


def _document(body: bytes) -> Handler:
    async def answer(_server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        return Reply(body, headers={"Content-Type": "application/cap+xml"})

    return answer
