"""Transactions of ops.db: the operators' decisions, saved before they are shown (rule 3)."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from app.store.driver import Connection
from app.store.pool import ReadPool
from app.store.writer import Db, Writer

T = TypeVar("T")


class Ops:
    """The way into ops.db; every call is one transaction on the writer thread."""

    def __init__(self, writer: Writer, pool: ReadPool) -> None:
        self._writer = writer
        self._pool = pool

    @property
    def waiting(self) -> int:
        """Transactions that have not begun."""
        return self._writer.waiting(Db.OPS)

    async def run(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn(connection)`; when this returns it is on the disk (synchronous=FULL).

        Raises what `fn` raises, with nothing of it kept; DiskFull where there is no room.
        Cancelling the waiter does not take back a transaction that has begun.
        """
        return await asyncio.wrap_future(self._writer.submit(Db.OPS, fn))

    def run_blocking(self, fn: Callable[[Connection], T]) -> T:
        """The same for the start and the command line; never on the GUI thread."""
        return self._writer.submit(Db.OPS, fn).result()

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn(connection)` on the read pool; it sees every decision saved before the call."""
        return await self._pool.run(fn)
