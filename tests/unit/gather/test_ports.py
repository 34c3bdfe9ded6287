"""Where a gatherer listens, and what it tells there of its health."""

import asyncio
import socket
from pathlib import Path

import msgspec
import pytest

from app.core.message import Refusal
from app.gather.health_port import FeedLine, Health, HealthPort
from app.gather.notify import notify
from app.gather.server import Place, place, server_context


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("8770", "127.0.0.1", 8770),
        ("0", "127.0.0.1", 0),
        ("10.1.2.3:8770", "10.1.2.3", 8770),
        ("[::1]:9", "::1", 9),
        ("localhost:9", "localhost", 9),
    ],
)
def test_a_place_is_this_machine_where_nothing_else_is_said(
    text: str, host: str, port: int
) -> None:
    assert place(text) == Place(host, port)
    assert place(text).loopback == (host != "10.1.2.3")


@pytest.mark.parametrize("text", ["", "x", "1:", ":x", "70000", "a:99999", "-1", "٣"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        place(text)
    assert refused.value.reason.id == "gatherer.bad_place"


def test_a_certificate_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    assert server_context("", "") is None
    with pytest.raises(Refusal) as refused:
        server_context(str(tmp_path / "none.pem"), "")
    assert refused.value.reason.id == "feed.certificate_file"


LINE = FeedLine("water", "live", 1.5, 0.2)
STATE = Health("first", 5, "0", "320800", "v", 1, 3, 9, "", [LINE])


async def ask(port: int, request: bytes) -> tuple[str, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.decode().split("\r\n")[0], body


@pytest.fixture
async def port():
    health = HealthPort(lambda: STATE)
    yield await health.start(place("0"))
    await health.stop()


async def test_health_is_json_on_get(port: int) -> None:
    first, body = await ask(port, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert first == "HTTP/1.1 200 OK"
    assert msgspec.json.decode(body, type=Health) == STATE


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST /health HTTP/1.1\r\nHost: x\r\n\r\n", "405"),
        (b"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", "405"),
        (b"GET /../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "404"),
        (b"nonsense\r\n\r\n", "400"),
    ],
)
async def test_and_on_nothing_else(port: int, request_: bytes, status: str) -> None:
    first, body = await ask(port, request_)
    assert first.split(" ")[1:2] == [status] or (status == "400" and not first)
    assert b"water" not in body


async def test_a_port_that_is_taken_is_said(port: int) -> None:
    with pytest.raises(Refusal) as refused:
        await HealthPort(lambda: STATE).start(Place("127.0.0.1", port))
    assert refused.value.reason.id == "gatherer.listen"


def test_systemd_is_told_where_it_asks_for_it(tmp_path: Path) -> None:
    assert not notify("READY=1", {})
    assert not notify("READY=1", {"NOTIFY_SOCKET": "nonsense"})
    assert not notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "nobody")})
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        assert notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert manager.recv(100) == b"READY=1"
