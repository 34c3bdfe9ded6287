"""One indicator's page: its value against its past, the plot, what it means, its limits.

Follows what is chosen on the seat, or shows the indicator a scene names. pyqtgraph is imported
with this file and therefore only where a scene has this panel.
"""

from typing import Literal

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import DAY, HOUR, MINUTE, SECOND, Quantity
from app.core.keys import parse
from app.core.model import Ms
from app.live.hub import Kind
from app.live.summary import indicator_keys, standing_out
from app.live.view import ValueView
from app.store.driver import DatabaseError
from widgets.context import Context
from widgets.models.story import Range, Story, tell
from widgets.paint import text as lettering
from widgets.paint.button import Button, KeyHint, button_width, paint_button
from widgets.paint.message import MessageCard, Tone, paint_message
from widgets.panels._act import act, pick_to_compare
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._curve import curve_of, notes_of
from widgets.panels._headline import facts_of, paint_headline
from widgets.panels._index import whole_key
from widgets.panels._limit_marks import marks_width, paint_limit_marks
from widgets.panels._on_map import code_on_map, show_on_map
from widgets.panels._painted import Painted
from widgets.panels._plot import TrendPlot
from widgets.panels._sheet import paint_sheets, sheets_of
from widgets.panels._tabs import paint_tabs
from widgets.panels._told import chosen_key
from widgets.screen_item import ScreenItem, value_item
from widgets.selection import Subject
from widgets.theme import Role

RELOAD_MS = MINUTE
MONTH = 31 * DAY
WAIT_MS = 5 * SECOND  # while nothing is stored that could be drawn
BAR_AFTER_MS = 300
RIGHT = 240.0
SIDE = 400.0
WIDE = 1080.0


class History(Painted, kind="history"):
    """Left and right or 1 to 5 choose the range; R reads again; Enter opens the records behind
    the value, C takes it for a comparison, M shades the map's districts by it."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`code` of an indicator (empty: what is chosen on the seat, else what stands out most);
        `range` at first (empty: by the indicator's period); `sheets`: source, limits and
        definition at the right where there is room (False where the scene shows them apart);
        `follow`: the chosen indicator, or the chosen index (none: that of the city)."""

        code: str = ""
        range: Range | None = None
        sheets: bool = True
        follow: Literal["indicator", "index"] = "indicator"

    needs = frozenset({Kind.READING, Kind.FEED, Kind.SEAT, Kind.HISTORY, Kind.INDEX, Kind.FINDING})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.code = options.code
        self.range = options.range
        self.key = ""
        self.view: ValueView | None = None
        self.story: Story | None = None
        self.failed = False
        self._now: Ms = 0
        self._read_at: Ms = 0
        self._asked = ""
        self._slow = False
        self._fallback = ""
        self._tabs: list[tuple[QRectF, Range]] = []
        self._shades = ""  # the code by which the map's districts can be shaded
        self._button = QRectF()  # that does it
        self._bar_timer = QTimer(self, singleShot=True, interval=BAR_AFTER_MS)
        self._bar_timer.timeout.connect(self._say_slow)
        self.plot = TrendPlot(context.theme, context.zone, context.translator, self)
        self.plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.plot.hide()

    def title(self) -> str:
        """The indicator's name."""
        if self.view is None:
            return self.context.text("panels.history.title")
        return self.context.label(self.view)

    # ---- what is shown

    def refresh(self, changes: Changes) -> None:
        """The value follows at once, the plot once a minute or when another is chosen."""
        context = self.context
        self._now = context.now()
        key = self._wanted_key()
        if key != self.key:
            self.key, self.story, self.failed = key, None, False
            self._read_at, self._asked = 0, ""
            self.plot.hide()
            if not self.code and self.options_range is None:
                self.range = None
        self.view = context.view(key) if key else None
        self._shades = code_on_map(self, parse(key).code) if key and self.interactive else ""
        if self.view is not None and self.range is None:
            self.range = self._usual_range(self.view)
        if self.key in changes.get(Kind.FINDING, ()) and self.plot.isVisible():
            self._draw()
        if self.view is not None and self.view.source in changes.get(Kind.HISTORY, ()):
            self._read_at = 0
        every = RELOAD_MS if self.plot.isVisible() else WAIT_MS
        if self.view is not None and self._now - self._read_at >= every and not self._asked:
            self.read()

    @property
    def options_range(self) -> Range | None:
        """The range that the scene asks for."""
        assert isinstance(self.options, History.Options)
        return self.options.range

    def _wanted_key(self) -> str:
        context = self.context
        assert isinstance(self.options, History.Options)
        if self.options.follow == "index":
            return context.selection[Subject.INDEX] or whole_key(context)
        if not self.code and (chosen := context.selection[Subject.INDICATOR]):
            return chosen
        held = context.picture.readings
        if self.code:
            return chosen_key(context, self.code)
        if not self._fallback and held:
            keys = indicator_keys(held, context.catalog, context.city.code).values()
            fast = (view for view in map(context.view, keys) if view.period_ms <= HOUR)
            first = standing_out(fast, context.catalog, 1).shown
            self._fallback = first[0].key if first and first[0].value is not None else ""
            if self.interactive and self._fallback:
                # The other panels of the page are about the same indicator.
                context.selection.choose(Subject.INDICATOR, self._fallback)
        return self._fallback

    def _usual_range(self, view: ValueView) -> Range:
        if view.period_ms > MONTH:
            return Range.DECADE
        if view.period_ms > HOUR:
            return Range.YEAR
        return Range.DAY if self.context.seat == "hall" else Range.WEEK

    @property
    def quantity(self) -> Quantity | None:
        """What the shown value means."""
        return self.context.catalog.quantity(self.key) if self.key else None

    def items(self) -> list[ScreenItem]:
        """The value in the headline."""
        if self.view is None:
            return []
        return [value_item(self.view, self.context.translator)]

    def stop(self) -> None:
        """The bar's timer too."""
        self._bar_timer.stop()
        super().stop()

    # ---- reading the history

    def choose_range(self, span: Range) -> None:
        """Another span: read anew, the old plot stays until the new one is there."""
        if span is not self.range:
            self.range = span
            self.read()
            self.update()

    def read(self) -> None:
        """Ask the store; a bar shows only when it takes longer than 300 ms."""
        view, quantity, span = self.view, self.quantity, self.range
        if view is None or quantity is None or span is None:
            return
        self._asked = f"{self.key} {span}"
        self._slow = False
        self._bar_timer.start()
        self.ask(self._read(view, quantity, span, self._asked))

    async def _read(self, view: ValueView, quantity: Quantity, span: Range, asked: str) -> None:
        context = self.context
        width = max(200, self.plot_rect.toRect().width())
        try:
            baseline = context.picture.baselines.get(view.key)
            story = await tell(
                context.queries, view, quantity, span, context.now(), context.zone, width, baseline
            )
        except DatabaseError:
            story = None  # said on the panel; the store counts and reports it
        if asked != self._asked:
            return  # another one was chosen meanwhile
        self._asked, self._slow = "", False
        self._bar_timer.stop()
        self._read_at = self._now
        self.failed = story is None
        self.story = story
        self._draw()

    def _say_slow(self) -> None:
        self._slow = bool(self._asked)
        self.update()

    def _draw(self) -> None:
        story, quantity = self.story, self.quantity
        drawable = story is not None and len(story.times) > 0 and quantity is not None
        if drawable and story is not None and quantity is not None:
            self.plot.show_curve(
                curve_of(self.context, self.key, quantity, story, self.range, self._now)
            )
        self.plot.setVisible(drawable and self.plot_rect.height() > self.px(60))
        self._place()
        self.update()

    # ---- places

    @property
    def _is_wide(self) -> bool:
        assert isinstance(self.options, History.Options)
        wide = self.width() >= self.px(WIDE) and self.height() >= self.px(380)
        return self.options.sheets and wide

    @property
    def head_rect(self) -> QRectF:
        """The headline: the value and its comparisons."""
        high = self.theme.size(Role.FIGURE if self._is_low else Role.SCORE) * 1.25
        return QRectF(0, 0, self._main_width, min(self.height(), high + self.px(24)))

    @property
    def _is_low(self) -> bool:
        return self.height() < self.px(460)

    @property
    def _main_width(self) -> float:
        wide = self.width() - (self.px(SIDE) if self._is_wide else 0.0)
        # What stands at its right, ages and limits, keeps off a seam.
        return self.edges_x.before(wide, min(wide, self.px(RIGHT))) if self._is_wide else wide

    @property
    def bar_rect(self) -> QRectF:
        """Title of the plot and the ranges."""
        return QRectF(0, self.head_rect.bottom(), self._main_width, self.px(self.measures.head))

    @property
    def plot_rect(self) -> QRectF:
        """The plot, with room for the limits' shapes at its right."""
        top = self.bar_rect.bottom()
        right = self._main_width - self.pad - self._margin
        left = self.px(8)
        return QRectF(left, top, max(0.0, right - left), max(0.0, self.height() - top - self.px(8)))

    @property
    def _margin(self) -> float:
        return marks_width(self.theme)

    def _place(self) -> None:
        self.plot.setGeometry(self.plot_rect.toRect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The plot keeps its part."""
        super().resizeEvent(event)
        self._place()

    # ---- keys

    def hints(self) -> list[KeyHint]:
        """Spans, and reading again."""
        say = self.context.text
        spans = " ".join(str(number + 1) for number in range(len(self.ranges)))
        return [
            KeyHint(f"{spans} ← →", say("hands.keys.range")),
            KeyHint("R", say("hands.keys.read")),
            *([KeyHint("M", say("hands.keys.on_map"))] if self._shades else []),
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ranges and reading again."""
        ranges = self.ranges
        here = ranges.index(self.range) if self.range in ranges else 0
        if event.text() in "12345"[: len(ranges)] and event.text():
            self.choose_range(ranges[int(event.text()) - 1])
        elif event.key() == Qt.Key.Key_Right:
            self.choose_range(ranges[min(len(ranges) - 1, here + 1)])
        elif event.key() == Qt.Key.Key_Left:
            self.choose_range(ranges[max(0, here - 1)])
        elif event.key() == Qt.Key.Key_R:
            self.read()
        elif event.key() == Qt.Key.Key_M and self._shades:
            show_on_map(self, self._shades)
        elif event.key() == Qt.Key.Key_C and self.key:
            pick_to_compare(self, self.key)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.key:
            act(self, "switch-scene index")
        else:
            super().keyPressEvent(event)

    @property
    def ranges(self) -> list[Range]:
        """The ranges to choose from; ten years only for what comes slower than by the month."""
        slow = self.view is not None and self.view.period_ms > MONTH
        return [span for span in Range if slow or span is not Range.DECADE]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A range in the bar, or the button beside them."""
        if self._shades and self._button.contains(event.position()):
            show_on_map(self, self._shades)
            return
        for rect, span in self._tabs:
            if self.interactive and rect.contains(event.position()):
                self.choose_range(span)
                return
        super().mousePressEvent(event)

    # ---- painting

    def paint_head(self, painter: QPainter, rect: QRectF) -> None:
        """The headline."""
        if self.view is None:
            return
        facts = facts_of(self.context, self.view, self.quantity, self.story, self._now)
        paint_headline(painter, rect, self.context, self.view, facts, self._now, self.edges_x)
        painter.fillRect(
            QRectF(0, rect.bottom() - 1, rect.width(), max(1.0, self.theme.stroke / 2)),
            self.theme.line1,
        )

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """Ranges, what stands in place of a plot, the shapes of the limits, the sheets."""
        if self.view is not None and self.quantity is None:
            what = self.say("strip.unknown", code=self.key)
            paint_message(painter, QRectF(self.rect()), MessageCard(what), self.theme)
            return
        if self.view is None:
            paint_message(
                painter,
                QRectF(self.rect()),
                self._nothing_chosen(),
                self.theme,
            )
            return
        self._paint_bar(painter, self.bar_rect)
        if self.plot.isVisible():
            paint_limit_marks(
                painter, self.plot, self.plot_rect.right(), self.view.decimals, self.theme
            )
        else:
            paint_message(painter, self.plot_rect, self._message(), self.theme)
        if self._is_wide:
            x = self._main_width
            painter.fillRect(QRectF(x, 0, max(1.0, self.px(2)), self.height()), self.theme.canvas)
            room = QRectF(x + self.px(2), 0, self.width() - x - self.px(2), self.height())
            sheets = sheets_of(self.context, self.view, self.quantity, self._now)
            paint_sheets(painter, room, sheets, self.theme)

    def _nothing_chosen(self) -> MessageCard:
        """Before the first reading there is nothing to choose: say what it waits for."""
        if self.context.picture.readings:
            return MessageCard(self.say("history.none"), self.say("history.none.why"))
        return MessageCard(self.say("history.waiting"), self.say("history.waiting.why"))

    def _message(self) -> MessageCard:
        if self.failed:
            return MessageCard(
                self.say("history.failed"), self.say("history.failed.why"), Tone.ERROR
            )
        if self.story is None:
            return MessageCard(self.say("history.loading") if self._slow else "", "", Tone.LOADING)
        if not self.story.first:
            return MessageCard(self.say("history.empty"), self.say("history.empty.never"))
        since = wording.day(self.story.first, self._now, self.context.zone, self.context.translator)
        return MessageCard(self.say("history.empty"), self.say("history.empty.why", since=since))

    def _paint_bar(self, painter: QPainter, rect: QRectF) -> None:
        theme, right = self.theme, self._paint_tabs(painter, rect)
        span = self.range or Range.DAY
        unit = self.context.unit(self.view) if self.view is not None else ""
        notes = [unit] if unit else []
        if self.story is not None:
            plot = self.plot if self.plot.isVisible() else None
            notes += notes_of(self.context, self.view, self.story, self.range, plot, self._now)
        box = QRectF(self.pad, rect.y(), max(0.0, right - self.pad), rect.height())
        title = self.say(f"history.near.{span.value}")
        used = lettering.draw_in(painter, theme, box, title, Role.TITLE, theme.text1, True)
        for note in notes:
            box = box.adjusted(used + self.px(14), 0, 0, 0)
            if box.width() < theme.width(note, Role.CAPTION):
                return
            used = lettering.draw_in(painter, theme, box, note, Role.CAPTION, theme.text2)

    def _paint_tabs(self, painter: QPainter, rect: QRectF) -> float:
        """The range picker at the right; gives its left edge. Not on the wall."""
        self._tabs = []
        if not self.interactive:
            return rect.right() - self.pad
        words = {span: self.say(f"history.range.{span.value}") for span in self.ranges}
        self._tabs = paint_tabs(painter, rect, words, self.range, self.theme)
        left = self._tabs[0][0].x() - self.px(12)
        return self._paint_button(painter, rect, left) if self._shades else left

    def _paint_button(self, painter: QPainter, rect: QRectF, right: float) -> float:
        """What shows it on the map, left of the ranges; gives its left edge."""
        button = Button(self.context.text("hands.keys.on_map"), key="M")
        wide, high = button_width(button, self.theme), self.px(28)
        self._button = QRectF(right - wide, rect.center().y() - high / 2, wide, high)
        paint_button(painter, self._button, button, self.theme)
        return self._button.x() - self.px(12)
