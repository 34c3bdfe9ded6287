"""The addresses of one source in their order: fail-over at once, back to the first when it answers.

A round tries every address once; only when all of it failed the supervisor waits. While a later
address is in use, a connection to the first is opened and closed again now and then (a probe, TCP
only, no word is said); when it stands, the feed's own connection is cut and goes there.
"""

import asyncio
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

PORTS = {"ws": 80, "http": 80, "wss": 443, "https": 443, "mqtt": 1883, "mqtts": 8883, "nats": 4222}
PROBE_S = 5.0
"""How long the first address may take to answer a probe."""


class Endpoints:
    """Which address of a feed is in use; only the ingest thread touches it."""

    def __init__(self, urls: Sequence[str]) -> None:
        self.urls = tuple(urls)
        self.index = 0
        self._failed = 0  # in a row, since one was steady
        self._lost = False  # one of this round was lost, not refused

    @property
    def url(self) -> str:
        """The address to use now, as it is configured."""
        return self.urls[self.index]

    def steady(self) -> None:
        """The address in use served long enough to be trusted: the next loss begins a round."""
        self._failed = 0
        self._lost = False

    def failed(self, *, refused: bool) -> bool:
        """The address in use is gone, take the next; gives whether to try that one at once: not
        when a whole round has failed."""
        self._failed += 1
        self._lost = self._lost or not refused
        self.index = (self.index + 1) % len(self.urls)
        return self._failed % len(self.urls) != 0

    def round_refused(self) -> bool:
        """Whether every address of the round that ended refused us; begins the next round."""
        lost, self._lost = self._lost, False
        return not lost

    def back(self) -> None:
        """Go to the first address next."""
        self.index = 0
        self._failed = 0


async def answers(url: str, source_address: str, seconds: float = PROBE_S) -> bool:
    """Whether something listens at an address; an address without a host never does."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
        if not parts.hostname or not port:
            return False
        plane = (source_address, 0) if source_address else None
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(parts.hostname, port, local_addr=plane)
    except (OSError, ValueError):
        return False
    writer.close()
    return True


async def watch_first(
    endpoints: Endpoints,
    resolve: Callable[[str], str],
    source_address: str,
    every_s: float,
) -> None:
    """Return when the first address answers again; looks each `every_s` seconds."""
    while True:
        await asyncio.sleep(every_s)
        if await answers(resolve(endpoints.urls[0]), source_address):
            return
