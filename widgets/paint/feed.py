"""Data feeds: one row each on the health panel, one cell each on the bottom bar.

Drops and quarantine are written, never hidden.
"""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from app.core.i18n import Translator
from widgets.paint import fresh
from widgets.paint.base import drawing, focus_frame, pen, selection_edge, too_small
from widgets.paint.finding import FindingMark, paint_finding
from widgets.paint.fresh import Fresh, paint_fresh, tint
from widgets.paint.text import draw_in
from widgets.theme import Role, Theme

FEED_ROW_HEIGHT = 36
SLOTS = 24


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One feed. `slots` are messages of the last spans of time, oldest first; None or 0 is a slot
    without any. `note` is the rate, or what was lost: `214 条/分`, `丢 312，已限流`; `loss` is what
    was lost alone, for a row too narrow for more; `doubt` a line that stands and is not believed.
    """

    name: str
    state: Fresh
    age: str
    expected: str = ""
    slots: tuple[float | None, ...] = ()
    note: str = ""
    focused: bool = False
    selected: bool = False
    loss: str = ""
    doubt: bool = False


def paint_feed_row(painter: QPainter, rect: QRectF, data: FeedRow, theme: Theme) -> None:
    """Glyph, name, age, expected period, last slots, rate or loss."""
    if too_small(rect):
        return
    with drawing(painter, rect):
        if data.selected:
            selection_edge(painter, rect, theme)
        else:
            painter.fillRect(rect, theme.panel)
        painter.fillRect(QRectF(rect.x(), rect.y(), rect.width(), theme.stroke), theme.line1)
        pad, gap = theme.px(16), theme.px(8)
        side = theme.px(16)
        x, right = rect.x() + pad, rect.right() - pad
        glyph = QRectF(x, rect.center().y() - side / 2, side, side)
        if data.doubt:
            paint_finding(painter, glyph, FindingMark.DOUBT, theme)
        else:
            paint_fresh(painter, glyph, data.state, theme)
        x += side + gap
        row = QRectF(x, rect.y(), max(0.0, right - x), rect.height())
        if row.width() < theme.px(_NAME + _AGE + _NOTE + _SLOTS):
            _paint_short(painter, row, data, theme)
        else:
            _paint_full(painter, row, data, theme)
        if data.focused:
            focus_frame(painter, rect, theme)


_NAME, _AGE, _DUE, _SLOTS, _NOTE = 150.0, 110.0, 84.0, 150.0, 140.0
"""Columns of a row in desk px; what is free goes to the name and the note."""


def _paint_full(painter: QPainter, row: QRectF, data: FeedRow, theme: Theme) -> None:
    """Name, age, expected period (where there is room), slots, note."""
    gap, x = theme.px(8), row.x()
    ages, bars = theme.px(_AGE), theme.px(_SLOTS)
    free = row.width() - theme.px(_NAME + _NOTE) - ages - bars
    dues = theme.px(_DUE) if free >= theme.px(_DUE) else 0.0
    names = theme.px(_NAME) + min((free - dues) / 2, theme.px(_NAME))
    for width, text, role, colour in (
        (names, data.name, Role.BODY, theme.text1),
        (ages, data.age, Role.BODY, tint(theme, data.state)),
        (dues, data.expected, Role.CAPTION, theme.text3),
    ):
        if width:
            box = QRectF(x, row.y(), width - gap, row.height())
            draw_in(painter, theme, box, text, role, colour)
        x += width
    height = min(theme.px(20), row.height() * 0.6)
    strip = QRectF(x, row.center().y() - height / 2, bars - 2 * gap, height)
    paint_slots(painter, strip, data.slots, data.state, theme)
    note = QRectF(x + bars, row.y(), max(0.0, row.right() - x - bars), row.height())
    draw_in(painter, theme, note, data.note, Role.CAPTION, theme.text2, right=True)


def _paint_short(painter: QPainter, row: QRectF, data: FeedRow, theme: Theme) -> None:
    """Name, what was lost, age at the right: the name first, and no column half there."""
    gap = theme.px(8)
    used = draw_in(painter, theme, row, data.age, Role.BODY, tint(theme, data.state), right=True)
    rest = row.adjusted(0, 0, -used - gap, 0)
    wide = theme.width(data.loss, Role.CAPTION)
    if wide and wide <= rest.width() * 0.5:
        draw_in(painter, theme, rest, data.loss, Role.CAPTION, theme.text2, right=True)
        rest.setRight(rest.right() - wide - gap)
    draw_in(painter, theme, rest, data.name, Role.BODY, theme.text1)


def paint_slots(
    painter: QPainter,
    rect: QRectF,
    slots: tuple[float | None, ...],
    state: Fresh,
    theme: Theme,
) -> None:
    """One bar for each span of time on a common scale; an empty span is a dash in the tint.

    Before the first message that was heard nothing was lost: those dashes are plain.
    """
    if too_small(rect) or not slots:
        return
    most = max((slot for slot in slots if slot), default=0.0)
    step = rect.width() / len(slots)
    width = step * 5 / 7
    foot = max(theme.px(2), 1.0)
    lost = tint(theme, Fresh.LATE if state is Fresh.LIVE else state)
    heard = next((index for index, slot in enumerate(slots) if slot), 0)
    for index, slot in enumerate(slots):
        x = rect.x() + index * step
        if not slot:
            ink = lost if index >= heard else theme.line2
            painter.fillRect(QRectF(x, rect.bottom() - foot, width, foot), ink)
            continue
        height = max(rect.height() * 0.3, rect.height() * slot / most)
        painter.fillRect(QRectF(x, rect.bottom() - height, width, height), theme.text3)


def paint_feed_cell(painter: QPainter, rect: QRectF, state: Fresh, theme: Theme) -> None:
    """One feed as a small block: full is live, half is late, a foot is cached, a dash has none."""
    paint_feed_cells(painter, [rect], state, theme)


def paint_feed_cells(painter: QPainter, rects: list[QRectF], state: Fresh, theme: Theme) -> None:
    """Blocks of one size and state, in a few calls however many they are."""
    if not rects or rects[0].width() < 2 or rects[0].height() < 2:
        return
    first = rects[0]
    colour = theme.text3 if state is Fresh.LIVE else tint(theme, state)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    line = max(1.0, min(theme.px(1.5), first.width() / 5))
    half, middle = line / 2, (first.height() - line) / 2
    if state is Fresh.LIVE:
        painter.drawRects(rects)
        return
    if state is Fresh.LATE:
        path = QPainterPath()
        for rect in rects:
            path.addPolygon(QPolygonF([rect.topLeft(), rect.bottomLeft(), rect.bottomRight()]))
        painter.drawPath(path)
        return
    if state is Fresh.CACHED:
        above = first.height() * 0.62
        painter.drawRects([rect.adjusted(0, above, 0, 0) for rect in rects])
    elif state is Fresh.MISSING:
        painter.drawRects([rect.adjusted(0, middle, 0, -middle) for rect in rects])
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(colour, line))
    painter.drawRects([rect.adjusted(half, half, -half, -half) for rect in rects])


def paint_feed_strip(
    painter: QPainter, rect: QRectF, states: tuple[Fresh, ...], theme: Theme
) -> None:
    """All feeds in a row of cells; what does not fit at a readable width is cut into two rows."""
    if too_small(rect) or not states:
        return
    places = _strip_places(*rect.getRect(), theme.px(4), len(states))  # type: ignore[misc]
    live: list[QRectF] = []
    others: dict[Fresh, list[QRectF]] = {}
    for state, place in zip(states, places, strict=True):
        if state is Fresh.LIVE:
            live.append(place)
        else:
            others.setdefault(state, []).append(place)
    paint_feed_cells(painter, live, Fresh.LIVE, theme)
    for state, rects in others.items():
        paint_feed_cells(painter, rects, state, theme)


@lru_cache(maxsize=8)
def _strip_places(
    x: float, y: float, wide: float, high: float, least: float, count: int
) -> tuple[QRectF, ...]:
    """Where so many cells stand in a strip; they are the same in each painting."""
    rows = max(1, min(3, -(-int(count * least) // max(1, int(wide)))))
    per_row = -(-count // rows)
    step = wide / max(per_row, 1)
    width = min(step * 0.8, high / rows * 0.9)
    step = min(step, width / 0.8)
    height = high / rows * (0.86 if rows > 1 else 1.0)
    return tuple(
        QRectF(x + index % per_row * step, y + index // per_row * high / rows, width, height)
        for index in range(count)
    )


def accessible_text(data: FeedRow, translator: Translator) -> str:
    """Name, state, age, expected period, loss, and how many slots are empty."""
    parts = [data.name, fresh.accessible_text(data.state, translator), data.age, data.expected]
    parts.append(data.note)
    empty = sum(1 for slot in data.slots if not slot)
    if empty:
        parts.append(translator.text("paint.slots", n=len(data.slots), missing=empty))
    return translator.text("paint.pause").join(part for part in parts if part)


def strip_text(states: tuple[Fresh, ...], translator: Translator) -> str:
    """How many feeds there are and how many are live."""
    live = sum(1 for state in states if state is Fresh.LIVE)
    return translator.text("paint.feeds", n=len(states), live=live)
