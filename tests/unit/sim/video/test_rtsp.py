"""The RTSP server, read with FFmpeg's client: pictures arrive whole, in order, and in time."""

import socket
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import pytest

from tests.helpers.clips import number_of, write_clip
from tests.helpers.video_server import ServerThread

PICTURES = 100
SMALL = (320, 180)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {
        "h264": write_clip(folder / "h264.mp4", size=SMALL),
        "raw264": write_clip(folder / "raw.h264", size=SMALL),
        "h265": write_clip(folder / "h265.mp4", codec="libx265", size=SMALL),
        "raw265": write_clip(folder / "raw.h265", codec="libx265", size=SMALL),
        "large": write_clip(folder / "large.mp4", size=(640, 360)),
    }


@pytest.fixture(scope="module")
def server(clips: dict[str, Path]) -> Iterator[ServerThread]:
    with ServerThread(clips) as running:
        yield running


def opened(url: str, transport: str = "tcp") -> av.container.InputContainer:
    options = {"rtsp_transport": transport, "probesize": "32", "analyzeduration": "0"}
    return av.open(url, options=options, timeout=5.0)


def numbers(
    file: av.container.InputContainer, count: int, tries: int = 400
) -> list[tuple[int, int, int]]:
    """Counter, time in 90 kHz and width of the first pictures that come."""
    found: list[tuple[int, int, int]] = []
    stream = file.streams.video[0]
    if not stream.codec_context.is_open:
        stream.codec_context.thread_count = 1
    for packet in file.demux(stream):
        tries -= 1
        for frame in packet.decode():
            pixels = frame.to_ndarray(format="bgra")
            found.append((number_of(pixels), frame.pts or 0, frame.width))
        if len(found) >= count or tries <= 0:
            break
    return found


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize(
    "clip",
    [
        "h264",
        pytest.param("raw264", marks=pytest.mark.full),
        pytest.param("h265", marks=pytest.mark.full),
        "raw265",
    ],
)
def test_pictures_come_in_order_and_whole(server: ServerThread, clip: str, transport: str) -> None:
    with opened(f"{server.url}/{clip}", transport) as file:
        assert file.streams.video[0].codec_context.name == ("h264" if "264" in clip else "hevc")
        assert file.metadata["title"] == clip
        seen = numbers(file, 30)
    counters = [counter for counter, _, _ in seen]
    assert -1 not in counters
    assert all((after - before) % PICTURES == 1 for before, after in pairwise(counters))
    # FFmpeg tells no time of the first packet
    steps = {after - before for (_, before, _), (_, after, _) in pairwise(seen[1:])}
    assert steps == {3600}


def test_the_first_picture_is_there_at_once(server: ServerThread) -> None:
    """The group of pictures that runs is sent first: nobody waits for the next key picture, and
    what came up to now is there without the wait that its clock would ask for."""
    began = time.monotonic()
    with opened(f"{server.url}/h264") as file:
        first = numbers(file, 1)
        took = time.monotonic() - began
        watched = server.ask(lambda: server.rtsp.watching)
    assert first[0][0] in (0, 50)
    assert took < 5 and watched == 1


def test_a_picture_is_sent_when_the_clock_says(server: ServerThread) -> None:
    """Picture k is due at epoch + k / 25: nobody sees it earlier, whoever watches."""
    epoch = server.rtsp.offers.epoch  # type: ignore[attr-defined]
    with opened(f"{server.url}/h264") as file:
        for _ in range(2):
            counter, _, _ = numbers(file, 40)[-1]
            assert counter >= 0
            now = (time.monotonic() - epoch) * 25
            assert (int(now) - counter) % PICTURES < PICTURES // 2


def test_two_who_watch_cost_one_source(server: ServerThread) -> None:
    with opened(f"{server.url}/large") as one, opened(f"{server.url}/large") as two:
        assert numbers(one, 5) and numbers(two, 5)
        offer = server.rtsp.offers
        source = offer._sources["large"]  # type: ignore[attr-defined]
        assert source.watched == 2
    assert one is not two


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("/nothing", av.error.HTTPNotFoundError),
        ("/h264?status=403", av.error.HTTPForbiddenError),
        ("/h264?status=503", av.error.HTTPServerError),
        ("/h264?auth=a:b", av.error.HTTPUnauthorizedError),
    ],
    ids=["unknown", "forbidden", "busy", "password"],
)
def test_a_refusal_is_told(server: ServerThread, query: str, error: type[av.FFmpegError]) -> None:
    with pytest.raises(error):
        opened(server.url + query)


def test_who_knows_the_password_sees_the_picture(server: ServerThread) -> None:
    address = server.url.replace("rtsp://", "rtsp://duty:se%20cret@")
    with opened(f"{address}/h264?auth=duty:se%20cret") as file:
        assert numbers(file, 2)
    with pytest.raises(av.error.HTTPUnauthorizedError):
        opened(f"{address}/h264?auth=duty:other")


def test_a_cut_connection_ends_the_stream(server: ServerThread) -> None:
    with opened(f"{server.url}/h264?kill=0.3") as file, pytest.raises((OSError, EOFError)):
        numbers(file, 1000)
        raise EOFError  # FFmpeg tells a cut as the end of the file or as an error


@pytest.mark.full
def test_a_mute_camera_sends_nothing(server: ServerThread) -> None:
    options = {"rtsp_transport": "tcp", "timeout": "500000"}
    with pytest.raises(av.FFmpegError), av.open(f"{server.url}/h264?mute", options=options) as file:
        numbers(file, 1)


@pytest.mark.full
def test_lost_and_damaged_packets_leave_gaps_only(server: ServerThread) -> None:
    with opened(f"{server.url}/large?drop=0.2&seed=3") as file:
        stream = file.streams.video[0]
        sizes = [packet.size for packet, _ in zip(file.demux(stream), range(40), strict=False)]
    assert sizes


@pytest.mark.full
def test_a_frozen_camera_sends_the_same_picture(server: ServerThread) -> None:
    with opened(f"{server.url}/h264?freeze=0.01") as file:
        seen = numbers(file, 70)
    assert len({counter for counter, _, _ in seen[-10:]}) == 1


@pytest.mark.full
def test_the_size_changes_in_the_stream(server: ServerThread) -> None:
    with opened(f"{server.url}/h264?switch=large@0.4&a=1") as file:
        seen = numbers(file, 60)
    assert {width for _, _, width in seen} == {320, 640}
    assert seen[-1][2] == 640


def test_another_codec_is_described_anew_after_the_switch(server: ServerThread) -> None:
    address = f"{server.url}/h264?switch=h265@0.2&b=1"
    with opened(address) as file:
        assert file.streams.video[0].codec_context.name == "h264"
        numbers(file, 5)
    deadline = time.monotonic() + 5
    name = ""
    while name != "hevc" and time.monotonic() < deadline:
        with opened(address) as file:
            name = file.streams.video[0].codec_context.name
    assert name == "hevc"


def test_the_server_comes_back_on_its_port(clips: dict[str, Path]) -> None:
    with ServerThread(clips) as server:
        port = server.port
        with opened(f"{server.url}/h264") as file:
            assert numbers(file, 2)
            server.stop()
            with pytest.raises((OSError, EOFError)):
                numbers(file, 1000)
                raise EOFError
        server.start()
        assert server.port == port
        with opened(f"{server.url}/h264") as file:
            assert numbers(file, 2)


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"OPTIONS rtsp://x/h264 RTSP/1.0\r\n" + b"a" * 10_000 + b"\r\n\r\n",
        b"OPTIONS rtsp://x/h264 RTSP/1.0\r\nContent-Length: 99999999\r\n\r\n",
        b"OPTIONS rtsp://[x/h264 RTSP/1.0\r\n\r\n",
        b"OPTIONS rtsp://x/h264?drop=much RTSP/1.0\r\n\r\n",
        b"OPTIONS rtsp://x/h264 RTSP/1.0\r\n" + b"A: b\r\n" * 65 + b"\r\n",
    ],
    ids=["http", "line", "body", "address", "fault", "headers"],
)
def test_what_is_no_request_is_refused(server: ServerThread, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
        line.sendall(said)
        assert line.recv(100).startswith(b"RTSP/1.0 400")
        assert line.recv(100) == b""
