"""The demonstration's video platform as a process that is there: one that dies is started again, at
the same addresses, with waits that grow."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlsplit

from app.child import Child
from app.city import City
from app.core.message import Message, Refusal
from app.sim.child import VideoPorts, start_video
from app.video.reconnect import BackOff
from app.video.wire import Fault

LOOK_S = 1.0

log = logging.getLogger("chengmai.video")


class DemoPlatform:
    """Made on the main loop; `said` takes what an officer is to be told."""

    def __init__(self, city: City, said: Callable[[Message], object]) -> None:
        self._city = city
        self._said = said
        self._loop = asyncio.get_running_loop()
        self._child: Child | None = None
        self._ports = VideoPorts()
        self._back = BackOff(random.Random())  # noqa: S311  (spreads attempts, no secret)
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self.starts = 0
        """How often it came up."""

    @property
    def pid(self) -> int | None:
        """Of the process, while one is known."""
        return self._child.pid if self._child is not None else None

    def serve(self) -> dict[str, str]:
        """In a thread, once: start it; gives what `sim://` names stand for, nothing where it does
        not start."""
        try:
            endpoints = self._start()
        except Refusal as refusal:
            log.error("%s", refusal)
            self._tell(partial(self._said, refusal.reason))
            return {}
        self._tell(self._watch)
        return endpoints

    async def stop(self) -> None:
        """End it."""
        self._stopping = True
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        child, self._child = self._child, None
        if child is not None:
            await asyncio.get_running_loop().run_in_executor(None, child.stop)

    def _start(self) -> dict[str, str]:
        self._child, endpoints = start_video(self._city, self._ports)
        self._ports = ports_of(endpoints)
        self.starts += 1
        return endpoints

    def _tell(self, what: Callable[[], object]) -> None:
        try:
            self._loop.call_soon_threadsafe(what)
        except RuntimeError:  # the program ended meanwhile
            log.debug("started after the end")

    def _watch(self) -> None:
        if not self._stopping:
            self._task = self._loop.create_task(self._keep(), name="demonstration's video platform")

    async def _keep(self) -> None:
        self._back.good(self._loop.time())
        while True:
            await asyncio.sleep(LOOK_S)
            child = self._child
            if child is None or child.is_running:
                continue
            until = self._back.failed(Fault.UNREACHABLE, self._loop.time())
            log.warning("the demonstration's video platform ended; it is started again")
            await asyncio.sleep(until - self._loop.time())
            await self._again(child)

    async def _again(self, dead: Child) -> None:
        """One attempt; it is not left half way."""
        await self._loop.run_in_executor(None, dead.stop)
        attempt = self._loop.run_in_executor(None, self._start)
        try:
            await asyncio.shield(attempt)
        except Refusal as refusal:
            log.error("%s", refusal)
            return
        except asyncio.CancelledError:
            await asyncio.wait([attempt])
            raise
        self._back.good(self._loop.time())


def ports_of(endpoints: Mapping[str, str]) -> VideoPorts:
    """Where it listens; 0 where that is not known."""
    found = {name.rpartition("/")[2]: urlsplit(url).port or 0 for name, url in endpoints.items()}
    return VideoPorts(found.get("rtsp", 0), found.get("wvp", 0))
