"""Trends for a panel: what can be seen is asked, what came is repainted."""

from collections.abc import Callable, Iterable, Sequence

from app.core import wording
from app.core.model import Freshness
from app.live.compare import nearest_limit
from app.live.hub import Kind
from app.live.view import ValueView
from widgets.context import Context
from widgets.models.trends import Trends, span_of
from widgets.paint.spark import Spark
from widgets.panels._base import Changes, Panel
from widgets.panels._headline import change_text


def trends_of(panel: Panel, arrived: Callable[[Sequence[str]], None]) -> Trends:
    """The trends of one panel; `arrived(keys)` is called when some came."""
    context = panel.context
    return Trends(lambda: context.queries, context.zone, panel.ask, arrived)


def heed_history(panel: Panel, trends: Trends, changes: Changes) -> None:
    """Ask again for the trends of the feeds whose history has come."""
    sources = changes.get(Kind.HISTORY)
    if sources:
        held = panel.context.picture.readings
        trends.renew(lambda key: key in held and held[key].source in sources)


def spark_of(trends: Trends, view: ValueView) -> Spark | None:
    """The trend of a value as it is painted; late and cached lines fall back."""
    trend = trends.get(view.key)
    if trend is None or not trend.values:
        return None
    dimmed = view.freshness is not Freshness.LIVE
    return Spark(values=trend.values, band=trend.band, dimmed=dimmed)


def span_text(context: Context, view: ValueView) -> str:
    """How far back the trend reaches; nothing for the usual 24 hours."""
    span = span_of(view.period_ms)
    return "" if span.unit == "hour_24" else context.text(f"panels.unit.{span.unit}", n=span.count)


def wanted(views: Iterable[ValueView]) -> list[tuple[str, int]]:
    """What `Trends.want` asks for."""
    return [(view.key, view.period_ms) for view in views]


def note_of(context: Context, trends: Trends, view: ValueView) -> str:
    """What a tile's value is set against: the same hour of earlier weeks where there is enough
    history, else the limit it crossed or is nearest to."""
    trend, quantity = trends.get(view.key), context.catalog.quantity(view.key)
    if view.value is None:
        period = wording.duration(view.period_ms, context.translator)
        return context.text("panels.tile.expected", period=period)
    if trend is not None and trend.same is not None:
        said = change_text(view.value, trend.same, view.unit, view.decimals, context)
        return context.text("panels.tile.same", change=said)
    limit = nearest_limit(view.value, quantity) if quantity is not None else None
    if limit is None:
        return ""
    return context.text(
        "panels.tile.limit",
        level=context.text(f"level.word_{limit.level.value}"),
        value=wording.number(limit.value, view.decimals),
    )
