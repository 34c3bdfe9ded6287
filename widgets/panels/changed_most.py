"""变化最大: the indicators that moved the indices most since yesterday, over all dimensions.

In points of the index each belongs to, with the bureau, the values before and after, the age.
"""

from typing import ClassVar

import msgspec
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.index import Contribution as Part
from app.core.index import IndexSpec
from app.core.keys import reading_key
from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.fact import SEEN
from app.live.headline import board_specs
from app.live.hub import Kind
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.bars import Contribution, paint_contribution
from widgets.paint.base import selection_edge
from widgets.paint.fresh import Fresh, age_tint, paint_fresh
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._index import open_indicator
from widgets.panels._names import bureau_name
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.panels._values import age_text, state_of
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject
from widgets.theme import Role

MOST = 40


class Change(msgspec.Struct, frozen=True):
    """One indicator's part in the move of an index, in points as shown."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    spec: IndexSpec
    part: Part
    view: ValueView


class ChangedMost(Rows, kind="changed-most"):
    """The largest first; Enter opens the indicator."""

    needs = frozenset({Kind.INDEX, Kind.SEAT})

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.changes: tuple[Change, ...] = ()
        self._now: Ms = 0

    def title(self) -> str:
        """变化最大."""
        return self.context.text("dash.changed.title")

    def notes_right(self) -> list[Note]:
        """What the amounts are."""
        return [Note(self.context.text("dash.changed.note"), self.theme.text3)]

    def refresh(self, changes: Changes) -> None:
        """The moves anew."""
        context = self.context
        self._now = context.now()
        _, specs = board_specs(context.picture.indices.plan)
        moves = context.picture.indices.moves
        found = [
            (spec, part)
            for spec in specs
            if (move := moves.get(reading_key(spec.code, context.city.code))) is not None
            for part in move.contributions
            if abs(part.amount) >= SEEN and part.code in context.catalog.quantities
        ]
        found.sort(key=lambda pair: -abs(pair[1].amount))
        rows = len(self.changes)
        self.changes = tuple(
            Change(spec, part, context.view(part.key)) for spec, part in found[:MOST]
        )
        if rows != len(self.changes):
            self.lay_out()

    def items(self) -> list[ScreenItem]:
        """What each did, in points."""
        world, shown = self.context.picture.world, set(self.painted())
        return [
            record_item(
                f"changed/{item.part.key}",
                self.context.label(item.view),
                round(item.part.amount, 1),
                observed=item.view.as_of or 0,
                now=self._now,
                source=item.view.source,
                world=world,
                freshness=item.view.freshness,
                visible=index in shown,
            )
            for index, item in enumerate(self.changes)
        ]

    # ---- rows

    def arrange(self, width: float) -> list[QRectF]:
        """Two lines each."""
        theme = self.theme
        high = max(theme.line(Role.BODY) + theme.line(Role.CAPTION), self.px(self.measures.row))
        high += self.px(10)
        return [QRectF(0, at * high, width, high) for at in range(len(self.changes))]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or that nothing moved."""
        if self.changes:
            super().paint_body(painter, rect, dirty)
            return
        known = bool(self.context.picture.indices.moves)
        what = self.context.text("dash.changed.none" if known else "dash.changed.unknown")
        why = self.context.text("dash.changed.none.why" if known else "dash.changed.unknown.why")
        self.paint_empty(painter, rect, what, why)

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Name over bureau and age; before and after, over the index; bar and amount."""
        theme, context, item = self.theme, self.context, self.changes[index]
        if self.interactive and item.part.key == context.selection[Subject.INDICATOR]:
            selection_edge(painter, rect, theme)
        self.rule(painter, rect.bottom(), self.pad)
        inner = rect.adjusted(self.pad, 0, -self.pad, 0)
        upper, lower = self._lines(inner)
        amount = wording.number(item.part.amount, 1, signed=True)
        right = inner.right()
        lettering.draw_in(painter, theme, upper, amount, Role.BODY, theme.text1, right=True)
        index_name = context.translator.pick(item.spec.name_zh, item.spec.name_en)
        wide = max(theme.width("+88.8", Role.BODY), theme.width(index_name, Role.CAPTION))
        lettering.draw_in(painter, theme, lower, index_name, Role.CAPTION, theme.text3, right=True)
        right -= wide + self.px(14)
        span = abs(self.changes[0].part.amount)
        bar_wide = min(self.px(120), inner.width() * 0.18)
        bar = QRectF(right - bar_wide, inner.center().y() - self.px(9), bar_wide, self.px(18))
        paint_contribution(painter, bar, Contribution(item.part.amount, span, True), theme)
        room = bar.x() - self.px(14)
        upper.setRight(room)
        lower.setRight(room)
        self._paint_words(painter, upper, lower, item)

    def _paint_words(self, painter: QPainter, upper: QRectF, lower: QRectF, item: Change) -> None:
        theme, context = self.theme, self.context
        said = self._values(item)
        used = lettering.draw_in(painter, theme, lower, said, Role.CAPTION, theme.text1, right=True)
        label = context.label(item.view)
        lettering.draw_in(painter, theme, upper, label, Role.BODY, theme.text1)
        lower.setRight(lower.right() - used - self.px(14))
        quantity = context.catalog.quantity(item.part.key)
        bureau = bureau_name(context, quantity.bureau) if quantity is not None else ""
        age, state = age_text(context, item.view, self._now), state_of(context, item.view)
        glyph = 0.0 if state is Fresh.LIVE else self.px(19)
        needed = theme.width(age, Role.CAPTION) + glyph + self.px(10)
        room = lower.adjusted(0, 0, -needed, 0)  # an age outranks the bureau
        x = room.x()
        x += lettering.draw_in(painter, theme, room, bureau, Role.CAPTION, theme.text2)
        x += self.px(10)
        if glyph:
            side = self.px(14)
            paint_fresh(painter, QRectF(x, lower.center().y() - side / 2, side, side), state, theme)
        lower.setLeft(x + glyph)
        lettering.draw_in(painter, theme, lower, age, Role.CAPTION, age_tint(theme, state))

    def _values(self, item: Change) -> str:
        """`86 → 120 件`; one that was not there then or now is —."""
        view, part = item.view, item.part
        texts = [
            wording.format_value(
                value, view.decimals, view.unit, self.context.translator, view.unit_en
            )
            for value in (part.before, part.after)
        ]
        (before, _), (after, unit) = texts
        return self.context.text("dash.changed.values", before=before, after=f"{after} {unit}")

    def _lines(self, rect: QRectF) -> tuple[QRectF, QRectF]:
        upper, lower = self.theme.line(Role.BODY), self.theme.line(Role.CAPTION)
        top = rect.center().y() - (upper + lower) / 2
        first = QRectF(rect.x(), top, rect.width(), upper)
        return first, QRectF(rect.x(), first.bottom(), rect.width(), lower)

    # ---- hands

    def chosen(self, index: int) -> None:
        """What is looked at."""
        self.context.selection.choose(Subject.INDICATOR, self.changes[index].part.key)

    def open(self, index: int) -> None:
        """The indicator."""
        open_indicator(self, self.changes[index].part.key)
