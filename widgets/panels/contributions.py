"""Where a move of an index comes from: bureau by bureau, indicator by indicator, in amounts that
add up to the move shown. Enter opens: index, bureau, indicator, its record.
"""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.index import IndexMove
from app.core.keys import parse, reading_key
from app.live.drill import Account, Group, Item, account, index_of
from app.live.hub import Kind
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.bars import Contribution, paint_contribution
from widgets.paint.base import row_line, selection_edge
from widgets.paint.button import KeyHint
from widgets.panels._act import act, pick_to_compare
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._indices import not_published
from widgets.panels._names import bureau_name
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject
from widgets.theme import Role

REST = "#rest"
CITY = "index.city"
INDEX_SCENE, INDICATOR_SCENE = "index", "indicator"
NARROW = 700.0


@dataclass(frozen=True)
class Row:
    """A bureau (with how many members), one member, or the bureaus that did nothing."""

    group: Group | None = None
    item: Item | None = None
    rest: int = 0


class Contributions(Rows, kind="contributions"):
    """J K move, Enter opens a bureau or shows an indicator, Esc goes back to the index above."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`index`: a code, instead of what is chosen; `follow`: the chosen index, or that of the
        chosen indicator."""

        index: str = ""
        follow: Literal["index", "indicator"] = "index"

    needs = frozenset({Kind.INDEX, Kind.SEAT})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.chosen_options = options
        self.key = ""
        self.move_: IndexMove | None = None
        self.account: Account | None = None
        self.rows: list[Row] = []
        self.opened: set[str] = set()
        self._trail: list[str] = []
        self._decimals = 1

    # ---- what is shown

    def refresh(self, changes: Changes) -> None:
        """The account of the chosen index, made anew when its move changed."""
        key = self._wanted_key()
        if key != self.key:
            self.opened, self.current = set(), -1
        move = self.context.picture.indices.moves.get(key)
        if key == self.key and move is self.move_ and self.rows:
            return
        self.key, self.move_ = key, move
        quantity = self.context.catalog.quantity(key) if key else None
        self._decimals = quantity.decimals if quantity is not None else 1
        catalog = self.context.catalog
        self.account = None if move is None else account(move, catalog, self._decimals)
        self._list()

    def _wanted_key(self) -> str:
        context, options = self.context, self.chosen_options
        if options.index:
            return reading_key(options.index, context.city.code)
        indicator = context.selection[Subject.INDICATOR]
        if options.follow == "indicator" and indicator:
            code = parse(indicator).code
            if code in context.catalog.plan.specs:
                return indicator
            found = index_of(code, context.picture.indices.moves, context.catalog)
            if found:
                return found
        return context.selection[Subject.INDEX] or reading_key(CITY, context.city.code)

    def _list(self) -> None:
        self.rows = []
        found = self.account
        if found is not None:
            moved = [group for group in found.groups if group.amount or group.by_count]
            still = [group for group in found.groups if group not in moved]
            for group in moved:
                self._add(group, found.of_indices)
            if still:
                self.rows.append(Row(rest=len(still)))
                if REST in self.opened:
                    for group in still:
                        self._add(group, found.of_indices)
        self.lay_out()
        self.update()

    def _add(self, group: Group, of_indices: bool) -> None:
        if of_indices:
            self.rows.append(Row(group=group, item=group.items[0]))
            return
        self.rows.append(Row(group=group))
        if group.bureau in self.opened:
            self.rows += [Row(item=item) for item in group.items]

    @property
    def _chosen(self) -> str:
        return self.context.selection[Subject.INDICATOR]

    def items(self) -> list[ScreenItem]:
        """The amount of every row, as painted."""
        if self.move_ is None:
            return []
        quantity = self.context.catalog.quantity(self.key)
        unit = "" if quantity is None else self.context.translator.pick(
            quantity.unit, quantity.unit_en
        )  # fmt: skip
        shown = set(self.painted())
        return [
            record_item(
                row.item.key if row.item is not None else f"{self.key}#{row.group.bureau}",
                self._name(row),
                self._amount(row),
                observed=self.move_.until,
                now=self.context.now(),
                source=f"index:{self.move_.version}",
                unit=unit,
                visible=place in shown,
            )
            for place, row in enumerate(self.rows)
            if row.group is not None or row.item is not None
        ]

    # ---- words

    def title(self) -> str:
        """压力比昨日 +6.0，从哪来."""
        quantity = self.context.catalog.quantity(self.key) if self.key else None
        if quantity is None:
            return self.context.text("detail.contributions.title_none")
        name = self.context.translator.pick(quantity.name_zh, quantity.name_en)
        if self.account is None:
            return self.context.text("detail.contributions.title_index", name=name)
        amount = self._signed(self.account.amount)
        return self.context.text("detail.contributions.title", name=name, amount=amount)

    def notes_right(self) -> list[Note]:
        """Before and after, and since when."""
        move = self.move_
        if move is None:
            return []
        zone, now = self.context.zone, self.context.now()
        day = wording.day(move.since, now, zone, self.context.translator)
        before, after = (wording.number(v, self._decimals) for v in (move.before, move.after))
        quantity = self.context.catalog.quantity(self.key)
        unit = "" if quantity is None else self.context.translator.pick(
            quantity.unit, quantity.unit_en
        )  # fmt: skip
        text = self.context.text(
            "detail.contributions.span",
            before=before,
            after=after,
            unit=unit,
            since=f"{day} {wording.clock(move.since, zone, seconds=False)}",
        )
        return [Note(text, self.theme.text3)]

    def _signed(self, amount: float) -> str:
        return wording.number(amount, self._decimals, signed=True)

    def _name(self, row: Row) -> str:
        if row.item is not None:
            quantity = self.context.catalog.quantities.get(row.item.code)
            if quantity is None:
                return row.item.code
            return self.context.translator.pick(quantity.name_zh, quantity.name_en)
        if row.group is not None:
            return bureau_name(self.context, row.group.bureau)
        return self.context.text("detail.contributions.rest", n=row.rest)

    @staticmethod
    def _amount(row: Row) -> float:
        if row.item is not None:
            return row.item.amount
        return row.group.amount if row.group is not None else 0.0

    def _note(self, row: Row) -> str:
        """Of a member its value then and now, with what data loss did; of a bureau how many."""
        text = self.context.text
        source = row.item or row.group
        count = source.by_count if source is not None else 0.0
        lost = text("detail.contributions.lost", amount=self._signed(count)) if count else ""
        if row.item is None:
            said = text("detail.contributions.members", n=len(row.group.items)) if row.group else ""
        else:
            said = self._values(row.item)
        return text("panels.comma").join(part for part in (said, lost) if part)

    def _values(self, item: Item) -> str:
        quantity = self.context.catalog.quantities.get(item.code)
        if quantity is None:
            return ""
        before = wording.number(item.before, quantity.decimals)
        after = wording.number(item.after, quantity.decimals)
        unit = self.context.translator.pick(quantity.unit, quantity.unit_en)
        return f"{before} → {after} {unit}".rstrip()

    # ---- places and painting

    def arrange(self, width: float) -> list[QRectF]:
        """One line each."""
        high = self.px(self.measures.row)
        return [QRectF(0, place * high, width, high) for place in range(len(self.rows))]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or why there are none."""
        if self.rows:
            super().paint_body(painter, rect, dirty)
            return
        what, why = self._why()
        self.paint_empty(painter, rect, what, why)

    def _why(self) -> tuple[str, str]:
        result = self.context.picture.indices.results.get(self.key)
        if result is not None and result.value is None:
            return not_published(self.context, result), ""
        text = self.context.text
        return text("detail.contributions.none"), text("detail.contributions.none.why")

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Name, bar from the middle line, amount, what it was and is."""
        theme, row = self.theme, self.rows[index]
        is_item = row.item is not None and row.group is None
        if row.item is not None and row.item.key == self._chosen and self.interactive:
            selection_edge(painter, rect, theme)
        row_line(painter, rect, theme)
        inner = rect.adjusted(self.pad + (self.px(20) if is_item else 0), 0, -self.pad, 0)
        is_narrow = rect.width() < self.px(NARROW)
        name_wide = min(inner.width() * (0.45 if is_narrow else 0.36), self.px(300))
        name = QRectF(inner.x(), inner.y(), name_wide - self.px(10), inner.height())
        if is_item:  # bars of all rows stand over one middle line
            name.setWidth(name.width() - self.px(20))
        ink = theme.text2 if is_item else theme.text1
        text = self._name(row) if row.group is None or row.item else self._group_name(row)
        lettering.draw_in(painter, theme, name, text, Role.BODY, ink)
        left = self.pad + name_wide
        bar_wide = (rect.width() - 2 * self.pad) * (0.18 if is_narrow else 0.26)
        bar = QRectF(left, rect.y() + self.px(6), bar_wide, rect.height() - self.px(12))
        amount = self._amount(row)
        span = max((abs(self._amount(other)) for other in self.rows), default=0.0)
        paint_contribution(painter, bar, Contribution(amount, span, strong=not is_item), theme)
        number = self._signed(amount)
        column = theme.width("+00.00", Role.BODY)
        box = QRectF(bar.right() + self.px(8), rect.y(), column, rect.height())
        lettering.draw_in(painter, theme, box, number, Role.BODY, ink, right=True)
        room = QRectF(box.right() + self.px(14), rect.y(), 0, rect.height())
        room.setRight(rect.right() - self.pad)
        note = self._note(row)
        if is_item or theme.width(note, Role.CAPTION) <= room.width():
            lettering.draw_in(painter, theme, room, note, Role.CAPTION, theme.text3)

    def _group_name(self, row: Row) -> str:
        assert row.group is not None or row.rest
        is_open = (row.group.bureau if row.group is not None else REST) in self.opened
        return f"{'▾' if is_open else '▸'} {self._name(row)}"

    # ---- keys

    def open(self, index: int) -> None:
        """Enter: a bureau opens or closes; an index is taken apart in its turn; an indicator's
        record is shown, or its page."""
        row = self.rows[index]
        if row.item is None:
            name = row.group.bureau if row.group is not None else REST
            self.opened ^= {name}
            self._list()
            self.choose(index)
            return
        if row.item.code in self.context.catalog.plan.specs:
            self._trail.append(self.key)
            self.context.selection.choose(Subject.INDEX, row.item.key)
            self.current = -1
            return
        self.context.selection.choose(Subject.INDICATOR, row.item.key)
        if self.context.spine.seat.scene == INDEX_SCENE:
            self.focusNextChild()
        else:
            act(self, f"switch-scene {INDEX_SCENE}")

    def chosen(self, index: int) -> None:
        """The records and the page follow the indicator that is looked at."""
        item = self.rows[index].item
        if item is not None and item.code not in self.context.catalog.plan.specs:
            self.context.selection.choose(Subject.INDICATOR, item.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc: the index above; C: compare; H: the indicator's page."""
        row = self.rows[self.current] if 0 <= self.current < len(self.rows) else Row()
        key = row.item.key if row.item is not None else ""
        if event.key() == Qt.Key.Key_Escape and self._trail:
            self.context.selection.choose(Subject.INDEX, self._trail.pop())
        elif event.key() == Qt.Key.Key_C and key:
            pick_to_compare(self, key)
        elif event.key() == Qt.Key.Key_H and key:
            self.context.selection.choose(Subject.INDICATOR, key)
            act(self, f"switch-scene {INDICATOR_SCENE}")
        else:
            super().keyPressEvent(event)

    def foot_height(self) -> float:
        """The sum, and the keys."""
        return self.theme.line(Role.CAPTION) + self.px(14) if self.rows else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """What values did and what counting did, with their sum."""
        text, found = self.context.text, self.account
        keys = [
            KeyHint(self.say("key.enter"), text("detail.key.open")),
            KeyHint("H", text("detail.key.page")),
            KeyHint("C", text("detail.key.compare")),
        ]
        said = ""
        if found is not None:
            said = text(
                "detail.contributions.sum" if found.by_count else "detail.contributions.sum_plain",
                by_value=self._signed(found.by_value),
                by_count=self._signed(found.by_count),
                amount=self._signed(found.amount),
            )
            if self.hidden:
                said = text("panels.comma").join((self.say("more", n=self.hidden), said))
        self.paint_rest(painter, rect, keys, said)
