"""Two threads that read, each with a connection of its own to each database."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

from app.store.driver import Connection

T = TypeVar("T")
THREADS = 2


class ReadPool:
    """Runs reads off the calling thread; a reader sees what was committed when it began."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        """`connect` opens one read-only connection; called when a thread first needs it."""
        self._connect = connect
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="store-reader")
        self._free: SimpleQueue[Connection | None] = SimpleQueue()
        self._opened: list[Connection] = []
        for _ in range(THREADS):
            self._free.put(None)

    def submit(self, fn: Callable[[Connection], T]) -> "Future[T]":
        """Run `fn(connection)`; it must only read."""
        return self._executor.submit(self._run, fn)

    async def run(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn(connection)` and wait without blocking the loop."""
        return await asyncio.wrap_future(self.submit(fn))

    def close(self) -> None:
        """Stop running reads, end the threads, close the connections."""
        for connection in self._opened:
            connection.interrupt()
        self._executor.shutdown(cancel_futures=True)
        for connection in self._opened:
            connection.close()

    def _run(self, fn: Callable[[Connection], T]) -> T:
        connection = self._free.get()
        try:
            if connection is None:
                connection = self._connect()
                self._opened.append(connection)
            return fn(connection)
        finally:
            self._free.put(connection)
