"""Integration health: one row per feed, the worst first (target: 500 feeds)."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import SECOND
from app.core.model import Freshness, Ms
from app.live.health import FeedHealth, FeedState
from app.live.hub import Kind
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.feed import FEED_ROW_HEIGHT, FeedRow, paint_feed_row
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._feeds import (
    age_of,
    fresh_of_feed,
    loss_of,
    name_of,
    note_of,
    sorted_worst_first,
)
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role


class FeedHealthPanel(Rows, kind="feed-health"):
    """State, age, expected period, last slots, rate or loss; the chosen feed's trouble below."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`detail`: whether the trouble of the chosen (or worst) feed is written below."""

        detail: bool = True

    needs = frozenset({Kind.FEED})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.detail = options.detail
        self.feeds: list[FeedHealth] = []
        self._chosen = ""
        self._now: Ms = 0

    def title(self) -> str:
        """数据源."""
        return self.context.text("panels.feeds.title")

    def refresh(self, changes: Changes) -> None:
        """Sort anew; the chosen feed stays chosen wherever it moves."""
        context = self.context
        self._now = context.now()
        self.feeds = sorted_worst_first(context.picture.feeds.values())
        names = [health.feed for health in self.feeds]
        self.current = names.index(self._chosen) if self._chosen in names else -1
        self.lay_out()

    def _summary(self) -> str:
        live = sum(health.state is FeedState.LIVE for health in self.feeds)
        return self.say("feeds.summary", total=len(self.feeds), live=live)

    def items(self) -> list[ScreenItem]:
        """One item per feed: its rate, with the age of its last message."""
        shown = set(self.painted())
        return [
            record_item(
                f"feed/{health.feed}",
                name_of(self.context, health),
                round(health.rate, 2),
                observed=health.last_message,
                now=self._now,
                source=health.feed,
                unit="1/s",
                world=self.context.picture.world,
                freshness=_FRESHNESS[health.state],
                mode=health.state.value,
                visible=index in shown,
            )
            for index, health in enumerate(self.feeds)
        ]

    # ---- the list

    def arrange(self, width: float) -> list[QRectF]:
        """One row each."""
        height = self.px(FEED_ROW_HEIGHT)
        return self.stacked(len(self.feeds), height)

    def chosen(self, index: int) -> None:
        """The detail below is of this feed."""
        self._chosen = self.feeds[index].feed

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """The row of one feed."""
        paint_feed_row(painter, rect, self._row(self.feeds[index]), self.theme)

    def _row(self, health: FeedHealth) -> FeedRow:
        expected = wording.duration(health.expected_period_ms, self.context.translator)
        return FeedRow(
            name=name_of(self.context, health),
            state=fresh_of_feed(health),
            age=age_of(self.context, health, self._now),
            expected=self.say("feeds.expected", period=expected),
            slots=health.slots,
            note=note_of(self.context, health),
            loss=loss_of(self.context, health),
            selected=self.interactive and health.feed == self._chosen,
        )

    # ---- head and foot

    def notes_left(self) -> list[Note]:
        """The summary."""
        return [Note(self._summary(), self.theme.text2)]

    def notes_right(self) -> list[Note]:
        """What was lost, in all; calm where nothing was."""
        feeds = self.feeds
        rejected = sum(health.rejected for health in feeds)
        gaps = sum(health.gaps for health in feeds)
        dropped = sum(health.dropped for health in feeds)
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
        if not self.detail or self._told() is None:
            listed = len(self.feeds) * self.px(FEED_ROW_HEIGHT)
            if listed <= self.body_rect.height():
                return 0.0
            return self.theme.line(Role.CAPTION) + self.px(14)
        return self.theme.line(Role.BODY) + 2.6 * self.theme.line(Role.CAPTION)

    def _told(self) -> FeedHealth | None:
        """The feed of which the foot tells: the chosen one, else the worst with a trouble."""
        chosen = next((item for item in self.feeds if item.feed == self._chosen), None)
        if chosen is not None:
            return chosen
        troubled = (item for item in self.feeds if item.trouble is not None or not item.connected)
        return next(troubled, None)

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or why there are none."""
        if self.feeds:
            super().paint_body(painter, rect, dirty)
        elif self.context.city.feed:
            what, why = self.say("feeds.closed"), self.say("feeds.closed.why")
            self.paint_empty(painter, rect, what, why)
        else:
            self.paint_empty(painter, rect, self.say("feeds.empty"), self.say("feeds.empty.why"))

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """What happened to one feed, since when, what is tried."""
        told, theme = self._told(), self.theme
        if told is None or not self.detail:
            self.paint_rest(painter, rect, ())
            return
        painter.fillRect(rect, theme.raised)
        inner = rect.adjusted(self.pad, self.px(8), -self.pad, -self.px(4))
        line = QRectF(inner.x(), inner.y(), inner.width(), theme.line(Role.BODY))
        head = f"{name_of(self.context, told)}  {self.say(f'feeds.state.{told.state.value}')}"
        hidden = self.say("more", n=self.hidden) if self.hidden else ""
        used = lettering.draw_in(
            painter, theme, line, hidden, Role.CAPTION, theme.text3, right=True
        )
        line.setWidth(max(0.0, line.width() - used - self.px(16)))
        lettering.draw_in(painter, theme, line, head, Role.BODY, theme.text1, True)
        y, height = line.bottom(), theme.line(Role.CAPTION)
        text = self._trouble(told)
        for part in lettering.wrap(theme, text, Role.CAPTION, inner.width(), 2):
            box = QRectF(inner.x(), y, inner.width() + theme.size(Role.CAPTION), height)
            lettering.draw_in(painter, theme, box, part, Role.CAPTION, theme.text2)
            y += height

    def _trouble(self, health: FeedHealth) -> str:
        context, parts = self.context, []
        if health.trouble is not None:
            parts.append(context.translator.render(health.trouble))
        if health.lost_since:
            zone = context.zone
            since = wording.clock(health.lost_since, zone)
            last = wording.clock(health.last_message, zone) if health.last_message else "—"
            parts.append(
                self.say("feeds.lost_line", since=since, attempts=health.attempts, last=last)
            )
            if health.next_attempt > self._now:
                wait = (health.next_attempt - self._now) // SECOND
                parts.append(self.say("feeds.retry", seconds=wait))
        if not parts:
            parts.append(
                self.say(
                    "feeds.counts_of",
                    accepted=wording.number(health.accepted),
                    delay=wording.delay(round(health.delay_ms), context.translator),
                    rejected=wording.number(health.rejected),
                    gaps=wording.number(health.gaps),
                    dropped=wording.number(health.dropped),
                )
            )
        return " ".join(parts)


_FRESHNESS = {
    FeedState.STARTING: Freshness.NONE,
    FeedState.LIVE: Freshness.LIVE,
    FeedState.LATE: Freshness.LATE,
    FeedState.LOST: Freshness.CACHED,
    FeedState.REFUSED: Freshness.CACHED,
    FeedState.STOPPED: Freshness.CACHED,
}
