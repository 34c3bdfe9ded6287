"""The lines of an earthquake feed: several sources at once, which live and die on their own."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Protocol

from app.core.health import FeedState
from app.core.message import Message, message
from app.feeds._base import Lost, Refused
from app.feeds._sink import Sink
from app.feeds._together import until_one_ends
from app.feeds._unreachable import unreachable

LONGEST_S = 60.0
"""Between two attempts at one source."""


class Source(Protocol):
    """One connection to one source; `up` is called when it stands. Raises why it ended."""

    def __call__(self, up: Callable[[], None]) -> Awaitable[None]:
        """Until the connection ends."""
        ...


class Lines:
    """Keeps every source trying while at least one lives; what is down is said beside it."""

    def __init__(self, sink: Sink, up: Callable[[], None], retry_s: float) -> None:
        self._sink = sink
        self._up = up
        self._retry_s = retry_s
        self._down: dict[str, Message] = {}
        self._alive: set[str] = set()
        self._names: set[str] = set()
        self._all_lost = asyncio.Event()

    async def run(self, sources: dict[str, Source]) -> None:
        """Until all of them are down at once; raises Lost then."""
        self._names = set(sources)
        kept = {f"quake {name}": self._keep(name, source) for name, source in sources.items()}
        await until_one_ends({**kept, "quake all lost": self._all_lost.wait()})
        raise Lost(next(iter(self._down.values())))

    async def _keep(self, name: str, source: Source) -> None:
        failures = 0
        while True:
            try:
                await source(lambda: self._stands(name))
                trouble = message("feed.closed", error="-")
            except (Lost, Refused) as error:
                trouble = error.reason
            except TimeoutError:
                trouble = message("feed.timeout")
            except OSError as error:
                trouble = unreachable(error)
            failures = 1 if name in self._alive else failures + 1
            self._fell(name, trouble)
            longest = min(LONGEST_S, self._retry_s * float(1 << min(failures - 1, 12)))
            await asyncio.sleep(longest * random.uniform(0.5, 1))  # noqa: S311  (no secret)

    def _stands(self, name: str) -> None:
        if name in self._alive:
            return
        first = not self._alive
        self._alive.add(name)
        self._down.pop(name, None)
        if first:
            self._up()
        self._tell()

    def _fell(self, name: str, trouble: Message) -> None:
        self._alive.discard(name)
        self._down[name] = trouble
        if self._down.keys() == self._names:
            self._all_lost.set()
        elif self._alive:
            self._tell()

    def _tell(self) -> None:
        trouble = None
        if self._down:
            trouble = message("quake.partly", sources=", ".join(sorted(self._down)))
        self._sink.state(FeedState.LIVE, trouble)
