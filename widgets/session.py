"""One run of the windows: composes runtime, shell and probe, and ends them in order."""

import asyncio
import hashlib
import logging
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec
from platformdirs import user_documents_path
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

from app.city import City
from app.core.clock import Clock
from app.core.i18n import Translator
from app.core.model import Level
from app.core.privacy import SECRET, Privacy
from app.feeds._relay import Gatherers
from app.live.hub import Kind
from app.live.position_past import PositionKeeper
from app.live.stage import MAIN
from app.runtime import Runtime
from widgets.editor import Editor
from widgets.exporter import Exporter
from widgets.footage import FootageDesk
from widgets.guide import Guide
from widgets.look import HALL, Looks
from widgets.map_house import MapHouse
from widgets.map_intake import MapIntake
from widgets.map_memory import MapMemory
from widgets.operator import Operator
from widgets.probe import Probe
from widgets.scene_memory import SceneMemory
from widgets.scene_reload import SceneReload
from widgets.shell import Shell
from widgets.single import SingleInstance
from widgets.sound import Sound
from widgets.stall import StallWatch
from widgets.video_house import VideoHouse
from widgets.video_layouts import LayoutDesk
from widgets.wall_profile import read_profile
from widgets.window import Window
from widgets.windows_first import WindowsFirst

log = logging.getLogger(__name__)


KEEP_S = 60.0


class Options(msgspec.Struct, frozen=True):
    """How the program was asked to run. Folders are where they are on this machine."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    seat: str
    data: Path
    language: str = "zh_CN"
    scene: str = ""  # the address to begin with
    show: tuple[tuple[str, str], ...] = ()  # monitors with an address of their own
    walls: tuple[str, ...] = ()  # monitors that a desk drives for the hall
    wall_profile: Path | None = None
    broker: str = ""
    scenario: str = ""  # of the simulator; empty: its own
    gatherers: Gatherers | None = None  # asked instead of the bureaus
    key: Annotated[str | None, SECRET] = None  # of the databases
    feeds: bool = True
    light: bool = True
    theme: str = ""  # what the seat wore; empty, or not one of its choices: what it has
    full: bool = False
    shot: Path | None = None  # write the screens once, then end
    after_s: float = 5.0
    out: Path | None = None  # write the screens every `every_s` seconds
    every_s: float = 5.0
    first_paint: bool = False  # say when the first picture was painted, then end
    exports: Path | None = None  # where copies are saved; None: the person's documents


class FirstPaint(QObject):
    """Prints the machine's monotonic clock (ns) once the first picture of a window is painted."""

    painted = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the paint event; what it paints is on the screen when the loop turns again."""
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._say)
        return False

    def _say(self) -> None:
        sys.stdout.write(f"{time.monotonic_ns()}\n")
        self.painted.emit()


class Session:
    """Made after QApplication; `await run()` lives until the last window is closed."""

    def __init__(
        self,
        options: Options,
        city: City,
        translator: Translator,
        instance: SingleInstance | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.options = options
        runtime = self.runtime = Runtime(
            city,
            options.data,
            options.seat,
            clock=clock,
            broker=options.broker,
            scenario=options.scenario,
            key=options.key,
            gatherers=options.gatherers,
        )
        runtime.collector.only_here()
        self.translator = translator
        self.stall = StallWatch()
        looks = Looks(options.seat, light=options.light, reduced=options.shot is not None)
        if options.theme in looks.choices:
            looks.wear(options.theme)
        profile = read_profile(options.wall_profile, options.data, city)
        looks.wall = profile
        self.maps = MapHouse(
            city, runtime.picture, runtime.hub, runtime.clock, runtime.seat, options.data
        )
        self.videos = VideoHouse(
            city,
            runtime.seat,
            runtime.hub,
            runtime.clock,
            lambda: runtime.video,
            lambda: self.sound.playing is not Level.NONE,
        )
        self.shell = Shell(
            self.runtime,
            looks,
            translator,
            full=options.full,
            walls=options.walls,
            data=options.data,
            wall_looks=Looks(HALL, wall=profile, reduced=looks.reduced),
            maps=self.maps,
            videos=self.videos,
        )
        tidy = runtime.collector.tidy
        self._windows_first = WindowsFirst(runtime.precedence, self.shell.bridge, rests=tidy)
        self.shell.opened.connect(self._windows_first.watch)
        self._make_hands(options)
        self.probe = Probe(self.shell.context(looks.theme("", 1920, 1080)), self._windows)
        self._ended = asyncio.Event()
        self._work: list[asyncio.Future[None]] = []
        self._told = 0  # reports
        self.shell.ended.connect(self.end)
        if instance is not None:
            instance.raised.connect(self.shell.raise_windows)

    def _make_hands(self, options: Options) -> None:
        """What the person at the seat does, and what is remembered of it."""
        runtime = self.runtime
        self.memory = SceneMemory(self.shell, options.data)
        self.operator = Operator(self.shell)
        say = self.operator.say if options.seat == "desk" else None
        self.reload = SceneReload(self.shell, options.data, say)
        self.layouts = LayoutDesk(self.shell, options.data, say)
        self.guide = Guide(self.shell, say, options.data)
        self.editor = Editor(self.shell, self.operator, options.data)
        exports = options.exports or user_documents_path() / "chengmai"
        self.exporter = Exporter(self.shell, self.operator, exports)
        self.footage = FootageDesk(self.shell, self.operator, exports, lambda: runtime.video)
        self.shell.bridge.signal(Kind.SEAT).connect(self.videos.turning.on_seat)
        self.videos.turning.trouble.connect(self.operator.say)
        self.shell.bridge.signal(Kind.SEAT).connect(self.videos.presets.on_seat)
        self.videos.presets.trouble.connect(self.operator.say)
        self.intake = MapIntake(self.shell, self.operator, self.maps)
        self.map_memory = MapMemory(
            runtime.store.ops, runtime.seat, self.shell.bridge, runtime.clock
        )
        self.maps.ready.connect(self.map_memory.begin)
        self.sound = Sound(self.runtime, self.shell.bridge)

    def _windows(self) -> list[Window]:
        return self.shell.all_windows

    def show(self) -> None:
        """Open the windows, filled from the cache; the first picture needs no feed."""
        stage = self.runtime.seat.stage
        if self.options.scene or self.options.show:
            stage.shown |= {MAIN: self.options.scene, **dict(self.options.show)}
        else:
            stage.shown |= self.memory.restore()
        self.shell.start()
        self._tell_reports()
        self.reload.tell()
        self.layouts.tell()
        self.guide.tell()
        self.shell.bridge.tick.connect(self._tell_reports)
        if self.options.first_paint:
            self._first_paint = FirstPaint(self.shell.windows[0])
            self._first_paint.painted.connect(self.end)

    async def run(self) -> None:
        """From the first picture to the end; `end()` may be called from anywhere in the loop."""
        undo = self._on_signals()
        self.stall.start()
        self._windows_first.start(asyncio.get_running_loop())
        try:
            if self.options.first_paint:
                await self._ended.wait()
                return
            self._work.append(asyncio.ensure_future(self.maps.prepare()))
            if self.options.feeds:
                await self.runtime.start()
            self._work.append(asyncio.ensure_future(self._know_names()))
            await self.sound.open()
            self.memory.begin()
            keeper = PositionKeeper(
                self.runtime.picture, self.runtime.clock, self.runtime.store.keep_positions
            )
            self._work.append(asyncio.ensure_future(keeper.run()))
            self._work.append(asyncio.ensure_future(self._keep_screens()))
            if self.options.out is not None:
                self.probe.write_every(self.options.out, self.options.every_s)
            if self.options.shot is not None:
                await self._shoot(self.options.shot)
            else:
                await self._ended.wait()
        finally:
            undo()
            await self._stop()

    def _tell_reports(self) -> None:
        """What the store has to say is logged once, and said on a desk."""
        for report in self.runtime.reports[self._told :]:
            log.error("%s", self.translator.render(report))
            if self.options.seat == "desk":
                self.operator.say(report)
        self._told = len(self.runtime.reports)

    async def _know_names(self) -> None:
        """The palette's names with their pinyin take half a second of the processor: they are read
        when the first map stands, and what the map can name with them."""
        await self.maps.opened()
        try:
            await self.operator.prepare()
        except Exception:
            log.exception("the names could not be read, the palette finds nothing")

    async def _keep_screens(self) -> None:
        """The record of what was on the wall: each screen, as often as `KEEP_S`, in the store."""
        for name, scene in self.shell.scenes.items():
            text = scene.text.encode()
            version = hashlib.sha256(text).hexdigest()[:16]
            self.runtime.store.keep_catalogue(f"scene/{self.options.seat}/{name}", version, text)
        while True:
            await asyncio.sleep(KEEP_S)
            for window in self.shell.windows:
                screen = f"{self.options.seat}/{window.number}"
                self.runtime.store.keep_screen(screen, await self.probe.body(window))

    async def _shoot(self, folder: Path) -> None:
        try:
            async with asyncio.timeout(self.options.after_s):
                await self._ended.wait()
        except TimeoutError:
            await self.probe.write(folder)

    async def _stop(self) -> None:
        self.stall.stop()
        self._windows_first.stop()
        self.shell.bridge.tick.disconnect(self._tell_reports)
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        await self.probe.stop()
        self.sound.close()
        await self.editor.stop()
        await self.intake.stop()
        await self.map_memory.stop()
        await self.operator.stop()
        await self.memory.stop()
        await self.reload.stop()
        await self.layouts.stop()
        await self.guide.stop()
        await self.exporter.stop()
        await self.footage.stop()
        await self.videos.turning.stop()
        await self.videos.presets.stop()
        asked = [
            task
            for window in self.shell.windows
            for panel in window.panels.values()
            for task in panel.asked
        ]
        self.shell.stop()
        self.videos.stop()
        await asyncio.gather(*asked, return_exceptions=True)  # each tells its own error
        # The windows are deleted before their picture goes. Nothing else may run here: a task that
        # is woken inside of this one is lost, and the end would wait for it for ever.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        await self.maps.stop()
        await self.runtime.stop()

    def end(self) -> None:
        """End the program in order."""
        self._ended.set()

    def _on_signals(self) -> Callable[[], None]:
        """End on SIGTERM and SIGINT; gives what puts the old handlers back."""
        loop = asyncio.get_running_loop()
        old = {
            number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(self.end))
            for number in (signal.SIGTERM, signal.SIGINT)
        }

        def undo() -> None:
            for number, handler in old.items():
                signal.signal(number, handler)

        return undo
