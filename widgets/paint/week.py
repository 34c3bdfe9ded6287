"""What is usual in each hour of the week: seven rows of 24 cells in the one sequential hue."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.core.wording import number
from widgets.paint import text as lettering
from widgets.paint.base import pen, too_small
from widgets.theme import Role, Theme


@dataclass(frozen=True, slots=True)
class WeekHeat:
    """`rows` of 24 values each, Monday first, NaN for too little; `days` and `hours` are the words
    at the left and below; `here` is the cell of now."""

    rows: tuple[tuple[float, ...], ...]
    days: tuple[str, ...]
    hours: tuple[str, ...]  # for 0, 6, 12, 18
    here: tuple[int, int] | None
    decimals: int
    unit: str


def step_of(value: float, low: float, high: float, steps: int) -> int:
    """Which of so many equal steps between low and high a value falls into."""
    if not high > low:
        return 0
    return min(steps - 1, max(0, int((value - low) / (high - low) * steps)))


def paint_week(painter: QPainter, rect: QRectF, data: WeekHeat, theme: Theme) -> None:
    """Words, cells, and below them the ends of the scale with their values."""
    known = [value for row in data.rows for value in row if math.isfinite(value)]
    if too_small(rect) or not known:
        return
    low, high = min(known), max(known)
    left = max(theme.width(word, Role.CAPTION) for word in data.days) + theme.px(10)
    high_text = theme.line(Role.CAPTION)
    foot = high_text * 1.2
    grid = rect.adjusted(left, 0, 0, -foot)
    if too_small(grid):
        return
    wide, tall = grid.width() / 24, grid.height() / 7
    gap = max(1.0, theme.px(1))
    for day, row in enumerate(data.rows):
        for hour, value in enumerate(row):
            cell = QRectF(grid.x() + hour * wide, grid.y() + day * tall, wide - gap, tall - gap)
            if math.isfinite(value):
                shade = step_of(value, low, high, len(theme.sequential))
                painter.fillRect(cell, theme.sequential[shade])
            else:
                painter.fillRect(cell, theme.raised)
    every = 1 if tall >= high_text else 2
    for day, word in enumerate(data.days[::every]):
        box = QRectF(rect.x(), grid.y() + day * every * tall, left, tall)
        middle = box.center().y()
        box = QRectF(box.x(), middle - high_text / 2, left, high_text)
        lettering.draw_in(painter, theme, box, word, Role.CAPTION, theme.text3)
    _foot(painter, QRectF(grid.x(), grid.bottom(), grid.width(), foot), data, (low, high), theme)
    if data.here is not None:
        day, hour = data.here
        cell = QRectF(grid.x() + hour * wide, grid.y() + day * tall, wide - gap, tall - gap)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.text1, max(1.5, theme.px(1.5))))
        painter.drawRect(cell)


def _foot(
    painter: QPainter, rect: QRectF, data: WeekHeat, ends: tuple[float, float], theme: Theme
) -> None:
    """Hours at the left as far as there is room, at the right least and most in their shades."""
    low, high = (number(value, data.decimals) for value in ends)
    side, gap = theme.px(12), theme.px(6)
    words = (f"{low} {data.unit}".rstrip(), f"{high} {data.unit}".rstrip())
    x = rect.right()
    for word, shade in zip(
        reversed(words), (theme.sequential[-1], theme.sequential[0]), strict=True
    ):
        wide = theme.width(word, Role.CAPTION)
        box = QRectF(x - wide, rect.y(), wide + 1, rect.height())
        lettering.draw_in(painter, theme, box, word, Role.CAPTION, theme.text3)
        x = box.x() - gap - side
        painter.fillRect(QRectF(x, rect.center().y() - side / 2, side, side), shade)
        x -= theme.px(14)
    for place, word in enumerate(data.hours):
        at = rect.x() + rect.width() * place / 4
        wide = theme.width(word, Role.CAPTION)
        if at + wide > x:
            return
        box = QRectF(at, rect.y(), wide + 1, rect.height())
        lettering.draw_in(painter, theme, box, word, Role.CAPTION, theme.text3)
