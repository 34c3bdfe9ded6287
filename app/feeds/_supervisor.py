"""The life of one feed: connect, run, lose, wait a jittered while, connect again.

A loss is logged once and its recovery once, whatever number of attempts lies between. Where the
source has several addresses the next is tried at once, and the first again when it answers
(app/feeds/_endpoints.py). Attempts of all feeds stand in one line (app/feeds/_reconnects.py).
"""

import asyncio
import logging
import random
from typing import ClassVar

import msgspec

from app.core.clock import iso
from app.core.health import FeedState
from app.core.message import Message, message
from app.core.privacy import Privacy
from app.feeds._base import Feed, Lost, Refused
from app.feeds._endpoints import watch_first
from app.feeds._reconnects import Reconnects, Turn
from app.feeds._sink import Sink
from app.feeds._unreachable import unreachable
from app.secrets import NoSecret

log = logging.getLogger("chengmai.feeds")


class Pace(msgspec.Struct, frozen=True):
    """Back-off in seconds: doubles from `first` to `most`, each time cut to between half and all
    of it; `refused` is the wait after a refusal, because devices lock out who tries quickly."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    first: float = 1.0
    most: float = 60.0
    refused: float = 300.0
    steady: float = 30.0  # a connection that stood so long starts the next back-off anew
    fail_back: float = 180.0  # how often the first address is looked for from a later one

    def wait(self, failures: int) -> float:
        """How long to wait after so many failures in a row (from 1)."""
        longest = min(self.most, self.first * float(1 << min(failures - 1, 20)))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311  (spreads reconnects, no secret)


class Supervisor:
    """Runs one feed until it is stopped; `reconnects` is the line in which it waits with others."""

    def __init__(
        self, feed: Feed, sink: Sink, pace: Pace, reconnects: Reconnects | None = None
    ) -> None:
        self._feed = feed
        self._sink = sink
        self._pace = pace
        self._reconnects = reconnects or Reconnects()
        self._endpoints = feed.endpoints
        self._now = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._probe: asyncio.Task[None] | None = None
        self._going_back = False
        self._lost_since = 0
        self._failures = 0
        self._rounds = 0  # of all addresses, in a row without success
        self._up_at = 0.0
        self._asked_wait = 0.0  # by the source, after the last failure

    async def run(self) -> None:
        """Until cancelled, or until the source says that it has no more."""
        turn = Turn.FIRST
        while True:
            await self._in_line(turn)
            trouble = await self._once()
            turn = Turn.AGAIN
            if self._now.is_set():  # somebody wants it tried at once
                self._now.clear()
                turn = Turn.ASKED
                continue
            if self._going_back:
                self._going_back = False
                continue
            if trouble is None:
                self._sink.state(FeedState.STOPPED)
                return
            delay = self._fail(trouble)
            if not delay:
                continue
            try:
                async with asyncio.timeout(delay):
                    await self._now.wait()
            except TimeoutError:
                continue
            self._now.clear()
            turn = Turn.ASKED

    def reconnect(self) -> None:
        """Try now, the first address first: cut a standing connection, or end the waiting."""
        self._endpoints.back()
        self._now.set()
        if self._running is not None:
            self._running.cancel()

    async def _in_line(self, turn: Turn) -> None:
        """Wait for a turn; who is asked for meanwhile goes before the others."""
        waiting = asyncio.create_task(self._reconnects.turn(turn), name="turn")
        asked = asyncio.create_task(self._now.wait(), name="asked")
        try:
            await asyncio.wait((waiting, asked), return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                return
        finally:
            waiting.cancel()
            asked.cancel()
        self._now.clear()
        await self._reconnects.turn(Turn.ASKED)

    async def _once(self) -> Message | Refused | None:
        self._up_at = 0.0
        self._running = asyncio.create_task(self._connect(), name=f"feed {self._sink.config.id}")
        try:
            await asyncio.wait([self._running])
        finally:
            self._running.cancel()
            left = [task for task in (self._running, self._probe) if task is not None]
            if self._probe is not None:
                self._probe.cancel()
            await asyncio.wait(left)
            ended, self._running, self._probe = self._running, None, None
        if ended.cancelled():
            return message("feed.reconnect")
        error = ended.exception()
        if error is None:
            return None
        return self._reason(error)

    async def _connect(self) -> None:
        await self._feed.run(self._sink, self._up)

    async def _look_for_first(self) -> None:
        config, feed = self._sink.config, self._feed
        try:
            every_s = self._pace.fail_back
            await watch_first(self._endpoints, feed.resolve, config.source_address, every_s)
        except Lost:  # the first is a placeholder that stands for nothing here
            return
        log.info("feed %s goes back to its first address", config.id)
        self._endpoints.back()
        self._going_back = True
        if self._running is not None:
            self._running.cancel()

    def _reason(self, error: BaseException) -> Message | Refused:
        if isinstance(error, Lost):
            self._asked_wait = error.after
            return error.reason
        if isinstance(error, Refused):
            return error
        if isinstance(error, NoSecret):
            return Refused(error.reason)
        if isinstance(error, TimeoutError):
            return message("feed.timeout")
        if isinstance(error, OSError):
            return unreachable(error)
        log.error("feed %s broke", self._sink.config.id, exc_info=error)
        return Refused(message("feed.broken", error=type(error).__name__))

    def _up(self) -> None:
        now = self._sink.clock.now()
        self._up_at = asyncio.get_running_loop().time()
        if self._lost_since:
            log.info("feed %s is back, lost since %s", self._sink.config.id, iso(self._lost_since))
        self._lost_since = 0
        index = self._endpoints.index
        self._sink.state(
            FeedState.LIVE,
            connected_since=now,
            lost_since=0,
            attempts=0,
            next_attempt=0,
            endpoint=index,
        )
        # Through a proxy nobody can look; such a feed comes back with its next round.
        if index and self._probe is None and not self._sink.config.proxy:
            self._probe = asyncio.create_task(self._look_for_first(), name="probe")

    def _fail(self, trouble: Message | Refused) -> float:
        """Note a failure; gives the seconds to wait, 0 where another address is tried at once."""
        if self._up_at and asyncio.get_running_loop().time() - self._up_at >= self._pace.steady:
            self._failures = self._rounds = 0
            self._endpoints.steady()
        self._failures += 1
        refused = isinstance(trouble, Refused)
        reason = trouble.reason if isinstance(trouble, Refused) else trouble
        delay = self._delay(refused=refused)
        now = self._sink.clock.now()
        if not self._lost_since:
            self._lost_since = now
            log.warning("feed %s is lost: %s", self._sink.config.id, reason)
        self._sink.state(
            FeedState.REFUSED if refused else FeedState.LOST,
            reason,
            lost_since=self._lost_since,
            connected_since=0,
            attempts=self._failures,
            next_attempt=now + round(delay * 1000),
        )
        return delay

    def _delay(self, *, refused: bool) -> float:
        asked, self._asked_wait = self._asked_wait, 0.0
        if self._endpoints.failed(refused=refused):
            return 0.0
        self._rounds += 1
        if self._endpoints.round_refused():
            return max(self._pace.refused, asked)
        return max(self._pace.wait(self._rounds), asked)
