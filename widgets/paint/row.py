"""Rows of lists: 40 px in tables, 64 px with two lines in the queue.

Focus is an outline, selection a raised surface with an edge, unacknowledged is bold with a double
shape; a row is never coloured as a whole (LANGUAGE.md section 7).
"""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from app.core.i18n import Translator
from app.core.model import Urgency
from widgets.paint import alarm, fresh, marks
from widgets.paint.alarm import AlarmMark
from widgets.paint.base import drawing, focus_frame, selection_edge, too_small
from widgets.paint.card import paint_badge
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.paint.marks import IncidentMark, Mark, paint_cross, paint_mark, paint_tick
from widgets.paint.text import draw_in
from widgets.theme import Role, Theme

ROW_HEIGHT = 40
QUEUE_ROW_HEIGHT = 64


class Standing(StrEnum):
    """How the matter of a row stands, beyond its word."""

    NORMAL = "normal"
    PENDING = "pending"  # sent, no receipt yet
    FAILED = "failed"  # not delivered
    SHELVED = "shelved"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths of a table row's columns in desk px; the title takes the rest. 0 leaves one out."""

    mark: float = 30
    source: float = 84
    time: float = 56
    state: float = 116


DEFAULT_COLUMNS = Columns()


@dataclass(frozen=True, slots=True)
class Row:
    """One row in words. `detail` is the second line of a queue row, `more` the lines below it;
    `badge` is the word that a warning is not meant, before its title."""

    title: str
    detail: str = ""
    source: str = ""
    time: str = ""
    state: str = ""
    mark: Mark | None = Urgency.NORMAL
    standing: Standing = Standing.NORMAL
    unacked: bool = False
    focused: bool = False
    selected: bool = False
    more: tuple[str, ...] = ()
    badge: str = ""


def paint_row(
    painter: QPainter,
    rect: QRectF,
    data: Row,
    theme: Theme,
    columns: Columns = DEFAULT_COLUMNS,
) -> None:
    """A table row across the rectangle: mark, title, source, time, state."""
    if too_small(rect):
        return
    with drawing(painter, rect):
        _ground(painter, rect, data, theme)
        pad, gap = theme.px(12), theme.px(8)
        inner = rect.adjusted(pad, 0, -pad, 0)
        side = min(theme.px(20), rect.height() * 0.5)
        cell = QRectF(inner.x(), rect.center().y() - side / 2, theme.px(columns.mark), side)
        paint_mark(painter, cell.adjusted(0, 0, -theme.px(6), 0), data.mark, theme)
        right = inner.right()
        strong, quiet = _inks(data, theme)
        right = _state(painter, inner, right, theme.px(columns.state), data, theme, strong)
        for width, text, role, colour, at_right in (
            (columns.time, data.time, Role.BODY, strong, True),
            (columns.source, data.source, Role.CAPTION, quiet, False),
        ):
            if width and right - theme.px(width) > cell.right():
                right -= gap
                box = QRectF(right - theme.px(width), rect.y(), theme.px(width), rect.height())
                bold = data.unacked and role is Role.BODY
                draw_in(painter, theme, box, text, role, colour, bold, right=at_right)
                right = box.x()
        left = cell.right() + gap
        title = QRectF(left, rect.y(), max(0.0, right - gap - left), rect.height())
        draw_in(painter, theme, title, data.title, Role.BODY, strong, data.unacked)
        if data.focused:
            focus_frame(painter, rect, theme)


def _inks(data: Row, theme: Theme) -> tuple[QColor, QColor]:
    if data.standing is Standing.SHELVED:
        return theme.text3, theme.text3
    return (theme.text2 if data.standing is Standing.PENDING else theme.text1), theme.text3


def _ground(painter: QPainter, rect: QRectF, data: Row, theme: Theme) -> None:
    if data.selected:
        selection_edge(painter, rect, theme)
    else:
        painter.fillRect(rect, theme.panel)
    painter.fillRect(QRectF(rect.x(), rect.y(), rect.width(), theme.stroke), theme.line1)


def _state(
    painter: QPainter,
    inner: QRectF,
    right: float,
    width: float,
    data: Row,
    theme: Theme,
    colour: QColor,
) -> float:
    """The state's word at the right edge with its glyph before it; gives the left edge."""
    if not width or right - width < inner.x():
        return right
    box = QRectF(right - width, inner.y(), width, inner.height())
    ink = theme.text1 if data.standing is Standing.PENDING else colour
    if data.standing is Standing.DONE:
        ink = theme.ok
    used = draw_in(painter, theme, box, data.state, Role.CAPTION, ink, data.unacked, right=True)
    side = theme.px(14)
    glyph = QRectF(right - used - theme.px(6) - side, inner.center().y() - side / 2, side, side)
    if glyph.x() >= box.x():
        _standing_glyph(painter, glyph, data.standing, theme)
    return box.x()


def _standing_glyph(painter: QPainter, box: QRectF, standing: Standing, theme: Theme) -> None:
    if standing is Standing.PENDING:
        paint_fresh(painter, box, Fresh.PENDING, theme)
    elif standing is Standing.FAILED:
        paint_cross(painter, box, theme.text1, theme)
    elif standing is Standing.DONE:
        paint_tick(painter, box, theme.ok, theme)


def paint_queue_row(painter: QPainter, rect: QRectF, data: Row, theme: Theme) -> None:
    """A row of the queue: mark, title over detail, time over state."""
    if too_small(rect):
        return
    with drawing(painter, rect):
        _ground(painter, rect, data, theme)
        strong, quiet = _inks(data, theme)
        side = min(theme.px(24), rect.height() * 0.42)
        left = rect.x() + theme.px(12)
        column = QRectF(left, rect.center().y() - side / 2, theme.px(36), side)
        paint_mark(painter, column, data.mark, theme)
        left = column.right() + theme.px(10)
        right = rect.right() - theme.px(16)
        first, second = _two_lines(rect, theme, len(data.more))
        spans = [theme.width(data.time, Role.BODY)]
        spans.append(theme.width(data.state, Role.CAPTION, data.unacked))
        width = min(max(spans), max(0.0, right - left))
        edge = QRectF(right - width, first.y(), width, first.height())
        draw_in(painter, theme, edge, data.time, Role.BODY, strong, right=True)
        edge = QRectF(right - width, second.y(), width, second.height())
        ink = theme.text1 if data.unacked else quiet
        draw_in(painter, theme, edge, data.state, Role.CAPTION, ink, data.unacked, right=True)
        room = max(0.0, right - width - theme.px(10) - left)
        box = QRectF(left, first.y(), room, first.height())
        box.setLeft(left + paint_badge(painter, box, data.badge, theme))
        draw_in(painter, theme, box, data.title, Role.BODY, strong, data.unacked or data.focused)
        box = QRectF(left, second.y(), room, second.height())
        detail = quiet if data.standing is Standing.SHELVED else theme.text2
        draw_in(painter, theme, box, data.detail, Role.CAPTION, detail)
        for number, line in enumerate(data.more, 1):
            top = second.y() + number * second.height()
            box = QRectF(left, top, max(0.0, right - left), second.height())
            draw_in(painter, theme, box, line, Role.CAPTION, detail)
        if data.focused:
            focus_frame(painter, rect, theme)


def _two_lines(rect: QRectF, theme: Theme, more: int = 0) -> tuple[QRectF, QRectF]:
    """The first two lines, with room for so many more below them."""
    upper, lower = theme.line(Role.BODY), theme.line(Role.CAPTION)
    top = rect.center().y() - (upper + lower * (1 + more)) / 2
    return (
        QRectF(rect.x(), top, rect.width(), upper),
        QRectF(rect.x(), top + upper, rect.width(), lower),
    )


def accessible_text(data: Row, translator: Translator) -> str:
    """Mark, title, detail, source, time and state, in words."""
    parts = [_mark_text(data.mark, translator), data.badge, data.title, data.detail, *data.more]
    parts += [data.source, data.time, data.state]
    if data.selected:
        parts.append(translator.text("state.selected"))
    return translator.text("paint.pause").join(part for part in parts if part)


def _mark_text(mark: Mark | None, translator: Translator) -> str:
    if isinstance(mark, AlarmMark):
        return alarm.accessible_text(mark, translator)
    if isinstance(mark, IncidentMark):
        return marks.incident_text(mark, translator)
    if isinstance(mark, Urgency):
        return marks.urgency_text(mark, translator)
    return fresh.accessible_text(mark, translator) if mark is not None else ""
