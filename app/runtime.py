"""Composes a seat without its windows: store, picture, hub, feeds, commands; starts and stops them.

The same runtime stands under the windows (qasync loop) and under the headless gatherer (plain
asyncio). It lives in one loop, the main one; the ingest thread reaches it through a `Mailbox`.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from app.child import Child
from app.city import City
from app.collector import Collector
from app.config import FeedConfig
from app.core.catalog import DAY, MINUTE, Catalog
from app.core.clock import Clock, SystemClock, iso
from app.core.index import index_source
from app.core.message import Message, Refusal, message
from app.core.model import Backlog, Ms, Span, World
from app.core.precedence import Precedence
from app.core.privacy import masked
from app.feeds._ingest import IngestThread
from app.feeds._relay import Gatherers
from app.gis.geofence import Geofences
from app.live.alarms import Board
from app.live.batch import Batch, Mailbox
from app.live.briefer import Briefer
from app.live.city_keeper import CityKeeper
from app.live.commands import Commands
from app.live.device_book import DeviceBook
from app.live.device_drifts import DeviceDrifts
from app.live.device_rollup import DeviceRollup
from app.live.feed_watch import FeedWatch
from app.live.findings import Findings
from app.live.hub import Hub, Kind
from app.live.index_history import IndexHistory
from app.live.indices import Indices
from app.live.map_state import MapPlace
from app.live.outages import GATHERER, Outages
from app.live.picture import Picture
from app.live.seat import Seat
from app.registry import deferred
from app.secrets import Secrets
from app.sim.child import start_simulator
from app.sim.pace import PacedClock
from app.store.store import Store

log = logging.getLogger(__name__)

SLICE_S = 0.0005
"""The longest the main loop is held by one step of `apply` (rule 6)."""
SLICE_READINGS = 200
TOLD_READINGS = 100
"""So many are told of at once: of 500 feeds with a few each, telling cost as much as the rest."""
TIDY_S = 10.0
VIDEO = "app.video.city_video"  # not before it is known that the city has a platform
SWITCH_INTERVAL_S = 0.0005
"""With the ingest thread busy, 5 ms (the default) makes the GUI late: docs/performance.md."""


class Runtime:
    """One seat's living parts. Make it, `start()` it in the loop, `await stop()` it there."""

    def __init__(
        self,
        city: City,
        folder: Path,
        seat: str,
        *,
        clock: Clock | None = None,
        broker: str = "",
        scenario: str = "",
        key: str | None = None,
        gatherers: Gatherers | None = None,
        screens: bool = True,
    ) -> None:
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        self.city = city
        self.folder = folder
        self.clock: Clock = clock or SystemClock()
        self.precedence = Precedence()
        self.store = Store.open(folder, self.clock, key, precedence=self.precedence)
        self.hub = Hub()
        feeds = city.config.feed
        priorities = {feed.id: feed.priority for feed in feeds}
        self.store.queries.priorities = priorities
        self.store.queries.index_source = index_source(city.catalog.plan.version)
        self.picture = Picture(priorities, city.config.world)
        links = (*city.config.link, GATHERER) if gatherers else city.config.link
        self.picture.links = {link.id: link for link in links}
        self.picture.trial.feeds = {feed.id for feed in feeds if feed.trial}
        self.seat = Seat(seat, home=MapPlace(city.config.lon, city.config.lat))
        self.executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rules")
        cities = CityKeeper(city, folder, self.executor, self.use_city)
        ops, roles = self.store.ops, city.duty_roles
        self.commands = Commands(
            self.picture, self.hub, ops, self.clock, self.seat, roles, cities=cities
        )
        self._make_judges(city)
        self.heard: list[Callable[[Batch], object]] = []
        """Who is told every batch as it came, before the picture takes it."""
        self.sequence = 0
        """The last frame of a gatherer's line that the picture has taken."""
        self._video = self._make_video(city) if screens else None
        self._gatherers = gatherers
        self._broker = broker
        self._scenario = scenario
        self.collector = Collector()
        self._child: Child | None = None
        self._ingest: IngestThread | None = None
        self._mailbox: Mailbox | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work: Iterator[None] | None = None
        self._tidying: asyncio.TimerHandle | None = None
        self._last_heard: dict[str, Ms] = {}  # per feed, before this start
        self._filled: set[str] = set()  # feeds whose last day of history was told of
        self._backlog = self.store.queries.load_backlog()
        for source, spans in self._backlog.items():
            self.index_history.owed(source, more=bool(spans))
        self._fill_from_cache()

    def _make_judges(self, city: City) -> None:
        """What looks at the picture and says what follows from it."""
        self.board = Board(self.picture, self.clock)
        self.briefer = Briefer(self.picture, city.config.code, self.hub, self.clock)
        self.indices = Indices(
            self.picture,
            city.catalog,
            city.config.code,
            self.hub,
            self.clock,
            self.store,
            self.precedence,
        )
        self.index_history = IndexHistory(self.indices, self.store, self.clock, self.executor)
        self.findings = Findings(
            self.picture,
            city.catalog,
            city.config.code,
            ZoneInfo(city.config.zone),
            self.hub,
            self.clock,
            self.store.queries,
            self.executor,
        )
        self.feed_watch = FeedWatch(self.picture, self.hub, self.clock, self.store)
        self.picture.watchers.changed = self._watch_feeds
        self.outages = Outages(
            self.picture, city.config.link, city.config.feed, city.cameras, self.hub, self.clock
        )

        self._make_device_book(city)
        self.picture.map.city_fences = city.fences
        self.geofences = Geofences(
            self.picture,
            self.hub,
            self.clock,
            city,
            lambda records: self.store.recorder.submit([], records),
            lambda: self.seat.language,
        )

    def _make_device_book(self, city: City) -> None:
        """What judges the sensing devices."""
        fitted, kinds = city.devices, city.device_kinds
        self.device_book = DeviceBook(
            self.picture, fitted, kinds, city.catalog, self.hub, self.clock
        )
        self.device_drifts = DeviceDrifts(
            self.device_book,
            fitted,
            kinds,
            city.catalog,
            self.clock,
            self.store.queries,
            self.executor,
        )
        self.device_rollup = DeviceRollup(
            self.picture, city.config.code, fitted, kinds, self.hub, self.clock, self.store
        )

    def _make_video(self, city: City) -> Any:
        """What brings live video, where the city has a platform for it: a `CityVideo`."""
        if not any(platform.enabled for platform in city.config.platform):
            return None
        return deferred(VIDEO).CityVideo(
            city,
            self.folder,
            self.picture,
            self.hub,
            self.seat,
            self.clock,
            lambda records: self.store.recorder.submit([], records),
            self.reports.append,
            self.store,
        )

    @property
    def video(self) -> Any:
        """The `VideoService`; None where the city has no platform."""
        return self._video.service if self._video is not None else None

    @property
    def catalog(self) -> Catalog:
        """What the records of this city mean."""
        return self.city.catalog

    @property
    def reports(self) -> list[Message]:
        """What the store had to say when it was opened."""
        return self.store.reports

    def _fill_from_cache(self) -> None:
        for item in self.store.queries.load_latest():
            pair = (item.reading.key, item.reading)
            self.picture.apply_readings(item.source, item.received, [pair])
            heard = self._last_heard.get(item.source, 0)
            self._last_heard[item.source] = max(heard, item.received)
        self.picture.apply_records(self.store.queries.load_open())
        self.commands.load()
        self.indices.renew()
        self.hub.publish(Kind.READING, list(self.picture.readings))

    def _past(self, source: str) -> Backlog | None:
        """What the store holds of a feed's history; None where the feed was never asked for it."""
        spans, heard = self._backlog.get(source), self._last_heard.get(source)
        return None if spans is None or heard is None else Backlog(spans, heard)

    async def start(self) -> None:
        """Start the simulator where the city has one, then the feeds."""
        self._loop = asyncio.get_running_loop()
        endpoints = await self._loop.run_in_executor(self.executor, self._start_simulator)
        self._mailbox = Mailbox(self._notify)
        self._ingest = IngestThread(
            self._feeds(endpoints),
            endpoints,
            self._mailbox,
            self.catalog,
            self.clock,
            secrets=Secrets(self.folder),
            past=self._past,
            world=self.world,
            zone=self.city.config.zone,
            gatherers=self._gatherers,
            precedence=self.precedence,
            folder=self.folder / "feeds",
        )
        self._ingest.start()
        self._ingest.watch(self.picture.watchers.feeds)
        self.feed_watch.start()
        self._tidy()
        self.indices.start()
        self.index_history.start()
        self.briefer.start()
        self.findings.start()
        self.device_book.start()
        self.device_drifts.start()
        self.device_rollup.start()
        self.geofences.start()
        self._keep_catalogue()
        if self._video is not None:
            self._video.start()
        self.collector.start()

    def _watch_feeds(self, feeds: frozenset[str]) -> None:
        """Somebody looks closely at these feeds, and at no others."""
        for feed in self.picture.feed_details.keys() - feeds:
            del self.picture.feed_details[feed]
        if self._ingest is not None:
            self._ingest.watch(feeds)

    def use_city(self, city: City, said: list[Message]) -> None:
        """Let everything mean what another version of the city says, with `said` about it.

        Feeds, simulator and the city's own settings are those of the start until the next one.
        """
        if city.config != self.city.config:
            self.reports.append(message("cities.restart"))
        self.reports.extend(said)
        self.city = msgspec.structs.replace(city, config=self.city.config)
        self.store.queries.index_source = index_source(city.catalog.plan.version)
        self.indices.use(city.catalog)
        self.index_history.anew()
        self.findings.use(city.catalog)
        self.device_book.use(city.devices, city.device_kinds, city.catalog)
        self.device_drifts.use(city.devices, city.device_kinds, city.catalog)
        self.device_rollup.use(city.devices, city.device_kinds)
        if self._video is not None:
            self._video.use(city)
            self._video.listed.use(self.city)
        self.picture.map.city_fences = city.fences
        self.geofences.use(self.city)
        self._keep_catalogue()

    def _keep_catalogue(self) -> None:
        self.store.keep_catalogue(
            "city", self.city.version, msgspec.json.encode(masked(self.city.catalog))
        )

    def _tidy(self) -> None:
        """Now and then: what is over leaves the picture."""
        assert self._loop is not None
        for kind, ids in self.picture.forget_ended(self.clock.now()).items():
            self.hub.publish(kind, ids)
        self.outages.look()  # a window of maintenance may have begun
        self.geofences.look()
        # On the same beat at every seat, so that no two show what is over differently.
        past = self.clock.now() / 1000 % TIDY_S
        self._tidying = self._loop.call_later(TIDY_S - past, self._tidy)

    @property
    def settled(self) -> bool:
        """Whether everything taken from the ingest thread is in the picture."""
        return self._work is None

    @property
    def ingest(self) -> IngestThread | None:
        """The thread of the feeds, once started."""
        return self._ingest

    def _start_simulator(self) -> dict[str, str]:
        if self._gatherers is not None and not self._gatherers.polls:
            return {}  # the gatherer has one
        more: list[str] = []
        if self._broker:
            more += ["--mqtt", self._broker]
        if self._scenario:
            more += ["--scenario", self._scenario]
        if isinstance(self.clock, PacedClock):
            more += ["--start", iso(self.clock.now()), "--speed", str(self.clock.speed)]
        try:
            self._child, endpoints = start_simulator(self.city, *more)
        except Refusal as refusal:
            # Without it the seat is what it is without a network: the cache, with its ages.
            log.error("%s", refusal)
            self.reports.append(refusal.reason)
            return {}
        return endpoints

    @property
    def simulator_pid(self) -> int | None:
        """The simulator's process, where the city has one."""
        return self._child.pid if self._child else None

    def _feeds(self, endpoints: dict[str, str]) -> list[FeedConfig]:
        """The feeds to run: those of the simulator as far as it serves them, which of a gatherer's
        it says itself."""
        if self._gatherers is not None and not self._gatherers.polls:
            mine = self.city.config.feed
            simulated = [feed.url.startswith("sim://") for feed in mine]
            return [
                msgspec.structs.replace(feed, enabled=feed.enabled or of_simulator)
                for feed, of_simulator in zip(mine, simulated, strict=True)
            ]
        return [
            msgspec.structs.replace(
                feed, enabled=any(f"{feed.url}/".startswith(f"{place}/") for place in endpoints)
            )
            if feed.url.startswith("sim://")
            else feed
            for feed in self.city.config.feed
        ]

    async def stop(self) -> None:
        """Stop in the order in which data flows; after it no thread or child of ours is left."""
        loop = asyncio.get_running_loop()
        if self._tidying is not None:
            self._tidying.cancel()
        if self._video is not None:
            await self._video.stop()
        self.briefer.stop()
        self.device_book.stop()
        self.device_rollup.stop()
        await loop.run_in_executor(self.executor, self.geofences.stop)
        await self.device_drifts.stop()
        await self.findings.stop()
        await self.index_history.stop()
        if self._ingest is not None:
            await loop.run_in_executor(self.executor, self._ingest.stop)
        if self._child is not None:
            await loop.run_in_executor(self.executor, self._child.stop)
        self._finish_work()
        await self.feed_watch.stop()
        self.indices.stop()
        await loop.run_in_executor(self.executor, self.store.close)
        self.executor.shutdown()
        self.collector.stop()

    # ---- from the ingest thread to the picture

    def _notify(self) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._take)

    def _take(self) -> None:
        if self._work is not None or self._mailbox is None:
            return  # busy with the last one; the mailbox merges until it is taken
        batch = self._mailbox.take()
        if batch is not None:
            self._work = self.apply(batch)
            self._step()

    def _step(self) -> None:
        if self._work is None or self._loop is None:
            return  # the end came between two steps, and did the rest
        self.precedence.begin()
        until = time.perf_counter() + SLICE_S
        for _ in self._work:
            if time.perf_counter() >= until:
                self._loop.call_soon(self._step)
                return
        self._work = None
        self._loop.call_soon(self._take)

    def _finish_work(self) -> None:
        if self._work is not None:
            for _ in self._work:
                pass
            self._work = None
        batch = self._mailbox.take() if self._mailbox else None
        if batch is not None:
            for _ in self.apply(batch):
                pass

    def apply(self, batch: Batch) -> Iterator[None]:
        """Take a batch into the picture, in steps short enough to be interrupted between."""
        for hear in self.heard:
            hear(batch)
        if batch.health:
            self.picture.feeds.update(self.feed_watch.judged(batch.health.values()))
            self.hub.publish(Kind.FEED, batch.health)
            self.outages.look()
            yield
        batch = self.picture.trial.take(batch)
        if batch.details:
            wanted = self.picture.watchers.feeds
            details = {name: told for name, told in batch.details.items() if name in wanted}
            self.picture.feed_details.update(details)
            self.hub.publish(Kind.FEED, details)
        if batch.log or batch.records:
            self.store.recorder.submit(batch.log, batch.records)
        if batch.backlog:
            self._history_came(batch.backlog)
        if batch.receipts:
            self.store.saved().add_done_callback(partial(_give_receipts, batch.receipts))
        for kind, ids in self.picture.apply_records(batch.records).items():
            self.hub.publish(kind, ids)
        for kind, ids in self.picture.end_missing(batch.open).items():
            self.hub.publish(kind, ids)
        yield
        yield from self._take_readings(batch)
        if batch.impossible:
            self.device_book.refuse(batch.impossible)
        yield from self.findings.heed(batch.log)
        if batch.positions:
            self.picture.positions.update(batch.positions)
            self.hub.publish(Kind.POSITION, (layer for _, layer in batch.positions))
            self.geofences.heed(batch.positions)
        self.sequence = batch.sequence or self.sequence

    def _take_readings(self, batch: Batch) -> Iterator[None]:
        changed: list[str] = []
        taken = 0
        for source, latest in batch.latest.items():
            received = batch.received.get(source) or self.clock.now()
            readings = list(latest.items())
            for start in range(0, len(readings), SLICE_READINGS):
                part = readings[start : start + SLICE_READINGS]
                changed += self.picture.apply_readings(source, received, part)
                taken += len(part)
                if taken >= TOLD_READINGS:
                    self._tell_readings(changed)
                    changed, taken = [], 0
                    yield
        self._tell_readings(changed)
        yield

    def _tell_readings(self, changed: list[str]) -> None:
        if changed:
            self.hub.publish(Kind.READING, changed)
            self.indices.mark(changed)

    def _history_came(self, backlog: Mapping[str, tuple[Span, ...]]) -> None:
        """Keep what is still to come; say when the last day of a source can be read, and when all
        of it can: what was drawn before is drawn anew then."""
        stored = self.store.keep_backlog(backlog)
        day_ago = self.clock.now() - DAY + MINUTE
        filled = {
            source for source, spans in backlog.items() if not spans or spans[-1][1] < day_ago
        }
        news = {source for source in filled if not backlog[source]} | (filled - self._filled)
        self._filled |= filled
        for source, spans in backlog.items():
            self.index_history.owed(source, more=bool(spans))
        loop = self._loop
        if news and loop is not None:
            stored.add_done_callback(lambda _: loop.call_soon_threadsafe(self._tell_history, news))

    def _tell_history(self, sources: set[str]) -> None:
        self.hub.publish(Kind.HISTORY, sources)
        self.index_history.came()

    @property
    def world(self) -> World:
        """The world of this city's values."""
        return self.city.config.world


def _give_receipts(receipts: list[Callable[[], None]], saved: "Future[bool]") -> None:
    """In the store's thread: tell who asked that what they brought is on the disk."""
    if saved.exception() is None and saved.result():
        for receipt in receipts:
            receipt()
