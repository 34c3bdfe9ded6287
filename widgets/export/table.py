"""A panel as a table: its items as they were shown, and the curves behind its readings."""

from datetime import datetime

import msgspec

from app.core.privacy import masked
from app.live.export import ExportOrder, ExportPeriod
from app.report.as_csv import local
from app.report.sheet import Curve, Line, Sheet
from widgets.context import Context
from widgets.export.trace import notes_of
from widgets.panel_record import panel_record
from widgets.panels._base import Panel
from widgets.screen_item import ScreenItem

COLUMNS = ("label", "value", "unit", "level", "observed", "age", "state", "source", "key")
MOST_CURVES = 300
POINTS = 2000


def sheet_of(panel: Panel, order: ExportOrder) -> Sheet:
    """What the panel shows now, masked; its curves are asked for by `with_curves`."""
    context = panel.context
    title = panel.title() or panel.kind
    return Sheet(
        title=title,
        notes=notes_of(context, order, title),
        columns=tuple(context.text(f"export.column.{name}") for name in COLUMNS),
        lines=tuple(_line(context, masked(item)) for item in panel_record(panel).items),
        zone=context.zone.key,
    )


async def with_curves(sheet: Sheet, context: Context, order: ExportOrder) -> Sheet:
    """The sheet with the history of its readings over the period of the order."""
    if order.period is ExportPeriod.NOW:
        return sheet
    curves = []
    known: set[str] = set()
    for line in sheet.lines:
        if not line.key.startswith("reading/") or line.key in known or len(known) >= MOST_CURVES:
            continue
        known.add(line.key)
        found = await context.queries.series(line.key, order.at - order.period.ms, order.at, POINTS)
        if len(found):
            curves.append(
                Curve(line.key, line.label, line.unit, found.ts, found.value, found.low, found.high)
            )
    say = context.text
    heads = (
        say("export.column.label"), say("export.column.unit"), say("export.curve.time"),
        say("export.curve.mean"), say("export.curve.low"), say("export.curve.high"),
    )  # fmt: skip
    return msgspec.structs.replace(sheet, curve_columns=heads, curves=tuple(curves))


def _line(context: Context, item: ScreenItem) -> Line:
    observed = ""
    if item.observed:
        at = round(datetime.fromisoformat(item.observed).timestamp() * 1000)
        observed = local(at, context.zone)
    level = "" if item.level in ("", "none") else context.text(f"level.word_{item.level}")
    return Line(
        key=item.key,
        label=item.label,
        value=item.value,
        unit=item.unit,
        level=level,
        observed=observed,
        age_s=item.age,
        source=item.source,
        state=_state(context, item),
    )


def _state(context: Context, item: ScreenItem) -> str:
    """The word of a mode; a source's own word (of a feed's row) is told as it is."""
    id_ = f"state.{item.mode}"
    return context.text(id_) if id_ in context.translator else item.mode
