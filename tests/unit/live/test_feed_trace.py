"""One feed looked at closely: bounded, masked, told of only while somebody looks."""

import time

from websockets.asyncio.server import ServerConnection

from app.config import FeedConfig
from app.core.clock import ManualClock
from app.core.envelope import Snapshot
from app.core.health import FeedState
from app.core.model import Event, Position, Reading, World
from app.core.privacy import MASK
from app.feeds._sink import Sink
from app.live.feed_detail import LAST
from tests.helpers.ingesting import CATALOG, ingesting, level_key
from tests.helpers.ws_server import greet, say, serving

NOW = 1_784_268_202_125
MINUTE, HOUR = 60_000, 3_600_000


def sink_of(clock: ManualClock, **config: object) -> Sink:
    feed = FeedConfig(id="river", kind="x", name_zh="河", **config)  # type: ignore[arg-type]
    sink = Sink(feed, CATALOG, clock, city_world=World.REAL, urgent=lambda: None, waiting=lambda: 0)
    sink.state(FeedState.LIVE, connected_since=clock.now())
    return sink


def test_the_last_records_are_kept_masked_and_bounded() -> None:
    clock = ManualClock(NOW)
    sink = sink_of(clock)
    for number in range(500):
        clock.advance(1000)
        sink.readings([Reading(level_key(), 12.0 + number / 100, clock.now() - 2000)])
    clock.advance(60_000)
    moment, title = clock.now(), "张三来电 13912345678"
    sink.records([Event(id="a:1", type="t", title=title, observed=moment, occurred=moment)])
    detail = sink.detail()
    assert len(detail.taken) == LAST and detail.kinds == ("event", "reading")
    newest, before = detail.taken[:2]
    assert newest.kind == "event" and "13912345678" not in newest.text and MASK in newest.text
    assert (before.received - before.observed, before.kind) == (2000, "reading")
    assert sum(detail.delays) == 492 and detail.delays[1] == 491  # 1 to 3 s, from 10 s on


def test_an_idle_feed_keeps_nothing() -> None:
    detail = sink_of(ManualClock(NOW)).detail()
    assert (detail.taken, detail.delays, detail.gaps, detail.refused) == ((), (), (), ())


def test_a_wrong_clock_is_found_though_all_is_refused() -> None:
    clock = ManualClock(NOW)
    sink = sink_of(clock)
    for _ in range(25):
        clock.advance(1000)
        sink.readings([Reading(level_key(), 12.0, clock.now() + HOUR)])
    clock.advance(10_000)
    sink.health()
    clock.advance(10_000)
    for _ in range(25):
        clock.advance(1000)
        sink.readings([Reading(level_key(), 12.0, clock.now() + HOUR)])
    said = {word.id: word.args for word in sink.health().suspicion}
    assert said["feed.suspicion.clock_ahead"] == {"hours": 1}
    assert said["feed.suspicion.all_refused"] == {"count": 25}
    assert sink.health().accepted == 0


def test_positions_ahead_of_time_count_for_the_clock_too() -> None:
    clock = ManualClock(NOW)
    sink = sink_of(clock)
    for number in range(20):
        clock.advance(1000)
        sink.positions([Position(f"b:{number}", "bus", 119.0, 33.5, clock.now() + 8 * HOUR)])
    assert next(word.args for word in sink.health().suspicion) == {"hours": 8}


def test_the_same_values_again_are_said_and_a_change_takes_it_back() -> None:
    clock = ManualClock(NOW)
    sink = sink_of(clock)
    for _ in range(61):
        clock.advance(MINUTE)
        sink.readings([Reading(level_key(), 12.5, clock.now())])
    assert [word.id for word in sink.health().suspicion] == ["feed.suspicion.frozen"]
    clock.advance(MINUTE)
    sink.readings([Reading(level_key(), 12.6, clock.now())])
    assert sink.health().suspicion == ()


def test_what_is_open_when_a_line_comes_up_is_not_late() -> None:
    clock = ManualClock(NOW)
    sink = sink_of(clock)
    began = NOW - 5 * HOUR
    sink.records([Event(id="a:1", type="t", title="t", observed=began, occurred=began)])
    assert sink.detail().delays == () and len(sink.detail().taken) == 1


def test_gaps_are_kept_newest_first() -> None:
    clock = ManualClock(NOW)
    sink = sink_of(clock)
    sink.gap(5)
    clock.advance(1000)
    sink.gap(-5)
    assert [(gap.at, gap.count) for gap in sink.detail().gaps] == [(NOW + 1000, -5), (NOW, 5)]


async def test_the_thread_tells_in_detail_only_of_what_is_watched() -> None:
    async def server(socket: ServerConnection) -> None:
        await greet(socket)
        reading = Reading(level_key(), 12.5, time.time_ns() // 1_000_000)
        await say(socket, Snapshot(seq=1, readings=[reading]))
        await socket.wait_closed()

    async with serving(server) as url:
        feeds = [FeedConfig(id=name, kind="ws-json", name_zh=name, url=url) for name in "ab"]
        async with ingesting(*feeds) as (thread, got):
            await got.until(lambda g: all(g.is_("live", name) for name in "ab"))
            assert got.all.details == {}
            thread.watch(frozenset("a"))
            await got.until(lambda g: bool(g.all.details) and bool(g.all.details["a"].taken))
            assert set(got.all.details) == {"a"}
            assert got.all.details["a"].taken[0].kind == "reading"
