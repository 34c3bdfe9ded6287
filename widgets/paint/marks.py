"""Marks that are not alarms: the incident's pin, the urgency of an event, small answers."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from app.core.i18n import Translator
from app.core.model import Urgency
from widgets.paint.alarm import AlarmMark, paint_alarm, paint_numeral
from widgets.paint.base import pen, too_small
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.theme import Theme

_ROMAN = ("", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ")


@dataclass(frozen=True, slots=True)
class IncidentMark:
    """An incident with its event grade 1 to 4, which is not a warning's level."""

    grade: int
    unacked: bool = False


def paint_incident(painter: QPainter, rect: QRectF, mark: IncidentMark, theme: Theme) -> None:
    """The pin, as high as the rectangle's smaller side; its point is the middle of the foot."""
    if too_small(rect):
        return
    side = min(rect.width(), rect.height())
    box = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
    theme.stamps.stamp(
        painter, box, ("incident", mark), lambda p, at: _pin(p, at.width(), mark, theme)
    )


def _pin(painter: QPainter, s: float, mark: IncidentMark, theme: Theme) -> None:
    inset = 0.16 if mark.unacked else 0.05
    painter.setPen(pen(theme.canvas, max(1.0, s * 0.06)))
    painter.setBrush(theme.text1)
    painter.drawPath(_pin_path(s, inset))
    if mark.unacked:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.text1, max(1.5, s * 0.06)))
        painter.drawPath(_pin_path(s, 0.03))
    painter.setPen(pen(theme.panel if theme.light else theme.ink, max(1.4, s * 0.065)))
    paint_numeral(painter, QPointF(s / 2, s * 0.43), s * 0.86, min(4, max(1, mark.grade)))


def _pin_path(s: float, inset: float) -> QPainterPath:
    radius = s * (0.40 - inset * 0.72)
    centre = QPointF(s / 2, s * 0.43)
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    path = QPainterPath(QPointF(s / 2, s * (1.0 - inset * 0.9)))
    path.arcTo(box, 218, -256)
    path.closeSubpath()
    return path


def paint_urgency(painter: QPainter, rect: QRectF, urgency: Urgency, theme: Theme) -> None:
    """Two chevrons for urgent, one for soon, a dot for ordinary; never a warning's shape."""
    if too_small(rect):
        return
    s = min(rect.width(), rect.height())
    x, y = rect.center().x(), rect.center().y()
    if urgency is Urgency.NORMAL:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.text1)
        painter.drawEllipse(QPointF(x, y), s * 0.2, s * 0.2)
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(theme.text1, max(2.0, s * 0.13)))
    offsets = (-0.2, 0.2) if urgency is Urgency.URGENT else (0.0,)
    for offset in offsets:
        level = y + s * (offset + 0.16)
        path = QPainterPath(QPointF(x - s * 0.34, level))
        path.lineTo(x, level - s * 0.3)
        path.lineTo(x + s * 0.34, level)
        painter.drawPath(path)


def paint_tick(painter: QPainter, rect: QRectF, colour: QColor, theme: Theme) -> None:
    """Done, arrived, checked."""
    s = min(rect.width(), rect.height())
    path = QPainterPath(QPointF(rect.x() + s * 0.12, rect.y() + s * 0.5))
    path.lineTo(rect.x() + s * 0.38, rect.y() + s * 0.8)
    path.lineTo(rect.x() + s * 0.88, rect.y() + s * 0.18)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(colour, max(theme.px(1.5), s * 0.15)))
    painter.drawPath(path)


def paint_cross(painter: QPainter, rect: QRectF, colour: QColor, theme: Theme) -> None:
    """Not delivered, failed."""
    inset = min(rect.width(), rect.height()) * 0.14
    box = rect.adjusted(inset, inset, -inset, -inset)
    painter.setPen(pen(colour, max(theme.px(1.5), box.width() * 0.2)))
    painter.drawLine(box.topLeft(), box.bottomRight())
    painter.drawLine(box.topRight(), box.bottomLeft())


Mark = AlarmMark | IncidentMark | Urgency | Fresh


def paint_mark(painter: QPainter, rect: QRectF, mark: Mark | None, theme: Theme) -> None:
    """Whatever mark a row carries."""
    if isinstance(mark, AlarmMark):
        paint_alarm(painter, rect, mark, theme)
    elif isinstance(mark, IncidentMark):
        grown = min(rect.width(), rect.height()) * 0.2  # larger than the mark of an event
        paint_incident(painter, rect.adjusted(-grown, -grown, grown, grown), mark, theme)
    elif isinstance(mark, Urgency):
        paint_urgency(painter, rect, mark, theme)
    elif mark is not None:
        paint_fresh(painter, rect, mark, theme)


def incident_text(mark: IncidentMark, translator: Translator) -> str:
    """The incident and its grade, in words."""
    return translator.text("paint.incident", grade=_ROMAN[min(4, max(1, mark.grade))])


def urgency_text(urgency: Urgency, translator: Translator) -> str:
    """紧急, 较急 or 一般."""
    return translator.text(f"urgency.{urgency.value}")
