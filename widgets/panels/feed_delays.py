"""How late a feed's records come, which sequence numbers are missing, and when nothing came."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import DAY, MINUTE
from app.core.health import FeedState
from app.core.model import Ms
from app.live.feed_detail import DELAY_EDGES
from app.store.driver import DatabaseError
from app.store.feed_history import FeedSpan
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.feed_day import CountBar, paint_counts
from widgets.panels._base import PanelOptions
from widgets.panels._of_feed import OfFeed
from widgets.panels._painted import Note
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

_SILENT = (FeedState.LATE.value, FeedState.LOST.value, FeedState.REFUSED.value)
LEAST_BARS = 5
"""Parts of the histogram that are always there; later ones only where something came so late."""


@dataclass(frozen=True)
class Gap:
    """A line below the histogram; `at` is when it began or was noticed."""

    at: Ms
    text: str


class FeedDelays(OfFeed, kind="feed-delays"):
    """The histogram is of this run of the program; the silences are of the last day."""

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.silences: list[FeedSpan] = []
        self._asked: Ms = 0

    def title(self) -> str:
        """延迟与缺口."""
        return self.of("delays.title")

    def follow(self, changed: bool) -> None:
        """Another feed, or another minute."""
        if changed:
            self.silences, self._asked = [], 0
        if self.feed and (not self._asked or self.now - self._asked >= MINUTE):
            self._asked = self.now
            self.ask(self._load(self.feed, self.now))

    async def _load(self, feed: str, now: Ms) -> None:
        try:
            spans = await self.context.queries.feed_spans(feed, now - DAY, now + 1)
        except DatabaseError:
            return  # a later program wrote the file: its history is not ours to read
        if feed == self.feed:
            self.silences = [span for span in spans if span.state in _SILENT]
            self.update()

    def notes_right(self) -> list[Note]:
        """Since when it is counted."""
        return [Note(self.of("delays.since"), self.theme.text3)]

    def bars(self) -> list[CountBar]:
        """Records by how late they came, as far as any came so late."""
        counts = self.detail.delays if self.detail is not None else ()
        if not counts:
            return []
        last = max((n for n, count in enumerate(counts) if count), default=0)
        most = max(counts)
        shown = counts[: max(last + 1, LEAST_BARS)]
        return [CountBar(self._part(n), count, most) for n, count in enumerate(shown)]

    def _part(self, number: int) -> str:
        words = self.context.translator
        if number >= len(DELAY_EDGES):
            return self.of("delays.over", span=wording.duration(DELAY_EDGES[-1], words))
        return self.of("delays.up_to", span=wording.duration(DELAY_EDGES[number], words))

    def gaps(self) -> list[Gap]:
        """Missing numbers and silences, the newest first."""
        zone, words = self.context.zone, self.context.translator
        found = []
        for missing in self.detail.gaps if self.detail is not None else ():
            word = "gaps.missing" if missing.count > 0 else "gaps.refilled"
            text = self.of(word, n=wording.number(abs(missing.count)))
            found.append(Gap(missing.at, text))
        for span in self.silences:
            text = self.of(
                "gaps.silent",
                state=self.of(f"mark.{span.state}"),
                until=wording.clock(span.until, zone, seconds=False),
                time=wording.duration(span.until - span.since, words),
            )
            found.append(Gap(span.since, text))
        return sorted(found, key=lambda gap: -gap.at)

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The histogram above, the gaps below; what has no room is counted."""
        if not self.feed:
            self.paint_nothing(painter, rect)
            return
        theme, bars = self.theme, self.bars()
        inner = rect.adjusted(self.pad, self.px(8), -self.pad, -self.px(8))
        high = theme.line(Role.CAPTION) + self.px(6)
        if bars:
            step = min(high, max(theme.line(Role.CAPTION), inner.height() * 0.6 / len(bars)))
            shown = _fitted(bars, int((inner.height() - 2 * high) // step))
            box = QRectF(inner.x(), inner.y(), inner.width(), step * len(shown))
            paint_counts(painter, box, shown, theme)
            y = box.bottom() + self.px(10)
        else:
            box = QRectF(inner.x(), inner.y(), inner.width(), high)
            text = self.of("delays.none")
            lettering.draw_in(painter, theme, box, text, Role.CAPTION, theme.text2)
            y = box.bottom()
        self._paint_gaps(painter, QRectF(inner.x(), y, inner.width(), inner.bottom() - y), high)

    def _paint_gaps(self, painter: QPainter, rect: QRectF, high: float) -> None:
        theme, gaps, zone = self.theme, self.gaps(), self.context.zone
        rows = int(rect.height() // high)
        if rows < 1:
            return
        lines = [(self.of("gaps.title"), self.of("gaps.none") if not gaps else "")]
        lines += [(wording.clock(gap.at, zone), gap.text) for gap in gaps]
        if len(lines) > rows:
            left = len(lines) - rows + 1
            lines = [*lines[: rows - 1], ("", self.say("more", n=left))]
        names = max(theme.width(name, Role.CAPTION) for name, _ in lines) + self.px(16)
        for number, (name, text) in enumerate(lines):
            row = QRectF(rect.x(), rect.y() + number * high, rect.width(), high)
            lettering.draw_in(painter, theme, row, name, Role.CAPTION, theme.text3)
            row.setLeft(row.left() + names)
            lettering.draw_in(painter, theme, row, text, Role.CAPTION, theme.text1)

    def items(self) -> list[ScreenItem]:
        """Each part of the histogram, each gap."""
        now, world = self.now, self.context.picture.world
        found = [
            record_item(f"feed/{self.feed}/delay/{number}", bar.name, bar.count, observed=now,
                        now=now, world=world, source=self.feed, unit=self.of("volume.unit"))
            for number, bar in enumerate(self.bars())
        ]  # fmt: skip
        found += [
            record_item(f"feed/{self.feed}/gap/{number}", self.of("gaps.title"), gap.text,
                        observed=gap.at, now=now, world=world, source=self.feed)
            for number, gap in enumerate(self.gaps())
        ]  # fmt: skip
        return found


def _fitted(bars: list[CountBar], room: int) -> list[CountBar]:
    """As many parts as have room: the first that are empty go, then those of the least delay go
    together into the one that follows them."""
    shown = list(bars)
    while len(shown) > max(1, room):
        empty = next((n for n, bar in enumerate(shown) if not bar.count), None)
        if empty is not None:
            del shown[empty]
            continue
        first, second = shown[0], shown[1]
        both = first.count + second.count
        shown[:2] = [CountBar(second.name, both, max(second.most, both))]
    most = max((bar.count for bar in shown), default=0)
    return [CountBar(bar.name, bar.count, most) for bar in shown]
