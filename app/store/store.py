"""The store as one thing: opened at start, closed at the end, nothing left running."""

import fcntl
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from app.core.clock import Clock
from app.core.message import Message, Refusal, message
from app.core.precedence import Courtesy, Precedence
from app.store import backlog, backup, cameras, feed_history, positions, shown
from app.store.ballast import SIZE, Ballast
from app.store.cameras import CameraList, Stage
from app.store.daily import DailyCopy
from app.store.driver import Connection, Durability, connect, require_version
from app.store.feed_history import FeedSpan, FeedVolume
from app.store.opening import CHECK_AT_ONCE, is_sound, open_database
from app.store.ops import Ops
from app.store.pool import ReadPool
from app.store.queries import Queries
from app.store.recorder import MAX_READINGS, RETRY_S, Recorder
from app.store.salvage import Salvaged, salvage
from app.store.settings import settle
from app.store.telemetry import Telemetry
from app.store.upkeep import Retention, Upkeep
from app.store.writer import Db, Writer, transact

CLOSE_S = 4.0  # a transaction begun before that takes at most another second


class Store:
    """`cache.db` and `ops.db` of one folder. Make it with `open`."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        key: str | None,
        retention: Retention,
        ballast_bytes: int,
        max_readings: int,
        retry_s: float,
        check_at_once: int,
        precedence: Precedence,
    ) -> None:
        self.reports: list[Message] = []
        """What the officer should know, oldest first; grows while the program runs."""
        self._folder = folder
        self._clock = clock
        self._closing = False
        self._lock = _lock(folder)
        try:
            settle(folder, key)
            self._opened = {
                db: open_database(folder, db, key, clock.now(), self.reports.append, check_at_once)
                for db in Db
            }
        except BaseException:
            os.close(self._lock)
            raise
        self._pools = {db: ReadPool(partial(_reader, folder / f"{db.value}.db", key)) for db in Db}
        self._ballast = Ballast(folder, ballast_bytes)
        self._ballast.place()
        cache = self._opened[Db.CACHE]
        courtesy = Courtesy(precedence)
        self._upkeep = Upkeep(clock, retention, self._ballast.place)
        self.recorder = Recorder(
            None if cache.newer else Telemetry(cache.connection, courtesy.give_way),
            self._upkeep.horizon,
            self.reports.append,
            self._release,
            max_readings,
            retry_s=retry_s,
        )
        self._daily = DailyCopy(
            folder / "backup",
            clock,
            partial(self._copy, Db.OPS),
            self._pools[Db.OPS].submit,
            self.reports.append,
        )
        self._writer = Writer(
            {db: opened.connection for db, opened in self._opened.items()},
            self._pump,
            self._release,
            {db: opened.newer for db, opened in self._opened.items() if opened.newer},
        )
        self.recorder.hurry = self._writer.hurry
        self.queries = Queries(self._pools[Db.CACHE], unknown_form=cache.newer is not None)
        self.ops = Ops(self._writer, self._pools[Db.OPS])
        self._writer.start()
        self._check_later()

    @classmethod
    def open(
        cls,
        folder: Path,
        clock: Clock,
        key: str | None = None,
        *,
        retention: Retention | None = None,
        ballast_bytes: int = SIZE,
        max_readings: int = MAX_READINGS,
        retry_s: float = RETRY_S,
        check_at_once: int = CHECK_AT_ONCE,
        precedence: Precedence | None = None,
    ) -> "Store":
        """Open or make the databases; waits. What was found wrong is in `reports`.

        `key` None leaves them plain, a choice written to `store.toml` at the first start; 64
        hexadecimal digits are a raw key, anything else a passphrase. Raises Refusal where the
        folder cannot be used, another program has it, or the key does not fit that choice.
        `retry_s` is how often a full disk is tried again; files of more than `check_at_once`
        bytes are checked while they are already in use; the writer gives way to who takes
        `precedence`.
        """
        require_version()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise Refusal(message("store.folder", folder=str(folder), error=reason)) from error
        return cls(
            folder,
            clock,
            key,
            retention or Retention(),
            ballast_bytes,
            max_readings,
            retry_s,
            check_at_once,
            precedence or Precedence(),
        )

    def close(self, within_s: float = CLOSE_S) -> None:
        """Write what waits, end the threads, close the files.

        Decisions, warnings and other records are always written; of a long backlog of readings
        only what begins within the time given, the rest is counted and logged.
        """
        self._closing = True
        self.recorder.finish(within_s)
        self._writer.close()
        self.recorder.count_left()
        for pool in self._pools.values():
            pool.close()
        for opened in self._opened.values():
            opened.connection.close()
        lock, self._lock = self._lock, -1  # never twice: its number may be another file's by then
        os.close(lock)

    async def backup(self, target: Path) -> list[Path]:
        """Copy both databases into a folder while they are in use; gives the verified copies."""
        return [await self._pools[db].run(partial(self._copy, db, target)) for db in Db]

    def backup_blocking(self, target: Path) -> list[Path]:
        """The same for the command line."""
        return [self._pools[db].submit(partial(self._copy, db, target)).result() for db in Db]

    def salvage(self, damaged: Path, into: Db, key: str | None) -> Salvaged:
        """Add the readable rows of a damaged file, however long it takes; for the command line."""
        return self._writer.call(
            into, lambda target: salvage(damaged, target, key, math.inf)
        ).result()

    def keep_screen(self, screen: str, body: bytes) -> None:
        """Record what a screen shows (masked JSON); does not wait."""
        now = self._clock.now()
        self._writer.submit(Db.CACHE, lambda cache: shown.write_screen(cache, now, screen, body))

    def keep_positions(self, rows: Iterable[positions.Snapshot]) -> Future[None]:
        """Record where moving things are; the future ends when it is on the disk."""
        return self._writer.submit(Db.CACHE, lambda cache: positions.put(cache, rows))

    def keep_cameras(
        self, rows: Sequence[CameraList], gone: Sequence[tuple[str, Stage]] = ()
    ) -> Future[None]:
        """Record what video platforms listed, all of it or nothing, and let go of `gone`; the
        future ends when it is on the disk."""
        return self._writer.submit(Db.CACHE, lambda cache: cameras.write(cache, rows, gone))

    def keep_catalogue(self, kind: str, version: str, body: bytes) -> None:
        """Record a catalogue, rule file or scene under its version hash; does not wait."""
        now = self._clock.now()
        self._writer.submit(
            Db.CACHE, lambda cache: shown.write_catalogue(cache, kind, version, now, body)
        )

    def keep_backlog(self, spans: Mapping[str, backlog.Spans]) -> Future[None]:
        """Record what sources have still to bring, when what they brought before this call is on
        the disk; the future ends then."""
        return self._writer.call(Db.CACHE, partial(self._keep_backlog, spans))

    def keep_feeds(self, volumes: Sequence[FeedVolume], spans: Sequence[FeedSpan]) -> Future[None]:
        """Record what feeds brought and how their lines stood; does not have to be waited for."""
        return self._writer.submit(
            Db.CACHE, lambda cache: feed_history.write(cache, volumes, spans)
        )

    def saved(self) -> Future[bool]:
        """Ends when what was submitted before this call was written: whether it is on the disk."""
        return self._writer.call(Db.CACHE, self._saved)

    def flush(self) -> None:
        """Write what was submitted now; waits. What a full disk refuses stays in the queue."""
        self._writer.call(Db.CACHE, self._drain).result()

    def upkeep(self) -> None:
        """Pack closed days and let go of what is past its time now; waits."""
        self._writer.call(Db.CACHE, self._upkeep.whole).result()

    def _copy(self, db: Db, target: Path, source: Connection) -> Path:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = target / backup.name(db, self._clock.now())
        backup.copy(source, path, self._opened[db].key)
        return path

    def _keep_backlog(self, spans: Mapping[str, backlog.Spans], cache: Connection) -> None:
        self._drain(cache)
        if self.recorder.trouble is None and self._opened[Db.CACHE].newer is None:
            transact(cache, "cache.db", lambda inside: backlog.write(inside, spans))

    def _saved(self, cache: Connection) -> bool:
        self._drain(cache)
        return self.recorder.trouble is None and self._opened[Db.CACHE].newer is None

    def _drain(self, cache: Connection) -> None:
        while self.recorder.pump(cache):
            pass

    def _pump(self, cache: Connection) -> bool:
        if self.recorder.pump(cache):
            return True
        if self._closing:
            return False
        self._daily.step()
        if self._opened[Db.CACHE].newer or self.recorder.trouble is not None:
            return False
        return self.recorder.guard(cache, self._upkeep.step)

    def _release(self) -> bool:
        if not self._ballast.release():
            return False
        self.reports.append(message("store.ballast_used"))
        return True

    def _check_later(self) -> None:
        """Check the files that are too large to be checked before the wall is up."""
        for db, opened in self._opened.items():
            if opened.check_later:
                self._pools[db].submit(partial(self._check, db))

    def _check(self, db: Db, connection: Connection) -> None:
        if is_sound(connection) or self._closing:  # a check cut off by the exit finds nothing
            return
        file = self._folder / f"{db.value}.db"
        file.with_name(f"{file.name}.suspect").touch()
        self.reports.append(message("store.damaged_found", file=file.name))


def _reader(path: Path, key: str | None) -> Connection:
    return connect(path, key, Durability.NORMAL, read_only=True)


def _lock(folder: Path) -> int:
    """Hold the folder for this process; the system lets go of it even when we are killed."""
    descriptor = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise Refusal(message("store.in_use", folder=str(folder))) from error
    return descriptor
