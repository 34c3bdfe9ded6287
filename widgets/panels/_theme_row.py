"""A theme in one row of the wall: its name and index, then the values that stand out most."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core import wording
from app.core.catalog import HOUR
from app.core.directory import Theme
from app.core.model import AlarmKind, Level
from app.live.theme_state import ThemeState
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.panels._painted import MEASURES
from widgets.panels._theme import short_name
from widgets.panels._values import state_of, value_text
from widgets.theme import Role

NAME, VALUE = 112.0, 150.0
MOST = 4


def row_views(state: ThemeState, count: int) -> list[ValueView]:
    """The values of a row: what is over a limit, then what comes by the hour or faster; figures of
    a month or a year are for the theme's own page, unless there is nothing else."""
    known = [view for view in state.ordered if view.value is not None]
    first = [view for view in known if view.level is not Level.NONE or view.period_ms <= HOUR]
    return [*first, *(view for view in known if view not in first)][:count]


def columns_of(context: Context, width: float) -> int:
    """How many values stand in a row of that width."""
    theme = context.theme
    room = width - 2 * theme.px(MEASURES[theme.kind].pad) - theme.px(NAME)
    return max(0, min(MOST, int(room // theme.px(VALUE))))


def paint_theme_row(
    painter: QPainter,
    rect: QRectF,
    context: Context,
    subject: Theme,
    index: ValueView | None,
    views: list[ValueView],
) -> None:
    """The name over the index, then each value under its own name."""
    theme = context.theme
    pad = theme.px(MEASURES[theme.kind].pad)
    inner = rect.adjusted(pad, 0, -pad, 0)
    name = short_name(context, subject)
    box = QRectF(inner.x(), inner.y(), theme.px(NAME) - theme.px(8), inner.height())
    upper, lower = _two(box, context)
    roles = (Role.BODY, Role.CAPTION)
    role = lettering.fit_role(theme, name, roles, upper.width(), True) or Role.CAPTION
    lettering.draw_in(painter, theme, upper, name, role, theme.text1, True)
    if index is not None:
        _value(painter, lower, context, index, Role.CAPTION)
    count = columns_of(context, rect.width())
    wide = (inner.width() - theme.px(NAME)) / max(1, count)
    for number, view in enumerate(views[:count]):
        x = inner.x() + theme.px(NAME) + number * wide
        upper, lower = _two(QRectF(x, inner.y(), wide - theme.px(10), inner.height()), context)
        label = context.label(view)
        lettering.draw_in(painter, theme, upper, label, Role.CAPTION, theme.text2)
        _value(painter, lower, context, view, Role.BODY)


def _two(box: QRectF, context: Context) -> tuple[QRectF, QRectF]:
    theme = context.theme
    line = theme.line(Role.BODY)
    top = box.center().y() - line * 0.95
    return (
        QRectF(box.x(), top, box.width(), line * 0.95),
        QRectF(box.x(), top + line * 0.95, box.width(), line * 0.95),
    )


def _value(painter: QPainter, box: QRectF, context: Context, view: ValueView, role: Role) -> None:
    """The glyph of what is not live, number and unit, the shape of a level."""
    theme, state = context.theme, state_of(context, view)
    text, unit = value_text(context, view)
    ink = theme.text1 if state is Fresh.LIVE else theme.text2
    x, side = box.x(), theme.px(15)
    if state not in (Fresh.LIVE, Fresh.ESTIMATED):  # an estimate wears its ≈ already
        paint_fresh(painter, QRectF(x, box.center().y() - side / 2, side, side), state, theme)
        x += side + theme.px(5)
        box = QRectF(x, box.y(), max(0.0, box.right() - x), box.height())
    x += lettering.draw_in(painter, theme, box, text or wording.NO_VALUE, role, ink)
    rest = QRectF(x + theme.px(4), box.y(), max(0.0, box.right() - x - theme.px(4)), box.height())
    x = rest.x() + lettering.draw_in(painter, theme, rest, unit, Role.CAPTION, theme.text3)
    mark = QRectF(x + theme.px(6), box.center().y() - side / 2, side, side)
    if view.level is not Level.NONE:
        paint_alarm(painter, mark, AlarmMark(view.level, AlarmKind.LIMIT), theme)
