"""The workers as their parent sees them: who decodes what, into which memory.

    pool = Pool(heard)
    await pool.start()
    pool.open(Open(stream=1, url=...))          # heard(Opened(...)) or heard(Failed(...)) follows
    place = pool.show(1, 640, 360)              # rows and segments are the pool's to give
    await pool.hide(place.row)
    await pool.close(1)
    await pool.stop()

All of it is for one event loop. A worker that dies takes its streams along: each is told as failed
with `Fault.WORKER`, its rows keep their last picture, and the `Open` that follows goes to another
worker, which is told of these rows. A worker that does not answer is killed.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from app.core.camera_mask import Areas
from app.video.board import BYTES, ROWS, SLOTS, Rows, rows, slot_bytes
from app.video.process import Silence, WorkerProcess
from app.video.segments import Segment, clear
from app.video.tile import Place
from app.video.wire import (
    Clip,
    Close,
    Closed,
    Cover,
    Failed,
    Fault,
    Hidden,
    Hide,
    Listen,
    Made,
    Open,
    Opened,
    PixelFormat,
    Rest,
    Rung,
    Seek,
    Show,
    Snap,
    Step,
)

log = logging.getLogger(__name__)

Heard = Callable[[Opened | Failed], None]

FILE_S = 60.0
"""A clip or picture that takes longer is not waited for."""
SUSPECT = 2
"""A stream whose worker died so often goes to a worker apart from the others; if that one dies of
it alone, it is opened no more."""
STEADY_S = 60.0
"""What ran for so long did not end its worker."""
MAX_APART = 4


def worker_count(cores: int) -> int:
    """One process per core but one. Never a single one: threads of one interpreter do not fill
    two cores, and a process that dies does not take every tile along."""
    return max(2, cores - 1)


class NoRoom(RuntimeError):
    """No row or no memory is left for another picture."""


class _Shown:
    """A row that is given away."""

    def __init__(self, show: Show, segment: Segment) -> None:
        self.show = show
        self.segment = segment


class Pool:
    """Workers, as many as `worker_count` says."""

    def __init__(self, heard: Heard, *, workers: int | None = None) -> None:
        self._heard = heard
        cores = os.cpu_count() or 2
        self._count = workers or worker_count(cores)
        self._cores = -(-cores // self._count)  # of each worker
        self._workers: list[WorkerProcess] = []
        self._apart: list[WorkerProcess] = []
        self._home: dict[int, WorkerProcess] = {}
        self._shown: dict[int, _Shown] = {}
        self._free = list(range(ROWS - 1, -1, -1))
        self._since: dict[int, float] = {}
        self._deaths: dict[int, int] = {}
        self._poison: set[int] = set()
        self._tickets = count(1)
        self._board: Segment | None = None
        self._rows: Rows | None = None

    @property
    def board(self) -> Rows:
        """The rows; to be read at any time after `start`."""
        assert self._rows is not None
        return self._rows

    @property
    def board_name(self) -> str:
        """The segment that the board lies in."""
        assert self._board is not None
        return self._board.name

    @property
    def workers(self) -> int:
        """How many processes run now."""
        return sum(worker.ready for worker in (*self._workers, *self._apart))

    def pids(self) -> list[int]:
        """Their process ids."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    def process_of(self, stream: int) -> int | None:
        """The process that decodes a stream now."""
        worker = self._home.get(stream)
        return worker.pid if worker is not None else None

    async def start(self) -> None:
        """Clear what others left behind, make the board, start the processes."""
        for name in clear():
            log.info("segment %s was left behind", name)
        self._board = Segment(BYTES)
        self._rows = rows(self._board.memory)
        self._workers = [self._new() for _ in range(self._count)]
        await asyncio.gather(*(worker.start() for worker in self._workers))

    async def stop(self) -> None:
        """End the processes and give all memory back."""
        await asyncio.gather(*(worker.stop() for worker in (*self._workers, *self._apart)))
        self._workers, self._apart = [], []
        self._home.clear()
        for shown in self._shown.values():
            shown.segment.unlink()
        self._shown.clear()
        if self._board is not None:
            self._board.unlink()

    def open(self, order: Open) -> None:
        """Read a stream, or read it anew; what it was shown in goes on."""
        stream = order.stream
        if stream in self._poison:
            self._heard(Failed(stream, Fault.UNREADABLE, "it ends its process"))
            return
        worker = self._home.get(stream)
        if worker is not None:
            worker.send(order)
            return
        worker = self._home[stream] = self._choose(stream)
        self._since[stream] = time.monotonic()
        worker.send(order)
        for shown in self._of(stream):
            worker.send(shown.show)

    def show(
        self, stream: int, width: int, height: int, format_: PixelFormat = PixelFormat.BGRA
    ) -> Place:
        """Write a stream's pictures into a row of their own. For BGRA the size is that of the
        picture on the screen, for YUV the largest that the stream is believed to have. Raises
        NoRoom."""
        if not self._free:
            raise NoRoom("rows")
        size = slot_bytes(width, height, format_)
        try:
            segment = Segment(size * SLOTS)
        except OSError as error:
            raise NoRoom("memory") from error
        row = self._free.pop()
        show = Show(stream, row, segment.name, size, width, height, format_)
        self._shown[row] = _Shown(show, segment)
        worker = self._home.get(stream)
        if worker is not None:
            worker.send(show)
        return Place(row, segment.name, size)

    async def hide(self, row: int) -> None:
        """Give a row and its memory back; returns when nobody writes there any more."""
        shown = self._shown.pop(row, None)
        if shown is None:
            return
        stream = shown.show.stream
        worker = self._home.get(stream)
        if worker is not None:
            await self._answer(worker, Hide(stream, row), ("hidden", stream, row))
        self._release(shown)

    def step(self, stream: int, rung: Rung, fps: float = 0.0) -> None:
        """Decode more or less of a stream."""
        worker = self._home.get(stream)
        if worker is not None:
            worker.send(Step(stream, rung, fps))

    def cover(self, stream: int, mask: Areas) -> None:
        """Cover these areas of a stream's pictures from now on."""
        worker = self._home.get(stream)
        if worker is not None:
            worker.send(Cover(stream, mask))

    def listen(self, stream: int, segment: str = "", rate: int = 0) -> None:
        """Write the sound of a stream into a ring; none without a segment."""
        worker = self._home.get(stream)
        if worker is not None:
            worker.send(Listen(stream, segment, rate))

    def seek(self, stream: int, at_s: float, speed: float = 1.0) -> None:
        """Go to a second of a file and on at a speed; 0 stands still."""
        worker = self._home.get(stream)
        if worker is not None:
            worker.send(Seek(stream, at_s, speed))

    def rest(self, stream: int) -> None:
        """Read a stream no more until it is opened again; its rows keep their last picture."""
        worker = self._home.get(stream)
        if worker is not None:
            worker.send(Rest(stream))

    async def close(self, stream: int) -> None:
        """Read a stream no more, and give its rows back."""
        gone = [self._shown.pop(shown.show.row) for shown in self._of(stream)]
        worker = self._home.pop(stream, None)
        self._deaths.pop(stream, None)
        self._since.pop(stream, None)
        self._poison.discard(stream)
        if worker is not None:
            await self._answer(worker, Close(stream), ("closed", stream))
        for shown in gone:
            self._release(shown)
        if worker in self._apart and worker not in self._home.values():
            self._apart.remove(worker)
            await worker.stop()

    async def clip(self, stream: int, path: Path, seconds: float = 30.0) -> Made:
        """Write the kept packets of the last seconds as MP4."""
        ticket = next(self._tickets)
        return await self._made(stream, Clip(stream, ticket, str(path), seconds))

    async def snap(self, stream: int, path: Path) -> Made:
        """Write the newest picture as JPEG or PNG."""
        ticket = next(self._tickets)
        return await self._made(stream, Snap(stream, ticket, str(path)))

    async def _made(self, stream: int, order: Clip | Snap) -> Made:
        worker = self._home.get(stream)
        if worker is None:
            return Made(order.ticket, made=False, detail="not open")
        try:
            answer = await worker.ask(order, ("made", order.ticket), FILE_S)
        except Silence as error:
            return Made(order.ticket, made=False, detail=str(error))
        return answer if isinstance(answer, Made) else Made(order.ticket, made=False)

    async def _answer(
        self, worker: WorkerProcess, order: Hide | Close, key: tuple[str | int, ...]
    ) -> None:
        """Wait for an answer; who gives none is dead, or ends now."""
        try:
            await worker.ask(order, key)
        except Silence:
            worker.kill()

    def _release(self, shown: _Shown) -> None:
        shown.segment.unlink()
        row = shown.show.row
        self.board[row] = 0
        self._free.append(row)

    def _of(self, stream: int) -> list[_Shown]:
        return [shown for shown in self._shown.values() if shown.show.stream == stream]

    def _choose(self, stream: int) -> WorkerProcess:
        homes = list(self._home.values())
        if self._deaths.get(stream, 0) < SUSPECT:
            return min(self._workers, key=homes.count)
        if len(self._apart) < MAX_APART and all(worker in homes for worker in self._apart):
            self._apart.append(self._new())
            self._apart[-1].start_soon()
        return min(self._apart, key=homes.count)

    def _new(self) -> WorkerProcess:
        assert self._board is not None
        return WorkerProcess(self._board.name, self._cores, self._hear, self._died)

    def _hear(self, report: Opened | Failed | Hidden | Closed | Made) -> None:
        if isinstance(report, Opened | Failed) and report.stream in self._home:
            self._heard(report)

    def _died(self, worker: WorkerProcess) -> None:
        """Its streams may be opened again at once, elsewhere."""
        streams = [stream for stream, home in self._home.items() if home is worker]
        log.error("a video worker ended; its %d streams are opened again", len(streams))
        for stream in streams:
            del self._home[stream]
            steady = time.monotonic() - self._since[stream] > STEADY_S
            self._deaths[stream] = 1 if steady else self._deaths.get(stream, 0) + 1
            if streams == [stream] and self._deaths[stream] > SUSPECT:
                self._poison.add(stream)
        if worker in self._apart:
            self._apart.remove(worker)
            worker.dismiss()
        for stream in streams:
            self._heard(Failed(stream, Fault.WORKER, "its process ended"))
