"""Bases whose tiles lie in a file: each has a thread of its own, so that a disk that hangs holds up
its own base and neither the windows nor another base."""

import asyncio
import os
import threading
from abc import abstractmethod
from collections import deque
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue

from app.core.message import Message, message
from app.gis.tiles._base import Base, BaseState, NoTile, Place, Tile, bad
from app.gis.tiles.config import BaseConfig

MAX_WAITING = 512
"""Tiles that wait for one file; whoever has moved on long ago is not read for."""

_Job = tuple[Future[Tile | None], int, int, int]


class FileBase(Base):
    """A base of one file. `open`, `read` and `shut` run in its thread, one at a time."""

    def __init__(self, config: BaseConfig, place: Place) -> None:
        super().__init__(config, place)
        if not config.path:
            raise bad(config, "path", "a file")
        self._jobs: deque[_Job | None] = deque()
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._rung = False
        self._thread: threading.Thread | None = None
        self._ended: Future[None] = Future()
        self._fault: Message | None = None
        self._hurt: Message | None = None  # a part of the file cannot be read
        self._since = 0

    @abstractmethod
    def open(self, path: Path) -> None:
        """Open the file. Raises NoTile where it cannot be used."""

    @abstractmethod
    def read(self, z: int, x: int, y: int) -> Tile | None:
        """A tile, None where it has none. Raises NoTile."""

    @abstractmethod
    def shut(self) -> None:
        """Close what `open` opened, also where it failed."""

    def require_declared(self, *, is_vector: bool) -> None:
        """Raises NoTile where the file holds other tiles than the base says that it does."""
        if is_vector != self.config.vector:
            sentence = "mapbase.is_vector" if is_vector else "mapbase.is_raster"
            raise NoTile(message(sentence, base=self.config.id))

    def ask(self, z: int, x: int, y: int) -> Future[Tile | None]:
        """A tile, soon; from any thread."""
        answer: Future[Tile | None] = Future()
        if len(self._jobs) > MAX_WAITING:
            answer.set_exception(NoTile(message("mapbase.busy")))
            return answer
        if self._thread is None:
            name = f"tiles {self.config.id}"
            self._ended = Future()
            self._thread = threading.Thread(target=self._run, name=name, daemon=True)
            self._thread.start()
        self._put((answer, z, x, y))
        return answer

    async def tile(self, z: int, x: int, y: int) -> Tile | None:
        """See Base."""
        if not self.covers(z, x, y):
            return None
        return await asyncio.wrap_future(self.ask(z, x, y))

    def state(self) -> BaseState:
        """See Base."""
        if self._fault is not None:
            return BaseState("refused", reason=self._fault)
        if self._hurt is not None:
            return BaseState("late", since=self._since, reason=self._hurt)
        return BaseState("file" if self._since else "idle", since=self._since)

    async def close(self) -> None:
        """End the thread; one that hangs in its disk is left to end with the program."""
        thread = self.end()
        if thread is not None:
            await ended(self._ended, thread)

    def end(self) -> threading.Thread | None:
        """Tell the thread to end; gives it, None where there is none."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._put(None)
        return thread

    def _put(self, job: _Job | None) -> None:
        """Wakes the thread once for all that comes until it looks: a page asks for many at once,
        and each waking costs more than the tile."""
        self._jobs.append(job)
        if not self._rung:
            self._rung = True
            self._bell.put(None)

    # ---- in the thread

    def _run(self) -> None:
        try:
            path = self._found()
            self.open(path)
            self._since = path.stat().st_mtime_ns // 1_000_000
        except NoTile as error:
            self._fault = error.reason
        except OSError as error:
            self._fault = _unreadable(self.config, error)
        try:
            while (job := self._next()) is not None:
                self._answer(*job)
        finally:
            self.shut()
            self._ended.set_result(None)

    def _next(self) -> _Job | None:
        while not self._jobs:
            self._bell.get()
            self._rung = False  # before looking: what comes from now on rings again
        return self._jobs.popleft()

    def _answer(self, answer: Future[Tile | None], z: int, x: int, y: int) -> None:
        if not answer.set_running_or_notify_cancel():
            return
        try:
            if self._fault is not None:
                raise NoTile(self._fault)
            answer.set_result(self.read(z, x, y) if self.covers(z, x, y) else None)
        except OSError as error:
            self._hurt = _unreadable(self.config, error)
            answer.set_exception(NoTile(self._hurt))
        except NoTile as error:
            self._hurt = error.reason
            answer.set_exception(error)
        except Exception as error:  # noqa: BLE001  (whatever a file does, its reader hears of it)
            answer.set_exception(error)

    def _found(self) -> Path:
        """The file, where its settings or the city have it."""
        wanted = Path(self.config.path).expanduser()
        places = [wanted] if wanted.is_absolute() else [f / wanted for f in self.place.folders]
        for path in places:
            if path.is_file() and os.access(path, os.R_OK):
                return path
        raise NoTile(message("mapbase.no_file", file=wanted.name))


async def ended(done: Future[None], thread: threading.Thread, within: float = 2.0) -> None:
    """Wait until a thread has said that it is at its end; one that hangs is given up."""
    try:
        async with asyncio.timeout(within):
            await asyncio.shield(asyncio.wrap_future(done))
    except TimeoutError:
        return
    thread.join(within)  # it only has to return


def _unreadable(config: BaseConfig, error: OSError) -> Message:
    what = error.strerror or type(error).__name__
    return message("mapbase.unreadable", file=Path(config.path).name, error=what)
