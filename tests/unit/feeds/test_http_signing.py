"""Signed requests: known answers worked out apart from the code, and what a gateway would check."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest

from app.config import FeedConfig
from app.feeds._http_call import Call
from app.feeds._signing import Signer, SignOptions
from app.secrets import Secrets
from tests.helpers.http_server import Asked, http_server
from tests.helpers.ingesting import ingesting

NOW = 1_795_003_200_123
SECRETS = Secrets(None, {"CHENGMAI_SECRET_APP": "app-1:s3cret", "CHENGMAI_SECRET_SESSION": "tok-9"})
WVP = {
    "algorithm": "sm3",
    "text": "{query_joined}{body}{secret}",
    "fields": {"appKey": "{app_key}", "accessToken": "{token}", "timestamp": "{timestamp}"},
    "token": "session",
}


def signed(options: dict[str, Any], call: Call) -> Call:
    signer = Signer("f", msgspec.convert(options, SignOptions), "Asia/Shanghai")
    signer.sign(call, ("app-1", "s3cret"), "tok-9", NOW, "n0nce")
    return call


def call(
    url: str = "https://gw.example/a/b?z=2&y=1", body: bytes = b"", method: str = "GET"
) -> Call:
    return Call(method, httpx.URL(url), {}, body)


def test_sm3_is_that_of_the_standard() -> None:
    """GB/T 32905-2016, example 1: the digest of `abc`."""
    options = {"algorithm": "sm3", "text": "{body}{secret}"}
    signer = Signer("f", msgspec.convert(options, SignOptions), "UTC")
    made = call("https://x/", b"ab")
    signer.sign(made, ("k", "c"), "", NOW)
    known = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert made.url.params["sign"] == known


def test_the_default_text_by_hand() -> None:
    made = signed({}, call(body=b"{}", method="POST"))
    text = (
        "POST\n/a/b\nappKey=app-1&nonce=n0nce&timestamp=1795003200123&y=1&z=2\n1795003200123\nn0nce\n"
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )
    known = hmac.new(b"s3cret", text.encode(), hashlib.sha256).hexdigest()
    assert made.url.params["sign"] == known
    assert str(made.url).startswith("https://gw.example/a/b?z=2&y=1&appKey=app-1&")


def test_wvp_surroundings() -> None:
    """WIRE.md 5: SM3 of all parameters but sign, sorted, name and value joined, the body, the
    secret."""
    body = '{"groupAlias":"水务"}'.encode()
    made = signed(WVP, call("https://wvp/api/sy/camera/list/polygon?b=二&a=1", body, "POST"))
    joined = "a1" + "accessTokentok-9" + "appKeyapp-1" + "b二" + f"timestamp{NOW}"
    known = hashlib.new("sm3", joined.encode() + body + b"s3cret").hexdigest()
    assert made.url.params["sign"] == known
    assert set(made.url.params) == {"a", "b", "appKey", "accessToken", "timestamp", "sign"}


def test_into_the_head_as_base64() -> None:
    """The way of Hikvision's Artemis gateway: lines with the headers that are signed."""
    options = {
        "algorithm": "hmac-sha256",
        "text": "{method}\n*/*\nx-ca-key:{app_key}\nx-ca-timestamp:{timestamp}\n{path}",
        "place": "header",
        "name": "x-ca-signature",
        "fields": {"x-ca-key": "{app_key}", "x-ca-timestamp": "{timestamp}"},
        "output": "base64",
    }
    made = signed(options, call())
    text = f"GET\n*/*\nx-ca-key:app-1\nx-ca-timestamp:{NOW}\n/a/b"
    known = base64.b64encode(hmac.new(b"s3cret", text.encode(), "sha256").digest()).decode()
    assert made.headers == {
        "x-ca-key": "app-1",
        "x-ca-timestamp": str(NOW),
        "x-ca-signature": known,
    }
    assert str(made.url) == "https://gw.example/a/b?z=2&y=1"


@pytest.mark.parametrize(
    ("timestamp", "zone", "shown"),
    [
        ("epoch_ms", "", "1795003200123"),
        ("epoch_s", "", "1795003200"),
        ("%Y%m%d%H%M%S", "", "20261118200000"),
        ("%Y%m%d%H%M%S", "UTC", "20261118120000"),
    ],
)
def test_timestamps(timestamp: str, zone: str, shown: str) -> None:
    assert datetime.fromtimestamp(NOW // 1000, ZoneInfo("UTC")).hour == 12
    options = {"timestamp": timestamp, "zone": zone, "fields": {"ts": "{timestamp}"}}
    assert signed(options, call()).url.params["ts"] == shown


def test_hmac_sm3_in_capitals_with_encoded_parameters() -> None:
    options = {
        "algorithm": "hmac-sm3",
        "text": "{query_encoded}{body_sm3}",
        "output": "HEX",
        "fields": {},
    }
    made = signed(options, call("https://x/?b=%20/&a=%E4%B8%AD&a=second"))
    empty = hashlib.new("sm3", b"").hexdigest()
    text = ("a=%E4%B8%AD&b=%20%2F" + empty).encode()
    block = b"s3cret".ljust(64, b"\0")  # RFC 2104 by hand; SM3's block is 64 bytes
    inner = hashlib.new("sm3", bytes(byte ^ 0x36 for byte in block) + text).digest()
    outer = hashlib.new("sm3", bytes(byte ^ 0x5C for byte in block) + inner).hexdigest()
    assert made.url.params["sign"] == outer.upper()


def test_a_secret_with_gaps_in_it_is_not_filled() -> None:
    signer = Signer("f", SignOptions(algorithm="sha256", text="{secret}{nonce}"), "UTC")
    made = call()
    signer.sign(made, ("k", "{nonce}"), "", NOW, "n")
    assert made.url.params["sign"] == hashlib.sha256(b"{nonce}n").hexdigest()


async def test_a_gateway_accepts_every_request_and_sees_no_nonce_twice() -> None:
    nonces: list[str] = []

    def accept(asked: Asked) -> bool:
        query = asked.query
        signature = query.pop("sign")
        nonces.append(query["nonce"])
        joined = "".join(name + query[name] for name in sorted(query))
        return signature == hashlib.new("sm3", f"{joined}s3cret".encode()).hexdigest()

    sign = {
        **WVP,
        "fields": {"appKey": "{app_key}", "timestamp": "{timestamp}", "nonce": "{nonce}"},
        "text": "{query_joined}{body}{secret}",
    }
    async with http_server() as server:
        server.accept = accept
        options = {"sign": sign, "poll_s": 0.05, "params": {"水": "位 1"}}
        feed = FeedConfig(
            id="f",
            kind="http-json",
            name_zh="视频平台",
            url=server.url("/signed"),
            credential="app",
            options=options,
        )
        async with ingesting(feed, secrets=SECRETS) as (_, got):
            await got.until(lambda g: g.is_("live"))
            await server.until_asked(3)
    assert len(set(nonces)) == len(nonces) >= 3


async def test_a_credential_without_an_app_key_is_refused(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.sign_pair")
    secrets = Secrets(None, {"CHENGMAI_SECRET_APP": "only-a-token"})
    async with http_server() as server:
        feed = FeedConfig(
            id="f",
            kind="http-json",
            name_zh="视频平台",
            url=server.url(),
            credential="app",
            options={"sign": {}},
        )
        async with ingesting(feed, secrets=secrets) as (_, got):
            await got.until(lambda g: g.is_("refused"))
        assert server.asked == []
