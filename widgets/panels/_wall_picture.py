"""Pictures of a wall on a desk: what stands there, and what a scene would look like."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from app.core.i18n import Translator
from widgets.names import panel_name
from widgets.paint import text as lettering
from widgets.paint.base import frame, pen
from widgets.sketch import Sketch
from widgets.theme import Role, Theme

LEAST_TITLE = 40  # desk pixels; a narrower block has no title


def inside(rect: QRectF, width: int, height: int) -> QRectF:
    """The largest rectangle of that shape, at the upper left."""
    scale = min(rect.width() / max(1, width), rect.height() / max(1, height))
    return QRectF(rect.x(), rect.y(), max(0.0, width * scale), max(0.0, height * scale))


def paint_picture(painter: QPainter, rect: QRectF, image: QImage | None, theme: Theme) -> None:
    """The miniature of a window with a line round it."""
    if image is not None:
        painter.drawImage(rect, image)
    else:
        painter.fillRect(rect, theme.canvas)
    frame(painter, rect, theme.line2, theme, 0.0)


def paint_sketch(
    painter: QPainter, rect: QRectF, shown: Sketch, theme: Theme, words: Translator | None
) -> None:
    """Blocks in their places, the wall's seams over them; with `words` the blocks are named."""
    painter.fillRect(rect, theme.canvas)
    scale = rect.width() / max(1, shown.width)
    for block in shown.blocks:
        placed = block.placed
        box = QRectF(
            rect.x() + placed.x * scale,
            rect.y() + placed.y * scale,
            placed.width * scale,
            placed.height * scale,
        )
        painter.fillRect(box, theme.overlay if block.is_edge else theme.raised)
        frame(painter, box, theme.line2, theme, 0.0)
        wide = box.width() > theme.px(LEAST_TITLE) and box.height() > theme.line(Role.CAPTION)
        if words is not None and wide:
            pad = theme.px(6)
            line = QRectF(box.x() + pad, box.y(), box.width() - 2 * pad, box.height())
            if not block.is_edge:
                line.setHeight(theme.line(Role.CAPTION) + pad)
            name = panel_name(words, block.kind)
            lettering.draw_in(painter, theme, line, name, Role.CAPTION, theme.text2)
    _paint_seams(painter, rect, shown, scale, theme)
    frame(painter, rect, theme.line2, theme, 0.0)


def _paint_seams(
    painter: QPainter, rect: QRectF, shown: Sketch, scale: float, theme: Theme
) -> None:
    line = pen(theme.text3, max(1.0, theme.px(1)))
    line.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(line)
    for at in shown.seams.x:
        x = rect.x() + at * scale
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
    for at in shown.seams.y:
        y = rect.y() + at * scale
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
