"""Gatherers as processes, and seats of them without windows, for tests."""

import asyncio
import json
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection

from app.city import load_city
from app.core.envelope import Delta, Snapshot
from app.core.model import Event, Reading, Warning
from app.feeds._relay import Gatherers
from app.feeds._supervisor import Pace
from app.live.batch import Batch
from app.live.hub import Subscription
from app.runtime import Runtime
from tests.helpers.program import ROOT
from tests.helpers.ws_server import greet, say

QUICK = Pace(first=0.05, most=0.3, refused=0.5, steady=5.0, fail_back=0.5)
CITY = """
code = "320800"
name_zh = "试城"
name_en = "Trial"
centre_name_zh = "试城中心"
centre_name_en = "Trial centre"
"""
FEED = """
[[feed]]
id = "{id}"
kind = "ws-json"
name_zh = "{id}"
url = "{url}"
expected_period_s = 60
"""
TABLES = {
    "bureaus.csv": "code,name_zh,short_zh,name_en\nwater,水利局,水利局,Water\n",
    "indicators.csv": """
code,name_zh,name_en,bureau_code,unit,period,direction,dimension,weight_in_dimension,best,good,watch,red
w.one,水一,Water one,water,%,5min,positive,pressure,1,100,85,70,20
""",
    "regions.csv": "adcode,name_zh,short_zh,name_en\n",
}
KEY = "reading/w.one/320800"


def write_city(folder: Path, urls: dict[str, str], tables: Mapping[str, str] | None = None) -> Path:
    """A city of one indicator, or of these tables beside, with feeds at these addresses; gives its
    folder."""
    folder.mkdir()
    feeds = "".join(FEED.format(id=name, url=url) for name, url in urls.items())
    (folder / "city.toml").write_text(CITY + feeds, "utf-8")
    for name, text in {**TABLES, **(tables or {})}.items():
        (folder / name).write_text(text.lstrip(), "utf-8")
    return folder


class Bureau:
    """A bureau's server that tells every client the newest value, and says who is connected."""

    def __init__(self) -> None:
        self.clients: set[ServerConnection] = set()
        self.changed = asyncio.Event()
        self.most = 0
        self.seq = 1
        self.readings: dict[str, Reading] = {}
        self.events: list[Event] = []
        self.warnings: list[Warning] = []

    async def handler(self, socket: ServerConnection) -> None:
        """For `tests.helpers.ws_server.serving`."""
        await greet(socket, "bureau")
        readings = list(self.readings.values())
        records = {"readings": readings, "events": self.events, "warnings": self.warnings}
        await say(socket, Snapshot(seq=self.seq, **records))
        self.clients.add(socket)
        self.most = max(self.most, len(self.clients))
        self.changed.set()
        try:
            await socket.wait_closed()
        finally:
            self.clients.discard(socket)
            self.changed.set()

    async def tell(self, reading: Reading) -> None:
        """One more reading, to whoever is connected."""
        self.readings[reading.key] = reading
        self.seq += 1
        for socket in list(self.clients):
            await say(socket, Delta(seq=self.seq, prev=self.seq - 1, readings=[reading]))

    async def until_clients(self, count: int, seconds: float = 20) -> None:
        """Wait until so many are connected."""
        async with asyncio.timeout(seconds):
            while len(self.clients) != count:
                self.changed.clear()
                await self.changed.wait()


class Process:
    """`python main.py gather ...`; `port` serves seats, `health_port` tells how it is."""

    def __init__(self, process: asyncio.subprocess.Process, ports: list[int]) -> None:
        self.process = process
        self.port, self.health_port = ports
        self.url = f"ws://127.0.0.1:{self.port}"

    async def health(self) -> dict[str, Any]:
        """The JSON of the health endpoint."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.health_port)
        writer.write(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = await reader.read()
        writer.close()
        return json.loads(answer.partition(b"\r\n\r\n")[2])

    async def until_role(self, role: str, seconds: float = 20) -> None:
        """Wait for the role, told on standard output as it changes."""
        assert self.process.stdout is not None
        async with asyncio.timeout(seconds):
            while (await self.health())["role"] != role:
                await self.process.stdout.readline()

    async def until_feed(self, feed: str, state: str, seconds: float = 20) -> None:
        """Wait until a feed is so; looked at whenever the program says something of a feed."""
        assert self.process.stdout is not None
        async with asyncio.timeout(seconds):
            while (feed, state) not in {
                (line["feed"], line["state"]) for line in (await self.health())["feeds"]
            }:
                await self.process.stdout.readline()

    async def kill(self) -> None:
        """As the power would."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


@asynccontextmanager
async def gatherer(city: Path, data: Path, *more: str, port: int = 0) -> AsyncIterator[Process]:
    """A gatherer of a city in a process of its own, for the length of a block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "main.py"),
        *("gather", "--city", str(city), "--data", str(data), "--lang", "en"),
        *("--listen", str(port), "--health", "0", *more),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        ports: list[int] = []
        async with asyncio.timeout(30):
            while len(ports) < 2 and (line := await process.stdout.readline()):
                ports += [int(found) for found in re.findall(rb"port (\d+)", line)]
        yield Process(process, ports)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


class SeatOf:
    """A seat without windows on gatherers."""

    def __init__(self, runtime: Runtime, subscription: Subscription) -> None:
        self.runtime = runtime
        self.subscription = subscription
        self.news = asyncio.Event()
        self.observed: set[int] = set()
        """When the readings that came for the history were observed."""
        runtime.heard.append(self._hear)

    def _hear(self, batch: Batch) -> None:
        self.observed |= {item.observed for part in batch.log for item in part.readings}
        self.news.set()

    async def until(self, condition: Callable[[Runtime], bool], seconds: float = 20) -> None:
        """Wait for a condition of the picture; looked at after every batch."""
        async with asyncio.timeout(seconds):
            while True:
                self.news.clear()
                while not self.runtime.settled:  # noqa: ASYNC110  (a batch is applied here)
                    await asyncio.sleep(0)
                if condition(self.runtime):
                    return
                await self.news.wait()


def value(runtime: Runtime, key: str = KEY) -> float | None:
    """What the picture holds of a key."""
    held = runtime.picture.readings.get(key)
    return None if held is None else held.reading.value


def state(runtime: Runtime, feed: str) -> tuple[str, str]:
    """How a feed is, and the id of its trouble."""
    row = runtime.picture.feeds.get(feed)
    if row is None:
        return "", ""
    return row.state.value, row.trouble.id if row.trouble else ""


@asynccontextmanager
async def seat(city: Path, data: Path, *urls: str, **more: Any) -> AsyncIterator[SeatOf]:
    """A seat that asks gatherers, for the length of a block."""
    more.setdefault("pace", QUICK)
    runtime = Runtime(load_city(str(city)), data, "desk", gatherers=Gatherers(urls, **more))
    found = SeatOf(runtime, runtime.hub.subscribe())
    await runtime.start()
    try:
        yield found
    finally:
        await runtime.stop()
