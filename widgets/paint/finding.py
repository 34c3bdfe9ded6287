"""The mark of a value about which the program has found something: in doubt, or unusual.

Neither a warning's shape nor its colour (rule 13): a stroke in the ink of the text. A question mark
for data in doubt, a line with a peak for what is unusual.
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
    peak = QPainterPath(QPointF(s * 0.02, s * 0.8))
    for x, y in ((0.33, 0.8), (0.5, 0.16), (0.67, 0.8), (0.98, 0.8)):
        peak.lineTo(s * x, s * y)
    painter.drawPath(peak)


def accessible_text(mark: FindingMark, translator: Translator) -> str:
    """数据存疑 or 异于同期."""
    return translator.text(f"finding.{mark.value}")
