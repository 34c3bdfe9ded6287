"""`sse` against a real stream: resumed, filtered, bounded."""

import asyncio
import time
from typing import Any

import msgspec
import pytest

from app.config import FeedConfig, Limits
from app.core.model import Reading
from app.secrets import Secrets
from tests.helpers.http_server import Asked, HttpServer, head_of, http_server
from tests.helpers.ingesting import ingesting, level_key

HEAD = head_of(200, {"Content-Type": "text/event-stream"})


def now() -> int:
    return time.time_ns() // 1_000_000


def config(url: str, options: dict[str, Any] | None = None, **changes: Any) -> FeedConfig:
    given = options or {}
    return FeedConfig(id="f", kind="sse", name_zh="交管局", url=url, options=given, **changes)


def event(value: float, observed: int, *, name: str = "", id_: str = "", retry: str = "") -> bytes:
    data = msgspec.json.encode(Reading(level_key(), value, observed)).decode()
    fields = {"event": name, "id": id_, "retry": retry, "data": data}
    lines = [f"{field}: {text}" for field, text in fields.items() if text]
    return ("\n".join(lines) + "\n\n").encode()


async def test_events_are_taken_and_the_stream_goes_on_where_it_broke(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.closed")
    start = now()
    async with http_server() as server:
        server.feed(event(1.0, start, id_="7", retry="10"))
        async with ingesting(config(server.url("/sse"))) as (_, got):
            await got.until(lambda g: g.is_("live") and len(g.readings) == 1)
            server.feed(event(2.0, start + 1, id_="8"))
            await got.until(lambda g: len(g.readings) == 2)
            server.hang_up()
            await server.until_asked(2)
            server.feed(event(3.0, start + 2))
            await got.until(lambda g: len(g.readings) == 3)
    first, second = server.asked
    assert "last-event-id" not in first.headers and second.headers["last-event-id"] == "8"
    assert first.headers["accept"] == "text/event-stream"


async def test_only_events_of_the_names_are_taken() -> None:
    start = now()
    async with http_server() as server:
        server.feed(event(1.0, start, name="other"))
        server.feed(b": a comment\n\n")
        server.feed(b"event: level\r\nid: 1\r\n\r\n")  # nothing in it
        server.feed(event(2.0, start + 1, name="level"))
        async with ingesting(config(server.url("/sse"), {"events": ["level"]})) as (_, got):
            await got.until(lambda g: len(g.readings) == 1)
    assert got.readings[0].value == 2.0 and got.health().rejected == 0


async def test_the_data_may_be_a_bureaus_own_in_several_lines() -> None:
    start = now()
    data = f'data: {{"s": "x",\rdata: "v": 4.5, "t": {start}}}\r\r'.encode()
    mapping = {
        "reading": [
            {
                "key": {"template": "reading/water.level/320812/{s}"},
                "value": "v",
                "observed": {"from": "t", "time": "epoch_ms"},
            }
        ]
    }
    async with http_server() as server:
        server.feed(data)
        server.feed(data + b":\n")
        async with ingesting(config(server.url("/sse"), map=mapping)) as (_, got):
            await got.until(lambda g: len(g.readings) == 1)
    assert got.readings[0].value == 4.5


@pytest.mark.parametrize("wish", ["5000", "999999999999", "-1", "soon"])
async def test_the_wish_for_a_pause_is_bounded(expect_log: Any, wish: str) -> None:
    expect_log("feed f is lost")
    start = now()

    async def short(_server: HttpServer, _asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + event(1.0, start, retry=wish))
        await writer.drain()

    async with http_server() as server:
        server.on("/short", short)
        async with ingesting(config(server.url("/short"))) as (_, got):
            await got.until(lambda g: g.is_("lost"))
    wait = got.health().next_attempt - got.health().at
    most = {"5000": 5000, "999999999999": 300_000}.get(wish, 60)
    assert wait <= most and (most < 5000 or wait > most - 3000)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (HEAD + b"data: " + b"x" * 300_000, "feed.http_oversized"),
        (HEAD + b"data: x\n" * 50_000, "feed.http_oversized"),
        (head_of(200, {"Content-Type": "application/json"}) + b"[]", "feed.http_type"),
        (
            head_of(200, {"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}),
            "feed.http_type",
        ),
        (head_of(500, {"Content-Length": "0"}), "feed.http_status"),
        (head_of(204, {}), "feed.http_type"),
        (head_of(401, {"Content-Length": "0"}), "feed.credentials"),
    ],
)
async def test_a_stream_that_is_none_has_a_name(expect_log: Any, body: bytes, name: str) -> None:
    expect_log(f"feed f is lost: {name}")

    async def answer(_server: HttpServer, _asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(body)
        await writer.drain()

    async with http_server() as server:
        server.on("/bad", answer)
        limits = Limits(max_bytes=100_000)
        async with ingesting(config(server.url("/bad"), limits=limits)) as (_, got):
            await got.until(lambda g: name in g.troubles)


async def test_many_small_events_are_no_large_one() -> None:
    start = now()
    async with http_server() as server:
        for number in range(3000):
            server.feed(event(1.0, start + number - 3000))
        limits = Limits(max_bytes=2000)
        async with ingesting(config(server.url("/sse"), limits=limits)) as (_, got):
            await got.until(lambda g: len(g.readings) == 3000)


async def test_a_dumb_server_is_left(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.timeout")
    async with http_server() as server:
        feed = config(server.url("/sse"), {"silence_s": 0.1})
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: "feed.timeout" in g.troubles)


async def test_an_id_that_cannot_be_sent_is_not_kept(expect_log: Any) -> None:
    expect_log("feed f is lost")
    start = now()
    async with http_server() as server:
        server.feed(event(1.0, start, id_="号"))
        async with ingesting(config(server.url("/sse"))) as (_, got):
            await got.until(lambda g: len(g.readings) == 1)
            server.hang_up()
            (_first, second, *_rest) = await server.until_asked(2)
    assert "last-event-id" not in second.headers


async def test_the_token_is_sent() -> None:
    secrets = Secrets(None, {"CHENGMAI_SECRET_T": "t0ken"})
    async with http_server() as server:
        feed = config(server.url("/sse"), credential="t")
        async with ingesting(feed, secrets=secrets) as (_, got):
            await got.until(lambda g: g.is_("live"))
    assert server.asked[0].headers["authorization"] == "Bearer t0ken"
