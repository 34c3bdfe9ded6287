"""The grid of a window while its panels are moved: by drag, or by the same steps with keys.

It lies over the window and takes its keys and pointer; the panels below it stay live.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.core.message import Message, Refusal
from widgets import scene_edit
from widgets.context import Context
from widgets.names import panel_name
from widgets.paint import text as lettering
from widgets.paint.base import focus_frame, frame, hatch
from widgets.paint.button import KeyHint, paint_keys
from widgets.scene import Scene
from widgets.scene_edit import Place
from widgets.theme import Role
from widgets.window import Window

FOOT, TAG, GRIP = 44, 30, 12  # desk pixels at 100 %
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
Spans = Sequence[tuple[float, float]]


class EditOverlay(QWidget):
    """`edited` gives the scene after a step; `wanted` one of undo, save, revert, add, leave.

    What cannot be done is refused in words at the foot, and nothing moves.
    """

    edited = Signal(object)
    wanted = Signal(str)

    def __init__(self, context: Context, window: Window, scene: Scene) -> None:
        super().__init__(window)
        self.context = context
        self.scene = scene
        self.number = -1  # of the chosen panel
        self.steps = 0  # that are not saved
        self.said = ""  # why the last step was refused
        self._window = window
        self._drag: _Drag | None = None
        self._title = context.translator.pick(scene.name_zh, scene.name_en)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        window.installEventFilter(self)
        window.arranged.connect(self._cover)
        self._choose_next(1)
        self._cover()

    # ---- for the editor

    def take(self, scene: Scene, steps: int) -> None:
        """The scene as it stands now, with so many steps that are not saved."""
        before = self.scene
        self.scene, self.steps, self.said = scene, steps, ""
        if len(scene.panel) > len(before.panel):
            self.number = len(scene.panel) - 1  # the new one
        if self.number not in self._panels:
            self.number = -1
            self._choose_next(1)
        self._cover()

    def say(self, words: Message) -> None:
        """A sentence at the foot."""
        self.said = self.context.translator.render(words)
        self._tell()

    def close_overlay(self) -> None:
        """Go; the window is as an officer works with it."""
        self._window.removeEventFilter(self)
        self._window.arranged.disconnect(self._cover)
        self.hide()
        self.deleteLater()

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, with Shift they resize; no key reaches the panels."""
        key, held = Qt.Key(event.key()), event.modifiers()
        control = bool(held & Qt.KeyboardModifier.ControlModifier)
        words: dict[tuple[Qt.Key, bool], str] = {
            (Qt.Key.Key_Z, True): "undo",
            (Qt.Key.Key_S, True): "save",
            (Qt.Key.Key_R, False): "revert",
            (Qt.Key.Key_N, False): "add",
            (Qt.Key.Key_Escape, False): "leave",
        }
        if key in ARROWS and not control:
            shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
            self._nudge(*ARROWS[key], resize=shift)
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_J):
            self._choose_next(1)
        elif key in (Qt.Key.Key_Backtab, Qt.Key.Key_K) and not control:
            self._choose_next(-1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.number >= 0:
            self._try(lambda: scene_edit.remove(self.scene, self.number))
        elif (key, control) in words:
            self.wanted.emit(words[key, control])
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab chooses the next panel here."""
        self._choose_next(1 if forward else -1)
        return True

    def _nudge(self, columns: int, rows: int, *, resize: bool) -> None:
        if self.number < 0:
            return
        here = scene_edit.place_of(self.scene.panel[self.number])
        place = here.grown(columns, rows) if resize else here.moved(columns, rows)
        if place != here:
            self._try(lambda: scene_edit.put(self.scene, self.number, place))

    def _choose_next(self, step: int) -> None:
        panels = self._panels
        if panels:
            at = panels.index(self.number) + step if self.number in panels else 0
            self.number = panels[at % len(panels)]
        self.said = ""
        self._tell()

    def _try(self, step: Callable[[], Scene]) -> None:
        try:
            scene = step()
        except Refusal as refusal:
            self.say(refusal.reason)
            return
        self.said = ""
        self.edited.emit(scene)

    # ---- pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a panel by its middle to move it, by an edge to resize it."""
        number = self._at(event.position())
        if event.button() is not Qt.MouseButton.LeftButton or number < 0:
            return
        self.number, self.said = number, ""
        edges = self._edges(number, event.position())
        self._drag = _Drag(self._cell(event.position()), edges, self._place(number))
        self._tell()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The panel's new place follows the pointer from cell to cell."""
        if self._drag is None:
            self._show_grip(event.position())
            return
        self._drag.follow(self._cell(event.position()), self._size)
        try:
            scene_edit.check(self.scene, self._window.screen_id, self._drag.place, self.number)
            self.said = ""
        except Refusal as refusal:
            self.said = self.context.translator.render(refusal.reason)
        self._tell()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It stands there, or is refused and stays."""
        drag, self._drag = self._drag, None
        if drag is not None and drag.place != self._place(self.number):
            self._try(lambda: scene_edit.put(self.scene, self.number, drag.place))
        self._tell()

    def _show_grip(self, point: QPointF) -> None:
        number = self._at(point)
        left, top, right, bottom = self._edges(number, point) if number >= 0 else (False,) * 4
        shape = Qt.CursorShape.ArrowCursor if number < 0 else Qt.CursorShape.SizeAllCursor
        if (left or right) and (top or bottom):
            falling = (left and top) or (right and bottom)
            shape = Qt.CursorShape.SizeFDiagCursor if falling else Qt.CursorShape.SizeBDiagCursor
        elif left or right:
            shape = Qt.CursorShape.SizeHorCursor
        elif top or bottom:
            shape = Qt.CursorShape.SizeVerCursor
        self.setCursor(shape)

    # ---- places

    @property
    def _panels(self) -> list[int]:
        return scene_edit.on_grid(self.scene, self._window.screen_id)

    @property
    def _size(self) -> tuple[int, int]:
        grid = scene_edit.grid_of(self.scene, self._window.screen_id)
        return len(grid.columns), len(grid.rows)

    def _place(self, number: int) -> Place:
        return scene_edit.place_of(self.scene.panel[number])

    def _at(self, point: QPointF) -> int:
        there = (n for n in self._panels if self.rect_of(self._place(n)).contains(point))
        return next(there, -1)

    def _cell(self, point: QPointF) -> tuple[int, int]:
        columns, rows = self._window.tracks()
        return _nearest(columns, point.x()), _nearest(rows, point.y())

    def rect_of(self, place: Place) -> QRectF:
        """A place in pixels of the window."""
        columns, rows = self._window.tracks()
        left, right = columns[place.column][0], columns[place.column + place.columns - 1][1]
        top, bottom = rows[place.row][0], rows[place.row + place.rows - 1][1]
        return QRectF(left, top, right - left, bottom - top)

    def _edges(self, number: int, point: QPointF) -> tuple[bool, bool, bool, bool]:
        rect, grip = self.rect_of(self._place(number)), self.context.theme.px(GRIP)
        return (
            point.x() < rect.left() + grip,
            point.y() < rect.top() + grip,
            point.x() > rect.right() - grip,
            point.y() > rect.bottom() - grip,
        )

    def _cover(self) -> None:
        self.setGeometry(self._window.rect())
        self.raise_()
        self._tell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stays over the whole window."""
        if event.type() == QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def _tell(self) -> None:
        self.setAccessibleName(self.state())
        self.setAccessibleDescription(self.said)
        self.update()

    def state(self) -> str:
        """What is edited, and whether it is saved."""
        say = self.context.text
        saved = say("walls.edit.unsaved", n=self.steps) if self.steps else say("walls.edit.saved")
        return say("walls.edit.state", scene=self._title, state=saved)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells, panels with their names, where the dragged one would stand, the foot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self.context.theme
        columns, rows = self._window.tracks()
        panels = self._panels
        others = [self._place(number) for number in panels if number != self.number]
        for column in range(len(columns)):
            for row in range(len(rows)):
                place = Place(column, row)
                if self._drag is None and any(place.meets(other) for other in others):
                    continue  # lines through a value would be read with it
                frame(painter, self.rect_of(place), theme.text3, theme, 0.0, dashed=True)
        for number in panels:
            frame(painter, self.rect_of(self._place(number)), theme.text3, theme, 0.0)
        if self.number in panels:
            self._paint_chosen(painter, self.number)
        if self._drag is not None:
            rect = self.rect_of(self._drag.place)
            if self.said:
                hatch(painter, rect, theme.text2, theme)
            frame(painter, rect, theme.accent, theme, 0.0, dashed=True, width=theme.px(3))
        self._paint_foot(painter)
        painter.end()

    def _paint_chosen(self, painter: QPainter, number: int) -> None:
        theme, place = self.context.theme, self._place(number)
        rect = self.rect_of(place)
        focus_frame(painter, rect, theme)
        name = panel_name(self.context.translator, self.scene.panel[number].kind)
        text = self.context.text(
            "walls.edit.panel", panel=name, columns=place.columns, rows=place.rows
        )
        high, pad = theme.px(TAG), theme.px(10)
        wide = min(theme.width(text, Role.CAPTION) + 2 * pad, rect.width())
        tag = QRectF(rect.x(), rect.bottom() - high, wide, high)
        painter.fillRect(tag, theme.accent)
        ink = theme.accent_ink
        lettering.draw_in(
            painter, theme, tag.adjusted(pad, 0, -pad / 2, 0), text, Role.CAPTION, ink
        )

    def _paint_foot(self, painter: QPainter) -> None:
        theme, pad = self.context.theme, self.context.theme.px(16)
        high = theme.px(FOOT)
        foot = QRectF(0, self.height() - high, self.width(), high)
        painter.fillRect(foot, theme.overlay)
        painter.fillRect(QRectF(0, foot.y(), foot.width(), theme.px(2)), theme.accent)
        box = foot.adjusted(pad, 0, -pad, 0)
        text = self.said or self.state()
        used = lettering.draw_in(painter, theme, box, text, Role.BODY, theme.text1, True)
        paint_keys(painter, box.adjusted(used + pad, 0, 0, 0), self.hints(), theme, right=True)

    def hints(self) -> tuple[KeyHint, ...]:
        """What the keys do, the most needed first: those without room are left out."""
        say = self.context.text
        return (
            KeyHint("Esc", say("walls.edit.key.leave")),
            KeyHint("Ctrl+S", say("walls.edit.key.save")),
            KeyHint("↑↓←→", say("walls.edit.key.move")),
            KeyHint("Shift+↑↓←→", say("walls.edit.key.resize")),
            KeyHint("Ctrl+Z", say("walls.edit.key.undo")),
            KeyHint("Tab", say("walls.edit.key.next")),
            KeyHint("N", say("walls.edit.key.add")),
            KeyHint("Del", say("walls.edit.key.remove")),
            KeyHint("R", say("walls.edit.key.revert")),
        )


class _Drag:
    """A panel held by the pointer: where it was taken, by which edges, where it would stand."""

    def __init__(
        self, cell: tuple[int, int], edges: tuple[bool, bool, bool, bool], place: Place
    ) -> None:
        self._cell, self._edges, self._before = cell, edges, place
        self.place = place

    def follow(self, cell: tuple[int, int], size: tuple[int, int]) -> None:
        """The pointer is over another cell; a moved panel stays within the grid."""
        across, down = cell[0] - self._cell[0], cell[1] - self._cell[1]
        before, (left, top, right, bottom) = self._before, self._edges
        if left or top or right or bottom:
            self.place = before.stretched(across * left, down * top, across * right, down * bottom)
            return
        column = min(max(0, before.column + across), size[0] - before.columns)
        row = min(max(0, before.row + down), size[1] - before.rows)
        self.place = before._replace(column=column, row=row)


def _nearest(spans: Spans, at: float) -> int:
    return min(range(len(spans)), key=lambda n: max(spans[n][0] - at, at - spans[n][1], 0.0))
