"""`nats` against a real nats-server with JetStream."""

import asyncio
import base64
import binascii
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import nats
import nats.errors
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig

from app.config import ConfigError, FeedConfig, Limits, Tls
from app.core.clock import SystemClock
from app.core.message import message
from app.core.model import Reading
from app.feeds._base import Surroundings
from app.feeds._nats_key import BadKey, key_of
from app.feeds._nats_taken import Taken
from app.feeds._supervisor import Pace
from app.feeds.nats import Held, Nats
from app.secrets import Secret, Secrets
from tests.helpers.ingesting import CATALOG, Gathered, ingesting, level_key
from tests.helpers.nats_server import NatsServer, needs_nats
from tests.helpers.tls import Authority

pytestmark = needs_nats

STREAM = {"stream": "LEVELS", "durable": "desk", "deliver": "all"}


def config(url: str, *, limits: Limits | None = None, **changes: Any) -> FeedConfig:
    changes.setdefault("options", {"subjects": ["level.>"]})
    return FeedConfig(
        id="f", kind="nats", name_zh="水务局", url=url, limits=limits or Limits(), **changes
    )


def reading(value: float) -> bytes:
    """Its moment is its value, so that every one is another's."""
    observed = time.time_ns() // 1_000_000 - 1_000_000 + round(value)
    return msgspec.json.encode(Reading(level_key(), value % 30, observed))


def values(got: Gathered) -> list[float]:
    return [item.value for item in got.readings]


@asynccontextmanager
async def client(server: NatsServer, **options: Any) -> AsyncIterator[Client]:
    """A bureau's own."""
    connected = await nats.connect(server.url, allow_reconnect=False, **options)
    try:
        yield connected
    finally:
        await connected.close()


async def publish(server: NatsServer, *numbers: float, subject: str = "level.jiangba") -> None:
    """Into the stream LEVELS, which is made if there is none; acknowledged."""
    async with client(server) as bureau:
        stream = bureau.jetstream()
        await stream.add_stream(name="LEVELS", subjects=["level.>"])
        for number in numbers:
            await stream.publish(subject, reading(number))


async def test_subjects_with_wildcards_and_a_group_that_shares_them() -> None:
    options = {"subjects": ["level.*.now", "other.>"], "group": "desks"}
    with NatsServer() as server:
        feed = config(server.url, options=options)
        second = msgspec.structs.replace(feed, id="g")
        async with ingesting(feed, second) as (_, got):
            await got.until(lambda g: g.is_("live", "f") and g.is_("live", "g"))
            async with client(server) as bureau:
                for number in range(1, 11):
                    await bureau.publish("level.jiangba.now", reading(number))
                await bureau.publish("level.jiangba.then", reading(11))  # nobody asked for it
                await bureau.publish("other.a.b", b"what")
            await got.until(lambda g: len(g.readings) == 10)
            rejected = lambda g: sum(g.health(name).rejected for name in "fg")  # noqa: E731
            await got.until(lambda g: rejected(g) == 1)
            assert sorted(values(got)) == [float(number) for number in range(1, 11)]


async def test_a_message_with_the_same_id_is_counted_and_not_taken_again() -> None:
    with NatsServer() as server:
        async with ingesting(config(server.url)) as (_, got):
            await got.until(lambda g: g.is_("live"))
            async with client(server) as bureau:
                for number, name in ((1, "a"), (2, "b"), (3, "a"), (4, "")):
                    headers = {"Nats-Msg-Id": name} if name else None
                    await bureau.publish("level.x", reading(number), headers=headers)
            await got.until(lambda g: values(g) == [1.0, 2.0, 4.0] and g.health().duplicates == 1)


async def test_the_levels_of_a_subject_and_what_is_too_large() -> None:
    feed = config(
        "nats://placeholder",
        limits=Limits(max_bytes=200),
        map={
            "reading": [
                {
                    "key": {"template": "reading/water.level/320812/{_topic[1]}"},
                    "value": "z",
                    "observed": {"time": "received"},
                }
            ]
        },
    )
    with NatsServer() as server:
        feed = msgspec.structs.replace(feed, url=server.url)
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: g.is_("live"))
            async with client(server) as bureau:
                await bureau.publish("level.big", b"x" * 201)
                await bureau.publish("level.jiangba", b'{"z": 12.5}')
            await got.until(lambda g: values(g) == [12.5] and g.health().rejected == 1)
            assert got.readings[0].key == level_key()


async def test_a_stream_goes_on_where_it_was_over_a_restart_of_the_server(
    expect_log: Any,
) -> None:
    expect_log("feed f is lost")
    with NatsServer() as server:
        await publish(server, 1, 2, 3)
        async with ingesting(config(server.url, options=STREAM)) as (_, got):
            await got.until(lambda g: values(g) == [1.0, 2.0, 3.0])
            before = got.health().connected_since
            await server.restart()
            await got.until(lambda g: g.health().connected_since > before)
            await publish(server, 4, 5)
            await got.until(lambda g: values(g) == [1.0, 2.0, 3.0, 4.0, 5.0])
            assert (got.health().duplicates, got.health().gaps) == (0, 0)
        await publish(server, 6, 7)  # while nobody of us is there
        async with ingesting(config(server.url, options=STREAM)) as (_, got):
            await got.until(lambda g: values(g) == [6.0, 7.0])
            assert got.health().gaps == 0


async def test_a_question_without_an_answer_is_no_lost_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Where the server's "nothing came" is there just before the library's own clock, the library
    # has no time left to ask again and raises the plain error instead of its own.
    pull = JetStreamContext.PullSubscription
    asked, fetch = [], pull.fetch

    async def hurried(self: Any, *given: Any) -> list[Msg]:
        asked.append(given)
        if len(asked) < 4:
            raise (TimeoutError, nats.errors.TimeoutError)[len(asked) % 2]
        return await fetch(self, *given)

    monkeypatch.setattr(pull, "fetch", hurried)
    with NatsServer() as server:
        await publish(server, 1)
        async with ingesting(config(server.url, options=STREAM)) as (_, got):
            await got.until(lambda g: g.is_("live") and values(g) == [1.0])
            assert len(asked) >= 4 and got.health().trouble is None


async def test_what_comes_again_is_counted_and_not_shown_twice() -> None:
    options = {**STREAM, "ack": "saved", "ack_wait_s": 0.2}
    with NatsServer() as server:
        await publish(server, 1, 2, 3)
        feed = config(server.url, options=options)
        async with ingesting(feed) as (_, got):
            got.stores = False
            await got.until(lambda g: len(g.readings) == 3)
            await got.until(lambda g: g.health().duplicates >= 3)
            assert values(got) == [1.0, 2.0, 3.0]
        async with ingesting(feed) as (_, got):  # we were killed before anything was saved
            await got.until(lambda g: sorted(values(g)) == [1.0, 2.0, 3.0])


async def test_what_was_given_to_one_that_was_killed_is_not_missing() -> None:
    options = {**STREAM, "ack": "saved", "ack_wait_s": 3.0}
    with NatsServer() as server:
        await publish(server, 1)
        feed = config(server.url, options=options)
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: values(g) == [1.0])
            async with client(server) as bureau:
                info = await bureau.jetstream().consumer_info("LEVELS", "desk")
                while info.num_ack_pending:
                    info = await bureau.jetstream().consumer_info("LEVELS", "desk")
            got.stores = False
            await publish(server, 2, 3)
            await got.until(lambda g: values(g) == [1.0, 2.0, 3.0])
        await publish(server, 4)
        async with ingesting(feed) as (_, got):  # 2 and 3 come again only later
            await got.until(lambda g: values(g) == [4.0])
            await got.until(lambda g: values(g) == [4.0, 2.0, 3.0])
            assert got.health().gaps == 0


async def test_what_is_saved_is_acknowledged_then() -> None:
    options = {**STREAM, "ack": "saved", "ack_wait_s": 30}
    with NatsServer() as server:
        await publish(server, 1, 2, 3)
        async with ingesting(config(server.url, options=options)) as (_, got):
            got.stores = False
            await got.until(lambda g: len(g.readings) == 3)
            async with client(server) as bureau:
                info = await bureau.jetstream().consumer_info("LEVELS", "desk")
                assert info.num_ack_pending == 3
                await got.until(lambda g: bool(g.all.receipts))
                for saved in got.all.receipts:
                    await asyncio.to_thread(saved)
                async with asyncio.timeout(10):
                    while info.num_ack_pending:
                        info = await bureau.jetstream().consumer_info("LEVELS", "desk")


async def test_what_the_stream_no_longer_holds_is_missing(expect_log: Any) -> None:
    expect_log("feed f is lost")
    options = {"stream": "LEVELS", "deliver": "all"}  # the server does not remember us
    with NatsServer() as server:
        await publish(server, 1, 2)
        async with ingesting(config(server.url, options=options)) as (_, got):
            await got.until(lambda g: values(g) == [1.0, 2.0])
            port, server.port = server.port, 0
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)  # elsewhere: we are not back yet
            await publish(server, 3, 4, 5, 6)
            async with client(server) as bureau:
                await bureau.jetstream().purge_stream("LEVELS", seq=6)
            server.port = port
            await server.restart()
            await got.until(lambda g: values(g) == [1.0, 2.0, 6.0] and g.health().gaps == 3)


async def test_where_a_new_consumer_begins() -> None:
    begins: list[tuple[dict[str, Any], list[float]]] = [
        ({"deliver": "new"}, [9.0]),
        ({"deliver": "all"}, [1.0, 2.0, 9.0]),
        ({"deliver": "heard"}, [1.0, 2.0, 9.0]),  # our store never heard it
        ({"subjects": ["level.other"]}, []),
        ({"since": "2020-01-01T00:00:00Z", "subjects": ["level.jiangba"]}, [1.0, 2.0, 9.0]),
    ]
    with NatsServer() as server:
        await publish(server, 1, 2)
        feeds = [
            config(server.url, options={"stream": "LEVELS", "durable": f"desk{number}", **options})
            for number, (options, _) in enumerate(begins)
        ]
        feeds = [
            msgspec.structs.replace(feed, id=f"f{number}") for number, feed in enumerate(feeds)
        ]
        async with ingesting(*feeds) as (_, got):
            await got.until(lambda g: all(g.is_("live", feed.id) for feed in feeds))
            await publish(server, 9)
            wanted = {feed.id: expected for feed, (_, expected) in zip(feeds, begins, strict=True)}

            def taken(gathered: Gathered) -> dict[str, list[float]]:
                found: dict[str, list[float]] = {feed.id: [] for feed in feeds}
                for segment in gathered.all.log:
                    found[segment.source] += [item.value for item in segment.readings]
                return found

            await got.until(lambda g: taken(g) == wanted)


async def test_a_stream_that_is_not_there_and_a_consumer_that_pushes(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.nats_no_stream")
    expect_log("feed f is lost: feed.nats_push")
    with NatsServer() as server:
        async with ingesting(config(server.url, options=STREAM)) as (_, got):
            await got.until(lambda g: "feed.nats_no_stream" in g.troubles)
            await publish(server, 1)
            await got.until(lambda g: values(g) == [1.0])
        async with client(server) as bureau:
            stream = bureau.jetstream()
            await stream.delete_consumer("LEVELS", "desk")
            pushes = ConsumerConfig(durable_name="desk", deliver_subject="out")
            await stream.add_consumer("LEVELS", pushes)
        async with ingesting(config(server.url, options=STREAM)) as (_, got):
            await got.until(lambda g: g.is_("refused"))


async def test_a_killed_server_is_missed(expect_log: Any) -> None:
    expect_log("feed f is lost")
    with NatsServer() as server:
        async with ingesting(config(server.url), pace=Pace(first=60.0)) as (_, got):
            await got.until(lambda g: g.is_("live"))
            await asyncio.to_thread(server.kill)
            await got.until(lambda g: g.is_("lost"))


# ---- who we are


# Of the NATS documentation (nk -gen user -pubout), and one of our own making.
NKEY = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY"
PUBLIC = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4"
OTHER = bytes([0x95, 0]) + bytes(range(32))
OTHER += binascii.crc_hqx(OTHER, 0).to_bytes(2, "little")


def keys(secret: str) -> Secrets:
    return Secrets(environment={"CHENGMAI_SECRET_DESK": secret})


@pytest.mark.parametrize(
    ("authorization", "right", "wrong"),
    [
        ('user: "desk", password: "right"', "desk:right", "desk:wrong"),
        ('token: "t0ken"', "t0ken", "other"),
        (f"users: [{{nkey: {PUBLIC}}}]", NKEY, base64.b32encode(OTHER).decode().rstrip("=")),
    ],
    ids=["password", "token", "nkey"],
)
async def test_who_we_are(authorization: str, right: str, wrong: str, expect_log: Any) -> None:
    expect_log("feed f is lost: feed.credentials")
    with NatsServer(authorization=authorization) as server:
        feed = config(server.url, credential="desk")
        async with ingesting(feed, secrets=keys(right)) as (_, got):
            await got.until(lambda g: g.is_("live"))
        async with ingesting(feed, secrets=keys(wrong)) as (_, got):
            await got.until(lambda g: g.is_("refused"))
            assert got.health().trouble == message("feed.credentials")


async def test_a_subject_that_is_not_for_us(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.topic_refused")
    rights = 'users: [{user: desk, password: right, permissions: {subscribe: "level.>"}}]'
    with NatsServer(authorization=rights) as server:
        feed = config(server.url, credential="desk", options={"subjects": ["secret.x"]})
        async with ingesting(feed, secrets=keys("desk:right")) as (_, got):
            await got.until(lambda g: g.is_("refused"))
            assert got.health().trouble == message("feed.topic_refused", topic="secret.x")


async def test_mutual_tls_and_a_strange_certificate(tmp_path: Path, expect_log: Any) -> None:
    expect_log("feed f is lost: feed.certificate")
    authority = Authority(tmp_path)
    ours = authority.server("seat.example")
    with NatsServer(certificate=authority.server(), ca=authority.file) as server:
        known = Tls(ca=str(authority.file), certificate=str(ours[0]), key=str(ours[1]))
        async with ingesting(config(server.url, tls=known)) as (_, got):
            await got.until(lambda g: g.is_("live"))
        strange = Authority(tmp_path, "strange")
        async with ingesting(config(server.url, tls=Tls(ca=str(strange.file)))) as (_, got):
            await got.until(lambda g: g.is_("refused"))


async def test_nothing_is_said_where_encryption_was_promised_and_is_not_there(
    expect_log: Any,
) -> None:
    expect_log("feed f is lost: feed.nats_plain")
    expect_log("feed f is lost: feed.plain_credential")
    with NatsServer() as server:
        promised = server.url.replace("nats://", "tls://")
        async with ingesting(config(promised, credential="desk"), secrets=keys("a:b")) as (_, got):
            await got.until(lambda g: g.is_("refused"))
    plain = config("nats://192.0.2.1", credential="desk")
    async with ingesting(plain, secrets=keys("a:b")) as (_, got):
        await got.until(lambda g: g.is_("refused"))


def test_the_content_of_a_creds_file() -> None:
    text = (
        "-----BEGIN NATS USER JWT-----\neyJ.abc.d-e_f\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{NKEY}\n------END USER NKEY SEED------\n"
    )
    key = key_of(Secret(text))
    assert key.options["user_jwt_cb"]() == b"eyJ.abc.d-e_f"
    assert len(base64.b64decode(key.options["signature_cb"]("nonce"))) == 64
    assert key_of(None).options == {}
    with pytest.raises(BadKey):
        key_of(Secret(NKEY[:-2] + "AA"))


def test_a_known_nkey() -> None:
    assert key_of(Secret(NKEY)).public == PUBLIC


async def test_what_waits_is_bounded() -> None:
    held = Held(2)
    for number in range(3):
        await held.keep(Msg(Client(), "level.x", data=bytes([number])))
    assert ([msg.data for msg in held.some(9)], held.overflow) == ([b"\x00", b"\x01"], 1)
    assert held.some(9) == []


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.feeds._nats_taken.MAX_KNOWN", 3)
    taken = Taken()
    assert [taken.take(number) for number in (1, 2, 5, 6)] == [0, 0, 2, 0]
    assert [number in taken for number in (1, 2, 6)] == [False, True, True]
    assert taken.take(2) == 0
    taken.stream_is("made anew")
    assert (taken.last, 6 in taken) == (0, False)


@pytest.mark.parametrize(
    ("url", "changes"),
    [
        ("http://x", {}),
        ("nats://x", {"options": {}}),
        ("nats://x", {"options": {"subjects": ["a b"]}}),
        ("nats://x", {"options": {"subjects": ["a"], "durable": "d"}}),
        ("nats://x", {"options": {"stream": "S", "subjects": ["a", "b"]}}),
        ("nats://x", {"options": {"stream": "S.x"}}),
        ("nats://x", {"options": {"stream": "S", "since": "yesterday"}}),
        ("nats://x", {"options": {"stream": "S", "since": "2026-01-01T00:00:00"}}),
        ("nats://x", {"proxy": "http://p:1"}),
    ],
)
def test_bad_settings_are_told_at_the_start(url: str, changes: dict[str, Any]) -> None:
    around = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=Secrets())
    with pytest.raises(ConfigError):
        Nats(config(url, **changes), around)
