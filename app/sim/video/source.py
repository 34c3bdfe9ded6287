"""A live camera: a clip that runs on its own clock, for however many watch."""

import asyncio
import secrets
import time
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from app.sim.video.clip import Clip, Picture
from app.sim.video.rtp import CLOCK, interleaved, packet

BEHIND_S = 1.0
"""A machine that slept goes on from now, not from then."""


class Sent(NamedTuple):
    """A picture as it goes out: `number` from the source's begin on, over all turns of the clip;
    its packets, and all of them as they lie on channel 0 of a connection."""

    number: int
    picture: Picture
    ticks: int
    packets: list[bytes]
    joined: bytes


Watcher = Callable[[Sent], object]


class Source:
    """Sends the pictures of a clip when they are due, again from its begin at its end.

    Picture k of a clip of n pictures and d seconds is due at `epoch + (k // n) * d + at[k % n]`
    (`time.monotonic()`, one clock for all processes of a machine), whoever watches: two who watch
    see the same. `begin` is another moment to count from, `ahead` how far in the clip it begins.
    Sources of one server share its epoch for their RTP clock, so that one can follow upon another
    in the same session.
    """

    def __init__(
        self, clip: Clip, epoch: float, *, begin: float | None = None, ahead: float = 0.0
    ) -> None:
        self.clip = clip
        self.speed = 1.0
        self._places = [picture.at for picture in clip.pictures]
        self._epoch = epoch
        self._since = epoch if begin is None else begin  # when position `_from` was due
        self._from = ahead
        self.left = 0.0
        """When somebody last left (`time.monotonic()`); 0: nobody did."""
        self._ssrc = secrets.randbits(32)
        self._watchers: list[Watcher] = []
        self._task: asyncio.Task[None] | None = None
        self._gop: list[Sent] = []
        self._changed = asyncio.Event()

    @property
    def watched(self) -> int:
        """How many watch."""
        return len(self._watchers)

    def position(self) -> float:
        """Seconds from the begin of the first turn."""
        return self._from + (time.monotonic() - self._since) * self.speed

    def move(self, position: float | None = None, speed: float | None = None) -> None:
        """Go to the key picture before a second of the clip, or on at another speed (0 stands
        still)."""
        now = self.position()
        self._since = time.monotonic()
        self._from = now if position is None else self._key_place(max(0.0, position))
        self.speed = self.speed if speed is None else speed
        if position is not None:
            self._gop = []
        self._changed.set()

    def _key_place(self, position: float) -> float:
        turn, within = divmod(position, self.clip.seconds)
        key = self.clip.key_before(max(0, bisect_right(self._places, within + 1e-6) - 1))
        return turn * self.clip.seconds + self._places[key]

    def watch(self, watcher: Watcher) -> None:
        """Send to one more, beginning with the newest key picture and what came since."""
        if self._task is None or self._task.done():
            self._gop = self._since_key()
            self._task = asyncio.create_task(self._run(), name="sim video source")
        for sent in self._gop:
            watcher(sent)
        self._watchers.append(watcher)

    def leave(self, watcher: Watcher) -> None:
        """Send to this one no more; with the last the source rests."""
        if watcher in self._watchers:
            self._watchers.remove(watcher)
            self.left = time.monotonic()
        if not self._watchers and self._task is not None:
            self._task.cancel()
            self._task = None

    def _newest(self) -> int:
        turn, within = divmod(max(0.0, self.position()), self.clip.seconds)
        return int(turn) * len(self._places) + max(0, bisect_right(self._places, within + 1e-6) - 1)

    def _since_key(self) -> list[Sent]:
        newest = self._newest()
        turn, within = divmod(newest, len(self.clip.pictures))
        key = turn * len(self.clip.pictures) + self.clip.key_before(within)
        return [self._sent(index) for index in range(key, newest + 1)]

    def _due(self, index: int) -> float:
        turn, within = divmod(index, len(self.clip.pictures))
        at = turn * self.clip.seconds + self.clip.pictures[within].at
        return self._since + (at - self._from) / (self.speed or 1.0)

    def _sent(self, index: int) -> Sent:
        turn, within = divmod(index, len(self.clip.pictures))
        picture = self.clip.pictures[within]
        seq = turn * self.clip.packets[-1] + self.clip.packets[within]
        ticks = round((self._due(index) - self._epoch + picture.ahead) * CLOCK)
        packets = [
            packet(payload, seq + number, ticks, self._ssrc)
            for number, payload in enumerate(picture.payloads)
        ]
        joined = b"".join(interleaved(data, 0) for data in packets)
        return Sent(index, picture, ticks, packets, joined)

    async def _run(self) -> None:
        index = self._gop[-1].number + 1 if self._gop else self._newest()
        while True:
            if not self._gop:  # after a move
                index = self._begin_anew()
            wait = self._due(index) - time.monotonic() if self.speed else None
            if wait is None or wait > 0:
                if await self._moved(wait):
                    continue
            elif wait < -BEHIND_S:
                index = self._begin_anew()
                continue
            self._give(self._sent(index))
            index += 1

    def _begin_anew(self) -> int:
        for sent in self._since_key():
            self._give(sent)
        return self._gop[-1].number + 1

    def _give(self, sent: Sent) -> None:
        if sent.picture.key:
            self._gop = []
        self._gop.append(sent)
        for watcher in list(self._watchers):
            watcher(sent)

    async def _moved(self, wait: float | None) -> bool:
        self._changed.clear()
        try:
            async with asyncio.timeout(wait):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True
