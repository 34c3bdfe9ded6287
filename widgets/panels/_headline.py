"""The headline of an indicator's page: its value, and what it is set against."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from app.core import wording
from app.core.catalog import DAY, HOUR, Quantity
from app.core.model import AlarmKind, Freshness, Level, Ms
from app.live.compare import LEAST_WEEKS, Comparison, nearest_limit
from app.live.drill import index_of, part_of
from app.live.view import ValueView
from widgets.context import Context
from widgets.edges import Edges
from widgets.models.story import Story
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.fresh import Fresh, age_tint, paint_fresh
from widgets.panels._names import bureau_name
from widgets.panels._sheet import NUMERALS, source_name, source_text
from widgets.panels._values import age_text, state_of, value_text
from widgets.theme import Role, Theme

NARROW = 520.0
POINTS = "分"  # of an index: a share of points says nothing
_WHOLE = Edges()
KEPT_FACTS = 3  # the number gives way to so many


@dataclass(frozen=True)
class Fact:
    """A number and what it is, below it."""

    number: str
    words: str


LEAST_COUNT = 10
"""Against fewer than that a per cent says nothing."""


def change_text(value: float, found: Comparison, unit: str, decimals: int, context: Context) -> str:
    """Against a reference: per cent for what is counted, percentage points for a rate, a plain
    difference for a level (a temperature has no meaningful per cent) and against a small count
    (from 1 to 11 is +10, not +1,000 %)."""
    if unit == POINTS:
        return wording.number(value - found.reference, decimals, signed=True)
    if unit == "%":
        return wording.points(value - found.reference, decimals, context.translator)
    share = found.share(value) if unit and "一" <= unit[0] <= "龥" else None
    if share is None or (decimals == 0 and abs(found.reference) < LEAST_COUNT):
        return wording.number(value - found.reference, decimals, signed=True)
    return wording.percent(share, signed=True)


def limit_fact(
    context: Context, view: ValueView, quantity: Quantity, story: Story | None, now: Ms
) -> Fact | None:
    """The gravest limit that is crossed and since when, or the nearest and how far it is."""
    if view.value is None:
        return None
    limit = nearest_limit(view.value, quantity)
    if limit is None:
        return None
    names = {
        "level": context.text(f"level.word_{limit.level.value}"),
        "numeral": NUMERALS[limit.level],
    }
    number = wording.quantity(
        limit.value, view.decimals, view.unit, context.translator, view.unit_en
    )
    if not limit.crossed:
        gap = wording.number(abs(limit.value - view.value), view.decimals)
        return Fact(number, context.text("panels.history.limit_next", gap=gap, **names))
    if story is None or not story.crossed:
        return Fact(number, context.text("panels.history.limit_over", **names))
    when = wording.moment(story.crossed, now, context.zone, context.translator)
    return Fact(number, context.text("detail.limit_since", when=when, **names))


def facts_of(
    context: Context, view: ValueView, quantity: Quantity | None, story: Story | None, now: Ms = 0
) -> list[Fact]:
    """What stands beside the value: 同期, 环比, 同比, the limit, what it did to its index; what
    cannot be said is said so."""
    found: list[Fact] = []
    value = view.value
    if value is not None and story is not None:
        if story.same is not None:
            said = change_text(value, story.same, view.unit, view.decimals, context)
            words = context.text("panels.history.same_hour", n=story.same.spans)
            found.append(Fact(said, words))
        elif view.period_ms <= HOUR:
            words = context.text("panels.history.same_hour.none", n=LEAST_WEEKS)
            found.append(Fact(wording.NO_VALUE, words))
        found.append(_before(context, view, quantity, story.before, value))
        if story.year_ago is not None:
            said = change_text(value, story.year_ago, view.unit, view.decimals, context)
            found.append(Fact(said, context.text("detail.year_ago")))
        elif view.period_ms > DAY:
            found.append(Fact(wording.NO_VALUE, context.text("detail.year_ago.none")))
    if quantity is not None:
        fact = limit_fact(context, view, quantity, story, now)
        found += [fact] if fact is not None else []
        found += _to_its_index(context, quantity)
    return found


def _to_its_index(context: Context, quantity: Quantity) -> list[Fact]:
    """What it did to the index of its dimension since yesterday."""
    moves = context.picture.indices.moves
    key = index_of(quantity.code, moves, context.catalog)
    part = part_of(quantity.code, moves[key]) if key else None
    index = context.catalog.quantity(key) if key else None
    if part is None or index is None:
        return []
    number = wording.number(part.amount, index.decimals, signed=True)
    unit = context.translator.pick(index.unit, index.unit_en)
    name = context.translator.pick(index.name_zh, index.name_en)
    return [Fact(f"{number} {unit}", context.text("detail.to_index", name=name))]


def _before(
    context: Context,
    view: ValueView,
    quantity: Quantity | None,
    before: Comparison | None,
    value: float,
) -> Fact:
    if before is None:
        return Fact(wording.NO_VALUE, context.text("panels.history.before.none"))
    said = change_text(value, before, view.unit, view.decimals, context)
    period = quantity.period if quantity is not None else None
    fast = period is None or period.ms <= HOUR
    name = "hour" if fast or period is None else period.value
    return Fact(said, context.text(f"panels.history.before.{name}"))


def paint_headline(
    painter: QPainter,
    rect: QRectF,
    context: Context,
    view: ValueView,
    facts: list[Fact],
    now: Ms,
    edges: Edges = _WHOLE,
) -> None:
    """Name and value at the left, facts beside it, state, age and source at the right."""
    theme = context.theme
    pad, gap = theme.px(20), theme.px(32)
    inner = rect.adjusted(pad, 0, -pad, 0)
    right = inner.right() - _source(painter, inner, context, view, now) - gap
    # A smaller number with what it is set against says more than a large one alone.
    wanted = sum(_fact_width(fact, theme) + gap for fact in facts[:KEPT_FACTS])
    whole = right - inner.x()
    room = max(min(_least_value(context, view), whole * 0.7), whole * 0.45, whole - wanted)
    x = _value(painter, QRectF(inner.x(), inner.y(), room, inner.height()), context, view)
    x += gap
    upper, lower = _two(inner, theme)
    for fact in facts:
        wide = _fact_width(fact, theme)
        x = edges.past(x, wide)
        if x + wide > right:
            return
        box = QRectF(x, upper.y(), wide + 1, upper.height())
        lettering.draw_in(painter, theme, box, fact.number, Role.VALUE, theme.text1)
        box = QRectF(x, lower.y(), wide + 1, lower.height())
        lettering.draw_in(painter, theme, box, fact.words, Role.CAPTION, theme.text2)
        x += wide + gap


def _fact_width(fact: Fact, theme: Theme) -> float:
    return max(theme.width(fact.number, Role.VALUE), theme.width(fact.words, Role.CAPTION))


def _two(rect: QRectF, theme: Theme) -> tuple[QRectF, QRectF]:
    high, low = theme.size(Role.VALUE) * 1.2, theme.line(Role.CAPTION)
    top = rect.center().y() - (high + low) / 2
    return QRectF(rect.x(), top, 0, high), QRectF(rect.x(), top + high, 0, low)


def _least_value(context: Context, view: ValueView) -> float:
    """What the whole name and a small number take."""
    theme, (text, unit) = context.theme, value_text(context, view)
    name = theme.width(context.label(view), Role.TITLE, True)
    return name + theme.width(f"{text}{unit}", Role.VALUE) + theme.px(44)


def _value(painter: QPainter, rect: QRectF, context: Context, view: ValueView) -> float:
    """Name over bureau, mark, value and unit; gives the right edge."""
    theme = context.theme
    label = context.label(view)
    quantity = context.catalog.quantity(view.key)
    owner = bureau_name(context, quantity.bureau) if quantity is not None else ""
    text, unit = value_text(context, view)
    text = text or wording.NO_VALUE
    wide = max(theme.width(label, Role.TITLE, True), theme.width(owner, Role.CAPTION))
    rest = theme.width(unit, Role.VALUE) + theme.px(36)
    fitting = [
        role
        for role in (Role.SCORE, Role.FIGURE, Role.VALUE)
        if theme.size(role) < rect.height()
        and wide + theme.width(text, role) + rest <= rect.width()
    ]
    role = fitting[0] if fitting else Role.VALUE
    wide = max(theme.px(80), min(wide, rect.width() - theme.width(text, role) - rest))
    upper, lower = _two(rect, theme)
    box = QRectF(rect.x(), upper.y(), wide + 1, upper.height())
    lettering.draw_in(painter, theme, box, label, Role.TITLE, theme.text1, True)
    box = QRectF(rect.x(), lower.y(), wide + 1, lower.height())
    lettering.draw_in(painter, theme, box, owner, Role.CAPTION, theme.text2)
    x = rect.x() + wide + theme.px(24)
    if view.level is not Level.NONE:
        side = theme.px(26)
        mark = QRectF(x, rect.center().y() - side / 2, side, side)
        paint_alarm(painter, mark, AlarmMark(view.level, AlarmKind.LIMIT), theme)
        x = mark.right() + theme.px(14)
    ink = theme.text1 if view.freshness is Freshness.LIVE else theme.text2
    level = rect.center().y() + theme.cap(role) / 2
    x += lettering.draw(painter, theme, (x, level), text, role, ink) + theme.px(8)
    return x + lettering.draw(painter, theme, (x, level), unit, Role.VALUE, theme.text3)


def _source(painter: QPainter, rect: QRectF, context: Context, view: ValueView, now: Ms) -> float:
    """State and age over the source and its period; gives what they took."""
    theme, state = context.theme, state_of(context, view)
    upper, lower = _two(rect, theme)
    age = age_text(context, view, now)
    right, most = rect.right(), rect.width() * 0.3
    said = (source_text(context, view), source_name(context, view))
    source = next((text for text in said if theme.width(text, Role.CAPTION) <= most), said[-1])
    if rect.width() < theme.px(NARROW):
        source = ""  # the name of the indicator comes first; its page tells the source
    wide = min(most, max(theme.width(age, Role.BODY), theme.width(source, Role.CAPTION)))
    box = QRectF(right - wide, upper.y(), wide, upper.height())
    used = lettering.draw_in(painter, theme, box, age, Role.BODY, _ink(theme, state), right=True)
    side = theme.px(16)
    glyph = QRectF(right - used - side - theme.px(6), upper.center().y() - side / 2, side, side)
    paint_fresh(painter, glyph, state, theme)
    box = QRectF(right - wide, lower.y(), wide, lower.height())
    lettering.draw_in(painter, theme, box, source, Role.CAPTION, theme.text3, right=True)
    return max(wide, used + side + theme.px(6))


def _ink(theme: Theme, state: Fresh) -> QColor:
    return theme.text1 if state is Fresh.LIVE else age_tint(theme, state)
