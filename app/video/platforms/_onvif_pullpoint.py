"""One device's events: a subscription that is kept alive, and what stands by it.

A subscription is lost by a reboot, by time, or by a device that forgets: it is made anew, and then
the device tells how everything stands. What stood before and still stands is no news.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from app.core.clock import Clock
from app.core.message import message
from app.core.model import Ms
from app.secrets import Secret
from app.video.platform import PlatformError
from app.video.platforms import _onvif_events as wire
from app.video.platforms._onvif_events import Notice
from app.video.platforms._onvif_soap import Soap
from app.video.wire import Fault

LEAST_LIFE_S, MOST_LIFE_S = 10.0, 600.0
"""A device may give another life than it was asked for; nonsense is held within these."""
ANSWER_S = 12.0
MOST_PULLS = 5
"""In a row, while a device has more."""
MOST_STANDING = 2_000
SLACK_MS: Ms = 2_000
"""A device's clock is known by its answers, which take their time."""
OLD_MS: Ms = 60 * 60_000
"""What stands for longer is told as of now: it still stands."""
WRONG_MS: Ms = 24 * 60 * 60_000
"""A clock that is further off begins at the same moment at each start of its device."""

log = logging.getLogger("chengmai.video")


class Began(NamedTuple):
    """Something that a device noticed, the moment it began by our clock, and a number by which the
    device's telling is known again."""

    notice: Notice
    at: Ms
    mark: Ms


class PullPoint:
    """`address` is the device's event service, `tick` a monotonic clock in seconds. Times that it
    tells are ours: a device's clock is compared with each answer, and nothing can have happened
    later than now, nor before it was last asked."""

    def __init__(self, calls: Soap, clock: Clock, platform: str, tick: Callable[[], float]) -> None:
        self._calls = calls
        self._clock = clock
        self._platform = platform
        self._tick = tick
        self._to = self._reference = ""
        self._began = self._ends = 0.0
        self._renews = True
        self._asked: Ms = 0  # until then nothing was missed
        self._stands: dict[tuple[str, str, str], None] = {}
        self._doubtful: set[tuple[str, str, str]] = set()
        self.bad = 0  # notifications that could not be read

    @property
    def subscribed(self) -> bool:
        """Whether the device keeps events for us."""
        return bool(self._to) and self._tick() < self._ends

    async def pull(self, address: str, secret: Secret | None) -> list[Began]:
        """What began since it was asked last. Waits up to `PULL_S` for something. Raises
        PlatformError."""
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self._pulled(address, secret)
        except TimeoutError as error:
            raise PlatformError(message("feed.timeout"), Fault.TIMEOUT) from error

    async def _pulled(self, address: str, secret: Secret | None) -> list[Began]:
        if not self.subscribed:
            await self._subscribe(address, secret)
        elif self._renews and self._tick() > (self._began + self._ends) / 2:
            await self._renew(secret)
        news: list[Began] = []
        for _ in range(MOST_PULLS):
            since, answer = self._asked, await self._ask(wire.pull, secret)
            now = self._asked = self._clock.now()
            self._live(answer)
            found, bad = wire.notices(answer)
            self.bad += bad
            ahead = clock - now if (clock := wire.clock_of(answer)) is not None else None
            news += [_began(one, ahead, since, now) for one in found if self._is_news(one)]
            if len(found) + bad < wire.AT_ONCE:
                break
        return news

    async def close(self, secret: Secret | None) -> None:
        """End the subscription, where the device still has it. Raises PlatformError."""
        if self.subscribed:
            to, reference, self._to = self._to, self._reference, ""
            header, body = wire.unsubscribe(to, reference)
            await self._calls.call(to, body, secret, header)

    async def _subscribe(self, address: str, secret: Secret | None) -> None:
        self._doubtful |= self._stands.keys()
        self._to, self._renews = "", True
        header, body = wire.create(address)
        answer = await self._calls.call(address, body, secret, header)
        try:
            self._to, self._reference = wire.subscription_of(answer)
        except ValueError as error:
            raise PlatformError(
                message("videoplatform.answer", platform=self._platform, error=str(error)),
                Fault.REFUSED,
            ) from error
        self._asked = self._asked or self._clock.now()
        self._begin(wire.life_of(answer))

    async def _renew(self, secret: Secret | None) -> None:
        """A device that cannot is subscribed to anew when its time is over."""
        try:
            self._begin(wire.life_of(await self._ask(wire.renew, secret)))
        except PlatformError as error:
            if error.fault is not Fault.REFUSED:
                raise
            log.info("onvif %s does not renew: %s", self._platform, error.reason)
            self._renews = False

    async def _ask(self, form: Callable[[str, str], tuple[str, str]], secret: Secret | None) -> Any:
        """A call to the subscription; one that the device refuses it does not have any more."""
        header, body = form(self._to, self._reference)
        try:
            return await self._calls.call(self._to, body, secret, header)
        except PlatformError as error:
            if form is wire.pull and error.fault is not Fault.UNREACHABLE:
                self._to = ""
            raise

    def _begin(self, life_s: float | None) -> None:
        life = wire.LIFE_S if life_s is None else max(LEAST_LIFE_S, min(MOST_LIFE_S, life_s))
        self._began = self._tick()
        self._ends = self._began + life

    def _live(self, answer: Any) -> None:
        """Some devices lengthen a subscription with each pull, and all say how long it is."""
        life = wire.life_of(answer)
        if life is not None and (ends := self._tick() + min(MOST_LIFE_S, life)) > self._ends:
            self._began, self._ends = self._tick(), ends

    def _is_news(self, notice: Notice) -> bool:
        """Whether something began."""
        stood, doubtful = notice.what in self._stands, notice.what in self._doubtful
        self._doubtful.discard(notice.what)
        if not notice.stands:
            self._stands.pop(notice.what, None)
            return False
        self._stands[notice.what] = None
        while len(self._stands) > MOST_STANDING:
            del self._stands[next(iter(self._stands))]
        # It may have ended and begun again while nobody listened: then it changed, and says so.
        return not stood or (doubtful and not notice.first)


def _began(notice: Notice, ahead: Ms | None, since: Ms, now: Ms) -> Began:
    """By our clock. What a device says of a time when it was not asked is only believed of what
    stood before it was asked at all. Its own time is the mark as long as that can be: then what
    stands is the same alarm after our next start."""
    if notice.at is None or ahead is None:
        return Began(notice, now, now)
    at = notice.at - ahead
    earliest = now - OLD_MS if notice.first else since - SLACK_MS
    at = at if earliest <= at <= now else now
    return Began(notice, at, notice.at if abs(ahead) < WRONG_MS else at)
