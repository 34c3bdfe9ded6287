"""Which addresses are opened, and what the library may do for each of them."""

from pathlib import Path

import pytest

from app.video.wire import Open, Source
from app.video.worker.address import MAX_ADDRESS, BadAddress, Way, way


def network(url: str, *, udp: bool = False) -> Way:
    return way(Open(1, url, udp=udp))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "clip.mp4",
        "/etc/passwd",
        "file:///etc/passwd",
        "concat:/etc/passwd|/etc/shadow",
        "pipe:0",
        "crypto:rtsp://host/a",
        "crypto+http://host/a.ts",
        "subfile,,start,0,end,9,,:/etc/passwd",
        "data:video/mp4;base64,AAAA",
        "ftp://host/a.mp4",
        "gopher://host/",
        "async:http://host/a",
        "cache:http://host/a",
        "lavfi:testsrc",
        "rtsp:///nobody",
        "rtsp://",
        "rtsp://host:port/a",
        "rtsp://host/a\r\nAuthorization: x",
        "http://host/a b",
        "http://host\\@other/a",
        "rtsp://host/" + "a" * MAX_ADDRESS,
    ],
)
def test_what_is_not_a_camera_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(BadAddress) as refused:
        network(url)
    assert not url or url not in str(refused.value)
    assert "passwd" not in str(refused.value)


def test_rtsp_over_tcp_and_udp() -> None:
    tcp = network("rtsp://admin:pass@10.0.0.1:554/Streaming/Channels/101")
    assert tcp.options["rtsp_transport"] == "tcp"
    assert tcp.options["timeout"] == "5000000"  # microseconds
    assert not tcp.own_clock
    assert network("rtsp://host/a", udp=True).options["rtsp_transport"] == "udp"


@pytest.mark.parametrize("url", ["rtsp://h/a", "rtmp://h/a", "http://h/a.flv", "https://h/a.m3u8"])
def test_no_stream_of_a_network_leads_to_this_machines_files(url: str) -> None:
    options = network(url).options
    protocols = set(options["protocol_whitelist"].split(","))
    assert protocols <= {"rtsp", "rtp", "udp", "tcp", "tls", "rtmp", "http", "https"}
    containers = set(options["format_whitelist"].split(","))
    assert not containers & {
        "concat",
        "image2",
        "lavfi",
        "tedcaptions",
        "dash",
        "webm_dash_manifest",
    }


def test_what_is_secured_leads_to_nothing_that_is_not() -> None:
    assert "http" not in network("https://h/a.flv").options["protocol_whitelist"].split(",")


def test_no_option_of_the_traps_is_set() -> None:
    """`nobuffer` throws the key frame away; `timeout` of RTMP waits for a caller."""
    assert "fflags" not in network("rtsp://h/a").options
    assert "timeout" not in network("rtmp://h/a").options


@pytest.mark.parametrize(
    ("url", "own"),
    [("http://h/live/1.m3u8", True), ("http://h/rtp/1.live.flv", False), ("rtsp://h/1", False)],
)
def test_hls_comes_in_pieces_and_is_shown_by_its_own_clock(url: str, own: bool) -> None:
    assert network(url).own_clock is own


def test_a_file_is_opened_only_by_an_order_that_says_so(tmp_path: Path) -> None:
    clip = tmp_path / "a clip.mp4"
    clip.write_bytes(b"x")
    found = way(Open(1, str(clip), source=Source.FILE))
    assert found.url == f"file:{clip}" and found.own_clock
    assert found.options["protocol_whitelist"] == "file"
    with pytest.raises(BadAddress):
        network(str(clip))


@pytest.mark.parametrize("path", ["clip.mp4", "../clip.mp4", "/dev/zero", "/tmp", "/tmp/a\0b"])
def test_a_file_is_a_regular_one_with_its_whole_path(path: str) -> None:
    with pytest.raises(BadAddress):
        way(Open(1, path, source=Source.FILE))


@pytest.mark.parametrize("path", ["/dev/video", "/dev/sda", "video0", "/dev/video0/../sda"])
def test_a_device_is_a_capture_card(path: str) -> None:
    with pytest.raises(BadAddress):
        way(Open(1, path, source=Source.DEVICE))


def test_a_capture_card() -> None:
    assert way(Open(1, "/dev/video2", source=Source.DEVICE)).container == "v4l2"
