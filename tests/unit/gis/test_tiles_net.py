"""Bases from a real server that hangs, lies and refuses: what a map gets of them, and what not."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.core.clock import ManualClock
from app.core.i18n import translator
from app.gis.tiles._base import BaseState, NoTile, Place, Tile
from app.gis.tiles.config import BaseConfig
from app.gis.tiles.service import Tiles
from app.secrets import Secrets
from app.store.mbtiles import MbtilesReader
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server
from tests.helpers.tile_files import MVT_EMPTY, png

NOW = 1_784_246_400_000
DAY = 86_400_000
KEY = "a-key-that-nobody-may-see"
PLACES = "z={z}&x={x}&y={y}"


def picture(body: bytes, **headers: str) -> Callable[..., Awaitable[Reply]]:
    async def give(_server: HttpServer, _asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
        return Reply(body, headers={"Content-Type": "image/png", **headers})

    return give


class Desk:
    """Tiles of one base over a server, its clock, its folder."""

    def __init__(self, server: HttpServer, folder: Path) -> None:
        self.server = server
        self.clock = ManualClock(NOW)
        self.cache = folder
        self.tiles: Tiles | None = None

    def base(self, path: str = "/tile", **more: Any) -> "Desk":
        settings: dict[str, Any] = {
            "kind": "xyz",
            "crs": "cgcs2000",
            "url": f"{self.server.url(path)}?{PLACES}",
            "rate": 1000,
            "timeout_s": 5,
        }
        config = BaseConfig(id="b", name_zh="底图", name_en="Base", **{**settings, **more})
        secrets = Secrets(environment={"CHENGMAI_SECRET_TIANDITU": KEY})
        self.tiles = Tiles({"b": config}, Place(self.clock, secrets, (), self.cache))
        self.tiles.start()
        return self

    async def ask(self, z: int, x: int, y: int) -> Tile | None:
        assert self.tiles is not None
        return await asyncio.wrap_future(self.tiles.ask("b", z, x, y))

    async def reason(self, z: int, x: int, y: int) -> str:
        with pytest.raises(NoTile) as error:
            await self.ask(z, x, y)
        return error.value.reason.id

    @property
    def state(self) -> BaseState:
        assert self.tiles is not None
        return self.tiles.state("b")

    async def again(self) -> None:
        """The program is closed and opened."""
        assert self.tiles is not None
        configs = self.tiles.configs
        await self.tiles.stop()
        self.tiles = Tiles(configs, Place(self.clock, self.tiles.place.secrets, (), self.cache))
        self.tiles.start()


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    async with http_server() as server:
        server.on("/tile", picture(png()))
        made = Desk(server, folder)
        try:
            yield made
        finally:
            if made.tiles is not None:
                await made.tiles.stop()


def contents(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.rglob("*") if file.is_file()]


async def test_tiles_come_and_are_asked_for_once(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.base()
        found = await asyncio.gather(*(it.ask(3, 1, 2) for _ in range(20)))
        assert {tile.data for tile in found if tile} == {png()}
        assert [asked.query for asked in it.server.asked] == [{"z": "3", "x": "1", "y": "2"}]
        assert await it.ask(3, 8, 0) is None
        assert it.state.health == "live" and it.state.since == NOW


async def test_rows_from_the_south_and_hosts_in_turn(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.base(options={"tms": True})
        await it.ask(3, 1, 2)
        assert it.server.asked[-1].query == {"z": "3", "x": "1", "y": "5"}


async def test_wms_asks_in_the_order_of_the_axes(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        wms = {"kind": "wms", "url": it.server.url("/tile"), "options": {"layers": "roads"}}
        it.base(**wms)
        await it.ask(1, 1, 0)
        half = 20037508.342789244
        query = it.server.asked[-1].query
        assert query["CRS"] == "EPSG:3857" and query["VERSION"] == "1.3.0"
        assert [float(v) for v in query["BBOX"].split(",")] == pytest.approx([0, 0, half, half])
        await it.tiles.stop() if it.tiles else None
        it.base(**wms, **{"crs": "EPSG:4490", "min_zoom": 8})  # type: ignore[arg-type]
        await it.ask(8, 212, 102)
        query = it.server.asked[-1].query
        south, west, north, east = (float(value) for value in query["BBOX"].split(","))
        assert query["CRS"] == "EPSG:4490"
        assert (west, east) == pytest.approx((118.125, 119.53125))
        assert 33 < south < north < 35


async def test_tianditu_gets_its_key_and_nobody_else_sees_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with desk(tmp_path) as it:
        it.base(
            kind="wmts", preset="vec_w", url=it.server.url("/tile"), credential="tianditu",
            may_store=True,
        )  # fmt: skip
        assert await it.ask(12, 3403, 1642) is not None
        query = it.server.asked[-1].query
        assert query["tk"] == KEY
        assert (query["LAYER"], query["TILEMATRIXSET"], query["TILEMATRIX"]) == ("vec", "w", "12")
        assert (query["TILECOL"], query["TILEROW"], query["STYLE"]) == ("3403", "1642", "default")
        it.server.on("/tile", status(403))
        assert await it.reason(12, 3404, 1642) == "mapbase.key_refused"
        assert it.state.health == "refused"
        assert await it.reason(12, 3405, 1642) == "mapbase.key_refused"
        assert len(it.server.asked) == 2, "whoever is refused does not ask on"
        told = repr(it.state) + caplog.text
        assert it.tiles is not None
        told += repr(it.tiles.configs)
        await it.tiles.stop()
        assert KEY not in told
    assert all(KEY.encode() not in data for data in contents(tmp_path))


def status(code: int) -> Callable[..., Awaitable[Reply]]:
    async def give(_server: HttpServer, _asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
        return Reply(b"no", code)

    return give


@pytest.mark.parametrize(
    ("body", "kind", "sentence"),
    [
        (b"<!DOCTYPE html><h1>login</h1>", "text/html", "feed.http_html"),
        (b"<ServiceExceptionReport/>", "text/xml", "mapbase.tile_page"),
        (b'{"msg": "quota"}', "application/json", "mapbase.tile_unknown"),
        (png(300, 300), "image/png", "mapbase.tile_size"),
        (png(256, 100), "image/png", "mapbase.tile_size"),
        (b"\x89PNG\r\n\x1a\n", "image/png", "mapbase.tile_unknown"),
        (b"", "image/png", "mapbase.tile_unknown"),
    ],
)
async def test_what_is_no_tile_is_said_and_not_asked_for_again(
    tmp_path: Path, body: bytes, kind: str, sentence: str
) -> None:
    async with desk(tmp_path) as it:
        it.server.on("/tile", picture(body, **{"Content-Type": kind}))
        it.base(may_store=True)
        assert await it.reason(3, 1, 2) == sentence
        assert await it.reason(3, 1, 2) == sentence
        assert len(it.server.asked) == 1
        it.server.on("/tile", picture(png()))
        assert await it.ask(3, 1, 3) is not None, "another tile is not touched by it"
        it.clock.advance(61_000)
        assert await it.ask(3, 1, 2) is not None


@pytest.mark.parametrize("path", ["/bomb", "/huge", "/cut"])
async def test_a_server_that_lies_about_sizes_costs_one_tile(tmp_path: Path, path: str) -> None:
    async with desk(tmp_path) as it:
        it.base(path)
        assert (await it.reason(3, 1, 2)).startswith("feed.")
        assert it.state.health in ("late", "lost")


async def test_a_redirect_to_another_host_is_not_followed(tmp_path: Path) -> None:
    async with desk(tmp_path) as it, http_server() as other:
        other.on("/tile", picture(png()))
        it.base(url=f"{it.server.url('/redirect')}?to={other.url('/tile')}&{PLACES}")
        assert await it.reason(3, 1, 2) == "feed.http_elsewhere"
        assert other.asked == []


@pytest.mark.parametrize("path", ["/silent", "/drip"])
async def test_a_server_that_hangs_is_left_alone_and_others_go_on(
    tmp_path: Path, path: str
) -> None:
    async with desk(tmp_path) as it:
        it.base(path, timeout_s=0.1, requests=2)
        assert await it.reason(3, 0, 0) == "feed.timeout"
        assert await it.reason(3, 0, 1) == "feed.timeout"
        assert await it.reason(3, 0, 2) == "feed.timeout"
        asked = len(it.server.asked)
        assert await it.reason(3, 0, 3) == "feed.timeout", "not asked at all"
        assert len(it.server.asked) == asked
        assert it.state.health == "lost"
        it.clock.advance(6_000)
        assert await it.reason(3, 0, 4) == "feed.timeout"
        assert len(it.server.asked) == asked + 1


async def test_a_server_that_hangs_for_one_tile_is_late_and_not_lost(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:

        async def some(server: HttpServer, asked: Asked, _writer: Any) -> Reply | None:
            if asked.query["y"] == "7":
                await server.pause(60)
                return None
            return Reply(png(), headers={"Content-Type": "image/png"})

        it.server.on("/tile", some)
        it.base(timeout_s=0.2)
        assert await it.ask(3, 1, 1) is not None
        assert await it.reason(3, 1, 7) == "feed.timeout"
        assert it.state.health == "late" and it.state.reason is not None
        assert await it.ask(3, 1, 2) is not None
        assert it.state.health == "live"


async def test_without_the_line_what_was_kept_is_shown_with_its_age(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.base(may_store=True)
        await it.ask(3, 1, 2)
        await it.server.stop()
        it.clock.advance(40 * DAY)
        await it.again()
        tile = await it.ask(3, 1, 2)
        assert tile is not None and (tile.data, tile.at) == (png(), NOW)
        assert (await it.reason(3, 1, 3)) == "feed.port_closed"
        assert it.state.health == "cached" and it.state.oldest == NOW
        assert it.tiles is not None
        await it.tiles.stop()
    reader = MbtilesReader(tmp_path / "b.mbtiles")
    assert reader.tile(3, 1, 2, 1 << 20) == png()
    reader.close()


async def test_what_is_old_is_shown_at_once_and_renewed_behind(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.base(may_store=True, refresh_days=1)
        await it.ask(3, 1, 2)
        it.clock.advance(2 * DAY)
        newer = png(colour=(1, 2, 3))
        it.server.on("/tile", picture(newer))
        tile = await it.ask(3, 1, 2)
        assert tile is not None and tile.at == NOW
        await it.server.until_asked(2)
        async with asyncio.timeout(10):
            found = [tile.at]
            while found[-1] == NOW:
                tile = await it.ask(3, 1, 2)
                assert tile is not None
                found.append(tile.at)
        assert tile.data == newer and tile.at == NOW + 2 * DAY


async def test_a_licence_that_does_not_allow_it_leaves_nothing_on_the_disk(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.base()
        await it.ask(3, 1, 2)
    assert contents(tmp_path) == []


async def test_vector_tiles_come_unpacked_and_are_kept_packed(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.server.on("/tile", picture(MVT_EMPTY, **{"Content-Type": "application/x-protobuf"}))
        it.base(may_store=True, vector=True)
        tile = await it.ask(3, 1, 2)
        assert tile is not None and tile.data == MVT_EMPTY
        await it.again()
        await it.server.stop()
        tile = await it.ask(3, 1, 2)
        assert tile is not None and tile.data == MVT_EMPTY
    reader = MbtilesReader(tmp_path / "b.mbtiles")
    assert (reader.tile(3, 1, 2, 1 << 20) or b"").startswith(b"\x1f\x8b")
    reader.close()


@pytest.mark.parametrize("code", [400, 418, 500])
async def test_a_status_is_said_with_the_base_s_name(tmp_path: Path, code: int) -> None:
    async with desk(tmp_path) as it:
        it.server.on("/tile", status(code))
        it.base()
        assert await it.reason(3, 1, 2) == "mapbase.http_status"
        reason = it.state.reason
        assert reason is not None and reason.args["status"] == code
        assert f"底图 底图 的服务应答 {code}" in translator("zh_CN").render(reason)


async def test_a_key_does_not_go_where_others_can_read_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        url = f"http://192.0.2.1:9/?{PLACES}"
        it.base(url=url, credential="tianditu")
        assert await it.reason(3, 1, 2) == "mapbase.plain_key"
        assert it.state.health == "refused"


async def test_a_tile_that_the_server_does_not_have_is_none(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.server.on("/tile", status(404))
        it.base()
        assert await it.ask(3, 1, 2) is None
        assert await it.ask(3, 1, 2) is None
        assert len(it.server.asked) == 1 and it.state.health == "live"


async def test_stopping_in_the_middle_leaves_no_thread(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.base("/silent", may_store=True)
        assert it.tiles is not None
        waiting = it.tiles.ask("b", 3, 1, 2)
        await it.server.until_asked(1)
        await it.tiles.stop()
        assert waiting.cancelled() or waiting.exception() is not None
