"""`mqtt` against a real mosquitto."""

import asyncio
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiomqtt import Client

from app.config import FeedConfig, Tls
from app.core.message import message
from app.core.model import Reading
from app.secrets import Secrets
from tests.helpers.ingesting import Gathered, ingesting, level_key
from tests.helpers.mosquitto import Mosquitto, needs_mosquitto
from tests.helpers.tls import Authority

pytestmark = needs_mosquitto


def now() -> int:
    return time.time_ns() // 1_000_000


def config(url: str, **changes: Any) -> FeedConfig:
    changes.setdefault("options", {"topics": ["reading/#"]})
    return FeedConfig(id="f", kind="mqtt", name_zh="水务局", url=url, **changes)


def publisher(broker: Mosquitto, **options: Any) -> Client:
    return Client("127.0.0.1", broker.port, **options)


async def send(client: Client, value: float, observed: int, *, retain: bool = False) -> None:
    payload = msgspec.json.encode(Reading(level_key(), value, observed))
    await client.publish(level_key(), payload, qos=1, retain=retain)


def _connect_with_will(topic: str, payload: str) -> bytes:
    """A CONNECT of MQTT 3.1.1 (OASIS, section 3.1) by hand."""

    def text(value: str) -> bytes:
        return len(value).to_bytes(2, "big") + value.encode()

    body = text("MQTT") + bytes([4, 0b00000110, 0, 60]) + text("sensor") + text(topic)
    body += text(payload)
    return bytes([0x10, len(body)]) + body


def is_live(got: Gathered) -> bool:
    return got.is_("live")


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_readings_arrive_one_by_one_and_in_arrays(version: str) -> None:
    start = now()
    options = {"topics": ["reading/+/320812/#"], "version": version}
    with Mosquitto() as broker:
        async with ingesting(config(broker.url, options=options)) as (_, got):
            await got.until(is_live)
            async with publisher(broker) as client:
                await send(client, 1.0, start)
                many = [Reading(level_key(), 2.0, start + 1), {"key": 7}, {"key": "a/b/c"}]
                await client.publish(level_key(), msgspec.json.encode(many), qos=1)
                await client.publish("reading/x/999999/y", b"{}", qos=1)  # not subscribed
            await got.until(lambda g: len(g.readings) == 2 and g.health().rejected == 2)
            assert got.all.latest["f"][level_key()].value == 2.0


async def test_a_restarted_broker_is_found_again_and_nothing_is_counted_twice(
    expect_log: Any,
) -> None:
    expect_log("feed f is lost")
    start = now()
    feed = config("mqtt://placeholder", options={"topics": ["reading/#"], "client_id": "desk-1"})
    with Mosquitto(persistent=True) as broker:
        feed = msgspec.structs.replace(feed, url=broker.url)
        async with ingesting(feed) as (_, got):
            await got.until(is_live)
            async with publisher(broker) as client:
                await send(client, 1.0, start, retain=True)
                await send(client, 2.0, start + 1, retain=True)
            await got.until(lambda g: len(g.readings) == 2)
            before = got.health().connected_since
            await broker.restart()
            await got.until(lambda g: g.health().connected_since > before)
            await got.until(lambda g: g.health().duplicates == 1)  # the retained value again
            async with publisher(broker) as client:
                await send(client, 3.0, start + 2)
            await got.until(lambda g: len(g.readings) == 3)
            assert [item.value for item in got.readings] == [1.0, 2.0, 3.0]


async def test_the_last_will_of_the_sender_means_that_the_feed_is_down() -> None:
    options = {"topics": ["reading/#"], "status_topic": "status/water"}
    with Mosquitto() as broker:
        async with ingesting(config(broker.url, options=options)) as (_, got):
            await got.until(is_live)
            _, sender = await asyncio.open_connection("127.0.0.1", broker.port)
            sender.write(_connect_with_will("status/water", "offline"))
            await sender.drain()
            sender.close()  # without a goodbye
            await got.until(lambda g: g.is_("lost"))
            assert got.health().trouble == message("feed.sender_down")
            async with publisher(broker) as other:
                await other.publish("status/water", b"online", qos=1)
            await got.until(is_live)


async def test_a_wrong_password_is_refused_and_not_tried_quickly(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.credentials")
    with Mosquitto(users={"desk": "right"}) as broker:
        feed = config(broker.url, credential="broker")
        wrong = Secrets(environment={"CHENGMAI_SECRET_BROKER": "desk:wrong"})
        async with ingesting(feed, secrets=wrong) as (_, got):
            await got.until(lambda g: g.is_("refused"))
            assert got.health().next_attempt - got.health().at > 500_000
        right = Secrets(environment={"CHENGMAI_SECRET_BROKER": "desk:right"})
        async with ingesting(feed, secrets=right) as (_, got):
            await got.until(is_live)


async def test_tls_is_verified(tmp_path: Path, expect_log: Any) -> None:
    expect_log("feed f is lost: feed.certificate")
    authority = Authority(tmp_path)
    with Mosquitto(certificate=authority.server()) as broker:
        url = f"mqtts://localhost:{broker.port}"
        async with ingesting(config(url)) as (_, got):
            await got.until(lambda g: g.is_("refused"))
        async with ingesting(config(url, tls=Tls(ca=str(authority.file)))) as (_, got):
            await got.until(is_live)


async def test_a_bureaus_own_payload_goes_through_the_mapping() -> None:
    mapping = {
        "reading": [
            {
                "key": {"template": "reading/water.level/320812/{_topic[1]}"},
                "value": {"from": "z", "unit": "cm"},
                "observed": {"from": "t", "time": "epoch_ms"},
            }
        ]
    }
    feed = {"map": mapping, "options": {"topics": ["level/+"]}}
    with Mosquitto() as broker:
        async with ingesting(config(broker.url, **feed)) as (_, got):
            await got.until(is_live)
            async with publisher(broker) as client:
                await client.publish("level/jiangba", f'{{"z":1234.5,"t":{now()}}}', qos=1)
                await client.publish("level/jiangba", b"\xff", qos=1)
            await got.until(lambda g: len(g.readings) == 1 and g.health().rejected == 1)
            assert (got.readings[0].key, got.readings[0].value) == (level_key(), 12.345)
