"""Several addresses of one source: over at once, back when the first answers."""

import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection

from app.config import FeedConfig
from app.core.envelope import Snapshot
from app.core.model import Reading
from app.feeds._endpoints import Endpoints, answers
from app.feeds._supervisor import Pace
from tests.helpers.ingesting import ingesting, level_key
from tests.helpers.ws_server import greet, say, serving

PACE = Pace(first=0.01, most=0.05, refused=600.0, steady=30.0, fail_back=0.05)


@given(st.integers(1, 5), st.lists(st.booleans(), max_size=30))
def test_a_round_tries_every_address_once_before_it_waits(count: int, refused: list[bool]) -> None:
    endpoints = Endpoints([f"ws://{number}" for number in range(count)])
    tried = [endpoints.url]
    for number, verdict in enumerate(refused, 1):
        at_once = endpoints.failed(refused=verdict)
        assert at_once == (number % count != 0)
        if not at_once:
            assert len(set(tried)) == count
            assert endpoints.round_refused() == all(refused[number - count : number])
            tried = []
        tried.append(endpoints.url)


def test_one_that_was_steady_begins_a_new_round() -> None:
    endpoints = Endpoints(["a", "b", "c"])
    assert endpoints.failed(refused=False)
    endpoints.steady()
    assert endpoints.failed(refused=False) and endpoints.failed(refused=False)
    assert not endpoints.failed(refused=False)
    endpoints.back()
    assert endpoints.url == "a"


async def test_what_cannot_be_asked_never_answers() -> None:
    for url in ("file:/x", "ws://", "ws://127.0.0.1:1", "x://host.invalid", "ws://[", ""):
        assert not await answers(url, "", 1.0)


class Server:
    """One address, which tells where it is in its value."""

    def __init__(self, value: float) -> None:
        self.value = value

    async def handler(self, socket: ServerConnection) -> None:
        await greet(socket, f"s{self.value}")
        now = time.time_ns() // 1_000_000
        await say(socket, Snapshot(seq=1, readings=[Reading(level_key(), self.value, now)]))
        await socket.wait_closed()


async def test_over_to_the_second_at_once(
    expect_log: Any,
) -> None:
    expect_log("feed f is lost")
    async with serving(Server(2.0).handler) as second:
        config = FeedConfig(
            id="f",
            kind="ws-json",
            name_zh="源",
            url="ws://127.0.0.1:1",
            also=(second, "ws://127.0.0.1:2"),
            source_address="127.0.0.1",
        )
        async with ingesting(config, pace=PACE) as (_, got):
            await got.until(lambda g: g.is_("live") and g.health().endpoint == 1)
            await got.until(lambda g: g.readings[-1].value == 2.0)


async def test_the_first_is_gone_to_again(expect_log: Any, unused_tcp_port: int) -> None:
    expect_log("feed f is lost")
    async with serving(Server(2.0).handler) as second:
        config = FeedConfig(
            id="f",
            kind="ws-json",
            name_zh="源",
            url=f"ws://127.0.0.1:{unused_tcp_port}",
            also=(second,),
        )
        async with ingesting(config, pace=PACE) as (_, got):
            await got.until(lambda g: g.is_("live") and g.health().endpoint == 1)
            async with serving(Server(1.0).handler, port=unused_tcp_port):
                await got.until(lambda g: g.is_("live") and g.health().endpoint == 0)
                await got.until(lambda g: g.readings[-1].value == 1.0)
                assert got.health().lost_since == 0, "no loss is told of a change for the better"
            await got.until(lambda g: g.is_("live") and g.health().endpoint == 1)
