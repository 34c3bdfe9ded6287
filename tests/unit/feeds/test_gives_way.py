"""Ingest beside windows that are always busy: everything comes, and the end does not hang."""

from collections.abc import Callable

from websockets.asyncio.server import ServerConnection

from app.config import FeedConfig
from app.core.clock import ManualClock, SystemClock
from app.core.model import Reading, World
from app.core.precedence import Precedence
from app.feeds._sink import Sink
from tests.helpers.ingesting import CATALOG, ingesting, level_key
from tests.helpers.ws_server import serving

NOW = 1_795_000_000_000


def _sink(give_way: Callable[[], None]) -> Sink:
    return Sink(
        FeedConfig(id="f", kind="ws-json", name_zh="水位"),
        CATALOG,
        ManualClock(NOW),
        city_world=World.REAL,
        urgent=lambda: None,
        waiting=lambda: 0,
        give_way=give_way,
    )


def test_a_sink_gives_way_before_it_takes_what_came() -> None:
    seen: list[int] = []
    sink = _sink(lambda: seen.append(sink.depth))
    sink.readings([Reading(level_key(), 1.0, NOW - 2000)])
    sink.readings([Reading(level_key(), 2.0, NOW - 1000)])
    assert seen == [0, 1]


async def test_windows_that_are_always_busy_lose_nothing_and_end() -> None:
    start = SystemClock().now() - 60_000
    count = 300

    async def talk(socket: ServerConnection) -> None:
        for number in range(count):
            observed = start + number
            await socket.send(
                f'{{"key":"{level_key()}","value":{number % 9},"observed":{observed}}}'
            )
        await socket.wait_closed()

    precedence = Precedence()
    precedence.busy()
    async with serving(talk) as url:
        feed = FeedConfig(id="f", kind="websocket", name_zh="外部", url=url)
        async with ingesting(feed, precedence=precedence) as (_, got):
            await got.until(lambda g: len(g.readings) == count)
    assert precedence.is_busy
    assert [one.observed for one in got.readings] == [start + place for place in range(count)]
