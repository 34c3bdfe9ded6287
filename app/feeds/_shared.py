"""What the feeds of one event loop have in common: an HTTP client, a listening server.

Made once by key, on first use, and closed when the loop's ingest ends. Nothing here is global: the
ingest thread has one, a trial of a feed another.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from typing import TypeVar, cast

from app.feeds._turns import Turns

CLOSE_S = 5.0

T = TypeVar("T")
log = logging.getLogger("chengmai.feeds")


class Shared:
    """Things by key; used from within a running loop only, and from one loop at a time."""

    def __init__(self) -> None:
        self.turns = Turns()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._things: dict[Hashable, tuple[object, Callable[[], Awaitable[None]]]] = {}

    def once(
        self, key: Hashable, make: Callable[[], T], close: Callable[[T], Awaitable[None]]
    ) -> T:
        """The thing of this key, made if there is none yet; `close` ends it."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:  # what belonged to another loop went with it
            self._things.clear()
            self._loop = loop
        if key not in self._things:
            thing = make()
            self._things[key] = (thing, lambda: close(thing))
        return cast(T, self._things[key][0])

    def __len__(self) -> int:
        return len(self._things)

    async def close(self) -> None:
        """End everything; may be called again, and used again afterwards."""
        things, self._things = self._things, {}
        for key, (_thing, close) in things.items():
            try:
                async with asyncio.timeout(CLOSE_S):
                    await close()
            except Exception:  # whatever it is, the others are closed too
                log.exception("%s does not close", key)
