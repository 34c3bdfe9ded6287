"""The last messages of a feed: what was taken with its delay, and what was refused with the reason;
masked both, and for officers only."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import DAY
from app.live.feed_detail import Sample, Taken
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import row_line
from widgets.panels._feed_words import delay_text
from widgets.panels._of_feed import FeedOptions, OfFeed
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

ROW, REASON_ROW = 52.0, 30.0


@dataclass(frozen=True)
class Reason:
    """A word of refusal and how often it was said."""

    word: str
    count: int


Entry = Taken | Sample | Reason


class FeedMessages(OfFeed, Rows, kind="feed-messages"):
    """A message has two lines: when it came, how late, what it is; then the record itself. Of the
    refused the reasons stand first with their counts."""

    class Options(FeedOptions, frozen=True, forbid_unknown_fields=True):
        """`of`: what was taken, or what was refused."""

        of: Literal["taken", "refused"] = "taken"

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.taken = options.of == "taken"
        self.entries: list[Entry] = []

    def title(self) -> str:
        """最近收到, 拒收."""
        return self.of("messages.taken" if self.taken else "messages.refused")

    def follow(self, changed: bool) -> None:
        """Newest first; another feed begins at the top."""
        detail = self.detail
        self.entries = []
        if detail is not None and self.taken:
            self.entries = list(detail.taken)
        elif not self.taken:
            counts = self.health.reasons if self.health is not None else {}
            ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            self.entries = [Reason(word, count) for word, count in ordered]
            if self.internal and detail is not None:
                self.entries += detail.refused
        if changed:
            self.current, self.offset = -1, 0.0
        self.lay_out()

    def notes_right(self) -> list[Note]:
        """How many there are, and that it is masked."""
        if not self.internal:
            return []
        return [Note(self.of("messages.masked"), self.theme.text3)]

    def arrange(self, width: float) -> list[QRectF]:
        """One below the other."""
        places, y = [], 0.0
        for entry in self.entries:
            high = self.px(REASON_ROW if isinstance(entry, Reason) else ROW)
            places.append(QRectF(0, y, width, high))
            y += high
        return places

    def foot_height(self) -> float:
        """What is not shown is counted."""
        return self.theme.line(Role.CAPTION) + self.px(10) if self.overflows else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """How many."""
        self.paint_rest(painter, rect, ())

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or why there are none."""
        if not self.feed:
            self.paint_nothing(painter, rect)
        elif self.taken and not self.internal:
            self.paint_hidden(painter, rect)
        elif not self.entries:
            what = self.of("messages.none" if self.taken else "messages.none_refused")
            why = self.of("messages.none.why") if self.taken else ""
            self.paint_empty(painter, rect, what, why)
        else:
            super().paint_body(painter, rect, dirty)

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """A reason on one line; a message on two."""
        entry, theme = self.entries[index], self.theme
        row_line(painter, rect, theme)
        box = rect.adjusted(self.pad, 0, -self.pad, 0)
        if isinstance(entry, Reason):
            count = self.of("messages.count", n=wording.number(entry.count))
            used = lettering.draw_in(
                painter, theme, box, count, Role.CAPTION, theme.text1, right=True
            )
            box.setRight(box.right() - used - self.px(12))
            lettering.draw_in(painter, theme, box, self.reason(entry.word), Role.BODY, theme.text1)
            return
        above = QRectF(box.x(), box.y() + self.px(4), box.width(), box.height() * 0.46)
        below = QRectF(box.x(), above.bottom(), box.width(), box.bottom() - above.bottom())
        left, right = self._words(entry)
        used = lettering.draw_in(
            painter, theme, above, right, Role.CAPTION, theme.text3, right=True
        )
        above.setRight(above.right() - used - self.px(12))
        lettering.draw_in(painter, theme, above, left, Role.CAPTION, theme.text1)
        below.adjust(0, 0, 0, -self.px(4))
        lettering.draw_in(painter, theme, below, entry.text, Role.CAPTION, theme.text2)

    def reason(self, word: str) -> str:
        """The sentence of a reason; its word where it has none."""
        id_ = f"feed.reason.{word}"
        translator = self.context.translator
        return translator.text(id_) if id_ in translator else word

    def _words(self, entry: Taken | Sample) -> tuple[str, str]:
        """What stands on the first line, at the left and at the right."""
        context, zone = self.context, self.context.zone
        if isinstance(entry, Sample):
            return self.reason(entry.reason), self._at(entry.at)
        delay = entry.received - entry.observed
        late = delay_text(context, abs(delay))
        said = self.of("messages.ahead" if delay < 0 else "messages.delay", delay=late)
        kind = self.of(f"kind.{entry.kind}")
        observed = wording.moment(entry.observed, self.now, zone, context.translator)
        if abs(self.now - entry.observed) < DAY // 2:
            observed = wording.clock(entry.observed, zone)
        words = (kind, self.of("messages.observed", time=observed), said)
        return self.say("comma").join(words), self._at(entry.received)

    def _at(self, moment: int) -> str:
        return wording.clock(moment, self.context.zone)

    def items(self) -> list[ScreenItem]:
        """Each row; no record where visitors look."""
        now, world = self.now, self.context.picture.world
        found, shown = [], set(self.painted())
        for number, entry in enumerate(self.entries):
            if isinstance(entry, Reason):
                key, label = f"feed/{self.feed}/reason/{entry.word}", self.reason(entry.word)
                value: int | str = entry.count
                at = now
            elif self.internal:
                key = f"feed/{self.feed}/{'taken' if self.taken else 'refused'}/{number}"
                label, value = self._words(entry)[0], entry.text
                at = entry.received if isinstance(entry, Taken) else entry.at
            else:
                continue
            visible = number in shown
            found.append(
                record_item(key, label, value, observed=at, now=now, source=self.feed,
                            world=world, visible=visible)
            )  # fmt: skip
        return found
