"""The one thread that writes, for both databases.

Jobs run one at a time in the order given, an operator's before the telemetry's; between jobs, and
when their time has come, the pump is called (the recorder's transactions). With one writer and
BEGIN IMMEDIATE there is no lock to wait for and none to fail on.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from enum import StrEnum
from typing import Any, TypeVar

from app.core.message import Refusal, message
from app.store.driver import Connection, DiskFull, OperationalError

T = TypeVar("T")
PUMP_S = 1.0


class Db(StrEnum):
    """Which database; an operator's decisions stand in OPS and go first."""

    OPS = "ops"
    CACHE = "cache"


_Job = tuple[Callable[[Connection], Any], "Future[Any]", bool]


class Writer:
    """Owns the writing connections; started by the store, ended by `close`."""

    def __init__(
        self,
        connections: dict[Db, Connection],
        pump: Callable[[Connection], bool],
        release: Callable[[], bool],
        read_only: dict[Db, Refusal] | None = None,
    ) -> None:
        """`pump` writes what waits for CACHE and gives True while more waits; it lets no error
        escape. `release` frees room on a full disk and gives False where there is none to free.
        `read_only` says why a database takes no writes."""
        self._connections = connections
        self._pump = pump
        self._release = release
        self._read_only = read_only or {}
        self._jobs: dict[Db, deque[_Job]] = {Db.OPS: deque(), Db.CACHE: deque()}
        self._condition = threading.Condition()
        self._closing = False
        self._hurry = False
        self._pump_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def submit(self, db: Db, fn: Callable[[Connection], T]) -> "Future[T]":
        """Run `fn` in one transaction of a database; the future ends when it is on the disk.

        The future raises what `fn` raises (all of it is rolled back), or DiskFull.
        """
        return self._enter(db, fn, own=False)

    def call(self, db: Db, fn: Callable[[Connection], T]) -> "Future[T]":
        """Run `fn` on the writer thread outside a transaction: it makes its own."""
        return self._enter(db, fn, own=True)

    def waiting(self, db: Db) -> int:
        """Jobs that have not begun."""
        return len(self._jobs[db])

    def hurry(self) -> None:
        """Call the pump now: a lot waits."""
        with self._condition:
            self._hurry = True
            self._condition.notify()

    def close(self) -> None:
        """Do what waits, pump the rest, end the thread."""
        with self._condition:
            self._closing = True
            self._condition.notify()
        self._thread.join()

    def _enter(self, db: Db, fn: Callable[[Connection], T], *, own: bool) -> "Future[T]":
        future: Future[T] = Future()
        with self._condition:
            if self._closing:
                raise Refusal(message("store.closed"))
            self._jobs[db].append((fn, future, own))
            self._condition.notify()
        return future

    def _run(self) -> None:
        more = False
        while True:
            job = self._next(more)
            if job is not None:
                self._perform(job[0], *job[1])
                continue
            more = self._pump(self._connections[Db.CACHE])
            self._pump_at = time.monotonic() + PUMP_S
            if self._closing and not more and not any(self._jobs.values()):
                return

    def _next(self, more: bool) -> tuple[Db, _Job] | None:
        """The next job, or None when it is time to pump; a flood of jobs never starves the pump."""
        with self._condition:
            if not more and not self._ready():
                self._condition.wait_for(self._ready, self._pump_at - time.monotonic())
            if not self._hurry and time.monotonic() < self._pump_at + PUMP_S:
                for db, jobs in self._jobs.items():
                    if jobs:
                        return db, jobs.popleft()
            self._hurry = False
        return None

    def _ready(self) -> bool:
        return self._closing or self._hurry or any(self._jobs.values())

    def _perform(
        self, db: Db, fn: Callable[[Connection], Any], future: "Future[Any]", own: bool
    ) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = fn(self._connections[db]) if own else self._transact(db, fn)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits on the future
            future.set_exception(error)
        else:
            future.set_result(result)

    def _transact(self, db: Db, fn: Callable[[Connection], T]) -> T:
        connection, file = self._connections[db], f"{db.value}.db"
        if db in self._read_only:
            return _only_read(connection, self._read_only[db], fn)
        try:
            return transact(connection, file, fn)
        except DiskFull:
            if not self._release():
                raise
            return transact(connection, file, fn)


def _only_read(connection: Connection, why: Refusal, fn: Callable[[Connection], T]) -> T:
    """Run `fn` where it only reads; a write raises Refusal."""
    connection.execute("BEGIN")
    try:
        return fn(connection)
    except OperationalError as error:
        if "readonly" in str(error):
            raise why from error
        raise
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def transact(connection: Connection, file: str, fn: Callable[[Connection], T]) -> T:
    """Run `fn` in one immediate transaction; rolls back and raises where it raises."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        result = fn(connection)
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if is_full(error):
            raise DiskFull(file) from error
        raise
    return result


def is_full(error: BaseException) -> bool:
    """Whether a driver's error says that the disk has no room (SQLITE_FULL, or a failed write)."""
    return isinstance(error, OperationalError) and (
        "disk is full" in str(error) or "disk I/O error" in str(error)
    )
