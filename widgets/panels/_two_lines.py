"""A list whose entries stand in two lines each, or a message in its place."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from widgets.paint import text as lettering
from widgets.panels._rows import Rows
from widgets.theme import Role


class Words(NamedTuple):
    """What stands at one end of a line."""

    text: str
    role: Role
    ink: QColor
    bold: bool = False


class TwoLines(Rows):
    """A subclass fills `entries`, paints one of them in `paint_row`, and says in `why_empty` why
    there are none."""

    entries: Sequence[Any] = ()

    def why_empty(self) -> tuple[str, str]:
        """What is, and what can be done."""
        return "", ""

    def arrange(self, width: float) -> list[QRectF]:
        """Two lines each."""
        return self.stacked(len(self.entries), self.px(self.measures.card * 0.9))

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or why there are none."""
        if self.entries:
            super().paint_body(painter, rect, dirty)
            return
        self.paint_empty(painter, rect, *self.why_empty())

    def lines_of(self, rect: QRectF) -> tuple[QRectF, QRectF]:
        """The upper and the lower line of a row."""
        inner = rect.adjusted(self.pad, self.px(5), -self.pad, -self.px(5))
        half = inner.height() / 2
        upper = QRectF(inner.x(), inner.y(), inner.width(), half)
        return upper, QRectF(inner.x(), inner.y() + half, inner.width(), half)

    def write(self, painter: QPainter, line: QRectF, left: Words, right: Words) -> None:
        """The words at the right end, and in what they leave those at the left."""
        theme = self.theme
        used = lettering.draw_in(
            painter, theme, line, right.text, right.role, right.ink, right.bold, right=True
        )
        room = line.adjusted(0, 0, -used - self.px(10), 0)
        lettering.draw_in(painter, theme, room, left.text, left.role, left.ink, left.bold)
