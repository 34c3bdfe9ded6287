"""What a worker has of one stream goes when the stream is closed, not when somebody collects."""

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from app.video.wire import Open, Opened, Report, Source
from app.video.worker.channel import Channel
from app.video.worker.decoder import Decoders


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Without the collector of cycles."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class Heard:
    """What a worker would say to its parent."""

    def __init__(self) -> None:
        self.reports: SimpleQueue[Report] = SimpleQueue()

    def say(self, report: Report) -> None:
        self.reports.put(report)


@pytest.mark.usefixtures("uncollected")
def test_a_closed_stream_leaves_no_packets_behind(clips: dict[str, Path]) -> None:
    heard = Heard()
    order = Open(1, str(clips["h264"]), Source.FILE, loop=True)
    channel = Channel(order, heard, Decoders(1))  # type: ignore[arg-type]
    assert isinstance(heard.reports.get(timeout=10), Opened)
    ring = weakref.ref(channel.ring)
    attempt = channel.leave()
    assert attempt is not None
    attempt.join(10)
    del attempt, channel
    assert ring() is None
