"""Bars: a value on its range, contributions to a move, a share, a countdown."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.core.i18n import Translator
from app.core.model import Level
from app.core.wording import number
from widgets.paint.base import pen, too_small
from widgets.theme import Theme


@dataclass(frozen=True, slots=True)
class RangeBar:
    """A value on `low` to `high`, its normal part, a limit or target as a tick, and its level."""

    value: float
    low: float
    high: float
    normal: tuple[float, float] | None = None
    tick: float | None = None
    level: Level = Level.NONE

    def share(self, value: float) -> float:
        """0 to 1 along the bar; values outside lie on its ends."""
        span = self.high - self.low
        return min(1.0, max(0.0, (value - self.low) / span)) if span > 0 else 0.0


def paint_range(painter: QPainter, rect: QRectF, data: RangeBar, theme: Theme) -> None:
    """The bar across the rectangle; the value's mark is as high as the rectangle."""
    if too_small(rect):
        return
    thick = rect.height() * 0.3
    top = rect.center().y() - thick / 2

    def at(value: float) -> float:
        return rect.x() + data.share(value) * rect.width()

    painter.fillRect(QRectF(rect.x(), top, rect.width(), thick), theme.line1)
    if data.normal:
        low, high = at(data.normal[0]), at(data.normal[1])
        painter.fillRect(QRectF(low, top, high - low, thick), theme.line2)
    if data.tick is not None:
        width = max(theme.stroke, theme.px(2))
        x = min(at(data.tick), rect.right() - width)
        painter.fillRect(QRectF(x, top - thick * 0.6, width, thick * 2.2), theme.text3)
    width = max(theme.px(2), rect.height() * 0.16)
    x = min(rect.right() - width, max(rect.x(), at(data.value) - width / 2))
    colour = theme.warning.get(data.level, theme.text1)
    mark = QRectF(x, rect.y(), width, rect.height())
    painter.fillRect(mark, colour)
    if theme.light and data.level is not Level.NONE:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.ink, 1.0))
        painter.drawRect(mark)


@dataclass(frozen=True, slots=True)
class Contribution:
    """One signed part of a move; `span` is the largest absolute part of the group."""

    value: float
    span: float
    strong: bool = False


def paint_contribution(painter: QPainter, rect: QRectF, data: Contribution, theme: Theme) -> None:
    """A bar from the middle line to the left (less) or right (more)."""
    if too_small(rect):
        return
    middle = rect.center().x()
    share = min(1.0, abs(data.value) / data.span) if data.span > 0 else 0.0
    length = share * rect.width() / 2
    left = middle if data.value > 0 else middle - length
    bar = QRectF(left, rect.y() + rect.height() * 0.2, length, rect.height() * 0.6)
    painter.fillRect(bar, theme.text1 if data.strong else theme.text2)
    width = max(theme.stroke, theme.px(2))
    axis = theme.line2 if not theme.light else theme.ref
    painter.fillRect(QRectF(middle - width / 2, rect.y(), width, rect.height()), axis)


def paint_share(painter: QPainter, rect: QRectF, share: float, theme: Theme) -> None:
    """A share of 0 to 1: the effective weight of an index, the progress of a reading."""
    if too_small(rect):
        return
    part = rect.width() * min(1.0, max(0.0, share))
    painter.fillRect(rect, theme.raised)
    painter.fillRect(QRectF(rect.x(), rect.y(), part, rect.height()), theme.text2)


def paint_weight(painter: QPainter, rect: QRectF, share: float, theme: Theme) -> None:
    """Effective weight: what is fresh is filled, what is missing is an empty cached outline."""
    if too_small(rect):
        return
    width = max(theme.stroke, theme.px(1))
    part = rect.width() * min(1.0, max(0.0, share))
    painter.fillRect(QRectF(rect.x(), rect.y(), part, rect.height()), theme.text2)
    if rect.width() - part > 2 * width:
        inset = width / 2
        rest = QRectF(rect.x() + part, rect.y(), rect.width() - part, rect.height())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.freshness["cached"], width))
        painter.drawRect(rest.adjusted(inset, inset, -inset, -inset))


@dataclass(frozen=True, slots=True)
class Countdown:
    """What is left of a limit; `left_ms` below 0 is over."""

    left_ms: int
    limit_ms: int

    @property
    def share(self) -> float:
        """0 to 1 of the limit that is left."""
        return min(1.0, max(0.0, self.left_ms / self.limit_ms)) if self.limit_ms > 0 else 0.0


def paint_countdown(painter: QPainter, rect: QRectF, data: Countdown, theme: Theme) -> None:
    """The only ring there is: a full turn is the whole limit; over it the ring is broken."""
    side = min(rect.width(), rect.height())
    if side < 8:
        return
    width = side / 8
    radius = side / 2 - width * 0.75
    centre = rect.center()
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ring = pen(theme.raised, width)
    painter.setPen(ring)
    painter.drawEllipse(box)
    ring.setColor(theme.text1)
    if data.left_ms < 0:
        ring.setDashPattern([0.5, 0.5])
        painter.setPen(ring)
        painter.drawEllipse(box)
    elif data.share > 0:
        painter.setPen(ring)
        painter.drawArc(box, 90 * 16, -round(360 * 16 * data.share))
    painter.restore()


def range_text(data: RangeBar, decimals: int, translator: Translator) -> str:
    """The value on its range in words."""
    low, high = data.normal or (data.low, data.high)
    return translator.text(
        "paint.range",
        value=number(data.value, decimals),
        low=number(low, decimals),
        high=number(high, decimals),
    )
