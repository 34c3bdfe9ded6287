"""Keeps which cameras a seat looked at last (最近调看), so that it has them after a restart."""

import asyncio
import logging
from contextlib import suppress
from functools import partial

from app.core.clock import Clock
from app.core.message import Refusal
from app.live.seat import Seat
from app.store import kept_cameras
from app.store.driver import DatabaseError
from app.store.ops import Ops

log = logging.getLogger(__name__)

LOOK_S = 1.0
AGAIN_S = 10.0
"""After it could not be written."""


class RecentKeeper:
    """`start` it in the loop, `await stop()` it while the store is open."""

    def __init__(self, seat: Seat, ops: Ops, clock: Clock) -> None:
        self._seat = seat
        self._ops = ops
        self._clock = clock
        self._kept = list(seat.videos.recent)
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look now and then."""
        self._kept = list(self._seat.videos.recent)
        self._task = asyncio.get_running_loop().create_task(self._run(), name="recent cameras")

    async def stop(self) -> None:
        """Write the last."""
        task, self._task = self._task, None
        self._ending.set()
        if task is not None:
            await task
        await self.write()

    async def write(self) -> bool:
        """Where another camera was looked at; False where it cannot be written now."""
        recent = list(self._seat.videos.recent)
        if recent == self._kept:
            return True
        keep = partial(
            kept_cameras.keep_recent, seat=self._seat.id, cameras=recent, now=self._clock.now()
        )
        try:
            await self._ops.run(keep)
        except (Refusal, DatabaseError) as error:  # no room on the disk: kept for later
            log.warning("the cameras looked at last are not written yet: %s", error)
            return False
        self._kept = recent
        return True

    async def _run(self) -> None:
        while not self._ending.is_set():
            wait = LOOK_S if await self.write() else AGAIN_S
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._ending.wait()
