"""Keeps a last good picture of the cameras that matter: those on a wall, and the city's key ones.

Politely: one at a time, and beside what is watched only while a good part of the budget is free.
"""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from pathlib import Path

from app.core.clock import Clock
from app.video.director import OWN, Director
from app.video.governor import facts_of
from app.video.life import Life
from app.video.platform import Ability, PlatformError
from app.video.pool import Pool
from app.video.snapshots import Snapshots, is_jpeg
from app.video.sources import Sources
from app.video.state import judge
from app.video.tile import Demand, State, Weight

EVERY_S = 5.0
FREE = 0.6
"""Of what decoding may cost: while more is used nobody is asked who is not watched anyway."""
WAIT_S = 15.0
LOOK_S = 0.25
MOST = 300
"""Key cameras; a city may list forty thousand."""
VIEW = f"{OWN}last"
_WIDTH, _HEIGHT = 640, 360
_GOOD = frozenset({State.LIVE, State.DEGRADED})

log = logging.getLogger("chengmai.video")


class Keeper:
    """Belongs to the video thread's loop; `run` is a task."""

    def __init__(
        self,
        director: Director,
        sources: Sources,
        pool: Pool,
        snapshots: Snapshots,
        clock: Clock,
        cameras: Sequence[str],
        every_s: float = EVERY_S,
    ) -> None:
        self._director = director
        self._sources = sources
        self._pool = pool
        self._snapshots = snapshots
        self._clock = clock
        self._cameras = [camera for camera in cameras if sources.knows(camera)][:MOST]
        self._every_s = every_s

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(self._every_s)
            await self.once()

    async def once(self) -> str:
        """Take the picture that is due most; gives its camera, empty where none was taken."""
        now = self._clock.now()
        watched = {life.held.camera: life for life in self._director.lives.values() if _good(life)}
        for camera in self._snapshots.due(watched, now):
            return await self._try(camera, self._of_stream(camera, watched[camera]))
        if self._director.governor.is_busy(FREE):
            return ""
        known = (camera for camera in self._cameras if not self._sources.is_cut(camera))
        for camera in self._snapshots.due(known, now):
            platform = self._sources.of(camera).platform
            # A platform sends its picture as it is: of one with a mask our own is taken.
            masked = bool(self._snapshots.mask_of(camera))
            can = platform is not None and Ability.SNAPSHOT in platform.abilities
            if can and not masked:
                return await self._try(camera, self._of_platform(camera))
            return await self._try(camera, self._of_own(camera))
        return ""

    async def _try(self, camera: str, taking: Awaitable[bool]) -> str:
        self._snapshots.tried(camera, self._clock.now())
        try:
            return camera if await taking else ""
        except (PlatformError, OSError) as error:
            log.info("no picture of %s to keep: %s", camera, error)
            return ""

    async def _of_stream(self, camera: str, life: Life) -> bool:
        part = self._snapshots.part(camera, self._clock.now())
        life.cover()  # before the picture: its file says what was covered
        made = await self._pool.snap(life.stream, part)
        if not made.made:
            log.info("no picture of %s to keep: %s", camera, made.detail)
            return False
        await asyncio.to_thread(self._snapshots.keep, camera, part, self._clock.now())
        return True

    async def _of_platform(self, camera: str) -> bool:
        platform = self._sources.of(camera).platform
        assert platform is not None
        data = await platform.snapshot(camera)
        if not is_jpeg(data):
            log.info("no picture of %s to keep: not a JPEG", camera)
            return False
        moment = self._clock.now()
        await asyncio.to_thread(self._write, camera, self._snapshots.part(camera, moment), data)
        return True

    def _write(self, camera: str, part: Path, data: bytes) -> None:
        part.write_bytes(data)
        self._snapshots.keep(camera, part, self._clock.now())

    async def _of_own(self, camera: str) -> bool:
        """Open its stream for a moment, as a view that no window has."""
        loop = asyncio.get_running_loop()
        until = loop.time() + WAIT_S
        self._director.want(VIEW, Demand(camera, _WIDTH, _HEIGHT, Weight.HIDDEN))
        try:
            while loop.time() < until:
                await asyncio.sleep(LOOK_S)
                life = self._director.of(VIEW)
                if life is not None and _good(life):
                    return await self._of_stream(camera, life)
        finally:
            self._director.want(VIEW, None)
        return False


def _good(life: Life) -> bool:
    """Whether its picture is one to be kept: of its camera, of now, neither black nor frozen."""
    return life.held.playback is None and judge(life.story, facts_of(life)).state in _GOOD
