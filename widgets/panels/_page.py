"""The sheets of an indicator's page, each as a panel of its own."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core.catalog import Quantity
from app.live.view import ValueView
from widgets.paint import text as lettering
from widgets.panels._painted import Note
from widgets.panels._sheet import Sheet, paint_lines
from widgets.panels._told import OfIndicator
from widgets.theme import Role


class SheetPanel(OfIndicator):
    """One table of lines about the chosen indicator. A subclass gives the sheet."""

    def sheet(self, view: ValueView, quantity: Quantity) -> Sheet:
        """What stands in it now."""
        raise NotImplementedError

    @property
    def _sheet(self) -> Sheet | None:
        view, quantity = self.view, self.quantity
        return None if view is None or quantity is None else self.sheet(view, quantity)

    def notes_right(self) -> list[Note]:
        """The sheet's own note."""
        found = self._sheet
        return [Note(found.note, self.theme.text3)] if found is not None and found.note else []

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The lines; what has no room is counted."""
        found = self._sheet
        if found is None:
            self.paint_nothing(painter, rect)
            return
        end, left = paint_lines(painter, rect, found.lines, self.theme)
        room = QRectF(self.pad, end, rect.width() - 2 * self.pad, rect.bottom() - end)
        if left and room.height() >= self.theme.size(Role.CAPTION):
            text = self.say("more", n=left)
            lettering.draw_in(
                painter, self.theme, room, text, Role.CAPTION, self.theme.text3, right=True
            )
