"""The number tile: name and age on one line, the value on the second, comparison and trend below.

The eye goes to the value; its age is never further away than the line above it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from app.core.i18n import Translator
from app.core.model import AlarmKind, Level
from widgets.paint import alarm, fresh
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.bars import RangeBar, paint_range, paint_weight
from widgets.paint.base import drawing, focus_frame, pen, selection_edge, too_small
from widgets.paint.finding import FindingMark, paint_finding
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.paint.spark import Spark, paint_spark
from widgets.paint.text import ELLIPSIS, draw, draw_right, fit, fit_role
from widgets.theme import Role, Theme

NO_VALUE = "—"
LEAST_PICTURE = 44.0  # design px: a trend that gives way to the words is still one
_DIM = (Fresh.LATE, Fresh.CACHED, Fresh.ESTIMATED)
_FALLING = (Role.FIGURE, Role.HEADLINE, Role.VALUE, Role.TITLE, Role.BODY, Role.CAPTION)


@dataclass(frozen=True, slots=True)
class Tile:
    """One value with all that must stand beside it, in words already (`app.core.wording`).

    `value` is empty where there is none. `changed` is true for 600 ms after a new value.
    `alarm` says whose level it is: a measured limit unless stated. `foot` keeps the third line
    free where nothing stands in it yet, and `most` is the largest size of the number: so tiles
    side by side agree.
    """

    name: str
    value: str
    unit: str = ""
    age: str = ""
    state: Fresh = Fresh.LIVE
    note: str = ""
    level: Level = Level.NONE
    alarm: AlarmKind = AlarmKind.LIMIT
    unacked: bool = False
    spark: Spark | None = None
    bar: RangeBar | None = None
    weight: float | None = None
    changed: bool = False
    focused: bool = False
    selected: bool = False
    foot: bool = False
    most: Role | None = None
    finding: FindingMark | None = None

    @property
    def mark(self) -> AlarmMark | None:
        """The mark beside the name, where the value has crossed a limit or missed a target."""
        if self.level is Level.NONE and self.alarm is not AlarmKind.TARGET:
            return None
        return AlarmMark(self.level, self.alarm, self.unacked)


def paint_tile(painter: QPainter, rect: QRectF, data: Tile, theme: Theme) -> None:
    """The tile on its own surface; what does not fit is left out from the bottom up."""
    if too_small(rect):
        return
    with drawing(painter, rect):
        if data.selected:
            selection_edge(painter, rect, theme)
        else:
            painter.fillRect(rect, theme.panel)
        inner = _inner(rect, theme)
        foot = _foot_height(inner, data, theme)
        end, level = _value(painter, inner, data, theme, foot)
        beside = _age_width(data, theme) + theme.px(12)
        age_level = inner.y() + theme.line(Role.BODY) * 0.84
        room = inner.width() - beside
        if not _name_role(room, data, theme):  # the whole name; the age goes a line down, or two
            if inner.right() - end > beside:
                age_level, room = level, inner.width()
            elif foot and not _has_picture(data) and _note_leaves(inner, data, theme) > beside:
                age_level = inner.bottom() - foot / 2 + theme.cap(Role.CAPTION) / 2
                room = inner.width()
        _age(painter, inner.right(), age_level, data, theme)
        _head(painter, QRectF(inner.x(), inner.y(), max(0.0, room), 0), data, theme)
        if foot:
            _foot(painter, inner, data, theme, foot)
        if data.focused:
            focus_frame(painter, rect, theme)


def value_role(rect: QRectF, data: Tile, theme: Theme) -> Role:
    """The size in which the number of a tile is painted."""
    inner = _inner(rect, theme)
    room = _value_room(inner, theme, _foot_height(inner, data, theme))
    return _fitting(room, data, theme)[0]


def smallest_role(roles: Iterable[Role]) -> Role | None:
    """Of the sizes of several tiles the one that suits all; None for no tile."""
    return max(roles, key=_FALLING.index, default=None)


def _inner(rect: QRectF, theme: Theme) -> QRectF:
    pad_x = min(theme.px(16), rect.width() / 12)
    pad_y = min(theme.px(12), rect.height() / 10)
    return rect.adjusted(pad_x, pad_y, -pad_x, -pad_y / 2)


def _has_picture(data: Tile) -> bool:
    """Whether something is drawn at the right of the third line."""
    drawn = data.spark is not None and data.spark.is_trend
    return drawn or data.bar is not None or data.weight is not None


def _note_leaves(inner: QRectF, data: Tile, theme: Theme) -> float:
    return inner.width() - theme.width(data.note, Role.CAPTION)


def _age_width(data: Tile, theme: Theme) -> float:
    """Glyph and age side by side."""
    return theme.px(16) + theme.px(6) + theme.width(data.age, Role.CAPTION)


def _age(painter: QPainter, right: float, level: float, data: Tile, theme: Theme) -> None:
    """The glyph of the state and the age, ending at a point on a baseline."""
    side = theme.px(16)
    ink = fresh.age_tint(theme, data.state)
    x = right - draw_right(painter, theme, (right, level), data.age, Role.CAPTION, ink)
    x -= side + (theme.px(6) if data.age else 0.0)
    box = QRectF(x, level - theme.cap(Role.BODY) / 2 - side / 2, side, side)
    paint_fresh(painter, box, data.state, theme)


def _name_role(room: float, data: Tile, theme: Theme) -> Role | None:
    """The size in which the whole name fits beside its mark; None where none does."""
    room -= _marks_width(data, theme)
    return fit_role(theme, data.name, (Role.BODY, Role.CAPTION), room)


def _marks_width(data: Tile, theme: Theme) -> float:
    """Of the marks after the name."""
    return theme.px(24) * ((data.mark is not None) + (data.finding is not None))


def _head(painter: QPainter, head: QRectF, data: Tile, theme: Theme) -> None:
    level = head.y() + theme.line(Role.BODY) * 0.84
    middle, side = level - theme.cap(Role.BODY) / 2, theme.px(16)
    mark = data.mark
    room = max(0.0, head.width() - _marks_width(data, theme))
    role = _name_role(head.width(), data, theme) or Role.CAPTION
    name = fit(theme, data.name, role, room)
    width = draw(painter, theme, (head.x(), level), name, role, theme.text2)
    left = head.x() + width + theme.px(8)
    if mark and room > 0:
        paint_alarm(painter, QRectF(left, middle - side / 2, side, side), mark, theme)
        left += theme.px(24)
    if data.finding and room > 0:
        paint_finding(painter, QRectF(left, middle - side / 2, side, side), data.finding, theme)


def _foot_height(inner: QRectF, data: Tile, theme: Theme) -> float:
    """Room for the third line, or 0 where the tile is too low for one."""
    if not (data.foot or data.note or data.spark or data.bar or data.weight is not None):
        return 0.0
    free = inner.height() - theme.line(Role.BODY) - theme.size(Role.VALUE) * 1.1
    wanted = theme.px(32)
    return min(wanted, free) if free >= theme.line(Role.CAPTION) else 0.0


def _value(
    painter: QPainter, inner: QRectF, data: Tile, theme: Theme, foot: float
) -> tuple[float, float]:
    """Value and unit; gives where they end and their baseline."""
    room = _value_room(inner, theme, foot)
    role, text = _fitting(room, data, theme)
    unit = data.unit if data.value else ""
    gap = theme.px(6) if unit else 0.0
    bold = data.changed and not theme.reduced
    level = room.center().y() + theme.cap(role) / 2 + theme.px(4 if foot else 0)
    colour = theme.text1
    if not data.value:
        colour = theme.text3
    elif data.state in _DIM:
        colour = theme.text2
    width = draw(painter, theme, (inner.x(), level), text, role, colour, bold)
    end = inner.x() + width + gap
    end += draw(painter, theme, (end, level), unit, Role.BODY, theme.text3)
    if data.state is Fresh.CACHED and data.value:
        _dotted(painter, inner.x(), level + theme.px(5), width, theme)
    return end, level


def _value_room(inner: QRectF, theme: Theme, foot: float) -> QRectF:
    top = inner.y() + theme.line(Role.BODY)
    return QRectF(inner.x(), top, inner.width(), max(0.0, inner.bottom() - foot - top))


def _fitting(room: QRectF, data: Tile, theme: Theme) -> tuple[Role, str]:
    """The number in the largest size that has room beside the unit; else a sign for it."""
    text = data.value or NO_VALUE
    unit = data.unit if data.value else ""
    unit_width = theme.width(unit, Role.BODY) + (theme.px(6) if unit else 0.0)
    first = _FALLING.index(data.most) if data.most is not None else 0
    roles = [role for role in _FALLING[first:] if theme.size(role) <= room.height() * 1.02]
    bold = data.changed and not theme.reduced
    role = fit_role(theme, text, roles, room.width() - unit_width, bold)
    return (role, text) if role else (roles[-1] if roles else Role.CAPTION, ELLIPSIS)


def _dotted(painter: QPainter, x: float, y: float, width: float, theme: Theme) -> None:
    """The underline of a cached value, which survives a black-and-white print."""
    line = pen(theme.freshness["cached"], max(theme.stroke, theme.px(2)))
    line.setStyle(Qt.PenStyle.CustomDashLine)
    line.setDashPattern([1.0, 1.0])
    painter.setPen(line)
    painter.drawLine(QPointF(x, y), QPointF(x + width, y))


def _foot(painter: QPainter, inner: QRectF, data: Tile, theme: Theme, height: float) -> None:
    band = QRectF(inner.x(), inner.bottom() - height, inner.width(), height)
    wanted = inner.width() - theme.width(data.note, Role.CAPTION) - theme.px(8)
    side = min(theme.px(92), inner.width() * 0.48, max(theme.px(LEAST_PICTURE), wanted))
    picture = QRectF(band.right() - side, band.y(), side, height)
    room = band.width() - (side + theme.px(8) if _has_picture(data) else 0.0)
    note = fit(theme, data.note, Role.CAPTION, room)
    level = band.center().y() + theme.cap(Role.CAPTION) / 2
    draw(painter, theme, (band.x(), level), note, Role.CAPTION, theme.text2)
    middle = picture.center().y()
    bar = QRectF(picture.x(), middle - theme.px(8), side, theme.px(16))
    if data.spark is not None:
        paint_spark(painter, picture, data.spark, theme)
    elif data.bar is not None:
        paint_range(painter, bar, data.bar, theme)
    elif data.weight is not None:
        paint_weight(painter, bar, data.weight, theme)


def accessible_text(data: Tile, translator: Translator) -> str:
    """Name, value and unit, state and age, level, comparison: what the tile shows, in words."""
    value = f"{data.value} {data.unit}".strip() if data.value else translator.text("state.missing")
    parts = [data.name, value]
    if data.state is not Fresh.LIVE and data.value:
        parts.append(fresh.accessible_text(data.state, translator))
    parts.append(data.age)
    if data.mark:
        parts.append(alarm.accessible_text(data.mark, translator))
    parts.append(data.note)
    return translator.text("paint.pause").join(part for part in parts if part)
