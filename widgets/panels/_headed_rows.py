"""Lists with headings between their rows."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from PySide6.QtCore import QRectF

from widgets.panels._rows import Rows


class Identified(Protocol):
    """A row; one without an id is a heading."""

    @property
    def id(self) -> str:
        """Of what the row is about."""
        ...


class HeadedRows(Rows):
    """Rows and headings, each kind of one height (pixels at 100 %); a heading cannot be chosen."""

    row_high: ClassVar[int]
    heading_high: ClassVar[int]
    rows: Sequence[Identified]

    def is_row(self, index: int) -> bool:
        """A heading cannot be chosen."""
        return bool(self.rows[index].id)

    def arrange(self, width: float) -> list[QRectF]:
        """One below the other."""
        places, y = [], 0.0
        for row in self.rows:
            high = self.px(self.row_high if row.id else self.heading_high)
            places.append(QRectF(0, y, width, high))
            y += high
        return places
