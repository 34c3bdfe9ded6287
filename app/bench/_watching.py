"""An ingest thread for measurements, and what it told: wait until so many feeds are in a state."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from app.config import FeedConfig
from app.core.catalog import Catalog, Quantity
from app.core.clock import SystemClock
from app.core.health import FeedState
from app.core.model import World
from app.feeds._ingest import IngestThread
from app.live.batch import Mailbox

WAIT_S = 90.0


class Watching:
    """The thread with what came of it."""

    def __init__(self, configs: Sequence[FeedConfig], quantities: int) -> None:
        self._news = threading.Event()
        self._mailbox = Mailbox(self._news.set)
        self._states: dict[str, FeedState] = {}
        catalog = Catalog(quantities={name: _quantity(name) for name in _names(quantities)})
        self.ingest = IngestThread(
            configs, {}, self._mailbox, catalog, SystemClock(), world=World.DEMO
        )

    def until(self, state: FeedState, count: int) -> None:
        """Wait until so many feeds are in a state; raises RuntimeError after WAIT_S."""
        until = monotonic() + WAIT_S
        while sum(there is state for there in self._states.values()) < count:
            if not self._news.wait(until - monotonic()):
                found = sum(there is state for there in self._states.values())
                raise RuntimeError(f"only {found} of {count} feeds are {state}")
            self.take()

    def take(self) -> None:
        """What came since the last look."""
        self._news.clear()
        batch = self._mailbox.take()
        if batch is not None:
            self._states |= {name: row.state for name, row in batch.health.items()}


@contextmanager
def watching(configs: Sequence[FeedConfig], quantities: int = 4) -> Iterator[Watching]:
    """Run the feeds for the length of a `with`."""
    watched = Watching(configs, quantities)
    watched.ingest.start()
    try:
        yield watched
    finally:
        watched.ingest.stop()


def _names(count: int) -> list[str]:
    return [f"bench.i{number}" for number in range(count)]


def _quantity(name: str) -> Quantity:
    return Quantity(name, name, name, "件", 5000)
