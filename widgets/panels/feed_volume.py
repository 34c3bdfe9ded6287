"""What a feed brought today by the hour against the same weekday, and a week of its line."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import DAY, HOUR, MINUTE
from app.core.health import FeedState
from app.core.model import Ms
from app.live.feed_volume import FeedDay, asked_from, day_begin, feed_day
from app.store.driver import DatabaseError
from app.store.feed_history import FeedSpan
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.feed_day import HourBars, LineDay, paint_hours, paint_line_days
from widgets.paint.fresh import Fresh
from widgets.panels._base import PanelOptions
from widgets.panels._feeds import state_glyph
from widgets.panels._of_feed import OfFeed
from widgets.panels._painted import Note
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

DAYS = 7
TICKS = (0, 6, 12, 18)


class FeedVolumePanel(OfFeed, kind="feed-volume"):
    """Asked of the store when the page opens and once a minute."""

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.day: FeedDay | None = None
        self.spans: list[FeedSpan] = []
        self._asked: Ms = 0

    def title(self) -> str:
        """今日接入量."""
        return self.of("volume.title")

    def follow(self, changed: bool) -> None:
        """Another feed, or another minute."""
        if changed:
            self.day, self.spans, self._asked = None, [], 0
        if self.feed and (not self._asked or self.now - self._asked >= MINUTE):
            self._asked = self.now
            self.ask(self._load(self.feed, self.now))

    async def _load(self, feed: str, now: Ms) -> None:
        queries, zone = self.context.queries, self.context.zone
        try:
            volumes = await queries.feed_volumes(feed, asked_from(now, zone), now + 1)
            spans = await queries.feed_spans(feed, now - DAYS * DAY, now + 1)
        except DatabaseError:
            return  # a later program wrote the file: its history is not ours to read
        if feed == self.feed:
            self.day, self.spans = feed_day(volumes, now, zone), spans
            self.update()

    def sentence(self) -> str:
        """`今日 12,840 条，同期 13,020 条`."""
        day = self.day
        if day is None:
            return self.of("volume.reading")
        total = sum(count or 0 for count in day.hours)
        parts = [self.of("volume.today", n=wording.number(total))]
        if day.weeks:
            share = (
                wording.percent(day.so_far / day.usual_so_far - 1, signed=True)
                if (day.usual_so_far)
                else wording.NO_VALUE
            )
            parts.append(self.of("volume.usual", share=share, weeks=day.weeks))
        else:
            parts.append(self.of("volume.no_usual"))
        for name, count in (("rejected", day.rejected), ("late", day.late), ("gaps", day.gaps)):
            if count:
                parts.append(self.of(f"volume.{name}", n=wording.number(count)))
        return self.say("comma").join(parts)

    def notes_right(self) -> list[Note]:
        """The unit."""
        return [Note(self.of("volume.unit"), self.theme.text3)]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The sentence, the bars, the week."""
        if not self.feed:
            self.paint_nothing(painter, rect)
            return
        theme, line = self.theme, self.theme.line(Role.CAPTION)
        inner = rect.adjusted(self.pad, self.px(8), -self.pad, -self.px(10))
        box = QRectF(inner.x(), inner.y(), inner.width(), line)
        lettering.draw_in(painter, theme, box, self.sentence(), Role.CAPTION, theme.text1)
        week = min(inner.height() * 0.42, DAYS * self.px(20) + line)
        plot = QRectF(inner.x(), box.bottom() + self.px(4), inner.width(), 0)
        plot.setBottom(inner.bottom() - week - self.px(8))
        if self.day is not None:
            paint_hours(painter, plot, self._bars(self.day), theme)
        head = QRectF(inner.x(), plot.bottom() + self.px(8), inner.width(), line)
        lettering.draw_in(painter, theme, head, self._line_words(), Role.CAPTION, theme.text2)
        rows = QRectF(inner.x(), head.bottom(), inner.width(), inner.bottom() - head.bottom())
        paint_line_days(painter, rows, self._days(), theme)

    def _bars(self, day: FeedDay) -> HourBars:
        now = (self.now - day_begin(self.now, self.context.zone)) / HOUR
        words = tuple((hour, self.of("volume.hour", n=hour)) for hour in TICKS)
        return HourBars(day.hours, day.usual, now, words)

    def _line_words(self) -> str:
        """`近 7 天有记录 6 天 3 小时，断开 3 次，共 2 小时`: what nobody saw is not whole."""
        words = self.context.translator
        if not self.spans:
            return self.of("line.week_none", days=DAYS)
        known = sum(span.until - span.since for span in self.spans)
        seen = wording.duration(min(known, DAYS * DAY), words)
        cut = [span for span in self.spans if span.state in _CUT]
        if not cut:
            health = self.context.picture.feeds.get(self.feed)
            down = health is not None and health.state.value in _CUT
            word = "line.week_now" if down else "line.week_whole"
            return self.of(word, days=DAYS, seen=seen)
        took = wording.duration(sum(span.until - span.since for span in cut), words)
        return self.of("line.week", days=DAYS, seen=seen, n=len(cut), time=took)

    def _days(self) -> list[LineDay]:
        """The newest day last; what is not covered the program did not see."""
        zone, words = self.context.zone, self.context.translator
        last = day_begin(self.now, zone)
        found = []
        for back in range(DAYS - 1, -1, -1):
            begin = last - back * DAY
            spans = tuple(
                (max(0.0, (span.since - begin) / DAY), min(1.0, (span.until - begin) / DAY), state)
                for span in self.spans
                if span.until > begin and span.since < begin + DAY
                for state in (_glyph(span.state),)
            )
            word = self.of("today") if not back else wording.day(begin, self.now, zone, words)
            found.append(LineDay(word, spans))
        return found

    def items(self) -> list[ScreenItem]:
        """The sentence, each hour with what is usual, each cut of the line."""
        if not self.feed or self.day is None:
            return []
        now, world, begin = (
            self.now,
            self.context.picture.world,
            day_begin(self.now, self.context.zone),
        )
        found = [
            record_item(f"feed/{self.feed}/volume", self.title(), self.sentence(), observed=now,
                        now=now, world=world, source=self.feed)
        ]  # fmt: skip
        for hour, count in enumerate(self.day.hours):
            usual = self.day.usual[hour]
            if count is None and usual is None:
                continue
            mean = wording.number(usual) if usual is not None else wording.NO_VALUE
            label = self.of("volume.item", n=hour, usual=mean)
            key = f"feed/{self.feed}/hour/{hour}"
            found.append(
                record_item(key, label, count, observed=begin + hour * HOUR, now=now,
                            world=world, source=self.feed, unit=self.of("volume.unit"))
            )  # fmt: skip
        for span in self.spans:
            if span.state in _CUT:
                took = wording.duration(span.until - span.since, self.context.translator)
                key = f"feed/{self.feed}/cut/{span.since}"
                label = self.of(f"mark.{span.state}")
                found.append(record_item(key, label, took, observed=span.since, now=now,
                                         world=world, source=self.feed))  # fmt: skip
        return found


_CUT = (FeedState.LOST.value, FeedState.REFUSED.value)


def _glyph(state: str) -> Fresh:
    try:
        return state_glyph(FeedState(state))
    except ValueError:  # a later program's word
        return Fresh.MISSING
