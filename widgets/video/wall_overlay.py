"""What lies over the pictures while a wall is divided by hand, or something is offered: the cells
with their numbers, what is chosen, and at the foot a sentence with its keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.paint import text as lettering
from widgets.paint.base import frame, hatch
from widgets.paint.button import KeyHint, key_hint_width, paint_keys
from widgets.theme import Role, Theme

LINE = 34  # desk pixels: a line of the foot
TAG = 24


@dataclass(frozen=True)
class Foot:
    """A sentence and what the keys do now, the most needed first."""

    text: str
    hints: tuple[KeyHint, ...] = ()


@dataclass(frozen=True)
class Division:
    """The cells by number, which of them are locked, and the rectangle that is chosen (pixels of
    the surface)."""

    places: Mapping[int, QRect]
    locked: frozenset[int] = frozenset()
    chosen: QRect | None = None


class WallOverlay(QWidget):
    """Lies over a surface of the same size; takes neither keys nor pointer."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme = theme
        self.foot: Foot | None = None
        self.division: Division | None = None
        self.hide()

    def show_state(self, foot: Foot | None, division: Division | None, place: QRect) -> None:
        """What stands here now; nothing where both are None."""
        self.setVisible(foot is not None or division is not None)
        if self.geometry() != place:
            self.setGeometry(place)
        if (foot, division) == (self.foot, self.division):
            return
        self.foot, self.division = foot, division
        self.setAccessibleName(foot.text if foot is not None else "")
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells, what is chosen, the foot."""
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.division is not None:
                self._paint_cells(painter, self.division)
            if self.foot is not None:
                self._paint_foot(painter, self.foot)
        finally:
            painter.end()  # one that outlives its event takes the whole program down

    def _paint_cells(self, painter: QPainter, division: Division) -> None:
        theme, pad = self._theme, self._theme.px(6)
        for number, place in division.places.items():
            rect = QRectF(place)
            frame(painter, rect, theme.text2, theme, 0.0, dashed=True)
            text = str(number + 1)
            wide = theme.width(text, Role.CAPTION, True) + 2 * pad
            # In the middle: the corners are for what is said of the picture.
            high = min(theme.px(TAG), rect.height())
            tag = QRectF(rect.center().x() - wide / 2, rect.y(), wide, high)
            painter.fillRect(tag, theme.canvas)
            if number in division.locked:
                hatch(painter, tag, theme.line2, theme)
            lettering.draw_in(
                painter, theme, tag.adjusted(pad, 0, 0, 0), text, Role.CAPTION, theme.text1, True
            )
        if division.chosen is not None:
            width = theme.px(3)
            frame(painter, QRectF(division.chosen), theme.accent, theme, 0.0, width=width)

    def _paint_foot(self, painter: QPainter, foot: Foot) -> None:
        """One line where both have room, else the keys below the sentence."""
        theme, pad, line = self._theme, self._theme.px(12), self._theme.px(LINE)
        said = theme.width(foot.text, Role.BODY, True)
        keys = sum(key_hint_width(hint, theme) + pad for hint in foot.hints)
        lines = 1 if said + 2 * pad + keys <= self.width() - 2 * pad else 2
        high = min(lines * line, float(self.height()))
        box = QRectF(0, self.height() - high, self.width(), high)
        painter.fillRect(box, theme.overlay)
        painter.fillRect(QRectF(0, box.y(), box.width(), theme.px(2)), theme.accent)
        inside = box.adjusted(pad, 0, -pad, 0)
        text = QRectF(inside.x(), inside.y(), inside.width(), high / lines)
        lettering.draw_in(painter, theme, text, foot.text, Role.BODY, theme.text1, True)
        if lines == 1:
            paint_keys(painter, text.adjusted(said + 2 * pad, 0, 0, 0), foot.hints, theme, True)
        else:
            paint_keys(painter, text.translated(0, high / 2), foot.hints, theme)
