"""`bench ingest`: how many readings a second come through from the socket to the picture.

A sender in a process of its own writes pre-encoded frames of the `ws-json` envelope as fast as the
socket takes them, over loopback, without compression. The same bytes are received twice: by a bare
`websockets` client that looks at nothing (the baseline), and by the feed with its sink (decoded,
checked for range, time, sequence and repetition, put into the picture). The receiver is saturated
in both.
"""

import asyncio
import sys
import threading
import time
from statistics import median

from websockets.asyncio.client import connect

from app.bench._base import Figure
from app.child import Child
from app.config import FeedConfig
from app.core.catalog import Catalog, Quantity
from app.core.clock import SystemClock
from app.core.model import World
from app.feeds._ingest import IngestThread
from app.live.batch import Mailbox
from app.live.picture import Picture

ROUNDS = 3
SINGLE_FRAMES = 300_000
BATCH_FRAMES = 20_000
BATCH = 100
_CATALOG = Catalog(
    quantities={
        "water.level": Quantity(
            "water.level", "水位", "Water level", "m", 60_000, valid_min=-10.0, valid_max=100.0
        )
    }
)


class Sender:
    """The child process that sends; `frames` frames of `batch` readings per connection."""

    def __init__(self, frames: int, batch: int) -> None:
        self.readings = frames * batch
        self._child = Child("app.bench._sender", [str(frames), str(batch)])
        self.url = self._child.start()["ws"]

    def close(self) -> None:
        """End it with its pipe."""
        self._child.stop()


def single_rate() -> Figure:
    """One reading to a frame: the median of three rounds taken in turn with the baseline."""
    return _as_runtime("single_rate", SINGLE_FRAMES, 1)


def batch100_rate() -> Figure:
    """A hundred readings to a frame, in the same way."""
    return _as_runtime("batch100_rate", BATCH_FRAMES, BATCH)


def _as_runtime(name: str, frames: int, batch: int) -> Figure:
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)  # as the runtime does
    try:
        return _figure(name, frames, batch)
    finally:
        sys.setswitchinterval(before)


def _figure(name: str, frames: int, batch: int) -> Figure:
    bare: list[float] = []
    ours: list[float] = []
    sender = Sender(frames, batch)
    try:
        for _ in range(ROUNDS):
            bare.append(sender.readings / asyncio.run(_bare(sender.url, frames)))
            ours.append(sender.readings / _through(sender.url, sender.readings))
    finally:
        sender.close()
    return Figure(name, median(ours), "readings/s", "bare websockets", median(bare))


async def _bare(url: str, frames: int) -> float:
    """Seconds to receive the frames and look at none of them."""
    async with connect(url, compression=None, max_size=None, ping_interval=None) as socket:
        await socket.recv(decode=False)  # welcome
        await socket.send('{"t":"subscribe","topics":["#"]}')
        await socket.recv(decode=False)  # the first frame starts the watch
        begin = time.perf_counter()
        for _ in range(frames - 1):
            await socket.recv(decode=False)
        return time.perf_counter() - begin


def _through(url: str, readings: int) -> float:
    """Seconds until all readings are in the picture and in the log."""
    config = FeedConfig(id="bench", kind="ws-json", name_zh="测速", url=url)
    news = threading.Event()
    mailbox = Mailbox(news.set)
    picture = Picture({}, World.REAL)
    ingest = IngestThread([config], {}, mailbox, _CATALOG, SystemClock())
    begin = 0.0
    logged = 0
    ingest.start()
    try:
        while logged < readings:
            if not news.wait(30):
                raise RuntimeError(f"{readings - logged} readings did not come")
            news.clear()
            batch = mailbox.take()
            if batch is None:
                continue
            for segment in batch.log:
                logged += len(segment.readings)
                begin = begin or segment.received / 1000
            for source, latest in batch.latest.items():
                picture.apply_readings(source, batch.received[source], latest.items())
        return time.time() - begin
    finally:
        ingest.stop()
