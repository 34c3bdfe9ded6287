"""城市仪表: the verdict over the indices of the city, with what moved each most.

One row per index: name, value, the move since yesterday, thirty days with their usual range, the
largest contributions. The sentence is the briefing's; it carries its own moment, and Enter on it
opens what it names first.
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
from widgets.models.trails import Trails
from widgets.paint import text as lettering
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.paint.spark import paint_spark
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._index import (
    Share,
    Shown,
    evidence_text,
    index_items,
    missing_items,
    missing_text,
    open_index,
    shown,
    whole_key,
)
from widgets.panels._rows import Rows
from widgets.panels._verdict_line import (
    forms_of,
    headline_items,
    headline_of,
    notes_beside,
    paint_sentence,
    rests_text,
    whole_text,
)
from widgets.screen_item import ScreenItem
from widgets.selection import Subject
from widgets.theme import Role

LEAST_TOLD = 116.0
LEAST_TREND = 44.0


class IndexBoard(Rows, kind="index-board"):
    """The dashboard's column; on the wall nothing has focus."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`named`: how many contributions stand beside an index."""

        named: Annotated[int, msgspec.Meta(ge=0, le=4)] = 2

    needs = frozenset({Kind.INDEX, Kind.BRIEFING, Kind.FEED, Kind.SEAT, Kind.HISTORY})
    repaints = False

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.named = options.named
        self.entries: tuple[Shown, ...] = ()
        self.missing = ""
        self._missing_stamp = ("", 0.0, 0)
        self._now: Ms = 0
        self._chosen = ""
        self._head_reads: tuple[object, ...] = ()  # as it was painted
        self._row_reads: list[tuple[object, ...]] = []
        self._trails = Trails(lambda: context.queries, self.ask, self._repaint)

    def title(self) -> str:
        """The verdict itself."""
        headline = headline_of(self.context)
        if headline is None:
            return self.context.text("dash.title")
        return forms_of(self.context, headline)[0]

    def refresh(self, changes: Changes) -> None:
        """Look at the few indices again; what reads as before is not painted."""
        context = self.context
        self._now = context.now()
        if Kind.HISTORY in changes:
            self._trails.renew()
        _, specs = board_specs(context.picture.indices.plan)
        rows = len(self.entries)
        self.entries = tuple(shown(context, spec, self.named) for spec in specs)
        before = self.missing
        whole = whole_key(context)
        self._look_for_missing(whole)
        self._chosen = context.selection[Subject.INDEX]
        if rows != len(self.entries) or bool(before) != bool(self.missing):
            self.lay_out()
            self.update()
        elif before != self.missing:
            self.update(self._foot_rect.toAlignedRect())
        self._repaint()
        self._trails.want([item.key for item in self.entries], self._now)

    def _repaint(self) -> None:
        """Paint the head and the rows again that read otherwise: an index moves in its last digit
        many times for once that it shows."""
        head, rows = self._head_said(), [self._row_said(item) for item in self.entries]
        if head != self._head_reads:
            self._head_reads = head
            self.update(self.head_rect.toAlignedRect())
        before, self._row_reads = self._row_reads, rows
        if len(before) != len(rows):
            self.update()
        else:
            self.touch([n for n, row in enumerate(rows) if row != before[n]])

    def _head_said(self) -> tuple[object, ...]:
        """What can be read in the head."""
        context, headline = self.context, headline_of(self.context)
        if headline is None:
            return ()
        forms = forms_of(context, headline)
        if self._beside:
            return forms, notes_beside(context, headline, self._now, self._head_inner.width())
        return forms, whole_text(context, headline), rests_text(context, headline, self._now)

    def _row_said(self, item: Shown) -> tuple[object, ...]:
        """What can be seen of an index."""
        age = evidence_text(self.context, item.evidence, self._now, item.key)
        shares = [(share.key, share.name, share.text) for share in item.shares]
        is_chosen, view = item.key == self._chosen, item.view.freshness
        own = (item.name, item.note, item.value, item.change, item.why, item.served, age, shares)
        return (*own, view, is_chosen, self._trails.get(item.key), self._told_width)

    def _look_for_missing(self, whole: str) -> None:
        """Every part of every index is opened for it: once a second, or when a share changed."""
        result = self.context.picture.indices.results.get(whole)
        stamp = (whole, round(result.fresh, 3) if result else 0.0, self._now // 1000)
        if stamp != self._missing_stamp:
            self._missing_stamp = stamp
            self.missing = missing_text(self.context, whole, self._now) if whole else ""

    def items(self) -> list[ScreenItem]:
        """The sentence with its moment, then each index with what made its move."""
        context, headline = self.context, headline_of(self.context)
        found = headline_items(context, headline, self._now) if headline is not None else []
        if whole := whole_key(context):
            found += missing_items(context, whole, self._now)  # what the foot says
        for item in self.entries:
            found += index_items(context, item, self._now)
        return found

    # ---- head: the sentence

    @property
    def _beside(self) -> bool:
        """On the wall what the sentence rests on stands beside it, elsewhere below."""
        return self.theme.kind == "hall"

    @property
    def head_rect(self) -> QRectF:
        """As high as the sentence, and two captions or one below it."""
        theme = self.theme
        sentence, caption = theme.line(Role.HEADLINE), theme.line(Role.CAPTION)
        high = max(sentence, 2 * caption) if self._beside else sentence + caption
        return QRectF(0, 0, self.width(), min(self.height(), high + self.px(4)))

    @property
    def _head_inner(self) -> QRectF:
        return self.head_rect.adjusted(self.pad, self.px(1), -self.pad, -self.px(3))

    def paint_head(self, painter: QPainter, rect: QRectF) -> None:
        """The sentence, the whole index, the weight it was judged with, its moment."""
        theme, context = self.theme, self.context
        inner = self._head_inner
        headline = headline_of(context)
        if headline is None:
            title = self.title()
            lettering.draw_in(painter, theme, inner, title, Role.TITLE, theme.text1, True)
            self.rule(painter, rect.bottom())
            return
        caption = theme.line(Role.CAPTION)
        if self._beside:
            notes = notes_beside(context, headline, self._now, inner.width())
            wide = max(theme.width(note, Role.CAPTION) for note in notes)
            top = inner.center().y() - caption
            for row, note in enumerate(notes):
                box = QRectF(inner.right() - wide, top + row * caption, wide + 1, caption)
                ink = theme.text1 if row == 0 else theme.text2
                lettering.draw_in(painter, theme, box, note, Role.CAPTION, ink, right=True)
            room = inner.adjusted(0, 0, -wide - self.px(12), 0)
            room.setRight(self.edges_x.until(room.x(), room.right()))
        else:
            notes = (whole_text(context, headline), rests_text(context, headline, self._now))
            low = QRectF(inner.x(), inner.bottom() - caption, inner.width(), caption)
            line = context.text("panels.comma").join(note for note in notes if note)
            lettering.draw_in(painter, theme, low, line, Role.CAPTION, theme.text2)
            room = inner.adjusted(0, 0, 0, -caption)
        paint_sentence(painter, room, context, forms_of(context, headline))
        self.rule(painter, rect.bottom())

    # ---- rows: the indices

    def arrange(self, width: float) -> list[QRectF]:
        """The rows share the height; where they would be too low they scroll."""
        if not self.entries:
            return []
        room = self.room / len(self.entries)
        # Lines of text leave a tenth of their height free; no index may be missing for it.
        least = 0.9 * (self.theme.line(Role.BODY) + self.theme.line(Role.CAPTION))
        high = min(max(room, least), self.px(self.measures.card) * 1.6)
        return [QRectF(0, at * high, width, high) for at in range(len(self.entries))]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The indices, or why there are none."""
        if self.entries:
            super().paint_body(painter, rect, dirty)
            return
        why = self.context.text("dash.empty.why")
        self.paint_empty(painter, rect, self.context.text("dash.empty"), why)

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Name, value, move, thirty days, contributions, each in the column it has in all rows."""
        item, theme = self.entries[index], self.theme
        if self.interactive and item.key == self._chosen:
            painter.fillRect(rect, theme.raised)
            painter.fillRect(QRectF(rect.x(), rect.y(), self.px(4), rect.height()), theme.accent)
        inner = rect.adjusted(self.pad, 0, -self.pad, 0)
        x = self._paint_name(painter, inner, item)
        x = self._paint_value(painter, inner, x, item)
        if item.why:
            inner.setRight(self.edges_x.until(x, inner.right()))
        box = QRectF(x, inner.y(), max(0.0, inner.right() - x), inner.height())
        if item.why:
            lettering.draw_in(painter, theme, box, item.why, Role.CAPTION, theme.text2)
        else:
            self._paint_rest(painter, box, item)
        if index + 1 < len(self.entries):
            self.rule(painter, rect.bottom(), self.pad)

    def _lines(self, rect: QRectF, first: Role, second: Role) -> tuple[QRectF, QRectF]:
        upper, lower = self.theme.line(first), self.theme.line(second)
        top = rect.center().y() - (upper + lower) / 2
        box = QRectF(rect.x(), top, rect.width(), upper)
        return box, QRectF(rect.x(), box.bottom(), rect.width(), lower)

    def _paint_name(self, painter: QPainter, rect: QRectF, item: Shown) -> float:
        """Name over note in a column that fits all of them; gives its right edge."""
        theme = self.theme
        wide = max(
            max(theme.width(other.name, Role.BODY, True), theme.width(other.note, Role.CAPTION))
            for other in self.entries
        )
        wide = min(wide, rect.width() * 0.3)
        box = QRectF(rect.x(), rect.y(), wide + 1, rect.height())
        note = self.context.text("dash.served") if item.served else item.note
        upper, lower = self._lines(box, Role.BODY, Role.CAPTION)
        lettering.draw_in(painter, theme, upper, item.name, Role.BODY, theme.text1, True)
        lettering.draw_in(painter, theme, lower, note, Role.CAPTION, theme.text3)
        return box.right() + self.px(12)

    def _value_role(self, height: float) -> Role:
        roles = (Role.SCORE, Role.FIGURE, Role.VALUE)
        return next((role for role in roles if self.theme.size(role) * 1.05 <= height), Role.VALUE)

    def _paint_value(self, painter: QPainter, rect: QRectF, x: float, item: Shown) -> float:
        """The number as large as the row and the width allow; gives the column's right edge."""
        theme = self.theme
        role = self._value_role(rect.height())
        if role is Role.SCORE and theme.width("88.8", role) > rect.width() * 0.22:
            role = Role.FIGURE
        wide = theme.width("88.8", role)
        live = item.view.freshness in (Freshness.LIVE, Freshness.NONE)
        ink = theme.text1 if live and not item.why else theme.text2 if not item.why else theme.text3
        box = QRectF(x, rect.y(), max(wide, theme.width(item.value, role)), rect.height())
        lettering.draw_in(painter, theme, box, item.value, role, ink)
        return box.right() + self.px(14)

    def _paint_rest(self, painter: QPainter, rect: QRectF, item: Shown) -> None:
        """Move and age, the trail, the contributions; from the right is left out what has no
        room: the trail first."""
        theme, context = self.theme, self.context
        against, age = context.text("dash.yesterday"), self._age(item)
        wide = max(theme.width(text, Role.CAPTION) for text in (against, "000.0", age or "0"))
        wide = max(wide, theme.width("↑ 88.8", Role.BODY))
        box = QRectF(rect.x(), rect.y(), wide + 1, rect.height())
        upper, lower = self._lines(box, Role.BODY, Role.CAPTION)
        if item.change:
            lettering.draw_in(painter, theme, upper, item.change, Role.BODY, theme.text1)
            lettering.draw_in(painter, theme, lower, age or against, Role.CAPTION, theme.text3)
        else:
            lettering.draw_in(painter, theme, lower, age, Role.CAPTION, theme.text3)
        x = self.edges_x.past(box.right() + self.px(14), self.px(LEAST_TREND))
        free = rect.right() - x
        trail = self._trails.get(item.key)
        spark = trail.spark(dimmed=item.view.freshness is not Freshness.LIVE) if trail else None
        told = min(free, self._told_width)
        told = min(told, rect.right() - self.edges_x.past(rect.right() - told, told))
        gap = self.px(14)
        if spark is None or free - told - gap < self.px(LEAST_TREND):
            told, spark = free, None  # the names outrank the trend
        if spark is not None:
            high = min(self.px(34), rect.height() * 0.62)
            until = self.edges_x.until(x, x + free - told - gap)
            place = QRectF(x, rect.center().y() - high / 2, until - x, high)
            paint_spark(painter, place, spark, theme)
        if told >= self.px(60):
            box = QRectF(rect.right() - told, rect.y(), told, rect.height())
            self._paint_shares(painter, box, item)

    @property
    def _told_width(self) -> float:
        """What the longest of the named contributions takes: the same in all rows."""
        theme = self.theme
        names = [share.name for item in self.entries for share in item.shares if share.key]
        amount = theme.width("+88.8", Role.CAPTION) + self.px(12)
        widest = max((theme.width(name, Role.CAPTION) for name in names), default=0.0)
        return min(widest + amount, self.width() * 0.36)

    def _age(self, item: Shown) -> str:
        """How old what an index rests on is, where it is not live: the head has the others'."""
        if item.view.freshness is Freshness.LIVE:
            return ""
        return evidence_text(self.context, item.evidence, self._now, item.key)

    def _paint_shares(self, painter: QPainter, rect: QRectF, item: Shown) -> None:
        """The largest contributions, name at the left and amount at the right."""
        theme, line = self.theme, self.theme.line(Role.CAPTION)
        named = [share for share in item.shares if share.key and share.amount]
        if not named and self._age(item):
            return  # it is told beside the value already
        if not named:  # nothing moved it: when it is of says more
            age = evidence_text(self.context, item.evidence, self._now, item.key)
            said = self.context.text("dash.as_of", age=age)
            if theme.width(said, Role.CAPTION) > rect.width():
                said = age
            lettering.draw_in(painter, theme, rect, said, Role.CAPTION, theme.text3)
            return
        if rect.width() < self.px(LEAST_TOLD):
            self._paint_one(painter, rect, named[0])
            return
        rows = min(len(named), max(0, int((rect.height() + 1) // line)))
        top = rect.center().y() - rows * line / 2
        for row, share in enumerate(named[:rows]):
            box = QRectF(rect.x(), top + row * line, rect.width(), line)
            used = lettering.draw_in(
                painter, theme, box, share.text, Role.CAPTION, theme.text1, right=True
            )
            name = box.adjusted(0, 0, -used - self.px(8), 0)
            lettering.draw_in(painter, theme, name, share.name, Role.CAPTION, theme.text2)

    def _paint_one(self, painter: QPainter, rect: QRectF, share: Share) -> None:
        """In a narrow column the largest alone, its name over its amount."""
        upper, lower = self._lines(rect, Role.CAPTION, Role.CAPTION)
        theme = self.theme
        lettering.draw_in(painter, theme, upper, share.name, Role.CAPTION, theme.text2)
        lettering.draw_in(painter, theme, lower, share.text, Role.CAPTION, theme.text1)

    # ---- foot: what it was worked out without

    def foot_height(self) -> float:
        """A line where something is missing."""
        if not self.missing:
            return 0.0
        return self.theme.line(Role.CAPTION) + self.px(6)

    @property
    def _foot_rect(self) -> QRectF:
        return QRectF(0, self.list_rect.bottom(), self.width(), self.foot_height())

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """Whose values are missing, since when, how much they weigh."""
        self.rule(painter, rect.y() + self.theme.stroke)
        side = self.px(14)
        inner = rect.adjusted(self.pad, 0, -self.pad, 0)
        glyph = QRectF(inner.x(), inner.center().y() - side / 2, side, side)
        paint_fresh(painter, glyph, Fresh.LATE, self.theme)
        inner.adjust(side + self.px(6), 0, 0, 0)
        lettering.draw_in(painter, self.theme, inner, self.missing, Role.CAPTION, self.theme.text2)

    # ---- hands

    def chosen(self, index: int) -> None:
        """What is looked at."""
        self.context.selection.choose(Subject.INDEX, self.entries[index].key)

    def open(self, index: int) -> None:
        """Enter or a second click: the index opened down to its records."""
        open_index(self, self.entries[index].key)

    def open_verdict(self) -> None:
        """What the sentence names first."""
        headline = headline_of(self.context)
        lead = headline.lead if headline is not None else None
        if lead is not None:
            open_index(self, lead.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter with no row chosen opens the verdict, as V does."""
        key = event.key()
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current < 0
        if key == Qt.Key.Key_V or enter:
            self.open_verdict()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The sentence opens too."""
        if self.interactive and self.head_rect.contains(event.position()):
            self.open_verdict()
        else:
            super().mouseDoubleClickEvent(event)
