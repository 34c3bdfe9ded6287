"""The time conductor: one bar for all windows; in replay the whole bar wears the replay tint."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from app.core.i18n import Translator
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.base import drawing, pen, too_small
from widgets.paint.button import KeyHint, key_hint_width, paint_keys
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.paint.text import baseline, draw, draw_right
from widgets.theme import Role, Theme

CONDUCTOR_HEIGHT = 64


@dataclass(frozen=True, slots=True)
class Conductor:
    """Places on the axis are shares of 0 to 1; `cursor` is where a replay stands."""

    state_word: str
    clock: str
    note: str
    now: float
    cursor: float | None = None
    gaps: tuple[tuple[float, float], ...] = ()
    marks: tuple[tuple[float, AlarmMark], ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    legend: str = ""
    key: KeyHint | None = None


def axis(rect: QRectF, theme: Theme) -> tuple[float, float]:
    """Left and right end of the axis, for turning a click into a time."""
    left = rect.x() + min(theme.px(330), rect.width() * 0.3)
    return left, rect.right() - min(theme.px(340), rect.width() * 0.25)


def paint_conductor(painter: QPainter, rect: QRectF, data: Conductor, theme: Theme) -> None:
    """State and time, the axis with what is missing and what was warned of, the way back."""
    if too_small(rect):
        return
    with drawing(painter, rect):
        painter.fillRect(rect, theme.panel)
        replay = data.cursor is not None
        ink = theme.freshness["replay"] if replay else theme.text1
        left, right = axis(rect, theme)
        _axis(painter, rect, data, theme, left, right)
        middle = rect.height()
        x = rect.x() + theme.px(16)
        side = theme.px(18)
        glyph = QRectF(x, rect.center().y() - side / 2, side, side)
        paint_fresh(painter, glyph, Fresh.REPLAY if replay else Fresh.LIVE, theme)
        x = glyph.right() + theme.px(10)
        for text, role, colour, bold in (
            (data.state_word, Role.BODY, ink, replay),
            (data.clock, Role.VALUE, ink, True),
            (data.note, Role.CAPTION, theme.text2, False),
        ):
            if x + theme.width(text, role, bold) > left - theme.px(8):
                break
            level = baseline(theme, role, rect.y(), middle)
            x += draw(painter, theme, (x, level), text, role, colour, bold) + theme.px(10)
        _right(painter, rect, data, theme, right)
        if replay:
            width = theme.px(2)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(ink, width))
            painter.drawRect(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2))


def _axis(
    painter: QPainter, rect: QRectF, data: Conductor, theme: Theme, left: float, right: float
) -> None:
    span = right - left
    if span <= 0:
        return

    def at(share: float) -> float:
        return left + span * min(1.0, max(0.0, share))

    top, thick = rect.y() + rect.height() * 26 / 64, theme.px(8)
    painter.fillRect(QRectF(left, top, span, thick), theme.raised)
    painter.fillRect(QRectF(left, top, at(data.now) - left, thick), theme.line2)
    for start, end in data.gaps:
        gap = QRectF(at(start), top, at(end) - at(start), thick)
        painter.fillRect(gap, theme.freshness["late"])
    level = top + thick + theme.px(8) + theme.cap(Role.CAPTION) + theme.px(6)
    for share, label in data.ticks:
        x = at(share)
        tick = QRectF(x - theme.stroke / 2, top + thick, theme.stroke, theme.px(8))
        painter.fillRect(tick, theme.line2)
        half = theme.width(label, Role.CAPTION) / 2
        draw(painter, theme, (x - half, level), label, Role.CAPTION, theme.text3)
    side = theme.px(13)
    for share, mark in data.marks:
        box = QRectF(at(share) - side / 2, top - theme.px(14) - side / 2, side, side)
        paint_alarm(painter, box, mark, theme)
    line = theme.px(3)
    if data.cursor is None:
        place = QRectF(at(data.now) - line / 2, top - theme.px(8), line, theme.px(24))
        painter.fillRect(place, theme.text1)
    else:
        _cursor(painter, at(data.cursor), top, theme.freshness["replay"], theme)


def _cursor(painter: QPainter, x: float, top: float, colour: QColor, theme: Theme) -> None:
    line = theme.px(3)
    painter.fillRect(QRectF(x - line / 2, top - theme.px(12), line, theme.px(30)), colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    wing, upper = theme.px(7), top - theme.px(18)
    corners = [QPointF(x - wing, upper), QPointF(x + wing, upper), QPointF(x, upper + theme.px(9))]
    painter.drawPolygon(QPolygonF(corners))


def _right(painter: QPainter, rect: QRectF, data: Conductor, theme: Theme, axis_end: float) -> None:
    right = rect.right() - theme.px(16)
    if data.key:
        width = key_hint_width(data.key, theme)
        box = QRectF(right - width, rect.y(), width, rect.height())
        paint_keys(painter, box, (data.key,), theme)
        right = box.x() - theme.px(20)
    if right - theme.width(data.legend, Role.CAPTION) > axis_end + theme.px(16):
        level = baseline(theme, Role.CAPTION, rect.y(), rect.height())
        draw_right(painter, theme, (right, level), data.legend, Role.CAPTION, theme.text3)


def accessible_text(data: Conductor, translator: Translator) -> str:
    """State, time and note."""
    parts = (data.state_word, data.clock, data.note)
    return translator.text("paint.pause").join(part for part in parts if part)
