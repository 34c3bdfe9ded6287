"""Streams over HTTP: FLV, transport stream, MP4 and HLS; and what a playlist must not reach."""

import asyncio
from pathlib import Path

import pytest

from app.video.wire import Fault, Open
from tests.helpers.clips import write_clip
from tests.helpers.http_server import Asked, HttpServer, Reply, head_of, http_server
from tests.helpers.pooling import pooled, until

PLAYLIST = """#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:0
#EXTINF:2.0,
{first}
#EXTINF:2.0,
{second}
#EXT-X-ENDLIST
"""


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("clips")
    names = ("clip.flv", "clip.ts", "clip.mp4")
    return {name: write_clip(folder / name, seconds=2).read_bytes() for name in names}


def serve(server: HttpServer, path: str, body: bytes) -> None:
    async def whole(server: HttpServer, asked: Asked, writer: asyncio.StreamWriter) -> Reply:
        return Reply(body, 200, {"Content-Type": "application/octet-stream"})

    server.on(path, whole)


def pour(server: HttpServer, path: str, body: bytes) -> None:
    """Without a length, as live streams are sent."""

    async def live(server: HttpServer, asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head_of(200, {"Content-Type": "video/x-flv", "Connection": "close"}) + body)
        await writer.drain()

    server.on(path, live)


@pytest.mark.parametrize("name", ["clip.flv", "clip.ts", "clip.mp4"])
async def test_a_stream_is_read_to_its_end(clips: dict[str, bytes], name: str) -> None:
    async with http_server() as server, pooled() as house:
        pour(server, f"/live/{name}", clips[name])
        house.pool.open(Open(1, server.url(f"/live/{name}")))
        view = house.view(1, 320, 180)
        opened = await house.opened(1)
        assert (opened.codec, opened.width) == ("h264", 640)
        assert (await house.failed(1)).fault is Fault.ENDED
        assert view.number == 49 and view["packets"] == 50


async def test_a_recording_is_shown_at_the_speed_of_its_clock(clips: dict[str, bytes]) -> None:
    async with http_server() as server, pooled() as house:
        serve(server, "/record.mp4", clips["clip.mp4"])
        house.pool.open(Open(1, server.url("/record.mp4"), speed=2.0))
        view = house.view(1, 320, 180)
        await until(lambda: view["seq"] >= 20)
        begin, first = view["pts"], view["arrived"]
        await until(lambda: view["seq"] >= 40)
        passed = view["arrived"] - first
        assert passed == pytest.approx((view["pts"] - begin) / 2, abs=0.08)


async def test_hls_is_shown_at_the_speed_of_its_clock(clips: dict[str, bytes]) -> None:
    async with http_server() as server, pooled() as house:
        serve(server, "/hls/0.ts", clips["clip.ts"])
        serve(server, "/hls/1.ts", clips["clip.ts"])
        playlist = PLAYLIST.format(first="0.ts", second="1.ts").encode()
        serve(server, "/hls/live.m3u8", playlist)
        house.pool.open(Open(1, server.url("/hls/live.m3u8")))
        view = house.view(1, 320, 180)
        await until(lambda: view["seq"] >= 5)
        begin, first = view["pts"], view["arrived"]
        await until(lambda: view["seq"] >= 20)
        assert view["arrived"] - first == pytest.approx(view["pts"] - begin, abs=0.08)
        assert view.number == view["seq"] - 1


async def test_a_playlist_reaches_no_file_of_this_machine(
    clips: dict[str, bytes], tmp_path: Path
) -> None:
    """A secret that is a good transport stream is not shown either."""
    secret = tmp_path / "secret.ts"
    secret.write_bytes(clips["clip.ts"])
    async with http_server() as server, pooled() as house:
        for number, piece in enumerate((f"file://{secret}", str(secret), f"concat:{secret}")):
            playlist = PLAYLIST.format(first=piece, second=piece).encode()
            serve(server, f"/{number}.m3u8", playlist)
            house.pool.open(Open(number, server.url(f"/{number}.m3u8"), timeout_s=1))
            view = house.view(number, 64, 36)
            failed = await house.failed(number)
            assert failed.fault in (Fault.UNREADABLE, Fault.ENDED, Fault.TIMEOUT)
            assert "secret" not in failed.detail and view["seq"] == 0


async def test_a_redirect_reaches_no_file_and_no_other_protocol(tmp_path: Path) -> None:
    async with http_server() as server, pooled() as house:

        async def away(server: HttpServer, asked: Asked, writer: asyncio.StreamWriter) -> Reply:
            return Reply(b"", 302, {"Location": "file:///etc/hostname"})

        server.on("/a.flv", away)
        house.pool.open(Open(1, server.url("/a.flv")))
        assert (await house.failed(1)).fault is not Fault.ENDED


@pytest.mark.parametrize(
    ("status", "fault"),
    [(401, Fault.CREDENTIALS), (403, Fault.REFUSED), (404, Fault.NOT_FOUND), (500, Fault.REFUSED)],
)
async def test_what_a_server_answers(status: int, fault: Fault) -> None:
    async with http_server() as server, pooled() as house:

        async def answer(server: HttpServer, asked: Asked, writer: asyncio.StreamWriter) -> Reply:
            return Reply(b"no", status)

        server.on("/a.flv", answer)
        house.pool.open(Open(1, server.url("/a.flv")))
        assert (await house.failed(1)).fault is fault


async def test_a_page_is_no_stream() -> None:
    async with http_server() as server, pooled() as house:
        serve(server, "/a.flv", b"<html><body>login</body></html>" * 100)
        house.pool.open(Open(1, server.url("/a.flv")))
        assert (await house.failed(1)).fault is Fault.UNREADABLE
