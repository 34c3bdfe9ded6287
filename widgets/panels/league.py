"""The league table: one indicator or index by district, in order, with nobody left out.

Where one side is bad the worst come first; the title says which way is good.
"""

from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core import keys, wording
from app.core.catalog import DAY, HOUR, MINUTE, Quantity
from app.core.model import AlarmKind, Freshness, Level, Ms
from app.live.hub import Kind
from app.live.league import DistrictCodes, League, Order, Place, as_part, league, usual_order
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.bars import paint_share
from widgets.paint.base import selection_edge
from widgets.paint.button import KeyHint
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._names import areas, district_item, region_name
from widgets.panels._on_map import code_on_map, show_on_map
from widgets.panels._painted import Note
from widgets.panels._table import Column, Table
from widgets.panels._value_row import paint_age, paint_number
from widgets.panels._values import age_text, sentence, state_of
from widgets.screen_item import ScreenItem
from widgets.selection import Subject
from widgets.theme import Role

EVERY_MS = 5 * MINUTE
"""Yesterday's values are asked for again at most so often."""
MARKS = 2
NARROW = 560.0


class LeagueTable(Table, kind="league"):
    """One row per district: rank, name, bar, value, change, share, age."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`code`: this indicator or index and no other; none: what is looked at, where districts
        have it. `order`: worst, best or largest first; none: what suits the quantity."""

        code: str = ""
        order: Literal["", "best", "worst", "largest"] = ""

    needs = frozenset({Kind.READING, Kind.FEED, Kind.SEAT, Kind.INDEX, Kind.HISTORY})
    repaints = False

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.fixed = options.code
        self.wanted_order = options.order
        self.table: League | None = None
        self.code = ""
        self.marked: list[str] = []  # districts to be set side by side
        self._codes = DistrictCodes(context.catalog, context.city.code)
        self._whole: ValueView | None = None
        self._before: dict[str, float] = {}  # by key, the value a day or a period ago
        self._asked: tuple[str, Ms] = ("", 0)
        self._read: tuple[object, ...] = ()
        self._seen_choice = ""
        self._now: Ms = 0

    def title(self) -> str:
        """What is compared."""
        quantity = self._quantity
        if quantity is None:
            return self.context.text("themes.league.title")
        name = self.context.translator.pick(quantity.name_zh, quantity.name_en)
        return self.context.text("themes.side.title", areas=areas(self.context), name=name)

    @property
    def _quantity(self) -> Quantity | None:
        return self.context.catalog.quantities.get(self.code)

    # ---- what is shown

    def refresh(self, changes: Changes) -> None:
        """Look at the few districts again; repaint what reads otherwise than before."""
        self._now = self.context.now()
        self._codes.grow(self.context.picture.readings)
        self._follow()
        self._fill()
        if Kind.HISTORY in changes:
            self._asked = ("", 0)
        self._ask_before()
        reads = (self.code, tuple(self.marked), *(self._reads(p) for p in self._places))
        if reads != self._read:
            grown = len(self._read) != len(reads)
            self._read = reads
            if grown or len(self.places) != len(self._places):
                self.lay_out()
            self.update()

    def _follow(self) -> None:
        """What an officer chose elsewhere is shown here, where districts have it."""
        if self.fixed:
            self.code = self.fixed
            return
        selection = self.context.selection
        chosen = selection[Subject.INDEX] or selection[Subject.INDICATOR]
        if chosen and chosen != self._seen_choice:
            self._seen_choice = chosen
            code = keys.parse(chosen).code
            if code in self._codes.codes:
                self.code = code
        if not self.code and self._codes.codes:
            self.code = self._codes.codes[0]

    def _fill(self) -> None:
        quantity, context = self._quantity, self.context
        if quantity is None:
            self.table = None
            return
        views = {
            region: as_part(context.view(keys.reading_key(self.code, region)), quantity)
            for region in self._codes.regions
        }
        self._whole = context.view(keys.reading_key(self.code, context.city.code))
        order = Order(self.wanted_order) if self.wanted_order else usual_order(quantity)
        self.table = league(quantity, views, self._whole, order)

    @property
    def _places(self) -> tuple[Place, ...]:
        return self.table.places if self.table is not None else ()

    def _reads(self, place: Place) -> tuple[object, ...]:
        view = place.view
        age = age_text(self.context, view, self._now)
        return (place.region, place.rank, view.value, view.level, view.mode, age)

    # ---- against yesterday

    def _ask_before(self) -> None:
        code, at = self._asked
        if not self._places or (code == self.code and 0 <= self._now - at < EVERY_MS):
            return
        if code != self.code:
            self._before = {}
        self._asked = (self.code, self._now)
        self.ask(self._fetch([place.view for place in self._places if place.rank is not None]))

    async def _fetch(self, views: list[ValueView]) -> None:
        """The mean of three hours round the same time of yesterday; of what comes by the day or
        more slowly, the value of the period before."""
        if not views:
            return
        span = views[0].period_ms
        if span < DAY:
            middle, half = self._now - DAY, HOUR + HOUR // 2
        else:
            middle, half = (views[0].as_of or self._now) - span, span // 2
        found = await self.context.queries.sparks(
            [view.key for view in views], middle - half, middle + half, 1
        )
        self._before = {key: float(mean[0]) for key, mean in found.items() if mean[0] == mean[0]}
        self.update()

    def change_of(self, view: ValueView) -> str:
        """`↑ 6.0`; empty where nothing is known to set it against."""
        move = self.context.picture.indices.moves.get(view.key)
        if move is not None:
            return wording.change(move.amount, view.decimals)
        before = self._before.get(view.key)
        if before is None or view.value is None:
            return ""
        now, then = round(view.value, view.decimals), round(before, view.decimals)
        return wording.change(now - then, view.decimals)

    # ---- the list

    def columns(self) -> list[Column]:
        """The bar takes what is left; share, age and change go where there is no room."""
        say = self.context.text
        slow = self._quantity is not None and self._quantity.period_ms >= DAY
        against = say("themes.league.period_before" if slow else "themes.league.yesterday")
        found = [
            Column("rank", width=26, right=True),
            Column("name", say("themes.league.district"), width=self._names_width),
            Column("bar", least=60, spare=3),
            Column("value", say("themes.value"), width=120, right=True),
        ]
        if any(self.change_of(place.view) for place in self._places):
            found.append(Column("change", against, width=76, spare=2, right=True))
        if any(place.share is not None for place in self._places):
            found.append(Column("share", say("themes.league.share"), 62, spare=5, right=True))
        return [*found, Column("age", say("themes.age"), width=140, spare=4, right=True)]

    @property
    def _names_width(self) -> float:
        """The longest name of a district with the shape of a level beside it, in desk px."""
        names = (region_name(self.context, region) for region in self._codes.regions)
        widest = max((self.theme.width(name, Role.BODY) for name in names), default=0.0)
        return max(96.0, widest / self.px(1) + 26)

    def arrange(self, width: float) -> list[QRectF]:
        """One line each; they grow up to half as high again, to fill the panel."""
        count = max(1, len(self._places))
        high = self.px(self.measures.row)
        high = max(high, min(high * 1.5, self.room / count))
        return [QRectF(0, n * high, width, high) for n in range(len(self._places))]

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """One district; a marked one on raised ground."""
        place, theme = self._places[index], self.theme
        view, cells = place.view, self.cells(rect)
        if place.region in self.marked:
            selection_edge(painter, rect, theme)
        rank = wording.number(place.rank) if place.rank is not None else ""
        lettering.draw_in(
            painter, theme, cells["rank"], rank, Role.CAPTION, theme.text3, right=True
        )
        self._paint_name(painter, cells["name"], place)
        if "bar" in cells:
            self._paint_bar_of(painter, cells["bar"], view)
        paint_number(painter, cells["value"], self.context, view)
        for name, text, ink in (
            ("change", self.change_of(view), theme.text2),
            ("share", wording.percent(place.share) if place.share is not None else "", theme.text2),
        ):
            if name in cells:
                lettering.draw_in(painter, theme, cells[name], text, Role.CAPTION, ink, right=True)
        if "age" in cells:
            paint_age(painter, cells["age"], self.context, view, self._now, most=1.0)
        self.rule(painter, rect.bottom(), self.pad)

    def _paint_name(self, painter: QPainter, cell: QRectF, place: Place) -> None:
        theme, level = self.theme, place.view.level
        name = region_name(self.context, place.region)
        ink = theme.text1 if place.rank is not None else theme.text3
        x = lettering.draw_in(painter, theme, cell, name, Role.BODY, ink)
        side, state = self.px(15), state_of(self.context, place.view)
        mark = QRectF(cell.x() + x + self.px(8), cell.center().y() - side / 2, side, side)
        if level is not Level.NONE:
            paint_alarm(painter, mark, AlarmMark(level, AlarmKind.LIMIT), theme)
        elif state is not Fresh.LIVE and not self.shows("age"):
            paint_fresh(painter, mark, state, theme)

    def _paint_bar_of(self, painter: QPainter, cell: QRectF, view: ValueView) -> None:
        """From zero; where a value is below it no bar can be right."""
        values = [place.view.value or 0.0 for place in self._places]
        most = max(values, default=0.0)
        if most <= 0 or min(values) < 0 or view.value is None:
            return
        high = self.px(8)
        bar = QRectF(cell.x(), cell.center().y() - high / 2, cell.width(), high)
        paint_share(painter, bar, view.value / most, self.theme)

    # ---- keys

    def chosen(self, index: int) -> None:
        """The district is what is looked at."""
        self.context.selection.choose(Subject.REGION, self._places[index].region)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """← → choose the indicator, Space marks a district; two of them are set side by side; M
        shades the map's districts by it."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_H):
            self.step(-1)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_L):
            self.step(1)
        elif key == Qt.Key.Key_M and (code := code_on_map(self, self.code)):
            show_on_map(self, code)
        elif key == Qt.Key.Key_Space and 0 <= self.current < len(self._places):
            self.mark(self._places[self.current].region)
        else:
            super().keyPressEvent(event)

    def step(self, by: int) -> None:
        """To the next quantity that districts have."""
        codes = self._codes.codes
        if self.fixed or not codes:
            return
        here = codes.index(self.code) if self.code in codes else -1
        self.code = codes[(here + by) % len(codes)]
        self.refresh({})

    def mark(self, region: str) -> None:
        """Mark or unmark a district; the third takes the place of the first."""
        if region in self.marked:
            self.marked.remove(region)
        else:
            self.marked = [*self.marked, region][-MARKS:]
        if len(self.marked) == MARKS:
            self.context.selection.choose(Subject.DISTRICTS, " ".join(self.marked))
        self.update()

    # ---- head and foot

    def notes_left(self) -> list[Note]:
        """Which way is good, and from where the table counts."""
        said = self._order_said()
        return [Note(said, self.theme.text2)] if said and not self._is_narrow else []

    @property
    def _is_narrow(self) -> bool:
        return self.width() < self.px(NARROW)

    def _order_said(self) -> str:
        quantity, table = self._quantity, self.table
        if quantity is None or table is None:
            return ""
        order = self.context.text(f"themes.league.order.{table.order.value}")
        if table.order is Order.LARGEST:
            return order
        direction = self.context.text(f"themes.league.direction.{quantity.direction.value}")
        return f"{direction}{self._comma}{order}"

    def notes_right(self) -> list[Note]:
        """The whole city's value; the age where it has no column; how many districts have none."""
        context, whole, ink = self.context, self._whole, self.theme.text3
        if self.table is None or whole is None:
            return []
        notes = []
        if self._is_narrow:  # which way is good comes before the city's own value
            notes.append(Note(self._order_said(), self.theme.text2))
        elif whole.value is not None:
            said = context.text("themes.league.whole", value=sentence(context, whole))
            stale = whole.freshness is not Freshness.LIVE
            age = age_text(context, whole, self._now)
            notes.append(Note(f"{said}{self._comma}{age}" if stale else said, ink))
        if age := self._oldest():
            notes.append(Note(age, ink))
        if silent := len(self._places) - len(self.table.ranked):
            notes.append(Note(context.text("themes.league.silent", n=silent), ink))
        return notes

    def _oldest(self) -> str:
        """The age of the oldest value, said once for all where there is no column for ages; in
        whole hours, because a heading has little room."""
        ranked = [place.view for place in self._places if place.rank is not None]
        if not ranked or self.shows("age"):
            return ""
        oldest = min(ranked, key=lambda view: view.as_of or 0)
        age = self._now - (oldest.as_of or 0)
        beyond = age % HOUR if HOUR < age < DAY else 0
        return age_text(self.context, oldest, self._now - beyond)

    @property
    def _comma(self) -> str:
        return self.context.text("panels.comma")

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The table, or why there is none."""
        if self.table is not None:
            super().paint_body(painter, rect, dirty)
            return
        say = self.context.text
        self.paint_empty(painter, rect, say("themes.league.none"), say("themes.league.none.why"))

    def foot_height(self) -> float:
        """Keys at a desk, what is not shown on a wall."""
        if self.table is None or (not self.interactive and not self.hidden_at_all):
            return 0.0
        return self.theme.line(Role.CAPTION) + self.px(14)

    @property
    def hidden_at_all(self) -> bool:
        """Whether the districts need more room than there is."""
        return (
            len(self._places) * self.px(self.measures.row) > self.body_rect.height() - self.heading
        )

    def hints(self) -> list[KeyHint]:
        """Those of a list, and how to choose what is compared."""
        return [*super().hints(), *self._own_hints()]

    def _own_hints(self) -> list[KeyHint]:
        say = self.context.text
        on_map = [KeyHint("M", say("hands.keys.on_map"))] if code_on_map(self, self.code) else []
        return [
            KeyHint("← →", say("themes.key.indicator")),
            KeyHint(self.say("key.space"), say("themes.key.mark")),
            *on_map,
        ]

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """What can be done here."""
        hints = [KeyHint("J K", self.say("key.move")), *self._own_hints()]
        self.paint_rest(painter, rect, hints)

    def items(self) -> list[ScreenItem]:
        """The value of every district."""
        shown = set(self.painted())
        return [
            district_item(self.context, place.region, place.view, visible=index in shown)
            for index, place in enumerate(self._places)
        ]
