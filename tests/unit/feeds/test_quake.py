"""Three services at once: what one brings, what is said when one is down, all of them down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection

from app.config import ConfigError, FeedConfig
from app.core.clock import ManualClock, SystemClock
from app.core.model import Warning
from app.feeds._base import Surroundings
from app.feeds._quake_kept import KeptQuakes
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


async def told(config: FeedConfig, folder: Path | None) -> Warning:
    """The first warning of a program that is started on a folder and ended."""
    options = {"catalog": CITY, "clock": ManualClock(NOW), "folder": folder}
    async with ingesting(config, **options) as (_, gathered):
        await gathered.until(lambda all_: bool(warnings(all_)))
        if folder is not None:
            await gathered.until(lambda _: (folder / "f.quakes").is_file())
    return warnings(gathered)[0]


async def test_after_a_restart_the_other_source_revises_the_same_warning(tmp_path: Path) -> None:
    async with services() as made:
        folder = tmp_path / "feeds"
        first = await told(feed(made, "emsc"), folder)
        second = await told(feed(made, "usgs"), folder)
        assert first.id == second.id == "quake:emsc:20261118_1"
        assert (first.revision, second.revision) == (1, 2)
        assert [file.name for file in folder.iterdir()] == ["f.quakes"]


async def test_what_the_store_has_not_is_not_kept(tmp_path: Path) -> None:
    async with services() as made:
        options = {"catalog": CITY, "clock": ManualClock(NOW), "folder": tmp_path}
        async with ingesting(feed(made, "emsc"), **options) as (_, gathered):
            gathered.stores = False
            await gathered.until(lambda all_: bool(warnings(all_) and all_.all.receipts))
        assert not (tmp_path / "f.quakes").exists()


async def test_without_a_folder_nothing_is_kept() -> None:
    async with services() as made:
        first, second = await told(feed(made, "emsc"), None), await told(feed(made, "usgs"), None)
        assert (first.id, second.id) == ("quake:emsc:20261118_1", "quake:usgs:us1")


def kept_quakes(**changes: Any) -> bytes:
    """A file, its one earthquake changed."""
    report = {"source": "emsc", "event": "a", "origin": ORIGIN, "lon": 118.9, "lat": 33.3,
              "magnitude": 4.4, "reported": ORIGIN}  # fmt: skip
    quake = {"id": "quake:emsc:a", "reports": {"emsc": report}, "names": [["emsc", "a"]]}
    return msgspec.json.encode({"quakes": [quake | changes]})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff{",
        b"[" * 100_000,
        b'{"quakes": 7}',
        b" " * 4_000_001,
        kept_quakes()[:-5],
        kept_quakes(id=""),
        kept_quakes(reports={}),
        kept_quakes(names=[]),
        kept_quakes(names=[["emsc"]]),
        kept_quakes(revision=-1),
        kept_quakes(observed=10**18),
        kept_quakes().replace(b'"emsc"', b'"nobody"'),
        kept_quakes().replace(b"118.9", b"1e308"),
    ],
)
def test_a_file_that_cannot_be_used_is_put_aside(
    data: bytes, tmp_path: Path, expect_log: Any
) -> None:
    expect_log("feed f: earthquakes shown before are not known")
    path = tmp_path / "f.quakes"
    path.write_bytes(data)
    kept = KeptQuakes(path, "f")
    assert kept.load() == [] and kept.load() == []
    assert [file.name for file in tmp_path.iterdir()] == ["f.quakes.broken"]
    kept.save(kept_quakes())
    (quake,) = kept.load()
    assert quake.id == "quake:emsc:a"


async def test_a_broken_file_does_not_hold_up_the_feed(tmp_path: Path, expect_log: Any) -> None:
    expect_log("feed f: earthquakes shown before are not known")
    (tmp_path / "f.quakes").write_bytes(b"{")
    async with services() as made:
        config = feed(made, "usgs")
        async with ingesting(config, catalog=CITY, clock=ManualClock(NOW), folder=tmp_path) as (
            _,
            gathered,
        ):
            await gathered.until(lambda all_: bool(warnings(all_)))
            await gathered.until(lambda _: (tmp_path / "f.quakes").is_file())
    assert (tmp_path / "f.quakes.broken").read_bytes() == b"{"


def test_a_disk_that_refuses_is_said_once(tmp_path: Path, expect_log: Any) -> None:
    expect_log("feed f: earthquakes shown are not remembered")
    (tmp_path / "f.quakes.new").mkdir()
    kept = KeptQuakes(tmp_path / "f.quakes", "f")
    kept.save(b"1")
    kept.save(b"2")
    assert not (tmp_path / "f.quakes").exists()


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
