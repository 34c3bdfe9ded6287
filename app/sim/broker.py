"""The MQTT side of the simulator: readings retained under their key, warnings under `warning/`."""

import asyncio
from urllib.parse import urlsplit

import aiomqtt
import msgspec

from app.config import ConfigError
from app.core.message import Message, message
from app.serving.told import Told

STATUS_TOPIC = "chengmai/sim/status"
RETRY_S = 5
WAITING = 20_000


class Broker:
    """Publishes to a broker at QoS 1; a lost broker never stops the city."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = 0
        if parts.scheme != "mqtt" or not parts.hostname or port == 0:
            raise ConfigError(message("sim.bad_broker", text=url))
        self._host = parts.hostname
        self._port = port or 1883
        self._waiting: asyncio.Queue[tuple[str, bytes, bool]] = asyncio.Queue(WAITING)
        self.dropped = 0
        self.trouble: Message | None = None

    def publish(self, told: Told) -> None:
        """Queue what was told; with the queue full the rest is dropped and counted."""
        for reading in told.readings:
            self._put(reading.key, reading, True)
        for warning in told.warnings:
            self._put(f"warning/{warning.id}", warning, False)

    def _put(self, topic: str, record: msgspec.Struct, retain: bool) -> None:
        if self._waiting.full():
            self.dropped += 1
            return
        self._waiting.put_nowait((topic, msgspec.json.encode(record), retain))

    async def run(self) -> None:
        """Connect, publish, connect again, until cancelled."""
        while True:
            try:
                await self._connection()
            except aiomqtt.MqttError as error:
                self.trouble = message("sim.broker_lost", error=str(error), seconds=RETRY_S)
                if _told_to_end():
                    # The farewell failed, and its error hides the order.
                    raise asyncio.CancelledError from error
            await asyncio.sleep(RETRY_S)

    async def _connection(self) -> None:
        will = aiomqtt.Will(STATUS_TOPIC, b"offline", qos=1, retain=True)
        async with aiomqtt.Client(self._host, self._port, will=will, timeout=RETRY_S) as client:
            self.trouble = None
            await client.publish(STATUS_TOPIC, b"online", qos=1, retain=True)
            while not _told_to_end():
                topic, payload, retain = await self._waiting.get()
                await client.publish(topic, payload, qos=1, retain=retain)
        raise asyncio.CancelledError


def _told_to_end() -> bool:
    """Whether this task was cancelled, also where the library has swallowed the order: before
    Python 3.12 `asyncio.wait_for` loses it when what it waits for is done in the same turn."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
