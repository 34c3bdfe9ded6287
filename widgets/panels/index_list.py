"""指数: the city's, the four dimensions, the themes, each with its value, its move since yesterday
and how much of its weight is counted."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import Direction
from app.core.index import IndexKind
from app.core.keys import reading_key
from app.core.model import Ms
from app.live.hub import Kind
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import row_line, selection_edge
from widgets.paint.button import KeyHint
from widgets.paint.fresh import Fresh, age_tint, paint_fresh
from widgets.panels._act import pick_to_compare
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._indices import move_text, not_published
from widgets.panels._rows import Rows
from widgets.panels._values import age_text, state_of, value_text
from widgets.screen_item import ScreenItem, value_item
from widgets.selection import Subject
from widgets.theme import Role

ORDER = (IndexKind.CITY, IndexKind.DIMENSION, IndexKind.THEME)


class IndexList(Rows, kind="index-list"):
    """J K look at one, Enter goes on to where its move comes from, C compares."""

    needs = frozenset({Kind.READING, Kind.INDEX, Kind.FEED, Kind.SEAT})

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        specs = context.catalog.plan.specs.values()
        ordered = [spec for kind in ORDER for spec in specs if spec.kind is kind]
        self.keys = [reading_key(spec.code, context.city.code) for spec in ordered]
        self.views: list[ValueView] = []
        self._now: Ms = 0

    def title(self) -> str:
        """指数."""
        return self.context.text("detail.index.title")

    def refresh(self, changes: Changes) -> None:
        """A few dozen values."""
        self._now = self.context.now()
        first = not self.views
        self.views = [self.context.view(key) for key in self.keys]
        if first:
            self.lay_out()

    def items(self) -> list[ScreenItem]:
        """Every index as it stands."""
        shown = set(self.painted())
        return [
            value_item(view, self.context.translator, visible=place in shown)
            for place, view in enumerate(self.views)
        ]

    # ---- painting

    def arrange(self, width: float) -> list[QRectF]:
        """Two lines each."""
        high = self.px(self.measures.card)
        return [QRectF(0, place * high, width, high) for place in range(len(self.views))]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or that the city has no index."""
        if self.views:
            super().paint_body(painter, rect, dirty)
            return
        text = self.context.text
        self.paint_empty(painter, rect, text("detail.index.none"), text("detail.index.none.why"))

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Name and value over what it rests on and its move."""
        theme, view, context = self.theme, self.views[index], self.context
        if self.interactive and view.key == context.selection[Subject.INDEX]:
            selection_edge(painter, rect, theme)
        row_line(painter, rect, theme)
        inner = rect.adjusted(self.pad, self.px(6), -self.pad, -self.px(6))
        half = inner.height() / 2
        upper = QRectF(inner.x(), inner.y(), inner.width(), half)
        lower = QRectF(inner.x(), inner.y() + half, inner.width(), half)
        used = self._value(painter, upper, view)
        room = upper.adjusted(0, 0, -used - self.px(10), 0)
        is_theme = context.catalog.plan.specs[view.key.split("/")[1]].kind is IndexKind.THEME
        ink = theme.text2 if is_theme else theme.text1
        name = context.label(view)
        wide = lettering.draw_in(painter, theme, room, name, Role.BODY, ink, not is_theme)
        quantity = context.catalog.quantity(view.key)
        if quantity is not None and quantity.direction is Direction.NEGATIVE:
            beside = room.adjusted(wide + self.px(8), 0, 0, 0)
            text = self.say("history.direction.negative")
            lettering.draw_in(painter, theme, beside, text, Role.CAPTION, theme.text3)
        self._rest(painter, lower, view)

    def _value(self, painter: QPainter, box: QRectF, view: ValueView) -> float:
        theme = self.theme
        text, unit = value_text(self.context, view)
        wide = theme.width(unit, Role.CAPTION) if unit else 0.0
        cell = QRectF(box.right() - wide, box.y(), wide + 1, box.height())
        lettering.draw_in(painter, theme, cell, unit, Role.CAPTION, theme.text3)
        live = state_of(self.context, view) is Fresh.LIVE
        room = box.adjusted(0, 0, -wide - (self.px(5) if unit else 0), 0)
        used = lettering.draw_in(
            painter,
            theme,
            room,
            text or wording.NO_VALUE,
            Role.STORY,
            theme.text1 if live and text else theme.text2,
            right=True,
        )
        return used + wide + self.px(5)

    def _rest(self, painter: QPainter, box: QRectF, view: ValueView) -> None:
        """At the left the move and the effective weight, at the right state and age."""
        theme, context = self.theme, self.context
        book = context.picture.indices
        result, state = book.results.get(view.key), state_of(context, view)
        age = age_text(context, view, self._now)
        used = lettering.draw_in(
            painter, theme, box, age, Role.CAPTION, age_tint(theme, state), right=True
        )
        if state is not Fresh.LIVE:
            side = self.px(14)
            x = box.right() - used - self.px(6) - side
            glyph = QRectF(x, box.center().y() - side / 2, side, side)
            paint_fresh(painter, glyph, state, theme)
            used += side + self.px(6)
        room = box.adjusted(0, 0, -used - self.px(10), 0)
        if result is not None and result.value is None:
            text = not_published(context, result)
        else:
            parts = [move_text(context, book.moves.get(view.key), view.decimals)]
            if result is not None:
                share = wording.percent(result.effective)
                parts.append(context.text("detail.index.weight", share=share))
            text = context.text("panels.comma").join(part for part in parts if part)
        lettering.draw_in(painter, theme, room, text, Role.CAPTION, theme.text2)

    # ---- keys

    def chosen(self, index: int) -> None:
        """What it is made of follows what is looked at."""
        self.context.selection.choose(Subject.INDEX, self.views[index].key)

    def open(self, index: int) -> None:
        """Enter: on to where its move comes from."""
        self.chosen(index)
        self.focusNextChild()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """C: compare."""
        if event.key() == Qt.Key.Key_C and 0 <= self.current < len(self.views):
            pick_to_compare(self, self.views[self.current].key)
        else:
            super().keyPressEvent(event)

    def foot_height(self) -> float:
        """The keys."""
        return self.theme.line(Role.CAPTION) + self.px(14) if self.views else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """Keys, and how many are not shown."""
        keys = [
            KeyHint("J K", self.say("key.move")),
            KeyHint(self.say("key.enter"), self.context.text("detail.key.from")),
            KeyHint("C", self.context.text("detail.key.compare")),
        ]
        self.paint_rest(painter, rect, keys)
