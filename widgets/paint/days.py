"""One day over its like: today's line, thin lines of earlier days, their median, limits.

Hours run from 0 to 24; what was not measured is a hole. Direct labels stand beside the lines.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from app.core.model import AlarmKind, Level
from app.core.wording import number
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.base import pen, too_small
from widgets.theme import Role, Theme

Line = tuple[float, ...]
"""Values of the hours 0 to 23; NaN where nothing came."""


@dataclass(frozen=True, slots=True)
class Days:
    """`now` is the hour of the day (14.05) and the value there; `limits` are levels and values;
    `hours` are the words of the axis for 0, 6, 12, 18 and 24."""

    today: Line
    past: tuple[Line, ...]
    median: Line
    now: tuple[float, float] | None
    limits: tuple[tuple[Level, float], ...]
    decimals: int
    now_word: str
    median_word: str
    hours: tuple[str, ...]
    dimmed: bool = False


def scale_of(data: Days) -> tuple[float, float]:
    """Low and high of the plot: the lines, limits that are near, 0 where it is not far."""
    lines = [*data.past, data.today, data.median]
    known = [value for line in lines for value in line if math.isfinite(value)]
    if data.now is not None:
        known.append(data.now[1])
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    span = (high - low) or abs(high) * 0.1 or 1.0
    for _, value in data.limits:
        if low - 0.4 * span <= value <= high + 0.4 * span:
            low, high = min(low, value), max(high, value)
    span = (high - low) or span
    from_zero = 0 <= low < 0.4 * high
    return (0.0 if from_zero else low - 0.06 * span), high + 0.08 * span


def round_steps(low: float, high: float, count: int = 4) -> list[float]:
    """Three to five round values within [low, high]."""
    if not high > low:
        return [low]
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(item * power for item in (1.0, 2.0, 2.5, 5.0, 10.0) if item * power >= rough * 0.85)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(place * step) for place in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class _Plot:
    rect: QRectF
    low: float
    high: float

    def x(self, hour: float) -> float:
        return self.rect.x() + self.rect.width() * hour / 24

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.rect.bottom() - self.rect.height() * share

    def at(self, hour: float, value: float) -> QPointF:
        return QPointF(self.x(hour), self.y(value))


def paint_days(painter: QPainter, rect: QRectF, data: Days, theme: Theme) -> None:
    """The whole plot with its axes."""
    if too_small(rect):
        return
    low, high = scale_of(data)
    steps = round_steps(low, high)
    decimals = 0 if all(step == int(step) for step in steps) else max(data.decimals, 1)
    words = [number(step, decimals) for step in steps]
    left = max((theme.width(word, Role.CAPTION) for word in words), default=0.0) + theme.px(8)
    foot, side = theme.line(Role.CAPTION) * 1.3, theme.px(14)
    right = side + theme.px(12) if data.limits else theme.px(8)
    plot = _Plot(rect.adjusted(left, theme.px(8), -right, -foot), low, max(high, low + 1e-9))
    if too_small(plot.rect):
        return
    _axes(painter, plot, steps, words, data.hours, theme)
    for level, value in data.limits:
        if low <= value <= high:
            y = plot.y(value)
            painter.setPen(pen(theme.warning[level], max(1.0, theme.chart_ref)))
            painter.drawLine(QPointF(plot.rect.x(), y), QPointF(plot.rect.right(), y))
            mark = QRectF(plot.rect.right() + theme.px(6), y - side / 2, side, side)
            paint_alarm(painter, mark, AlarmMark(level, AlarmKind.LIMIT), theme)
    thin = QColor(theme.ref)
    for line in data.past:
        _polyline(painter, plot, line, thin, max(1.0, theme.chart_ref * 0.7))
    _polyline(painter, plot, data.median, theme.text2, max(1.5, theme.chart_ref * 1.3))
    today = list(data.today)
    ink = theme.text3 if data.dimmed else theme.line_now
    _polyline(painter, plot, tuple(today), ink, theme.chart_now, data.now)
    _labels(painter, plot, data, theme)


def _axes(
    painter: QPainter,
    plot: _Plot,
    steps: Sequence[float],
    words: Sequence[str],
    hours: Sequence[str],
    theme: Theme,
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = theme.line(Role.CAPTION) / 2
    for step, word in zip(steps, words, strict=True):
        y = plot.y(step)
        painter.setPen(pen(theme.line1, max(1.0, theme.stroke / 2)))
        painter.drawLine(QPointF(plot.rect.x(), y), QPointF(plot.rect.right(), y))
        box = QRectF(0, y - half, plot.rect.x() - theme.px(8), 2 * half)
        lettering.draw_in(painter, theme, box, word, Role.CAPTION, theme.text3, right=True)
    top = plot.rect.bottom() + theme.px(4)
    for place, word in enumerate(hours):
        x = plot.x(24 * place / max(1, len(hours) - 1))
        wide = theme.width(word, Role.CAPTION)
        x = min(max(plot.rect.x(), x - wide / 2), plot.rect.right() - wide)
        box = QRectF(x, top, wide + 1, 2 * half)
        lettering.draw_in(painter, theme, box, word, Role.CAPTION, theme.text3)


def _polyline(
    painter: QPainter,
    plot: _Plot,
    line: Line,
    colour: QColor,
    width: float,
    now: tuple[float, float] | None = None,
) -> None:
    """Each hour's mean stands at its middle; a lone hour is a point. `now` ends the last run."""
    stroke = pen(colour, width)
    stroke.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(stroke)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    points = [(hour + 0.5, value) for hour, value in enumerate(line)]
    if now is not None:
        points = [point for point in points if point[0] < now[0]] + [now]
    run: list[QPointF] = []
    last = -10.0
    for hour, value in (*points, (99.0, math.nan)):
        if run and (not math.isfinite(value) or hour - last > 1.6):
            if len(run) == 1:
                run.append(run[0] + QPointF(width, 0))
            painter.drawPolyline(QPolygonF(run))
            run = []
        if math.isfinite(value):
            run.append(plot.at(hour, value))
            last = hour


def _labels(painter: QPainter, plot: _Plot, data: Days, theme: Theme) -> None:
    """今日 with its value at its dot; the median's word where its line has most room."""
    half = theme.line(Role.CAPTION) / 2
    taken = QRectF()
    if data.now is not None:
        point = plot.at(*data.now)
        radius = theme.chart_now * 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.text3 if data.dimmed else theme.line_now)
        painter.drawEllipse(point, radius, radius)
        wide = theme.width(data.now_word, Role.CAPTION, True)
        x = point.x() + theme.px(8)
        if x + wide > plot.rect.right():
            x = point.x() - theme.px(8) - wide
        taken = QRectF(x, max(plot.rect.y(), point.y() - 2.4 * half), wide + 1, 2 * half)
        ink = theme.text1
        painter.fillRect(taken, theme.panel)  # words stand on the ground, not on lines
        lettering.draw_in(painter, theme, taken, data.now_word, Role.CAPTION, ink, True)
    known = np.isfinite(data.median)
    if not known.any() or not data.median_word:
        return
    wide = theme.width(data.median_word, Role.CAPTION)
    for hour in (21, 18, 3, 6, 12):
        if not known[hour]:
            continue
        point = plot.at(hour + 0.5, data.median[hour])
        below = point.y() + theme.px(10)
        x = min(max(plot.rect.x(), point.x() - wide / 2), plot.rect.right() - wide)
        box = QRectF(x, below, wide + 1, 2 * half)
        if box.bottom() <= plot.rect.bottom() and not box.intersects(taken):
            painter.fillRect(box, theme.panel)
            lettering.draw_in(painter, theme, box, data.median_word, Role.CAPTION, theme.text2)
            return
