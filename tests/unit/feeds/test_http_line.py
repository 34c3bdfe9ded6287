"""`HttpLine` against a server that misbehaves: every answer is what was promised or has a name."""

import asyncio
import gzip
import logging
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.config import ConfigError, FeedConfig, Limits, Tls
from app.core.clock import SystemClock
from app.feeds._base import Lost, Refused, Surroundings
from app.feeds._http import Answer, HttpLine, Oversized
from app.secrets import Secrets
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server, json_reply
from tests.helpers.ingesting import CATALOG
from tests.helpers.tls import Authority

KEY = {"CHENGMAI_SECRET_KEY": "user:pass", "CHENGMAI_SECRET_TOKEN": "t0ken"}


@pytest.fixture
async def around() -> AsyncIterator[Surroundings]:
    made = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=Secrets(None, KEY))
    yield made
    await made.shared.close()


@pytest.fixture
async def server() -> AsyncIterator[HttpServer]:
    async with http_server() as made:
        made.data = [{"a": 1}]
        yield made


def line(around: Surroundings, url: str, answer_s: float = 20, **changes: Any) -> HttpLine:
    config = FeedConfig(id="f", kind="http-json", name_zh="水务局", url=url, **changes)
    return HttpLine(config, around, answer_s=answer_s)


async def got(around: Surroundings, url: str, **changes: Any) -> Answer:
    answer = await line(around, url, **changes).fetch(url)
    assert answer is not None
    return answer


async def trouble(around: Surroundings, url: str, **changes: Any) -> Lost | Refused:
    with pytest.raises((Lost, Refused)) as raised:
        await line(around, url, **changes).fetch(url)
    assert isinstance(raised.value, Lost | Refused)
    return raised.value


async def test_an_answer_has_its_bytes_type_and_address(
    server: HttpServer, around: Surroundings
) -> None:
    url = server.url("/data?a=1")
    answer = await line(around, url).fetch(url, params={"地": "宿迁"})
    assert answer is not None
    assert (answer.status, answer.data, answer.type) == (200, b'[{"a":1}]', "application/json")
    assert server.asked[0].query == {"a": "1", "地": "宿迁"}
    assert answer.url == server.url(server.asked[0].target)


@pytest.mark.parametrize("path", ["/etag", "/modified"])
async def test_what_did_not_change_is_not_taken_again(
    server: HttpServer, around: Surroundings, path: str
) -> None:
    url = server.url(path)
    asker = line(around, url)
    assert await asker.fetch(url) is not None
    assert await asker.fetch(url) is None
    assert await asker.fetch(url, params={"other": "address"}) is not None
    asker.forget()
    assert await asker.fetch(url) is not None
    assert await asker.fetch(url, conditional=False) is not None


async def test_a_changed_answer_is_taken(server: HttpServer, around: Surroundings) -> None:
    url = server.url("/etag")
    asker = line(around, url)
    await asker.fetch(url)
    server.data = [{"a": 2}]
    answer = await asker.fetch(url)
    assert answer is not None and answer.data == b'[{"a":2}]'


async def test_addresses_remembered_are_bounded(server: HttpServer, around: Surroundings) -> None:
    url = server.url("/etag")
    asker = line(around, url)
    for number in range(300):
        await asker.fetch(url, params={"n": str(number)})
    assert len(asker._known) == 256
    assert await asker.fetch(url, params={"n": "299"}) is None


@pytest.mark.parametrize("way", ["gzip", "deflate", "raw", "twice"])
async def test_compressed_answers_are_read(
    server: HttpServer, around: Surroundings, way: str
) -> None:
    server.data = [{"a": number} for number in range(100_000)]  # more than one step
    answer = await got(around, server.url(f"/coded?way={way}"))
    assert answer.data.endswith(b'{"a":99999}]') and len(answer.data) == 1_188_891


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/coded?way=br", "feed.http_coding"),
        ("/coded?way=broken", "feed.http_coding"),
        ("/coded?way=cut", "feed.http_cut"),
        ("/html", "feed.http_html"),
        ("/html?type=application/json", "feed.http_html"),
        ("/type?type=image/png", "feed.http_type"),
        ("/type?type=application/xml", "feed.http_type"),
        ("/cut", "feed.closed"),
        ("/status?code=404", "feed.http_status"),
        ("/status?code=500", "feed.http_status"),
        ("/status?code=304", "feed.http_status"),
        ("/status?code=206", "feed.http_status"),
        ("/redirect?to=http://localhost:9/x", "feed.http_elsewhere"),
        ("/redirect?to=http://127.0.0.1:9/x", "feed.http_elsewhere"),
        ("/redirect?to=file:///etc/passwd", "feed.http_elsewhere"),
        ("/loop", "feed.http_moved"),
        ("/userinfo", "feed.http_elsewhere"),
    ],
)
async def test_every_trouble_has_its_name(
    server: HttpServer, around: Surroundings, path: str, name: str
) -> None:
    server.on("/loop", _moving)
    server.on("/userinfo", _moving_as_somebody)
    raised = await trouble(around, server.url(path))
    assert isinstance(raised, Lost) and raised.reason.id == name


async def _moving(_server: HttpServer, _asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    return Reply(status=302, headers={"Location": "/loop"})


async def _moving_as_somebody(
    server: HttpServer, _asked: Asked, _writer: asyncio.StreamWriter
) -> Reply:
    target = server.url("/data").replace("//", "//somebody:else@")
    return Reply(status=302, headers={"Location": target})


@pytest.mark.parametrize("path", ["/bomb", "/huge", "/data"])
async def test_more_than_the_limit_is_not_taken(
    server: HttpServer, around: Surroundings, path: str
) -> None:
    server.data = ["x" * 1000] * 2000
    raised = await trouble(around, server.url(path), limits=Limits(max_bytes=1_000_000))
    assert isinstance(raised, Oversized)


@pytest.mark.parametrize("path", ["/drip", "/silent"])
async def test_a_slow_answer_is_given_up(
    server: HttpServer, around: Surroundings, path: str
) -> None:
    raised = await trouble(around, server.url(path), answer_s=0.2)
    assert raised.reason.id == "feed.timeout"


@pytest.mark.parametrize("code", [401, 403])
async def test_a_refused_credential_is_a_refusal(
    server: HttpServer, around: Surroundings, code: int
) -> None:
    raised = await trouble(around, server.url(f"/status?code={code}"))
    assert isinstance(raised, Refused) and raised.reason.id == "feed.credentials"


@pytest.mark.parametrize(
    ("retry", "after"), [("17", 17.0), ("999999", 3600.0), ("-5", 0.0), ("²", 0.0), ("soon", 0.0)]
)
async def test_a_busy_server_says_when_to_come_again(
    server: HttpServer, around: Surroundings, retry: str, after: float
) -> None:
    server.on("/busy", _busy(retry.encode("latin-1").decode("latin-1")))
    raised = await trouble(around, server.url("/busy"))
    assert isinstance(raised, Lost) and raised.after == after


def _busy(retry: str) -> Any:
    async def answer(_server: HttpServer, _asked: Any, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 503 Busy\r\nRetry-After: {retry}\r\nContent-Length: 0\r\n\r\n"
        writer.write(head.encode("latin-1"))
        await writer.drain()

    return answer


async def test_a_move_within_the_host_is_followed(server: HttpServer, around: Surroundings) -> None:
    answer = await got(around, server.url("/redirect?to=/data"), credential="key")
    assert answer.data == b'[{"a":1}]' and answer.url == server.url("/data")
    assert [one.headers["authorization"] for one in server.asked] == ["Basic dXNlcjpwYXNz"] * 2


async def test_json_that_an_old_servlet_calls_html_is_taken(
    server: HttpServer, around: Surroundings
) -> None:
    answer = await got(around, server.url("/type?type=text/html;charset=GBK"))
    assert answer.data == b'[{"a":1}]'


async def test_a_token_is_a_bearer_and_goes_nowhere_else(
    server: HttpServer, around: Surroundings
) -> None:
    async with http_server() as other:
        asker = line(around, server.url(), credential="token")
        await asker.fetch(server.url())
        await asker.fetch(other.url())  # an answer's link may point anywhere
        assert server.asked[0].headers["authorization"] == "Bearer t0ken"
        assert "authorization" not in other.asked[0].headers


async def test_a_credential_does_not_go_out_unencrypted(around: Surroundings) -> None:
    raised = await trouble(around, "http://bureau.example/x", credential="key")
    assert raised.reason.id == "feed.plain_credential"


@pytest.mark.parametrize(
    "url", ["ftp://x/y", "/relative", "http://user:pass@127.0.0.1/x", "http://", "http://[::1/"]
)
async def test_an_address_that_is_none_shows_no_password(around: Surroundings, url: str) -> None:
    raised = await trouble(around, url)
    assert raised.reason.id == "feed.http_address"
    assert "pass" not in str(raised.reason)


async def test_nobody_listens(server: HttpServer, around: Surroundings) -> None:
    url = server.url()
    await server.stop()
    assert (await trouble(around, url)).reason.id == "feed.port_closed"


async def test_a_kept_line_that_was_closed_meanwhile_is_no_loss(
    server: HttpServer, around: Surroundings
) -> None:
    asker = line(around, server.url())
    assert await asker.fetch(server.url()) is not None
    await server.restart()
    assert await asker.fetch(server.url()) is not None


@pytest.mark.parametrize(("period_s", "connections"), [(3600, 1), (60, 3)])
async def test_feeds_share_one_way_out_without_cookies(
    server: HttpServer, around: Surroundings, period_s: float, connections: int
) -> None:
    """Those that ask often have a connection of their own in it."""

    async def cookie(_server: HttpServer, _asked: Any, _writer: Any) -> Any:
        return json_reply([], Set_Cookie="session=1; Path=/")

    server.on("/cookie", cookie)
    for number in range(3):
        config = FeedConfig(
            id=f"f{number}",
            kind="http-json",
            name_zh="x",
            url=server.url(),
            expected_period_s=period_s,
        )
        for _ in range(2):
            await HttpLine(config, around).fetch(server.url("/cookie"))
    assert len(around.shared) == 1 and server.connections == connections
    assert all("cookie" not in one.headers for one in server.asked)


async def test_a_client_per_way_out(server: HttpServer, around: Surroundings) -> None:
    await got(around, server.url())
    await got(around, server.url(), source_address="127.0.0.7")
    assert len(around.shared) == 2


async def test_a_proxy_is_used_also_from_a_plane(server: HttpServer, around: Surroundings) -> None:
    peers: list[str] = []

    async def proxied(_server: HttpServer, _asked: Any, writer: asyncio.StreamWriter) -> Any:
        peers.append(writer.get_extra_info("peername")[0])
        return json_reply([])

    async with http_server() as proxy:
        proxy.on("/x", proxied)
        url = "http://bureau.example/x"
        await got(around, url, proxy=proxy.url(""), source_address="127.0.0.9")
        assert proxy.asked[0].target == url
    assert peers == ["127.0.0.9"]


@pytest.mark.parametrize("proxy", ["socks5://x:1", "http://u:p@x:1", "x"])
def test_a_proxy_that_cannot_be_used_is_said_at_the_start(proxy: str) -> None:
    around = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=Secrets())
    with pytest.raises(ConfigError):
        line(around, "http://x/", proxy=proxy)


async def test_the_certificate_is_checked_and_a_changed_one_noticed(
    around: Surroundings, tmp_path: Path
) -> None:
    good, other = Authority(tmp_path), Authority(tmp_path, "other")
    tls = Tls(ca=str(good.file))
    async with http_server(good.server_context()) as server:
        asker = line(around, server.url(), tls=tls)
        assert await asker.fetch(server.url()) is not None
        await server.restart(other.server_context())
        with pytest.raises(Refused) as raised:
            await asker.fetch(server.url())
        assert raised.value.reason.id == "feed.certificate"
        await server.restart(good.server_context())
        assert await asker.fetch(server.url()) is not None


async def test_a_wrong_name_in_the_certificate_is_refused(
    around: Surroundings, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    async with http_server(authority.server_context("elsewhere.example")) as server:
        raised = await trouble(around, server.url(), tls=Tls(ca=str(authority.file)))
    assert isinstance(raised, Refused)


async def test_no_log_holds_an_address(
    server: HttpServer, around: Surroundings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await got(around, server.url("/data?appKey=hidden"))
    assert "hidden" not in caplog.text


async def test_an_etag_that_cannot_be_sent_back_does_no_harm(
    server: HttpServer, around: Surroundings
) -> None:
    async def odd(_server: HttpServer, _asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write('HTTP/1.1 200 OK\r\nETag: "标签"\r\nContent-Length: 2\r\n\r\n[]'.encode())
        await writer.drain()

    server.on("/odd", odd)
    asker = line(around, server.url("/odd"))
    for _ in range(2):
        assert await asker.fetch(server.url("/odd")) is not None
    assert "if-none-match" not in server.asked[1].headers


async def test_whatever_a_server_says_is_an_answer_or_has_a_name(
    server: HttpServer, around: Surroundings
) -> None:
    chance = random.Random(4)
    good = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
        b"Transfer-Encoding: chunked\r\nETag: x\r\nLocation: /raw\r\n\r\n1e\r\n"
    )
    good += gzip.compress(b"[1, 2, 3]", mtime=0) + b"\r\n0\r\n\r\n"

    async def raw(_server: HttpServer, _asked: Asked, writer: asyncio.StreamWriter) -> None:
        said = bytearray(good)
        for _ in range(chance.randrange(4)):
            place = chance.randrange(len(said))
            said[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
        said = said.replace(
            b"200", chance.choice([b"200", b"301", b"401", b"304", b"204", b"\xff"])
        )
        writer.write(bytes(said))
        await writer.drain()

    server.on("/raw", raw)
    asker = line(around, server.url("/raw"), answer_s=5)
    ended = set()
    for _ in range(400):
        try:
            answer = await asker.fetch(server.url("/raw"))
        except (Lost, Refused) as error:
            ended.add(error.reason.id)
        else:
            ended.add(type(answer).__name__)
    assert {"Answer", "feed.credentials", "feed.closed"} <= ended


async def test_a_token_that_cannot_be_sent_is_a_refusal(server: HttpServer) -> None:
    secrets = Secrets(None, {"CHENGMAI_SECRET_KEY": "口令"})
    around = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=secrets)
    raised = await trouble(around, server.url(), credential="key")
    assert isinstance(raised, Refused) and raised.reason.id == "feed.http_header"
    await around.shared.close()


async def test_one_thing_that_does_not_close_keeps_no_other_open(
    around: Surroundings, expect_log: Any
) -> None:
    expect_log("stuck does not close")
    closed: list[str] = []

    async def close(name: str) -> None:
        if name == "stuck":
            raise RuntimeError(name)
        closed.append(name)

    for name in ("stuck", "good"):
        assert around.shared.once(name, lambda name=name: name, close) == name
    await around.shared.close()
    assert closed == ["good"] and len(around.shared) == 0
