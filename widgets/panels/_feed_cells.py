"""A feed as it is painted where many stand: the row, the cell."""

from app.core import wording
from app.core.health import FeedHealth
from app.core.model import Ms
from widgets.context import Context
from widgets.paint.feed import FeedRow
from widgets.paint.feed_cell import FeedCell, FeedMark
from widgets.panels._feed_layout import Heading
from widgets.panels._feeds import (
    age_of,
    doubts_of,
    fresh_of_feed,
    loss_of,
    mark_of,
    name_of,
    note_of,
    rate_of,
)

Look = Heading | FeedRow | FeedCell | tuple[FeedMark, bool]
"""What is painted of a place, but for whether it is chosen; of a square the mark and the trial."""


def row_of(context: Context, health: FeedHealth, now: Ms, *, trial: bool) -> FeedRow:
    """All of it on one line: what is odd first, then what was lost, rate and delay."""
    parts = [note_of(context, health)]
    if trial:
        parts.insert(0, context.text("feeds_page.trial"))
    if doubts := doubts_of(context, health):
        parts.insert(0, doubts)
    return FeedRow(
        name=name_of(context, health),
        state=fresh_of_feed(health),
        age=age_of(context, health, now),
        expected=due_of(context, health),
        slots=health.slots,
        note=context.text("panels.comma").join(parts),
        loss=doubts or loss_of(context, health),
        doubt=mark_of(health) is FeedMark.DOUBT,
    )


def cell_of(context: Context, health: FeedHealth, now: Ms, *, trial: bool) -> FeedCell:
    """Two lines or one: of the notes the gravest."""
    return FeedCell(
        name=name_of(context, health),
        mark=mark_of(health),
        age=age_of(context, health, now),
        due=due_of(context, health),
        note=doubts_of(context, health) or loss_of(context, health) or rate_of(context, health),
        slots=health.slots,
        trial=trial,
    )


def due_of(context: Context, health: FeedHealth) -> str:
    """`应 5 分`: how often it should speak."""
    period = wording.duration(health.expected_period_ms, context.translator)
    return context.text("panels.feeds.expected", period=period)
