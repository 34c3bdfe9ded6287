"""`ngsi-ld`: a context broker (Orion-LD, Scorpio, Stellio; NGSI-v2 as well, polled).

What is there is asked for page by page; with an MQTT broker a subscription is made that notifies
there, which suits a desk that nobody can call. Devices become states, alerts events, attributes
that a table names readings.
"""

import asyncio
from collections.abc import Callable
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

import msgspec

from app.config import FeedConfig
from app.core.privacy import Privacy
from app.feeds._base import Feed, Surroundings
from app.feeds._http import HttpLine
from app.feeds._http_auth import AuthOptions
from app.feeds._http_call import check_addresses, check_headers
from app.feeds._intake import Intake
from app.feeds._mqtt_side import Broker, MqttSide
from app.feeds._ngsi_read import Entities, Meaning
from app.feeds._ngsi_subscription import Subscription
from app.feeds._sink import Sink
from app.feeds._together import until_one_ends
from app.formats._base import Payload
from app.options import bad, options_of, said

_LINK = '<{}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
_LOOK_S = 600.0


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of an `ngsi-ld` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    types: Annotated[
        tuple[str, ...], msgspec.Meta(min_length=1, max_length=100), said("of the entities")
    ]
    map: Annotated[Meaning, said("what entities and attributes are here")] = Meaning()
    q: Annotated[str, said("filter of the entities, in the broker's language")] = ""
    params: Annotated[dict[str, str], said("further ones of the query, such as georel")] = {}
    headers: Annotated[dict[str, str], said("such as NGSILD-Tenant; never a secret")] = {}
    context: Annotated[str, said("address of the @context that shortens names")] = ""
    api: Annotated[Literal["ld", "v2"], said("v2: polled only")] = "ld"
    page_size: Annotated[int, msgspec.Meta(ge=1, le=1000), said("entities in a page")] = 100
    max_entities: Annotated[int, msgspec.Meta(ge=1, le=1_000_000), said("of one query")] = 100_000
    poll_s: Annotated[
        float, msgspec.Meta(ge=0, le=86_400), said("between queries; 0: the period")
    ] = 0.0
    mqtt: Annotated[Broker, said("where notifications come; left out: polled")] = Broker()
    endpoint: Annotated[
        str, said("the same broker as the context broker reaches it; left out: as we do")
    ] = ""
    subscription_s: Annotated[
        float, msgspec.Meta(gt=0, le=86_400), said("life of a subscription; renewed at half of it")
    ] = 3600.0
    auth: Annotated[AuthOptions, said("how the credential is sent")] = AuthOptions()
    answer_s: Annotated[float, msgspec.Meta(gt=0, le=3600), said("longest answer")] = 60.0
    allow_plain: Annotated[bool, said("send the credential without TLS")] = False


class NgsiLd(Feed, kind="ngsi-ld"):
    """Address: that of the broker, `https://host:1026`, without `/ngsi-ld/v1`. A password that the
    context broker needs for MQTT must be in its own settings."""

    settings = Options
    example = """
        [[feed]]
        id = "context"
        kind = "ngsi-ld"
        name_zh = "城市上下文平台"
        name_en = "City context broker"
        url = "https://broker.example:1026"
        credential = "context"
        expected_period_s = 300

        [feed.options]
        types = ["AirQualityObserved", "Device", "Alert"]
        context = "https://broker.example/context.jsonld"
        mqtt = {url = "mqtts://mqtt.example:8883", credential = "context-mqtt"}

        [feed.options.map]
        region = "320800"
        regions = {"station-7" = "320812"}
        name = ["stationCode"]

        [feed.options.map.attributes]
        "AirQualityObserved.pm25" = {code = "air.pm25", unit = "µg/m³"}
        "AirQualityObserved.temperature" = {code = "weather.temp", unit = "℃"}
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        options = self.options = options_of(config, Options)
        check_addresses(config)
        if config.format or config.map:
            raise bad(config.id, "format", "ngsi-ld has records of its own; use options.map")
        check_headers(config.id, options.headers, "link", "accept")
        self._entities = Entities(config, around.catalog, around.zone, options.map)
        self._line = HttpLine(config, around, auth=options.auth, answer_s=options.answer_s)
        if options.mqtt.url:
            self._check_mqtt()

    def _check_mqtt(self) -> None:
        """What can never work is said at the start."""
        options = self.options
        if options.api == "v2":
            raise bad(self.config.id, "options.mqtt", "NGSI-v2 is polled")
        endpoint = options.endpoint or options.mqtt.url
        if urlsplit(endpoint).scheme not in ("mqtt", "mqtts"):
            raise bad(self.config.id, "options.endpoint", "mqtt:// or mqtts://")
        if urlsplit(endpoint).username is not None:
            raise bad(self.config.id, "options.endpoint", "no password stands in settings")
        MqttSide(self.config, self.around, options.mqtt, ("x",), self._entities)

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """One life of the feed (see Feed.run)."""
        intake = Intake(self._entities, sink)
        await self._query(intake, sink)
        up()
        while not self.options.mqtt.url:
            await asyncio.sleep(self._pause)
            await self._query(intake, sink)
        await self._listen(intake, sink)

    @property
    def _pause(self) -> float:
        """Between queries: seldom, where notifications bring what is new."""
        period = self.config.expected_period_s
        return self.options.poll_s or (max(_LOOK_S, period) if self.options.mqtt.url else period)

    # ---- what is

    async def _query(self, intake: Intake, sink: Sink) -> None:
        """All entities of the types."""
        options = self.options
        path = "/v2/entities" if options.api == "v2" else "/ngsi-ld/v1/entities"
        params = {
            "type": ",".join(options.types),
            "limit": str(options.page_size),
            **options.params,
        }
        if options.q:
            params["q"] = options.q
        for offset in range(0, options.max_entities, options.page_size):
            answer = await self._line.fetch(
                self._base + path,
                params={**params, "offset": str(offset)},
                headers=self._headers(),
                conditional=False,
            )
            if answer is None:
                return
            await intake.take_slowly(Payload(answer.data, sink.touch(), name=answer.url))
            if self._entities.count < options.page_size:
                return
        sink.reject("too_many_records", self.config.id)

    @property
    def _base(self) -> str:
        return self.url().rstrip("/")

    def _headers(self) -> dict[str, str]:
        headers = {**self.options.headers, "Accept": "application/json"}
        if self.options.context:
            headers["Link"] = _LINK.format(self.options.context)
        return headers

    # ---- what comes

    async def _listen(self, intake: Intake, sink: Sink) -> None:
        options = self.options
        endpoint = options.endpoint or options.mqtt.url
        subscription = Subscription(
            self._line,
            self.around.clock,
            self._base,
            endpoint=endpoint,
            headers=self._headers(),
            life_s=options.subscription_s,
        )
        side = MqttSide(
            self.config, self.around, options.mqtt, (subscription.topic,), self._entities
        )
        listening, standing = asyncio.Event(), asyncio.Event()
        await until_one_ends(
            {
                "ngsi-ld mqtt": side.run(sink, listening.set),
                "ngsi-ld keep": self._keep(subscription, listening, standing),
                "ngsi-ld look": self._look(intake, sink, standing),
            }
        )

    async def _keep(
        self, subscription: Subscription, listening: asyncio.Event, standing: asyncio.Event
    ) -> None:
        """The subscription as long as we listen."""
        await listening.wait()
        try:
            await subscription.make(self.options.types, self.options.q)
            standing.set()
            while True:
                await asyncio.sleep(self.options.subscription_s / 2)
                await subscription.renew()
        finally:
            await subscription.leave()

    async def _look(self, intake: Intake, sink: Sink, standing: asyncio.Event) -> None:
        """What fell between query and subscription, and what a broker forgot to tell."""
        await standing.wait()
        while True:
            await self._query(intake, sink)
            await asyncio.sleep(self._pause)
