"""A list with named columns: where each stands, which are left out where the panel is narrow."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from widgets.edges import Edges
from widgets.paint import text as lettering
from widgets.panels._rows import Rows
from widgets.theme import Role

GAP = 12.0
TRIES = 4


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
        columns, lost = self.shown_columns(), 0.0
        for _ in range(TRIES):
            found, over, pull = self._stand(columns, rect, lost)
            if over <= 1:
                break
            # What the seams took is taken from the open columns: a column is pushed past a seam,
            # and where that is too far pulled before it.
            lost += max(over, pull)
        return found

    def _stand(
        self, columns: Sequence[Column], rect: QRectF, lost: float
    ) -> tuple[dict[str, QRectF], float, float]:
        """Where the columns stand when the open ones have so much less, by how much the last is
        too far right, and how far the first pushed one would have to be pulled."""
        gap, edges = self.px(GAP), self.edges_x
        fixed = sum(self.px(item.width) for item in columns) + gap * (len(columns) - 1)
        open_ones = sum(not item.width for item in columns)
        free = rect.width() - 2 * self.pad - fixed - lost
        rest = max(0.0, free) / max(1, open_ones)
        x, found, pull = rect.x() + self.pad, {}, 0.0
        for item in columns:
            wide = self.px(item.width) if item.width else rest
            seam = edges.crossed(x, wide)
            if seam is not None and item.width and not pull:
                pull = x + wide - seam + edges.clear
            left, wide = _clear(edges, x, wide, fixed=bool(item.width))
            found[item.name] = QRectF(left, rect.y(), wide, rect.height())
            x = left + wide + gap
        return found, x - gap - (rect.right() - self.pad), pull

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


def _clear(edges: Edges, x: float, wide: float, *, fixed: bool) -> tuple[float, float]:
    """A column of a fixed width stands past the seam it would lie on; an open one ends before it,
    or begins past it where there is more of it."""
    seam = edges.crossed(x, wide)
    if seam is None:
        return x, wide
    if fixed:
        return edges.past(x, wide), wide
    before, after = seam - edges.clear - x, x + wide - seam - edges.clear
    return (x, before) if before >= after else (seam + edges.clear, after)
