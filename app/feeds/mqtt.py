"""`mqtt`: MQTT 5 and 3.1.1, the way sensors speak (aiomqtt)."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, ClassVar, Literal, cast
from urllib.parse import urlsplit

import msgspec
from aiomqtt import Client, Message, MqttError, ProtocolVersion
from aiomqtt.exceptions import MqttConnectError
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from app.config import FeedConfig
from app.core.health import FeedState
from app.core.ident import ulid
from app.core.message import message
from app.core.privacy import Privacy
from app.feeds._base import Feed, Lost, Refused, Surroundings
from app.feeds._credential import credential
from app.feeds._inbox import Inbox
from app.feeds._intake import Intake
from app.feeds._sink import Sink
from app.feeds._tls import client_context
from app.formats._base import Payload
from app.options import bad, options_of, said

_PORTS = {"mqtt": 1883, "mqtts": 8883}
# Of MQTT 3.1.1 (numbers) and MQTT 5 (reason codes): bad credentials, not authorised, banned.
_REFUSALS = frozenset({4, 5, 0x86, 0x87, 0x8A, 0x8C})
_FAILURE = 0x80
_AT_ONCE = 50  # topics in one packet; some brokers (FROST) take no more than 8 kB


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of an `mqtt` feed. With a `client_id` the broker keeps what arrives while we are
    away (a lasting session); it must then be the only seat of that name. `status_topic` is the
    sender's last will: a payload in `status_down` means that the sender is gone."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    topics: Annotated[tuple[str, ...], said("with +, # and $share/...")] = ("#",)
    qos: Annotated[Literal[0, 1, 2], said("of the subscription")] = 1
    version: Annotated[Literal["5", "3.1.1"], said("of the protocol")] = "5"
    client_id: Annotated[
        str, msgspec.Meta(max_length=100), said("with one the broker keeps what comes meanwhile")
    ] = ""
    session_s: Annotated[
        int, msgspec.Meta(ge=0, le=604_800), said("how long it keeps it (MQTT 5)")
    ] = 3600
    keepalive_s: Annotated[int, msgspec.Meta(ge=5, le=3600), said("between signs of life")] = 30
    open_s: Annotated[float, msgspec.Meta(gt=0, le=300), said("longest handshake")] = 10.0
    queue: Annotated[int, msgspec.Meta(gt=0), said("messages that may wait here")] = 50_000
    status_topic: Annotated[str, said("of the sender's last will")] = ""
    status_down: Annotated[tuple[str, ...], said("payloads there that mean it is gone")] = (
        "offline",
        "down",
        "0",
    )
    allow_plain: Annotated[bool, said("send the password without TLS")] = False


class Mqtt(Feed, kind="mqtt"):
    """Subscribes to topics with wildcards; payloads are our records or a bureau's own (`map`).

    Address: `mqtt://host[:1883]` or `mqtts://host[:8883]`. The credential is `user:password`.
    A retained message is the last value again, so it is counted once, however often it comes.
    """

    settings = Options
    without = ("proxy",)
    example = """
        [[feed]]
        id = "water"
        kind = "mqtt"
        name_zh = "水务局水情"
        name_en = "Water bureau, levels"
        url = "mqtts://broker.example:8883"
        bureau = "water"
        credential = "water-broker"
        expected_period_s = 60
        usual_lag_s = 5

        [feed.tls]
        ca = "/etc/ssl/water-ca.pem"

        [feed.options]
        topics = ["level/#"]

        [feed.map]
        zone = "Asia/Shanghai"

        [[feed.map.reading]]
        key = {template = "reading/water.level/{adcode}/{station}"}
        value = {from = "z", unit = "cm"}
        observed = {from = "tm", time = "%Y-%m-%d %H:%M:%S"}
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        self.options = options_of(config, Options)
        for url in self.endpoints.urls:
            if not url.startswith(("mqtt://", "mqtts://", "sim://")):
                raise bad(config.id, "url", "mqtt:// or mqtts://")
        self._format = self.format()
        self._name = self.options.client_id or f"chengmai-{ulid(around.clock.now())}"

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """One connection (see Feed.run)."""
        inbox = Inbox(self.options.queue)
        try:
            async with self._client(inbox) as client:
                await self._subscribe(client)
                up()
                bursts = cast(AsyncIterator[list[Message]], client.messages)
                async for burst in bursts:
                    self._burst(burst, sink)
                    if inbox.overflow:
                        sink.drop("queue", inbox.overflow)
                        inbox.overflow = 0
        except MqttConnectError as error:
            raise self._not_connected(error) from error
        except MqttError as error:
            cause = error.__cause__ or error.__context__
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise Refused(message("feed.certificate", error=cause.verify_message)) from error
            raise Lost(message("feed.closed", error=str(error)[:120])) from error

    def _client(self, inbox: Inbox) -> Client:
        options = self.options
        url = urlsplit(self.url())
        secure = url.scheme == "mqtts"
        secret = credential(self, self.url(), secure=secure, allow_plain=options.allow_plain)
        user, password = secret.pair if secret is not None else (None, None)
        five = options.version == "5"
        settings: dict[str, Any] = {}
        if five:
            settings["properties"] = self._properties()
            settings["clean_start"] = not options.client_id
        else:
            settings["clean_session"] = not options.client_id
        return Client(
            url.hostname or "",
            url.port or _PORTS.get(url.scheme, 1883),
            username=user,
            password=password,
            identifier=self._name,
            protocol=ProtocolVersion.V5 if five else ProtocolVersion.V311,
            keepalive=options.keepalive_s,
            timeout=options.open_s,
            bind_address=self.config.source_address,
            tls_context=client_context(self.config.tls) if secure else None,
            queue_type=cast("type[asyncio.Queue[Message]]", lambda maxsize: inbox),
            **settings,
        )

    def _properties(self) -> Properties:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = self.options.session_s if self.options.client_id else 0
        properties.MaximumPacketSize = self.config.limits.max_bytes
        return properties

    async def _subscribe(self, client: Client) -> None:
        options = self.options
        topics = [*options.topics, *([options.status_topic] if options.status_topic else [])]
        for start in range(0, len(topics), _AT_ONCE):
            some = topics[start : start + _AT_ONCE]
            wanted: list[tuple[str, int]] = [(topic, options.qos) for topic in some]
            granted = await client.subscribe(wanted)
            for topic, code in zip(some, granted, strict=False):
                if _number(code) >= _FAILURE:
                    raise Refused(message("feed.topic_refused", topic=topic))

    def _not_connected(self, error: MqttConnectError) -> Exception:
        if _number(error.rc) in _REFUSALS:
            return Refused(message("feed.credentials"))
        return Lost(message("feed.closed", error=str(error)[:120]))

    def _burst(self, burst: list[Message], sink: Sink) -> None:
        now = sink.touch()
        payloads: list[Payload] = []
        for item in burst:
            topic = str(item.topic)
            payload = item.payload if isinstance(item.payload, bytes) else b""
            if topic == self.options.status_topic:
                self._status(payload, sink)
            else:
                levels = tuple(topic.split("/"))
                payloads.append(Payload(payload, now, levels, bool(item.retain), topic))
        Intake(self._format, sink).take(*payloads)

    def _status(self, payload: bytes, sink: Sink) -> None:
        text = payload[:200].decode("utf-8", "replace").strip().lower()
        if text in self.options.status_down:
            sink.state(
                FeedState.LOST,
                message("feed.sender_down"),
                lost_since=sink.clock.now(),
                connected_since=0,
            )
        else:
            sink.state(FeedState.LIVE, connected_since=sink.clock.now(), lost_since=0)


def _number(code: Any) -> int:
    """Of a return code of MQTT 3.1.1 (an integer) or a reason code of MQTT 5."""
    return int(getattr(code, "value", code) or 0)
