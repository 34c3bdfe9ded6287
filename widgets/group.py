"""Windows that show one scene together: the seat's monitors, one of them by itself, a wall."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

from app.core.message import Refusal, message
from app.live.address import Address, parse_address
from app.live.stage import MAIN
from app.registry import Registry
from widgets.context import Context, Spine
from widgets.look import HALL, Looks
from widgets.panels._base import Panel
from widgets.scene import LoadedScene
from widgets.scene_focus import choose, chosen, resolve
from widgets.selection import Selection
from widgets.span import Monitor, Tile, tiles
from widgets.theme import Theme
from widgets.window import Window

ContextFor = Callable[["Group", Theme, LoadedScene], Context]


@dataclass(frozen=True)
class Stagehand:
    """What the shell gives each of its groups."""

    spine: Spine
    registry: Registry[Panel]
    context_for: ContextFor
    title: Callable[["Group"], str]
    number: Callable[[], int]  # the next window's, for its files
    opened: Callable[[Window], None]
    closed: Callable[[Window], None]
    pressed: Callable[[QKeyEvent], None]


class Group:
    """One scene over some monitors: its screens stand in its windows, one each.

    `selection` is what its panels are about: the seat's own groups share one unless they show
    something by themselves.
    """

    def __init__(
        self,
        name: str,
        looks: Looks,
        scenes: Callable[[], dict[str, LoadedScene]],
        selection: Selection,
        hand: Stagehand,
        *,
        full: bool,
    ) -> None:
        self.name = name
        self.looks = looks
        self.selection = selection
        self.windows: list[Window] = []
        self.scene: LoadedScene | None = None
        self.asked = ""  # the text of the address that was shown last
        self._scenes = scenes
        self._hand = hand
        self._full = full
        self._first = 0  # the screen in the first window
        self._fill = looks.seat == HALL

    @property
    def scenes(self) -> dict[str, LoadedScene]:
        """What it may show, by name."""
        return self._scenes()

    @property
    def address(self) -> str:
        """What it shows now, with what the scene is about."""
        if self.scene is None:
            return ""
        focus = chosen(self._hand.spine, self.scene, self.selection)
        return Address(self.scene.name, focus, self._first + 1).text()

    @property
    def pages(self) -> int:
        """How many screens its scene has."""
        assert self.scene is not None
        return self.scene.scene.pages

    @property
    def is_short(self) -> bool:
        """Whether its scene has more screens than there are windows."""
        return self.scene is not None and 0 < len(self.windows) < self.pages

    def check(self, address: Address) -> None:
        """Raises Refusal where it cannot show an address."""
        scene = self.scenes.get(address.scene)
        if scene is None:
            known = " ".join(self.scenes)
            raise Refusal(message("scene.unknown", scene=address.scene, known=known))
        if address.page > scene.scene.pages:
            count = scene.scene.pages
            raise Refusal(
                message("scene.no_page", scene=scene.name, page=address.page, count=count)
            )
        if address.focus:
            resolve(self._hand.spine, scene, address.focus)

    def show(self, text: str) -> None:
        """Show an address; raises Refusal with the old scene still standing."""
        address = parse_address(text)
        self.check(address)
        scene, first = self.scenes[address.scene], address.page - 1
        if address.focus:
            choose(scene, self.selection, resolve(self._hand.spine, scene, address.focus))
        if scene is not self.scene or first != self._first:
            same = self.scene is not None and self.scene.name == scene.name
            for position, window in enumerate(self.windows):
                page = self._page(position, first)
                if same and window.page == page:
                    window.swap(scene)
                else:
                    window.show_scene(scene, page)
        self.scene, self._first = scene, first
        self.entitle()

    def holds(self, kind: str, name: str) -> bool:
        """Whether it shows the scene of that name of that seat."""
        return self.looks.seat == kind and self.scene is not None and self.scene.name == name

    def swap(self, scene: LoadedScene) -> None:
        """The same scene with panels elsewhere; raises ConfigError."""
        for window in self.windows:
            window.swap(scene)
        self.scene = scene

    def use(self, monitors: Sequence[Monitor]) -> None:
        """Have a window on each monitor that the scene has something for."""
        assert self.scene is not None
        places = tiles(self.scene.scene.screen, monitors, self.looks.unit, fill=self._fill)
        for position, tile in enumerate(places):
            if position == len(self.windows):
                self.windows.append(self._open(position, tile))
            else:
                self._move(self.windows[position], tile)
        while len(self.windows) > len(places):
            self.close(self.windows.pop())

    def turn_page(self) -> None:
        """Where there are fewer windows than screens: the last shows the next one."""
        if not self.windows or self.scene is None:
            return
        position, last = len(self.windows) - 1, self.windows[-1]
        hidden = range(position, self.pages)
        if len(hidden) > 1:
            at = hidden.index(last.page) if last.page in hidden else -1
            last.show_scene(self.scene, hidden[(at + 1) % len(hidden)])

    def entitle(self) -> None:
        """Write the windows' titles."""
        for window in self.windows:
            window.setWindowTitle(self._hand.title(self))

    def close_all(self) -> None:
        """Close and delete its windows."""
        while self.windows:
            self.close(self.windows.pop())

    def close(self, window: Window) -> None:
        """Close and delete one."""
        window.closed.disconnect(self._hand.closed)
        window.clear()
        window.close()
        window.deleteLater()

    def context(self, theme: Theme, scene: LoadedScene) -> Context:
        """What the panels of one window are given."""
        return self._hand.context_for(self, theme, scene)

    def _page(self, position: int, first: int) -> int:
        return first if position == 0 else position

    def _open(self, position: int, tile: Tile) -> Window:
        assert self.scene is not None
        window = Window(self._hand.number(), self.looks, self._hand.registry, self.context)
        window.group = self.name
        window.setWindowTitle(self._hand.title(self))
        window.closed.connect(self._hand.closed)
        window.pressed.connect(self._hand.pressed)
        if self.looks.seat == HALL:
            window.setCursor(Qt.CursorShape.BlankCursor)
            window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self._move(window, tile)
        window.show_scene(self.scene, self._page(position, self._first))
        self._hand.opened(window)
        return window

    def _move(self, window: Window, tile: Tile) -> None:
        screen = next(item for item in QGuiApplication.screens() if item.name() == tile.monitors[0])
        whole = QRect(tile.x, tile.y, tile.width, tile.height)
        window.monitors = tile.monitors
        if window.isVisible() and window.screen().name() == screen.name():
            if self._full and window.geometry() != whole:
                window.setGeometry(whole)
            return
        window.setScreen(screen)
        window.setGeometry(whole if self._full else screen.availableGeometry())
        if not self._full:
            window.showMaximized()
        elif len(tile.monitors) > 1:
            window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
            window.show()  # full screen would be one monitor's
        else:
            window.showFullScreen()

    @property
    def is_main(self) -> bool:
        """Whether it stands on all monitors that nothing else was said about."""
        return self.name == MAIN
