"""What nobody has acknowledged yet, in one line: the gravest shape and a count by level."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from widgets.paint.alarm import RING, AlarmMark, paint_alarm
from widgets.paint.text import baseline, draw
from widgets.theme import Role, Theme


@dataclass(frozen=True, slots=True)
class Waits:
    """`未确认 红 1 橙 2`; `short` (`红 1`) stands where there is too little room."""

    mark: AlarmMark
    words: str
    short: str


def paint_waits(painter: QPainter, rect: QRectF, data: Waits, theme: Theme) -> float:
    """From the left edge of `rect`; gives how much of its width was taken."""
    side = min(theme.px(16), rect.height() / (RING + 0.1))
    before = side * (RING + 0.1)
    room = rect.width() - before - theme.px(6)
    words = data.words if theme.width(data.words, Role.BODY, True) <= room else data.short
    if theme.width(words, Role.BODY, True) > room:
        words = ""
    mark = QRectF(rect.x() + (before - side) / 2, rect.center().y() - side / 2, side, side)
    paint_alarm(painter, mark, data.mark, theme)
    x = rect.x() + before + theme.px(6)
    level = baseline(theme, Role.BODY, rect.y(), rect.height())
    x += draw(painter, theme, (x, level), words, Role.BODY, theme.text1, True) if words else 0.0
    return x - rect.x()
