"""The seat's windows: which screens have one, which scene they show, what their keys do."""

import logging
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QScreen

from app.core.i18n import Translator, translator
from app.core.message import Refusal
from app.core.model import Level
from app.live.hub import Kind
from app.registry import Registry
from widgets.bridge import Bridge
from widgets.context import Context, Spine
from widgets.look import HALL, Looks
from widgets.panels._base import Panel
from widgets.scene import LoadedScene, load_scenes
from widgets.selection import Selection
from widgets.theme import Theme
from widgets.window import Window

log = logging.getLogger(__name__)

PAGE_MS = 30_000
_SCENE_KEYS = {
    key: number
    for number in range(9)
    for key in (Qt.Key(Qt.Key.Key_F1 + number), Qt.Key(Qt.Key.Key_1 + number))
}
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class Shell(QObject):
    """Makes and keeps the windows of one seat. `start` after QApplication, `stop` before its end.

    The scene shown is the seat's (`spine.seat.scene`): the command `switch-scene` changes it and
    every window follows. `ended` comes when the last window was closed.
    """

    ended = Signal()
    command_wanted = Signal(str)  # the text of a command
    key_pressed = Signal(object)  # a QKeyEvent that neither panel, window nor shell wanted
    scene_shown = Signal(str)
    opened = Signal(object)  # a Window, when it was made

    def __init__(
        self,
        spine: Spine,
        looks: Looks,
        translator: Translator,
        *,
        full: bool = False,
        scenes: Mapping[str, LoadedScene] | None = None,
        panels: str = "widgets.panels",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.spine = spine
        self.looks = looks
        self.bridge = Bridge(spine.hub, self)
        self.selection = Selection(spine.hub)
        self.translator = translator
        self.windows: list[Window] = []
        self.scene: LoadedScene | None = None
        # Without a window manager nothing draws a frame, and nobody could use one.
        bare = QGuiApplication.platformName() == "offscreen"
        self._full = full or bare or looks.seat == HALL
        self._zone = ZoneInfo(spine.city.config.zone)
        # All scenes are read and checked once, before the first window: no file is read later.
        self.scenes = dict(scenes or load_scenes(looks.seat))
        self._registry: Registry[Panel] = Registry(panels, Panel)
        self._screens: list[str] = []
        self._pages = QTimer(self, interval=PAGE_MS)
        self._pages.timeout.connect(self._turn_unless_red)

    # ---- life

    def start(self) -> None:
        """Open the windows on the screens there are, with the seat's first scene."""
        seat = self.spine.seat
        seat.scenes = tuple(self.scenes)
        seat.language, seat.theme = self.translator.language, self.looks.worn
        seat.themes = self.looks.choices
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.connect(self._on_screens)
        application.screenRemoved.connect(self._on_screens)
        self.bridge.signal(Kind.SEAT).connect(self._on_seat)
        self.show_scene(self.spine.seat.scene or next(iter(self.scenes)))
        self.use_screens(screen_names())
        self.bridge.start()

    def stop(self) -> None:
        """Close and delete every window; nothing of the shell is left in Qt after the next turn."""
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.disconnect(self._on_screens)
        application.screenRemoved.disconnect(self._on_screens)
        self._pages.stop()
        for window in self.windows:
            self._close(window)
        self.windows = []
        self.bridge.stop()

    def raise_windows(self) -> None:
        """Bring the program to the front: somebody started it again."""
        for window in self.windows:
            window.show()
            window.raise_()
            window.activateWindow()

    # ---- screens

    def use_screens(self, names: Sequence[str]) -> None:
        """Have a window on each of the screens of these names that the scene has something for.

        Names, because PySide's QScreen objects die with the first window that was on them.
        """
        screens = [screen for screen in QGuiApplication.screens() if screen.name() in names]
        if not screens:
            return  # all unplugged: keep what there is until one comes back
        self._screens = [screen.name() for screen in screens]
        wanted = screens if self.looks.seat == HALL else screens[: self._page_count()]
        for number, screen in enumerate(wanted):
            if number == len(self.windows):
                self.windows.append(self._open(number, screen))
            else:
                self._move(self.windows[number], screen)
        while len(self.windows) > len(wanted):
            self._close(self.windows.pop())
        self._set_paging()

    def _page_count(self) -> int:
        assert self.scene is not None
        return 1 + max(spec.index for spec in self.scene.scene.screen)

    def _open(self, number: int, screen: QScreen) -> Window:
        assert self.scene is not None
        window = Window(number, self.looks, self._registry, self.context)
        window.setWindowTitle(self._window_title())
        window.closed.connect(self._on_closed)
        window.pressed.connect(self._on_key)
        if self.looks.seat == HALL:
            window.setCursor(Qt.CursorShape.BlankCursor)
            window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self._move(window, screen)
        window.show_scene(self.scene, number)
        self.opened.emit(window)
        return window

    def _move(self, window: Window, screen: QScreen) -> None:
        if window.isVisible() and window.screen().name() == screen.name():
            if self._full and window.geometry() != screen.geometry():
                window.setGeometry(screen.geometry())
            return
        window.setScreen(screen)
        window.setGeometry(screen.geometry() if self._full else screen.availableGeometry())
        if self._full:
            window.showFullScreen()
        else:
            window.showMaximized()

    def _close(self, window: Window) -> None:
        window.closed.disconnect(self._on_closed)
        window.clear()
        window.close()
        window.deleteLater()

    def _on_screens(self, _: QScreen) -> None:
        self.use_screens(screen_names())

    def _on_closed(self, window: Window) -> None:
        if window in self.windows:
            self.windows.remove(window)
            self._close(window)
        if not self.windows:
            self.ended.emit()

    # ---- scenes

    def show_scene(self, name: str) -> None:
        """Cut every window to a scene; one that cannot be shown is logged and the old one stays."""
        scene = self.scenes.get(name)
        if scene is None:
            log.error("scene %s is not one of %s", name, ", ".join(self.scenes))
            return
        if scene is self.scene:
            return
        try:
            for window in self.windows:
                window.show_scene(scene, window.number)
        except Refusal as refusal:
            log.error("scene %s: %s", name, refusal)
            return
        self.scene = scene
        self.spine.seat.scene = name
        self.use_screens(self._screens)
        self.scene_shown.emit(name)

    def request_scene(self, name: str) -> None:
        """Ask for a scene as an officer does: by command, so that a drill can replay it."""
        self.command_wanted.emit(f"switch-scene {name}")

    def turn_page(self) -> None:
        """Where fewer screens are plugged in than the scene has: the last shows the next one."""
        if not self.windows or self.scene is None:
            return
        last = self.windows[-1]
        hidden = range(last.number, self._page_count())
        if len(hidden) > 1:
            page = hidden[(hidden.index(last.page) + 1) % len(hidden)]
            last.show_scene(self.scene, page)

    def _set_paging(self) -> None:
        """A wall without keys turns its pages by itself; a desk's are turned by its officer."""
        short = 0 < len(self.windows) < self._page_count() if self.scene else False
        if self.looks.seat == HALL and short:
            self._pages.start()
        else:
            self._pages.stop()

    def _turn_unless_red(self) -> None:
        # Nothing on the wall moves until somebody has seen what is red.
        if not _red_unseen(self.spine):
            self.turn_page()

    def _wear_looks(self) -> None:
        """The seat's language and theme in every window; scene, page and selection stay."""
        seat = self.spine.seat
        if (seat.language, seat.theme) == (self.translator.language, self.looks.worn):
            return
        self.translator = translator(seat.language)
        self.looks.wear(seat.theme)
        for window in self.windows:
            window.remake()
            window.setWindowTitle(self._window_title())

    def _on_seat(self, keys: frozenset[str]) -> None:
        self._wear_looks()
        wanted = self.spine.seat.scene
        if self.scene is not None and wanted != self.scene.name:
            self.show_scene(wanted)

    # ---- what panels and keys are given

    def context(self, theme: Theme) -> Context:
        """What the panels of one window are given."""
        return Context(
            spine=self.spine,
            bridge=self.bridge,
            selection=self.selection,
            theme=theme,
            profile=self.looks.wall,
            translator=self.translator,
            seat=self.looks.seat,
            zone=self._zone,
        )

    def _on_key(self, event: QKeyEvent) -> None:
        names, plain = list(self.scenes), event.modifiers() in _PLAIN
        scene = _SCENE_KEYS.get(Qt.Key(event.key())) if plain else None
        if scene is not None and scene < len(names):
            self.request_scene(names[scene])
        elif event.key() == Qt.Key.Key_PageDown and not plain:
            self.turn_page()
        else:
            self.key_pressed.emit(event)

    def _window_title(self) -> str:
        config = self.spine.city.config
        name = self.translator.pick(config.name_zh, config.name_en)
        return self.translator.text("shell.window_title", city=name)


def screen_names() -> list[str]:
    """The screens that are plugged in, in Qt's order."""
    return [screen.name() for screen in QGuiApplication.screens()]


def _red_unseen(spine: Spine) -> bool:
    cards = spine.board.view().cards
    return any(card.warning.level is Level.RED and card.acknowledged is None for card in cards)
