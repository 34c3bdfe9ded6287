"""The head of a theme's board: its sentence over its index with all that belongs to it."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core import wording
from app.core.model import Freshness, Ms
from app.live.view import ValueView
from widgets.context import Context
from widgets.edges import Edges
from widgets.paint import text as lettering
from widgets.paint.bars import paint_weight
from widgets.paint.base import row_line
from widgets.paint.fresh import age_tint, paint_fresh
from widgets.paint.spark import Spark, paint_spark
from widgets.panels._painted import MEASURES
from widgets.panels._theme import move_text, result_of, weight_text, withheld
from widgets.panels._values import age_text, state_of, value_text
from widgets.theme import Role, Theme

_SENTENCE = (Role.HEADLINE, Role.VALUE, Role.TITLE, Role.STORY, Role.BODY, Role.CAPTION)
WIDE = 620.0  # from here on the sentence may be as large as a headline
SPARK = 150.0
_WHOLE = Edges()


def band_height(theme: Theme, width: float) -> float:
    """Room for the sentence and the index below it."""
    return theme.line(_largest(theme, width)) + theme.size(Role.FIGURE) * 1.1 + theme.px(14)


def _largest(theme: Theme, width: float) -> Role:
    return Role.HEADLINE if width >= theme.px(WIDE) else Role.VALUE


def paint_band(
    painter: QPainter,
    rect: QRectF,
    context: Context,
    said: str,
    key: str,
    view: ValueView | None,
    spark: Spark | None,
    now: Ms,
    edges: Edges = _WHOLE,
) -> None:
    """The sentence in one line as large as it fits; value, move, weight, trend, age below."""
    theme = context.theme
    pad = theme.px(MEASURES[theme.kind].pad)
    inner = rect.adjusted(pad, theme.px(4), -pad, -theme.px(6))
    first = _largest(theme, rect.width())
    upper = QRectF(inner.x(), inner.y(), inner.width(), min(theme.line(first), inner.height()))
    roles = _SENTENCE[_SENTENCE.index(first) :]
    upper.setRight(edges.until(upper.x(), upper.right()))
    role = lettering.fit_role(theme, said, roles, upper.width(), True) or Role.CAPTION
    lettering.draw_in(painter, theme, upper, said, role, theme.text1, True)
    lower = QRectF(inner.x(), upper.bottom(), inner.width(), inner.bottom() - upper.bottom())
    if lower.height() > theme.line(Role.CAPTION):
        if why := withheld(context, key, view):
            lettering.draw_in(painter, theme, lower, why, Role.BODY, theme.text2)
        elif view is not None:
            _index(painter, lower, context, key, view, spark, now, edges)
    row_line(painter, rect, theme)


def _index(
    painter: QPainter,
    rect: QRectF,
    context: Context,
    key: str,
    view: ValueView,
    spark: Spark | None,
    now: Ms,
    edges: Edges,
) -> None:
    """From the left value and unit, move and weight; from the right age and trend."""
    theme, gap = context.theme, context.theme.px(16)
    right = rect.right() - _age(painter, rect, context, view, now) - gap
    x = _figure(painter, rect, context, view) + gap
    if (move := move_text(context, key)) and x < right:
        x = _two_lines(painter, rect, context, x, right, move, context.text("themes.yesterday"))
        x += gap
    result = result_of(context, key)
    weight = weight_text(context, result)
    if result is not None and x + theme.width(weight, Role.CAPTION) < right:
        bar = QRectF(x, rect.center().y() - theme.px(12), theme.px(90), theme.px(8))
        paint_weight(painter, bar, result.effective, theme)
        low = QRectF(x, rect.center().y(), right - x, theme.line(Role.CAPTION))
        used = lettering.draw_in(painter, theme, low, weight, Role.CAPTION, theme.text2)
        x += max(bar.width(), used) + gap
    wide = min(theme.px(SPARK * 2), right - x)
    wide = min(wide, right - edges.past(right - wide, wide))
    if spark is not None and wide >= theme.px(SPARK / 2):
        high = min(theme.px(40), rect.height() * 0.7)
        box = QRectF(right - wide, rect.center().y() - high / 2, wide, high)
        paint_spark(painter, box, spark, theme)


def _figure(painter: QPainter, rect: QRectF, context: Context, view: ValueView) -> float:
    """Value and unit; gives where they end."""
    theme = context.theme
    text, unit = value_text(context, view)
    live = view.freshness is Freshness.LIVE
    level = lettering.baseline(theme, Role.FIGURE, rect.y(), rect.height())
    ink = theme.text1 if live else theme.text2
    x = rect.x()
    x += lettering.draw(painter, theme, (x, level), text or wording.NO_VALUE, Role.FIGURE, ink)
    x += theme.px(6)
    return x + lettering.draw(painter, theme, (x, level), unit, Role.BODY, theme.text3)


def _two_lines(
    painter: QPainter,
    rect: QRectF,
    context: Context,
    x: float,
    right: float,
    upper: str,
    lower: str,
) -> float:
    """A number over what it is set against; gives where they end."""
    theme = context.theme
    wide = max(theme.width(upper, Role.TITLE), theme.width(lower, Role.CAPTION))
    if x + wide > right:
        return x
    middle = rect.center().y()
    line = QRectF(x, middle - theme.line(Role.TITLE), wide + 1, theme.line(Role.TITLE))
    lettering.draw_in(painter, theme, line, upper, Role.TITLE, theme.text1)
    line = QRectF(x, middle, wide + 1, theme.line(Role.CAPTION))
    lettering.draw_in(painter, theme, line, lower, Role.CAPTION, theme.text2)
    return x + wide


def _age(painter: QPainter, rect: QRectF, context: Context, view: ValueView, now: Ms) -> float:
    """State and age at the right; gives what they took."""
    theme, state = context.theme, state_of(context, view)
    text = age_text(context, view, now)
    ink = age_tint(theme, state)
    used = lettering.draw_in(painter, theme, rect, text, Role.CAPTION, ink, right=True)
    side = theme.px(14)
    x = rect.right() - used - theme.px(6) - side
    paint_fresh(painter, QRectF(x, rect.center().y() - side / 2, side, side), state, theme)
    return used + theme.px(6) + side
