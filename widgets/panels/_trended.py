"""Trends for a panel: what can be seen is asked, what came is repainted."""

from collections.abc import Callable, Iterable, Sequence

from app.core.model import Freshness
from app.live.view import ValueView
from widgets.context import Context
from widgets.models.trends import Trends, span_of
from widgets.paint.spark import Spark
from widgets.panels._base import Panel


def trends_of(panel: Panel, arrived: Callable[[Sequence[str]], None]) -> Trends:
    """The trends of one panel; `arrived(keys)` is called when some came."""
    context = panel.context
    return Trends(lambda: context.queries, context.zone, panel.ask, arrived)


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
