"""A panel with one fault of each kind that lint-scene finds, and a text without one."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent

from app.core.model import Level
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.text import draw, draw_in
from widgets.panels._base import Panel, PanelOptions
from widgets.theme import Role


class Faulty(Panel, kind="faulty"):
    """Paints them from the top to the foot."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`plant`: what is wrong; empty is nothing."""

        plant: str = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """One line that is right, one that is not."""
        theme, plant = self.context.theme, self.options.plant
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.panel)
        draw(painter, theme, (100, 200), "right 12", Role.BODY, theme.text1)
        at, colour = (100.0, 500.0), theme.text1
        if plant == "contrast":
            colour = QColor(theme.panel).lighter(140)
        elif plant == "seam":
            at = (1850.0, 500.0)
        elif plant == "cut":
            at = (-60.0, 500.0)
        if plant == "small":
            painter.save()
            painter.scale(0.5, 0.5)
            draw(painter, theme, (200, 1000), "wrong 34", Role.BODY, colour)
            painter.restore()
        elif plant == "symbol":
            mark = AlarmMark(Level.RED)
            paint_alarm(painter, QRectF(100, 400, 20, 20), mark, theme)
        elif plant == "short":
            draw_in(painter, theme, QRectF(100, 400, 200, 100), "wrong wrong", Role.BODY, colour)
        elif plant:
            draw(painter, theme, at, "wrong 34", Role.BODY, colour)
        painter.end()
