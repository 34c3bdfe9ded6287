"""Words about an index that several panels say."""

from app.core import wording
from app.core.index import LEAST_SHARE, IndexMove, IndexResult
from widgets.context import Context


def not_published(context: Context, result: IndexResult) -> str:
    """有效权重 54 %，低于 60 %，不发布指数。"""
    return context.text(
        "detail.index.not_published",
        share=wording.percent(result.effective),
        least=wording.percent(context.catalog.plan.least or LEAST_SHARE),
    )


def move_text(context: Context, move: IndexMove | None, decimals: int) -> str:
    """↑ 6.0 比昨日; nothing where yesterday has no value of the same version."""
    if move is None:
        return context.text("detail.index.no_move")
    return context.text("detail.index.move", change=wording.change(move.amount, decimals))
