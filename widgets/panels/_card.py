"""The page of one thing, a feed or a device: mark, sentence, lines."""

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from widgets.paint import text as lettering
from widgets.panels._painted import Painted
from widgets.panels._sheet import Line, lines_height, paint_lines
from widgets.theme import Role


def paint_card(
    painter: QPainter,
    panel: Painted,
    rect: QRectF,
    sentence: str,
    lines: tuple[Line, ...],
    paint_mark: Callable[[QRectF], None],
) -> None:
    """A page of one thing: its mark and a sentence, then the lines; what has no room is counted."""
    theme, top = panel.theme, rect.y() + panel.px(12)
    side, high = panel.px(22), theme.line(Role.BODY)
    paint_mark(QRectF(panel.pad, top, side, side))
    x, y = panel.pad + side + panel.px(12), top
    width = panel.width() - panel.pad - x
    for part in lettering.wrap(theme, sentence, Role.BODY, width, 4):
        lettering.draw_in(painter, theme, QRectF(x, y, width, high), part, Role.BODY, theme.text1)
        y += high
    y += panel.px(10)
    room = QRectF(0, y, panel.width(), max(0.0, rect.bottom() - y))
    foot = QRectF(panel.pad, room.bottom() - high, room.width() - 2 * panel.pad, high)
    if lines_height(room.width(), lines, theme) > room.height() + 1:
        room.setBottom(max(y, foot.top()))
    _, left = paint_lines(painter, room, lines, theme)
    if left:
        text = panel.say("more", n=left)
        lettering.draw_in(painter, theme, foot, text, Role.CAPTION, theme.text3, right=True)
