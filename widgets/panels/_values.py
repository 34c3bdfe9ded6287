"""How a value view is said and painted: one place for every panel, so that they agree."""

from collections.abc import Iterable

from app.core import wording
from app.core.finding import Finding, FindingRule
from app.core.model import Ms, Origin
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint.finding import FindingMark
from widgets.paint.fresh import Fresh, fresh_of
from widgets.paint.spark import Spark
from widgets.paint.tile import Tile
from widgets.screen_item import ScreenItem, record_item


def state_of(context: Context, view: ValueView) -> Fresh:
    """The glyph of a value; what the screen is marked with as a whole is not repeated."""
    return fresh_of(view.mode, context.picture.world)


def finding_mark(context: Context, key: str) -> FindingMark | None:
    """What has been found about a value; that it is overdue, its age's glyph says already."""
    found = [f for f in context.picture.findings.get(key, ()) if f.rule is not FindingRule.STALE]
    if not found:
        return None
    doubted = any(item.rule.is_quality for item in found)
    return FindingMark.DOUBT if doubted else FindingMark.UNUSUAL


def finding_word(context: Context, key: str) -> str:
    """数据存疑, 异于同期, or nothing."""
    mark = finding_mark(context, key)
    return context.text(f"finding.{mark.value}") if mark is not None else ""


def finding_items(
    context: Context, shown: Iterable[tuple[ValueView, bool]], now: Ms
) -> list[ScreenItem]:
    """One item for each thing found about values that are shown: the rule's name and its reason."""
    return [
        finding_item(context, finding, context.label(view), view.source, now, visible=visible)
        for view, visible in shown
        for finding in context.picture.findings.get(view.key, ())
    ]


def finding_item(
    context: Context, finding: Finding, name: str, source: str, now: Ms, *, visible: bool
) -> ScreenItem:
    """The item of one finding: a hint, so it has no level."""
    rule = context.text(f"finding.rule.{finding.rule.value}")
    return record_item(
        f"finding/{finding.rule.value}/{finding.key}",
        context.text("panels.comma").join((name, rule)),
        context.translator.render(finding.why),
        observed=finding.since,
        now=now,
        source=source,
        world=context.picture.world,
        visible=visible,
    )


def value_text(context: Context, view: ValueView) -> tuple[str, str]:
    """Value and unit as they are drawn; an estimate wears ≈; no value is empty."""
    if view.value is None:
        return "", ""
    text, unit = wording.format_value(
        view.value, view.decimals, view.unit, context.translator, view.unit_en
    )
    return (f"≈ {text}" if view.origin is Origin.ESTIMATED else text), unit


def age_text(context: Context, view: ValueView, now: int) -> str:
    """The age beside a value, in the words of the language page."""
    if view.value is None:
        return context.text("state.missing")
    return wording.age(
        view.as_of, now, view.period_ms, view.freshness, context.zone, context.translator
    )


def sentence(context: Context, view: ValueView) -> str:
    """Value and unit in a sentence."""
    text, unit = value_text(context, view)
    return f"{text} {unit}".strip() or wording.NO_VALUE


def tile_of(
    context: Context,
    view: ValueView,
    now: int,
    *,
    name: str = "",
    note: str = "",
    spark: Spark | None = None,
    changed: bool = False,
    focused: bool = False,
) -> Tile:
    """The number tile of a value; the third line is kept until its trend comes."""
    text, unit = value_text(context, view)
    return Tile(
        name=name or context.label(view),
        value=text,
        unit=unit,
        age=age_text(context, view, now),
        state=state_of(context, view),
        note=_with_word(finding_word(context, view.key), note),
        level=view.level,
        finding=finding_mark(context, view.key),
        spark=spark,
        changed=changed,
        focused=focused,
        foot=True,
    )


def _with_word(word: str, note: str) -> str:
    return f"{word}  {note}".rstrip() if word else note
