"""The warnings board: three kinds counted apart, what nobody has acknowledged first; exercises and
tests last, under a hatched mark, never blinking.

An issued warning names its issuer, a hint its model's precision, a crossed limit its measurement,
a missed target wears no warning's shape (rule 13). A storm is one card with its counts.
"""

from PySide6.QtCore import QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.commands.ack_warning import AckWarning
from app.core import wording
from app.core.message import Message
from app.core.model import AlarmKind, Level, Ms, Warning, WarningStatus
from app.live.alarms import LEVELS, MEANT, BoardView, Card, Group, Row, Storm, board
from app.live.hub import Kind
from widgets.context import Context
from widgets.paint.alarm import AlarmMark
from widgets.paint.button import KeyHint
from widgets.paint.card import WarningCard, paint_warning_card
from widgets.paint.row import Row as Line
from widgets.paint.row import paint_queue_row
from widgets.panels._act import act, has_scene
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._names import model_name, names_model, region_name, short_title
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.panels._values import sentence
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject
from widgets.theme import Role

CARD_HEIGHT = 148
LINE_HEIGHT = 104  # at a desk: title, place, evidence, whose word it is
BLINK_MS = 500
SCENE = "indicator"  # what Enter brings up for a value that crossed a limit


class WarningsBoard(Rows, kind="warnings"):
    """Cards at a desk, lines on the wall; Space acknowledges, X asks why a warning is false."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`form`: `card`, `line`, or `auto` (cards where the panel is high enough at a desk)."""

        form: str = "auto"

    needs = frozenset({Kind.WARNING, Kind.SEAT})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.form = options.form
        self.view = BoardView((), (), ())
        self._now: Ms = 0
        self._chosen = ""
        self._lit = True
        self._said = ""
        self._blink = QTimer(self, interval=BLINK_MS)
        self._blink.timeout.connect(self._turn_light)

    def title(self) -> str:
        """预警."""
        return self.context.text("panels.warnings.title")

    def refresh(self, changes: Changes) -> None:
        """The board anew: what expires leaves it on a tick too."""
        context = self.context
        self._now = context.now()
        picture = context.picture
        warnings, taken = picture.warnings.values(), picture.acknowledged
        self.view = board(warnings, taken, self._now, picture.world)
        chosen = context.selection[Subject.WARNING]
        ids = [_id(row) for row in self.view.rows]
        self._chosen = chosen
        self.current = ids.index(chosen) if chosen in ids else min(self.current, len(ids) - 1)
        self.lay_out()
        self._drive_blink()

    def stop(self) -> None:
        """The light too."""
        self._blink.stop()
        super().stop()

    def lit(self) -> list[QRect]:
        """Red that nobody acknowledged stays in the light."""
        return [self.place_of(index).toAlignedRect() for index in self._blinking()]

    def _blinking(self) -> list[int]:
        """The rows in sight whose outline blinks: red, and nobody acknowledged it."""
        rows = self.view.rows
        return [
            index
            for index in self.painted()
            if rows[index].level is Level.RED and _waits(rows[index])
        ]

    def _drive_blink(self) -> None:
        """1 Hz while such a row can be seen; with motion off a thicker outline stands instead."""
        wanted = not self.theme.reduced and bool(self._blinking())
        if wanted and not self._blink.isActive():
            self._blink.start()
        elif not wanted:
            self._blink.stop()
            self._lit = True

    def _turn_light(self) -> None:
        if self.seen:
            self._lit = not self._lit
            self.touch(self._blinking())

    def items(self) -> list[ScreenItem]:
        """One item per open warning, folded ones too, and the counts of the kinds."""
        context, now, world = self.context, self._now, self.context.picture.world
        shown = {_id(self.view.rows[index]) for index in self.painted()}
        found = [
            record_item(
                f"warnings/{group.value}",
                context.text(f"panels.warnings.count.{group.value}", count=self.view.total(group)),
                self.view.total(group),
                observed=now,
                now=now,
                world=world,
            )
            for group in Group
            if group is not Group.PRACTICE or self.view.total(group)
        ]
        for card in self.view.cards:
            warning = card.warning
            found.append(
                record_item(
                    f"warning/{warning.id}",
                    warning.title,
                    self._state_word(card),
                    observed=warning.issued,
                    now=now,
                    source=card.source,
                    world=warning.world or world,
                    mode=warning.kind.value,
                    level=warning.level.value,
                    visible=warning.id in shown,
                )
            )
        return found

    # ---- the list

    @property
    def _as_cards(self) -> bool:
        if self.form != "auto":
            return self.form == "card"
        return self.context.seat == "desk" and self.body_rect.height() >= self.px(3 * CARD_HEIGHT)

    def arrange(self, width: float) -> list[QRectF]:
        """Cards or lines: of four at a desk, of two elsewhere."""
        line = LINE_HEIGHT if self._may_act else self.measures.card
        high = self.px(CARD_HEIGHT if self._as_cards else line)
        return self.stacked(len(self.view.rows), high)

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """One warning, or a storm of them."""
        row = self.view.rows[index]
        card = self._card(row, chosen=self.interactive and _id(row) == self._chosen)
        if self._as_cards:
            paint_warning_card(painter, rect, card, self.theme)
            self.rule(painter, rect.bottom(), self.pad)
        else:
            paint_queue_row(painter, rect, self._line(card), self.theme)

    def chosen(self, index: int) -> None:
        """The context panels follow; what was said of another is over."""
        self._said = ""
        self.context.selection.choose(Subject.WARNING, _id(self.view.rows[index]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space acknowledges the chosen warning."""
        here = 0 <= self.current < len(self.view.rows)
        if event.key() == Qt.Key.Key_Space and here and self._may_act:
            self.acknowledge(self.current)
        else:
            super().keyPressEvent(event)

    def hints(self) -> list[KeyHint]:
        """Moving, and where one may act the two actions."""
        return [*super().hints(), *self._keys()]

    def open(self, index: int) -> None:
        """The value that a warning rests on, else its district."""
        row = self.view.rows[index]
        warning = row.cards[0].warning if isinstance(row, Storm) else row.warning
        if warning.region:
            self.context.selection.choose(Subject.REGION, warning.region)
        if warning.key:
            self.context.selection.choose(Subject.INDICATOR, warning.key)
            if has_scene(self, SCENE):
                act(self, f"switch-scene {SCENE}")

    def acknowledge(self, index: int) -> None:
        """Submit `ack-warning`; what is refused is said at the foot, with its reason."""
        row = self.view.rows[index]
        if row.practice:
            ids = []
        elif isinstance(row, Storm):
            ids = [card.warning.id for card in row.cards if card.acknowledged is None]
        else:
            ids = [row.warning.id] if row.acknowledged is None else []
        if ids:
            self.ask(self._submit(ids))

    async def _submit(self, ids: list[str]) -> None:
        for id_ in ids:
            outcome = await self.context.commands.submit(AckWarning(warning=id_))
            if not outcome.done:
                self._refused(outcome.reason)
                return

    def _refused(self, reason: Message | None) -> None:
        text = self.context.translator.render(reason) if reason is not None else ""
        self._said = self.say("warnings.refused", reason=text)
        self.lay_out()
        self.update()

    # ---- words

    def _card(self, row: Row, *, chosen: bool = False) -> WarningCard:
        return self._storm(row, chosen) if isinstance(row, Storm) else self._one(row, chosen)

    def _one(self, card: Card, chosen: bool) -> WarningCard:
        warning, context = card.warning, self.context
        unacked = card.acknowledged is None and card.group in MEANT
        officers = context.seat != "hall"
        region = self._region(warning)
        place = warning.place if officers and warning.place else region
        evidence = warning.evidence if officers else ""
        if not evidence and warning.key:
            evidence = sentence(context, context.view(warning.key))
        return WarningCard(
            mark=AlarmMark(warning.level, warning.kind, unacked, self._lit),
            title=short_title(warning.title, warning.place, region),
            elapsed=wording.waiting(max(0, self._now - warning.issued), context.translator),
            place=place,
            evidence=evidence,
            owner=self._owner(card),
            state="" if card.group not in MEANT else self._state_word(card),
            keys=self._keys() if unacked else (),
            badge=self._badge(card),
            selected=chosen,
        )

    def _badge(self, row: Row) -> str:
        """演练 or 测试 on what is not meant; of a storm the word of the first."""
        if not row.practice:
            return ""
        warning = row.cards[0].warning if isinstance(row, Storm) else row.warning
        status = warning.status
        word = WarningStatus.TEST if status is WarningStatus.TEST else WarningStatus.EXERCISE
        return self.say(f"warnings.practice.{word.value}")

    def _region(self, warning: Warning) -> str:
        return region_name(self.context, warning.region) if warning.region else ""

    def _owner(self, card: Card) -> str:
        """Whose word it is: the issuer's, a model's with its precision, a measurement's."""
        warning, context = card.warning, self.context
        kind = self.say(f"warnings.kind.{warning.kind.value}")
        if warning.kind is AlarmKind.ISSUED:
            return self.say("warnings.by_issuer", issuer=warning.issuer or card.source)
        if warning.kind is AlarmKind.HINT:
            model = model_name(context, warning.model)
            if names_model(context, warning.title, warning.model):  # the title has said it
                return self.context.text("panels.comma").join((kind, self._precision(card)))
            if warning.precision is None:
                return f"{kind} {self.say('warnings.by_model_unknown', model=model)}"
            precision = round(warning.precision * 100)
            said = self.say("warnings.by_model", model=model, precision=precision)
            return f"{kind} {said}"
        return kind

    def _precision(self, card: Card) -> str:
        precision = card.warning.precision
        if precision is None:
            return self.say("warnings.precision_unknown")
        return self.say("warnings.precision", precision=round(precision * 100))

    def _line(self, card: WarningCard) -> Line:
        """A card as a line: title over place, time over state; at a desk evidence and owner."""
        comma, evidence = self.context.text("panels.comma"), card.evidence
        if card.counts is not None:
            names = dict(zip(("red", "orange", "yellow", "blue"), card.counts, strict=True))
            evidence = self.context.text("paint.storm", **names)
        said = (card.place, evidence, card.owner)
        parts = [part for part in said if part]
        at_desk = self._may_act
        return Line(
            title=card.title,
            detail=next(iter(parts), "") if at_desk else comma.join(parts),
            more=tuple(parts[1:]) if at_desk else (),
            time=card.elapsed,
            state=card.state,
            mark=card.mark,
            unacked=card.mark.unacked,
            badge=card.badge,
            selected=card.selected,
        )

    def _state_word(self, card: Card) -> str:
        if card.practice:
            return self._badge(card)
        if card.acknowledged is None:
            if card.warning.kind is AlarmKind.TARGET:
                return self.say("warnings.state.target")
            commands = self.context.commands
            if commands is not None and commands.is_pending(card.warning.id):
                return self.context.text("state.pending")
            return self.context.text("state.unacked")
        held = card.acknowledged
        time = wording.clock(held.at, self.context.zone, seconds=False)
        return self.say(f"warnings.state.{'false' if held.false_alarm else 'acked'}", time=time)

    def _storm(self, storm: Storm, chosen: bool) -> WarningCard:
        counts = dict.fromkeys(LEVELS, 0)
        for count in storm.counts:
            if count.level is not Level.NONE:
                counts[count.level] += count.total
        folded = storm.cards[0].warning
        unacked = 0 if storm.practice else storm.unacknowledged
        zone = self.context.zone
        return WarningCard(
            mark=AlarmMark(storm.level, folded.kind, unacked > 0, self._lit),
            title=self.say(
                "warnings.storm.title",
                title=short_title(folded.title, folded.place, self._region(folded)),
                count=storm.total,
            ),
            elapsed=wording.waiting(max(0, self._now - storm.since), self.context.translator),
            place=self.say(
                "warnings.storm.span",
                since=wording.clock(storm.since, zone, seconds=False),
                until=wording.clock(storm.until, zone, seconds=False),
            ),
            state=self._storm_state(storm, unacked),
            keys=self._keys() if unacked else (),
            counts=(
                counts[Level.RED],
                counts[Level.ORANGE],
                counts[Level.YELLOW],
                counts[Level.BLUE],
            ),
            badge=self._badge(storm),
            selected=chosen,
        )

    def _storm_state(self, storm: Storm, unacked: int) -> str:
        if unacked:
            return self.say("warnings.unacked", n=unacked)
        return self._badge(storm) or self.context.text("state.acked")

    @property
    def _may_act(self) -> bool:
        """The wall and the cockpit have no operational keys."""
        return self.context.seat == "desk"

    def _keys(self) -> tuple[KeyHint, ...]:
        if not self._may_act:
            return ()
        return (
            KeyHint(self.say("key.space"), self.say("key.ack")),
            KeyHint("X", self.say("key.false")),
        )

    def _counts(self) -> str:
        parts = [
            self.say(f"warnings.count.{group.value}", count=self.view.total(group))
            for group in Group
            if self.view.total(group)
        ]
        return self.context.text("panels.comma").join(parts)

    # ---- head and foot

    def notes_left(self) -> list[Note]:
        """How many nobody acknowledged, then the three kinds apart."""
        unacked = sum(self.view.unacknowledged(group) for group in MEANT)
        found = []
        if unacked:
            found.append(Note(self.say("warnings.unacked", n=unacked), self.theme.text1, True))
        if counts := self._counts():
            found.append(Note(counts, self.theme.text2))
        return found

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The board, or that it is empty and whether that can be believed."""
        if self.view.rows:
            super().paint_body(painter, rect, dirty)
            return
        feeds = self.context.picture.feeds.values()
        connected = sum(health.connected for health in feeds)
        why = (
            self.say("warnings.empty.why", feeds=connected)
            if connected
            else self.say("warnings.empty.lost")
        )
        last = max((held.at for held in self.context.picture.acknowledged.values()), default=0)
        if last:
            time = wording.clock(last, self.context.zone, seconds=False)
            why = f"{self.say('warnings.last', time=time)} {why}"
        what = self.say("warnings.empty" if connected else "warnings.unknown")
        self.paint_empty(painter, rect, what, why)

    def foot_height(self) -> float:
        """Keys, a refusal, or how many are not shown."""
        if not self.view.rows:
            return 0.0
        fits = sum(place.height() for place in self.places) <= self.body_rect.height()
        if fits and not self._said and not self._may_act:
            return 0.0
        return self.theme.line(Role.CAPTION) + self.px(14)

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """A refusal outranks the rest."""
        keys = [KeyHint("J K", self.say("key.move")), *self._keys()] if self._may_act else []
        self.paint_rest(painter, rect, keys, self._said)


def _id(row: Row) -> str:
    return f"storm/{row.since}" if isinstance(row, Storm) else row.warning.id


def _waits(row: Row) -> bool:
    """Whether nobody has acknowledged it, or one of those that are folded in it."""
    if isinstance(row, Storm):
        return row.unacknowledged > 0 and not row.practice
    return row.acknowledged is None and row.group in MEANT
