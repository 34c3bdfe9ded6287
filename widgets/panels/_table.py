"""A list with named columns: where each stands, which are left out where the panel is narrow."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from widgets.paint import text as lettering
from widgets.panels._rows import Rows
from widgets.theme import Role

GAP = 12.0


@dataclass(frozen=True)
class Column:
    """`width` in desk px; 0 takes what is left, but `least`. Of the others those of the highest
    `spare` are left out first where there is no room; 0 is never left out."""

    name: str
    title: str = ""
    width: float = 0.0
    spare: int = 0
    least: float = 0.0
    right: bool = False


class Table(Rows):
    """Rows under a line of column titles. A subclass says its `columns` and paints into `cell`."""

    def columns(self) -> Sequence[Column]:
        """From left to right."""
        return ()

    @property
    def heading(self) -> float:
        """The height of the line of titles."""
        return self.theme.line(Role.CAPTION) + self.px(8)

    @property
    def list_rect(self) -> QRectF:
        """Below the titles."""
        rect = super().list_rect
        return rect.adjusted(0, min(self.heading, rect.height()), 0, 0)

    def shown_columns(self) -> list[Column]:
        """Those for which there is room."""
        kept, room = list(self.columns()), self.width() - 2 * self.pad
        while self._needed(kept) > room:
            spare = max((column.spare for column in kept), default=0)
            if not spare:
                break
            kept = [column for column in kept if column.spare != spare]
        return kept

    def shows(self, name: str) -> bool:
        """Whether there is room for a column."""
        return any(column.name == name for column in self.shown_columns())

    def _needed(self, columns: Sequence[Column]) -> float:
        return self.px(sum((item.width or item.least) + GAP for item in columns) - GAP)

    def cells(self, rect: QRectF) -> dict[str, QRectF]:
        """Where each column stands in a row."""
        columns, gap = self.shown_columns(), self.px(GAP)
        fixed = sum(self.px(item.width) for item in columns) + gap * (len(columns) - 1)
        open_ones = sum(not item.width for item in columns)
        rest = max(0.0, rect.width() - 2 * self.pad - fixed) / max(1, open_ones)
        x, found = rect.x() + self.pad, {}
        for item in columns:
            wide = self.px(item.width) if item.width else rest
            found[item.name] = QRectF(x, rect.y(), wide, rect.height())
            x += wide + gap
        return found

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The titles, then the rows."""
        line = QRectF(rect.x(), rect.y(), rect.width(), self.heading)
        if self.dirty_region.intersects(line.toAlignedRect()):
            cells, theme = self.cells(line), self.theme
            for item in self.shown_columns():
                lettering.draw_in(
                    painter,
                    theme,
                    cells[item.name],
                    item.title,
                    Role.CAPTION,
                    theme.text3,
                    right=item.right,
                )
            self.rule(painter, line.bottom())
        super().paint_body(painter, rect, dirty)
