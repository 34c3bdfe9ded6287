"""Sources that speak through a broker: MQTT with TLS and a password, NATS with JetStream."""

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt
import msgspec
import nats

from app.core.model import Event, EventStatus, Urgency
from tests.helpers.http_server import Asked, HttpServer, Reply, json_reply
from tests.helpers.mosquitto import Mosquitto
from tests.helpers.nats_server import NatsServer
from tests.helpers.tls import Authority
from tests.helpers.town.ledger import Ledger
from tests.helpers.town.source import REGION, Shelf, Source, beijing, key_of, zulu

USER, PASSWORD = "desk", "the broker's word"


class Broker:
    """mosquitto with a certificate of its own authority and a password."""

    def __init__(self, folder: Path) -> None:
        authority = Authority(folder, "broker-authority")
        self.ca = authority.file
        self.server = Mosquitto(users={USER: PASSWORD}, certificate=authority.server())
        self.server.start()
        self._context = ssl.create_default_context(cafile=str(self.ca))

    @property
    def url(self) -> str:
        """Where it listens; the certificate is for this name."""
        return f"mqtts://localhost:{self.server.port}"

    @asynccontextmanager
    async def client(self) -> AsyncIterator[aiomqtt.Client]:
        """A bureau's own."""
        async with aiomqtt.Client(
            "localhost",
            self.server.port,
            username=USER,
            password=PASSWORD,
            tls_context=self._context,
        ) as client:
            yield client


class Levels(Source):
    """`mqtt` and a mapping: centimetres and a local time without a zone."""

    feed = "levels"

    def __init__(self, ledger: Ledger, broker: Broker) -> None:
        super().__init__(ledger)
        self._broker = broker

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "mqtt"
name_zh = "水务局水情"
name_en = "Levels"
url = "{self._broker.url}"
credential = "broker"
tls = {{ca = "{self._broker.ca}"}}
options = {{topics = ["level/+"]}}

[feed.map]
zone = "Asia/Shanghai"

[[feed.map.reading]]
key = {{template = "reading/town.level/{REGION}/{{_topic[1]}}"}}
value = {{from = "z", unit = "cm"}}
observed = {{from = "tm", time = "%Y-%m-%d %H:%M:%S.%f"}}
"""

    async def say(self, turn: int) -> None:
        at = self.ledger.now()
        self.ledger.reading(key_of("level", "jiangba"), 12.5 + turn, at)
        body = {"z": 1250 + 100 * turn, "tm": beijing(at, "%Y-%m-%d %H:%M:%S.%f")}
        async with self._broker.client() as client:
            await client.publish("level/jiangba", json.dumps(body), qos=1)


class Sensors(Source):
    """`sensorthings`: a snapshot of pages, then Observations over MQTT."""

    feed = "sensors"

    def __init__(self, ledger: Ledger, broker: Broker, web: HttpServer) -> None:
        super().__init__(ledger)
        self._broker = broker
        self._web = web
        web.on("/v1.1/Datastreams", self._streams)

    async def _streams(self, _server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        stream = {
            "@iot.id": 5,
            "name": "rain at the office",
            "unitOfMeasurement": {"name": "metre", "symbol": "m", "definition": "-"},
            "Thing": {"@iot.id": 1, "name": "office"},
            "ObservedProperty": {"@iot.id": 1, "name": "rain", "definition": "http://rain"},
            "Observations": [],
        }
        return json_reply({"value": [stream]})

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "sensorthings"
name_zh = "城市感知"
name_en = "Sensors"
url = "{self._web.url("/v1.1")}"
tls = {{ca = "{self._broker.ca}"}}
options.mqtt = {{url = "{self._broker.url}", credential = "broker"}}
options.streams.5 = {{key = "{key_of("rain", "office")}"}}
"""

    async def say(self, turn: int) -> None:
        at = self.ledger.now()
        self.ledger.reading(key_of("rain", "office"), 2.5 + turn, at)
        body = {"phenomenonTime": zulu(at), "result": (2.5 + turn) / 1000, "resultTime": zulu(at)}
        async with self._broker.client() as client:
            topic = "v1.1/Datastreams(5)/Observations"
            await client.publish(topic, json.dumps(body), qos=1)


class Context(Source):
    """`ngsi-ld`: entities asked for, then notified over MQTT; a device changes its state."""

    feed = "context"

    def __init__(self, ledger: Ledger, broker: Broker, web: HttpServer) -> None:
        super().__init__(ledger)
        self._broker = broker
        self._web = web
        self.made: dict[str, Any] = {}
        web.on("/ngsi-ld/v1/entities", self._entities)
        web.on("/ngsi-ld/v1/subscriptions", self._subscribe)

    async def _entities(self, _server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        return json_reply([])

    async def _subscribe(self, server: HttpServer, asked: Asked, _writer: Any) -> Reply:
        self.made = json.loads(asked.body)
        address = f"/ngsi-ld/v1/subscriptions/{self.made['id']}"
        server.on(address, self._one)
        return Reply(b"", 201, {"Location": address})

    async def _one(self, _server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        return Reply(b"", 204)

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "ngsi-ld"
name_zh = "城市上下文平台"
name_en = "Context broker"
url = "{self._web.url("")}"
tls = {{ca = "{self._broker.ca}"}}

[feed.options]
types = ["Weather", "Device"]
mqtt = {{url = "{self._broker.url}", credential = "broker"}}

[feed.options.map]
region = "{REGION}"
attributes = {{"Weather.temperature" = {{code = "town.temp"}}}}
"""

    async def say(self, turn: int) -> None:
        at = self.ledger.now()
        self.ledger.reading(key_of("temp", "w1"), 20.0 + turn, at)
        state = "fault" if turn % 2 else "online"
        self.ledger.matter("devices", "ngsi:cam1", at, state=state)
        weather = {
            "id": "urn:ngsi-ld:Weather:w1",
            "type": "Weather",
            "temperature": {
                "type": "Property",
                "value": 293.15 + turn,
                "unitCode": "KEL",
                "observedAt": zulu(at),
            },
        }
        device = {
            "id": "urn:ngsi-ld:Device:cam1",
            "type": "Device",
            "deviceState": {
                "type": "Property",
                "value": "error" if turn % 2 else "ok",
                "observedAt": zulu(at),
            },
        }
        body = {
            "id": "urn:ngsi-ld:Notification:1",
            "type": "Notification",
            "subscriptionId": self.made["id"],
            "data": [weather, device],
        }
        topic = self.made["notification"]["endpoint"]["uri"].removeprefix(f"{self._broker.url}/")
        async with self._broker.client() as client:
            sent = {"metadata": {}, "body": body}
            await client.publish(topic, json.dumps(sent), qos=1)


class Cases(Shelf):
    """`nats` with JetStream, acknowledged when saved: events in our own form, none lost."""

    feed = "cases"

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.server = NatsServer(authorization=f'user: {USER}, password: "{PASSWORD}"')
        self._number = 0
        self._last = 0

    async def start(self) -> None:
        self.server.start()
        async with self._stream():
            pass  # made with the first start, kept afterwards

    async def stop(self) -> None:
        self.server.kill()

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "nats"
name_zh = "事件分拨平台"
name_en = "Cases"
url = "{self.server.url}"
credential = "broker"
options = {{stream = "CASES", durable = "desk", deliver = "all", ack = "saved", ack_wait_s = 2}}
"""

    @asynccontextmanager
    async def _stream(self) -> AsyncIterator[Any]:
        client = await nats.connect(
            self.server.url, user=USER, password=PASSWORD, allow_reconnect=False
        )
        try:
            stream = client.jetstream()
            await stream.add_stream(name="CASES", subjects=["*.event"])
            yield stream
        finally:
            await client.close()

    async def much(self, turn: int, count: int) -> None:
        async with self._stream() as stream:
            for _ in range(count):
                await stream.publish("case.event", msgspec.json.encode(self._event(turn)))

    def _event(self, turn: int) -> Event:
        self._number += 1
        at = self._last = max(self.ledger.now(), self._last + 1)
        event = Event(
            id=f"town:case-{self._number}",
            type="路灯",
            occurred=at,
            observed=at,
            status=EventStatus.HANDLING,
            urgency=Urgency.QUICK,
            region=REGION,
            title=f"第 {turn} 轮",
        )
        self.ledger.matter(
            "events", event.id, at, status="handling", urgency="quick", title=event.title
        )
        return event
