"""The indices as cards side by side: the cockpit's first row.

Name, age, value, move, thirty days with their usual range, and what made the move: the largest
contributions and the rest, as bars round a nought line, adding up to the move as it is shown.
"""

from typing import Annotated

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core.model import Freshness, Ms
from app.live.headline import board_specs
from app.live.hub import Kind
from widgets.context import Context
from widgets.models.trails import DAYS, Trails
from widgets.paint import text as lettering
from widgets.paint.bars import Contribution, paint_contribution
from widgets.paint.base import focus_frame
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.paint.spark import paint_spark
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._index import (
    Share,
    Shown,
    evidence_text,
    index_items,
    open_index,
    shown,
    weight_text,
)
from widgets.panels._painted import Painted
from widgets.panels._values import state_of
from widgets.screen_item import ScreenItem
from widgets.theme import Role

NARROWEST = 250.0
WHOLE = 0.995


class IndexCards(Painted, kind="index-cards"):
    """← → or J K choose a card, Enter or a click opens its index."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`named`: how many contributions a card names."""

        named: Annotated[int, msgspec.Meta(ge=0, le=6)] = 3

    needs = frozenset({Kind.INDEX, Kind.FEED, Kind.SEAT, Kind.HISTORY})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.named = options.named
        self.entries: tuple[Shown, ...] = ()
        self.current = 0
        self._now: Ms = 0
        self._trails = Trails(lambda: context.queries, self.ask, self.update)

    def title(self) -> str:
        """What the cards are."""
        return self.context.text("dash.title")

    def refresh(self, changes: Changes) -> None:
        """Look at the few indices again."""
        context = self.context
        self._now = context.now()
        if Kind.HISTORY in changes:
            self._trails.renew()
        _, specs = board_specs(context.picture.indices.plan)
        self.entries = tuple(shown(context, spec, self.named) for spec in specs)
        self.current = min(self.current, max(0, len(self.entries) - 1))
        self._trails.want([item.key for item in self.entries], self._now)

    def items(self) -> list[ScreenItem]:
        """Each index with what made its move."""
        found: list[ScreenItem] = []
        for item in self.entries:
            found += index_items(self.context, item, self._now)
        return found

    # ---- places

    @property
    def head_rect(self) -> QRectF:
        """Each card has its own."""
        return QRectF(0, 0, self.width(), 0)

    def paint_head(self, painter: QPainter, rect: QRectF) -> None:
        """None."""

    @property
    def _fitting(self) -> int:
        return max(1, min(len(self.entries), int(self.width() // self.px(NARROWEST))))

    def card(self, index: int) -> QRectF:
        """Where a card stands; the gutter of the scene lies between two. None is left out: what
        has no room beside the others stands below them."""
        rows = -(-len(self.entries) // self._fitting) or 1
        count, gutter = -(-len(self.entries) // rows) or 1, self.theme.gutter
        wide = (self.width() - gutter * (count - 1)) / count
        high = (self.height() - gutter * (rows - 1)) / rows
        row, column = divmod(index, count)
        return QRectF(column * (wide + gutter), row * (high + gutter), wide, high)

    # ---- painting

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The cards on the ground of the window."""
        if not self.entries:
            text = self.context.text
            self.paint_empty(painter, rect, text("dash.empty"), text("dash.empty.why"))
            return
        painter.fillRect(rect, self.theme.canvas)
        for index, item in enumerate(self.entries):
            box = self.card(index)
            painter.fillRect(box, self.theme.panel)
            self._paint_card(painter, box, item)
            if index == self.current and self.hasFocus():
                focus_frame(painter, box, self.theme)

    def _paint_card(self, painter: QPainter, rect: QRectF, item: Shown) -> None:
        """From the top; what has no room at the foot is left out, the last row first."""
        theme = self.theme
        inner = rect.adjusted(self.pad, self.px(14), -self.pad, -self.px(12))
        if inner.height() < theme.line(Role.TITLE) + theme.line(Role.VALUE):
            self._paint_low(painter, rect.adjusted(self.pad, 0, -self.pad, 0), item)
            return
        title = QRectF(inner.x(), inner.y(), inner.width(), theme.line(Role.TITLE))
        self._paint_title(painter, title, item)
        value = QRectF(inner.x(), title.bottom(), inner.width(), theme.size(Role.SCORE) * 1.02)
        if value.bottom() > inner.bottom():
            value.setHeight(max(0.0, inner.bottom() - value.y()))
        self._paint_value(painter, value, item)
        y = value.bottom() + self.px(4)
        line = theme.line(Role.CAPTION)
        parts_high = theme.line(Role.BODY) * len(item.shares) + line + self.px(6)
        trail_high = min(self.px(96), max(self.px(44), inner.bottom() - y - parts_high))
        trail_high = min(trail_high, inner.bottom() - y - line)
        if item.why or trail_high < self.px(20):
            return
        trail = self._trails.get(item.key)
        spark = trail.spark(dimmed=item.view.freshness is not Freshness.LIVE) if trail else None
        place = QRectF(inner.x(), y, inner.width(), trail_high)
        if spark is not None:
            paint_spark(painter, place, spark, theme)
        else:
            text = self.context.text("dash.no_trail")
            lettering.draw_in(painter, theme, place, text, Role.CAPTION, theme.text3)
        y += trail_high + self.px(6)
        said = "" if trail is None or spark is None else self._span(trail.days)
        has_room = inner.bottom() - y - line >= 2 * theme.line(Role.BODY)
        made = self.context.text("dash.contributions") if item.shares and has_room else ""
        self._pair(painter, inner, y, said, made)
        if item.shares:
            self._paint_shares(painter, inner, y + line, item.shares)
        else:
            self._paint_no_move(painter, inner, y + line)

    def _paint_low(self, painter: QPainter, rect: QRectF, item: Shown) -> None:
        """One line where there is no room for two: name, value, move, age."""
        theme, context = self.theme, self.context
        age = evidence_text(context, item.evidence, self._now, item.key)
        used = lettering.draw_in(painter, theme, rect, age, Role.CAPTION, theme.text2, right=True)
        room = rect.adjusted(0, 0, -used - self.px(8), 0)
        for text, role, bold in (
            (item.name, Role.BODY, True),
            (item.value, Role.VALUE, False),
            (item.change, Role.BODY, False),
        ):
            wide = lettering.draw_in(painter, theme, room, text, role, theme.text1, bold)
            room.setLeft(min(room.right(), room.x() + wide + self.px(12)))

    def _paint_no_move(self, painter: QPainter, rect: QRectF, top: float) -> None:
        """Why nothing stands where the contributions would."""
        theme, line = self.theme, self.theme.line(Role.CAPTION)
        rows = max(0, int((rect.bottom() - top + 2) // line))
        said = lettering.wrap(
            theme, self.context.text("dash.no_move"), Role.CAPTION, rect.width(), max(1, rows)
        )
        for row, text in enumerate(said[:rows]):
            box = QRectF(rect.x(), top + row * line, rect.width(), line)
            lettering.draw_in(painter, theme, box, text, Role.CAPTION, theme.text3)

    def _span(self, days: int) -> str:
        return self.context.text("dash.thirty_days" if days == DAYS else "dash.one_day")

    def _pair(self, painter: QPainter, rect: QRectF, y: float, left: str, right: str) -> None:
        theme = self.theme
        box = QRectF(rect.x(), y, rect.width(), theme.line(Role.CAPTION))
        if box.bottom() > rect.bottom() + 1:
            return
        used = lettering.draw_in(painter, theme, box, right, Role.CAPTION, theme.text3, right=True)
        box.adjust(0, 0, -used - self.px(12), 0)
        lettering.draw_in(painter, theme, box, left, Role.CAPTION, theme.text3)

    def _paint_title(self, painter: QPainter, rect: QRectF, item: Shown) -> None:
        """Name, note, whether a system of the city worked it out; at the right its age."""
        theme, context = self.theme, self.context
        state = state_of(context, item.view)
        age = evidence_text(context, item.evidence, self._now, item.key)
        used = lettering.draw_in(painter, theme, rect, age, Role.CAPTION, theme.text2, right=True)
        x = rect.right() - used - self.px(6)
        if state is not Fresh.LIVE and not item.why:
            side = self.px(14)
            x -= side
            glyph = QRectF(x, rect.center().y() - side / 2, side, side)
            paint_fresh(painter, glyph, state, theme)
        room = QRectF(rect.x(), rect.y(), max(0.0, x - self.px(8) - rect.x()), rect.height())
        roles = (Role.TITLE, Role.STORY, Role.BODY)
        role = lettering.fit_role(theme, item.name, roles, room.width(), True) or Role.BODY
        wide = lettering.draw_in(painter, theme, room, item.name, role, theme.text1, True)
        room.adjust(wide + self.px(10), 0, 0, 0)
        notes = [item.note, context.text("dash.served") if item.served else ""]
        note = context.text("panels.comma").join(part for part in notes if part)
        if theme.width(note, Role.CAPTION) <= room.width():
            lettering.draw_in(painter, theme, room, note, Role.CAPTION, theme.text2)

    def _paint_value(self, painter: QPainter, rect: QRectF, item: Shown) -> None:
        """The number, the move over what it is against, or why there is none."""
        theme, context = self.theme, self.context
        live = item.view.freshness in (Freshness.LIVE, Freshness.NONE)
        ink = theme.text3 if item.why else theme.text1 if live else theme.text2
        role = self._value_role(rect, item)
        used = lettering.draw_in(painter, theme, rect, item.value, role, ink)
        x = rect.x() + used + self.px(18)
        room = QRectF(x, rect.y(), max(0.0, rect.right() - x), rect.height())
        upper, lower = theme.line(Role.VALUE), theme.line(Role.CAPTION)
        top = room.center().y() - (upper + lower) / 2 + self.px(4)
        if item.why:
            step = lower
            lines = lettering.wrap(theme, item.why, Role.CAPTION, room.width(), 3)
            top = room.center().y() - len(lines) * step / 2
            for row, text in enumerate(lines):
                box = QRectF(x, top + row * step, room.width() + theme.size(Role.CAPTION), step)
                lettering.draw_in(painter, theme, box, text, Role.CAPTION, theme.text2)
            return
        box = QRectF(x, top, room.width(), upper)
        lettering.draw_in(painter, theme, box, item.change, Role.VALUE, theme.text1)
        comma = context.text("panels.comma")
        notes = [context.text("dash.yesterday") if item.change else ""]
        if item.effective < WHOLE:
            notes.append(weight_text(context, item.effective))
        said = [part for part in notes if part]
        while len(said) > 1 and theme.width(comma.join(said), Role.CAPTION) > room.width():
            said.pop()  # the weight: it is told in the head, and by its own item
        note = comma.join(said)
        if theme.width(note, Role.CAPTION) > room.width() and not item.change:
            note = ""
        box = QRectF(x, top + upper, room.width(), lower)
        lettering.draw_in(painter, theme, box, note, Role.CAPTION, theme.text2)

    def _value_role(self, rect: QRectF, item: Shown) -> Role:
        """As large as leaves room for the move beside it."""
        theme = self.theme
        below = self.context.text("dash.yesterday")
        beside = max(theme.width(item.change, Role.VALUE), theme.width(below, Role.CAPTION))
        beside = beside + self.px(18) if item.change else 0.0
        for role in (Role.SCORE, Role.FIGURE):
            is_low = rect.height() < theme.size(role)
            if not is_low and theme.width(item.value, role) + beside <= rect.width():
                return role
        return Role.VALUE

    def _paint_shares(
        self, painter: QPainter, rect: QRectF, top: float, parts: tuple[Share, ...]
    ) -> None:
        """A row each: name, bar round the nought line, amount."""
        theme = self.theme
        line = theme.line(Role.BODY)
        span = max((abs(part.amount) for part in parts), default=0.0)
        rows = max(0, int((rect.bottom() - top + 2) // line))
        if rows < len(parts):  # the rest is told with what is not named
            rows = 0 if rows < 2 else rows
        shown_parts = _folded(parts, rows, self.context)
        amount_wide = theme.width("+88.8", Role.BODY)
        bar_wide = min(self.px(140), rect.width() * 0.27)
        for row, part in enumerate(shown_parts):
            box = QRectF(rect.x(), top + row * line, rect.width(), line)
            lettering.draw_in(painter, theme, box, part.text, Role.BODY, theme.text1, right=True)
            right = box.right() - amount_wide - self.px(12)
            bar = QRectF(right - bar_wide, box.y() + line * 0.16, bar_wide, line * 0.68)
            data = Contribution(part.amount, span, strong=bool(part.key))
            paint_contribution(painter, bar, data, theme)
            box.setRight(bar.x() - self.px(10))
            lettering.draw_in(painter, theme, box, part.name, Role.BODY, theme.text2)

    # ---- hands

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose and open."""
        key = event.key()
        steps = {
            Qt.Key.Key_Right: 1, Qt.Key.Key_J: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_K: -1,
        }  # fmt: skip
        if (step := steps.get(Qt.Key(key))) is not None and self.entries:
            self.current = min(max(0, self.current + step), len(self.entries) - 1)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.entries:
            open_index(self, self.entries[self.current].key)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """One touch opens: the cockpit is touched, not clicked twice."""
        for index in range(len(self.entries)):
            if self.interactive and self.card(index).contains(event.position()):
                self.current = index
                open_index(self, self.entries[index].key)
                return
        super().mouseReleaseEvent(event)


def _folded(parts: tuple[Share, ...], rows: int, context: Context) -> tuple[Share, ...]:
    """So many rows: what has none is added to the last one, so that the sum stays the move."""
    if len(parts) <= rows or not rows:
        return parts[:rows]
    kept, rest = parts[: rows - 1], parts[rows - 1 :]
    count = sum(part.count or 1 for part in rest)
    amount = round(sum(part.amount for part in rest), 1)
    return (*kept, Share("", context.text("dash.others", n=count), amount, count))
