"""How a value view is said and painted: one place for every panel, so that they agree."""

from app.core import wording
from app.core.model import Origin
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint.fresh import Fresh, fresh_of
from widgets.paint.spark import Spark
from widgets.paint.tile import Tile


def state_of(context: Context, view: ValueView) -> Fresh:
    """The glyph of a value; what the screen is marked with as a whole is not repeated."""
    return fresh_of(view.mode, context.picture.world)


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
        note=note,
        level=view.level,
        spark=spark,
        changed=changed,
        focused=focused,
        foot=True,
    )
