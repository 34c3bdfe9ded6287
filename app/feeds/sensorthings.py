"""`sensorthings`: OGC SensorThings 1.1 (FROST and others): what is, what was, and what comes.

The Datastreams are asked for with their last Observation, page by page; with `history_hours` the
Observations since the last that was heard, as DataArray; then what is new comes over MQTT, or is
polled. Links to other hosts are not followed.
"""

import asyncio
from collections.abc import Callable
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

import msgspec

from app.config import FeedConfig
from app.core.catalog import HOUR
from app.core.clock import iso
from app.core.model import Ms, Reading
from app.core.privacy import Privacy
from app.feeds._base import Feed, Surroundings
from app.feeds._http import HttpLine
from app.feeds._http_auth import AuthOptions
from app.feeds._http_call import check_addresses
from app.feeds._intake import Intake
from app.feeds._mqtt_side import Broker, MqttSide
from app.feeds._sensorthings_read import Bound, Naming, Stream, Streams
from app.feeds._sink import Sink
from app.feeds._together import until_one_ends
from app.formats._base import Payload
from app.options import bad, options_of, said

_EXPAND = "Thing,ObservedProperty,Observations($orderby=phenomenonTime desc;$top=1)"
_HISTORY_PAGES = 20
_LOOK_S = 600.0
"""How often new Datastreams are looked for where MQTT brings the rest."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of a `sensorthings` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    streams: Annotated[dict[str, Stream], said("by Datastream, id or name: {key, unit}")] = {}
    map: Annotated[Naming, said("keys made from properties and Things")] = Naming()
    filter: Annotated[str, said("$filter of the Datastreams")] = ""
    page_size: Annotated[int, msgspec.Meta(ge=1, le=10_000), said("entities in a page")] = 100
    max_streams: Annotated[
        int, msgspec.Meta(ge=1, le=100_000), said("Datastreams that are looked at")
    ] = 10_000
    history_hours: Annotated[
        float, msgspec.Meta(ge=0, le=24 * 31), said("how far back; 0: the last value only")
    ] = 0.0
    poll_s: Annotated[
        float, msgspec.Meta(ge=0, le=86_400), said("between polls without MQTT; 0: the period")
    ] = 0.0
    mqtt: Annotated[Broker, said("where Observations are told as they come")] = Broker()
    prefix: Annotated[str, said("of the topics, before Datastreams(5)/Observations")] = "v1.1/"
    auth: Annotated[AuthOptions, said("how the credential is sent")] = AuthOptions()
    answer_s: Annotated[float, msgspec.Meta(gt=0, le=3600), said("longest answer")] = 60.0
    allow_plain: Annotated[bool, said("send the credential without TLS")] = False


class SensorThings(Feed, kind="sensorthings"):
    """Address: that of the service with its version, `https://host/FROST-Server/v1.1`."""

    settings = Options
    example = """
        [[feed]]
        id = "sensors"
        kind = "sensorthings"
        name_zh = "城市物联感知平台"
        name_en = "City sensors"
        url = "https://sensors.example/FROST-Server/v1.1"
        credential = "sensors"
        expected_period_s = 300

        [feed.options]
        history_hours = 24
        mqtt = {url = "mqtts://sensors.example:8883", credential = "sensors"}

        [feed.options.map]
        region = "320800"
        codes = {"Water level" = "water.level", "Air Temperature" = "weather.temp"}
        regions = {"Jiangba gauge" = "320813"}

        [feed.options.streams.42]
        key = "reading/water.flow/320813/sanhe"
        unit = "m3/s"
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        options = self.options = options_of(config, Options)
        check_addresses(config)
        if config.format or config.map:
            raise bad(config.id, "format", "sensorthings has records of its own")
        self._streams = Streams(
            config, around.catalog, around.zone, table=options.streams, naming=options.map
        )
        self._line = HttpLine(config, around, auth=options.auth, answer_s=options.answer_s)
        self._heard: dict[str, Ms] = {}  # of each Datastream, before this life of the line
        self._caught_up: set[str] = set()
        if options.mqtt.url:
            self._side()  # what can never work is said at the start

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """One life of the feed (see Feed.run)."""
        intake = Intake(self._streams, sink)
        self._heard = dict(self._streams.newest)
        self._caught_up.clear()
        await self._snapshot(intake, sink)
        up()
        while self.options.mqtt.url:
            await self._listen(intake, sink)
        while True:
            await self._catch_up(sink)
            await asyncio.sleep(self.options.poll_s or self.config.expected_period_s)
            await self._snapshot(intake, sink)

    # ---- what is

    async def _snapshot(self, intake: Intake, sink: Sink) -> None:
        """All Datastreams with their last Observation."""
        params = {"$expand": _EXPAND, "$top": str(self.options.page_size)}
        if self.options.filter:
            params["$filter"] = self.options.filter
        url = self._below("Datastreams")
        looked = 0
        while url and looked < self.options.max_streams:
            answer = await self._line.fetch(url, params=params, conditional=False)
            params = {}
            if answer is None:
                return
            self._streams.next = ""
            await intake.take_slowly(Payload(answer.data, sink.touch(), name=answer.url))
            looked += self.options.page_size
            url = self._link(self._streams.next, sink)
        if url:
            sink.reject("too_many_records", f"Datastreams > {self.options.max_streams}")

    # ---- what was

    async def _catch_up(self, sink: Sink) -> None:
        """The Observations since what was heard before, once of each Datastream that is read."""
        if not self.options.history_hours:
            return
        oldest = self.around.clock.now() - round(self.options.history_hours * HOUR)
        for name, stream in list(self._streams.bound.items()):
            if name not in self._caught_up:
                await self._history(stream, max(oldest, self._heard.get(name, 0)), sink)
                self._caught_up.add(name)

    async def _history(self, stream: Bound, since: Ms, sink: Sink) -> None:
        params = {
            "$resultFormat": "dataArray",
            "$select": "phenomenonTime,resultTime,result",
            "$filter": f"phenomenonTime gt {iso(since)}",
            "$orderby": "phenomenonTime asc",
            "$top": "1000",
        }
        url = self._below(stream.path)
        for _ in range(_HISTORY_PAGES):
            answer = await self._line.fetch(url, params=params, conditional=False)
            params = {}
            if answer is None:
                return
            readings: list[Reading] = []
            for made in self._streams.history(stream, answer.data):
                if isinstance(made.record, Reading):
                    readings.append(made.record)
                else:
                    sink.reject(made.reason, made.sample)
            sink.readings(readings, refilled=True)
            url = self._link(self._streams.next, sink)
            if not url:
                return
            await asyncio.sleep(0)
        sink.reject("too_many_pages", stream.path)  # what is between is missing

    # ---- what comes

    async def _listen(self, intake: Intake, sink: Sink) -> None:
        """Observations over MQTT, until there are other Datastreams to listen to."""
        if not self._streams.bound:
            await asyncio.sleep(_LOOK_S)
            await self._snapshot(intake, sink)
            return
        subscribed = asyncio.Event()
        await until_one_ends(
            {
                "sensorthings mqtt": self._side().run(sink, subscribed.set),
                "sensorthings look": self._look(intake, sink, subscribed),
            }
        )

    async def _look(self, intake: Intake, sink: Sink, subscribed: asyncio.Event) -> None:
        """Once when the subscription stands, so that nothing falls between, then now and then;
        ends when other Datastreams are to be read."""
        await subscribed.wait()
        before = set(self._streams.bound)
        while True:
            await self._snapshot(intake, sink)
            if set(self._streams.bound) != before:
                return
            await self._catch_up(sink)
            await asyncio.sleep(_LOOK_S)

    def _side(self) -> MqttSide:
        prefix = self.options.prefix
        topics = [prefix + stream.path for stream in self._streams.bound.values()]
        broker = self.options.mqtt
        return MqttSide(self.config, self.around, broker, topics, self._streams)

    # ---- addresses

    def _below(self, path: str) -> str:
        return f"{self.url().rstrip('/')}/{path}"

    def _link(self, link: str, sink: Sink) -> str:
        """Where the next page is, on the address that we know: a server behind a proxy calls
        itself by another scheme or port. "" where there is none, or on another host."""
        if not link:
            return ""
        base, found = urlsplit(self.url()), urlsplit(link)
        if found.hostname is not None and found.hostname != base.hostname:
            sink.reject("next_elsewhere", link[:200])
            return ""
        path = found.path if found.netloc else f"{base.path.rstrip('/')}/{found.path.lstrip('/')}"
        return found._replace(scheme=base.scheme, netloc=base.netloc, path=path).geturl()
