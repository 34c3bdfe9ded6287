"""The words of an indicator's page: comparisons beside the value, definition, limits, source."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from app.core import wording
from app.core.catalog import DAY, HOUR, Period, Quantity
from app.core.model import AlarmKind, Freshness, Level, Ms
from app.live.compare import LEAST_WEEKS, Comparison, limits, nearest_limit
from app.live.view import ValueView
from widgets.context import Context
from widgets.models.story import Story
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.fresh import Fresh, age_tint, paint_fresh
from widgets.panels._feeds import name_of
from widgets.panels._names import bureau_name
from widgets.panels._values import age_text, state_of, value_text
from widgets.theme import Role, Theme

NARROW = 520.0
NUMERALS = {Level.RED: "Ⅰ", Level.ORANGE: "Ⅱ", Level.YELLOW: "Ⅲ", Level.BLUE: "Ⅳ"}


@dataclass(frozen=True)
class Fact:
    """A number and what it is, below it."""

    number: str
    words: str


@dataclass(frozen=True)
class Line:
    """A line of a sheet; `mark` stands before it."""

    name: str
    text: str
    note: str = ""
    mark: Level = Level.NONE
    state: Fresh | None = None


@dataclass(frozen=True)
class Sheet:
    """A titled table."""

    title: str
    note: str
    lines: tuple[Line, ...]


def change_text(value: float, found: Comparison, unit: str, decimals: int, context: Context) -> str:
    """Against a reference: per cent for what is counted, percentage points for a rate, a plain
    difference for a level (a temperature has no meaningful per cent)."""
    if unit == "%":
        return wording.points(value - found.reference, decimals, context.translator)
    share = found.share(value) if unit and "一" <= unit[0] <= "龥" else None
    if share is None:
        return wording.number(value - found.reference, decimals, signed=True)
    return wording.percent(share, signed=True)


def limit_fact(context: Context, view: ValueView, quantity: Quantity) -> Fact | None:
    """The gravest limit that is crossed, or the nearest and how far it is."""
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
    if limit.crossed:
        return Fact(number, context.text("panels.history.limit_over", **names))
    gap = wording.number(abs(limit.value - view.value), view.decimals)
    return Fact(number, context.text("panels.history.limit_next", gap=gap, **names))


def facts_of(
    context: Context, view: ValueView, quantity: Quantity | None, story: Story | None
) -> list[Fact]:
    """What stands beside the value: 同期, 环比, the limit; what cannot be said is said so."""
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
    if quantity is not None and (fact := limit_fact(context, view, quantity)) is not None:
        found.append(fact)
    return found


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
) -> None:
    """Name and value at the left, facts beside it, state, age and source at the right."""
    theme = context.theme
    pad, gap = theme.px(20), theme.px(32)
    inner = rect.adjusted(pad, 0, -pad, 0)
    right = inner.right() - _source(painter, inner, context, view, now) - gap
    x = _value(
        painter, QRectF(inner.x(), inner.y(), right - inner.x(), inner.height()), context, view
    )
    x += gap
    upper, lower = _two(inner, theme)
    for fact in facts:
        wide = max(theme.width(fact.number, Role.VALUE), theme.width(fact.words, Role.CAPTION))
        if x + wide > right:
            return
        box = QRectF(x, upper.y(), wide + 1, upper.height())
        lettering.draw_in(painter, theme, box, fact.number, Role.VALUE, theme.text1)
        box = QRectF(x, lower.y(), wide + 1, lower.height())
        lettering.draw_in(painter, theme, box, fact.words, Role.CAPTION, theme.text2)
        x += wide + gap


def _two(rect: QRectF, theme: Theme) -> tuple[QRectF, QRectF]:
    high, low = theme.size(Role.VALUE) * 1.2, theme.line(Role.CAPTION)
    top = rect.center().y() - (high + low) / 2
    return QRectF(rect.x(), top, 0, high), QRectF(rect.x(), top + high, 0, low)


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


def source_name(context: Context, view: ValueView) -> str:
    """The name of the feed that brought it."""
    health = context.picture.feeds.get(view.source)
    if health is not None:
        return name_of(context, health)
    named = {feed.id: (feed.name_zh, feed.name_en) for feed in context.city.feed}
    return context.translator.pick(*named.get(view.source, ("", ""))) or view.source


def source_text(context: Context, view: ValueView) -> str:
    """The feed's name and how often a value comes."""
    name = source_name(context, view)
    period = period_text(context, context.catalog.quantity(view.key))
    return context.text("panels.comma").join(part for part in (name, period) if part)


def period_text(context: Context, quantity: Quantity | None) -> str:
    """按日, 每 5 分, or the span in words."""
    if quantity is None:
        return ""
    if quantity.period is not None:
        return context.text(f"panels.period.{quantity.period.value}")
    return wording.duration(quantity.period_ms, context.translator)


def sheets_of(context: Context, view: ValueView, quantity: Quantity | None, now: Ms) -> list[Sheet]:
    """Source and age, limits, definition."""
    if quantity is None:
        return []
    return [
        _states(context, view, now),
        _limits(context, view, quantity),
        _definition(context, view, quantity),
    ]


def _states(context: Context, view: ValueView, now: Ms) -> Sheet:
    say, zone = context.text, context.zone
    held = context.picture.readings.get(view.key)
    lines = [
        Line(
            say("panels.history.def.source"),
            source_text(context, view) or wording.NO_VALUE,
            age_text(context, view, now),
            state=state_of(context, view),
        )
    ]
    if view.as_of is not None and held is not None:
        observed = wording.moment(view.as_of, now, zone, context.translator)
        received = wording.moment(held.received, now, zone, context.translator)
        if view.period_ms < DAY:
            observed = wording.clock(view.as_of, zone)
            received = wording.clock(held.received, zone)
        lines.append(Line(say("panels.history.def.observed"), observed))
        lines.append(Line(say("panels.history.def.received"), received))
    world = say(f"panels.world.{view.world.value}")
    origin = say(f"panels.origin.{view.origin.value}")
    lines.append(Line(say("panels.history.def.world"), say("panels.comma").join((world, origin))))
    return Sheet(say("panels.history.states"), "", tuple(lines))


def _limits(context: Context, view: ValueView, quantity: Quantity) -> Sheet:
    say = context.text
    lines = []
    for level, value, above in limits(quantity):
        number = wording.number(value, quantity.decimals)
        bound = say(f"panels.history.{'at_least' if above else 'at_most'}", value=number)
        crossed = view.value is not None and (view.value >= value if above else view.value <= value)
        here = say("panels.history.now") if crossed and view.level is level else ""
        name = f"{say(f'level.word_{level.value}')} {NUMERALS[level]}"
        lines.append(Line(name, bound, here, mark=level))
    if not lines:
        lines = [Line(say("panels.history.no_limits"), "")]
    return Sheet(say("panels.history.thresholds"), context.unit(view), tuple(lines))


def _definition(context: Context, view: ValueView, quantity: Quantity) -> Sheet:
    say = context.text
    direction = say(f"panels.history.direction.{quantity.direction.value}")
    if quantity.weight and quantity.dimension:
        direction = say(
            "panels.history.weight",
            direction=direction,
            dimension=say(f"panels.dimension.{quantity.dimension}"),
            weight=wording.number(quantity.weight * 100, 1),
        )
    period = period_text(context, quantity)
    if quantity.lag_ms and quantity.period not in (None, Period.REALTIME):
        lag = wording.duration(quantity.lag_ms, context.translator)
        period = say("panels.history.def.lag", period=period, lag=lag)
    lines = (
        Line(say("panels.history.def.note"), quantity.note or say("panels.history.def.no_note")),
        Line(say("panels.history.def.direction"), direction),
        Line(say("panels.history.def.bureau"), bureau_name(context, quantity.bureau)),
        Line(say("panels.history.def.period"), period),
        Line(say("panels.history.def.code"), quantity.code),
    )
    return Sheet(say("panels.history.definition"), "", lines)


def paint_sheets(painter: QPainter, rect: QRectF, sheets: list[Sheet], theme: Theme) -> None:
    """One below the other; a line that does not fit is left out with all after it."""
    pad, y = theme.px(20), rect.y() + theme.px(4)
    high = theme.px(36 if theme.kind != "hall" else 26)
    shape = theme.px(24)
    names = max(
        (
            theme.width(line.name, Role.CAPTION) + (shape if line.mark is not Level.NONE else 0)
            for sheet in sheets
            for line in sheet.lines
        ),
        default=0.0,
    )
    for sheet in sheets:
        title = QRectF(rect.x() + pad, y, rect.width() - 2 * pad, high * 1.1)
        if title.bottom() + high > rect.bottom():
            return
        lettering.draw_in(painter, theme, title, sheet.title, Role.TITLE, theme.text1, True)
        lettering.draw_in(painter, theme, title, sheet.note, Role.CAPTION, theme.text3, right=True)
        y = title.bottom()
        for line in sheet.lines:
            text = lettering.wrap(theme, line.text, Role.BODY, title.width() - names - pad, 3)
            tall = max(high, theme.line(Role.BODY) * len(text) + theme.px(10))
            if y + tall > rect.bottom():
                return
            box = QRectF(rect.x() + pad, y, rect.width() - 2 * pad, tall)
            _line(painter, box, line, text, names, theme)
            y += tall
        painter.fillRect(QRectF(rect.x(), y, rect.width(), theme.px(8)), theme.canvas)
        y += theme.px(8)


def _line(
    painter: QPainter, box: QRectF, line: Line, text: tuple[str, ...], names: float, theme: Theme
) -> None:
    edge = max(1.0, theme.stroke / 2)
    painter.fillRect(QRectF(box.x(), box.y(), box.width(), edge), theme.line1)
    x, side = box.x(), theme.px(14)
    mark = QRectF(x, box.center().y() - side / 2, side, side)
    if line.mark is not Level.NONE:
        paint_alarm(painter, mark, AlarmMark(line.mark, AlarmKind.LIMIT), theme)
        x += side + theme.px(10)
    name = QRectF(x, box.y(), names + 1, box.height())
    lettering.draw_in(painter, theme, name, line.name, Role.CAPTION, theme.text3)
    x = max(box.x() + names, x + theme.width(line.name, Role.CAPTION)) + theme.px(20)
    note = lettering.fit(theme, line.note, Role.CAPTION, box.width() * 0.4)
    state = line.state or Fresh.LIVE
    used = lettering.draw_in(
        painter, theme, box, note, Role.CAPTION, age_tint(theme, state), right=True
    )
    room = box.right() - used - theme.px(10) - x
    high = theme.line(Role.BODY)
    top = box.center().y() - high * len(text) / 2
    for number, part in enumerate(text):
        row = QRectF(x, top + number * high, max(0.0, room), high)
        lettering.draw_in(painter, theme, row, part, Role.BODY, theme.text1)
