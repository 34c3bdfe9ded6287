"""The last seconds of a camera as a file that can be played: what its worker kept of it.

A platform's recordings begin minutes ago; what just happened lies in the rings of the workers. It
is written as it came, played from the file, and the file goes with the playback.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from app.core.clock import Clock
from app.core.model import Ms
from app.video.pool import Pool

KEPT_S = 30.0
SLACK_MS: Ms = 1_000

log = logging.getLogger("chengmai.video")


class Kept(NamedTuple):
    """What was kept of a camera, from `begin` to `end` by the program's clock."""

    path: Path
    begin: Ms
    end: Ms


class Rings:
    """Belongs to the video thread's loop. `live` gives the number among the workers of the stream
    that a camera sends now, 0 where none is open; `folder` is for these files alone."""

    def __init__(self, pool: Pool, folder: Path, clock: Clock, live: Callable[[str], int]) -> None:
        self._pool = pool
        self._folder = folder
        self._clock = clock
        self._live = live

    def clear(self) -> None:
        """Let go of what a program that was killed left; in a thread."""
        for path in self._folder.glob("*.mp4"):
            path.unlink(missing_ok=True)

    async def take(self, camera: str, begin: Ms) -> Kept | None:
        """What is kept of a camera from a moment on; None where that lies further back, or the
        camera is not open."""
        stream = self._live(camera)
        if not stream or begin < self._clock.now() - KEPT_S * 1000 - SLACK_MS:
            return None
        path = self._folder / f"{secrets.token_hex(8)}.mp4"
        try:
            await asyncio.to_thread(self._folder.mkdir, 0o700, parents=True, exist_ok=True)
            made = await self._pool.clip(stream, path, KEPT_S)
        except OSError as error:
            log.error("what was kept of a camera cannot be written: %s", error.strerror)
            return None
        if not made.made:
            log.info("%s: nothing kept: %s", camera, made.detail)
            return None
        # The worker tells system time; the program's clock may run otherwise in a simulation.
        now = self._clock.now()
        first = now - round((time.time() - made.begins) * 1000)
        if first > begin + SLACK_MS:
            self.drop(Kept(path, first, now))
            return None
        return Kept(path, first, first + round(made.seconds * 1000))

    def drop(self, kept: Kept | None) -> None:
        """Nobody plays it any more."""
        if kept is None:
            return
        try:
            kept.path.unlink(missing_ok=True)
        except OSError as error:
            log.error("what was kept of a camera stays at %s: %s", kept.path, error.strerror)
