"""One stream from the first wish to the last: asked of its platform, read by a worker, shown in
rows of the board, and tried again when it breaks.

Every attempt asks the platform anew. For the workers it is one stream, whose rows and packets
outlive an attempt; but where the platform names its streams each attempt is one of its own, and
nothing of it is shown before its name was found in it.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple

import msgspec

from app.core.camera_mask import Areas
from app.core.message import Message
from app.core.model import Ms
from app.video.broken import tell_broken
from app.video.dating import Dating
from app.video.ladder import STEPS, Step
from app.video.meter import Meter
from app.video.platform import CameraPlatform, PlatformError, Played, Profile, Stream
from app.video.pool import NoRoom, Pool
from app.video.reconnect import BackOff, Opens
from app.video.recordings import recorded
from app.video.rings import Kept, Rings
from app.video.shown import Shown
from app.video.sources import Sources, Stand
from app.video.state import Phase, Story
from app.video.streams import Held, Size
from app.video.tile import Playback
from app.video.wire import Failed, Fault, Open, Opened, Source

CRASH_S = 30.0
"""A worker that dies twice in so long is not met by the same stream at once."""
OPEN_S = 30.0
"""Longest that a worker may take for an answer, whatever it waits for."""
END_MS = 1_000
"""A recording that broke off so near to its end begins where it was begun."""
FIRST_S, LOOK_S = 2.0, 0.05
"""What is to stand still is waited for so long to have a picture, and looked at so often."""
LEAST_PIXELS, MOST_PIXELS = 16, 8192
"""Each way."""

log = logging.getLogger("chengmai.video")


class Trouble(NamedTuple):
    """Why there is no picture. `other`: what came is another camera's."""

    fault: Fault
    why: Message | None = None
    other: bool = False


@dataclass
class Tries:
    """What is remembered of a camera's attempts, whatever became of its streams."""

    back: BackOff
    last: Trouble | None = None
    one: asyncio.Lock = field(default_factory=asyncio.Lock)  # its streams are opened in turn


@dataclass
class Around:
    """What all streams share."""

    sources: Sources
    pool: Pool
    opens: Opens
    tries: Callable[[str], Tries]
    single: Callable[[str], None]  # told of a camera that has no substream
    news: Callable[[], None]  # something is to be looked at soon
    masks: Callable[[str], Areas]  # what nobody may see of a camera
    rings: Rings
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    sessions: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many streams live of one playing of a camera: the last one gives it back."""


class Life:
    """Belongs to the video thread's loop; `start` it, `await close()` it."""

    def __init__(self, held: Held, around: Around) -> None:
        self.held = held
        self.story = Story(playback=held.playback is not None)
        self.shown: dict[Size, Shown] = {}
        self.lacking = False  # there was no room for one of its pictures
        self.opened: Opened | None = None
        self.step = STEPS[0]
        self.stream = 0
        """Its number among the workers; 0 where none has it."""
        self._known = False  # whose pictures they are: they may be shown
        self._former: list[Shown] = []  # of the attempt before, while a view still shows them
        self._former_stream = 0
        self._around = around
        self._tries = around.tries(held.camera)
        self._played: Played | None = None
        self._wake = asyncio.Event()
        self.asked = 0.0
        """Since when a worker waits for its first picture (monotonic); 0: none does."""
        self._answer: asyncio.Future[Opened | Failed] | None = None
        self._broken: asyncio.Future[Failed] | None = None
        self._crashed = -CRASH_S
        self.playing: Playback | None = None
        """Of a recording what is done of what was wanted."""
        self.dating = Dating() if held.playback is not None else None
        self._kept: Kept | None = None  # the file of ours that is played
        self._begins: Ms = 0  # where the attempt begins
        self._within = (0, 0)  # the moments that can be sought in what is played
        self._goes_anew = False
        self._holds = False  # nothing is read: the platform cannot stand still
        self._sought = False
        self._seeking = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._chores: set[asyncio.Task[None]] = set()

    # ---- from outside

    def start(self) -> None:
        """Begin. What is known of the camera's last attempt is said until there is another."""
        self._recall()
        self._tries.back.now()
        self._task = asyncio.create_task(self._run(), name=f"stream {self.held.camera}")
        self._task.add_done_callback(tell_broken)

    async def close(self) -> None:
        """End it, give everything back."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if self._chores:
            await asyncio.wait(list(self._chores))
        await self._drop(self.stream)
        await self._drop(self._former_stream)
        self.shown.clear()
        self._former.clear()
        self._around.rings.drop(self._kept)
        await self._stop_playing()

    def look(self) -> None:
        """Try now what waits."""
        self._tries.back.now()
        self._wake.set()

    def seek(self) -> None:
        """The recording is wanted at another moment, or at another speed."""
        self._sought = True
        self._wake.set()
        self._do(self._seek())

    def heard(self, report: Opened | Failed) -> None:
        """What a worker says of the stream."""
        if report.stream != self.stream:
            return
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(report)
        elif isinstance(report, Failed) and self._broken is not None and not self._broken.done():
            self._broken.set_result(report)

    def give(self, step: Step) -> None:
        """Decode so much of it from now on."""
        before, self.step = self.step, step
        if self.stream and (step.rung, step.fps) != (before.rung, before.fps):
            self._around.pool.step(self.stream, step.rung, step.fps)

    def fit(self, standing: Collection[Shown]) -> None:
        """Bring the pictures in line with the sizes that are wanted; those that a view still shows
        stay."""
        if self.stream and self._known:
            for size in self.held.sizes - self.shown.keys():
                self._take(size)
        for size, shown in list(self.shown.items()):
            if size not in self.held.sizes and shown not in standing:
                del self.shown[size]
                self._do(self._around.pool.hide(shown.place.row))
        if self._former_stream and not any(shown in standing for shown in self._former):
            stream, self._former_stream = self._former_stream, 0
            self._former.clear()
            self._do(self._drop(stream))

    def cover(self) -> None:
        """Something else of the camera must not be seen from now on."""
        for stream in (self.stream, self._former_stream):
            if stream:
                self._around.pool.cover(stream, self._around.masks(self.held.camera))

    def has(self, shown: Shown) -> bool:
        """Whether it is one of its pictures, of this attempt or the one before."""
        return shown in self.shown.values() or shown in self._former

    @property
    def next_try(self) -> float:
        """When it may be tried again (monotonic); 0: at once."""
        stand = self._around.sources.of(self.held.camera)
        return max(self._tries.back.until, stand.next_try)

    @property
    def is_open(self) -> bool:
        """Whether a worker reads it."""
        return self.opened is not None

    # ---- its life

    async def _run(self) -> None:
        while True:
            await self._due()
            async with self._tries.one:
                if self._tries.back.until > asyncio.get_running_loop().time():
                    self._recall()  # another stream of the camera failed meanwhile
                    continue
                trouble = await self._attempt()
                if trouble is not None:
                    self._note(trouble)
            if trouble is None:
                assert self._broken is not None
                failed = await self._broken
                log.info("%s: %s %s", self.held.camera, failed.fault.value, failed.detail)
                self._note(Trouble(failed.fault))
            self.opened = None
            self._around.news()
            if self.story.over:
                await self._sought_again()

    def _recall(self) -> None:
        last = self._tries.last
        if last is not None:
            self.story = msgspec.structs.replace(self.story, fault=last.fault, why=last.why)

    async def _due(self) -> None:
        loop = asyncio.get_running_loop()
        while (rest := self._tries.back.until - loop.time()) > 0:
            self._wake.clear()
            try:
                async with asyncio.timeout(rest):
                    await self._wake.wait()
            except TimeoutError:
                return

    async def _attempt(self) -> Trouble | None:
        stand, self._holds = self._around.sources.of(self.held.camera), False
        if stand.down is not None and self.story.fault is None:
            fault, why = stand.down.fault, stand.down.reason
            self.story = msgspec.structs.replace(self.story, fault=fault, why=why)
        try:
            if (played := await self._play_kept()) is not None:
                return await self._read(played)
            async with stand.door() as platform, self._around.opens.turn(self.held.weight):
                return await self._read(await self._play(stand, platform))
        except PlatformError as error:
            return Trouble(error.fault, error.reason)

    async def _play(self, stand: Stand, platform: CameraPlatform) -> Played:
        held = self.held
        try:
            if held.playback is not None:
                played = await self._play_past(platform, held.playback)
            else:
                played = await platform.play(held.camera, held.profile)
        except PlatformError as error:
            if error.whole:
                stand.failed(error)
            raise
        stand.good()
        self._around.sessions[held.camera, played.session] += 1
        await self._stop_playing()  # that of the attempt before, where it was another
        self._played = played
        if held.profile is Profile.SUB and all(
            stream.profile is Profile.MAIN for stream in played.streams
        ):
            self._around.single(held.camera)
        return played

    async def _play_kept(self) -> Played | None:
        """What a worker kept of the camera, where the recording that is wanted is that young: no
        platform is asked."""
        playback, rings = self.held.playback, self._around.rings
        rings.drop(self._kept)
        self._kept = None
        if playback is None:
            return None
        begin = self._resumed(playback)
        kept = self._kept = await rings.take(self.held.camera, begin)
        if kept is None:
            return None
        await self._stop_playing()
        self._within = (kept.begin, kept.end)
        self.playing, self._begins = playback, begin
        return Played((Stream(str(kept.path), source=Source.FILE),))

    async def _play_past(self, platform: CameraPlatform, playback: Playback) -> Played:
        """A recording of the platform, from where it broke off; not beyond where it has a gap."""
        begin = self._resumed(playback)
        end = await recorded(platform, self.held.camera, begin, playback.end)
        self._within = (begin, end)
        self.playing, self._begins = msgspec.structs.replace(playback, speed=1.0), begin
        return await platform.play_back(self.held.camera, begin, end)

    def _resumed(self, playback: Playback) -> Ms:
        """Where to begin: at what is wanted, or where that was when it broke off."""
        before, dating = self.playing, self.dating
        if before is None or dating is None or _sought(before) != _sought(playback):
            return playback.begin
        seen = dating.moment
        return seen if playback.begin <= seen < self._within[1] - END_MS else playback.begin

    async def _read(self, played: Played) -> Trouble | None:
        """Open the first of its addresses that can be read."""
        trouble = Trouble(Fault.NOT_FOUND)
        for stream in played.streams:
            found = await self._open(stream)
            if found is None:
                return None
            trouble, self.opened = found, None
            if trouble.fault is Fault.CREDENTIALS:
                break  # the other ways want the same password
        return trouble

    async def _open(self, stream: Stream) -> Trouble | None:
        if stream.title or not self.stream:
            self._begin()
        self._known = not stream.title
        self._answer = asyncio.get_running_loop().create_future()
        self.asked = asyncio.get_running_loop().time()
        playing, kept = self.playing, self._kept
        self._around.pool.open(
            Open(
                self.stream,
                stream.url,
                source=stream.source,
                udp=stream.udp,
                loop=stream.loop,
                start_s=max(0.0, (self._begins - kept.begin) / 1000) if kept is not None else 0.0,
                speed=playing.speed if playing is not None else 1.0,
                rung=self.step.rung,
                fps=self.step.fps,
                mask=self._around.masks(self.held.camera),
            )
        )
        self._date()
        board, now = self._around.pool.board, asyncio.get_running_loop().time()
        for shown in self.shown.values():
            shown.anew(board, now)
        self.fit([*self.shown.values(), *self._former])
        try:
            async with asyncio.timeout(OPEN_S):
                answer = await self._answer
        except TimeoutError:
            answer = Failed(self.stream, Fault.TIMEOUT, "no answer of the worker")
            await self._forget()
        finally:
            self.asked = 0.0
        if isinstance(answer, Failed):
            log.info("%s: %s %s", self.held.camera, answer.fault.value, answer.detail)
            return Trouble(answer.fault)
        return await self._opened(stream, answer)

    async def _opened(self, stream: Stream, opened: Opened) -> Trouble | None:
        self.opened = opened
        self._broken = asyncio.get_running_loop().create_future()
        playing, was_other = self.playing, self._is_other
        self.story = Story(
            Phase.OPEN,
            promised=stream.title,
            found=opened.title if stream.title else "",
            playback=playing is not None,
            still=playing is not None and playing.speed == 0,
        )
        if self._is_other:
            if not was_other:  # said once, however often it is tried
                log.error("%s: the stream is named otherwise than promised", self.held.camera)
            await self._forget()
            return Trouble(Fault.NOT_FOUND, other=True)
        self._tries.back.good(asyncio.get_running_loop().time())
        self._tries.last = None
        self._known = True
        self._measure_anew()
        self.fit([*self.shown.values(), *self._former])
        self._around.news()
        if playing is not None:  # a platform begins at the speed of the clock
            self._do(self._seek())
        return None

    def _begin(self) -> None:
        """A new stream for the workers; what the one before showed stays while it is looked at."""
        if self.stream and not self._former_stream:
            self._former_stream = self.stream
            self._former = list(self.shown.values())
        elif self.stream:
            self._do(self._drop(self.stream))
        self.shown = {}
        self.stream = next(self._around.numbers)

    @property
    def _is_other(self) -> bool:
        """Whether what came is not what the platform promised."""
        return self.story.promised != self.story.found

    def _note(self, trouble: Trouble) -> None:
        """It failed, or broke off."""
        now = asyncio.get_running_loop().time()
        fault, was = trouble.fault, self.story
        if trouble.other:
            self._tries.back.failed(fault, now)
            return  # MISMATCH is said until something else is known
        open_before = was.phase is Phase.OPEN and not self._is_other
        over = was.playback and open_before and fault is Fault.ENDED
        crash = fault is Fault.WORKER and now - self._crashed >= CRASH_S
        if fault is Fault.WORKER:
            self._crashed = now
        if not over and not crash and not self._goes_anew:
            self._tries.back.failed(fault, now)
        self._goes_anew = False
        self._tries.last = None if open_before else trouble
        self.story = Story(
            Phase.DOWN,
            fault,
            trouble.why,
            failures=0 if open_before else was.failures + 1,
            broke=open_before,
            playback=was.playback,
            over=over,
        )

    async def _forget(self) -> None:
        """Of this attempt nothing is kept."""
        number, self.stream, self.opened = self.stream, 0, None
        self.shown = {}
        await self._drop(number)

    def _drop(self, stream: int) -> Coroutine[Any, Any, None]:
        """No worker has it any more, with its packets, and none writes into its rows."""
        return self._around.pool.close(stream)

    async def _stop_playing(self) -> None:
        played, self._played = self._played, None
        platform = self._around.sources.of(self.held.camera).platform
        if played is None or platform is None:
            return
        session = (self.held.camera, played.session)
        self._around.sessions[session] -= 1
        if self._around.sessions[session]:
            return
        del self._around.sessions[session]
        try:
            await platform.stop(self.held.camera, played)
        except PlatformError as error:
            log.info("%s: %s", self.held.camera, error.reason)

    # ---- recordings

    def _date(self) -> None:
        """What comes in from now on is of the moment that is played."""
        if self.dating is None or self.playing is None:
            return
        if self._kept is not None:
            self.dating.fix(self._kept.begin, self.playing.speed)
        else:
            now = asyncio.get_running_loop().time()
            self.dating.begin(self._begins, self.playing.speed, now)

    async def _seek(self) -> None:
        """Bring what is played in line with what is wanted."""
        async with self._seeking:
            wanted, before, dating = self.held.playback, self.playing, self.dating
            if not self.is_open or wanted is None or before is None or dating is None:
                return
            moves = _sought(wanted) != _sought(before)
            if not moves and wanted.speed == before.speed:
                return
            first, last = self._within
            if self._holds or (moves and not first <= wanted.begin < last):
                self._anew(keeps=not moves)
                return
            try:
                await self._sought_by(wanted, dating, moves=moves)
            except PlatformError as error:
                log.info("%s: %s", self.held.camera, error.reason)
                if moves:
                    self._anew()
                if moves or wanted.speed:
                    return
                await self._hold(wanted, dating)
            self._measure_anew()
            self.story = msgspec.structs.replace(self.story, still=wanted.speed == 0)
            self._around.news()

    async def _sought_by(self, wanted: Playback, dating: Dating, *, moves: bool) -> None:
        """Go there, and on at that speed; raises PlatformError."""
        loop = asyncio.get_running_loop()
        if self._kept is not None:
            at = wanted.begin if moves else dating.moment
            self._around.pool.seek(self.stream, (at - self._kept.begin) / 1000, wanted.speed)
            dating.go_on(wanted.speed, loop.time())
        else:
            platform, played = self._around.sources.of(self.held.camera).platform, self._played
            if platform is None or played is None:
                return
            to = wanted.begin if moves else None
            await platform.seek(self.held.camera, played, to, wanted.speed)
            if moves:
                dating.begin(wanted.begin, wanted.speed, loop.time())
            else:
                self._look(loop.time())  # up to now it ran as before
                dating.go_on(wanted.speed, loop.time())
        self.playing = wanted

    def _look(self, now: float) -> None:
        """Date the newest pictures."""
        for shown in self.shown.values():
            shown.look(self._around.pool.board, now)
            if self.dating is not None and shown.facts.pictures:
                self.dating.look(shown.pts, shown.arrived)

    async def _hold(self, wanted: Playback, dating: Dating) -> None:
        """Stand still where the platform cannot: nothing more is read, the picture that is there
        stays, and the playing is given back. It goes on as another playback, from there."""
        loop = asyncio.get_running_loop()
        until = loop.time() + FIRST_S
        self._look(loop.time())
        while loop.time() < until and not all(one.facts.pictures for one in self.shown.values()):
            await asyncio.sleep(LOOK_S)  # a row that was just ordered has none yet
            self._look(loop.time())
        self._around.pool.rest(self.stream)
        await asyncio.sleep(LOOK_S)  # pictures that were on their way
        self._look(loop.time())
        dating.go_on(0.0, loop.time())
        self.playing, self._holds = wanted, True
        await self._stop_playing()

    def _anew(self, *, keeps: bool = False) -> None:
        """The platform cannot go there within what it plays: it is asked for another playback, from
        where it stands where that is what it `keeps`."""
        self.playing, self._goes_anew = self.playing if keeps else None, True
        self.heard(Failed(self.stream, Fault.TIMEOUT, "begun anew at another moment"))
        self.look()

    async def _sought_again(self) -> None:
        self._sought = False
        while not self._sought:
            self._wake.clear()
            await self._wake.wait()
        self.story = Story(playback=True)

    # ---- its pictures

    def _take(self, size: Size) -> None:
        width, height = size.width, size.height
        if not width:  # of the stream's own size
            if self.opened is None:
                return
            width, height = self.opened.width, self.opened.height
        width, height = (min(MOST_PIXELS, max(LEAST_PIXELS, side)) for side in (width, height))
        try:
            place = self._around.pool.show(self.stream, width, height, size.format)
        except NoRoom as error:
            self.lacking = True
            log.error("%s: no room for its picture (%s)", self.held.camera, error)
            return
        self.lacking = False
        self.shown[size] = Shown(place, Meter(asyncio.get_running_loop().time()))

    def _measure_anew(self) -> None:
        now = asyncio.get_running_loop().time()
        for shown in self.shown.values():
            shown.begin(now)

    def _do(self, chore: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(chore)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)
        task.add_done_callback(tell_broken)


def _sought(playback: Playback) -> tuple[Ms, int]:
    """What makes one seeking another than the one before."""
    return playback.begin, playback.turn
