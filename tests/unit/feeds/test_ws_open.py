"""A server's new session says what is open: what was closed while we were away ends."""

import time
from typing import Any

from websockets.asyncio.server import ServerConnection

from app.config import FeedConfig
from app.core.envelope import Snapshot
from app.core.model import Event, World
from app.live.picture import Picture
from tests.helpers.ingesting import Gathered, ingesting
from tests.helpers.ws_server import greet, say, serving


def now() -> int:
    return time.time_ns() // 1_000_000


class Restarting:
    """A server that closes an event while nobody listens; `says` is whether it tells what is
    open."""

    def __init__(self, *, says: bool) -> None:
        self.says = says
        self.sessions = 0
        self.begin = now()

    async def handler(self, socket: ServerConnection) -> None:
        self.sessions += 1
        await greet(socket, f"session-{self.sessions}")
        ids = ["x:1", "x:2"] if self.sessions == 1 else ["x:2", "x:3"]
        events = [Event(id_, "t", self.begin, self.begin) for id_ in ids]
        opened = {"open": ids} if self.says else {}
        await say(socket, Snapshot(seq=1, final=False, events=events), Snapshot(seq=1, **opened))
        if self.sessions > 1:
            await socket.wait_closed()


def shown(got: Gathered, picture: Picture) -> set[str]:
    """What the picture has after all that came."""
    picture.apply_records(got.all.records)
    picture.end_missing(got.all.open)
    return set(picture.events)


async def test_what_was_closed_meanwhile_ends(expect_log: Any) -> None:
    expect_log("feed f is lost")
    server = Restarting(says=True)
    async with serving(server.handler) as url:
        config = FeedConfig(id="f", kind="ws-json", name_zh="源", url=url)
        picture = Picture({}, World.REAL)
        async with ingesting(config) as (_, got):
            await got.until(lambda g: {"x:1", "x:3"} <= {r.record.id for r in g.all.records})
            await got.until(lambda g: g.all.open["f"].ids == {"x:2", "x:3"})
            assert shown(got, picture) == {"x:2", "x:3"}
            assert [r.record.id for r in got.all.records].count("x:2") == 1


async def test_a_server_that_does_not_say_it_ends_nothing(expect_log: Any) -> None:
    expect_log("feed f is lost")
    server = Restarting(says=False)
    async with serving(server.handler) as url:
        config = FeedConfig(id="f", kind="ws-json", name_zh="源", url=url)
        async with ingesting(config) as (_, got):
            await got.until(lambda g: {"x:1", "x:3"} <= {r.record.id for r in g.all.records})
            assert shown(got, Picture({}, World.REAL)) == {"x:1", "x:2", "x:3"}
