"""What feeds brought by the hour and how their lines stood."""

import asyncio
from pathlib import Path

from app.core.clock import ManualClock
from app.store.feed_history import FeedSpan, FeedVolume, forget, same_hours, spans, volumes, write
from tests.helpers.store import DAY, NOW, cache_file, open_store

HOUR = 3_600_000
HERE = NOW // HOUR


def test_an_hour_is_added_up_and_keeps_its_delay() -> None:
    with cache_file() as cache:
        write(cache, [FeedVolume("air", HERE, 100, 2, 1, 0, 1500)], [])
        write(cache, [FeedVolume("air", HERE, 20, 0, 0, 3, 0)], [])
        write(cache, [FeedVolume("air", HERE, 1, 0, 0, 0, 900)], [])
        write(cache, [FeedVolume("bus", HERE, 7)], [])
        found = volumes(cache, "air", NOW - HOUR, NOW)
        assert found == [FeedVolume("air", HERE, 121, 2, 1, 3, 900)]
        assert found[0].at == HERE * HOUR
        assert volumes(cache, "air", (HERE + 1) * HOUR, NOW + DAY) == []


def test_a_span_is_drawn_on_until_the_line_changes() -> None:
    with cache_file() as cache:
        write(cache, [], [FeedSpan("air", NOW, NOW, "live")])
        write(cache, [], [FeedSpan("air", NOW, NOW + 60_000, "live")])
        lost = FeedSpan("air", NOW + 60_000, NOW + 120_000, "lost", "feed.timeout")
        write(cache, [], [lost])
        whole = [FeedSpan("air", NOW, NOW + 60_000, "live"), lost]
        assert spans(cache, "air", NOW - DAY, NOW + DAY) == whole
        assert spans(cache, "air", NOW + 60_000, NOW + DAY) == [lost]
        assert spans(cache, "bus", NOW - DAY, NOW + DAY) == []


def test_the_same_hour_of_the_weekday() -> None:
    week = 7 * 24
    with cache_file() as cache:
        write(
            cache,
            [
                FeedVolume("air", HERE, 5),  # now
                FeedVolume("air", HERE - week, 100),
                FeedVolume("air", HERE - 2 * week, 120),
                FeedVolume("air", HERE - 2 * week + 1, 9),  # another hour
                FeedVolume("air", HERE - 24, 8),  # another day
                FeedVolume("air", HERE - 9 * week, 7),  # too long ago
                FeedVolume("bus", HERE - week, 0),  # nothing came, and that is known
            ],
            [],
        )
        assert same_hours(cache, HERE) == {"air": [100, 120], "bus": [0]}


def test_it_is_kept_for_sixty_days() -> None:
    old = HERE - 60 * 24 - 1
    with cache_file() as cache:
        write(
            cache,
            [FeedVolume("air", old, 1), FeedVolume("air", old + 2, 2)],
            [
                FeedSpan("air", NOW - 70 * DAY, NOW - 61 * DAY, "live"),
                FeedSpan("air", NOW - 61 * DAY, NOW - 59 * DAY, "lost"),
            ],
        )
        forget(cache, NOW)
        assert [v.accepted for v in volumes(cache, "air", 0, NOW)] == [2]
        assert [span.state for span in spans(cache, "air", 0, NOW)] == ["lost"]


def test_the_store_keeps_and_tells_it(tmp_path: Path) -> None:
    store = open_store(tmp_path, ManualClock(NOW))
    week = 7 * 24
    weeks = [FeedVolume("air", HERE - n * week, 10 * n) for n in (1, 2, 3)]
    store.keep_feeds([*weeks, FeedVolume("air", HERE, 4)], [FeedSpan("air", NOW, NOW, "live")])

    async def asked() -> tuple[object, ...]:
        await asyncio.wrap_future(store.keep_feeds([], []))
        queries = store.queries
        return (
            await queries.feed_hour(HERE),
            [v.accepted for v in await queries.feed_volumes("air", NOW - 8 * DAY, NOW)],
            [span.state for span in await queries.feed_spans("air", NOW - DAY, NOW + 1)],
        )

    hour, brought, states = asyncio.run(asked())
    assert hour == {"air": (4, [10, 20, 30])}
    assert (brought, states) == ([10, 4], ["live"])
    store.upkeep()
    store.close()
