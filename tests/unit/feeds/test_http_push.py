"""`http-push` with a real client on a real socket: signed, once, within limits, and silent."""

import asyncio
import base64
import gzip
import hashlib
import hmac
import logging
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from app.cli._one_feed import anonymous
from app.config import ConfigError, FeedConfig, Limits
from app.core.clock import SystemClock
from app.core.model import Reading
from app.feeds import _push_server
from app.feeds._base import Surroundings
from app.feeds._ingest import IngestThread
from app.feeds._push_check import LINE_BYTES, Remembered
from app.feeds.http_push import HttpPush
from app.secrets import Secrets
from tests.helpers.ingesting import CATALOG, Gathered, ingesting, level_key
from tests.helpers.ports import free_port
from tests.helpers.tls import Authority

SECRETS = Secrets(None, {"CHENGMAI_SECRET_PUSH": "s3cret"})
BEARER = {"Authorization": "Bearer s3cret"}
JSON = {"Content-Type": "application/json"}
UNTIMED = {"window_s": 0}
Ingest = tuple[IngestThread, Gathered]


def now() -> int:
    return time.time_ns() // 1_000_000


def config(port: int, options: dict[str, Any] | None = None, **changes: Any) -> FeedConfig:
    changes.setdefault("url", f"http://127.0.0.1:{port}/in/levels")
    changes.setdefault("credential", "push")
    given = options or {}
    return FeedConfig(id="f", kind="http-push", name_zh="推送", options=given, **changes)


def level(value: float = 1.0, observed: int = 0, station: str = "a") -> bytes:
    return msgspec.json.encode(Reading(level_key(station), value, observed or now()))


def signed(body: bytes, at: int | None = None, secret: bytes = b"s3cret", **more: str) -> Any:
    stamp = str(now() // 1000 if at is None else at)
    made = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    named = {name.replace("_", "-"): text for name, text in more.items()}
    return JSON | {"X-Timestamp": stamp, "X-Signature": made} | named


@asynccontextmanager
async def pushing(
    options: dict[str, Any] | None = None, **changes: Any
) -> AsyncIterator[tuple[httpx.AsyncClient, str, Gathered]]:
    feed = config(free_port(), options, **changes)
    async with ingesting(feed, secrets=SECRETS) as (_, got):
        await got.until(lambda g: g.is_("live"))
        async with httpx.AsyncClient(trust_env=False) as client:
            yield client, feed.url, got


async def test_a_message_is_taken_and_answered_with_a_word() -> None:
    async with pushing() as (client, url, got):
        answer = await client.post(url, content=level(2.5), headers=BEARER | JSON)
        assert answer.status_code == 202 and answer.json() == {"status": "accepted"}
        assert not {"server", "date"} & set(answer.headers)
        await got.until(lambda g: len(g.readings) == 1)
        packed = gzip.compress(level(3.5))
        headers = BEARER | JSON | {"Content-Encoding": "gzip"}
        assert (await client.post(url, content=packed, headers=headers)).status_code == 202
        await got.until(lambda g: len(g.readings) == 2)


NOT_WANTED: list[tuple[str, str, dict[str, str], int]] = [
    ("POST", "/in/levels", JSON, 401),
    ("POST", "/in/levels", JSON | {"Authorization": "Bearer other"}, 401),
    ("POST", "/in/levels", JSON | {"Authorization": "Basic s3cret"}, 401),
    ("POST", "/in/levels", JSON | {"Authorization": "Bearer 密"}, 401),
    ("GET", "/in/levels", BEARER | JSON, 405),
    ("PUT", "/in/levels", BEARER | JSON, 405),
    ("OPTIONS", "/in/levels", BEARER | JSON, 405),
    ("POST", "/in", BEARER | JSON, 404),
    ("POST", "/in/levels/", BEARER | JSON, 404),
    ("POST", "/in/levels", BEARER | {"Content-Type": "text/plain"}, 415),
    ("POST", "/in/levels", BEARER, 415),
    ("POST", "/in/levels", BEARER | JSON | {"Origin": "http://evil.example"}, 403),
    ("POST", "/in/levels", BEARER | JSON | {"Content-Encoding": "br"}, 400),
]


async def test_what_is_not_wanted_is_refused() -> None:
    async with pushing() as (client, url, got):
        for method, path, headers, status in NOT_WANTED:
            raw = {name: text.encode() for name, text in headers.items()}
            where = url.replace("/in/levels", path)
            answer = await client.request(method, where, content=level(), headers=raw)
            assert answer.status_code == status and len(answer.content) < 40, (method, path, raw)
        assert got.readings == []


async def test_what_is_too_large_is_not_read() -> None:
    async with pushing(limits=Limits(max_bytes=100_000)) as (client, url, got):
        for coding in ("", "gzip"):
            body = b" " * 300_000
            body = gzip.compress(body) if coding else body
            headers = BEARER | JSON | ({"Content-Encoding": coding} if coding else {})
            for content in (body, _pieces(body)):
                answer = await client.post(url, content=content, headers=headers)
                assert answer.status_code == 413
    assert got.health().reasons == {"oversized": 4}


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    """Sent in chunks, without a length."""
    for first in range(0, len(body), 10_000):
        yield body[first : first + 10_000]


async def test_a_signature_is_asked_for_and_taken_once() -> None:
    body, stamp = level(), now() // 1000
    async with pushing({"verify": "signature"}) as (client, url, got):
        good = await client.post(url, content=body, headers=signed(body, stamp))
        assert good.status_code == 202 and good.json() == {"status": "accepted"}
        overheard = signed(body, stamp, Idempotency_Key="another")
        overheard["X-Signature"] = overheard["X-Signature"].upper()
        again = await client.post(url, content=body, headers=overheard)
        assert again.status_code == 202 and again.json() == {"status": "repeated"}
    assert (got.health().duplicates, got.health().accepted) == (1, 1)


WRONG: list[dict[str, Any]] = [
    {"at": -302},
    {"at": 302},
    {"secret": b"other"},
    {"body": b"[]"},
    {"X_Signature": ""},
    {"X_Signature": "签"},
    {"X_Timestamp": "soon"},
    {"X_Timestamp": "9" * 5000},
]


async def test_a_wrong_or_old_signature_is_refused() -> None:
    async with pushing({"verify": "signature"}) as (client, url, got):
        for change in WRONG:
            body, given = level(), dict(change)
            stamp = now() // 1000 + given.pop("at", 0)
            sent = given.pop("body", body)
            headers = signed(body, stamp, given.pop("secret", b"s3cret"), **given)
            raw = {name: text.encode() for name, text in headers.items()}
            answer = await client.post(url, content=sent, headers=raw)
            assert answer.status_code == 401 and answer.json() == {"error": "credential"}, change
    assert got.health().reasons == {"unsigned": len(WRONG)}


async def test_a_github_like_signature_by_settings() -> None:
    signature = {"text": "{body}", "window_s": 0, "prefix": "sha256=", "header": "X-Hub"}
    body = level()
    made = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    async with pushing({"verify": "signature", "signature": signature}) as (client, url, _got):
        headers = JSON | {"X-Hub": f"sha256={made}"}
        assert (await client.post(url, content=body, headers=headers)).status_code == 202


async def test_a_national_signature_by_settings() -> None:
    """SM3 in Base64 over method, path, nonce and digest; PUT, and a type of the sender's own."""
    signature = {
        "algorithm": "hmac-sm3",
        "output": "base64",
        "text": "{method}{path}{timestamp}{nonce}{body_sha256}",
        "timestamp": "epoch_ms",
        "timestamp_header": "X-Ca-Time",
        "nonce_header": "X-Ca-Nonce",
    }
    options = {
        "verify": "signature",
        "signature": signature,
        "methods": ["PUT"],
        "types": ["application/vnd.city"],
    }
    body, stamp = level(), str(now())
    text = f"PUT/in/levels{stamp}n1{hashlib.sha256(body).hexdigest()}".encode()
    made = base64.b64encode(hmac.new(b"s3cret", text, "sm3").digest()).decode()
    headers = {"Content-Type": "application/vnd.city", "X-Ca-Time": stamp, "X-Signature": made}
    async with pushing(options) as (client, url, _got):
        for changes, status in (
            ({"X-Ca-Nonce": "n2"}, 401),
            ({"X-Ca-Nonce": "n1", "X-Signature": made.swapcase()}, 401),
            ({"X-Ca-Nonce": "n1", "X-Ca-Time": stamp[:-3]}, 401),
            ({"X-Ca-Nonce": "n1"} | JSON, 415),
            ({"X-Ca-Nonce": "n1"}, 202),
        ):
            answer = await client.put(url, content=body, headers=headers | changes)
            assert answer.status_code == status, changes
        assert (await client.post(url, content=body, headers=headers)).status_code == 405


async def test_a_message_with_a_known_id_is_not_taken_again() -> None:
    async with pushing({"id": "observed"}) as (client, url, got):
        first, second = level(1.0, now() - 9), level(2.0, now() - 5)
        key = BEARER | JSON | {"Idempotency-Key": "7"}
        said = [
            (await client.post(url, content=content, headers=headers)).json()
            for content, headers in [
                (first, key),
                (first, key),
                (second, key),
                (second, BEARER | JSON),
                (second, BEARER | JSON),
            ]
        ]
        assert said == [
            {"status": "accepted"},
            {"status": "repeated"},
            {"error": "id_reused"},
            {"status": "accepted"},
            {"status": "repeated"},
        ]
    assert (got.health().duplicates, got.health().accepted) == (2, 2)


async def told(given: FeedConfig, folder: Path, body: bytes, *, stores: bool = True) -> Any:
    """What a program that is started on a folder, and ended, says to a message."""
    async with ingesting(given, secrets=SECRETS, folder=folder) as (_, got):
        got.stores = stores
        await got.until(lambda g: g.is_("live"))
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(given.url, content=body, headers=signed(body, 1))
        await got.until(lambda g: g.readings or g.health().duplicates or g.health().rejected)
    return answer.json()


async def test_a_message_that_is_repeated_after_a_restart_is_known(tmp_path: Path) -> None:
    given = config(free_port(), {"verify": "signature", "id": "observed", "signature": UNTIMED})
    folder, at = tmp_path / "feeds", now()
    assert await told(given, folder, level(1.0, at)) == {"status": "accepted"}
    assert await told(given, folder, level(1.0, at)) == {"status": "repeated"}
    assert await told(given, folder, level(2.0, at)) == {"error": "id_reused"}
    assert await told(given, folder, level(2.0, at + 1)) == {"status": "accepted"}
    [file] = folder.iterdir()
    assert (file.name, file.stat().st_size) == ("f.pushed", 4 * LINE_BYTES)  # two names a message


async def test_a_message_that_the_store_has_not_is_taken_again(tmp_path: Path) -> None:
    given = config(free_port(), {"verify": "signature", "signature": UNTIMED})
    body = level(1.0, now())
    assert await told(given, tmp_path, body, stores=False) == {"status": "accepted"}
    assert await told(given, tmp_path, body) == {"status": "accepted"}
    assert await told(given, tmp_path, body) == {"status": "repeated"}


async def test_what_the_disk_does_not_take_in_time_is_to_come_again() -> None:
    async with pushing({"answer": "saved", "saved_s": 0.2}) as (client, url, got):
        got.stores = False
        body, headers = level(1.0), BEARER | JSON | {"Idempotency-Key": "7"}
        for key in (headers, headers, BEARER | JSON):  # also where nothing names it
            answer = await client.post(url, content=body, headers=key)
            assert (answer.status_code, answer.json()) == (503, {"error": "not_saved"})
            assert answer.headers["retry-after"] == "5"
        await got.until(lambda g: len(g.all.receipts) == 3)
        for receipt in got.all.receipts:
            receipt()  # later than was waited for
        said = await client.post(url, content=body, headers=headers)
        assert (said.status_code, said.json()) == (202, {"status": "repeated"})
    assert len(got.readings) == 1, "the same moment again is no second reading"


async def test_the_answer_comes_when_the_disk_has_the_message_for_who_repeats_it_too() -> None:
    async with pushing({"answer": "saved"}) as (client, url, got):
        got.stores = False
        headers = BEARER | JSON | {"Idempotency-Key": "7"}
        body = level(1.0)
        asked = [asyncio.create_task(client.post(url, content=body, headers=headers)) for _ in "ab"]
        await got.until(lambda g: bool(g.all.receipts) and g.health().duplicates == 1)
        assert not any(one.done() for one in asked)
        for receipt in got.all.receipts:
            receipt()
        answers = [await one for one in asked]
        assert [answer.status_code for answer in answers] == [202, 202]
        assert {answer.json()["status"] for answer in answers} == {"accepted", "repeated"}


def test_who_looks_at_a_feed_only_confirms_nothing() -> None:
    looked_at = anonymous(config(8460, {"remember": 5}))
    assert looked_at.options == {"remember": 5, "answer": "saved", "saved_s": 0.1}


def test_a_file_of_nonsense_is_passed_over() -> None:
    known = Remembered(5)
    good = known.put("a", b"x").strip()
    again = Remembered(5)
    again.recall([b"", good[:-1], b"\xff" * 65, good.upper(), good, good + b"0"])
    assert again.look("a", b"x") == "repeated" and len(again) == 1


def test_ids_are_forgotten_oldest_first() -> None:
    known = Remembered(2)
    for name in "abc":
        known.put(name, b"x")
    assert [known.look(name, b"x") for name in "abc"] == ["new", "repeated", "repeated"]
    assert known.look("c", b"y") == "other" and len(known) == 2


async def test_too_many_in_a_second_are_told_to_wait() -> None:
    async with pushing({"rate": 2}) as (client, url, got):
        answers = [await client.post(url, content=level(), headers=BEARER | JSON) for _ in range(6)]
        codes = [answer.status_code for answer in answers]
        assert codes[:2] == [202, 202] and 429 in codes
        assert answers[codes.index(429)].headers["retry-after"] == "1"
    assert got.health().dropped > 0


async def test_too_many_at_once_are_told_to_wait() -> None:
    async with pushing({"concurrent": 1}) as (client, url, _got):
        head = "POST /in/levels HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s3cret\r\n"
        head += (
            "Content-Type: application/json\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n"
        )
        port = httpx.URL(url).port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode())
        assert b"100" in await reader.readline()  # it waits for the body
        answer = await client.post(url, content=level(), headers=BEARER | JSON)
        assert answer.status_code == 503
        writer.close()
        codes: list[int] = []
        while 202 not in codes:  # as soon as it is noticed that the other one has gone
            again = await client.post(url, content=level(), headers=BEARER | JSON)
            codes.append(again.status_code)


async def test_a_slow_body_is_given_up() -> None:
    async with pushing({"body_s": 0.1}) as (_client, url, _got):
        reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(url).port)
        writer.write(b"POST /in/levels HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s3cret\r\n")
        writer.write(b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n[")
        assert b"408" in await reader.readline()
        writer.close()


async def test_a_head_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_push_server, "HEAD_S", 0.05)
    async with pushing() as (_client, url, _got):
        whole = b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
        for said in (b"", b"POST /in", whole + b"POST /in"):
            reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(url).port)
            writer.write(said)
            async with asyncio.timeout(10):
                await reader.read()
            writer.close()


async def test_nonsense_is_neither_logged_nor_answered_with_anything(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with pushing() as (client, url, _got):
        for nonsense in (b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"\0" * 100_000):
            reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(url).port)
            writer.write(nonsense + b"\r\n\r\n")
            try:
                said = await reader.read()
            except ConnectionError:
                said = b""
            assert b"Traceback" not in said and len(said) < 300
            writer.close()
        answer = await client.post(url, content=level(), headers=BEARER | JSON)
        assert answer.status_code == 202
    assert "uvicorn" not in {record.name.partition(".")[0] for record in caplog.records}


async def test_feeds_share_an_address_by_path_and_none_has_anothers() -> None:
    port = free_port()
    feeds = [
        msgspec.structs.replace(
            config(port), id=f"f{number}", url=f"http://127.0.0.1:{port}/in/{number}"
        )
        for number in range(3)
    ]
    async with ingesting(*feeds, secrets=SECRETS) as (thread, got):
        await got.until(lambda g: all(g.is_("live", feed.id) for feed in feeds))
        assert len(thread._around.shared) == 1
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.post(feeds[1].url, content=level(), headers=BEARER | JSON)
    assert got.health("f1").accepted == 1
    assert got.health("f0").accepted == got.health("f2").accepted == 0


async def test_a_path_that_is_taken_is_refused(expect_log: Any) -> None:
    expect_log("feed g is lost: feed.push_taken")
    feed = config(free_port())
    other = msgspec.structs.replace(feed, id="g")
    async with ingesting(feed, other, secrets=SECRETS) as (_, got):
        await got.until(lambda g: g.is_("live") and g.is_("refused", "g"))


async def test_an_address_that_is_taken_is_tried_again(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.unreachable")
    taken = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    async with ingesting(config(port), secrets=SECRETS) as (_, got):
        await got.until(lambda g: g.is_("lost"))
        taken.close()
        await taken.wait_closed()
        await got.until(lambda g: g.is_("live"))


async def test_the_address_is_given_back_and_taken_again() -> None:
    feed = config(free_port())
    for _ in range(2):
        async with ingesting(feed, secrets=SECRETS) as (thread, got):
            await got.until(lambda g: g.is_("live"))
            thread.reconnect("f")
            await got.until(lambda g: g.health().attempts == 0 and g.is_("live"))


async def test_over_tls_with_a_certificate_of_ours(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    chain, key = authority.server("127.0.0.1")
    port = free_port()
    options = {"certificate": str(chain), "key": str(key)}
    feed = config(port, options, url=f"https://127.0.0.1:{port}/in")
    trust = ssl.create_default_context(cafile=str(authority.file))
    async with ingesting(feed, secrets=SECRETS) as (_, got):
        await got.until(lambda g: g.is_("live"))
        async with httpx.AsyncClient(verify=trust, trust_env=False) as client:
            answer = await client.post(feed.url, content=level(), headers=BEARER | JSON)
        assert answer.status_code == 202


async def test_a_sender_without_our_authoritys_certificate_is_not_heard(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    chain, key = authority.server("127.0.0.1")
    port = free_port()
    ours = {"certificate": str(chain), "key": str(key), "client_ca": str(authority.file)}
    feed = config(port, ours, url=f"https://127.0.0.1:{port}/in")
    trust = ssl.create_default_context(cafile=str(authority.file))
    known = ssl.create_default_context(cafile=str(authority.file))
    known.load_cert_chain(*authority.client())
    async with ingesting(feed, secrets=SECRETS) as (_, got):
        await got.until(lambda g: g.is_("live"))
        async with httpx.AsyncClient(verify=trust, trust_env=False) as client:
            with pytest.raises(httpx.TransportError):
                await client.post(feed.url, content=level(), headers=BEARER | JSON)
        async with httpx.AsyncClient(verify=known, trust_env=False) as client:
            answer = await client.post(feed.url, content=level(), headers=BEARER | JSON)
        assert answer.status_code == 202
    assert got.health().accepted == 1


@pytest.mark.parametrize(
    ("url", "options", "key"),
    [
        ("http://0.0.0.0:8460/in", {}, "url"),
        ("http://bureau.example:8460/in", {}, "url"),
        ("http://127.0.0.1/in", {}, "url"),
        ("http://127.0.0.1:8460", {}, "url"),
        ("http://127.0.0.1:99999/in", {}, "url"),
        ("https://127.0.0.1:8460/in", {}, "options.certificate"),
        ("http://10.0.0.1:8460/in", {"verify": "none", "allow_plain": True}, "options.verify"),
        ("http://127.0.0.1:8460/in", {"id": "a ||"}, "options.id"),
        ("http://127.0.0.1:8460/in", {"signature": {"text": "{body}"}}, "options.signature.text"),
        (
            "http://127.0.0.1:8460/in",
            {"signature": {"text": "{timestamp}"}},
            "options.signature.text",
        ),
    ],
)
def test_settings_that_cannot_work_are_said_at_the_start(
    url: str, options: dict[str, Any], key: str
) -> None:
    around = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=Secrets())
    with pytest.raises(ConfigError) as raised:
        HttpPush(config(0, options, url=url), around)
    assert raised.value.reason.args["key"] == key


def test_a_sender_must_be_known() -> None:
    around = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=Secrets())
    with pytest.raises(ConfigError):
        HttpPush(config(8460, credential=""), around)
    HttpPush(config(8460, {"verify": "none"}, credential=""), around)
