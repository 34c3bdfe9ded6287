"""今日要情: a few facts, each pinned to what it rests on. Never an instruction.

In the cockpit a sentence wears 待审 until whoever leads the shift has released it; a sentence
whose evidence has changed is another one and waits again. On the desk the same list is where it
is released (Space). Enter opens the evidence.
"""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.commands.release_fact import ReleaseFact
from app.core import wording
from app.core.decision import MAX_TEXT
from app.core.message import Message
from app.core.model import AlarmKind, Level, Ms
from app.live.fact import Fact, Rests
from app.live.fact_words import FactWords
from app.live.hub import Kind
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.base import frame, selection_edge
from widgets.paint.button import KeyHint
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.panels._act import act
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._index import evidence_text, open_index, open_indicator
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject
from widgets.theme import Role

SCENE_OF_CUTS = "feeds"  # what a cut is opened with
LINES = 3
"""So many lines of a sentence are shown; it is written to need two."""


class Facts(Rows, kind="facts"):
    """One row per fact: mark, title, sentence, evidence and its moment, whether released."""

    needs = frozenset({Kind.BRIEFING, Kind.SEAT})

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.facts: tuple[Fact, ...] = ()
        self._words = FactWords(
            context.catalog,
            context.translator,
            context.zone,
            home=context.city.code,
            open_hand=context.seat != "hall",
        )
        self._now: Ms = 0
        self._said = ""

    def title(self) -> str:
        """今日要情."""
        return self.context.text("dash.facts.title")

    def notes_left(self) -> list[Note]:
        """How many wait for release."""
        waiting = sum(not self._is_released(fact) for fact in self.facts)
        if not waiting:
            return []
        return [Note(self.context.text("dash.facts.waiting", n=waiting), self.theme.text2)]

    def notes_right(self) -> list[Note]:
        """When the newest of them was put down, and that each can be opened."""
        if not self.facts:
            return []
        at = max(fact.at for fact in self.facts)
        time = wording.clock(at, self.context.zone, seconds=False)
        note = "dash.facts.made" if self.interactive else "dash.facts.made_wall"
        return [Note(self.context.text(note, time=time), self.theme.text3)]

    def refresh(self, changes: Changes) -> None:
        """What the briefing says."""
        self._now = self.context.now()
        before, self.facts = self.facts, self.context.picture.briefing.facts
        if before != self.facts or Kind.SEAT in changes or not self.places:
            self.lay_out()

    def items(self) -> list[ScreenItem]:
        """Each fact with its evidence time and whether it was released."""
        world, shown = self.context.picture.world, set(self.painted())
        return [
            record_item(
                f"fact/{fact.id}",
                self._words.title(fact),
                self._words.text(fact),
                observed=fact.observed,
                now=self._now,
                world=world,
                mode="released" if self._is_released(fact) else "waiting",
                level=fact.warning.level.value if fact.warning is not None else "",
                visible=index in shown,
            )
            for index, fact in enumerate(self.facts)
        ]

    def _is_released(self, fact: Fact) -> bool:
        return self.context.picture.briefing.release_of(fact) is not None

    # ---- rows

    @property
    def _indent(self) -> float:
        return self.px(40) if self.theme.kind != "desk" else self.px(30)

    def _text_width(self, width: float) -> float:
        return max(1.0, width - 2 * self.pad - self._indent)

    def _wrapped(self, fact: Fact, width: float) -> tuple[str, ...]:
        text = self._words.text(fact)
        return lettering.wrap(self.theme, text, self._text_role, width, LINES)

    @property
    def _text_role(self) -> Role:
        return Role.STORY if self.theme.kind == "cockpit" else Role.BODY

    def _height(self, fact: Fact, width: float) -> float:
        theme = self.theme
        lines = len(self._wrapped(fact, self._text_width(width)))
        title, story = theme.line(Role.TITLE), theme.line(self._text_role)
        return title + lines * story + theme.line(Role.CAPTION) + self.px(18)

    def arrange(self, width: float) -> list[QRectF]:
        """As high as their words; what is left over is shared where all of them fit."""
        if width <= 0:
            return []
        heights = [self._height(fact, width) for fact in self.facts]
        spare = self.list_rect.height() - sum(heights)
        more = min(self.px(24), spare / len(heights)) if heights and spare > 0 else 0.0
        places, y = [], 0.0
        for high in heights:
            places.append(QRectF(0, y, width, high + more))
            y += high + more
        return places

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The facts, or that there are none."""
        if self.facts:
            super().paint_body(painter, rect, dirty)
            return
        text = self.context.text
        known = any(feed.connected for feed in self.context.picture.feeds.values())
        what = text("dash.facts.none" if known else "dash.facts.unknown")
        why = text("dash.facts.none.why" if known else "dash.facts.unknown.why")
        self.paint_empty(painter, rect, what, why)

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """One fact."""
        theme, fact = self.theme, self.facts[index]
        if self.interactive and index == self.current:
            selection_edge(painter, rect, theme)
        if index + 1 < len(self.facts):
            self.rule(painter, rect.bottom(), self.pad)
        inner = rect.adjusted(self.pad, self.px(9), -self.pad, 0)
        title = QRectF(inner.x(), inner.y(), inner.width(), theme.line(Role.TITLE))
        side = theme.cap(Role.TITLE) * 1.3
        self._paint_mark(
            painter, QRectF(title.x(), title.center().y() - side / 2, side, side), fact
        )
        title.setLeft(title.x() + self._indent)
        used = self._paint_state(painter, title, fact)
        title.setRight(title.right() - used)
        words = self._words.title(fact)
        lettering.draw_in(painter, theme, title, words, Role.TITLE, theme.text1, True)
        y, role = title.bottom(), self._text_role
        for line in self._wrapped(fact, self._text_width(rect.width())):
            box = QRectF(
                title.x(), y, inner.right() - title.x() + theme.size(role), theme.line(role)
            )
            lettering.draw_in(painter, theme, box, line, role, theme.text2)
            y += theme.line(role)
        self._paint_evidence(painter, QRectF(title.x(), y, inner.right() - title.x(), 0), fact)

    def _paint_mark(self, painter: QPainter, box: QRectF, fact: Fact) -> None:
        """The warning's own shape; a move of an index wears none."""
        warning = fact.warning
        if fact.outage is not None:
            paint_fresh(painter, box, Fresh.CACHED, self.theme)
        elif warning is None:
            centre, theme = box.center(), self.theme
            up = fact.move is not None and fact.move.amount > 0
            line = QRectF(box.x(), centre.y() - box.height(), box.width() * 1.4, 2 * box.height())
            lettering.draw_in(
                painter, theme, line, "↑" if up else "↓", Role.TITLE, theme.text1, True
            )
        elif warning.level is not Level.NONE or warning.kind is AlarmKind.TARGET:
            paint_alarm(painter, box, AlarmMark(warning.level, warning.kind), self.theme)

    def _paint_state(self, painter: QPainter, rect: QRectF, fact: Fact) -> float:
        """待审 in a box, or who released it and when; gives what it took."""
        theme, context = self.theme, self.context
        release = context.picture.briefing.release_of(fact)
        if release is not None and context.seat != "desk":
            return 0.0
        if release is not None:
            time = wording.clock(release.at, context.zone, seconds=False)
            text = context.text("dash.facts.released", time=time, person=release.person)
            ink = theme.text3
        else:
            pending = context.commands is not None and context.commands.is_pending(fact.id)
            text = context.text("state.pending" if pending else "dash.facts.unreleased")
            ink = theme.text1
        used = theme.width(text, Role.CAPTION)
        if release is None:
            pad = self.px(8)
            high = theme.line(Role.CAPTION)
            box = QRectF(
                rect.right() - used - 2 * pad, rect.center().y() - high / 2, used + 2 * pad, high
            )
            frame(painter, box, theme.line2, theme, theme.radius, dashed=True)
            lettering.draw_in(painter, theme, box.adjusted(pad, 0, 0, 0), text, Role.CAPTION, ink)
            return used + 2 * pad + self.px(12)
        lettering.draw_in(painter, theme, rect, text, Role.CAPTION, ink, right=True)
        return used + self.px(12)

    def _paint_evidence(self, painter: QPainter, rect: QRectF, fact: Fact) -> None:
        """证据 3，14:02 的数据: what Enter opens."""
        theme, context = self.theme, self.context
        box = QRectF(rect.x(), rect.y(), rect.width(), theme.line(Role.CAPTION))
        text = context.text("dash.facts.evidence", count=len(fact.evidence))
        used = lettering.draw_in(painter, theme, box, text, Role.CAPTION, theme.accent)
        if self.interactive:
            line = max(1.0, theme.stroke)
            painter.fillRect(QRectF(box.x(), box.bottom() - line, used, line), theme.accent)
        box.adjust(used + self.px(12), 0, 0, 0)
        key = fact.ground.key if fact.ground is not None else ""
        age = evidence_text(context, fact.observed, self._now, key)
        lettering.draw_in(painter, theme, box, age, Role.CAPTION, theme.text3)

    # ---- foot

    @property
    def _may_release(self) -> bool:
        """Where decisions are made; the cockpit only reads."""
        return self.context.seat == "desk"

    def foot_height(self) -> float:
        """Keys at a desk; elsewhere a line where not all of them fit."""
        if not self.facts:
            return 0.0
        if self._may_release:
            return self.theme.line(Role.CAPTION) + self.px(12)
        return 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """What the keys do, or why a release was refused."""
        text = self.context.text
        keys = [
            KeyHint(self.say("key.space"), text("dash.facts.release")),
            KeyHint(self.say("key.enter"), text("dash.facts.open")),
        ]
        self.paint_rest(painter, rect, [] if self._said else keys, self._said)

    # ---- hands

    def chosen(self, index: int) -> None:
        """What was said of another is over."""
        self._said = ""

    def open(self, index: int) -> None:
        """What the fact rests on: its warning and indicator, or its index."""
        fact, choose = self.facts[index], self.context.selection.choose
        readings = [item.key for item in fact.evidence if item.rests is Rests.READING]
        if fact.outage is not None:
            act(self, f"switch-scene {SCENE_OF_CUTS}")
        elif fact.move is not None:
            open_index(self, fact.move.key)
        elif fact.warning is not None:
            choose(Subject.WARNING, fact.warning.id)
            if readings:
                open_indicator(self, readings[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space releases the chosen one."""
        here = 0 <= self.current < len(self.facts)
        if event.key() == Qt.Key.Key_Space and here and self._may_release:
            self.release(self.facts[self.current])
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """In the cockpit one touch opens."""
        index = self.at(event.position())
        if self.context.seat == "cockpit" and index >= 0:
            self.open(index)
        else:
            super().mouseReleaseEvent(event)

    def release(self, fact: Fact) -> None:
        """Submit `release-fact` with the words as they were read."""
        if not self._is_released(fact):
            said = self._words.said(fact).replace("\n", " ")[:MAX_TEXT]
            self.ask(self._submit(ReleaseFact(fact=fact.id, digest=fact.digest, said=said)))

    async def _submit(self, command: ReleaseFact) -> None:
        outcome = await self.context.commands.submit(command)
        if not outcome.done:
            self._refused(outcome.reason)

    def _refused(self, reason: Message | None) -> None:
        self._said = self.context.translator.render(reason) if reason is not None else ""
        self.update()
