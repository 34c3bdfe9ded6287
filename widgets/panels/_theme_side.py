"""The districts beside a theme: one figure of it in order, as short bars."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core import wording
from app.core.model import AlarmKind, Level, Ms
from app.live.league import League, Place
from app.live.view import ValueView
from widgets.context import Context
from widgets.edges import Edges
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.bars import paint_share
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.panels._names import areas, region_name
from widgets.panels._painted import MEASURES
from widgets.panels._values import age_text, state_of, value_text
from widgets.theme import Role

_WHOLE = Edges()


def paint_side(
    painter: QPainter,
    rect: QRectF,
    context: Context,
    table: League,
    now: Ms,
    edges: Edges = _WHOLE,
) -> None:
    """A line of title with the oldest age, then one row per district while there is room."""
    theme = context.theme
    line = max(1.0, theme.stroke / 2)
    painter.fillRect(QRectF(rect.x(), rect.y(), line, rect.height()), theme.line1)
    pad = theme.px(MEASURES[theme.kind].pad)
    inner = rect.adjusted(pad, theme.px(8), -pad, -theme.px(4))
    quantity = context.catalog.quantities[table.code]
    name = context.translator.pick(quantity.name_zh, quantity.name_en)
    title = context.text("themes.side.title", areas=areas(context), name=name)
    head = QRectF(inner.x(), inner.y(), inner.width(), theme.line(Role.BODY))
    roles = (Role.BODY, Role.CAPTION)
    role = lettering.fit_role(theme, title, roles, head.width(), True)
    if role is None:  # that they are districts is seen; of what they tell is not
        title, role = name, Role.CAPTION
    lettering.draw_in(painter, theme, head, title, role, theme.text1, True)
    below = QRectF(inner.x(), head.bottom(), inner.width(), theme.line(Role.CAPTION))
    said = _said_once(context, table, now)
    lettering.draw_in(painter, theme, below, said, Role.CAPTION, theme.text3)
    top = below.bottom() + theme.px(6)
    count = len(table.places)
    least = theme.line(Role.BODY) + theme.px(8)
    room = inner.bottom() - top - len(edges.at) * least
    if room < least or not count:
        return
    high = min(max(least, room / count), least * 1.4)
    fitting = int((room + 1) // high)
    shown = table.places if fitting >= count else table.places[: max(0, fitting - 1)]
    for place in shown:
        top = edges.past(top, high)
        row = QRectF(inner.x(), top, inner.width(), high)
        top += high
        _row(painter, row, context, table, place)
    if len(shown) < count:
        row = QRectF(inner.x(), edges.past(top, high), inner.width(), high)
        text = context.text("themes.more", n=count - len(shown))
        lettering.draw_in(painter, theme, row, text, Role.CAPTION, theme.text3)


def _said_once(context: Context, table: League, now: Ms) -> str:
    """Unit and order once for all, with the age of the oldest value."""
    ranked = [place.view for place in table.ranked]
    order = context.text(f"themes.league.order.{table.order.value}")
    unit = context.unit(table.places[0].view) if table.places else ""
    age = ""
    if ranked:
        age = age_text(context, min(ranked, key=lambda view: view.as_of or 0), now)
    return context.text("panels.comma").join(part for part in (unit, order, age) if part)


def _row(painter: QPainter, rect: QRectF, context: Context, table: League, place: Place) -> None:
    theme, view = context.theme, place.view
    name = region_name(context, place.region)
    names = max(theme.width(region_name(context, p.region), Role.BODY) for p in table.places)
    box = QRectF(rect.x(), rect.y(), min(names + 1, rect.width() * 0.68), rect.height())
    ink = theme.text2 if place.rank is not None else theme.text3
    lettering.draw_in(painter, theme, box, name, Role.BODY, ink)
    text, _ = value_text(context, view)
    state, right, number = state_of(context, view), rect.right(), rect
    ink = theme.text3 if not text else theme.text1 if state is Fresh.LIVE else theme.text2
    shown = text or wording.NO_VALUE
    lettering.draw_in(painter, theme, number, shown, Role.BODY, ink, right=True)
    left = box.right() + theme.px(8)
    bars = right - _widest(context, table) - theme.px(10)
    left = _marks(painter, rect, context, view, state, left)
    _bar(
        painter, QRectF(left, rect.y(), max(0.0, bars - left), rect.height()), context, table, view
    )


def _widest(context: Context, table: League) -> float:
    theme = context.theme
    texts = (value_text(context, place.view)[0] for place in table.places)
    return max(theme.width(text, Role.BODY) for text in texts)


def _marks(
    painter: QPainter, rect: QRectF, context: Context, view: ValueView, state: Fresh, left: float
) -> float:
    """A level and a state that is not live; the column is kept in every row. Gives its end."""
    theme = context.theme
    side = theme.px(14)
    box = QRectF(left, rect.center().y() - side / 2, side, side)
    if view.level is not Level.NONE:
        paint_alarm(painter, box, AlarmMark(view.level, AlarmKind.LIMIT), theme)
    elif state is not Fresh.LIVE:
        paint_fresh(painter, box, state, theme)
    return box.right() + theme.px(8)


def _bar(painter: QPainter, rect: QRectF, context: Context, table: League, view: ValueView) -> None:
    values = [place.view.value or 0.0 for place in table.places]
    most = max(values, default=0.0)
    if most <= 0 or min(values) < 0 or view.value is None or rect.width() < context.theme.px(16):
        return
    high = context.theme.px(8)
    bar = QRectF(rect.x(), rect.center().y() - high / 2, rect.width(), high)
    paint_share(painter, bar, view.value / most, context.theme)
