"""One window: the panels of one screen of a scene, in their places."""

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QWidget

from app.live.stage import MAIN
from app.registry import Registry, UnknownKind
from widgets.context import Context
from widgets.fade import Fade, fades
from widgets.grid import Placed, Seams, choose_screen, place, tracks
from widgets.look import Looks
from widgets.panels._base import Panel
from widgets.pointer import Pointer
from widgets.scene import LoadedScene, PanelSpec, ScreenSpec
from widgets.shade import Shade
from widgets.theme import Theme

ContextFor = Callable[[Theme, LoadedScene], Context]


class Window(QWidget):
    """Shows one screen entry of a scene; the shell says which.

    Panels are made when a scene is shown and deleted when it is left; a resize only moves them,
    unless another screen entry or another size of type fits better.
    """

    closed = Signal(object)
    pressed = Signal(object)  # a QKeyEvent that no panel wanted
    arranged = Signal()  # panels came, went or moved

    def __init__(
        self, number: int, looks: Looks, registry: Registry[Panel], context_for: ContextFor
    ) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.number = number
        self.page = 0  # which screen of the scene it shows
        self.group = MAIN  # its name on the seat's stage
        self.monitors: tuple[str, ...] = ()
        self.panels: dict[int, Panel] = {}
        self.scene: LoadedScene | None = None
        self.drawer_open = False
        self._editing = False
        self.shade: Shade | None = None  # stands before the live picture
        self.pointer: Pointer | None = None  # round the panel that is spoken of
        self._looks = looks
        self._context_for = context_for
        self._registry = registry
        self._spec: ScreenSpec | None = None
        self._theme: Theme | None = None
        self._placed: tuple[Placed, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab goes from panel to panel

    @property
    def theme(self) -> Theme | None:
        """What the window wears now; None before the first scene."""
        return self._theme

    @property
    def seat(self) -> str:
        """Whose scenes it shows: the hall's on a wall that a desk drives."""
        return self._looks.seat

    @property
    def has_drawer(self) -> bool:
        """Whether this window is too narrow for all of its scene."""
        return any(item.drawer for item in self._placed)

    def show_scene(self, scene: LoadedScene, page: int) -> None:
        """Go to a scene; raises ConfigError with the old one still standing."""
        spec, theme = self._fitting(scene, page)
        panels = self._make(scene, _of(scene, spec), theme)
        span = theme.motion.scene_ms
        old = self.grab() if self.scene is not None and fades(self, span) else None
        self._drop(self.panels)
        self.scene, self.page, self._spec, self._theme = scene, page, spec, theme
        self.panels = panels
        self.drawer_open = False
        self._arrange()
        self.update()
        if old is not None:
            Fade(self, old, span)

    def swap(self, scene: LoadedScene) -> None:
        """The same scene with panels elsewhere: those that are in both live on; raises ConfigError
        with the old one still standing."""
        spec, theme = self._fitting(scene, self.page)
        before = self.scene
        if before is None or theme is not self._theme or _names(before) != _names(scene):
            self.show_scene(scene, self.page)
            return
        left, kept, new = dict(self.panels), {}, []
        for number, panel in _of(scene, spec):
            same = next((n for n in left if _is_same(before.scene.panel[n], panel)), None)
            if same is None:
                new.append((number, panel))
            else:
                kept[number] = left.pop(same)
        made = self._make(scene, new, theme)
        self._drop(left)
        self.scene, self._spec, self.panels = scene, spec, kept | made
        self._arrange()
        self.update()

    @property
    def screen_id(self) -> str:
        """Which screen entry of its scene it shows."""
        return self._spec.id if self._spec is not None else ""

    def edit(self, *, editing: bool) -> None:
        """Show the whole grid, or again what a person works with."""
        self._editing = editing
        if self.scene is not None:
            self._arrange()

    def tracks(self) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
        """Start and end of the grid's columns and rows in pixels."""
        assert self.scene is not None and self._spec is not None
        width, height = self.width(), self.height()
        unit, seams = self._looks.unit(width, height), self._seams()
        return tracks(self._spec, _of(self.scene, self._spec), width, height, unit, seams)

    def remake(self) -> None:
        """The same screen anew, in another theme or language; the focus stays in its panel."""
        if self.scene is None:
            return
        numbers = [number for number, panel in self.panels.items() if panel.hasFocus()]
        opened = self.drawer_open
        self.show_scene(self.scene, self.page)
        self.toggle_drawer(opened=opened)
        for number in numbers:
            self.panels[number].setFocus()

    def clear(self) -> None:
        """Delete every panel."""
        self._drop(self.panels)
        self.panels, self._placed = {}, ()
        self.scene = None

    def toggle_drawer(self, *, opened: bool) -> bool:
        """Open or close the drawer; False where there is none or nothing changed."""
        if not self.has_drawer or opened == self.drawer_open:
            return False
        self.drawer_open = opened
        self._arrange()
        return True

    def add_shortcut(self, keys: str, action: Callable[[], None]) -> None:
        """Keys that work wherever in this window the focus is."""
        QShortcut(QKeySequence(keys), self, action)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The canvas between the panels."""
        if self._theme is not None:
            QPainter(self).fillRect(event.rect(), self._theme.canvas)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size: move the panels, or show the entry made for it."""
        super().resizeEvent(event)
        if self.scene is None:
            return
        if self._fitting(self.scene, self.page) != (self._spec, self._theme):
            self.show_scene(self.scene, self.page)
        else:
            self._arrange()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The shell decides what the end of this window means."""
        event.accept()
        self.closed.emit(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no panel took: the drawer's here, all others to the shell."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.toggle_drawer(opened=True):
            return
        if event.key() == Qt.Key.Key_Escape and self.toggle_drawer(opened=False):
            return
        self.pressed.emit(event)

    def _fitting(self, scene: LoadedScene, page: int) -> tuple[ScreenSpec, Theme]:
        width, height = self.width(), self.height()
        unit = self._looks.unit(width, height)
        spec = choose_screen(scene.scene.screen, page, width / unit, height / unit)
        return spec, self._looks.theme(scene.scene.theme, width, height)

    def _make(
        self, scene: LoadedScene, wanted: list[tuple[int, PanelSpec]], theme: Theme
    ) -> dict[int, Panel]:
        checked = []  # everything is checked before the first panel is made
        for number, panel in wanted:
            try:
                kind = self._registry.load(panel.kind)
            except UnknownKind as error:
                raise scene.error(f"panel[{number}].kind", str(error)) from error
            checked.append((number, kind, scene.options(number, kind.Options)))
        context = self._context_for(theme, scene)
        return {number: kind(context, options, self) for number, kind, options in checked}

    def _drop(self, panels: dict[int, Panel]) -> None:
        for panel in panels.values():
            panel.stop()
            panel.hide()
            panel.deleteLater()

    def _seams(self) -> Seams | None:
        return self._looks.seams(self._theme) if self._theme is not None else None

    def _arrange(self) -> None:
        assert self.scene is not None and self._spec is not None
        unit = self._looks.unit(self.width(), self.height())
        of_screen = _of(self.scene, self._spec)
        width, height, seams = self.width(), self.height(), self._seams()
        whole = self._editing
        self._placed = place(self._spec, of_screen, width, height, unit, seams, whole=whole)
        for item in self._placed:
            panel = self.panels[item.number]
            panel.setGeometry(QRect(item.x, item.y, item.width, item.height))
            panel.setVisible(not item.drawer or self.drawer_open)
            if item.drawer:
                panel.raise_()
        self.arranged.emit()
        for over in (self.pointer, self.shade):
            if over is not None:
                over.raise_()


def _of(scene: LoadedScene, spec: ScreenSpec) -> list[tuple[int, PanelSpec]]:
    numbered = enumerate(scene.scene.panel)
    return [(number, panel) for number, panel in numbered if panel.screen == spec.id]


def _is_same(one: PanelSpec, other: PanelSpec) -> bool:
    return (one.kind, one.options, one.edge) == (other.kind, other.options, other.edge)


def _names(scene: LoadedScene) -> tuple[str, str, str]:
    return scene.name, scene.scene.name_zh, scene.scene.name_en
