"""A wall without windows for `bench video`: the real pool, and a thread that looks at the board as
a presenter does and copies every new picture out of shared memory."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.bench._base import proc_cpu, proc_pss
from app.bench._video_clip import SECONDS, number_of
from app.video.board import SLOTS, Rows
from app.video.pool import Pool
from app.video.segments import attach
from app.video.tile import Place
from app.video.wire import Failed, Open, Opened, Rung, Source

POLL_S = 0.016
WALL = (1920, 1080)


class Poller:
    """Looks at the board every POLL_S and copies what is new, as a blit would."""

    def __init__(self, board: Rows, places: Sequence[Place]) -> None:
        self.shown = np.zeros(len(places), np.int64)
        self.latest: list[tuple[int, float]] = []
        """Number of each picture of the first tile, and when it was copied."""
        self._board = board
        self._places = places
        self._rows = np.array([place.row for place in places])
        self._memory = [np.frombuffer(attach(place.segment), np.uint8) for place in places]
        self._screen = [np.empty(place.slot_bytes, np.uint8) for place in places]
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="poller")

    def __enter__(self) -> "Poller":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        seen = self._board["seq"][self._rows].copy()
        due = time.monotonic()
        while not self._end.is_set():
            now = self._board["seq"][self._rows]
            for tile in np.flatnonzero(now != seen):
                self._copy(int(tile), int(now[tile]))
            seen = now
            due += POLL_S
            self._end.wait(max(0.0, due - time.monotonic()))

    def _copy(self, tile: int, number: int) -> None:
        size = self._places[tile].slot_bytes
        at = number % SLOTS * size
        self._screen[tile][:] = self._memory[tile][at : at + size]
        self.shown[tile] += 1
        if tile == 0:
            self.latest.append((self._number(), time.monotonic()))

    def _number(self) -> int:
        row = self._board[self._places[0].row]
        height, stride, width = int(row["height"]), int(row["stride"]), int(row["width"])
        lines: npt.NDArray[np.uint8] = self._screen[0][: height * stride].reshape(height, stride)
        return number_of(lines[:, : width * 4].reshape(height, width, 4))


class Wall:
    """Streams of one clip, one tile each, as many as fit into WALL."""

    def __init__(self, workers: int | None = None) -> None:
        self.heard: dict[int, Opened | Failed] = {}
        self.pool = Pool(self._hear, workers=workers)
        self.places: list[Place] = []
        self.news = asyncio.Event()

    def _hear(self, report: Opened | Failed) -> None:
        self.heard[report.stream] = report
        self.news.set()

    async def add(
        self,
        url: str,
        count: int,
        tile: tuple[int, int],
        *,
        source: Source = Source.FILE,
        rung: Rung = Rung.FULL,
    ) -> None:
        """Open streams one after the other within one picture's time, and wait for all."""
        first = len(self.places)
        for stream in range(first, first + count):
            # cameras do not send their key frames all at once
            begin = stream * 0.618 * SECONDS % SECONDS if source is Source.FILE else 0.0
            self.pool.open(Open(stream, url, source, loop=True, start_s=begin, rung=rung))
            self.places.append(self.pool.show(stream, *tile))
            await asyncio.sleep(0.04 / count)
        while len(self.heard) < first + count:
            self.news.clear()
            await self.news.wait()
        failed = [report for report in self.heard.values() if isinstance(report, Failed)]
        if failed:
            raise RuntimeError(f"{len(failed)} streams failed: {failed[0].detail}")

    def cpu(self) -> float:
        """Seconds of processor that the workers have used."""
        return sum(proc_cpu(pid) for pid in self.pool.pids())

    def pss(self) -> int:
        """Bytes of the workers and of this process, shared pages by their share."""
        return proc_pss("self") + sum(proc_pss(pid) for pid in self.pool.pids())


def tile_of(count: int) -> tuple[int, int]:
    """The size of a tile where so many fill a wall, in even pixels."""
    columns = int(np.ceil(np.sqrt(count)))
    lines = -(-count // columns)
    return WALL[0] // columns // 2 * 2, WALL[1] // lines // 2 * 2


@asynccontextmanager
async def wall(workers: int | None = None) -> AsyncIterator[Wall]:
    """A pool that runs."""
    made = Wall(workers)
    await made.pool.start()
    try:
        yield made
    finally:
        await made.pool.stop()


async def share_shown(clip: Path, count: int, seconds: float) -> tuple[float, float]:
    """The share of due pictures that was shown, of all tiles and of the worst."""
    async with wall() as made:
        await made.add(str(clip), count, tile_of(count))
        await asyncio.sleep(2.0)
        with Poller(made.pool.board, made.places) as poller:
            begin, before = time.monotonic(), poller.shown.copy()
            await asyncio.sleep(seconds)
            due = 25 * (time.monotonic() - begin)
            shown = (poller.shown - before) / due
    return float(shown.mean()), float(shown.min())


def wait_for_picture(board: Rows, row: int, limit_s: float = 10.0) -> float:
    """The moment at which a row has its first picture, to a millisecond; blocks."""
    nap = threading.Event()
    end = time.monotonic() + limit_s
    while not board["seq"][row]:
        if time.monotonic() > end:
            raise RuntimeError("no picture came")
        nap.wait(0.001)
    return time.monotonic()
