"""Alarms of ONVIF devices: one task a device, which asks it for what it noticed.

A device that does not answer holds up no other; a refused password waits for minutes. A
notification of an eye that we do not know is nobody's: it is counted, never another camera's.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import ClassVar

import msgspec

from app.core.message import Message
from app.core.privacy import Privacy
from app.secrets import Secret
from app.video.broken import tell_broken
from app.video.platform import CameraAlarm, PlatformError
from app.video.platforms._onvif_events import GROUPS
from app.video.platforms._onvif_pullpoint import Began, PullPoint
from app.video.reconnect import BackOff
from app.video.wire import Fault

EVERY_S = 5.0
"""Between two questions to a device; each waits for as long, so that an alarm is known at once or
five seconds later."""
MOST_WAITING = 1_000
CLOSE_S = 3.0

log = logging.getLogger("chengmai.video")


class Place(msgspec.Struct, frozen=True):
    """Where a device tells its events, and whose: cameras by the tokens of their eyes and of the
    eyes' configurations; `only` is the camera of a device that is one camera, empty otherwise."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    address: str
    cameras: Mapping[str, str]
    only: str = ""

    def camera(self, source: str) -> str:
        """The camera of a notification; empty where it cannot be said."""
        return self.cameras.get(source, "") if source else self.only


class Listening:
    """One device. `find` asks it where its events are, `secret` gives its password; both raise
    PlatformError, which is told once and tried again."""

    def __init__(
        self,
        name: str,
        point: PullPoint,
        find: Callable[[], Awaitable[Place]],
        secret: Callable[[], Secret | None],
        kinds: Sequence[str],
    ) -> None:
        self.name = name
        self.waiting: deque[CameraAlarm] = deque(maxlen=MOST_WAITING)
        self.trouble: Message | None = None
        """Why it tells nothing; None while it is heard."""
        self.strange = 0  # notifications of no camera of ours
        self._point = point
        self._find = find
        self._secret = secret
        self._kinds = frozenset(kinds)
        self._place: Place | None = None
        self._back = BackOff(random.Random())  # noqa: S311  (spreads attempts, no secret)

    async def run(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self.once()
            await asyncio.sleep(max(EVERY_S, self._back.until - loop.time()))

    async def once(self) -> None:
        """Ask the device."""
        now = asyncio.get_running_loop().time()
        try:
            if self._place is None:
                self._place = await self._find()
            for began in await self._point.pull(self._place.address, self._secret()):
                self._take(self._place, began)
        except PlatformError as error:
            self._failed(error, now)
            return
        self._back.good(now)
        if self.trouble is not None:
            self.trouble = None
            log.info("onvif %s tells its alarms again", self.name)

    async def close(self) -> None:
        """Say to the device that nobody listens any more, if it can be said soon."""
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._point.close(self._secret())
        except (PlatformError, TimeoutError) as error:
            log.info("onvif %s: %s", self.name, error)

    def _failed(self, error: PlatformError, now: float) -> None:
        self._back.failed(error.fault, now)
        if not self._point.subscribed and error.fault is not Fault.CREDENTIALS:
            self._place = None  # another device may stand there, or the same with other services
        if self.trouble is None:
            log.warning("onvif %s tells no alarms: %s", self.name, error.reason)
        self.trouble = error.reason

    def _take(self, place: Place, began: Began) -> None:
        notice = began.notice
        if GROUPS.get(notice.kind, "tamper") not in self._kinds:
            return
        camera = place.camera(notice.source)
        if not camera:
            self.strange += 1
            if self.strange == 1:
                log.warning("onvif %s: an alarm of an unknown source", self.name)
            return
        self.waiting.append(
            CameraAlarm(
                f"{camera}:{began.mark}-{notice.kind}", camera, notice.kind, began.at, notice.text
            )
        )


class Listeners:
    """All devices of a platform; `make` makes them within the loop, at the first question."""

    def __init__(self, make: Callable[[], list[Listening]]) -> None:
        self._make = make
        self.devices: list[Listening] = []
        self._tasks: list[asyncio.Task[None]] = []

    def take(self) -> list[CameraAlarm]:
        """What they noticed since this was asked last. Raises PlatformError where none of them is
        heard."""
        if not self._tasks:
            self.devices = self._make()
            self._tasks = [
                asyncio.create_task(one.run(), name=f"events of {one.name}") for one in self.devices
            ]
            for task in self._tasks:
                task.add_done_callback(tell_broken)
        found = [alarm for one in self.devices for alarm in one.waiting]
        for one in self.devices:
            one.waiting.clear()
        silent = [one.trouble for one in self.devices if one.trouble is not None]
        if not found and silent and len(silent) == len(self.devices):
            raise PlatformError(silent[0])
        return found

    @property
    def unheard(self) -> dict[str, Message]:
        """Devices that were not heard when they were asked last, with why."""
        return {one.name: one.trouble for one in self.devices if one.trouble is not None}

    async def close(self) -> None:
        """End all, and say so to the devices."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
            await asyncio.gather(*(one.close() for one in self.devices))
        self._tasks = []
