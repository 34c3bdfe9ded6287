"""An ingest thread under test, and what it hands to the main loop, gathered."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from app.config import FeedConfig
from app.core.catalog import Catalog, Quantity
from app.core.clock import SystemClock
from app.core.health import FeedHealth
from app.core.model import Reading
from app.feeds._ingest import IngestThread
from app.feeds._supervisor import Pace
from app.live.batch import Batch, Mailbox

LEVEL = Quantity(
    code="water.level",
    name_zh="水位",
    name_en="Water level",
    unit="m",
    period_ms=60_000,
    valid_min=-5.0,
    valid_max=30.0,
)
CATALOG = Catalog(quantities={LEVEL.code: LEVEL})
QUICK = Pace(first=0.01, most=0.05, refused=600.0, steady=30.0)


def level_key(station: str = "jiangba") -> str:
    """The key of a water level."""
    return f"reading/water.level/320812/{station}"


class Gathered:
    """All batches so far as one, and waiting for what must come."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._news = asyncio.Event()
        self.mailbox = Mailbox(self._notify)
        self.all = Batch()
        self.states: list[tuple[str, str]] = []
        self.troubles: list[str] = []
        self.stores = True  # what was gathered counts as stored

    def _notify(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    def take(self) -> None:
        """Look into the mailbox."""
        batch = self.mailbox.take()
        if batch is not None:
            self.states += [(name, item.state.value) for name, item in batch.health.items()]
            self.troubles += [item.trouble.id for item in batch.health.values() if item.trouble]
            self.all.absorb(batch)
            for receipt in batch.receipts if self.stores else ():
                receipt()

    async def until(self, condition: Callable[["Gathered"], bool], seconds: float = 15) -> None:
        """Wait for a condition; fails with what is there when it does not come."""
        async with asyncio.timeout(seconds):
            while True:
                self.take()
                if condition(self):
                    return
                await self._news.wait()
                self._news.clear()

    @property
    def readings(self) -> list[Reading]:
        """Every reading for the history, in order."""
        return [reading for segment in self.all.log for reading in segment.readings]

    def health(self, feed: str = "f") -> FeedHealth:
        """The newest health of a feed."""
        return self.all.health[feed]

    def is_(self, state: str, feed: str = "f") -> bool:
        """Whether a feed is in a state."""
        held = self.all.health.get(feed)
        return held is not None and held.state == state


@asynccontextmanager
async def ingesting(
    *configs: FeedConfig, catalog: Catalog = CATALOG, **options: Any
) -> AsyncIterator[tuple[IngestThread, Gathered]]:
    """Run feeds for the length of a test."""
    gathered = Gathered(asyncio.get_running_loop())
    options.setdefault("pace", QUICK)
    clock = options.pop("clock", SystemClock())
    endpoints = options.pop("endpoints", {})
    thread = IngestThread(configs, endpoints, gathered.mailbox, catalog, clock, **options)
    thread.start()
    try:
        yield thread, gathered
    finally:
        await asyncio.to_thread(thread.stop)
        gathered.take()
