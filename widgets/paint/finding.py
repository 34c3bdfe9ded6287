"""The mark of a value about which the program has found something: in doubt, or unusual.

Neither a warning's shape nor its colour (rule 13): a stroke in the ink of the text. A question mark
for data in doubt, a stroke that stands out of a band for what is unusual.
"""

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from app.core.i18n import Translator
from widgets.paint.base import pen, too_small
from widgets.theme import Theme


class FindingMark(StrEnum):
    """What is said of a value; the words are `finding.<value>`."""

    DOUBT = "doubt"
    UNUSUAL = "unusual"


def paint_finding(painter: QPainter, rect: QRectF, mark: FindingMark, theme: Theme) -> None:
    """The mark in a square of the rectangle's smaller side, in its middle."""
    if too_small(rect):
        return
    side = min(rect.width(), rect.height())
    square = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
    theme.stamps.stamp(
        painter, square, ("finding", mark), lambda p, box: _glyph(p, box.width(), mark, theme)
    )


def _glyph(painter: QPainter, s: float, mark: FindingMark, theme: Theme) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(theme.text1, max(1.5, s * 0.12)))
    if mark is FindingMark.DOUBT:
        hook = QPainterPath()
        hook.arcMoveTo(QRectF(s * 0.24, s * 0.08, s * 0.52, s * 0.48), 190)
        hook.arcTo(QRectF(s * 0.24, s * 0.08, s * 0.52, s * 0.48), 190, -250)
        hook.quadTo(s * 0.5, s * 0.58, s * 0.5, s * 0.7)
        painter.drawPath(hook)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.text1)
        painter.drawEllipse(QPointF(s / 2, s * 0.88), s * 0.09, s * 0.09)
        return
    for y in (0.58, 0.86):
        painter.drawLine(QPointF(s * 0.06, s * y), QPointF(s * 0.94, s * y))
    peak = QPainterPath(QPointF(s * 0.3, s * 0.72))
    peak.lineTo(s * 0.5, s * 0.1)
    peak.lineTo(s * 0.7, s * 0.72)
    painter.drawPath(peak)


def accessible_text(mark: FindingMark, translator: Translator) -> str:
    """数据存疑 or 异于同期."""
    return translator.text(f"finding.{mark.value}")
