"""A trend in little: one measured line over its normal band; what is missing is a hole.

Nothing is interpolated, smoothed or carried forward. An estimate is a broken stroke that starts
at the last measured point. Late and cached lines fall back and lose the dot that means now.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.core.i18n import Translator
from app.core.wording import number
from widgets.paint.base import pen, too_small
from widgets.theme import Theme

Values = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Spark:
    """`values` at equal steps, None where nothing was measured; `band` is low and high, once or for
    each step; `ref` may reach further than the values (the rest of the day). The last `estimated`
    values are estimates. `low` and `high` fix the scale where several must agree.
    """

    values: Values
    band: tuple[tuple[float, float], ...] = ()
    ref: Values = ()
    estimated: int = 0
    dimmed: bool = False
    low: float | None = None
    high: float | None = None

    @property
    def is_trend(self) -> bool:
        """Whether there is a line to draw: one value stands beside it in digits already."""
        return sum(map(_known, self.values)) > 1


@dataclass(frozen=True, slots=True)
class _Plot:
    rect: QRectF
    low: float
    high: float
    steps: int
    stroke: float

    def point(self, index: int, value: float) -> QPointF:
        """Where a value stands."""
        share = (value - self.low) / (self.high - self.low)
        run = self.rect.width() - self.stroke
        x = self.rect.x() + run * index / max(1, self.steps - 1)
        return QPointF(x, self.rect.y() + self.rect.height() * (1 - min(1.2, max(-0.2, share))))


def paint_spark(painter: QPainter, rect: QRectF, data: Spark, theme: Theme) -> None:
    """Draw the trend so that it fills the rectangle up to a small margin."""
    if too_small(rect) or not data.is_trend:
        return
    theme.stamps.stamp(painter, rect, ("spark", data), lambda p, box: _spark(p, box, data, theme))


def _spark(painter: QPainter, box: QRectF, data: Spark, theme: Theme) -> None:
    plot = _plot(box, data, theme)
    band = data.band * plot.steps if len(data.band) == 1 else data.band
    if band and all(_known(edge) for pair in band for edge in pair):
        _band(painter, plot, band, theme)
    if data.ref:
        painter.setPen(pen(theme.ref, max(1.0, theme.chart_now * 0.6)))
        _polylines(painter, plot, data.ref)
    line = pen(theme.text3 if data.dimmed else theme.line_now, theme.chart_now)
    line.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    measured = len(data.values) - data.estimated
    painter.setPen(line)
    _polylines(painter, plot, data.values[:measured])
    if data.estimated:
        _estimate(painter, plot, data, measured, line)
    if not data.dimmed:
        _now(painter, plot, data.values[:measured], line.color())


def _scale_values(data: Spark) -> list[float]:
    found = [v for v in (*data.values, *data.ref) if _known(v)]
    return found + [edge for pair in data.band for edge in pair if _known(edge)] if found else []


def _known(value: float | None) -> TypeGuard[float]:
    """What is infinite or undefined was not measured either."""
    return value is not None and math.isfinite(value)


def _plot(box: QRectF, data: Spark, theme: Theme) -> _Plot:
    known = _scale_values(data)
    least, most = min(known), max(known)
    margin = (most - least or 1.0) * 0.14
    low = least - margin if data.low is None else data.low
    high = most + margin if data.high is None else data.high
    pad = min(theme.px(4), box.width() / 8, box.height() / 8)
    return _Plot(
        rect=box.adjusted(pad, pad, -pad, -pad),
        low=low,
        high=max(high, low + max(1e-9, abs(low) * 1e-9)),
        steps=max(len(data.values), len(data.ref), len(data.band)),
        stroke=theme.chart_now,
    )


def _band(
    painter: QPainter, plot: _Plot, band: tuple[tuple[float, float], ...], theme: Theme
) -> None:
    upper = [plot.point(index, high) for index, (_, high) in enumerate(band)]
    lower = [plot.point(index, low) for index, (low, _) in enumerate(band)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.band)
    painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _polylines(painter: QPainter, plot: _Plot, values: Sequence[float | None]) -> None:
    """One line for each run of measured values; a lone value is a point."""
    run: list[QPointF] = []
    for index, value in enumerate((*values, None)):
        if _known(value):
            run.append(plot.point(index, value))
            continue
        if len(run) == 1:
            run.append(run[0] + QPointF(plot.stroke, 0))
        if run:
            painter.drawPolyline(QPolygonF(run))
        run = []


def _estimate(painter: QPainter, plot: _Plot, data: Spark, measured: int, line: QPen) -> None:
    line.setDashPattern([2.4, 1.8])
    painter.setPen(line)
    start = max(0, measured - 1)
    run = [
        plot.point(start + offset, value)
        for offset, value in enumerate(data.values[start:])
        if _known(value)
    ]
    painter.drawPolyline(QPolygonF(run))


def _now(painter: QPainter, plot: _Plot, values: Sequence[float | None], colour: QColor) -> None:
    """The end dot: only where the newest slot was measured."""
    if values and _known(values[-1]):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        radius = plot.stroke * 1.7
        painter.drawEllipse(plot.point(len(values) - 1, values[-1]), radius, radius)


def accessible_text(data: Spark, translator: Translator, decimals: int = 1) -> str:
    """Least, most, and how many slots are missing."""
    known = [value for value in data.values if _known(value)]
    if not known:
        return translator.text("state.missing")
    return translator.text(
        "paint.trend",
        low=number(min(known), decimals),
        high=number(max(known), decimals),
        missing=len(data.values) - len(known),
    )
