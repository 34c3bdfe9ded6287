"""The speaker's panel: the step that stands on the wall, what to say, what comes next.

With nothing under way it lists the scripts; Enter begins one. Nothing of it is on the wall.
"""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.model import Ms
from app.live.hub import Kind
from app.live.presentation import Cover, Presenting
from app.live.script import Script, Step
from app.live.stage import MAIN
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.button import KeyHint
from widgets.paint.row import Row, paint_queue_row
from widgets.panels._act import act
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

ROW_HEIGHT = 64
NOTE_LINES = 14
NEXT_LINES = 2


class Presenter(Rows, kind="presenter"):
    """Scripts to choose from, or the step with its notes, times and keys."""

    needs = frozenset({Kind.SEAT})

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self._now: Ms = 0
        self.running: Presenting | None = None
        self.scripts: tuple[tuple[str, Script], ...] = ()

    def title(self) -> str:
        """讲解, and of what."""
        title = self.context.text("visit.presenter.title")
        if self.running is None:
            return title
        script = self.running.script
        return f"{title}　{self.context.translator.pick(script.name_zh, script.name_en)}"

    def refresh(self, changes: Changes) -> None:
        """The seat's presentation; the times move each second."""
        self._now = self.context.now()
        seat = self.context.spine.seat
        self.running = seat.presentation.running
        window = seat.presentation.audience(seat.stage)[0]
        known = seat.presentation.scripts_of(seat.stage, window)
        self.scripts = tuple(known.items())
        self.lay_out()

    def items(self) -> list[ScreenItem]:
        """The step and its number; the notes are the speaker's and in no record."""
        running, now = self.running, self._now
        if running is None:
            return []
        label = self.context.text("visit.presenter.title")
        return [
            record_item(
                f"presentation/{running.name}",
                f"{label} {self._name(running.step)}",
                running.at + 1,
                observed=running.since,
                now=now,
                source="presentation",
                world=self.context.picture.world,
            )
        ]

    # ---- the list of scripts

    def arrange(self, width: float) -> list[QRectF]:
        """Two lines each while nothing is presented."""
        if self.running is not None:
            return []
        high = self.px(ROW_HEIGHT)
        return [QRectF(0, index * high, width, high) for index in range(len(self.scripts))]

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """A script: its name, its first steps, how many there are."""
        name, script = self.scripts[index]
        pick = self.context.translator.pick
        titles = " · ".join(self._name(step) for step in script.step)
        row = Row(
            title=pick(script.name_zh, script.name_en),
            detail=titles,
            time=name,
            state=self.context.text("visit.presenter.steps", n=len(script.step)),
            mark=None,
            selected=index == self.current,
        )
        paint_queue_row(painter, rect, row, self.theme)

    def open(self, index: int) -> None:
        """Enter: begin."""
        act(self, f"present {self.scripts[index][0]}")

    # ---- the step

    def notes_left(self) -> list[Note]:
        """Which step, how the wall stands."""
        running = self.running
        if running is None:
            return self._stopped()
        at = self.context.text("visit.presenter.at", at=running.at + 1, n=len(running.script.step))
        return [Note(at, self.theme.text1, True), Note(self._standing(running), self.theme.text2)]

    def notes_right(self) -> list[Note]:
        """How long it goes on, and this step."""
        running = self.running
        if running is None:
            return []
        translator = self.context.translator
        whole = wording.duration(self._now - running.began, translator)
        step = wording.duration(self._now - running.since, translator)
        return [
            Note(self.context.text("visit.presenter.elapsed", time=whole), self.theme.text1),
            Note(self.context.text("visit.presenter.step", time=step), self.theme.text2),
        ]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """Scripts, or the step."""
        if self.running is not None:
            self._paint_step(painter, rect, self.running)
            self.paint_foot(painter, self._foot(rect))
        elif self.scripts:
            super().paint_body(painter, rect, dirty)
        else:
            say = self.context.text
            what, why = "visit.presenter.no_scripts", "visit.presenter.no_scripts_why"
            self.paint_empty(painter, rect, say(what), say(why))

    def foot_height(self) -> float:
        """The keys."""
        return self.theme.line(Role.CAPTION) + self.px(14)

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """What each key does."""
        self.paint_rest(painter, rect, self._keys(), "")

    def hints(self) -> list[KeyHint]:
        """The keys of the list, or of the step."""
        return self._keys() if self.running is not None else super().hints()

    def _foot(self, rect: QRectF) -> QRectF:
        high = self.foot_height()
        return QRectF(rect.x(), rect.bottom() - high, rect.width(), high)

    def _keys(self) -> list[KeyHint]:
        say = self.context.text
        if self.running is None:
            return [
                KeyHint("J K", self.say("key.move")),
                KeyHint(self.say("key.enter"), say("visit.key.begin")),
            ]
        return [
            KeyHint(self.say("key.space"), say("visit.key.next")),
            KeyHint("PgUp", say("visit.key.previous")),
            KeyHint("F", say("visit.key.freeze")),
            KeyHint("B", say("visit.key.black")),
            KeyHint("Esc", say("visit.key.end")),
        ]

    def _paint_step(self, painter: QPainter, rect: QRectF, running: Presenting) -> None:
        """Name, notes in large letters, and under a line what comes next."""
        theme, step = self.theme, running.step
        painter.fillRect(rect, theme.panel)
        room = rect.width() - 2 * self.pad
        y = rect.y() + self.pad
        y = self._lines(painter, (self._name(step),), Role.HEADLINE, y, bold=True)
        y += self.px(16)
        below = self._height_of_next(running)
        line = theme.line(Role.VALUE)
        fitting = int((self._foot(rect).y() - below - y) // line)
        notes = lettering.wrap(
            theme, self._notes(step), Role.VALUE, room, max(1, min(NOTE_LINES, fitting))
        )
        self._lines(painter, notes, Role.VALUE, y)
        self._paint_next(painter, self._foot(rect).y() - below, running, room)

    def _height_of_next(self, running: Presenting) -> float:
        rest = 0 if running.following is None else NEXT_LINES
        line = self.theme.line
        return line(Role.TITLE) + rest * line(Role.BODY) + 2 * self.px(12)

    def _paint_next(self, painter: QPainter, y: float, running: Presenting, room: float) -> None:
        theme, following = self.theme, running.following
        self.rule(painter, y)
        y += self.px(12)
        if following is None:
            self._lines(painter, (self.context.text("visit.presenter.last"),), Role.BODY, y)
            return
        head = f"{self.context.text('visit.presenter.next')}　{self._name(following)}"
        if (due := self._due(running)) and not self.context.spine.seat.presentation.covered:
            head = f"{head}　{due}"
        y = self._lines(painter, (head,), Role.TITLE, y, bold=True)
        notes = lettering.wrap(theme, self._notes(following), Role.BODY, room, NEXT_LINES)
        self._lines(painter, notes, Role.BODY, y, faint=True)

    def _lines(
        self,
        painter: QPainter,
        lines: tuple[str, ...],
        role: Role,
        y: float,
        *,
        bold: bool = False,
        faint: bool = False,
    ) -> float:
        theme, high = self.theme, self.theme.line(role)
        ink = theme.text2 if faint else theme.text1
        for line in lines:
            level = lettering.baseline(theme, role, y, high)
            lettering.draw(painter, theme, (self.pad, level), line, role, ink, bold)
            y += high
        return y

    # ---- words

    def _name(self, step: Step) -> str:
        return self.context.translator.pick(step.title_zh, step.title_en)

    def _notes(self, step: Step) -> str:
        return self.context.translator.pick(step.notes_zh, step.notes_en)

    def _standing(self, running: Presenting) -> str:
        """`在 wall-1，实况`, or since when the picture stands still or is dark."""
        say = self.context.text
        covered = self.context.spine.seat.presentation.covered.get(running.window)
        how = say("visit.presenter.live")
        if covered is not None:
            time = wording.clock(covered.since, self.context.zone)
            frozen = covered.how is Cover.FROZEN
            how = say("visit.frozen_at", time=time) if frozen else say("visit.black")
        if running.window == MAIN:
            return how
        where = say("visit.presenter.window", window=running.window)
        return say("panels.comma").join((where, how))

    def _due(self, running: Presenting) -> str:
        if not running.step.dwell_s:
            return ""
        rest = round(running.step.dwell_s * 1000) - (self._now - running.since)
        time = wording.duration(max(0, rest), self.context.translator)
        return self.context.text("visit.presenter.auto", time=time)

    def _stopped(self) -> list[Note]:
        recalled = self.context.spine.seat.presentation.recalled
        if not recalled:
            return []
        time = wording.clock(recalled, self.context.zone)
        return [Note(self.context.text("visit.presenter.recalled", time=time), self.theme.text1)]
