"""The open events of the desk: urgent first, then the oldest; with what has been done so far."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import MINUTE
from app.core.model import Event, EventStatus, Ms, Sourced, Urgency
from app.live.hub import Kind
from widgets.context import Context
from widgets.paint.button import KeyHint
from widgets.paint.row import (
    QUEUE_ROW_HEIGHT,
    Row,
    Standing,
    paint_queue_row,
)
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._names import event_name, region_name, short_title
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject
from widgets.theme import Role

RATE_MS = 10 * MINUTE
_WAITING = (EventStatus.NEW, EventStatus.PENDING)
_URGENCY = {Urgency.URGENT: 0, Urgency.QUICK: 1, Urgency.NORMAL: 2}


class Queue(Rows, kind="queue"):
    """Urgency's glyph and word, title, place, time waited, status."""

    needs = frozenset({Kind.EVENT, Kind.SEAT})

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.open_events: list[Sourced] = []
        self._chosen = ""
        self._now: Ms = 0
        self._first = True

    def title(self) -> str:
        """待处理."""
        return self.context.text("panels.queue.title")

    def refresh(self, changes: Changes) -> None:
        """Sort anew when an event changed; on a tick only the times waited move on."""
        self._now = self.context.now()
        self._chosen = self.context.selection[Subject.EVENT]
        if self._first or Kind.EVENT in changes:
            self._first = False
            self.open_events = sorted(
                (
                    item
                    for item in self.context.picture.events.values()
                    if _event(item).status is not EventStatus.CLOSED
                ),
                key=_order,
            )
            self.lay_out()
        ids = [_event(item).id for item in self.open_events]
        self.current = ids.index(self._chosen) if self._chosen in ids else self.current

    def items(self) -> list[ScreenItem]:
        """One item per event that is drawn: its status, with its age since it happened; and how
        many are open in all. A city has thousands; the record is of what was on the screen."""
        now, world = self._now, self.context.picture.world
        found = [
            record_item(
                "events/open",
                self.title(),
                len(self.open_events),
                observed=now,
                now=now,
                world=world,
            )
        ]
        for index in self.visible():
            item = self.open_events[index]
            event = _event(item)
            found.append(
                record_item(
                    f"event/{event.id}",
                    self._title(event),
                    event.status.value,
                    observed=event.occurred,
                    now=now,
                    source=item.source,
                    world=event.world or world,
                    visible=self.is_whole(index),
                )
            )
        return found

    # ---- the list

    def arrange(self, width: float) -> list[QRectF]:
        """Two lines each."""
        high = self.px(QUEUE_ROW_HEIGHT if self.theme.kind != "hall" else self.measures.card)
        return self.stacked(len(self.open_events), high)

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """The row of one event."""
        paint_queue_row(painter, rect, self._row(self.open_events[index]), self.theme)

    def chosen(self, index: int) -> None:
        """The context panels follow."""
        self.context.selection.choose(Subject.EVENT, _event(self.open_events[index]).id)

    def open(self, index: int) -> None:
        """Enter: its district is what is looked at."""
        self.chosen(index)
        self.context.selection.choose(Subject.REGION, _event(self.open_events[index]).region)

    def _row(self, item: Sourced) -> Row:
        event, context = _event(item), self.context
        state = self.say(f"queue.status.{event.status.value}")
        if event.due and self._now > event.due:
            span = wording.duration(self._now - event.due, context.translator)
            over = self.say("queue.over", time=span)
            state = context.text("panels.comma").join((state, over))
        return Row(
            title=self._title(event),
            detail=self._detail(event),
            time=wording.waiting(self._now - event.occurred, context.translator),
            state=state,
            mark=event.urgency,
            standing=Standing.NORMAL,
            unacked=event.status is EventStatus.NEW,
            selected=self.interactive and event.id == self._chosen,
        )

    def _title(self, event: Event) -> str:
        """The title is for officers; on the wall the kind of event stands in its place."""
        kind = event_name(self.context, event.type)
        if self.context.seat == "hall":
            return kind
        return short_title(event.title, event.place, self._region(event)) or kind

    def _region(self, event: Event) -> str:
        return region_name(self.context, event.region) if event.region else ""

    def _detail(self, event: Event) -> str:
        place = self._region(event)
        if self.context.seat != "hall" and event.place:
            place = event.place
        parts = [self.context.text(f"urgency.{event.urgency.value}"), place]
        return self.context.text("panels.comma").join(part for part in parts if part)

    # ---- head

    def notes_left(self) -> list[Note]:
        """How many wait, how many are being handled."""
        waiting = sum(_event(item).status in _WAITING for item in self.open_events)
        handling = len(self.open_events) - waiting
        number = wording.number
        veil = self.context.veil
        hidden = veil.hidden_events if veil is not None else 0
        told = self.context.text("visit.hidden", n=number(hidden))
        return [
            Note(number(waiting), self.theme.text1, True),
            *([Note(told, self.theme.text2)] if hidden else []),
            Note(self.say("queue.handling", count=number(handling)), self.theme.text2),
            Note(self.say("queue.open", count=number(len(self.open_events))), self.theme.text2),
        ]

    def notes_right(self) -> list[Note]:
        """How fast they come."""
        since = self._now - RATE_MS
        events = self.context.picture.events.values()
        recent = sum(_event(item).occurred >= since for item in events)
        return [Note(self.say("queue.rate", n=recent), self.theme.text3)]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or that there are none."""
        if self.open_events:
            super().paint_body(painter, rect, dirty)
        else:
            feeds = self.context.picture.feeds.values()
            connected = any(health.connected for health in feeds)
            what = self.say("queue.empty" if connected else "queue.unknown")
            why = self.say("queue.empty.why" if connected else "warnings.empty.lost")
            self.paint_empty(painter, rect, what, why)

    def foot_height(self) -> float:
        """The keys on a desk, what is not shown on the wall."""
        if not self.open_events:
            return 0.0
        return self.theme.line(Role.CAPTION) + self.px(14)

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """Keys or the count of what does not fit."""
        drawn = sum(map(self.is_whole, self.visible()))
        hidden = wording.number(len(self.open_events) - drawn)
        text = self.say("more", n=hidden) if drawn < len(self.open_events) else ""
        self.paint_rest(painter, rect, [KeyHint("J K", self.say("key.move"))], text)


def _event(item: Sourced) -> Event:
    assert isinstance(item.record, Event)
    return item.record


def _order(item: Sourced) -> tuple[int, Ms, str]:
    event = _event(item)
    return (_URGENCY[event.urgency], event.occurred, event.id)
