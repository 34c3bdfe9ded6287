"""The ingest thread: every feed of a city on one event loop of its own, a batch every 100 ms.

Nothing of Qt and nothing of the store is touched here; `python main.py gather` runs the same
thread without a screen. The process should set `sys.setswitchinterval(0.0005)` at its start: with
the default of 5 ms the drawing thread waits too long for this one (docs/decisions/0003-feeds.md).
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec

from app.config import ConfigError, FeedConfig
from app.core.catalog import Catalog
from app.core.clock import Clock
from app.core.health import FeedHealth, FeedState
from app.core.message import message
from app.core.model import Backlog, Ms, World
from app.core.precedence import Courtesy, Precedence
from app.feeds._base import Feed, Surroundings, feeds
from app.feeds._reconnects import Reconnects
from app.feeds._relay import Gatherers, Relay
from app.feeds._sink import Sink
from app.feeds._supervisor import Pace, Supervisor
from app.feeds._tls import bound_buffers
from app.live.batch import Batch, Mailbox
from app.live.feed_detail import Sample
from app.registry import UnknownKind
from app.secrets import Secrets

FLUSH_S = 0.1
HEALTH_FLUSHES = 10
AGAIN_S = 3.0

log = logging.getLogger("chengmai.feeds")


class IngestThread:
    """Runs the enabled feeds of `configs`. Every public method may be called from any thread.

    `endpoints` maps placeholders (`sim://ws`) to addresses and is read anew on every connection,
    so it may be filled late. `past(source)` tells what the store already has (see Surroundings);
    it is called in this thread and must answer at once. Batches have the better source first, so
    that every seat decides alike where two give one key. With `gatherers` no feed is run but their
    line, until `poll` says otherwise.
    """

    def __init__(
        self,
        configs: Sequence[FeedConfig],
        endpoints: Mapping[str, str],
        mailbox: Mailbox,
        catalog: Catalog,
        clock: Clock,
        *,
        secrets: Secrets | None = None,
        past: Callable[[str], Backlog | None] = lambda _source: None,
        world: World = World.REAL,
        zone: str = "Asia/Shanghai",
        folder: Path | None = None,
        pace: Pace | None = None,
        gatherers: Gatherers | None = None,
        precedence: Precedence | None = None,
    ) -> None:
        self._mailbox = mailbox
        self._clock = clock
        self._pace = pace or Pace()
        self._around = Surroundings(
            catalog=catalog,
            clock=clock,
            secrets=secrets or Secrets(),
            endpoints=endpoints,
            past=past,
            zone=zone,
            folder=folder,
        )
        self._courtesy = Courtesy(precedence or Precedence())
        self._urgent_asked = False
        self._waiting = 0
        ranked = sorted(configs, key=lambda config: config.priority)
        self._sinks = {
            config.id: self._sink(config, catalog, world) for config in ranked if config.enabled
        }
        self._gatherers = gatherers
        self._relay: Relay | None = None
        self._line: Supervisor | None = None
        self._polls = gatherers is None
        self._polling: list[asyncio.Task[None]] = []
        self._turning = asyncio.Lock()
        self._reconnects = Reconnects()
        self._sequence = 0  # of the gatherer's line, as told last
        self._feeds: dict[str, Feed] = {}
        self._supervisors: dict[str, Supervisor] = {}
        self._published: dict[str, FeedHealth] = {}
        self._samples: dict[str, list[Sample]] = {}
        self._watched: frozenset[str] = frozenset()
        self._beat = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._main, name="ingest", daemon=True)

    def start(self) -> None:
        """Start the thread; raises ConfigError where a feed's settings cannot be used."""
        gatherers = self._gatherers
        if gatherers is None or gatherers.polls:
            self._feeds = {name: self._make(sink.config) for name, sink in self._sinks.items()}
        if gatherers is not None:
            self._relay = Relay(gatherers, self._around, self._sinks)
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Close every connection, give out what is gathered, end the thread; twice does no harm."""
        if not self._thread.is_alive():
            return
        self._call(self._set_stopping)
        self._thread.join()

    def reconnect(self, feed: str) -> bool:
        """Try a feed again now; False where there is no such feed."""
        if feed not in self._sinks:
            return False
        self._call(partial(self._reconnect, feed))
        return True

    def poll(self, on: bool) -> None:
        """A standby: ask the bureaus itself from now on, or leave them to the first gatherer."""
        self._call(partial(self._poll, on))

    @property
    def gatherer_up(self) -> bool:
        """Whether the line to a gatherer stands, where there is one."""
        return self._relay is not None and self._relay.up

    def steer(self, feed: str, *, speed: float | None = None, at: Ms | None = None) -> bool:
        """Change speed or place of a recording; False where there is no such feed."""
        if feed not in self._feeds:
            return False
        self._call(partial(self._feeds[feed].steer, speed=speed, at=at))
        return True

    def health(self) -> dict[str, FeedHealth]:
        """Every feed as last published."""
        return self._published

    def watch(self, feeds: frozenset[str]) -> None:
        """Tell in detail of these feeds, and of no others, from now on."""
        self._watched = feeds

    def quarantine(self, feed: str) -> list[Sample]:
        """The masked samples of what a feed sent that could not be used."""
        return self._samples.get(feed, [])

    # ---- in the thread

    def _sink(self, config: FeedConfig, catalog: Catalog, world: World) -> Sink:
        return Sink(
            config,
            catalog,
            self._clock,
            city_world=world,
            urgent=self._urgent,
            waiting=lambda: self._waiting,
            give_way=self._courtesy.give_way,
        )

    def _make(self, config: FeedConfig) -> Feed:
        try:
            kind = feeds().load(config.kind)
        except UnknownKind as error:
            raise ConfigError(
                message("feed.option", feed=config.id, key="kind", error=str(error))
            ) from error
        return kind(config, self._around)  # options and mapping are judged now, not at night

    def _call(self, what: Callable[[], object]) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(what)

    def _set_stopping(self) -> None:
        if self._stopping is not None:
            self._stopping.set()

    def _reconnect(self, feed: str) -> None:
        supervisor = self._supervisors.get(feed)
        if supervisor is not None:
            supervisor.reconnect()
        elif self._line is not None and not self.gatherer_up:
            self._line.reconnect()

    def _poll(self, on: bool) -> None:
        task = asyncio.create_task(self._turn(on), name="poll")
        task.add_done_callback(_tell)

    async def _turn(self, on: bool) -> None:
        """Begin or end asking the bureaus; whoever is told in between waits for it."""
        async with self._turning:
            if on == bool(self._polling) or (
                self._stopping is not None and self._stopping.is_set()
            ):
                return
            self._polls = on
            if on:
                for sink in self._sinks.values():
                    sink.state(FeedState.STARTING)
                self._polling = [self._spawn(sink) for sink in self._sinks.values()]
                return
            polling, self._polling = self._polling, []
            await _end(polling)
            self._supervisors.clear()
            await self._around.shared.close()
            for sink in self._sinks.values():
                sink.changed = True

    def _main(self) -> None:
        bound_buffers()
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._ready.set()
        lines = [self._spawn_line(self._relay)] if self._relay is not None else []
        if self._polls:
            self._polling = [self._spawn(sink) for sink in self._sinks.values()]
        turns = self._around.shared.turns
        turns.begin(FLUSH_S)
        due = self._loop.time()
        try:
            while not self._stopping.is_set():
                due = max(due + FLUSH_S, self._loop.time() + FLUSH_S / 2)
                try:
                    async with asyncio.timeout_at(due):
                        await self._stopping.wait()
                except TimeoutError:
                    await turns.take()
                    self._flush()
        finally:
            turns.end()
            await _end(lines)
            async with self._turning:
                await _end(self._polling)
            await self._around.shared.close()
            self._polls = True  # what is told now is told of this thread
            for sink in self._sinks.values():
                sink.state(FeedState.STOPPED)
            self._flush()

    def _spawn(self, sink: Sink) -> asyncio.Task[None]:
        feed = self._feeds[sink.config.id]
        supervisor = Supervisor(feed, sink, self._pace, self._reconnects)
        self._supervisors[sink.config.id] = supervisor
        task = asyncio.create_task(supervisor.run(), name=f"supervisor {sink.config.id}")
        task.add_done_callback(_tell)
        return task

    def _spawn_line(self, relay: Relay) -> asyncio.Task[None]:
        assert self._gatherers is not None
        line = relay.line(
            self._around.catalog,
            self._clock,
            city_world=World.REAL,
            urgent=self._urgent,
            waiting=lambda: self._waiting,
        )
        self._line = Supervisor(relay, line, self._gatherers.pace, self._reconnects)
        task = asyncio.create_task(self._line.run(), name="supervisor of the gatherer's line")
        task.add_done_callback(_tell)
        return task

    def _urgent(self) -> None:
        """A warning came: the batch goes out when this turn of the loop is done."""
        if not self._urgent_asked:
            self._urgent_asked = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._urgent_asked = False
        self._beat += 1
        batch = Batch()
        filled = False
        for sink in self._sinks.values():
            filled = sink.pour(batch) or filled
            if sink.changed or self._beat % HEALTH_FLUSHES == 0:
                self._tell_health(sink, batch)
                if sink.config.id in self._watched:
                    batch.details[sink.config.id] = sink.detail()
        if batch.health:
            self._published = {**self._published, **batch.health}
            told = {name: self._sinks[name].quarantine.samples() for name in batch.health}
            self._samples = {**self._samples, **told}
        if self._relay is not None:
            batch.sequence = self._relay.continuity.last
        if filled or batch.health or batch.details or batch.sequence != self._sequence:
            self._sequence = batch.sequence
            self._mailbox.put(batch)
        self._waiting = self._mailbox.waiting

    def _tell_health(self, sink: Sink, batch: Batch) -> None:
        """A row goes out when anything in it is new: of 500 feeds most say nothing in a second."""
        name = sink.config.id
        relay = None if self._polls else self._relay
        row = sink.health() if relay is None else relay.row(sink)
        known = self._published.get(name)
        sink.changed = False
        if row is None:
            return
        if known is None or row != msgspec.structs.replace(known, at=row.at):
            batch.health[name] = row


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel until they are gone: before Python 3.12 `asyncio.wait_for`, which the libraries use,
    loses an order to end that comes in the turn in which what it waits for is done."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_S)


def _tell(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("%s ended", task.get_name(), exc_info=error)
