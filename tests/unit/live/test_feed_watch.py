"""What is kept of feeds every minute, and which bring too little."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.clock import ManualClock
from app.core.health import FeedHealth, FeedState
from app.core.message import message
from app.core.model import World
from app.live.feed_detail import DELAY_EDGES, FeedWatchers, delay_part
from app.live.feed_watch import FeedWatch
from app.live.hub import Hub, Kind
from app.live.picture import Picture
from app.store.feed_history import FeedSpan, FeedVolume
from app.store.store import Store
from tests.helpers.store import NOW, open_store

HOUR = 3_600_000
HERE = NOW // HOUR
WEEK = 7 * 24


def row(accepted: int = 0, state: FeedState = FeedState.LIVE, **more: object) -> FeedHealth:
    return FeedHealth("air", "空气站", "Air", state, NOW, accepted=accepted, **more)  # type: ignore[arg-type]


class Desk:
    """A watch with its real parts."""

    def __init__(self, store: Store, clock: ManualClock) -> None:
        self.store = store
        self.clock = clock
        self.hub = Hub()
        self.picture = Picture({}, World.DEMO)
        self.watch = FeedWatch(self.picture, self.hub, clock, store)

    def came(self, health: FeedHealth) -> None:
        self.picture.feeds.update(self.watch.judged([health]))

    def volumes(self) -> list[FeedVolume]:
        self.store.keep_feeds([], []).result()
        return asyncio.run(self.store.queries.feed_volumes("air", 0, NOW + 100 * HOUR))

    def spans(self) -> list[FeedSpan]:
        self.store.keep_feeds([], []).result()
        return asyncio.run(self.store.queries.feed_spans("air", 0, NOW + 100 * HOUR))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = ManualClock(NOW - 2 * HOUR)  # the last full hour was seen whole
    store = open_store(tmp_path, clock)
    desk = Desk(store, clock)
    clock.advance(2 * HOUR)
    yield desk
    store.close()


def test_each_minute_adds_what_came_since_the_last(desk: Desk) -> None:
    desk.came(row(0, FeedState.STARTING))
    desk.came(row(40, delay_ms=1000.0))
    desk.watch.keep()
    desk.came(row(100, rejected=5, delay_ms=3000.0))
    desk.watch.keep()
    desk.watch.keep()  # nothing new, nothing written
    found = desk.volumes()
    assert [(v.hour, v.accepted, v.rejected, v.delay) for v in found] == [(HERE, 100, 5, 2000)]


def test_a_quiet_hour_has_a_row_too(desk: Desk) -> None:
    desk.came(row(10))
    desk.watch.keep()
    desk.clock.advance(HOUR)
    desk.watch.keep()
    assert [(v.hour, v.accepted) for v in desk.volumes()] == [(HERE, 0), (HERE + 1, 0)]


def test_counting_begins_with_the_first_row_and_anew_after_a_restart(desk: Desk) -> None:
    desk.came(row(5_000))  # of a gatherer that runs for days
    desk.watch.keep()
    desk.came(row(5_010))
    desk.watch.keep()
    desk.came(row(7))  # it was started again
    desk.watch.keep()
    assert [v.accepted for v in desk.volumes()] == [17]


def test_history_that_was_asked_for_is_no_volume(desk: Desk) -> None:
    desk.came(row(0))
    desk.came(row(1_000, refilled=900))
    desk.watch.keep()
    assert [v.accepted for v in desk.volumes()] == [100]


def test_the_line_from_state_to_state(desk: Desk) -> None:
    desk.came(row())
    desk.watch.keep()
    desk.clock.advance(60_000)
    desk.watch.keep()
    desk.clock.advance(60_000)
    desk.came(row(state=FeedState.LOST, trouble=message("feed.timeout")))
    desk.watch.keep()
    assert desk.spans() == [
        FeedSpan("air", NOW, NOW + 60_000, "live"),
        FeedSpan("air", NOW + 60_000, NOW + 120_000, "lost", "feed.timeout"),
    ]


def test_too_little_is_said_and_taken_back(desk: Desk) -> None:
    weeks = [FeedVolume("air", HERE - 1 - n * WEEK, 1000) for n in (1, 2, 3)]
    desk.store.keep_feeds([*weeks, FeedVolume("air", HERE - 1, 120)], [])
    weeks = [FeedVolume("air", HERE - n * WEEK, 1000) for n in (1, 2, 3)]
    desk.store.keep_feeds([*weeks, FeedVolume("air", HERE, 990)], []).result()
    news = desk.hub.subscribe()
    desk.came(row(suspicion=(message("feed.suspicion.frozen", count=40),)))
    asyncio.run(desk.watch.compare())
    assert [(said.id, said.args) for said in desk.picture.feeds["air"].suspicion] == [
        ("feed.suspicion.frozen", {"count": 40}),
        ("feed.suspicion.too_little", {"count": 120, "usual": 1000, "weeks": 3}),
    ]
    assert news.drain() == {Kind.FEED: {"air"}}
    desk.came(row(5))
    assert [said.id for said in desk.picture.feeds["air"].suspicion] == [
        "feed.suspicion.too_little"
    ]
    said = desk.picture.feeds["air"].suspicion
    desk.came(row(6, suspicion=said))  # of a gatherer that says it itself
    assert desk.picture.feeds["air"].suspicion == said
    desk.came(row(7))
    desk.clock.advance(HOUR)
    asyncio.run(desk.watch.compare())
    assert desk.picture.feeds["air"].suspicion == ()


def test_an_hour_that_was_not_seen_whole_is_not_judged(desk: Desk) -> None:
    weeks = [FeedVolume("air", HERE - 1 - n * WEEK, 1000) for n in (1, 2, 3)]
    desk.store.keep_feeds([*weeks, FeedVolume("air", HERE - 1, 120)], []).result()
    late = FeedWatch(desk.picture, desk.hub, desk.clock, desk.store)
    asyncio.run(late.compare())
    assert late.judged([row()])["air"].suspicion == ()


def test_who_looks_at_which_feed() -> None:
    told: list[frozenset[str]] = []
    watchers = FeedWatchers()
    watchers.changed = told.append
    watchers.watch("air")
    watchers.watch("air")
    watchers.watch("bus")
    watchers.unwatch("air")
    watchers.unwatch("bus")
    watchers.unwatch("bus")  # it does no harm
    watchers.unwatch("air")
    assert told == [{"air"}, {"air", "bus"}, {"air"}, frozenset()]
    assert watchers.feeds == frozenset()


def test_parts_of_the_histogram() -> None:
    assert [delay_part(delay) for delay in (-5, 0, 1000, 1001, 3000)] == [0, 0, 0, 1, 1]
    assert delay_part(DELAY_EDGES[-1] + 1) == len(DELAY_EDGES)
