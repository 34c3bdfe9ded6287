"""对比: two indicators, two indices, or one of them in two districts over one axis of time.

Each has its own plot and unit, one above the other: two axes in one plot would make any two lines
look related. Whether they move together is a number with how many pairs it rests on.
"""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import MINUTE, SECOND
from app.core.keys import BadKey, parse, reading_key
from app.core.model import AlarmKind, Level, Ms
from app.live.compare import limits
from app.live.hub import Kind
from app.live.summary import indicator_keys
from app.live.view import ValueView
from app.store.driver import DatabaseError
from widgets.context import Context
from widgets.models.pair import Pair, Side, tell_pair
from widgets.models.story import Range
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.fresh import age_tint, paint_fresh
from widgets.panels._act import act
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._limit_marks import marks_width, paint_limit_marks
from widgets.panels._names import region_name
from widgets.panels._painted import Note, Painted
from widgets.panels._plot import Curve, TrendPlot
from widgets.panels._sheet import source_text
from widgets.panels._tabs import paint_tabs
from widgets.panels._values import age_text, state_of, value_text
from widgets.screen_item import ScreenItem, record_item, value_item
from widgets.selection import Subject
from widgets.theme import Role

RELOAD_MS, WAIT_MS = MINUTE, 5 * SECOND


class Compare(Painted, kind="compare"):
    """1 to 4 choose the range, X changes sides, Enter opens the upper one's page."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`first` and `second`: codes, `code/district` or keys; empty: what the scene is about
        (chosen with C, by the command `compare`, or by an address). `range` at first."""

        first: str = ""
        second: str = ""
        range: Range = Range.WEEK

    needs = frozenset({Kind.READING, Kind.FEED, Kind.SEAT, Kind.HISTORY})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.named = (options.first, options.second)
        self.range = options.range
        self.keys: tuple[str, ...] = ()
        self.views: list[ValueView] = []
        self.pair: Pair | None = None
        self.failed = False
        self._now: Ms = 0
        self._read_at: Ms = 0
        self._asked = ""
        self._tabs: list[tuple[QRectF, Range]] = []
        self.plots = tuple(
            TrendPlot(context.theme, context.zone, context.translator, self) for _ in range(2)
        )
        for plot in self.plots:
            plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            plot.hide()

    # ---- what is shown

    def refresh(self, changes: Changes) -> None:
        """Values at once, lines once a minute and when others are chosen."""
        self._now = self.context.now()
        keys = self._wanted()
        if keys != self.keys:
            self.keys, self.pair, self._read_at, self._asked = keys, None, 0, ""
            for plot in self.plots:
                plot.hide()
        self.views = [self.context.view(key) for key in keys]
        every = RELOAD_MS if self.pair is not None else WAIT_MS
        if len(keys) == 2 and self._now - self._read_at >= every and not self._asked:
            self.read()

    def _wanted(self) -> tuple[str, ...]:
        if not all(self.named):
            return tuple(self.context.selection[Subject.PAIR].split())
        return tuple(key for name in self.named if (key := self._key(name)))

    @property
    def waiting(self) -> ValueView | None:
        """What was taken with C and waits for a second one."""
        key = "" if all(self.named) else self._key(self.context.spine.seat.compared)
        return self.context.view(key) if key else None

    def _key(self, name: str) -> str:
        """A key as it stands, `code/district`, or a code for the whole city."""
        context = self.context
        if not name:
            return ""
        if name.startswith("reading/"):
            try:
                return name if parse(name) else ""
            except BadKey:
                return ""
        code, mark, region = name.partition("/")
        if mark:
            return reading_key(code, region)
        if code in context.catalog.plan.specs:
            return reading_key(code, context.city.code)
        held = context.picture.readings
        found = indicator_keys(held, context.catalog, context.city.code)
        return found.get(code, reading_key(code, context.city.code))

    def choose_range(self, span: Range) -> None:
        """Another span."""
        if span is not self.range:
            self.range = span
            self.read()
            self.update()

    def read(self) -> None:
        """Ask the store for both lines."""
        if len(self.views) == 2:
            self._asked = f"{self.keys} {self.range}"
            self.ask(self._read((self.views[0], self.views[1]), self.range, self._asked))

    async def _read(self, views: tuple[ValueView, ValueView], span: Range, asked: str) -> None:
        context = self.context
        try:
            width = int(self._plot_rect(0).width())
            pair = await tell_pair(context.queries, views, span, context.now(), width)
        except DatabaseError:
            pair = None  # said on the panel; the store counts and reports it
        if asked != self._asked:
            return
        self._asked, self._read_at = "", self._now
        self.failed, self.pair = pair is None, pair
        self._draw()

    def _draw(self) -> None:
        for place, plot in enumerate(self.plots):
            side = self.pair.sides[place] if self.pair is not None else None
            drawable = side is not None and len(side.times) > 0
            room = self._plot_rect(place).toRect()
            plot.setGeometry(room)
            if drawable and side is not None:
                plot.show_curve(self._curve(place, side))
            plot.setVisible(drawable and room.height() > self.px(50))
        self.update()

    def _curve(self, place: int, side: Side) -> Curve:
        assert self.pair is not None
        quantity = self.context.catalog.quantity(self.keys[place])
        return Curve(
            times=side.times,
            values=side.values,
            since=self.pair.since,
            until=self.pair.until,
            holes=side.holes,
            limits=[] if quantity is None else [(lv, v) for lv, v, _ in limits(quantity)],
            decimals=0 if quantity is None else quantity.decimals,
            # Two districts are compared by height, so both plots have one scale.
            beside=self.pair.sides[1 - place].values if self.of_districts else None,
        )

    # ---- words

    @property
    def of_districts(self) -> bool:
        """Whether it is one indicator in two districts."""
        codes = {parse(key).code for key in self.keys}
        return len(self.keys) == 2 and len(codes) == 1

    def name_of(self, view: ValueView) -> str:
        """The name of a side; with its district where that is not the whole city."""
        label, region = self.context.label(view), parse(view.key).region
        if region == self.context.city.code and not self.of_districts:
            return label
        return f"{region_name(self.context, region)} {label}"

    def title(self) -> str:
        """两项对比."""
        return self.context.text(
            "detail.compare.districts" if self.of_districts else "detail.compare.title"
        )

    def notes_left(self) -> list[Note]:
        """What waits for a second one while two others are shown."""
        waiting = self.waiting
        if waiting is None or len(self.views) < 2:
            return []
        text = self.context.text("detail.compare.waits", name=self.name_of(waiting))
        return [Note(text, self.theme.text1)]

    def items(self) -> list[ScreenItem]:
        """Both values, and how they move together."""
        found = [value_item(view, self.context.translator) for view in self.views]
        pair = self.pair
        if pair is not None and pair.together.correlation is not None:
            found.append(
                record_item(
                    "+".join(self.keys),
                    self.context.text("detail.compare.correlation"),
                    round(pair.together.correlation, 2),
                    observed=pair.together.at,
                    now=self._now,
                )
            )
        return found

    def gap_text(self) -> str:
        """How far apart they are now and on average; only where both have one unit."""
        pair, views = self.pair, self.views
        if pair is None or len(views) != 2 or views[0].unit != views[1].unit:
            return ""
        found = pair.together
        if found.gap is None or found.mean_gap is None:
            return ""
        decimals, unit = views[0].decimals, self.context.unit(views[0])
        gap, mean = (
            f"{wording.number(value, decimals, signed=True)} {unit}".rstrip()
            for value in (found.gap, found.mean_gap)
        )
        return self.context.text("detail.compare.gap", gap=gap, mean=mean)

    def correlation_text(self) -> str:
        """The number, what it rests on, and what it does not mean."""
        pair, text = self.pair, self.context.text
        if pair is None:
            return ""
        found = pair.together
        step = wording.duration(pair.step, self.context.translator)
        if found.correlation is None:
            return text("detail.compare.no_correlation", n=found.count)
        number = wording.number(found.correlation, 2, signed=True)
        return text("detail.compare.together", r=number, n=found.count, step=step)

    # ---- places

    @property
    def _head_height(self) -> float:
        return self.px(self.measures.card)

    @property
    def _foot_height(self) -> float:
        return 2 * self.theme.line(Role.BODY) + self.px(16)

    def _part(self, place: int) -> QRectF:
        body = self.body_rect
        high = (body.height() - self._foot_height) / 2
        return QRectF(0, body.y() + place * high, body.width(), max(0.0, high))

    def _plot_rect(self, place: int) -> QRectF:
        part = self._part(place)
        right = self.pad + marks_width(self.theme)
        return part.adjusted(self.px(8), self._head_height, -right, -self.px(6))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The plots keep their halves."""
        super().resizeEvent(event)
        for place, plot in enumerate(self.plots):
            plot.setGeometry(self._plot_rect(place).toRect())

    # ---- painting

    def paint_head(self, painter: QPainter, rect: QRectF) -> None:
        """Title and ranges."""
        super().paint_head(painter, rect)
        spans = [span for span in Range if span is not Range.DECADE]
        words = {span: self.say(f"history.range.{span.value}") for span in spans}
        show = self.interactive and len(self.views) == 2
        self._tabs = paint_tabs(painter, rect, words, self.range, self.theme) if show else []

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """Two values with their plots, and what they have in common."""
        text = self.context.text
        if len(self.views) < 2:
            self._paint_empty(painter, rect)
            return
        for place, view in enumerate(self.views):
            self._paint_side(painter, place, view)
            if self.plots[place].isVisible():
                right = self._plot_rect(place).right()
                paint_limit_marks(painter, self.plots[place], right, view.decimals, self.theme)
            elif self.failed:
                what, why = self.say("history.failed"), self.say("history.failed.why")
                self.paint_empty(painter, self._plot_rect(place), what, why)
            elif self.pair is not None:
                what, why = self.say("history.empty"), text("detail.compare.empty.why")
                self.paint_empty(painter, self._plot_rect(place), what, why)
        foot = QRectF(0, rect.bottom() - self._foot_height, rect.width(), self._foot_height)
        self.rule(painter, foot.y() + self.theme.stroke)
        line = self.theme.line(Role.BODY)
        box = QRectF(self.pad, foot.y() + self.px(8), foot.width() - 2 * self.pad, line)
        theme = self.theme
        lettering.draw_in(painter, theme, box, self.gap_text(), Role.BODY, theme.text1)
        if not self.gap_text():
            said = text("detail.compare.units") if self.pair is not None else ""
            lettering.draw_in(painter, theme, box, said, Role.BODY, theme.text2)
        box = box.translated(0, line)
        lettering.draw_in(painter, theme, box, self.correlation_text(), Role.BODY, theme.text2)

    def _paint_empty(self, painter: QPainter, rect: QRectF) -> None:
        text = self.context.text
        waiting = self.waiting
        if waiting is not None:
            what = text("detail.compare.one", name=self.name_of(waiting))
            self.paint_empty(painter, rect, what, text("detail.compare.one.why"))
        else:
            self.paint_empty(
                painter, rect, text("detail.compare.none"), text("detail.compare.none.why")
            )

    def _paint_side(self, painter: QPainter, place: int, view: ValueView) -> None:
        """Level, name, value and unit; state, age and source at the right."""
        theme, context, part = self.theme, self.context, self._part(place)
        if part.y() > self.body_rect.y():
            self.rule(painter, part.y())
        box = QRectF(
            self.pad, part.y() + self.px(8), part.width() - 2 * self.pad, self._head_height
        )
        upper = QRectF(box.x(), box.y(), box.width(), theme.line(Role.VALUE))
        state = state_of(context, view)
        age = age_text(context, view, self._now)
        ink = age_tint(theme, state)
        used = lettering.draw_in(painter, theme, upper, age, Role.CAPTION, ink, right=True)
        side = self.px(14)
        glyph = QRectF(
            box.right() - used - self.px(6) - side, upper.center().y() - side / 2, side, side
        )
        paint_fresh(painter, glyph, state, theme)
        x = box.x()
        if view.level is not Level.NONE:
            big = self.px(20)
            mark = QRectF(x, upper.center().y() - big / 2, big, big)
            paint_alarm(painter, mark, AlarmMark(view.level, AlarmKind.LIMIT), theme)
            x += big + self.px(10)
        text, unit = value_text(context, view)
        room = QRectF(x, upper.y(), max(0.0, glyph.x() - x - self.px(12)), upper.height())
        number = f"{text or wording.NO_VALUE} {unit}".rstrip()
        wide = theme.width(number, Role.VALUE)
        name = QRectF(room.x(), room.y(), max(0.0, room.width() - wide - self.px(16)), 0)
        name.setHeight(room.height())
        label = self.name_of(view)
        used = lettering.draw_in(painter, theme, name, label, Role.TITLE, theme.text1, True)
        rest = room.adjusted(used + self.px(16), 0, 0, 0)
        used = lettering.draw_in(
            painter, theme, rest, text or wording.NO_VALUE, Role.VALUE, theme.text1
        )
        rest = rest.adjusted(used + self.px(6), 0, 0, 0)
        lettering.draw_in(painter, theme, rest, unit, Role.BODY, theme.text3)
        lower = QRectF(box.x(), upper.bottom(), box.width(), theme.line(Role.CAPTION))
        plot, parts = self.plots[place], [source_text(context, view)]
        if plot.isVisible() and not plot.begins_at_zero:
            parts.append(self.say("history.not_from_zero"))
        said = context.text("panels.comma").join(parts)
        lettering.draw_in(painter, theme, lower, said, Role.CAPTION, theme.text3)

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ranges, changing sides, the page of the upper one."""
        spans = [span for span in Range if span is not Range.DECADE]
        if event.text() in ("1", "2", "3", "4"):
            self.choose_range(spans[int(event.text()) - 1])
        elif event.key() == Qt.Key.Key_R:
            self.read()
        elif event.key() == Qt.Key.Key_X and len(self.keys) == 2 and not all(self.named):
            act(self, f"compare {self.keys[1]} second={self.keys[0]}")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.keys:
            self.context.selection.choose(Subject.INDICATOR, self.keys[0])
            act(self, "switch-scene indicator")
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A range in the head."""
        for rect, span in self._tabs:
            if rect.contains(event.position()):
                self.choose_range(span)
                return
        super().mousePressEvent(event)
