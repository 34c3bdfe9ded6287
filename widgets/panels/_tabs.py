"""A row of words in a frame at the right of a head, one of them chosen."""

from collections.abc import Mapping
from typing import TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from widgets.paint import text as lettering
from widgets.theme import Role, Theme

Choice = TypeVar("Choice")


def paint_tabs(
    painter: QPainter, rect: QRectF, words: Mapping[Choice, str], chosen: Choice, theme: Theme
) -> list[tuple[QRectF, Choice]]:
    """Paint them to the right edge of a head; gives where each stands, for the pointer."""
    pad, high = theme.px(12), theme.px(28)
    widths = {item: theme.width(word, Role.CAPTION, True) for item, word in words.items()}
    wide = sum(widths.values()) + 2 * pad * len(widths)
    x = rect.right() - theme.px(16) - wide
    frame = QRectF(x, rect.center().y() - high / 2, wide, high)
    places = []
    for item, word in words.items():
        box = QRectF(x, frame.y(), widths[item] + 2 * pad, high)
        on = item == chosen
        if on:
            painter.fillRect(box, theme.raised)
        inner = box.adjusted(pad, 0, -pad + 2, 0)
        ink = theme.text1 if on else theme.text2
        lettering.draw_in(painter, theme, inner, word, Role.CAPTION, ink, on)
        places.append((box, item))
        x = box.right()
    painter.setPen(theme.line2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame)
    return places
