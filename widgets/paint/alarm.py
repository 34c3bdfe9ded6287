"""Marks of alarms: the four shapes, the missed target, and never the same for two things.

Colour, shape, numeral and word are four codes for one level. An issued warning is solid; a
model's hint and a crossed limit are the same shape in outline; a missed target is a tick short of
its mark and wears no shape (rule 13). Numerals are strokes, so that they stay crisp at any size.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.core.i18n import Translator
from app.core.model import AlarmKind, Level
from widgets.paint.base import pen, too_small
from widgets.theme import Theme

RING = 1.5  # the double outline reaches this much beyond the shape
_NUMERALS = {Level.RED: 1, Level.ORANGE: 2, Level.YELLOW: 3, Level.BLUE: 4}


@dataclass(frozen=True, slots=True)
class AlarmMark:
    """One mark. `lit` is the phase of the 1 Hz blink of an unacknowledged red."""

    level: Level
    kind: AlarmKind = AlarmKind.ISSUED
    unacked: bool = False
    lit: bool = True

    @property
    def solid(self) -> bool:
        """Only an authority's issued warning is solid."""
        return self.kind is AlarmKind.ISSUED

    @property
    def blinks(self) -> bool:
        """Unacknowledged red, and nothing else, blinks."""
        return self.unacked and self.level is Level.RED and self.kind is not AlarmKind.TARGET


def paint_alarm(painter: QPainter, rect: QRectF, mark: AlarmMark, theme: Theme) -> None:
    """The mark with its shape as large as the rectangle's smaller side, in its middle.

    The ring of an unacknowledged alarm reaches `RING` times as far; leave room for it.
    """
    if too_small(rect) or (mark.level is Level.NONE and mark.kind is not AlarmKind.TARGET):
        return
    size = min(rect.width(), rect.height())
    side = size * (RING + 0.1)
    if theme.ledger.is_on and mark.kind is not AlarmKind.TARGET:
        shape = QRectF(rect.center().x() - size / 2, rect.center().y() - size / 2, size, size)
        colour = theme.warning[mark.level] if mark.solid else _line_colour(mark, theme)
        theme.ledger.symbol(painter, f"{mark.kind} {mark.level}", shape, colour)
    box = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
    theme.stamps.stamp(
        painter, box, ("alarm", mark, theme.reduced), lambda p, at: _mark(p, at, size, mark, theme)
    )


def _mark(painter: QPainter, box: QRectF, size: float, mark: AlarmMark, theme: Theme) -> None:
    centre = box.center()
    if mark.kind is AlarmKind.TARGET:
        _target(painter, centre, size, theme)
        return
    colour = _line_colour(mark, theme)
    painter.setPen(_edge(mark, size, theme))
    painter.setBrush(theme.warning[mark.level] if mark.solid else Qt.BrushStyle.NoBrush)
    _shape(painter, mark.level, centre, size)
    if mark.unacked and (mark.lit or theme.reduced or not mark.blinks):
        width = max(1.5, size * 0.09) * (1.6 if theme.reduced and mark.blinks else 1.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(colour, width))
        _shape(painter, mark.level, centre, size * 1.42)
    painter.setPen(pen(_numeral_colour(mark, theme), max(1.4, size * 0.075)))
    lower = size * 0.12 if mark.level is Level.RED else 0.0
    paint_numeral(painter, QPointF(centre.x(), centre.y() + lower), size, _NUMERALS[mark.level])


def _line_colour(mark: AlarmMark, theme: Theme) -> QColor:
    """Yellow on white is no line: outlines on light ground take the text's twin."""
    return (theme.warning_text if theme.light else theme.warning)[mark.level]


def _edge(mark: AlarmMark, size: float, theme: Theme) -> QPen:
    if not mark.solid:
        return pen(_line_colour(mark, theme), max(1.5, size * 0.1))
    if theme.light:
        return pen(theme.ink, max(1.0, min(theme.px(1.5), size * 0.1)))
    return QPen(Qt.PenStyle.NoPen)


def _numeral_colour(mark: AlarmMark, theme: Theme) -> QColor:
    if not mark.solid:
        return _line_colour(mark, theme)
    if theme.light and mark.level is Level.RED:
        return theme.panel
    return theme.ink


def _shape(painter: QPainter, level: Level, centre: QPointF, size: float) -> None:
    x, y, r = centre.x(), centre.y(), size / 2
    if level is Level.RED:
        painter.drawPolygon(
            _polygon((x, y - r * 1.02), (x + r * 1.08, y + r * 0.86), (x - r * 1.08, y + r * 0.86))
        )
    elif level is Level.ORANGE:
        d = r * 1.1
        painter.drawPolygon(_polygon((x, y - d), (x + d, y), (x, y + d), (x - d, y)))
    elif level is Level.YELLOW:
        painter.drawRect(QRectF(x - r * 0.86, y - r * 0.86, r * 1.72, r * 1.72))
    else:
        painter.drawEllipse(centre, r * 0.96, r * 0.96)


def paint_numeral(painter: QPainter, centre: QPointF, size: float, number: int) -> None:
    """Ⅰ to Ⅳ as strokes in the current pen, for a mark of `size`."""
    x, top, bottom = centre.x(), centre.y() - size * 0.18, centre.y() + size * 0.18
    if number < 4:
        gap = size * 0.135
        for index in range(number):
            at = x + (index - (number - 1) / 2) * gap
            painter.drawLine(QPointF(at, top), QPointF(at, bottom))
        return
    painter.drawLine(QPointF(x - size * 0.17, top), QPointF(x - size * 0.17, bottom))
    five = _polygon((x - size * 0.06, top), (x + size * 0.07, bottom), (x + size * 0.2, top))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(five)


def _target(painter: QPainter, centre: QPointF, size: float, theme: Theme) -> None:
    """A bar that ends short of its tick."""
    x, y, r = centre.x(), centre.y(), size / 2
    painter.fillRect(QRectF(x - r, y - r * 0.2, r * 1.1, r * 0.4), theme.text2)
    painter.fillRect(QRectF(x + r * 0.55, y - r * 0.8, max(2.0, r * 0.25), r * 1.6), theme.text1)


def _polygon(*points: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


def accessible_text(mark: AlarmMark, translator: Translator) -> str:
    """Kind, level and whether someone has taken note of it."""
    parts = [translator.text(f"alarm.{mark.kind.value}")]
    if mark.kind is not AlarmKind.TARGET and mark.level is not Level.NONE:
        parts.append(translator.text(f"level.{mark.level.value}"))
    if mark.unacked:
        parts.append(translator.text("state.unacked"))
    return " ".join(parts)
