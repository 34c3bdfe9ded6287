"""`replay`: a recorded journal played as if it came in now."""

import asyncio
from collections.abc import Callable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec

from app.config import FeedConfig
from app.core.model import TIMES, Ms, Record, World
from app.core.privacy import Privacy
from app.feeds._base import Feed, Refused, Surroundings
from app.feeds._journal import BadJournal, Entry, Journal
from app.feeds._sink import Sink
from app.options import bad, options_of, said

_BURST = 2000
Speed = Annotated[float, msgspec.Meta(gt=0, le=100_000)]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of a `replay` feed. `start_s` is where to begin, in seconds of the recording;
    `shift` moves all times to now, so that ages are those of the recording; `source` plays the
    records of one recorded feed only; no pause is longer than `longest_pause_s`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    speed: Annotated[Speed, said("2 is twice as fast")] = 1.0
    start_s: Annotated[
        float, msgspec.Meta(ge=0), said("where to begin, in seconds of the recording")
    ] = 0.0
    loop: Annotated[bool, said("again from the start; asks for shift")] = False
    shift: Annotated[bool, said("move all times to now")] = False
    source: Annotated[str, said("play the records of one recorded feed only")] = ""
    longest_pause_s: Annotated[float, msgspec.Meta(gt=0), said("no pause is longer")] = 3600.0


class Replay(Feed, kind="replay"):
    """Plays a journal of `python main.py record` with speed, seek and loop.

    Address: `file:PATH`, or `asset:PATH` for one that comes with the program. What is shown is
    marked as replay, unless the city says drill or demo.
    """

    settings = Options
    without = ("proxy", "source_address", "also", "tls")
    example = """
        [[feed]]
        id = "flood-2024"
        kind = "replay"
        name_zh = "2024 年汛期回放"
        name_en = "Flood season of 2024, replayed"
        url = "file:/var/lib/chengmai/flood-2024.journal"
        world = "replay"

        [feed.options]
        speed = 10
        shift = true
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        self.options = options_of(config, Options)
        self._path = _path(config)
        if config.map:
            raise bad(config.id, "map", "a journal holds our own records")
        self._speed = self.options.speed
        self._at: Ms | None = None  # where to go on, in the recording's time
        self._steered = asyncio.Event()
        if self.options.loop and not self.options.shift:
            raise bad(config.id, "options.loop", "shift = true")

    def steer(self, *, speed: float | None = None, at: Ms | None = None) -> bool:
        """Change the speed, or go to a moment of the recording (ms UTC)."""
        self._speed = speed or self._speed
        self._at = at
        self._steered.set()
        return True

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """Play to the end (see Feed.run)."""
        try:
            journal = Journal(self._path)
        except BadJournal as error:
            raise Refused(error.reason) from error
        sink.serves(World.REPLAY)
        up()
        begin: Ms | None = None
        while True:
            before = sink.last_observed
            begin = await self._play(journal, sink, begin)
            if begin is not None:
                sink.forget()
            elif not self.options.loop or sink.last_observed == before:
                return

    async def _play(self, journal: Journal, sink: Sink, begin: Ms | None) -> Ms | None:
        """Play from a moment; gives the moment to which somebody steered, None at the end."""
        loop = asyncio.get_running_loop()
        burst: list[tuple[Entry, Ms]] = []  # with the moment at which each is due
        here, since, wall = -1, loop.time(), sink.clock.now()
        for entry in journal.entries(sink.reject):
            if self.options.source and entry.source != self.options.source:
                continue
            if begin is None:
                begin = entry.received + round(self.options.start_s * 1000)
            if entry.received < begin:
                continue
            here = begin if here < 0 else here
            pause = (entry.received - here) / 1000 / self._speed - (loop.time() - since)
            if pause > 0 or len(burst) >= _BURST:
                self._give(burst, sink)
                burst = []
                await self._pause(pause)
                steered = self._steered.is_set()
                self._steered.clear()
                if steered and self._at is not None:
                    return self._at
                if steered or pause > self.options.longest_pause_s:  # count from here on
                    here, since, wall = entry.received, loop.time(), sink.clock.now()
            due = wall + round((entry.received - here) / self._speed)
            burst.append((entry, due))
        self._give(burst, sink)
        await asyncio.sleep(0)
        return None

    async def _pause(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        try:
            limit = min(seconds, self.options.longest_pause_s)
            async with asyncio.timeout(limit):
                await self._steered.wait()
        except TimeoutError:
            return

    def _give(self, burst: list[tuple[Entry, Ms]], sink: Sink) -> None:
        if self.options.shift:
            sink.take([_shifted(entry.record, due - entry.received) for entry, due in burst])
        else:
            sink.take([entry.record for entry, _ in burst])


def _shifted(record: Record, shift: Ms) -> Record:
    changes: dict[str, Any] = {
        name: moment + shift for name in TIMES if (moment := getattr(record, name, 0))
    }
    return msgspec.structs.replace(record, **changes)


def _path(config: FeedConfig) -> Traversable:
    scheme, _, name = config.url.partition(":")
    if scheme == "asset" and name and ".." not in name.split("/"):
        return resources.files("assets").joinpath(*name.split("/"))
    if scheme == "file" and name:
        return Path(name)
    raise bad(config.id, "url", "file:PATH, asset:PATH")
