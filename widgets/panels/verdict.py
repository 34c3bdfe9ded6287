"""The sentence of the screen, then the four dimensions in counts (LANGUAGE.md principle 2).

The sentence is the briefing's, by the indices, with its own moment; before there are any it is
counted: how many values are over a limit. What stands below is counted and not weighed.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from enum import StrEnum
from itertools import islice
from typing import Annotated

import msgspec
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.model import AlarmKind, Freshness, Level, Ms
from app.live.headline import Headline
from app.live.hub import Kind
from app.live.summary import IndicatorKeys, Tally
from app.live.verdict import LEAST_SHARE, DimensionState, Verdict, VerdictCount
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.paint.spark import paint_spark
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._painted import Note, Painted
from widgets.panels._trended import heed_history, spark_of, trends_of, wanted
from widgets.panels._values import age_text, state_of, value_text
from widgets.panels._verdict_line import (
    forms_of,
    headline_items,
    headline_of,
    paint_sentence,
    rests_text,
)
from widgets.screen_item import ScreenItem, record_item, value_item
from widgets.theme import Role

LEVELS = (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE)
EVERY_MS = 2000
"""A verdict looks at every indicator; it is not made anew for each reading."""
CHUNK = 250  # indicators looked at in one frame


class Form(StrEnum):
    """How the verdict stands."""

    BOARD = "board"
    LINE = "line"


class VerdictPanel(Painted, kind="verdict"):
    """The sentence, the share of fresh weight, one row per dimension, then the worst values."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`worst`: how many values are listed below the dimensions. `form`: `line` is the sentence
        alone with what it rests on, for an edge of a screen."""

        worst: Annotated[int, msgspec.Meta(ge=0, le=20)] = 5
        form: Form = Form.BOARD

    needs = frozenset({Kind.READING, Kind.FEED, Kind.HISTORY, Kind.BRIEFING})
    repaints = False

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.worst = options.worst
        self.form = options.form
        self.verdict: Verdict | None = None
        self._keys = IndicatorKeys(context.catalog, context.city.code)
        self._count: VerdictCount | None = None
        self._rest: Iterator[str] = iter(())
        self._now: Ms = 0  # of the verdict that is shown
        self._trends = trends_of(self, lambda keys: self.update())

    def refresh(self, changes: Changes) -> None:
        """Count again, at most every two seconds; a large city over several frames. The first
        verdict is there at once."""
        heed_history(self, self._trends, changes)
        now = self.context.now()
        if Kind.BRIEFING in changes:
            self.update(self.head_rect.toAlignedRect())
        if self._count is None:
            if self.verdict is not None and 0 <= now - self._now < EVERY_MS:
                return
            self._keys.grow(self.context.picture.readings)
            self._count = VerdictCount(self.context.catalog, self.worst)
            self._rest = iter(tuple(self._keys.by_code.values()))
        first = self.verdict is None
        part = list(self._rest if first else islice(self._rest, CHUNK))
        for key in part:
            self._count.add(self.context.view(key))
        if len(part) == CHUNK and not first:
            self.go_on()
            return
        self.verdict, self._count, self._now = self._count.verdict(), None, now
        self._trends.want(wanted(self._listed()), now)
        self.update()

    def _listed(self) -> list[ValueView]:
        if self.verdict is None:
            return []
        first = [item.worst for item in self.verdict.dimensions if item.worst is not None]
        known = {view.key for view in first}
        return first + [view for view in self.verdict.worst if view.key not in known]

    def title(self) -> str:
        """The verdict itself."""
        return self.sentence()

    def sentence(self) -> str:
        """What is to be said of the city now, in one line."""
        headline = headline_of(self.context)
        if headline is not None:
            return forms_of(self.context, headline)[0]
        return self.counted()

    def counted(self) -> str:
        """The same from counts alone: how many values are over a limit."""
        found = self.verdict
        if found is None or not found.tally.total or found.tally.none == found.tally.total:
            return self.context.text("panels.verdict.nothing")
        if not found.known:
            share, least = int(found.share * 100), round(LEAST_SHARE * 100)
            return self.say("verdict.unknown", share=share, least=least)
        over = found.over
        if not over:
            stale = found.tally.total - found.tally.fresh
            if stale:
                return self.say("verdict.calm_partial", n=found.tally.calm, stale=stale)
            return self.say("verdict.calm", n=found.tally.total)
        names = [(self.say(f"dimension.{item.code}"), item.tally.over_total) for item in over]
        if len(names) == 1:
            return self.say("verdict.over_one", name=names[0][0], n=names[0][1])
        parts = self.say("verdict.and").join(
            self.say("verdict.over_part", name=name, n=count) for name, count in names
        )
        every = len(over) == len(found.dimensions)
        return self.say("verdict.over_all" if every else "verdict.over_many", parts=parts)

    def items(self) -> list[ScreenItem]:
        """The sentence, the share, the counts of each dimension, and each value that is listed."""
        found, now, world = self.verdict, self._now, self.context.picture.world
        headline = headline_of(self.context)
        first = headline_items(self.context, headline, now) if headline is not None else []
        if found is None:
            return first

        def count(key: str, label: str, value: float | str, unit: str = "") -> ScreenItem:
            return record_item(
                f"verdict/{key}", label, value, observed=now, now=now, unit=unit, world=world
            )

        share = round(found.share * 100, 1)
        counted = "sentence" if headline is None else "counted"
        result = [
            *first,
            count(counted, self.say("verdict.title"), self.counted()),
            count("share", self.say("verdict.share", share=int(share)), share, "%"),
        ]
        for item in found.dimensions:
            name = self.say(f"dimension.{item.code}")
            result.append(count(f"{item.code}/over", name, item.tally.over_total))
            result.append(count(f"{item.code}/fresh", name, item.tally.fresh))
        translator = self.context.translator
        return result + [value_item(view, translator) for view in self._listed()]

    # ---- painting

    @property
    def _title_role(self) -> Role:
        return Role.HEADLINE

    @property
    def head_rect(self) -> QRectF:
        """Higher than other heads: the sentence must survive a thumbnail."""
        if self.form is Form.LINE:
            return QRectF(0, 0, self.width(), self.height())
        height = self.theme.line(self._title_role) + self.px(12)
        return QRectF(0, 0, self.width(), min(self.height(), height))

    def paint_head(self, painter: QPainter, rect: QRectF) -> None:
        """The sentence as large as it fits on one line, the share at the right."""
        headline = headline_of(self.context)
        if headline is not None:
            self._paint_headline(painter, rect, headline)
            return
        theme, sentence = self.theme, self.counted()
        note = self._share_note()
        width = theme.width(note.text, Role.CAPTION)
        room = rect.width() - 2 * self.pad - width - self.px(16)
        roles = (Role.HEADLINE, Role.VALUE, Role.TITLE, Role.BODY)
        role = lettering.fit_role(theme, sentence, roles, room, True) or Role.BODY
        box = QRectF(self.pad, rect.y(), room, rect.height())
        lettering.draw_in(painter, theme, box, sentence, role, theme.text1, True)
        box = QRectF(rect.right() - self.pad - width, rect.y(), width + 1, rect.height())
        lettering.draw_in(painter, theme, box, note.text, Role.CAPTION, note.colour, right=True)
        self.rule(painter, rect.bottom())

    def _paint_headline(self, painter: QPainter, rect: QRectF, headline: Headline) -> None:
        """The sentence by the indices; at the right its weight and moment; as a line also the
        counts, where there is room between."""
        theme, context = self.theme, self.context
        line = self.form is Form.LINE
        if line:
            painter.fillRect(rect, theme.canvas)
        pad = 2 * self.pad if line else self.pad
        inner = rect.adjusted(pad, 0, -pad, 0)
        note = rests_text(context, headline, context.now())
        used = lettering.draw_in(painter, theme, inner, note, Role.CAPTION, theme.text2, right=True)
        room = inner.adjusted(0, 0, -used - self.px(16), 0)
        x = paint_sentence(painter, room, context, forms_of(context, headline)) + self.px(24)
        counted = self.counted()
        if line and theme.width(counted, Role.BODY) <= room.width() - x:
            box = room.adjusted(x, self.px(4), 0, self.px(4))
            lettering.draw_in(painter, theme, box, counted, Role.BODY, theme.text2)
        if not line:
            self.rule(painter, rect.bottom())

    def _share_note(self) -> Note:
        if self.verdict is None or not self.verdict.tally.total or not self.verdict.known:
            return Note("", self.theme.text3)  # below the least share the sentence tells it
        text = self.say("verdict.share", share=int(self.verdict.share * 100))
        return Note(text, self.theme.text2)

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """Dimensions first, the worst values in what is left."""
        if self.form is Form.LINE:
            return
        found = self.verdict
        if found is None or not found.tally.total:
            self.paint_empty(painter, rect, "", self.say("verdict.nothing_why"))
            return
        rows, line = len(found.dimensions), self.px(self.measures.row)
        high = self.px(self.measures.card)
        # Without room for the list below, or nothing to list, the dimensions share the height.
        if self.theme.kind == "hall" or rect.height() - high * rows < 2 * line or not found.worst:
            high = min(rect.height() / rows, 1.6 * high)
        least = self.theme.line(Role.BODY) + self.theme.line(Role.CAPTION)
        if high < 0.95 * least:
            return  # the sentence alone: half a line would be half a number
        below = rect.adjusted(0, high * rows, 0, 0)
        fitting = int((below.height() + 1) // line) if below.height() >= 2 * line else 0
        listed = found.worst[:fitting]
        for index, item in enumerate(found.dimensions):
            box = QRectF(rect.x(), rect.y() + index * high, rect.width(), high)
            self._paint_dimension(painter, box, item, {view.key for view in listed})
        for index, view in enumerate(listed):
            box = QRectF(below.x(), below.y() + index * line, below.width(), line)
            self._paint_value(painter, box.adjusted(self.pad, 0, -self.pad, 0), view)
            self.rule(painter, box.bottom(), self.pad)

    def _paint_dimension(
        self, painter: QPainter, rect: QRectF, item: DimensionState, below: AbstractSet[str]
    ) -> None:
        """`below`: what is listed under the dimensions, and need not be squeezed in here."""
        theme, inner = self.theme, rect.adjusted(self.pad, 0, -self.pad, 0)
        name_width = max(
            theme.width(self.say(f"dimension.{other.code}"), Role.BODY, True)
            for other in (self.verdict.dimensions if self.verdict else (item,))
        )
        name_width = max(name_width, theme.width("0000", Role.CAPTION)) + self.px(16)
        upper, lower = self._two_lines(inner)
        name, note = self.say(f"dimension.{item.code}"), self.say(f"dimension.{item.code}.note")
        lettering.draw_in(painter, theme, upper, name, Role.BODY, theme.text1, True)
        lettering.draw_in(painter, theme, lower, note, Role.CAPTION, theme.text3)
        x = inner.x() + name_width
        x = self._paint_over(painter, QRectF(x, inner.y(), inner.right() - x, inner.height()), item)
        if item.worst is not None:
            box = QRectF(x, inner.y(), inner.right() - x, inner.height())
            if item.worst.key in below and box.width() < self._least_width(item.worst):
                self.rule(painter, rect.bottom(), self.pad)
                return
            self._paint_value(painter, box, item.worst, two_lines=True)
        self.rule(painter, rect.bottom(), self.pad)

    def _two_lines(self, rect: QRectF) -> tuple[QRectF, QRectF]:
        upper, lower = self.theme.line(Role.BODY), self.theme.line(Role.CAPTION)
        top = rect.center().y() - (upper + lower) / 2
        first = QRectF(rect.x(), top, rect.width(), upper)
        return first, QRectF(rect.x(), first.bottom(), rect.width(), lower)

    def _paint_over(self, painter: QPainter, rect: QRectF, item: DimensionState) -> float:
        """How many are over, with their marks, above how many are live; gives the right edge."""
        theme, counts = self.theme, item.tally
        upper, lower = self._two_lines(rect)
        text = (
            self.say("verdict.over", n=counts.over_total)
            if counts.over_total
            else self.say("verdict.no_over" if counts.fresh else "verdict.not_known")
        )
        ink = theme.text1 if counts.over_total else theme.text2
        said = used = lettering.draw_in(painter, theme, upper, text, Role.BODY, ink)
        side, x = theme.cap(Role.BODY) * 1.25, upper.x() + used + self.px(8)
        for level in LEVELS:
            if counts.over.get(level):
                mark = QRectF(x, upper.center().y() - side / 2, side, side)
                paint_alarm(painter, mark, AlarmMark(level, AlarmKind.LIMIT), theme)
                x = mark.right() + self.px(4)
                number = wording.number(counts.over[level])
                box = QRectF(x, upper.y(), self.px(40), upper.height())
                x += lettering.draw_in(painter, theme, box, number, Role.CAPTION, theme.text2)
                x += self.px(6)
        live = self.say("verdict.fresh", fresh=counts.fresh, total=counts.total)
        used = lettering.draw_in(
            painter, theme, lower, self._with_stale(live, counts), Role.CAPTION, theme.text3
        )
        # Rows agree on a column; the counts of the levels widen only their own.
        column = max(map(self._live_width, self.verdict.dimensions if self.verdict else (item,)))
        marks = x - self.px(14) - rect.x() if counts.over_total else 0.0
        return rect.x() + max(column, marks, said, used, rect.width() * 0.2) + self.px(16)

    def _live_width(self, item: DimensionState) -> float:
        """What the line of how many are live takes."""
        live = self.say("verdict.fresh", fresh=item.tally.fresh, total=item.tally.total)
        return self.theme.width(live, Role.CAPTION)

    def _with_stale(self, live: str, counts: Tally) -> str:
        if not counts.stale_over:
            return live
        stale = self.say("verdict.stale_over", n=counts.stale_over)
        return self.context.text("panels.comma").join((live, stale))

    def _paint_value(
        self, painter: QPainter, rect: QRectF, view: ValueView, *, two_lines: bool = False
    ) -> None:
        """One value with its mark, name, number, unit, age and trend."""
        theme = self.theme
        right = rect.right()
        spark = spark_of(self._trends, view)
        width = min(self.px(92), rect.width() * 0.28)
        said = self._said_width(view)
        if not two_lines:
            mark = theme.cap(Role.CAPTION) * 1.3 + self.px(8)
            said += mark + theme.width(self.context.label(view), Role.BODY) + self.px(12)
        if rect.width() - width - self.px(12) < said:
            spark = None  # words and age before the curve
        if spark is not None and rect.width() > self.px(230):
            high = min(self.px(32), rect.height() * 0.7)
            box = QRectF(right - width, rect.center().y() - high / 2, width, high)
            paint_spark(painter, box, spark, theme)
            right = box.x() - self.px(12)
        room = QRectF(rect.x(), rect.y(), max(0.0, right - rect.x()), rect.height())
        upper, lower = self._two_lines(room) if two_lines else (room, room)
        x, side = upper.x(), theme.cap(Role.CAPTION) * 1.3
        if view.level is not Level.NONE:
            mark = QRectF(x, upper.center().y() - side / 2, side, side)
            paint_alarm(painter, mark, AlarmMark(view.level, AlarmKind.LIMIT), theme)
            x = mark.right() + self.px(8)
        value, unit = value_text(self.context, view)
        value = value or wording.NO_VALUE
        ink = theme.text1 if view.freshness is Freshness.LIVE else theme.text2
        if two_lines:
            box = QRectF(x, upper.y(), max(0.0, right - x), upper.height())
            label = self.context.label(view)
            lettering.draw_in(painter, theme, box, label, Role.CAPTION, theme.text2)
            self._paint_number(painter, lower, value, unit, ink, view)
            return
        age = age_text(self.context, view, self._now)
        used = lettering.draw_in(painter, theme, room, age, Role.CAPTION, theme.text3, right=True)
        right -= used + self.px(16)
        box = QRectF(x, room.y(), max(0.0, right - x), room.height())
        text = f"{value} {unit}".strip()
        used = lettering.draw_in(painter, theme, box, text, Role.BODY, ink, right=True)
        box = QRectF(x, room.y(), max(0.0, right - used - self.px(12) - x), room.height())
        label = self.context.label(view)
        lettering.draw_in(painter, theme, box, label, Role.BODY, theme.text2)

    def _least_width(self, view: ValueView) -> float:
        """What a value in two lines takes when nothing of it is cut."""
        theme = self.theme
        mark = 0.0 if view.level is Level.NONE else theme.cap(Role.CAPTION) * 1.3 + self.px(8)
        return mark + max(
            theme.width(self.context.label(view), Role.CAPTION), self._said_width(view)
        )

    def _said_width(self, view: ValueView) -> float:
        """What value, unit, glyph and age take side by side."""
        theme = self.theme
        value, unit = value_text(self.context, view)
        age = age_text(self.context, view, self._now)
        caption = theme.width(unit, Role.CAPTION) + theme.width(age, Role.CAPTION)
        return theme.width(value, Role.BODY) + caption + self.px(36)

    def _paint_number(
        self, painter: QPainter, rect: QRectF, value: str, unit: str, ink: object, view: ValueView
    ) -> None:
        theme, state = self.theme, state_of(self.context, view)
        x = rect.x()
        x += lettering.draw_in(painter, theme, rect, value, Role.BODY, ink)  # type: ignore[arg-type]
        box = rect.adjusted(x - rect.x() + self.px(4), 0, 0, 0)
        x += self.px(4) + lettering.draw_in(painter, theme, box, unit, Role.CAPTION, theme.text3)
        age = age_text(self.context, view, self._now)
        box = QRectF(x + self.px(12), rect.y(), rect.right() - x - self.px(12), rect.height())
        if state is not Fresh.LIVE and box.width() > self.px(30):
            side = self.px(14)
            glyph = QRectF(box.x(), box.center().y() - side / 2, side, side)
            paint_fresh(painter, glyph, state, theme)
            box = box.adjusted(side + self.px(4), 0, 0, 0)
        if box.width() > 0:
            lettering.draw_in(painter, theme, box, age, Role.CAPTION, theme.text3)
