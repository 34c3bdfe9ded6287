"""异常: what was unusual about the chosen indicator in the last 30 days, or doubtful in its data,
with the rule that fired and why. Hints of ours, never warnings."""

from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import DAY, HOUR, Quantity
from app.live.hub import Kind
from app.live.view import ValueView
from widgets.context import Context
from widgets.models.story import findings_in
from widgets.paint import text as lettering
from widgets.paint.base import row_line
from widgets.panels._anomalies import Anomaly, anomalies_of, rule_word
from widgets.panels._base import Changes
from widgets.panels._painted import Note
from widgets.panels._told import IndicatorOptions, Told
from widgets.panels._two_lines import TwoLines
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

SPAN_DAYS = 30


class Anomalies(Told, TwoLines, kind="anomalies"):
    """The newest first; those that doubt the data wear a dash in place of a number."""

    Options = IndicatorOptions
    needs = Told.needs | {Kind.FINDING}
    every_ms = HOUR

    def __init__(
        self, context: Context, options: IndicatorOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.entries: list[Anomaly] = []
        self.knows_usual = False  # whether the answer rests on what is usual, or on the data alone

    async def tell(self, view: ValueView, quantity: Quantity) -> Any:
        """What the rules find in 30 days."""
        context = self.context
        now = context.now()
        baseline = context.picture.baselines.get(view.key)
        span = (now - SPAN_DAYS * DAY, now)
        found = await findings_in(context.queries, view, quantity, span, context.zone, baseline)
        self.knows_usual = baseline is not None
        return found

    def follow(self, changes: Changes, changed_key: bool) -> None:
        """What holds now follows at once; with a first baseline the past is asked anew."""
        if not self.knows_usual and self.key in self.context.picture.baselines:
            self._read_at = 0
        super().follow(changes, changed_key)
        self.arrived()

    def is_thin(self) -> bool:
        """None is an answer too."""
        return self.told is None

    def arrived(self) -> None:
        """Other rows."""
        self.entries = anomalies_of(self.context, self.key, self.told or ()) if self.key else []
        self.lay_out()

    def title(self) -> str:
        """异常, and how many."""
        if not self.entries:
            return self.context.text("detail.anomalies.title")
        return self.context.text("detail.anomalies.count", n=len(self.entries))

    def notes_right(self) -> list[Note]:
        """Of what span, and whose words they are."""
        text = self.context.text("detail.anomalies.span", n=SPAN_DAYS)
        return [Note(text, self.theme.text3)]

    def items(self) -> list[ScreenItem]:
        """Each finding."""
        shown = set(self.painted())
        return [
            record_item(
                f"{self.key}!{item.finding.rule.value}",
                rule_word(self.context, item.finding),
                self.context.translator.render(item.finding.why),
                observed=item.finding.since,
                now=self.now,
                visible=place in shown,
            )
            for place, item in enumerate(self.entries)
        ]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or that nothing was found."""
        if self.entries:
            super().paint_body(painter, rect, dirty)
        elif self.view is None or self.quantity is None:
            self.paint_nothing(painter, rect)
        elif self.told is None:
            self.paint_waiting(painter, rect)
        else:
            text = self.context.text
            what = text("detail.anomalies.none", n=SPAN_DAYS)
            why = "detail.anomalies.none.why" if self.knows_usual else "detail.anomalies.early"
            self.paint_empty(painter, rect, what, text(why))

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Number, time and rule over why."""
        theme, item = self.theme, self.entries[index]
        finding, zone, translator = item.finding, self.context.zone, self.context.translator
        row_line(painter, rect, theme)
        upper, lower = self.lines_of(rect)
        number = theme.width("A00", Role.BODY)
        lettering.draw_in(painter, theme, upper, item.number, Role.BODY, theme.text2)
        day = wording.day(finding.since, self.now, zone, translator)
        when = f"{day} {wording.clock(finding.since, zone, seconds=False)}"
        left = upper.adjusted(number + self.px(10), 0, 0, 0)
        state = self._state(item)
        used = lettering.draw_in(
            painter,
            theme,
            left,
            state,
            Role.CAPTION,
            theme.text1 if finding.until is None else theme.text3,
            finding.until is None,
            right=True,
        )
        room = left.adjusted(0, 0, -used - self.px(10), 0)
        wide = lettering.draw_in(painter, theme, room, when, Role.CAPTION, theme.text3)
        room = room.adjusted(wide + self.px(12), 0, 0, 0)
        word = rule_word(self.context, finding)
        lettering.draw_in(painter, theme, room, word, Role.BODY, theme.text1)
        lower = lower.adjusted(number + self.px(10), 0, 0, 0)
        why = translator.render(finding.why)
        lettering.draw_in(painter, theme, lower, why, Role.CAPTION, theme.text2)

    def _state(self, item: Anomaly) -> str:
        """Still so, or how long it was."""
        finding = item.finding
        if finding.until is None:
            return self.context.text("detail.anomalies.now")
        return wording.duration(finding.until - finding.since, self.context.translator)

    def foot_height(self) -> float:
        """Where rows are hidden their number is said."""
        return self.theme.line(Role.CAPTION) + self.px(10) if self.overflows else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """How many are not shown."""
        self.paint_rest(painter, rect, ())
