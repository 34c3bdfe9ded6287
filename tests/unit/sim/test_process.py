"""`python -m app.sim` as its parent sees it: one line, a port, an end when the pipe ends."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process

import msgspec
import pytest
from click.testing import CliRunner
from websockets.asyncio.client import connect

from app.config import ConfigError
from app.core.model import World
from app.sim.__main__ import Ready, main, moment
from app.sim.broker import Broker
from tests.helpers.mosquitto import Mosquitto, needs_mosquitto


async def started(*arguments: str) -> tuple[Process, Ready]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.sim", "--parent-pipe", *arguments, stdin=PIPE, stdout=PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        line = await process.stdout.readline()
    return process, msgspec.json.decode(line, type=Ready)


async def ended(process: Process) -> int:
    assert process.stdin is not None
    process.stdin.close()
    async with asyncio.timeout(20):
        return await process.wait()


async def test_it_says_where_it_listens_and_ends_with_its_parent() -> None:
    process, ready = await started("--seed", "3")
    try:
        assert ready.ws.startswith("ws://127.0.0.1:")
        assert ready.seed == 3
        async with connect(ready.ws) as socket:
            welcome = msgspec.json.decode(await socket.recv())
            assert welcome["world"] == World.DEMO.value
            assert welcome["session"] == ready.session
    finally:
        assert await ended(process) == 0


@needs_mosquitto
async def test_readings_are_retained_at_a_broker() -> None:
    import aiomqtt

    with Mosquitto() as broker:
        process, ready = await started("--mqtt", broker.url, "--scenario", "storm", "--speed", "20")
        try:
            assert ready.mqtt == broker.url
            async with aiomqtt.Client("127.0.0.1", broker.port) as client:
                await client.subscribe("chengmai/sim/status", qos=1)
                await client.subscribe("reading/gas.pressure/#", qos=1)
                await client.subscribe("warning/#", qos=1)
                seen: dict[str, bytes] = {}
                async with asyncio.timeout(60):
                    async for item in client.messages:
                        assert isinstance(item.payload, bytes)
                        seen[str(item.topic).split("/")[0]] = item.payload
                        if len(seen) == 3:
                            break
            assert seen["chengmai"] == b"online"
            assert msgspec.json.decode(seen["reading"])["key"] == "reading/gas.pressure/320800"
            assert msgspec.json.decode(seen["warning"])["id"].startswith("demo-")
        finally:
            assert await ended(process) == 0


@pytest.mark.parametrize("url", ["http://x", "mqtt://", "mqtt://h:99999", "nonsense"])
def test_a_broker_address_that_cannot_be(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Broker(url)
    assert caught.value.reason.id == "sim.bad_broker"


def test_a_start_that_is_no_time() -> None:
    with pytest.raises(ConfigError) as caught:
        moment("yesterday", "Asia/Shanghai")
    assert caught.value.reason.id == "sim.bad_start"
    assert moment("1970-01-01T08:00:00", "Asia/Shanghai") == 0
    assert moment("1970-01-01T00:00:00Z", "Asia/Shanghai") == 0


def test_an_unknown_city_is_said_in_words() -> None:
    result = CliRunner().invoke(main, ["--city", "atlantis"])
    assert result.exit_code == 1
    assert "atlantis" in result.output
    assert "⟦" not in result.output
