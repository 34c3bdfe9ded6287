"""The shapes and values of limits at the right end of their lines in a plot."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core import wording
from app.core.model import AlarmKind, Level
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.panels._plot import TrendPlot
from widgets.theme import Role, Theme

SIDE, GAP = 14.0, 6.0


def marks_width(theme: Theme) -> float:
    """The room that they take at the right of a plot."""
    return theme.px(SIDE + GAP + 4) + theme.width("0,000.0", Role.CAPTION)


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Ascending places moved as little as possible (least squares) until each is at least `gap`
    after the one before: isotonic regression by pooling neighbours (Ayer et al. 1955)."""
    pools: list[tuple[float, int]] = []  # mean of places less their due distance, how many
    for number, place in enumerate(wanted):
        mean, count = place - number * gap, 1
        while pools and pools[-1][0] > mean:
            before, more = pools.pop()
            mean, count = (mean * count + before * more) / (count + more), count + more
        pools.append((mean, count))
    level = [mean for mean, count in pools for _ in range(count)]
    return [mean + number * gap for number, mean in enumerate(level)]


def placed(
    levels: Sequence[tuple[Level, float]], ys: Sequence[float], gap: float
) -> list[tuple[Level, float, float]]:
    """Level, value and where each mark stands. None is further than `gap` from its line: where
    they are too many, the least grave is left out (its line stays)."""
    found = sorted((y, level, value) for (level, value), y in zip(levels, ys, strict=True))
    while found:
        stands = spread([y for y, _, _ in found], gap)
        if all(abs(place - y) <= gap for place, (y, _, _) in zip(stands, found, strict=True)):
            return [
                (level, value, place)
                for place, (_, level, value) in zip(stands, found, strict=True)
            ]
        found.remove(min(found, key=lambda item: item[1].rank))
    return []


def paint_limit_marks(
    painter: QPainter, plot: TrendPlot, right: float, decimals: int, theme: Theme
) -> None:
    """Beside a plot that ends at `right`, in the coordinates of the plot's panel."""
    line, side = theme.line(Role.CAPTION), theme.px(SIDE)
    x = right + theme.px(4)
    ys = [plot.y() + plot.y_of(value) for _, value in plot.levels]
    for level, value, y in placed(plot.levels, ys, line * 0.9):
        mark = QRectF(x, y - side / 2, side, side)
        paint_alarm(painter, mark, AlarmMark(level, AlarmKind.LIMIT), theme)
        box = QRectF(x + side + theme.px(GAP), y - line / 2, marks_width(theme), line)
        text = wording.number(value, decimals)
        lettering.draw_in(painter, theme, box, text, Role.CAPTION, theme.text2)
