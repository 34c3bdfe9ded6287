"""The bar at the foot of every screen: how the feeds are, which are not well, what was lost."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.health import FeedHealth, FeedState
from app.core.model import Freshness, World
from app.live.hub import Kind
from app.live.outage import Outage
from app.live.outage_words import name_of_cut
from widgets.context import Context
from widgets.paint.chrome import BottomBar, NamedFeed, paint_bottom_bar
from widgets.paint.feed_cell import FeedMark
from widgets.paint.fresh import Fresh
from widgets.panels._bar import Bar
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._feeds import fresh_of_feed, mark_of, name_of, sorted_worst_first, state_and_age
from widgets.screen_item import ScreenItem, record_item

NAMED = 4


class BottomBarPanel(Bar, kind="bottom-bar"):
    """Cells, cuts with how much is behind them, the worst of the other feeds by name, losses, the
    seat. With every line cut it says so instead."""

    needs = frozenset({Kind.FEED, Kind.OUTAGE, Kind.SEAT})

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self._feeds: list[FeedHealth] = []  # by name, so that each cell keeps its place on the bar
        self._names: list[str] = []
        self._not_well: list[FeedHealth] = []  # not live, or live and in doubt
        self._lost = (0, 0)  # dropped, rejected

    def refresh(self, changes: Changes) -> None:
        """Everything anew, for ages move each second; painted where it reads otherwise."""
        self._now = self.context.now()
        self._look(self.context.picture.feeds)
        self.say_anew()

    def _look(self, feeds: Mapping[str, FeedHealth]) -> None:
        """Go over hundreds of feeds once."""
        if len(feeds) != len(self._names) or any(name not in feeds for name in self._names):
            self._names = sorted(feeds)
        self._feeds = [feeds[name] for name in self._names]
        self._not_well = [
            item for item in self._feeds if item.state is not FeedState.LIVE or item.suspicion
        ]
        dropped = sum([item.dropped for item in self._feeds])
        self._lost = dropped, sum([item.rejected for item in self._feeds])

    def paint_bar(self, painter: QPainter, whole: QRectF) -> None:
        """The painter does it all."""
        paint_bottom_bar(painter, whole, self.bar, self.theme, self.edges_x)

    def items(self) -> list[ScreenItem]:
        """How many feeds are live and believed, and each that is named."""
        now, world = self._now, self.context.picture.world
        live = len(self._feeds) - len(self._not_well)
        label = self.context.text("panels.feeds.title")
        found = [
            record_item("feeds/live", label, live, observed=now, now=now, world=world),
            record_item("feeds/total", label, len(self._feeds), observed=now, now=now, world=world),
        ]
        for outage in self._cuts():
            found.append(
                record_item(
                    f"outage/{outage.id}",
                    name_of_cut(outage, self.context.translator),
                    len(outage.feeds),
                    observed=outage.since,
                    now=now,
                    world=world,
                    freshness=Freshness.CACHED,
                )
            )
        for health in self._unwell()[:NAMED]:
            found.append(
                record_item(
                    f"feed/{health.feed}",
                    name_of(self.context, health),
                    health.state.value,
                    observed=health.last_message,
                    now=now,
                    source=health.feed,
                    world=world,
                    freshness=Freshness.LATE if health.connected else Freshness.CACHED,
                    mode=health.state.value,
                )
            )
        return found

    def _unwell(self) -> list[FeedHealth]:
        """Those that no cut explains: one cut is told once."""
        behind = {feed for outage in self._cuts() for feed in outage.feeds}
        return sorted_worst_first(item for item in self._not_well if item.feed not in behind)

    def _cuts(self) -> list[Outage]:
        return sorted(self.context.picture.outages.values(), key=lambda one: -len(one.feeds))

    def said(self) -> BottomBar:
        """See Bar."""
        context, feeds = self.context, self._feeds
        unwell = self._unwell()
        worst = [
            NamedFeed(
                name_of_cut(outage, context.translator),
                Fresh.CACHED,
                context.text(
                    "causes.bar.planned" if outage.planned else "causes.bar.cut",
                    n=len(outage.feeds),
                    time=wording.moment(outage.since, self._now, context.zone, context.translator),
                ),
            )
            for outage in self._cuts()
        ]
        worst += [
            NamedFeed(
                name_of(context, health),
                fresh_of_feed(health),
                self._words(health),
                doubt=mark_of(health) is FeedMark.DOUBT,
            )
            for health in unwell[:NAMED]
        ]
        if len(unwell) > NAMED:
            more = self.say("bar.more_feeds", n=len(unwell) - NAMED)
            worst.append(NamedFeed(more, Fresh.MISSING, ""))
        return BottomBar(
            title=self.say("bar.feeds", n=len(feeds)),
            feeds=tuple([fresh_of_feed(health) for health in feeds]),
            live=self.say("bar.live", n=len(feeds) - len(self._not_well)),
            worst=tuple(worst),
            note=self._losses() or self._attribution(),
            seat=self._seat_id(),
            outage=self._outage(),
        )

    def _words(self, health: FeedHealth) -> str:
        if mark_of(health) is FeedMark.DOUBT:
            return self.context.text("feeds_page.mark.doubt")
        return state_and_age(self.context, health, self._now)

    def _losses(self) -> str:
        """What was lost anywhere; nothing where nothing was."""
        recorder = getattr(self.context.spine.store, "recorder", None)
        counts = {
            "shed": recorder.shed if recorder is not None else 0,
            "dropped": self._lost[0],
            "rejected": self._lost[1],
        }
        parts = [
            self.say(f"bar.{name}", n=wording.number(count))
            for name, count in counts.items()
            if count
        ]
        return self.context.text("panels.comma").join(parts)

    def _attribution(self) -> str:
        """Whose recordings these are: their licences ask that it stands beside them."""
        city = self.context.city
        if city.world is not World.REPLAY:
            return ""
        return self.context.translator.pick(city.attribution_zh, city.attribution_en)

    def _seat_id(self) -> str:
        seat = getattr(self.context.spine, "seat", None)
        return (seat.id if seat is not None else self.context.seat).upper()

    def _outage(self) -> str:
        """What is said when every line is cut: since when, and what is on the screen."""
        feeds = self._feeds
        if not feeds:
            return self._unconnected()
        if any(health.connected for health in feeds):
            return ""
        since = max((health.lost_since for health in feeds), default=0)
        if not since:
            return ""
        context = self.context
        age = wording.duration(self._now - since, context.translator, long=True)
        time = wording.clock(since, context.zone)
        outage = self.say("bar.outage", age=age)
        return context.text("panels.comma").join((outage, self.say("bar.outage_since", time=time)))

    def _unconnected(self) -> str:
        """No feed was ever opened in this run: what is shown is the cache's, and of when."""
        context = self.context
        held = context.picture.readings.values()
        newest = max((item.received for item in held), default=0)
        if not newest:
            return self.say("bar.no_feed")
        time = wording.moment(newest, self._now, context.zone, context.translator)
        return self.say("bar.no_feed_cache", time=time)
