"""One value in one line: mark, name, trend, number and unit, state and age."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core import wording
from app.core.model import AlarmKind, Level, Ms
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.base import pen, row_line, selection_edge
from widgets.paint.finding import paint_finding
from widgets.paint.fresh import Fresh, age_tint, paint_fresh
from widgets.paint.spark import Spark, paint_spark
from widgets.panels._values import (
    age_text,
    finding_mark,
    finding_word,
    state_of,
    value_text,
)
from widgets.theme import Role

DIM = (Fresh.LATE, Fresh.CACHED, Fresh.ESTIMATED)
AGE, SPARK, MARK = 116.0, 72.0, 24.0


def paint_value_row(
    painter: QPainter,
    rect: QRectF,
    context: Context,
    view: ValueView,
    now: Ms,
    spark: Spark | None,
    *,
    selected: bool = False,
) -> None:
    """The row on its ground; the name is shortened first, then the trend is left out."""
    theme = context.theme
    if selected:
        selection_edge(painter, rect, theme)
    row_line(painter, rect, theme)
    inner = rect.adjusted(theme.px(12), 0, -theme.px(12), 0)
    if view.level is not Level.NONE:
        side = theme.px(15)
        mark = QRectF(inner.x(), rect.center().y() - side / 2, side, side)
        paint_alarm(painter, mark, AlarmMark(view.level, AlarmKind.LIMIT), theme)
    left = inner.x() + theme.px(MARK)
    right = paint_age(painter, inner, context, view, now)
    number = QRectF(left, inner.y(), max(0.0, right - left), inner.height())
    used = paint_number(painter, number, context, view)
    right -= used + theme.px(12)
    wide = theme.px(SPARK)
    label = context.label(view)
    # The name outranks the trend: it is left out where both do not fit.
    named = min(theme.width(label, Role.BODY), theme.px(300)) + theme.px(10)
    named += theme.px(MARK) if finding_mark(context, view.key) is not None else 0.0
    if spark is not None and right - left > wide + max(named, theme.px(80)):
        high = min(theme.px(26), rect.height() * 0.7)
        fixed = inner.right() - theme.px(AGE + 130) - wide
        x = min(right - wide, max(left + named, fixed))
        paint_spark(painter, QRectF(x, rect.center().y() - high / 2, wide, high), spark, theme)
        right = x - theme.px(10)
    name = QRectF(left, inner.y(), max(0.0, right - left), inner.height())
    paint_name(painter, name, context, view)


def paint_name(painter: QPainter, box: QRectF, context: Context, view: ValueView) -> None:
    """The name; after it what has been found about the value: the mark, its word where it fits."""
    theme, mark = context.theme, finding_mark(context, view.key)
    taken = theme.px(MARK) if mark is not None else 0.0
    room = box.adjusted(0, 0, -min(taken, box.width()), 0)
    label = context.label(view)
    used = lettering.draw_in(painter, theme, room, label, Role.BODY, theme.text2)
    if mark is None:
        return
    side = theme.px(15)
    glyph = QRectF(box.x() + used + theme.px(8), box.center().y() - side / 2, side, side)
    paint_finding(painter, glyph, mark, theme)
    word = finding_word(context, view.key)
    rest = QRectF(glyph.right() + theme.px(5), box.y(), 0, box.height())
    if theme.width(word, Role.CAPTION) <= box.right() - rest.x():
        rest.setRight(box.right())
        lettering.draw_in(painter, theme, rest, word, Role.CAPTION, theme.text3)


def paint_age(
    painter: QPainter,
    inner: QRectF,
    context: Context,
    view: ValueView,
    now: Ms,
    most: float = 0.45,
) -> float:
    """State and age in a column at the right, wider in a row whose age is longer (the full date
    of last year's figures): an age is not cut. It takes at most that share of the row. Gives its
    left edge."""
    theme, state = context.theme, state_of(context, view)
    side, text = theme.px(14), age_text(context, view, now)
    glyph = 0.0 if state is Fresh.LIVE else side + theme.px(6)
    needed = theme.width(text, Role.CAPTION) + glyph
    wide = min(max(theme.px(AGE), needed), inner.width() * most)
    box = QRectF(inner.right() - wide, inner.y(), wide, inner.height())
    text = lettering.fit(theme, text, Role.CAPTION, wide - glyph)
    used = lettering.draw_in(
        painter, theme, box, text, Role.CAPTION, age_tint(theme, state), right=True
    )
    x = box.right() - used - theme.px(6) - side
    if state is not Fresh.LIVE and x >= box.x() - 0.5:
        paint_fresh(painter, QRectF(x, box.center().y() - side / 2, side, side), state, theme)
    return box.x() - theme.px(8)


def paint_number(painter: QPainter, box: QRectF, context: Context, view: ValueView) -> float:
    """Number and unit to the right edge; gives what they took."""
    theme, state = context.theme, state_of(context, view)
    text, unit = value_text(context, view)
    ink = theme.text2 if state in DIM else theme.text1
    if not text:
        text, ink = wording.NO_VALUE, theme.text3
    column = theme.px(44)
    level = lettering.baseline(theme, Role.BODY, box.y(), box.height())
    unit_wide = max(theme.width(unit, Role.CAPTION), column) if unit else column
    x = box.right() - unit_wide
    lettering.draw(painter, theme, (x, level), unit, Role.CAPTION, theme.text3)
    wide = theme.width(text, Role.BODY)
    start = x - theme.px(6) - wide
    lettering.draw(painter, theme, (start, level), text, Role.BODY, ink)
    if state is Fresh.CACHED:
        dots = pen(theme.freshness["cached"], max(1.0, theme.px(1.5)))
        dots.setDashPattern([1.0, 1.0])
        painter.setPen(dots)
        foot = level + theme.px(4)
        painter.drawLine(start, foot, start + wide, foot)
    return unit_wide + theme.px(6) + wide
