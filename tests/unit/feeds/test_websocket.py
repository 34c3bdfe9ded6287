"""`websocket` against servers whose every word the test decides."""

import json
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from app.config import ConfigError, FeedConfig, Limits, Tls
from app.core.clock import SystemClock
from app.core.message import message
from app.core.model import Reading
from app.feeds._base import Surroundings
from app.feeds._supervisor import Pace
from app.feeds.websocket import Websocket, filled
from app.secrets import Secrets
from tests.helpers.ingesting import CATALOG, Gathered, ingesting, level_key
from tests.helpers.tls import Authority
from tests.helpers.ws_server import serving

SECRETS = Secrets(environment={"CHENGMAI_SECRET_KEY": 'k"7'})


def config(url: str, **changes: Any) -> FeedConfig:
    return FeedConfig(id="f", kind="websocket", name_zh="外部", url=url, **changes)


def reading(value: float, later: int = 0) -> bytes:
    observed = time.time_ns() // 1_000_000 - 1000 + later
    return msgspec.json.encode(Reading(level_key(), value, observed))


def values(got: Gathered) -> list[float]:
    return [item.value for item in got.readings]


async def test_text_and_binary_messages_are_payloads_and_the_greeting_goes_first() -> None:
    said: list[str | bytes] = []

    async def talk(socket: ServerConnection) -> None:
        said.append(await socket.recv())
        said.append(await socket.recv())
        await socket.send(reading(1.0, 1).decode())
        await socket.send(reading(2.0, 2))
        await socket.send("what")
        await socket.wait_closed()

    hello = ['{"APIKey": "{credential}", "BoundingBoxes": [[[33.0, 118.0], [34.5, 120.5]]]}', "go"]
    async with serving(talk) as url:
        feed = config(url, credential="key", options={"hello": hello})
        async with ingesting(feed, secrets=SECRETS) as (_, got):
            await got.until(lambda g: values(g) == [1.0, 2.0] and g.health().rejected == 1)
            assert got.is_("live")
    assert json.loads(said[0]) == {
        "APIKey": 'k"7',
        "BoundingBoxes": [[[33.0, 118.0], [34.5, 120.5]]],
    }
    assert said[1] == "go"


def test_a_credential_is_quoted_in_json_only() -> None:
    assert filled('["{credential}"]', 'a"b') == '["a\\"b"]'
    assert filled("LOGIN {credential}", 'a"b') == 'LOGIN a"b'


async def test_a_key_goes_into_the_address_and_the_headers(tmp_path: Path) -> None:
    met: list[tuple[str, str | None]] = []

    async def talk(socket: ServerConnection) -> None:
        assert socket.request is not None
        met.append((socket.request.path, socket.request.headers.get("X-Key")))
        await socket.send(reading(1.0))
        await socket.wait_closed()

    authority = Authority(tmp_path)
    async with serving(talk, ssl=authority.server_context()) as url:
        feed = config(
            f"{url}/live?key={{credential}}",
            credential="key",
            tls=Tls(ca=str(authority.file)),
            options={"headers": {"X-Key": "{credential}"}},
        )
        async with ingesting(feed, secrets=SECRETS) as (_, got):
            await got.until(lambda g: values(g) == [1.0])
    assert met == [("/live?key=k%227", 'k"7')]


async def test_a_service_that_does_not_want_us_is_not_tried_quickly(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.refused")

    async def talk(socket: ServerConnection) -> None:
        await socket.send('{"error": "Api Key Is Not Valid"}')
        await socket.wait_closed()

    async with serving(talk) as url:
        feed = config(url, options={"refused_by": ["Api Key Is Not Valid"]})
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: g.is_("refused"))
            reason = '{"error": "Api Key Is Not Valid"}'
            assert got.health().trouble == message("feed.refused", reason=reason)


async def test_heartbeats_of_both_sides() -> None:
    async def talk(socket: ServerConnection) -> None:
        await socket.send("ping")
        heard = {await socket.recv(), await socket.recv()}
        while "pong" not in heard:
            heard.add(await socket.recv())
        if heard == {"pong", "still here"}:
            await socket.send(reading(1.0))
        await socket.wait_closed()

    options = {
        "answers": {"ping": "pong"},
        "heartbeat": ["still here"],
        "heartbeat_s": 0.02,
    }
    async with serving(talk) as url, ingesting(config(url, options=options)) as (_, got):
        await got.until(lambda g: values(g) == [1.0])
        assert got.health().rejected == 0


async def test_a_dumb_service_is_left(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.silent")

    async def talk(socket: ServerConnection) -> None:
        await socket.wait_closed()

    options = {"silence_s": 0.05}
    async with serving(talk) as url, ingesting(config(url, options=options)) as (_, got):
        await got.until(lambda g: "feed.silent" in g.troubles)


async def test_what_came_before_the_end_is_taken_and_the_line_opened_again(
    expect_log: Any,
) -> None:
    expect_log("feed f is lost: feed.closed")
    met = 0

    async def talk(socket: ServerConnection) -> None:
        nonlocal met
        met += 1
        for number in range(50):
            await socket.send(reading(float(met), met * 100 + number))
        if met > 1:
            await socket.wait_closed()

    async with serving(talk) as url, ingesting(config(url)) as (_, got):
        await got.until(lambda g: values(g) == [1.0] * 50 + [2.0] * 50)


async def test_a_large_message_and_one_that_is_too_large(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.closed")
    many = b"[" + b",".join(reading(1.0, number) for number in range(2000)) + b"]"
    last = reading(2.0, 5000)

    async def talk(socket: ServerConnection) -> None:
        await socket.send(many)
        await socket.send(last)
        try:
            await socket.send(b"x" * 300_000)
            await socket.wait_closed()
        except ConnectionClosed:
            return

    async with serving(talk) as url:
        feed = config(url, limits=Limits(max_bytes=250_000))
        async with ingesting(feed, pace=Pace(first=60.0)) as (_, got):
            await got.until(lambda g: len(g.readings) == 2001 and g.readings[-1].value == 2.0)
            await got.until(lambda g: "feed.closed" in g.troubles)


@pytest.mark.parametrize(("status", "state"), [(401, "refused"), (503, "lost")])
async def test_an_answer_that_is_no_socket(status: int, state: str, expect_log: Any) -> None:
    expect_log("feed f is lost")

    async def never(socket: ServerConnection) -> None:
        await socket.wait_closed()

    async with serve(
        never, "127.0.0.1", 0, process_request=lambda c, _: c.respond(status, "no\n")
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with ingesting(config(f"ws://127.0.0.1:{port}")) as (_, got):
            await got.until(lambda g: state in [said for _, said in g.states])


async def test_a_credential_does_not_go_out_for_all_to_read(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.plain_credential")
    feed = config("ws://192.0.2.1/?key={credential}", credential="key")
    async with ingesting(feed, secrets=SECRETS) as (_, got):
        await got.until(lambda g: g.is_("refused"))


@pytest.mark.parametrize(
    "changes",
    [{"url": "http://x"}, {"options": {"hallo": []}}, {"options": {"heartbeat": ["a", "b"]}}],
)
def test_bad_settings_are_told_at_the_start(changes: dict[str, Any]) -> None:
    around = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=SECRETS)
    with pytest.raises(ConfigError):
        Websocket(config(**{"url": "ws://x", **changes}), around)
