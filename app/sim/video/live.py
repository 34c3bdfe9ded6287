"""Which streams of the demonstration's platform run: asked for, watched, gone when nobody does."""

import secrets
import time
from collections.abc import Callable
from typing import NamedTuple

from app.core.clock import Clock
from app.core.model import Ms
from app.sim.faults import Faults, Spell, Trouble
from app.sim.video.cameras import SimCamera
from app.sim.video.faults import StreamFaults
from app.sim.video.shelf import Offer, Shelf
from app.sim.video.source import Source

APP = "rtp"
NOBODY_S = 20.0
"""A stream that nobody watches is ended after this, as media servers do (streamNoneReaderDelay)."""

MAX_RUNNING = 2000


class Refused(Exception):
    """The platform will not, in its own words."""


class Running(NamedTuple):
    """One stream. `playback` has a source of its own, which can be sought; `begin` is then the
    moment of its first picture."""

    camera: SimCamera
    offer: Offer
    since: float
    begin: Ms = 0
    playback: bool = False

    def place(self, moment: Ms) -> float:
        """Where in its clip a moment of the past lies: every recording shows the same then."""
        return moment / 1000 % self.offer.source.clip.seconds


class Live:
    """The streams by their path `rtp/<device>_<channel>`; what a server offers."""

    def __init__(
        self,
        shelf: Shelf,
        clips: list[str],
        faults: Faults | None,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shelf = shelf
        self._clips = clips
        self._faults = faults
        self._clock = clock
        self._monotonic = monotonic
        self._running: dict[str, Running] = {}
        self._sources: dict[tuple[str, float], Source] = {}

    def trouble(self, camera: SimCamera) -> Trouble:
        """What a camera has now; the same as the simulator says of the device."""
        spell = self.spell(camera)
        return spell.trouble if spell is not None else Trouble.NONE

    def spell(self, camera: SimCamera) -> Spell | None:
        """The same with when it began; None without trouble."""
        if self._faults is None:
            return None
        return self._faults.device(camera.id, self._clock.now())

    async def play(self, camera: SimCamera) -> str:
        """Start a camera's stream if it does not run; gives its path. Raises Refused."""
        trouble = self.trouble(camera)
        if trouble is Trouble.OFFLINE:
            raise Refused("设备离线")
        path = f"{APP}/{camera.code}_{camera.code}"
        if self._alive(path) is None:
            name = camera.scene(self._clips)
            if trouble is Trouble.DRIFT:  # its lens is covered
                name = "dark" if "dark" in self._clips else name
            source = await self._source(camera, name)
            faults = StreamFaults()
            if trouble is Trouble.STUCK:
                faults = StreamFaults(freeze=0.001)
            if trouble is Trouble.BATTERY:  # somebody changed its password
                faults = StreamFaults(auth=f"camera:{secrets.token_hex(16)}")
            self._put(path, Running(camera, Offer(source, path, faults=faults), self._now()))
        return path

    async def play_back(self, camera: SimCamera, begin: Ms) -> str:
        """Start a stream of the past; gives its path. Two cameras of one scene show the same at
        the same moment. Raises Refused."""
        source = await self._shelf.own(camera.scene(self._clips))
        assert source is not None
        path = f"{APP}/{camera.code}_{secrets.token_hex(6)}"
        running = Running(camera, Offer(source, path), self._now(), begin, playback=True)
        source.move(running.place(begin))
        self._put(path, running)
        return path

    async def picture_of(self, camera: SimCamera) -> Source:
        """The source that a camera looks at, whether it is sent or not. Raises Refused."""
        if self.trouble(camera) is Trouble.OFFLINE:
            raise Refused("设备离线")
        return await self._source(camera, camera.scene(self._clips))

    def running(self, path: str) -> Running | None:
        """A stream that runs."""
        return self._alive(path.strip("/"))

    def stop(self, path: str) -> bool:
        """End a stream that nobody watches any more; False where somebody else still does."""
        found = self._running.get(path)
        if found is not None and found.offer.source.watched and not found.playback:
            return False
        self._running.pop(path, None)
        return True

    async def offer(self, path: str) -> Offer | None:
        """What stands at a path: only what was asked for and is still watched."""
        found = self._alive(path.strip("/"))
        return found.offer if found is not None else None

    async def own(self, clip: str) -> Source | None:
        """See Shelf."""
        return await self._shelf.own(clip)

    async def _source(self, camera: SimCamera, name: str) -> Source:
        clip = await self._shelf.clip(name)
        assert clip is not None, name
        phase = camera.phase(clip.seconds)
        if (name, phase) not in self._sources:
            self._sources[name, phase] = Source(clip, self._shelf.epoch, ahead=phase)
        return self._sources[name, phase]

    def _put(self, path: str, running: Running) -> None:
        if len(self._running) >= MAX_RUNNING:
            for other in list(self._running):
                self._alive(other)
        if len(self._running) >= MAX_RUNNING:
            raise Refused("流数量已达上限")
        self._running[path] = running

    def _alive(self, path: str) -> Running | None:
        found = self._running.get(path)
        if found is None or found.offer.source.watched:
            return found
        if self._now() - max(found.since, found.offer.source.left) > NOBODY_S:
            del self._running[path]
            return None
        return found

    def _now(self) -> float:
        return self._monotonic()
