"""Freshness glyphs: how a value stands, as a form that survives a black-and-white print."""

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.core.i18n import Translator
from app.core.model import World
from widgets.paint.base import pen, too_small
from widgets.theme import Theme


class Fresh(StrEnum):
    """What a glyph says; the words are `state.<value>` in the catalogue."""

    LIVE = "live"
    LATE = "late"
    CACHED = "cached"
    ESTIMATED = "estimated"
    REPLAY = "replay"
    DEMO = "demo"
    MISSING = "missing"
    PENDING = "pending"


_BY_MODE = {
    "live": Fresh.LIVE,
    "real": Fresh.LIVE,
    "computed": Fresh.LIVE,  # an index of fresh values is as fresh as they are
    "late": Fresh.LATE,
    "cached": Fresh.CACHED,
    "estimated": Fresh.ESTIMATED,
    "replay": Fresh.REPLAY,
    "demo": Fresh.DEMO,
    "drill": Fresh.DEMO,
    "none": Fresh.MISSING,
}


def fresh_of(mode: str, screen_world: World = World.REAL) -> Fresh:
    """The glyph for `ValueView.mode`.

    On a screen that as a whole is marked as demonstration or drill, a value of that world wears
    the plain glyph: the mark of the screen says it once for all.
    """
    if mode == screen_world.value and screen_world in (World.DEMO, World.DRILL):
        return Fresh.LIVE
    return _BY_MODE[mode]


def tint(theme: Theme, state: Fresh) -> QColor:
    """The third code of a state."""
    if state is Fresh.MISSING:
        return theme.text3
    if state is Fresh.PENDING:
        return theme.pending
    return theme.freshness[state.value]


def age_tint(theme: Theme, state: Fresh) -> QColor:
    """The colour of an age written beside the glyph: calm ages are text3."""
    return theme.text3 if state in (Fresh.LIVE, Fresh.MISSING) else tint(theme, state)


def paint_fresh(painter: QPainter, rect: QRectF, state: Fresh, theme: Theme) -> None:
    """The glyph of a state in a square of the rectangle's smaller side, in its middle."""
    if too_small(rect):
        return
    side = min(rect.width(), rect.height())
    square = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
    if theme.ledger.is_on:
        theme.ledger.symbol(painter, state.value, square, tint(theme, state), dot=True)
    theme.stamps.stamp(
        painter, square, ("fresh", state), lambda p, box: _glyph(p, box.width(), state, theme)
    )


def _glyph(painter: QPainter, s: float, state: Fresh, theme: Theme) -> None:
    colour = tint(theme, state)
    line = pen(colour, max(1.5, s * 0.12))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if state is Fresh.LIVE:
        painter.drawEllipse(QPointF(s / 2, s / 2), s * 0.26, s * 0.26)
    elif state is Fresh.LATE:
        radius = s * 0.36
        box = QRectF(s / 2 - radius, s / 2 - radius, 2 * radius, 2 * radius)
        painter.drawPie(box, 90 * 16, 270 * 16)
    elif state is Fresh.CACHED:
        painter.fillRect(QRectF(s * 0.14, s * 0.58, s * 0.72, s * 0.26), colour)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(line)
        painter.drawRect(QRectF(s * 0.14, s * 0.16, s * 0.72, s * 0.68))
    elif state is Fresh.REPLAY:
        for left in (0.06, 0.5):
            painter.drawPath(_left_triangle(s, left))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(line)
        _stroked(painter, s, state, line)


def _stroked(painter: QPainter, s: float, state: Fresh, line: QPen) -> None:
    if state is Fresh.ESTIMATED:
        for y in (0.42, 0.68):
            painter.drawPath(_wave(s, y))
    elif state is Fresh.DEMO:
        for x in (0.02, 0.30, 0.58):
            painter.drawLine(QPointF(s * x, s * 0.86), QPointF(s * (x + 0.36), s * 0.14))
    elif state is Fresh.PENDING:
        line.setDashPattern([1.6, 1.1])
        painter.setPen(line)
        painter.drawRect(QRectF(s * 0.16, s * 0.16, s * 0.68, s * 0.68))
    else:
        painter.drawLine(QPointF(s * 0.2, s / 2), QPointF(s * 0.8, s / 2))


def _left_triangle(s: float, left: float) -> QPainterPath:
    path = QPainterPath(QPointF(s * (left + 0.44), s * 0.18))
    path.lineTo(s * left, s / 2)
    path.lineTo(s * (left + 0.44), s * 0.82)
    path.closeSubpath()
    return path


def _wave(s: float, y: float) -> QPainterPath:
    path = QPainterPath(QPointF(s * 0.06, s * y))
    path.quadTo(s * 0.28, s * (y - 0.26), s * 0.5, s * y)
    path.quadTo(s * 0.72, s * (y + 0.26), s * 0.94, s * y)
    return path


def accessible_text(state: Fresh, translator: Translator) -> str:
    """The state as a word."""
    return translator.text(f"state.{state.value}")
