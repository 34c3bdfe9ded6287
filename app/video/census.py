"""Which cameras the platforms believe to be online, asked for now and then."""

import asyncio
import logging

from app.core.model import Ms
from app.video.platform import Ability, CameraState, PlatformError
from app.video.sources import Stand

EVERY_S = 60.0
REFRESH_MS: Ms = 300_000
"""What did not change is told again so often, so that its age says that it was looked at."""

log = logging.getLogger("chengmai.video")


class Census:
    """One platform's cameras; belongs to the video thread's loop."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self._told: dict[str, CameraState] = {}
        self.answered = False  # when it was asked last

    @property
    def platform(self) -> str:
        """The id of the platform."""
        return self._stand.config.id

    @property
    def can(self) -> bool:
        """Whether the platform says it at all."""
        platform = self._stand.platform
        return platform is not None and Ability.STATUS in platform.abilities

    async def ask(self) -> list[CameraState]:
        """What is worth telling: another state, or an old one; empty where it does not answer."""
        platform = self._stand.platform
        assert platform is not None
        self.answered = False
        try:
            async with asyncio.timeout(EVERY_S):
                states = await platform.states()
        except (PlatformError, TimeoutError) as error:
            if isinstance(error, PlatformError) and error.whole:
                self._stand.failed(error)
            log.info("video platform %s says no states: %s", self._stand.config.id, error)
            return []
        self.answered = True
        news = [state for state in states if self._is_news(state)]
        self._told.update((state.camera, state) for state in news)
        return news

    def _is_news(self, state: CameraState) -> bool:
        told = self._told.get(state.camera)
        if told is None or told.online != state.online:
            return True
        return state.observed - told.observed >= REFRESH_MS
