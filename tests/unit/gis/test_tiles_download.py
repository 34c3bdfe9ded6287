"""An area of a base for times without a line: estimate, licence, going on where it stopped."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.city import city_folder
from app.cli.map_download import command
from app.core.clock import ManualClock
from app.gis.tiles._base import NoTile, Place
from app.gis.tiles.config import BaseConfig
from app.gis.tiles.download import BadDownload, Download
from app.gis.tiles.grid import Box
from app.gis.tiles.net import NetBase
from app.gis.tiles.service import made
from app.secrets import Secrets
from app.store.mbtiles import MbtilesReader
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server
from tests.helpers.tile_files import png

NOW = 1_784_246_400_000
BOX: Box = (119.0, 33.4, 119.2, 33.6)
# By hand: columns (lon + 180) / 360 * 2**z, rows by asinh; zoom 10: 850..851 x 410..411,
# zoom 11: 1700..1702 x 820..822.
AT_10, AT_11 = 4, 9


async def _picture(_server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    return Reply(
        png(colour=(int(asked.query["x"]) % 256, 0, 0)), headers={"Content-Type": "image/png"}
    )


@asynccontextmanager
async def base(folder: Path, **more: Any) -> AsyncIterator[tuple[NetBase, HttpServer]]:
    async with http_server() as server:
        server.on("/tile", _picture)
        given: dict[str, Any] = {
            "kind": "xyz",
            "crs": "cgcs2000",
            "url": server.url("/tile?z={z}&x={x}&y={y}"),
            "may_store": True,
            "rate": 1000,
            "timeout_s": 10,
        }
        config = BaseConfig(id="b", name_zh="底图", name_en="Base", **{**given, **more})
        place = Place(ManualClock(NOW), Secrets(environment={}), (), folder)
        found = made(config, place)
        assert isinstance(found, NetBase)
        try:
            yield found, server
        finally:
            await found.close()
            await place.shared.close()


def refused(found: NetBase, box: Box = BOX, zooms: range = range(10, 12)) -> str:
    with pytest.raises(BadDownload) as error:
        Download(found, box, zooms, ManualClock(NOW))
    return error.value.reason.id


async def test_the_estimate_comes_first_and_says_what_was_sampled(tmp_path: Path) -> None:
    async with base(tmp_path, rate=100) as (found, server):
        download = Download(found, BOX, range(10, 12), ManualClock(NOW))
        estimate = await download.estimate()
        assert estimate.tiles == AT_10 + AT_11
        assert estimate.seconds == pytest.approx((AT_10 + AT_11) / 100)
        assert estimate.bytes == pytest.approx(
            (AT_10 + AT_11) * len(png(colour=(82, 0, 0))), rel=0.05
        )
        assert 0 < estimate.sampled == len(server.asked) <= 8
        assert (await found.keeper.totals())[0] == 0


async def test_what_was_fetched_is_not_fetched_again(tmp_path: Path) -> None:
    async with base(tmp_path) as (found, server):
        first = await Download(found, BOX, range(10, 11), ManualClock(NOW)).run()
        assert (first.done, first.held, len(server.asked)) == (AT_10, 0, AT_10)
        told: list[int] = []
        download = Download(found, BOX, range(10, 12), ManualClock(NOW))
        second = await download.run(lambda progress: told.append(progress.done))
        assert (second.done, second.held, second.failed) == (AT_10 + AT_11, AT_10, 0)
        assert len(server.asked) == AT_10 + AT_11
        assert sorted(told) == list(range(1, AT_10 + AT_11 + 1))
    reader = MbtilesReader(tmp_path / "b.mbtiles")
    assert reader.zooms() == (10, 11)
    assert reader.metadata["format"] == "png"
    assert reader.metadata["bounds"] == "119.000000,33.400000,119.200000,33.600000"
    assert (reader.metadata["minzoom"], reader.metadata["maxzoom"]) == ("10", "11")
    assert reader.tile(10, 850, 411, 1 << 20) == png(colour=(850 % 256, 0, 0))
    reader.close()


async def test_a_line_that_goes_ends_it_with_a_sentence_and_it_goes_on_later(
    tmp_path: Path,
) -> None:
    async with base(tmp_path, requests=8) as (found, server):
        box: Box = (118.5, 33.0, 119.5, 34.0)
        download = Download(found, box, range(11, 14), ManualClock(NOW), pause_s=0.001)
        enough = asyncio.Event()
        running = asyncio.create_task(
            download.run(lambda progress: enough.set() if progress.done > 20 else None)
        )
        await enough.wait()
        await server.stop()
        with pytest.raises(BadDownload) as error:
            await running
        assert error.value.reason.id in ("feed.port_closed", "feed.timeout")
        kept = (await found.keeper.totals())[0]
        assert kept >= 10
        await server.start()
        again = Download(found, box, range(11, 12), ManualClock(NOW))
        assert (await again.run()).held >= 1


async def test_tiles_that_there_are_not_are_remembered(tmp_path: Path) -> None:
    async def nothing(_server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        return Reply(b"", 404)

    async with base(tmp_path) as (found, server):
        server.on("/tile", nothing)
        progress = await Download(found, BOX, range(10, 11), ManualClock(NOW)).run()
        assert (progress.absent, progress.failed) == (AT_10, 0)
        again = await Download(found, BOX, range(10, 11), ManualClock(NOW)).run()
        assert again.held == AT_10 == len(server.asked)


async def test_without_a_line_there_is_no_estimate(tmp_path: Path) -> None:
    async with base(tmp_path, url="http://127.0.0.1:9/{z}/{x}/{y}") as (found, _):
        with pytest.raises(NoTile):
            await Download(found, BOX, range(10, 11), ManualClock(NOW)).estimate()


async def test_what_cannot_be_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    async with base(tmp_path, min_zoom=3, max_zoom=16) as (found, server):
        assert refused(found, zooms=range(17, 19)) == "mapload.zooms"
        assert refused(found, zooms=range(0, 2)) == "mapload.zooms"
        assert refused(found, (119.2, 33.4, 119.0, 33.6)) == "mapload.box"
        assert refused(found, (33.4, 119.0, 33.6, 119.2)) == "mapload.box"
        assert refused(found, (70.0, 15.0, 140.0, 55.0), range(3, 17)) == "mapload.too_many"
        assert server.asked == []
    async with base(tmp_path, may_store=False) as (found, _):
        assert refused(found) == "mapload.licence"


async def test_the_area_of_a_gcj02_base_is_taken_in_its_own_grid(tmp_path: Path) -> None:
    async with base(tmp_path, crs="gcj02") as (found, server):
        box: Box = (119.1, 33.5, 119.1001, 33.5001)
        await Download(found, box, range(18, 19), ManualClock(NOW)).run()
        columns = {int(asked.query["x"]) for asked in server.asked}
        ours = int((119.1 + 180) / 360 * 2**18)
        assert all(2 < column - ours < 6 for column in columns), "some 500 m east of ours"


def city_with(folder: Path, server: HttpServer) -> Path:
    city = folder / "city"
    shutil.copytree(str(city_folder("huaian")), city)
    (city / "layers.toml").write_text(
        f'[[base]]\nid = "vec"\nkind = "xyz"\nname_zh = "街道"\nname_en = "Streets"\n'
        f'crs = "cgcs2000"\nurl = "{server.url("/tile")}?z={{z}}&x={{x}}&y={{y}}"\n'
        "may_store = true\nrate = 1000\n"
    )
    return city


async def test_the_command_asks_tells_and_keeps(tmp_path: Path) -> None:
    async with http_server() as server:
        server.on("/tile", _picture)
        city = await asyncio.to_thread(city_with, tmp_path, server)

        async def ran(*more: str, answer: str = "") -> Result:
            given = ["--city", str(city), "--base", "vec", "--data", str(tmp_path / "data"), *more]
            return await asyncio.to_thread(CliRunner().invoke, command, given, answer)

        box = ("--box", "119.0,33.4,119.2,33.6")
        asked = await ran(*box, "--zoom", "10-11", answer="n\n")
        assert asked.exit_code == 0
        assert "共 13 块" in asked.output and "现在下载吗" in asked.output
        assert not (tmp_path / "data" / "tiles" / "vec.mbtiles").exists()
        done = await ran(*box, "--zoom", "10-11", "--yes", "--lang", "en")
        assert done.exit_code == 0 and "13 tiles kept" in done.output
        reader = MbtilesReader(tmp_path / "data" / "tiles" / "vec.mbtiles")
        assert reader.zooms() == (10, 11)
        reader.close()
        whole = await ran("--zoom", "8", answer="n\n")
        assert "共" in whole.output and whole.exit_code == 0
        for wrong, words in (
            (("--zoom", "eight"), "级别 eight 不对"),
            (("--zoom", "8", "--box", "1,2,3"), "范围 1,2,3 不对"),
            (("--zoom", "8", "--base", "img"), "没有底图 img"),
            (("--zoom", "8", "--base", "outline"), "不是网络服务"),
        ):
            failed = await ran(*wrong)
            assert failed.exit_code == 1 and words in failed.output
