"""What every painted panel shares: its measures, its ground, its head."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from widgets.context import Context
from widgets.edges import Edges
from widgets.paint import text as lettering
from widgets.paint.base import focus_frame
from widgets.paint.button import KeyHint
from widgets.paint.message import MessageCard, paint_message
from widgets.panels._base import Panel, PanelOptions
from widgets.theme import Role, Theme


@dataclass(frozen=True)
class Measures:
    """Lengths of a kind of seat in desk pixels at 100 %, from the pages of the design."""

    pad: float
    head: float
    row: float  # one line
    card: float  # two lines
    gap: float


MEASURES = {
    "desk": Measures(pad=16, head=44, row=40, card=64, gap=12),
    "hall": Measures(pad=14, head=30, row=36, card=44.5, gap=9),
    "cockpit": Measures(pad=24, head=56, row=44, card=76, gap=16),
}


NO_EDGES = Edges()
_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.OtherFocusReason,
)


@dataclass(frozen=True)
class Note:
    """A caption in a head: text, colour, whether it is bold."""

    text: str
    colour: QColor
    bold: bool = False


class Painted(Panel):
    """A panel that is one widget and paints everything itself."""

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.dirty_region = QRegion()  # what the running paint event is for
        self.measures = MEASURES[context.theme.kind]
        self.interactive = context.seat != "hall"
        self._by_keys = False  # the focus came by keys, so it is shown
        if self.interactive:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def theme(self) -> Theme:
        """How things look on this seat."""
        return self.context.theme

    def say(self, id_: str, /, **args: object) -> str:
        """A sentence of the panels' catalogue."""
        return self.context.text(f"panels.{id_}", **args)

    def px(self, length: float) -> float:
        """A length of the desk's design on this seat."""
        return self.theme.px(length)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The frame is for who works without a mouse; a window that comes forward adds none."""
        if event.reason() in _BY_KEYS:
            self._by_keys = True
        elif event.reason() is Qt.FocusReason.MouseFocusReason:
            self._by_keys = False
        super().focusInEvent(event)

    @property
    def row_has_focus(self) -> bool:
        """Whether a part of the panel wears the focus frame; else the whole panel does."""
        return False

    def hints(self) -> list[KeyHint]:
        """The panel's own keys and what they do, for the card of keys."""
        return []

    # ---- places

    @property
    def pad(self) -> float:
        """The inner margin at the left and right."""
        return self.px(self.measures.pad)

    @property
    def head_rect(self) -> QRectF:
        """Where the title and its notes stand."""
        return QRectF(0, 0, self.width(), self.px(self.measures.head))

    @property
    def body_rect(self) -> QRectF:
        """All below the head."""
        top = self.head_rect.bottom()
        return QRectF(0, top, self.width(), max(0.0, self.height() - top))

    # ---- seams of the wall

    @property
    def edges_x(self) -> Edges:
        """Where panels of the wall meet from left to right, in this panel's coordinates: what is
        painted keeps off them."""
        return self._edges(self.context.profile.seams_x, self._corner.x(), self.width())

    @property
    def edges_y(self) -> Edges:
        """The same from top to bottom."""
        return self._edges(self.context.profile.seams_y, self._corner.y(), self.height())

    @property
    def _corner(self) -> QPoint:
        return self.mapTo(self.window(), QPoint(0, 0))

    def _edges(self, seams: Sequence[float], corner: float, length: float) -> Edges:
        profile = self.context.profile
        if self.interactive or not profile.has_edges:
            return NO_EDGES
        inside = tuple(seam - corner for seam in seams if 0 < seam - corner < length)
        return Edges(inside, profile.seam_px / 2 + self.px(4)) if inside else NO_EDGES

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, head, body; a subclass paints the body."""
        began = time.perf_counter()
        painter = QPainter(self)
        try:
            self._paint_all(painter, event)
        finally:
            # A painter that outlives its event takes the whole program down, not this panel.
            painter.end()
        self.painted_in(time.perf_counter() - began)

    def _paint_all(self, painter: QPainter, event: QPaintEvent) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(event.rect())
        painter.fillRect(event.rect(), self.theme.panel)
        self.dirty_region = event.region()
        if self.dirty_region.intersects(self.head_rect.toAlignedRect()):
            self.paint_head(painter, self.head_rect)
        self.paint_body(painter, self.body_rect, QRectF(event.rect()))
        if self._by_keys and self.hasFocus() and not self.row_has_focus:
            focus_frame(painter, QRectF(self.rect()), self.theme)

    def notes_left(self) -> list[Note]:
        """What stands after the title."""
        return []

    def notes_right(self) -> list[Note]:
        """What stands at the right of the head; the first is the rightmost."""
        return []

    def paint_head(self, painter: QPainter, rect: QRectF) -> None:
        """Title at the left in bold, notes beside it and at the right, a line under them."""
        theme, right = self.theme, rect.right() - self.pad
        level = lettering.baseline(theme, Role.CAPTION, rect.y(), rect.height())
        title_level = lettering.baseline(theme, Role.TITLE, rect.y(), rect.height())
        title, edges = self.title(), self.edges_x
        x = self.pad
        x += theme.width(title, Role.TITLE, True)
        for note in self.notes_right():
            width = theme.width(note.text, Role.CAPTION, note.bold)
            right = edges.before(right, width)
            if right - width < x + self.px(12):
                break
            lettering.draw_right(
                painter, theme, (right, level), note.text, Role.CAPTION, note.colour, note.bold
            )
            right -= width + self.px(16)
        right_of_title = edges.until(self.pad, right)
        room = QRectF(self.pad, rect.y(), right_of_title - self.pad, rect.height())
        short = lettering.fit(theme, title, Role.TITLE, room.width(), True)
        x = self.pad + lettering.draw(
            painter, theme, (self.pad, title_level), short, Role.TITLE, theme.text1, True
        )
        for note in self.notes_left():
            wide = theme.width(note.text, Role.CAPTION, note.bold)
            x = edges.past(x + self.px(self.measures.gap), wide)
            if x + wide > right:
                break
            x += lettering.draw(
                painter, theme, (x, level), note.text, Role.CAPTION, note.colour, note.bold
            )
        self.rule(painter, rect.bottom())

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """Everything below the head; only what meets `dirty` must be painted."""

    def rule(self, painter: QPainter, y: float, left: float = 0.0) -> None:
        """A line that parts rows; at least the seat's thinnest stroke."""
        width = max(1.0, self.theme.stroke / 2)
        painter.fillRect(QRectF(left, y - width, self.width() - left, width), self.theme.line1)

    def paint_empty(self, painter: QPainter, rect: QRectF, what: str, why: str) -> None:
        """What is, and what can be done: never a picture."""
        paint_message(painter, rect, MessageCard(what, why), self.theme)
