"""A credential goes over no line that others can read: every kind of feed, by its own example."""

import asyncio
import tomllib
from typing import Any

import msgspec
import pytest

from app.config import FeedConfig
from app.core.clock import SystemClock
from app.core.model import World
from app.feeds._base import Refused, Surroundings, feeds
from app.feeds._sink import Sink
from app.secrets import Secrets
from tests.helpers.ingesting import CATALOG

PLAIN = {"https": "http", "wss": "ws", "mqtts": "mqtt", "tls": "tcp"}
OTHERS = {
    "file-drop": "SSH encrypts",
    "http-push": "listens",
    "quake": "knows no credential",
    "replay": "reads a file",
    "sql": "its driver is told to encrypt and verify",
}
AWAY = "198.51.100.7"  # RFC 5737: nobody's
SECRETS = Secrets(None, {"CHENGMAI_SECRET_ANY": "desk:right"})
NAMES = [name for name in feeds().names() if name not in OTHERS]


def plain(name: str, **options: Any) -> FeedConfig:
    """The example of a kind, with a credential, on another machine without TLS."""
    (given,) = tomllib.loads(feeds().load(name).example)["feed"]
    config = msgspec.convert(given, FeedConfig)
    scheme, _, rest = config.url.partition("://")
    host, slash, path = rest.partition("/")
    port = host.rpartition(":")[2] if ":" in host else ""
    url = f"{PLAIN[scheme]}://{AWAY}{':' + port if port else ''}{slash}{path}"
    if name == "nats":
        url = url.replace("tcp://", "nats://")
    kept = {key: value for key, value in config.options.items() if key not in ("oauth", "mqtt")}
    return msgspec.structs.replace(
        config, url=url, credential="any", options={**kept, **options}, format="", map={}
    )


def sink(config: FeedConfig) -> Sink:
    return Sink(
        config,
        CATALOG,
        SystemClock(),
        city_world=World.REAL,
        urgent=lambda: None,
        waiting=lambda: 0,
    )


@pytest.mark.parametrize("name", NAMES)
async def test_a_credential_does_not_go_over_a_plain_line(name: str) -> None:
    around = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=SECRETS)
    options: dict[str, Any] = {}
    if name == "sensorthings":
        options = {"map": {"codes": {"x": "water.level"}}, "streams": {}}
    if name == "ngsi-ld":
        options = {"map": {}}
    if name == "stream":
        options = {"hello": "{credential}"}
    config = plain(name, **options)
    feed = feeds().load(name)(config, around)
    try:
        with pytest.raises(Refused) as refused:
            async with asyncio.timeout(10):
                await feed.run(sink(config), lambda: None)
    finally:
        await around.shared.close()
    assert refused.value.reason.id == "feed.plain_credential"
