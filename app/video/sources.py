"""The platforms of a city, and how each of them stands: one that does not answer is asked by one
camera for all, one whose login is refused waits for minutes."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

from app.config import ConfigError, PlatformConfig
from app.core.directory import Camera
from app.core.message import Message, Refusal, message
from app.registry import UnknownKind
from app.video.platform import CameraPlatform, PlatformError, VideoSurroundings, platforms
from app.video.reconnect import BackOff
from app.video.wire import Fault

CUT_LOOK_S = 60.0
"""Behind a line that is said to be cut somebody looks so often all the same."""

log = logging.getLogger("chengmai.video")

Make = Callable[[PlatformConfig, VideoSurroundings], CameraPlatform]


def make_platform(config: PlatformConfig, around: VideoSurroundings) -> CameraPlatform:
    """The platform of a `[[platform]]`; raises ConfigError where its settings cannot be used."""
    try:
        kind = platforms().load(config.kind)
    except UnknownKind as error:
        raise ConfigError(
            message("videostate.kind", platform=config.id, error=str(error))
        ) from error
    return kind(config, around)


class Stand:
    """One platform as the streams of its cameras see it."""

    def __init__(self, config: PlatformConfig, platform: CameraPlatform | None) -> None:
        self.config = config
        self.platform = platform
        self.reason: Message | None = None  # its settings cannot be used
        self.down: PlatformError | None = None
        self._cut = False
        self._back = BackOff(random.Random())  # noqa: S311  (spreads reconnects, no secret)
        self._one = asyncio.Lock()
        self._news = asyncio.Event()

    @property
    def without(self) -> Message:
        """Why there is no platform."""
        return self.reason or message("videostate.no_platform", platform=self.config.id)

    @property
    def cut(self) -> bool:
        """Whether it cannot be reached: its line is said to be down, or it does not answer."""
        silent = self.down is not None and self.down.fault is not Fault.CREDENTIALS
        return self._cut or silent

    @property
    def next_try(self) -> float:
        """When somebody asks it again (monotonic); 0: at once."""
        return self._back.until if self.down is not None else 0.0

    def hold(self, cut: bool) -> None:
        """Its line is down, or up again."""
        if self._cut and not cut:
            self.look()
        self._cut = cut

    def look(self) -> None:
        """Let those who wait try now; a login that was refused waits on."""
        self._back.now()
        self._news.set()

    @asynccontextmanager
    async def door(self) -> AsyncIterator[CameraPlatform]:
        """Go to the platform: at once while it answers, one at a time and with waits while not.
        Raises PlatformError where there is none of that name."""
        if self.platform is None:
            raise PlatformError(self.without, Fault.ADDRESS)
        alone = await self._alone()
        try:
            yield self.platform
        finally:
            if alone:
                self._one.release()

    async def _alone(self) -> bool:
        """Whether who enters is the one that tries for all of them."""
        if not self.cut and self.down is None:
            return False
        await self._one.acquire()
        try:
            if self.cut or self.down is not None:
                await self._wait()
                return True
        except asyncio.CancelledError:
            self._one.release()
            raise
        self._one.release()
        return False

    def good(self) -> None:
        """It answered."""
        if self.down is not None:
            log.info("video platform %s is back", self.config.id)
            self.down = None
        self._back.good(asyncio.get_running_loop().time())

    def failed(self, error: PlatformError) -> None:
        """It did not, for all of its cameras."""
        if self.down is None:
            log.warning("video platform %s: %s", self.config.id, error.reason)
        self.down = error
        self._back.failed(error.fault, asyncio.get_running_loop().time())

    async def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        until = max(self._back.until, loop.time() + CUT_LOOK_S if self._cut else 0.0)
        while (rest := until - loop.time()) > 0:
            self._news.clear()
            try:
                async with asyncio.timeout(rest):
                    await self._news.wait()
            except TimeoutError:
                return
            until = self._back.until


class Sources:
    """All platforms; made in the video thread's loop."""

    def __init__(
        self,
        configs: Sequence[PlatformConfig],
        cameras: Iterable[Camera],
        around: Callable[[PlatformConfig], VideoSurroundings],
        make: Make,
    ) -> None:
        self._links = {camera.id: camera.link for camera in cameras if camera.link}
        self._cut: frozenset[str] = frozenset()
        self.stands: dict[str, Stand] = {}
        for config in configs:
            if config.enabled:
                self.stands[config.id] = _stand(config, around, make)

    def knows(self, camera: str) -> bool:
        """Whether there is a platform for a camera."""
        return camera.partition(":")[0] in self.stands

    def of(self, camera: str) -> Stand:
        """The platform of a camera; one that the city does not have has no platform in it."""
        name = camera.partition(":")[0]
        stand = self.stands.get(name)
        if stand is None:
            return Stand(PlatformConfig(id=name, kind="", name_zh=name), None)
        return stand

    def hold(self, cut: frozenset[str]) -> None:
        """The links that are down now."""
        self._cut = cut
        for stand in self.stands.values():
            stand.hold(not cut.isdisjoint(stand.config.depends))

    def is_cut(self, camera: str) -> bool:
        """Whether a camera cannot be reached, as far as links and its platform's silence tell."""
        return self._links.get(camera, "") in self._cut or self.of(camera).cut

    async def close(self) -> None:
        """Let go of all connections."""
        for stand in self.stands.values():
            if stand.platform is not None:
                try:
                    await stand.platform.close()
                except PlatformError as error:
                    log.info("video platform %s: %s", stand.config.id, error.reason)


def _stand(
    config: PlatformConfig, around: Callable[[PlatformConfig], VideoSurroundings], make: Make
) -> Stand:
    try:
        return Stand(config, make(config, around(config)))
    except Refusal as refusal:
        log.error("video platform %s: %s", config.id, refusal.reason)
        stand = Stand(config, None)
        stand.reason = refusal.reason
        return stand
