"""Feeds where there are many: a cell of two lines or of one, a square, and the heading of a group.

A state is told by form, never by a warning's colour or shape: the glyphs of freshness, a cross for
a refusal, a question mark for a line that stands and is not to be believed. A feed on trial wears
a dashed frame.
"""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from widgets.paint.base import drawing, frame, grid_lines, pen, selection_edge, too_small
from widgets.paint.feed import paint_feed_cell, paint_slots
from widgets.paint.finding import FindingMark, paint_finding
from widgets.paint.fresh import Fresh, age_tint, paint_fresh, tint
from widgets.paint.text import draw_in
from widgets.theme import Role, Theme


class FeedMark(StrEnum):
    """How a feed stands, as one glyph; the words are `feeds_page.mark.<value>`."""

    REFUSED = "refused"
    LOST = "lost"
    STOPPED = "stopped"
    LATE = "late"
    DOUBT = "doubt"
    STARTING = "starting"
    LIVE = "live"


FRESH = {
    FeedMark.REFUSED: Fresh.CACHED,
    FeedMark.LOST: Fresh.CACHED,
    FeedMark.STOPPED: Fresh.MISSING,
    FeedMark.LATE: Fresh.LATE,
    FeedMark.DOUBT: Fresh.LIVE,
    FeedMark.STARTING: Fresh.PENDING,
    FeedMark.LIVE: Fresh.LIVE,
}
"""The freshness that a mark's colour is of."""


@dataclass(frozen=True, slots=True)
class FeedCell:
    """One feed. `age` is of its last message; `due` its expected period; `note` what was lost or
    what is odd, else the rate; `slots` as in `FeedRow`."""

    name: str
    mark: FeedMark
    age: str
    due: str = ""
    note: str = ""
    slots: tuple[float | None, ...] = ()
    selected: bool = False
    trial: bool = False


def paint_feed_mark(painter: QPainter, rect: QRectF, mark: FeedMark, theme: Theme) -> None:
    """The glyph in a square of the rectangle's smaller side, in its middle."""
    if too_small(rect):
        return
    if mark is FeedMark.DOUBT:
        paint_finding(painter, rect, FindingMark.DOUBT, theme)
    elif mark is FeedMark.REFUSED:
        side = min(rect.width(), rect.height()) * 0.3
        _cross(painter, rect.center(), side, max(1.5, side * 0.4), theme)
    else:
        paint_fresh(painter, rect, FRESH[mark], theme)


def _cross(painter: QPainter, middle: QPointF, reach: float, width: float, theme: Theme) -> None:
    painter.setPen(pen(tint(theme, Fresh.CACHED), width))
    for way in (1, -1):
        painter.drawLine(
            QPointF(middle.x() - reach, middle.y() - way * reach),
            QPointF(middle.x() + reach, middle.y() + way * reach),
        )


def paint_feed_square(
    painter: QPainter, rect: QRectF, mark: FeedMark, theme: Theme, *, trial: bool, selected: bool
) -> None:
    """A feed as a square; its name stands in the foot when it is chosen."""
    if too_small(rect):
        return
    gap = theme.px(3)
    box = rect.adjusted(gap, gap, -gap, -gap)
    if selected:
        painter.fillRect(rect, theme.raised)
        frame(painter, rect, theme.accent, theme, 0.0, width=theme.px(2))
    if mark is FeedMark.DOUBT:
        frame(painter, box, theme.text2, theme, 0.0)
        paint_finding(painter, box.adjusted(2, 2, -2, -2), FindingMark.DOUBT, theme)
    elif mark is FeedMark.REFUSED:
        frame(painter, box, tint(theme, Fresh.CACHED), theme, 0.0)
        _cross(painter, box.center(), box.width() * 0.26, max(1.5, box.width() * 0.1), theme)
    elif trial and mark is FeedMark.LIVE:
        frame(painter, box, theme.text2, theme, 0.0, dashed=True)
        inner = box.width() * 0.3
        painter.fillRect(box.adjusted(inner, inner, -inner, -inner), theme.text3)
    elif mark is FeedMark.LIVE:
        painter.fillRect(box, theme.line2)  # hundreds of them: calm has no brightness either
    else:
        paint_feed_cell(painter, box, FRESH[mark], theme)


def paint_feed_line(painter: QPainter, rect: QRectF, data: FeedCell, theme: Theme) -> None:
    """Glyph, name, age on one line."""
    if too_small(rect):
        return
    with drawing(painter, rect):
        _ground(painter, rect, data, theme)
        row = _after_mark(painter, rect, data, theme)
        ink = age_tint(theme, FRESH[data.mark])
        used = draw_in(painter, theme, row, data.age, Role.CAPTION, ink, right=True)
        row.setRight(row.right() - used - theme.px(8))
        draw_in(painter, theme, row, data.name, Role.BODY, theme.text1)


def paint_feed_box(painter: QPainter, rect: QRectF, data: FeedCell, theme: Theme) -> None:
    """Glyph, name and age; below them the last slots against the expected period, and a note."""
    if too_small(rect):
        return
    with drawing(painter, rect):
        _ground(painter, rect, data, theme)
        half = QRectF(rect.x(), rect.y() + theme.px(4), rect.width(), rect.height() * 0.45)
        row = _after_mark(painter, half, data, theme)
        ink = age_tint(theme, FRESH[data.mark])
        used = draw_in(painter, theme, row, data.age, Role.CAPTION, ink, right=True)
        name = QRectF(row.x(), row.y(), row.width() - used - theme.px(8), row.height())
        draw_in(painter, theme, name, data.name, Role.BODY, theme.text1)
        low = QRectF(row.x(), half.bottom(), row.width(), rect.bottom() - half.bottom())
        low.adjust(0, 0, 0, -theme.px(6))
        strip = QRectF(low.x(), low.y() + low.height() * 0.1, theme.px(84), low.height() * 0.8)
        paint_slots(painter, strip, data.slots, FRESH[data.mark], theme)
        note = low.adjusted(strip.width() + theme.px(10), 0, 0, 0)
        text = data.note or data.due
        draw_in(painter, theme, note, text, Role.CAPTION, theme.text2, right=True)


def _ground(painter: QPainter, rect: QRectF, data: FeedCell, theme: Theme) -> None:
    if data.selected:
        selection_edge(painter, rect, theme)
    else:
        painter.fillRect(rect, theme.panel)
    grid_lines(painter, rect, theme, theme.px(4))
    if data.trial:
        inset = theme.px(3)
        box = rect.adjusted(inset, inset, -inset, -inset)
        frame(painter, box, theme.line2, theme, 0.0, dashed=True)


def _after_mark(painter: QPainter, rect: QRectF, data: FeedCell, theme: Theme) -> QRectF:
    """Paints the mark; gives what is left of the line."""
    side, pad = theme.px(16), theme.px(12)
    mark = QRectF(rect.x() + pad, rect.center().y() - side / 2, side, side)
    paint_feed_mark(painter, mark, data.mark, theme)
    left = mark.right() + theme.px(8)
    return QRectF(left, rect.y(), max(0.0, rect.right() - pad - left), rect.height())


def paint_feed_heading(
    painter: QPainter, rect: QRectF, text: str, count: str, theme: Theme
) -> None:
    """The name of a group and how many are in it."""
    if too_small(rect):
        return
    pad = theme.px(12)
    box = rect.adjusted(pad, 0, -pad, 0)
    used = draw_in(painter, theme, box, count, Role.CAPTION, theme.text3, right=True)
    box.setRight(box.right() - used - theme.px(8))
    draw_in(painter, theme, box, text, Role.CAPTION, theme.text2, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
