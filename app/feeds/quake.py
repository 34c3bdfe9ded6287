"""`quake`: earthquakes from several public services at once, merged into one warning each."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Annotated, ClassVar, Literal

import msgspec

from app.config import FeedConfig
from app.core.privacy import Privacy
from app.feeds._base import Feed, Surroundings
from app.feeds._http import HttpLine
from app.feeds._intake import Intake
from app.feeds._quake_kept import KeptQuakes
from app.feeds._quake_lines import Lines, Source
from app.feeds._sink import Sink
from app.feeds._web_line import Opening, open_socket
from app.formats._base import Format, Payload, format_of
from app.formats.quake import QuakeFormat
from app.options import bad, options_of, said

Name = Literal["emsc", "wolfx", "usgs"]
ADDRESSES: dict[str, str] = {
    "emsc": "wss://www.seismicportal.eu/standing_order/websocket",
    "wolfx": "wss://ws-api.wolfx.jp/all_eew",
    "usgs": "https://earthquake.usgs.gov/earthquakes/feed/v1.0/summary/all_day.geojson",
}
_SCHEMES = {"emsc": ("wss://", "ws://"), "wolfx": ("wss://", "ws://"), "usgs": ("http",)}


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of a `quake` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    sources: Annotated[
        tuple[Name, ...], msgspec.Meta(min_length=1, max_length=3), said("which services are asked")
    ] = ("emsc", "usgs")
    urls: Annotated[
        dict[Name, str], said("their addresses where they are others, of a relay for instance")
    ] = {}
    ask: Annotated[
        tuple[str, ...], said("sent to Wolfx after connecting: the lists that it keeps")
    ] = ("query_cenceqlist", "query_jmaeqlist")
    poll_s: Annotated[float, msgspec.Meta(gt=0, le=86_400), said("between polls of USGS")] = 60.0
    ping_s: Annotated[float, msgspec.Meta(gt=0, le=3600), said("between pings")] = 15.0
    open_s: Annotated[float, msgspec.Meta(gt=0, le=300), said("longest handshake")] = 10.0
    retry_s: Annotated[
        float, msgspec.Meta(gt=0, le=3600), said("before one source is tried again; doubles to 60")
    ] = 5.0


class Quake(Feed, kind="quake"):
    """Listens to EMSC and Wolfx (WebSocket) and polls USGS (GeoJSON). While one source lives the
    feed does, and says which others are down. The format's options are under that name. What was
    shown outlives a restart, so that another source then revises it.

    No address: those of the services are known, `urls` names others. Wolfx is an unofficial relay
    that forbids commercial use; it is off unless `sources` names it.
    """

    settings = Options
    without = ("also",)
    example = """
        [[feed]]
        id = "quakes"
        kind = "quake"
        name_zh = "地震速报"
        name_en = "Earthquake reports"
        bureau = "emergency"
        expected_period_s = 3600

        [feed.options]
        sources = ["emsc", "usgs"]

        [feed.format_options]
        reach_km = [50, 150, 300, 600, 1000]
        keep_hours = 6
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        options = self.options = options_of(config, Options)
        if config.map or config.url:
            raise bad(config.id, "map" if config.map else "url", "options.urls, by source")
        self._addresses: dict[str, str] = {
            name: options.urls.get(name, ADDRESSES[name]) for name in options.sources
        }
        for name, url in self._addresses.items():
            if not url.startswith(_SCHEMES[name]):
                raise bad(config.id, f"options.urls.{name}", " or ".join(_SCHEMES[name]))
        self._format = self.format()
        path = around.folder / f"{config.id}.quakes" if around.folder else None
        self._kept = KeptQuakes(path, config.id)
        self._asked = -1  # of the format's changes, those that are kept; before the start none
        self._line = HttpLine(config, around, homes=[self._addresses.get("usgs", "")])

    def format(self) -> Format:
        """Earthquakes, unless the settings name another format."""
        config = msgspec.structs.replace(self.config, format=self.config.format or "quake")
        return format_of(config, self.around.catalog, self.around.zone)

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """All sources at once (see Feed.run)."""
        if self._asked < 0 and isinstance(self._format, QuakeFormat):
            kept = await asyncio.to_thread(self._kept.load)
            self._format.put_back(kept, self.around.clock.now())
            self._asked = self._format.changes
        intake = Intake(self._format, sink)
        sources: dict[str, Source] = {}
        for name in self._addresses:
            how = self._poll if name == "usgs" else self._listen
            sources[name] = partial(how, name, intake, sink)
        await Lines(sink, up, self.options.retry_s).run(sources)

    async def _listen(self, name: str, intake: Intake, sink: Sink, up: Callable[[], None]) -> None:
        """One WebSocket, until it closes."""
        options = self.options
        opening = Opening(open_s=options.open_s, ping_s=options.ping_s)
        async with open_socket(self._addresses[name], self.config, opening) as socket:
            up()

            def deliver(frames: list[bytes | bytearray]) -> None:
                now = sink.touch()
                intake.take(*(Payload(bytes(frame), now, name=name) for frame in frames))
                self._keep(sink)

            socket.deliver_to(deliver)
            for words in options.ask if name == "wolfx" else ():
                await socket.send(words)
            await socket.wait_closed()
            if socket.failure is not None:
                raise socket.failure

    async def _poll(self, name: str, intake: Intake, sink: Sink, up: Callable[[], None]) -> None:
        """One address again and again, until it fails."""
        while True:
            answer = await self._line.fetch(self._addresses[name], expect="json")
            up()
            if answer is not None:
                await intake.take_slowly(Payload(answer.data, sink.touch(), name=name))
                self._keep(sink)
            else:
                sink.touch()
            await asyncio.sleep(self.options.poll_s)

    def _keep(self, sink: Sink) -> None:
        """Have what is shown now kept when the store has it; not before, else a report that never
        reached the disk would be passed over as known after a restart."""
        format_ = self._format
        if not isinstance(format_, QuakeFormat) or format_.changes == self._asked:
            return
        self._asked = format_.changes
        shown = self._kept.encoded(format_.told(self.around.clock.now()))
        sink.receipt(partial(self._kept.save, shown))
