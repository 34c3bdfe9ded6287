"""What the cameras of a platform noticed, asked for every few seconds: each alarm once, and of a
storm the newest."""

import asyncio
import logging
from pathlib import Path
from typing import ClassVar

import msgspec

from app.core.clock import Clock
from app.core.message import Message, message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.video.platform import Ability, CameraAlarm, PlatformError
from app.video.sources import Stand

EVERY_S = 15.0
FIRST_MS: Ms = 10 * 60_000
"""So far back the first question ever goes."""
MOST_BACK_MS: Ms = 60 * 60_000
"""After a night without the program, older alarms are the platform's history, not ours."""
OVERLAP_MS: Ms = 2 * 60_000
"""What a platform writes late, or by a clock of its own, is asked for again; ids tell it apart."""
FUTURE_MS: Ms = 5 * 60_000
"""As the gate of feeds has it: later than this after now a clock is wrong."""
AGAIN_MS: Ms = 60_000
"""The same alarm of the same camera again within this is the same: it flutters."""
KEEP_MS: Ms = 60_000
"""How often until when it was asked is written, where nothing came."""
UNHEARD_MS: Ms = 2 * 60_000
"""Alarms that do not arrive for so long are told: a device that starts again takes a minute."""
MOST = 40
"""Taken of one answer."""
KNOWN = 20_000

log = logging.getLogger("chengmai.video")


class _Cursor(msgspec.Struct, frozen=True):
    """Until when a platform was asked, on the disk."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    until: Ms


class AlarmWatch:
    """One platform's; belongs to the video thread's loop. `folder` keeps until when it was asked.
    `dropped` counts alarms of storms, with a wrong clock or of no camera of the platform."""

    def __init__(self, stand: Stand, clock: Clock, folder: Path) -> None:
        self._stand = stand
        self._clock = clock
        self._path = folder / f"alarms-{stand.config.id}.json"
        self._until: Ms = 0
        self._kept: Ms = 0  # when that was written last
        self._known: dict[str, None] = {}
        self._last: dict[tuple[str, str], Ms] = {}  # by camera and kind
        self._storm = False
        self._silent: dict[str, Ms] = {}  # since when devices are not heard; "": the platform
        self.dropped = 0

    @property
    def platform(self) -> str:
        """Its id."""
        return self._stand.config.id

    @property
    def unheard(self) -> Message | None:
        """What an officer is to be told of alarms that do not arrive; None while they do, or where
        the platform as a whole is gone, which its cameras say."""
        now, config = self._clock.now(), self._stand.config
        late = [name for name, since in self._silent.items() if now - since >= UNHEARD_MS]
        if self._stand.down is not None or not late:
            return None
        if "" in late:
            return message("videoalarm.unheard", platform=config.name_zh)
        return message(
            "videoalarm.unheard_some", platform=config.name_zh, n=len(late), first=late[0]
        )

    @property
    def can(self) -> bool:
        """Whether the platform tells alarms."""
        platform = self._stand.platform
        return platform is not None and Ability.ALARMS in platform.abilities

    async def ask(self) -> list[CameraAlarm]:
        """Those that are new, oldest first; empty where it does not answer."""
        platform, stand = self._stand.platform, self._stand
        assert platform is not None
        if stand.down is not None:
            return []  # somebody else tries whether it is back
        now = self._clock.now()
        begin = await self._begin(now)
        try:
            async with asyncio.timeout(EVERY_S):
                found = await platform.alarms(begin, now)
        except (PlatformError, TimeoutError) as error:
            if isinstance(error, PlatformError) and error.whole:
                stand.failed(error)
            log.info("video platform %s tells no alarms: %s", stand.config.id, error)
            self._silent = {"": self._silent.get("", now)}
            return []
        self._silent = {name: self._silent.get(name, now) for name in platform.unheard()}
        news = self._bounded(self._sorted_out(found, now))
        self._until = now
        if news or now - self._kept >= KEEP_MS:
            self._kept = now
            await asyncio.to_thread(self._keep)
        return news

    async def _begin(self, now: Ms) -> Ms:
        if not self._until:
            self._until = await asyncio.to_thread(self._read) or now - FIRST_MS + OVERLAP_MS
        return max(min(self._until, now) - OVERLAP_MS, now - MOST_BACK_MS)

    def _sorted_out(self, found: list[CameraAlarm], now: Ms) -> list[CameraAlarm]:
        """What is new, can be and does not flutter."""
        news = []
        for alarm in sorted(found, key=lambda one: one.at):
            if alarm.id in self._known:
                continue
            self._remember(alarm.id)
            what = (alarm.camera, alarm.kind)
            if not alarm.camera.startswith(f"{self._stand.config.id}:") or not (
                now - 2 * MOST_BACK_MS < alarm.at <= now + FUTURE_MS
            ):
                self.dropped += 1
            elif alarm.at - self._last.get(what, -AGAIN_MS) >= AGAIN_MS:
                self._last[what] = alarm.at
                news.append(alarm)
        self._last = {what: at for what, at in self._last.items() if now - at < MOST_BACK_MS}
        return news

    def _bounded(self, news: list[CameraAlarm]) -> list[CameraAlarm]:
        over = len(news) - MOST
        if over <= 0:
            self._storm = False
            return news
        self.dropped += over
        if not self._storm:
            self._storm = True
            log.warning(
                "video platform %s: a storm of alarms, %d left out", self._stand.config.id, over
            )
        return news[over:]

    def _remember(self, id_: str) -> None:
        self._known[id_] = None
        while len(self._known) > KNOWN:
            del self._known[next(iter(self._known))]

    def _read(self) -> Ms:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Cursor).until
        except FileNotFoundError:
            return 0
        except (OSError, msgspec.DecodeError) as error:
            log.warning("%s cannot be read: %s", self._path.name, error)
            return 0

    def _keep(self) -> None:
        new = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(msgspec.json.encode(_Cursor(self._until)))
            new.replace(self._path)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path.name, error.strerror)
