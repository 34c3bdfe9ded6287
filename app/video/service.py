"""Live video as the rest of the program sees it: who wants which camera, and what they get.

    service = VideoService(configs, cameras, folder, clock, secrets, endpoints, zone)
    service.start(lambda: loop.call_soon_threadsafe(service.take))
    service.want("hall/3", Demand("wvp:3208...", 960, 540))
    service.tiles["hall/3"].state
    await service.stop()

Everything may be called from the main loop, and nothing there waits: what is wanted goes to the
thread `video`, and what reads otherwise comes back as news.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.config import PlatformConfig
from app.core.camera_mask import Areas, digest
from app.core.clock import Clock
from app.core.directory import Camera
from app.core.message import Message, message
from app.core.model import Ms
from app.live.camera_counts import PlatformAnswer
from app.live.video_past import Powers
from app.secrets import Secrets
from app.video.alarm_watch import EVERY_S as ALARMS_S
from app.video.alarm_watch import AlarmWatch
from app.video.board import Rows
from app.video.broken import tell_broken
from app.video.budget import SHARE, Prices, cores_of, layout
from app.video.census import EVERY_S, Census
from app.video.director import Director
from app.video.keeper import EVERY_S as KEEP_S
from app.video.keeper import Keeper
from app.video.platform import (
    Ability,
    CameraAlarm,
    CameraPlatform,
    CameraState,
    Move,
    PlatformError,
    Preset,
    Recording,
    VideoSurroundings,
)
from app.video.pool import Pool, worker_count
from app.video.ptz import Ptz
from app.video.snapshots import Snapshots
from app.video.sound import Sound
from app.video.sources import Make, Sources, make_platform
from app.video.tile import Budget, Demand, Tile
from app.video.wire import Failed, Fault, Made, Opened

T = TypeVar("T")
Endpoints = Mapping[str, str] | Callable[[], Mapping[str, str]]
START_S = 20.0
MOST_ALARMS = 1000
"""That wait for the main loop."""
IDLE_S = 20.0
"""So long after the start the workers are started though nobody wants to see anything yet."""

log = logging.getLogger("chengmai.video")


def _unmasked(_: str) -> Areas:
    return ()


class VideoService:
    """`cameras` are those of the city's files; `folder` is the seat's own; `endpoints` may be
    waited for, in a thread of its own, before the platforms are made; `hidden` gives the
    cameras that this seat may not show now, `masks` the areas of a camera that nobody may see; both
    are called in the video thread. `make` makes the platforms."""

    def __init__(
        self,
        configs: Sequence[PlatformConfig],
        cameras: Sequence[Camera],
        folder: Path,
        clock: Clock,
        secrets: Secrets,
        endpoints: Endpoints,
        zone: str,
        *,
        cores: int | None = None,
        workers: int | None = None,
        keep_s: float = KEEP_S,
        idle_s: float = IDLE_S,
        hidden: Callable[[], frozenset[str]] = frozenset,
        masks: Callable[[str], Areas] = _unmasked,
        city_folder: Path | None = None,
        make: Make = make_platform,
    ) -> None:
        self.tiles: dict[str, Tile] = {}
        self.budget = Budget(0.0, 0.0)
        self.board: Rows | None = None
        self._configs = tuple(configs)
        self._cameras = tuple(cameras)
        self._folder = folder
        self._clock = clock
        self._secrets, self._zone, self._city_folder = secrets, zone, city_folder
        self._endpoints = endpoints
        self._make = make
        self._workers, self._keep_s, self._idle_s = workers, keep_s, idle_s
        self._cores = cores_of(cores)
        self._hidden = hidden
        self._masks = masks
        self._prices = Prices()
        self._deliver: Callable[[], object] = lambda: None
        self._lock = threading.Lock()
        self._ended: Callable[[], object] = lambda: None
        self._news: set[str] = set()
        self._newest: tuple[dict[str, Tile], Budget] = ({}, self.budget)
        self._states: dict[str, CameraState] = {}
        self._alarms: list[CameraAlarm] = []
        self._unheard: dict[str, Message] = {}
        self._answers: list[PlatformAnswer] = []
        self._before: list[Callable[[], object]] = []  # what is wanted before the start
        self._early: list[Callable[[Director], object]] = []  # what is wanted before it runs
        self._loop: asyncio.AbstractEventLoop | None = None
        self._needed, self._ready, self._stopping = (asyncio.Event() for _ in range(3))
        self._director: Director | None = None
        self._sources: Sources | None = None
        self._pool: Pool | None = None
        self._ptz: Ptz | None = None
        self._thread = threading.Thread(target=self._main, name="video", daemon=True)

    # ---- from the main loop

    def start(self, deliver: Callable[[], object]) -> None:
        """Start the thread. `deliver` is called there when there is something to `take`."""
        self._deliver = deliver
        self._loop = asyncio.new_event_loop()
        for what in self._before:
            self._call(what)
        self._before.clear()
        self._thread.start()

    async def stop(self) -> None:
        """End streams, workers and thread; twice does no harm."""
        loop = asyncio.get_running_loop()
        ended = loop.create_future()
        with self._lock:
            if not self._thread.is_alive():
                return
            self._ended = lambda: loop.call_soon_threadsafe(_resolve, ended)
        self._call(self._stopping.set)
        await ended
        self._thread.join()  # it has nothing left to do

    def want(self, view: str, demand: Demand | None) -> None:
        """Replace what a view wants; None: nothing any more."""
        if demand is not None:
            self._call(self._needed.set)
        self._call(lambda: self._directed(lambda director: director.want(view, demand)))

    def take(self) -> frozenset[str]:
        """Bring `tiles` and `budget` up to now; gives the views (and `budget`) that read
        otherwise."""
        with self._lock:
            news, self._news = frozenset(self._news), set()
            self.tiles, self.budget = self._newest
        return news

    def take_states(self) -> list[CameraState]:
        """What the platforms said of their cameras since the last call."""
        with self._lock:
            states, self._states = list(self._states.values()), {}
        return states

    def take_answers(self) -> list[PlatformAnswer]:
        """Which platforms were asked for states since the last call, and whether they answered."""
        with self._lock:
            answers, self._answers = self._answers, []
        return answers

    def take_alarms(self) -> list[CameraAlarm]:
        """What cameras noticed since the last call, oldest first."""
        with self._lock:
            alarms, self._alarms = self._alarms, []
        return alarms

    def unheard(self) -> dict[str, Message]:
        """Platforms whose alarms do not arrive now, with what is to be told of it."""
        with self._lock:
            return dict(self._unheard)

    def fits(self, demands: Sequence[Demand]) -> Budget:
        """What a layout would cost, and how many of its streams would not be whole."""
        allowed = self.budget.allowed or self._cores * SHARE  # nothing is measured yet
        return layout(demands, self._prices, allowed, self.budget.workers)

    def hold(self, link_down: frozenset[str]) -> None:
        """The links that are cut now, with those behind them."""
        self._call(lambda: self._directed(lambda director: director.hold(link_down)))

    def mask(self, camera: str) -> Areas:
        """What nobody may see of a camera."""
        return self._masks(camera)

    def cover(self, camera: str) -> None:
        """The areas of a camera that nobody may see are others now."""
        self._call(lambda: self._directed(lambda director: director.cover(camera)))

    def hear(self, view: str, rate: int = 0) -> None:
        """Let a view be heard, `rate` samples a second, and no other; empty: none."""
        self._call(lambda: self._directed(lambda director: director.hear(view, rate)))

    @property
    def sound(self) -> Sound | None:
        """Where what is heard lies, once the thread knows it."""
        return self._director.hearing.sound if self._director is not None else None

    def reconnect(self, view: str) -> None:
        """Try the camera of a view now."""
        self._call(lambda: self._directed(partial(_look, view=view)))

    async def clip(self, view: str, path: Path, seconds: float = 30.0) -> Made:
        """Write the last seconds of what a view shows as MP4, not encoded anew."""

        async def write() -> Made:
            stream, pool = self._stream(view)
            return await pool.clip(stream, path, seconds)

        return await self._ask(write)

    async def snap(self, view: str, path: Path) -> Made:
        """Write the newest picture of a view in its own size (`.jpg`, `.png`)."""

        async def write() -> Made:
            stream, pool = self._stream(view)
            return await pool.snap(stream, path)

        return await self._ask(write)

    def abilities(self, camera: str) -> frozenset[Ability]:
        """What the platform of a camera can do; nothing before it runs or where there is none."""
        stand = self._sources.of(camera) if self._sources is not None else None
        return frozenset() if stand is None or stand.platform is None else stand.platform.abilities

    def powers(self, platform: str) -> Powers | None:
        """What a platform can do with the past; None before it runs or where there is none."""
        stand = self._sources.of(f"{platform}:") if self._sources is not None else None
        return powers_of(stand.platform) if stand is not None and stand.platform else None

    async def move(self, camera: str, move: Move) -> None:
        """Turn a camera for half a second; to be repeated while a hand is on it. Raises
        PlatformError."""

        async def turn() -> None:
            assert self._ptz is not None
            await self._ptz.move(camera, move)

        await self._ask(turn)

    async def presets(self, camera: str) -> list[Preset]:
        """Directions that a camera remembers; raises PlatformError."""
        return await self.ask(camera, lambda platform: platform.presets(camera))

    async def go_to(self, camera: str, preset: str) -> None:
        """Turn a camera to one of them; raises PlatformError."""
        await self.ask(camera, lambda platform: platform.go_to(camera, preset))

    async def records(self, camera: str, begin: Ms, end: Ms) -> list[Recording]:
        """What was recorded of a camera; raises PlatformError."""
        return await self.ask(camera, lambda platform: platform.records(camera, begin, end))

    async def ask(self, camera: str, what: Callable[[CameraPlatform], Awaitable[T]]) -> T:
        """Ask the platform of a camera (or of `<platform>:`) in the video thread; raises
        PlatformError, at once where it is known not to answer."""

        async def asked() -> T:
            return await what(self._platform(camera))

        return await self._ask(asked)

    # ---- in the thread

    def _call(self, what: Callable[[], object]) -> None:
        """Do something in the thread; after its end nobody hears it."""
        loop = self._loop
        if loop is None:
            self._before.append(what)
        elif not loop.is_closed():
            try:
                loop.call_soon_threadsafe(what)
            except RuntimeError:  # it was closed between the two lines
                log.debug("asked after the end")

    async def _ask(self, what: Callable[[], Awaitable[T]]) -> T:
        loop = self._loop
        if loop is None or loop.is_closed() or not self._thread.is_alive():
            raise PlatformError(message("videostate.not_running"))

        async def asked() -> T:
            self._needed.set()
            await self._ready.wait()
            if self._director is None:
                raise PlatformError(message("videostate.not_running"))
            return await what()

        future = asyncio.run_coroutine_threadsafe(asked(), loop)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            if self._thread.is_alive() and not self._stopping.is_set():
                raise
            raise PlatformError(message("videostate.not_running")) from None

    def _directed(self, what: Callable[[Director], object]) -> None:
        if self._director is not None:
            what(self._director)
        elif not self._stopping.is_set():
            self._early.append(what)

    def _main(self) -> None:
        assert self._loop is not None
        loop = self._loop
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(self._run())
        finally:
            with self._lock:
                ended, self._ended = self._ended, lambda: None
            ended()

    async def _run(self) -> None:
        await self._until_needed()
        if self._stopping.is_set():
            return
        around = await asyncio.to_thread(self._surroundings)
        self._sources = Sources(self._configs, self._cameras, around, self._make)
        self._pool = Pool(self._heard, workers=self._workers or worker_count(self._cores))
        self._ptz = Ptz(self._turn)
        snapshots = await asyncio.to_thread(
            Snapshots, self._folder / "video" / "last", lambda camera: digest(self._masks(camera))
        )
        starting = asyncio.create_task(self._pool.start(), name="video workers")
        try:
            async with asyncio.timeout(START_S):
                await asyncio.shield(starting)
        except TimeoutError:
            log.error("the video workers do not start")
        except OSError as error:
            log.error("no memory for video: %s", error.strerror)
            self._ready.set()
            return
        director = self._director = Director(
            self._sources,
            self._pool,
            snapshots,
            self._clock,
            self._cores,
            self._hidden,
            self._masks,
            self._told,
            self._folder / "video" / "kept",
        )
        await asyncio.to_thread(director.rings.clear)
        self._prices = director.governor.prices
        self.board = self._pool.board
        director.start()
        tasks = self._tasks(director, snapshots)
        for what in self._early:
            what(director)
        self._early.clear()
        self._ready.set()
        await self._stopping.wait()
        await self._end(director, [*tasks, starting])

    async def _until_needed(self) -> None:
        """Workers are not started before somebody wants to see something, or all else has
        started."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self._needed, self._stopping)]
        await asyncio.wait(waits, timeout=self._idle_s, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        await asyncio.wait(waits)

    def _tasks(self, director: Director, snapshots: Snapshots) -> list[asyncio.Task[None]]:
        assert self._sources is not None and self._pool is not None
        keeper = Keeper(
            director,
            self._sources,
            self._pool,
            snapshots,
            self._clock,
            [camera.id for camera in self._cameras],
            self._keep_s,
        )
        tasks = [asyncio.create_task(keeper.run(), name="last pictures")]
        for stand in self._sources.stands.values():
            census = Census(stand)
            if census.can:
                name = f"states of {stand.config.id}"
                tasks.append(asyncio.create_task(self._count(census), name=name))
            watch = AlarmWatch(stand, self._clock, self._folder / "video")
            if watch.can:
                name = f"alarms of {stand.config.id}"
                tasks.append(asyncio.create_task(self._watch(watch), name=name))
        for task in tasks:
            task.add_done_callback(tell_broken)
        return tasks

    async def _end(self, director: Director, tasks: Sequence[asyncio.Task[None]]) -> None:
        assert self._ptz is not None and self._pool is not None and self._sources is not None
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await self._ptz.close()
        self._director = None
        await director.stop()
        self.board = None
        await self._pool.stop()
        await self._sources.close()

    async def _count(self, census: Census) -> None:
        while True:
            states = await census.ask()
            answer = PlatformAnswer(census.platform, self._clock.now(), census.answered)
            with self._lock:
                self._states.update((state.camera, state) for state in states)
                self._answers.append(answer)
            self._deliver()
            await asyncio.sleep(EVERY_S)

    async def _watch(self, watch: AlarmWatch) -> None:
        while True:
            alarms = await watch.ask()
            with self._lock:
                self._alarms = [*self._alarms, *alarms][-MOST_ALARMS:]
                self._unheard.pop(watch.platform, None)
                if (unheard := watch.unheard) is not None:
                    self._unheard[watch.platform] = unheard
            self._deliver()  # also without: what is over is looked at
            await asyncio.sleep(ALARMS_S)

    def _surroundings(self) -> Callable[[PlatformConfig], VideoSurroundings]:
        endpoints = self._endpoints() if callable(self._endpoints) else self._endpoints

        def around(config: PlatformConfig) -> VideoSurroundings:
            own = tuple(camera for camera in self._cameras if camera.id.startswith(f"{config.id}:"))
            return VideoSurroundings(
                self._clock, self._secrets, self._zone, own, endpoints, self._city_folder
            )

        return around

    def _heard(self, report: Opened | Failed) -> None:
        self._directed(lambda director: director.heard(report))

    def _told(self, tiles: dict[str, Tile], budget: Budget, news: set[str]) -> None:
        with self._lock:
            waiting = bool(self._news)
            self._news |= news
            self._newest = (tiles, budget)
        if not waiting:
            self._deliver()

    async def _turn(self, camera: str, move: Move) -> None:
        await self._platform(camera).move(camera, move)

    def _platform(self, camera: str) -> CameraPlatform:
        assert self._sources is not None
        stand = self._sources.of(camera)
        if stand.platform is None:
            raise PlatformError(stand.without, Fault.ADDRESS)
        if stand.down is not None:
            raise PlatformError(stand.down.reason, stand.down.fault)
        return stand.platform

    def _stream(self, view: str) -> tuple[int, Pool]:
        assert self._director is not None and self._pool is not None
        life = self._director.of(view)
        if life is None:
            raise PlatformError(message("videostate.not_shown"), Fault.NOT_FOUND)
        life.cover()  # a mask that holds here is ordered before the file is
        return life.stream, self._pool


def _look(director: Director, view: str) -> None:
    life = director.of(view)
    if life is not None:
        life.look()


def powers_of(platform: CameraPlatform) -> Powers:
    """What a platform can do with the past and with a camera's head."""
    can = platform.abilities
    return Powers(
        Ability.RECORDS in can,
        Ability.PRESETS in can,
        platform.speeds if Ability.SEEK in can else (),
    )


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
