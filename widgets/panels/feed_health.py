"""Integration health: every feed at a glance, the worst first and largest; 5 or 500.

As long as there is room each feed is a row; with more of them cells, lines and squares, of which
the foot names the one that is looked at. On the hall's wall only the summary and the troubled.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QMouseEvent, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.health import FeedHealth, FeedState
from app.core.model import Freshness, Ms
from app.live.hub import Kind
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.button import KeyHint
from widgets.paint.feed import FEED_ROW_HEIGHT, FeedRow, paint_feed_row
from widgets.paint.feed_cell import (
    FeedCell,
    paint_feed_box,
    paint_feed_heading,
    paint_feed_line,
    paint_feed_square,
)
from widgets.panels._act import act, has_scene
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._feed_cells import Look, cell_of, due_of, row_of
from widgets.panels._feed_find import FeedFinder
from widgets.panels._feed_layout import Form, Group, Heading, Placed, laid_out
from widgets.panels._feed_words import by_bureau, group_title, mark_word, tally, told_of
from widgets.panels._feeds import (
    CALM,
    age_of,
    census,
    doubts_of,
    is_troubled,
    loss_of,
    mark_of,
    name_of,
    row_of_cut,
    trials,
)
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject
from widgets.theme import Role

SCENE = "feed"  # what Enter brings up
MANY = 12
"""From so many feeds on the bureaus are summed up in a line."""


EVERY_MS = 900
"""Between two looks at rates and ages; what stands otherwise is told at once."""


class FeedHealthPanel(Rows, kind="feed-health"):
    """State, age, expected period, last slots, loss; the chosen feed's trouble below.

    Arrows move, Enter opens the feed's page, F and letters find one, B groups by bureau.
    """

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`detail`: whether the trouble of the chosen (or worst) feed is written below;
        `group_by`: how they stand together where they are too many for rows."""

        detail: bool = True
        group_by: Literal["state", "bureau"] = "state"

    needs = frozenset({Kind.FEED, Kind.OUTAGE})
    repaints = False

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.detail = options.detail
        self.group_by: str = options.group_by
        self.feeds: list[FeedHealth] = []
        self.placed: list[Placed] = []
        self._census = census(())
        self._held: dict[str, FeedHealth] = {}  # the newest of each that is listed
        self._arranged: tuple[object, ...] = ()  # what the places depend on
        self._trials: frozenset[str] = frozenset()
        self._finder = FeedFinder(context)
        self._chosen = ""
        self._hovered = -1
        self._now: Ms = -EVERY_MS
        self._stood: tuple[object, ...] = ()
        self._bureaus = ""
        self._looks: dict[int, Look] = {}  # of what can be seen, as it was painted
        self._around: tuple[object, ...] = ()  # what head, band and foot say
        if self.interactive:
            self.setMouseTracking(True)
            self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def title(self) -> str:
        """数据源."""
        return self.context.text("panels.feeds.title")

    def refresh(self, changes: Changes) -> None:
        """Sort anew; the chosen feed stays chosen wherever it moves. Of hundreds only those are
        painted again that read otherwise."""
        context = self.context
        now, standing = context.now(), self._standing()
        if 0 <= now - self._now < EVERY_MS and standing == self._stood:
            return  # of hundreds some report in every frame: ages are told once a second
        self._now, self._stood = now, standing
        self._trials = trials(context)
        feeds = list(context.picture.feeds.values())
        if not self.interactive:  # a feed on trial is on desks only
            feeds = [health for health in feeds if health.feed not in self._trials]
        self._census = census(feeds)
        self.feeds = self._census.feeds
        self._held = {health.feed: health for health in self.feeds}
        many, troubled = len(self.feeds) >= MANY, self._census.troubled
        self._bureaus = by_bureau(context, self.feeds, troubled) if many else ""
        if self._depends() == self._arranged:
            self._look_again()
        else:
            self._place_anew()
        self._renew_around()

    def _look_again(self) -> None:
        """All stand where they stood: paint those again that read otherwise."""
        looks = self._looks
        self._looks = {
            index: looks[index]
            if index in looks and self.placed[index].form is Form.SQUARE  # only a mark, which holds
            else self._look(self.placed[index])
            for index in self.visible()
        }
        self.touch([n for n, look in self._looks.items() if looks.get(n) != look])

    def _place_anew(self) -> None:
        """Somebody's turn came: squares are painted again where another stands now."""
        looks, places, chosen = self._looks, self.places, self.current
        window, hovered = (self.list_rect, self.offset), self._feed_at(self._hovered)
        self._arrange_anew()
        self._hovered = next(
            (n for n in self.visible() if hovered and self._feed_at(n) == hovered), -1
        )
        if places != self.places or window != (self.list_rect, self.offset):
            self.update()
            return
        moved = {n for n, look in self._looks.items() if looks.get(n) != look}
        if chosen != self.current:
            moved |= {chosen, self.current}
        self.touch([*moved, *(n for n in (self._hovered,) if n >= 0)])

    def _depends(self) -> tuple[object, ...]:
        """What it depends on which feed stands where, and in which form."""
        finder, census_ = self._finder, self._census
        return (
            [health.feed for health in census_.feeds],
            census_.marks,
            self._trials,
            self._stood[1:2],
            self.list_rect,
            self.group_by,
            (finder.active, finder.text),
        )

    def _standing(self) -> tuple[object, ...]:
        """What must be told at once: how each feed stands, what is cut, on trial or worked on."""
        picture = self.context.picture
        return (
            [(row.state, bool(row.suspicion)) for row in picture.feeds.values()],
            tuple(picture.outages.values()),
            set(picture.trial.feeds),
            self.size(),
        )

    def _renew_around(self) -> None:
        """Paint head, band and foot again where they read otherwise."""
        told = self._told()
        foot = (told, self._age_and_due(told)) if told is not None else ()
        notes = tuple(note.text for note in (*self.notes_left(), *self.notes_right()))
        around = (notes, self._bureaus, foot)
        if around != self._around:
            self._around = around
            list_rect = self.list_rect.toAlignedRect()
            self.update(QRegion(self.rect()) - QRegion(list_rect))

    def _arrange_anew(self) -> None:
        self._hovered = -1
        self.lay_out()
        self._arranged = self._depends()
        self._looks = {index: self._look(self.placed[index]) for index in self.visible()}
        places = range(len(self.placed)) if self._chosen else ()
        self.current = next((n for n in places if self._feed_at(n) == self._chosen), -1)

    def _summary(self) -> str:
        trial = len(self._trials & self._held.keys())
        return tally(self.context, self._census.counts, trial)

    def items(self) -> list[ScreenItem]:
        """What is said above, and one item per feed: its rate, the age of its last message, what
        was lost and why it is in doubt."""
        context, world = self.context, self.context.picture.world
        now, shown = self._now, {self._feed_at(index) for index in self.painted()}
        said = (("feeds/summary", self._summary()), ("feeds/bureaus", self._bureaus))
        heads = [
            record_item(key, self.title(), text, observed=now, now=now, world=world)
            for key, text in said
            if text
        ]
        return heads + [
            record_item(
                f"feed/{health.feed}",
                self._spoken(health),
                round(health.rate, 2),
                observed=health.last_message,
                now=now,
                source=health.feed,
                unit="1/s",
                world=context.picture.world,
                freshness=_FRESHNESS[health.state],
                mode=health.state.value,
                visible=health.feed in shown,
            )
            for health in self.feeds
        ]

    def _spoken(self, health: FeedHealth) -> str:
        """Its name; of a troubled one what is the matter."""
        name = name_of(self.context, health)
        parts = [mark_word(self.context, mark_of(health))] if is_troubled(health) else []
        parts += [text for text in (loss_of(self.context, health),) if text]
        if health.suspicion:
            parts.append(doubts_of(self.context, health))
        return f"{name}: {self.say('comma').join(parts)}" if parts else name

    # ---- the list

    @property
    def list_rect(self) -> QRectF:
        """Below the line of the bureaus."""
        rect = super().list_rect
        return rect.adjusted(0, min(self._band, rect.height()), 0, 0)

    @property
    def _band(self) -> float:
        """The line of what is searched for, or of the bureaus with trouble; on a wall the summary
        of many."""
        if not self.interactive:
            return self.px(30) if len(self.feeds) >= MANY else 0.0
        return self.px(34) if self._finder.active or self._bureaus else 0.0

    def arrange(self, width: float) -> list[QRectF]:
        """In the largest form in which all have room; on a wall the troubled as rows."""
        if not self.interactive:
            feeds = self._on_wall
            rows = self.stacked(len(feeds), self.px(FEED_ROW_HEIGHT))
            self.placed = [
                Placed(item, place, Form.ROW) for item, place in zip(feeds, rows, strict=True)
            ]
            return rows
        groups = self._groups(self._finder.matches(self.feeds))
        headed = self.group_by == "bureau"
        height = self.list_rect.height()
        self.placed = laid_out(groups, width, height, self.px(1), headed=headed)
        return [item.place for item in self.placed]

    @property
    def _on_wall(self) -> list[FeedHealth]:
        """All where they are few, else the troubled; a cut is one row for all that is behind it."""
        cuts = self.context.picture.outages.values()
        behind = {feed for outage in cuts for feed in outage.feeds}
        feeds = [item for item in self.feeds if item.feed not in behind]
        if len(self.feeds) >= MANY:
            feeds = [item for item in feeds if is_troubled(item)]
        return [*(row_of_cut(self.context, outage, self._now) for outage in cuts), *feeds]

    def _groups(self, feeds: Sequence[FeedHealth]) -> list[Group]:
        """By state in the order of trouble, or by bureau, the most troubled first."""
        if self.group_by != "bureau":
            marks = [(mark, tuple(same)) for mark, same in groupby(feeds, mark_of)]
            return [
                Group(mark.value, (), part) if mark in CALM else Group(mark.value, part, ())
                for mark, part in marks
            ]
        parts: dict[str, list[FeedHealth]] = {}
        for health in feeds:
            parts.setdefault(health.bureau, []).append(health)
        groups = [
            Group(
                code,
                tuple(item for item in part if is_troubled(item)),
                tuple(item for item in part if not is_troubled(item)),
            )
            for code, part in parts.items()
        ]
        return sorted(groups, key=lambda group: (-len(group.troubled), not group.code, group.code))

    def is_row(self, index: int) -> bool:
        """A heading is none."""
        return not isinstance(self.placed[index].entry, Heading)

    def _feed_at(self, index: int) -> str:
        entry = self.placed[index].entry if 0 <= index < len(self.placed) else None
        return entry.feed if isinstance(entry, FeedHealth) else ""

    def chosen(self, index: int) -> None:
        """The detail below is of this feed, and so is a page that stands beside."""
        self._chosen = self._feed_at(index)
        self.context.selection.choose(Subject.FEED, self._chosen)

    def open(self, index: int) -> None:
        """Enter: its page."""
        self.chosen(index)
        if has_scene(self, SCENE):
            act(self, f"switch-scene {SCENE}/{self._chosen}")

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """A heading, or a feed in its form."""
        item, theme = self.placed[index], self.theme
        look = self._looks.get(index) or self._look(item)
        selected = self.interactive and self._feed_at(index) == self._chosen != ""
        if isinstance(look, Heading):
            title = group_title(self.context, look.code, self.group_by)
            paint_feed_heading(painter, rect, title, wording.number(look.count), theme)
        elif isinstance(look, FeedRow):
            paint_feed_row(painter, rect, replace(look, selected=selected), theme)
        elif isinstance(look, FeedCell):
            paint = paint_feed_box if item.form is Form.BOX else paint_feed_line
            paint(painter, rect, replace(look, selected=selected), theme)
        else:
            mark, trial = look
            selected = selected or index == self._hovered
            paint_feed_square(painter, rect, mark, theme, trial=trial, selected=selected)

    def _look(self, item: Placed) -> Look:
        """What is painted of a place, but for whether it is chosen."""
        entry = item.entry
        if isinstance(entry, Heading):
            return entry
        entry = self._held.get(entry.feed, entry)  # a cut is in no list of feeds
        trial = entry.feed in self._trials
        if item.form is Form.ROW:
            return row_of(self.context, entry, self._now, trial=trial)
        if item.form is Form.SQUARE:
            return mark_of(entry), trial
        return cell_of(self.context, entry, self._now, trial=trial)

    # ---- keys and pointer

    def hints(self) -> list[KeyHint]:
        """Beside those of every list: find, group."""
        say = self.context.text
        return [
            *super().hints(),
            KeyHint("F", say("feeds_page.key.find")),
            KeyHint("B", say("feeds_page.key.group")),
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F begins to find, letters go on, Esc ends; B groups otherwise."""
        key, plain = event.key(), event.modifiers() in _PLAIN
        if self._finder.active and self._typed(event):
            return
        if plain and key == Qt.Key.Key_F:
            self._finder.active, self._finder.text = True, ""
            self.ask(self._finder.prepare(self.feeds, self._found))
            self._found()
        elif plain and key == Qt.Key.Key_B:
            self.group_by = "state" if self.group_by == "bureau" else "bureau"
            self._found()
        else:
            super().keyPressEvent(event)

    def _typed(self, event: QKeyEvent) -> bool:
        """What is typed while finding; arrows and Enter go on to the list."""
        finder, key = self._finder, event.key()
        if key == Qt.Key.Key_Escape:
            finder.active, finder.text = False, ""
        elif key == Qt.Key.Key_Backspace:
            finder.text = finder.text[:-1]
        elif event.text().isprintable() and event.text() and event.modifiers() in _PLAIN:
            finder.text += event.text()
        else:
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current < 0:
                self._next(0, 1)
            return False
        self._found()
        return True

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Chinese characters, while finding."""
        if self._finder.active and event.commitString():
            self._finder.text += event.commitString()
            self._found()
        event.accept()

    def _found(self) -> None:
        self._arrange_anew()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A square under the pointer is named in the foot."""
        self._hover(self.at(event.position()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """None is under the pointer."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            gone, self._hovered = self._hovered, index
            self.touch([n for n in (gone, index) if n >= 0])
            self._renew_around()

    # ---- head and foot

    def notes_left(self) -> list[Note]:
        """The summary; on a wall a line of its own where there are many."""
        if not self.interactive and len(self.feeds) >= MANY:
            return []
        return [Note(self._summary(), self.theme.text2)]

    def notes_right(self) -> list[Note]:
        """What was lost, in all; calm where nothing was."""
        feeds = self.feeds
        rejected, gaps, dropped = self._census.rejected, self._census.gaps, self._census.dropped
        if not rejected + gaps + dropped:
            return [Note(self.say("feeds.ok_counts"), self.theme.text3)] if feeds else []
        text = self.say(
            "feeds.counts",
            rejected=wording.number(rejected),
            gaps=wording.number(gaps),
            dropped=wording.number(dropped),
        )
        return [Note(text, self.theme.text1)]

    def foot_height(self) -> float:
        """Three lines where there is a trouble to tell, else how many are not shown."""
        if self.detail and self.interactive and self._told() is not None:
            return self.theme.line(Role.BODY) + 2.6 * self.theme.line(Role.CAPTION)
        listed = len(self._on_wall) * self.px(FEED_ROW_HEIGHT) + self._band
        if self.interactive or listed <= self.body_rect.height():
            return 0.0
        return self.theme.line(Role.CAPTION) + self.px(14)

    def _told(self) -> FeedHealth | None:
        """The feed of which the foot tells: under the pointer, chosen, or the worst of all."""
        chosen = self._held.get(self._feed_at(self._hovered) or self._chosen)
        if chosen is not None:
            return chosen
        first = self.feeds[0] if self.feeds else None
        return (
            first if first is not None and (is_troubled(first) or len(self.feeds) > MANY) else None
        )

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The feeds, or why there are none."""
        if self.feeds:
            self._paint_band(painter, rect)
            super().paint_body(painter, rect, dirty)
            if not self.interactive and not self.placed:
                self.paint_empty(painter, self.list_rect, self.context.text("feeds_page.well"), "")
        elif self.context.city.feed:
            what, why = self.say("feeds.closed"), self.say("feeds.closed.why")
            self.paint_empty(painter, rect, what, why)
        else:
            self.paint_empty(painter, rect, self.say("feeds.empty"), self.say("feeds.empty.why"))

    def _paint_band(self, painter: QPainter, rect: QRectF) -> None:
        finder, theme = self._finder, self.theme
        band = QRectF(self.pad, rect.y(), rect.width() - 2 * self.pad, self._band)
        if finder.active:
            found = sum(isinstance(item.entry, FeedHealth) for item in self.placed)
            text = self.context.text("feeds_page.find", text=f"{finder.text}▏", n=found)
            lettering.draw_in(painter, theme, band, text, Role.BODY, theme.text1)
        elif not self.interactive and band.height():
            lettering.draw_in(painter, theme, band, self._summary(), Role.BODY, theme.text1)
        elif self._bureaus:
            lettering.draw_in(painter, theme, band, self._bureaus, Role.CAPTION, theme.text2)

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """What happened to one feed, since when, what is tried."""
        told, theme = self._told(), self.theme
        if told is None or not self.detail or not self.interactive:
            self.paint_rest(painter, rect, ())
            return
        painter.fillRect(rect, theme.raised)
        inner = rect.adjusted(self.pad, self.px(8), -self.pad, -self.px(4))
        line = QRectF(inner.x(), inner.y(), inner.width(), theme.line(Role.BODY))
        hidden = self.hidden
        right = self.say("more", n=hidden) if hidden else self._age_and_due(told)
        used = lettering.draw_in(painter, theme, line, right, Role.CAPTION, theme.text3, right=True)
        line.setWidth(max(0.0, line.width() - used - self.px(16)))
        head = f"{name_of(self.context, told)}  {mark_word(self.context, mark_of(told))}"
        if told.feed in self._trials:
            head = f"{head}  {self.context.text('feeds_page.trial')}"
        lettering.draw_in(painter, theme, line, head, Role.BODY, theme.text1, True)
        y, height = line.bottom(), theme.line(Role.CAPTION)
        text = self._trouble(told)
        for part in lettering.wrap(theme, text, Role.CAPTION, inner.width(), 2):
            box = QRectF(inner.x(), y, inner.width() + theme.size(Role.CAPTION), height)
            lettering.draw_in(painter, theme, box, part, Role.CAPTION, theme.text2)
            y += height

    def _age_and_due(self, health: FeedHealth) -> str:
        age = age_of(self.context, health, self._now)
        return self.say("comma").join((age, due_of(self.context, health)))

    def _trouble(self, health: FeedHealth) -> str:
        return told_of(self.context, health, self._now)


_PLAIN = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)

_FRESHNESS = {
    FeedState.STARTING: Freshness.NONE,
    FeedState.LIVE: Freshness.LIVE,
    FeedState.LATE: Freshness.LATE,
    FeedState.LOST: Freshness.CACHED,
    FeedState.REFUSED: Freshness.CACHED,
    FeedState.STOPPED: Freshness.CACHED,
}
