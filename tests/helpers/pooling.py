"""A real pool of workers in a test: what it said, and the pictures that it shows."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np

from app.video.board import SLOTS
from app.video.pool import Pool
from app.video.segments import attach
from app.video.tile import Place
from app.video.wire import Failed, Opened, PixelFormat
from tests.helpers.clips import Pixels, number_of

STEP_S = 0.005


async def until(condition: Callable[[], Any], limit_s: float = 10.0) -> Any:
    """What a condition gives once it is true; AssertionError where it stays false."""
    end = time.monotonic() + limit_s
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come"
        await asyncio.sleep(STEP_S)
    return found


class View:
    """One picture on a screen, read as a window reads it."""

    def __init__(self, pool: Pool, place: Place) -> None:
        self.place = place
        self._pool = pool
        self._memory = attach(place.segment)

    def __getitem__(self, column: str) -> Any:
        return self._pool.board[column][self.place.row].item()

    def slot(self) -> Pixels:
        """The bytes of the newest picture, copied."""
        at = self["seq"] % SLOTS * self.place.slot_bytes
        piece = self._memory[at : at + self.place.slot_bytes]
        return np.frombuffer(piece, np.uint8).copy()

    def bgra(self) -> Pixels:
        """The newest picture, `height x width x 4`."""
        assert self["format"] == PixelFormat.BGRA
        height, stride, width = self["height"], self["stride"], self["width"]
        lines = self.slot()[: height * stride].reshape(height, stride)
        return lines[:, : width * 4].reshape(height, width, 4)

    @property
    def number(self) -> int:
        """The number written into the newest picture; -1 where there is none."""
        return number_of(self.bgra()) if self["seq"] else -1


class PoolHouse:
    """A pool, and what was heard of it."""

    def __init__(self, workers: int) -> None:
        self.heard: list[Opened | Failed] = []
        self.pool = Pool(self.heard.append, workers=workers)

    def view(
        self, stream: int, width: int, height: int, format_: PixelFormat = PixelFormat.BGRA
    ) -> View:
        """Show a stream."""
        return View(self.pool, self.pool.show(stream, width, height, format_))

    async def opened(self, stream: int, limit_s: float = 10.0) -> Opened:
        """Wait for a stream's first picture."""
        found = await until(lambda: self._of(stream, Opened), limit_s)
        assert isinstance(found, Opened)
        return found

    async def failed(self, stream: int, limit_s: float = 15.0) -> Failed:
        """Wait for a stream's end."""
        found = await until(lambda: self._of(stream, Failed), limit_s)
        assert isinstance(found, Failed)
        return found

    def _of(self, stream: int, kind: type[Opened] | type[Failed]) -> Opened | Failed | None:
        found = [one for one in self.heard if one.stream == stream and isinstance(one, kind)]
        return found[-1] if found else None


@asynccontextmanager
async def pooled(workers: int = 1) -> AsyncIterator[PoolHouse]:
    """A pool that runs, and is stopped at the end."""
    house = PoolHouse(workers)
    await house.pool.start()
    try:
        yield house
    finally:
        await house.pool.stop()
