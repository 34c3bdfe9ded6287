"""Three services at once: what one brings, what is said when one is down, all of them down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection

from app.config import ConfigError, FeedConfig
from app.core.clock import ManualClock, SystemClock
from app.core.model import Warning
from app.feeds._base import Surroundings
from app.feeds.quake import Quake
from app.secrets import Secrets
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server, json_reply
from tests.helpers.ingesting import Gathered, ingesting
from tests.helpers.ws_server import serving
from tests.unit.formats.test_quake import CITY, NOW, ORIGIN, emsc, sc_eew

USGS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "us1",
            "properties": {
                "mag": 4.5,
                "place": "24 km S of Huai'an",
                "time": ORIGIN + 2000,
                "updated": ORIGIN + 40_000,
                "status": "reviewed",
                "type": "earthquake",
            },
            "geometry": {"type": "Point", "coordinates": [118.92, 33.32, 11.0]},
        }
    ],
}


class Services:
    """The three of them on loopback; `gone` makes one hang up."""

    def __init__(self) -> None:
        self.urls: dict[str, str] = {}
        self.asked: list[str | bytes] = []
        self.gone: set[str] = set()
        self.hang_up = asyncio.Event()

    async def emsc(self, socket: ServerConnection) -> None:
        await self._serve("emsc", socket, [emsc()])

    async def wolfx(self, socket: ServerConnection) -> None:
        await self._serve("wolfx", socket, [sc_eew(), {"type": "heartbeat"}])

    async def _serve(self, name: str, socket: ServerConnection, said: list[Any]) -> None:
        if name in self.gone:
            return
        if name == "wolfx":
            self.asked += [await socket.recv(), await socket.recv()]
        for message in said:
            await socket.send(msgspec.json.encode(message).decode())
        closed = asyncio.ensure_future(socket.wait_closed())
        ended = asyncio.ensure_future(self.hang_up.wait())
        await asyncio.wait([closed, ended], return_when=asyncio.FIRST_COMPLETED)
        closed.cancel()
        ended.cancel()

    async def usgs(self, _server: HttpServer, _asked: Asked, _out: Any) -> Reply:
        return json_reply(USGS, 500 if "usgs" in self.gone else 200)


@asynccontextmanager
async def services() -> AsyncIterator[Services]:
    made = Services()
    async with AsyncExitStack() as stack:
        made.urls["emsc"] = await stack.enter_async_context(serving(made.emsc))
        made.urls["wolfx"] = await stack.enter_async_context(serving(made.wolfx))
        server = await stack.enter_async_context(http_server())
        server.on("/quakes", made.usgs)
        made.urls["usgs"] = server.url("/quakes")
        yield made


def feed(made: Services, *names: str) -> FeedConfig:
    options = {
        "sources": list(names),
        "urls": {name: made.urls[name] for name in names},
        "poll_s": 0.05,
        "retry_s": 0.02,
    }
    return FeedConfig(id="f", kind="quake", name_zh="地震", options=options)


def warnings(gathered: Gathered) -> list[Warning]:
    return [one.record for one in gathered.all.records if isinstance(one.record, Warning)]


async def test_three_services_make_one_warning() -> None:
    async with services() as made:
        config = feed(made, "emsc", "wolfx", "usgs")
        async with ingesting(config, catalog=CITY, clock=ManualClock(NOW)) as (_, gathered):
            await gathered.until(lambda all_: len(warnings(all_)) >= 3)
            await gathered.until(lambda all_: all_.is_("live"))
    found = warnings(gathered)
    assert len({one.id for one in found}) == 1
    assert {one.revision for one in found} == {1, 2, 3}
    last = max(found, key=lambda one: one.revision)
    assert last.issuer == "美国地质调查局" and len(last.text.splitlines()) == 3
    assert made.asked == ["query_cenceqlist", "query_jmaeqlist"]


async def test_while_one_lives_the_feed_does_and_says_which_is_down() -> None:
    async with services() as made:
        made.gone = {"wolfx", "usgs"}
        config = feed(made, "emsc", "wolfx", "usgs")
        async with ingesting(config, catalog=CITY, clock=ManualClock(NOW)) as (_, gathered):

            def down(all_: Gathered) -> str:
                health = all_.all.health.get("f")
                trouble = health.trouble if health is not None and health.connected else None
                return str(trouble.args["sources"]) if trouble is not None else ""

            await gathered.until(lambda all_: down(all_) == "usgs, wolfx")
            assert gathered.is_("live")
            made.gone = {"wolfx"}
            await gathered.until(lambda all_: down(all_) == "wolfx")
            made.gone = set()
            await gathered.until(lambda all_: not down(all_) and len(warnings(all_)) >= 3)


async def test_all_down_is_lost_and_comes_back(expect_log: Any) -> None:
    expect_log("feed f is lost")
    async with services() as made:
        made.gone = {"emsc", "wolfx"}
        async with ingesting(feed(made, "emsc", "wolfx"), catalog=CITY) as (_, gathered):
            await gathered.until(lambda all_: all_.is_("lost"))
            made.gone = set()
            await gathered.until(lambda all_: all_.is_("live"))


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"sources": []}, "sources"),
        ({"sources": ["elsewhere"]}, "sources"),
        ({"urls": {"emsc": "http://x"}}, "urls.emsc"),
        ({"urls": {"usgs": "ftp://x"}}, "urls.usgs"),
    ],
)
def test_settings_that_cannot_be_are_told(options: dict[str, Any], key: str) -> None:
    around = Surroundings(catalog=CITY, clock=SystemClock(), secrets=Secrets())
    config = FeedConfig(id="f", kind="quake", name_zh="地震", options=options)
    with pytest.raises(ConfigError, match=key):
        Quake(config, around)
