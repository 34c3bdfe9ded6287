"""Many feeds in one ingest thread: few in every run, the target of 500 in the full one."""

import threading
import time
from collections import Counter
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from app.config import FeedConfig
from app.core.envelope import Delta, Snapshot
from app.core.model import Reading
from tests.helpers.ingesting import QUICK, ingesting, level_key
from tests.helpers.ws_server import greet, say, serving

BEATS = 3


def now() -> int:
    return time.time_ns() // 1_000_000


def threads() -> set[str]:
    """The threads beside those that the test's own loop keeps for its calls."""
    names = {thread.name for thread in threading.enumerate()}
    return {name for name in names if not name.startswith("asyncio_")}


@pytest.mark.parametrize("count", [40, pytest.param(500, marks=pytest.mark.full)])
async def test_all_are_live_in_one_thread_and_each_keeps_its_own_counts(count: int) -> None:
    before = threads()
    begin = now()
    sockets: list[ServerConnection] = []

    async def server(socket: ServerConnection) -> None:
        await greet(socket)
        number = len(sockets)
        sockets.append(socket)
        await say(socket, Snapshot(seq=1))
        for beat in range(BEATS):
            reading = Reading(level_key(f"s{number}"), 1.0 + beat, begin + beat)
            await say(socket, Delta(seq=beat + 2, prev=beat + 1, readings=[reading]))
        await socket.wait_closed()

    async with serving(server) as url:
        feeds = [
            FeedConfig(id=f"f{number}", kind="ws-json", name_zh=f"系统{number}", url=url)
            for number in range(count)
        ]
        async with ingesting(*feeds, pace=QUICK) as (thread, got):
            await got.until(lambda g: len(g.readings) == count * BEATS, 60)
            await got.until(lambda g: all(g.is_("live", feed.id) for feed in feeds), 60)
            assert threads() == {*before, "ingest"}
            counted = Counter(segment.source for segment in got.all.log for _ in segment.readings)
            assert counted == {feed.id: BEATS for feed in feeds}
            await got.until(lambda g: all(g.health(f.id).accepted == BEATS for f in feeds), 60)
            assert set(thread.health()) == {feed.id for feed in feeds}
    assert threads() == before
    assert {row.state for row in thread.health().values()} == {"stopped"}


async def test_a_row_of_health_goes_out_only_when_something_in_it_is_new(
    expect_log: Any,
) -> None:
    expect_log("feed busy is lost")

    async def server(socket: ServerConnection) -> None:
        await greet(socket)
        await say(socket, Snapshot(seq=1))
        await socket.wait_closed()

    async with serving(server) as url:
        quiet = FeedConfig(id="quiet", kind="ws-json", name_zh="静", url=url)
        busy = FeedConfig(id="busy", kind="ws-json", name_zh="忙", url="ws://127.0.0.1:1")
        async with ingesting(quiet, busy, pace=QUICK) as (_, got):
            await got.until(lambda g: g.is_("live", "quiet") and g.health("quiet").last_message > 0)
            got.states.clear()
            await got.until(lambda g: len([1 for name, _ in g.states if name == "busy"]) >= 15)
            assert [state for name, state in got.states if name == "quiet"] in ([], ["live"])
