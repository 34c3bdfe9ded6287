"""The sheets of an indicator's page: source and age, limits, definition."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core import wording
from app.core.catalog import DAY, Period, Quantity
from app.core.clock import to_datetime
from app.core.index import IndexResult
from app.core.keys import parse
from app.core.model import AlarmKind, Level, Ms
from app.core.target import Target
from app.live.compare import limits
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.fresh import Fresh, age_tint
from widgets.panels._feeds import name_of
from widgets.panels._names import bureau_name
from widgets.panels._values import age_text, state_of
from widgets.theme import Role, Theme

NUMERALS = {Level.RED: "Ⅰ", Level.ORANGE: "Ⅱ", Level.YELLOW: "Ⅲ", Level.BLUE: "Ⅳ"}


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


def feed_name(context: Context, source: str) -> str:
    """The name of a feed or of a video platform, whose alarms are events; of an index computed here
    that it is, and under which weights."""
    kind, mark, version = source.partition(":")
    if mark and kind == "index":
        return context.text("detail.index.computed", version=version)
    health = context.picture.feeds.get(source)
    if health is not None:
        return name_of(context, health)
    known = (*context.city.platform, *context.city.feed)
    named = {one.id: (one.name_zh, one.name_en) for one in known}
    return context.translator.pick(*named.get(source, ("", ""))) or source


def source_name(context: Context, view: ValueView) -> str:
    """The name of the feed that brought a value."""
    return feed_name(context, view.source)


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
        states(context, view, now),
        limits_sheet(context, view, quantity),
        definition(context, view, quantity, now),
    ]


def moment_text(context: Context, at: Ms, now: Ms, *, fine: bool) -> str:
    """A moment; `fine` to the second where it is of the last day, else with day and minute."""
    zone, words = context.zone, context.translator
    if not fine:
        return wording.moment(at, now, zone, words)
    if now - at < DAY:
        return wording.clock(at, zone)
    return f"{wording.day(at, now, zone, words)} {wording.clock(at, zone, seconds=False)}"


def on_trial(context: Context, key: str, now: Ms) -> list[Line]:
    """What feeds on trial (试运行) bring for a key; nothing counts it until they are admitted."""
    quantity = context.catalog.quantity(key)
    lines = []
    for feed, readings in sorted(context.picture.trial.readings.items()):
        held = readings.get(key)
        if held is None or quantity is None:
            continue
        value = wording.number(held.reading.value, quantity.decimals)
        unit = context.translator.pick(quantity.unit, quantity.unit_en or quantity.unit)
        text = f"{value} {unit}".strip()
        lines.append(
            Line(
                context.text("feeds_page.trial"),
                context.text("panels.comma").join((feed_name(context, feed), text)),
                moment_text(context, held.reading.observed, now, fine=True),
            )
        )
    return lines


def states(context: Context, view: ValueView, now: Ms) -> Sheet:
    """Where a value comes from, of when it is, when it came; of an index what it rests on."""
    say = context.text
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
        fine = view.period_ms < DAY
        observed = moment_text(context, view.as_of, now, fine=fine)
        received = moment_text(context, held.received, now, fine=fine)
        lines.append(Line(say("panels.history.def.observed"), observed))
        lines.append(Line(say("panels.history.def.received"), received))
    result = context.picture.indices.results.get(view.key)
    if result is not None:
        lines += _weights(context, result)
    world = say(f"panels.world.{view.world.value}")
    origin = say(f"panels.origin.{view.origin.value}")
    lines.append(Line(say("panels.history.def.world"), say("panels.comma").join((world, origin))))
    return Sheet(say("panels.history.states"), "", tuple(lines))


def _weights(context: Context, result: IndexResult) -> list[Line]:
    """What of an index is counted and live, and under which version of the weights."""
    say = context.text
    made = say("detail.index.served") if result.served else say("detail.index.ours")
    return [
        Line(say("detail.index.effective"), wording.percent(result.effective),
             say("detail.index.fresh", share=wording.percent(result.fresh))),
        Line(say("detail.index.version"), result.version, made),
    ]  # fmt: skip


def limits_sheet(context: Context, view: ValueView, quantity: Quantity) -> Sheet:
    """The limits, gravest first, and which one holds now."""
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


def definition(context: Context, view: ValueView, quantity: Quantity, now: Ms) -> Sheet:
    """What the value means, which way is good, who answers for it, what is aimed at."""
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
    spec = context.catalog.plan.specs.get(quantity.code)
    note = quantity.note or say("panels.history.def.no_note")
    if spec is not None:
        note = say(f"detail.index.{spec.across.value}", n=len(spec.members))
    lines = [
        Line(say("panels.history.def.note"), note),
        Line(say("panels.history.def.direction"), direction),
    ]
    if quantity.bureau:
        owner = bureau_name(context, quantity.bureau)
        lines.append(Line(say("panels.history.def.bureau"), owner))
    lines += [target_line(context, item, now) for item in targets_of(context, view.key)]
    lines += [
        Line(say("panels.history.def.period"), period),
        Line(say("detail.def.secrecy"), say(f"detail.secrecy.{quantity.secrecy.value}")),
        Line(say("panels.history.def.code"), quantity.code),
    ]
    return Sheet(say("panels.history.definition"), "", tuple(lines))


def targets_of(context: Context, key: str) -> list[Target]:
    """The plan's figures that are bound to an indicator."""
    code = parse(key).code
    return [item for item in context.catalog.targets if item.indicator == code and item.by_year]


def target_now(target: Target, now: Ms, context: Context) -> tuple[int, float]:
    """The year and figure that is aimed at now: of this year, else the next stated, else the
    last."""
    this_year = to_datetime(now, context.zone).year
    year = min((y for y in target.by_year if y >= this_year), default=max(target.by_year))
    return year, target.by_year[year]


def target_line(context: Context, target: Target, now: Ms) -> Line:
    """≥ 98 %, 约束性 2026 年."""
    say = context.text
    year, value = target_now(target, now, context)
    unit = context.translator.pick(target.unit, target.unit_en)
    number = f"{wording.number(value, decimals_of(value))} {unit}".rstrip()
    bound = say(f"panels.history.{'at_least' if target.at_least else 'at_most'}", value=number)
    kind = say(f"detail.target.{'binding' if target.binding else 'expected'}", year=year)
    return Line(say("detail.def.target"), bound, kind)


def decimals_of(value: float) -> int:
    """As many decimals as a plan's figure was written with."""
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])


def paint_sheets(painter: QPainter, rect: QRectF, sheets: list[Sheet], theme: Theme) -> None:
    """One below the other; a line that does not fit is left out with all after it."""
    pad, y = theme.px(20), rect.y() + theme.px(4)
    high = _row(theme)
    names = max((_name_width(sheet.lines, theme) for sheet in sheets), default=0.0)
    for sheet in sheets:
        title = QRectF(rect.x() + pad, y, rect.width() - 2 * pad, high * 1.1)
        if title.bottom() + high > rect.bottom():
            return
        lettering.draw_in(painter, theme, title, sheet.title, Role.TITLE, theme.text1, True)
        lettering.draw_in(painter, theme, title, sheet.note, Role.CAPTION, theme.text3, right=True)
        room = QRectF(rect.x(), title.bottom(), rect.width(), rect.bottom() - title.bottom())
        y, left = paint_lines(painter, room, sheet.lines, theme, names)
        if left:
            return
        painter.fillRect(QRectF(rect.x(), y, rect.width(), theme.px(8)), theme.canvas)
        y += theme.px(8)


def paint_lines(
    painter: QPainter, rect: QRectF, lines: tuple[Line, ...], theme: Theme, names: float = 0.0
) -> tuple[float, int]:
    """The lines of one sheet from the top; gives where they end and how many had no room."""
    pad, y = theme.px(20), rect.y()
    names = names or _name_width(lines, theme)
    for number, line in enumerate(lines):
        text, tall = _measured(line, rect.width(), names, theme)
        if y + tall > rect.bottom() + 1:
            return y, len(lines) - number
        box = QRectF(rect.x() + pad, y, rect.width() - 2 * pad, tall)
        _line(painter, box, line, text, names, theme)
        y += tall
    return y, 0


def lines_height(width: float, lines: tuple[Line, ...], theme: Theme) -> float:
    """What all lines of one sheet take in pixels."""
    names = _name_width(lines, theme)
    return sum(_measured(line, width, names, theme)[1] for line in lines)


def _measured(
    line: Line, width: float, names: float, theme: Theme
) -> tuple[tuple[str, ...], float]:
    """The text of a line in its rows, and the line's height."""
    pad = theme.px(20)
    inner = width - 2 * pad
    note = lettering.fit(theme, line.note, Role.CAPTION, inner * 0.4)
    beside = theme.width(note, Role.CAPTION) if note else 0.0
    room = inner - names - pad - beside - theme.px(12)
    text = lettering.wrap(theme, line.text, Role.BODY, room, 3)
    return text, max(_row(theme), theme.line(Role.BODY) * len(text) + theme.px(10))


def _row(theme: Theme) -> float:
    return theme.px(36 if theme.kind != "hall" else 26)


def _name_width(lines: tuple[Line, ...], theme: Theme) -> float:
    shape = theme.px(24)
    return max(
        (
            theme.width(line.name, Role.CAPTION) + (shape if line.mark is not Level.NONE else 0)
            for line in lines
        ),
        default=0.0,
    )


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
