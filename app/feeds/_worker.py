"""A thread of one feed's own, for what can only be waited for: a driver, a mounted folder.

Feeds share no such thread: a database that hangs for a day holds up the thread of its own feed and
nobody else's. The thread begins with the first call, ends with `close`, and never keeps the program
from ending.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeVar, cast

from app.core.message import message
from app.feeds._base import Lost

GRACE_S = 5.0
"""How much longer a call is waited for than what it calls was told to give up after."""

T = TypeVar("T")
_Job = tuple[Callable[[], Any], "asyncio.Future[Any]", asyncio.AbstractEventLoop]


class Worker:
    """Runs calls one after the other. Everything but the calls happens in the feed's loop."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[_Job | Callable[[], object]] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._stuck: asyncio.Future[Any] | None = None

    async def call(self, work: Callable[[], T], within: float) -> T:
        """What `work` gives or raises; raises Lost after so many seconds. An earlier call that was
        given up and still goes on is waited for first, as long."""
        if self._stuck is not None:
            _, going_on = await asyncio.wait([self._stuck], timeout=within)
            if going_on:
                raise Lost(message("worker.stuck"))
            self._stuck = None
        loop = asyncio.get_running_loop()
        result: asyncio.Future[Any] = loop.create_future()
        result.add_done_callback(_look_at)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        self._jobs.put((work, result, loop))
        try:
            async with asyncio.timeout(within):
                return cast(T, await asyncio.shield(result))
        except TimeoutError as error:
            if result.done():
                raise
            self._stuck = result
            raise Lost(message("feed.timeout")) from error
        except asyncio.CancelledError:
            self._stuck = result
            raise

    def close(self, last: Callable[[], object] = lambda: None) -> None:
        """End the thread when what it does is done, and `last`; a later call begins another."""
        if self._thread is not None:
            self._jobs.put(last)
            self._jobs, self._thread = SimpleQueue(), None

    def _run(self) -> None:
        jobs = self._jobs
        while isinstance(job := jobs.get(), tuple):
            work, result, loop = job
            try:
                answer, error = work(), None
            except BaseException as caught:  # noqa: BLE001  (it is the caller's)
                answer, error = None, caught
            with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
                loop.call_soon_threadsafe(_settle, result, answer, error)
            del job, work, result, answer, error
        job()


def _settle(result: "asyncio.Future[Any]", answer: Any, error: BaseException | None) -> None:
    if result.done():
        return
    if error is None:
        result.set_result(answer)
    else:
        result.set_exception(error)


def _look_at(result: "asyncio.Future[Any]") -> None:
    """An error that came after the call was given up is nobody's; asyncio need not say so."""
    if not result.cancelled():
        result.exception()
