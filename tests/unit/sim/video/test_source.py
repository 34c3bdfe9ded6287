"""A camera's source rests with its last watcher, whatever else happens in that moment."""

import asyncio
import time
from pathlib import Path

from app.sim.video.clip import read_clip
from app.sim.video.source import Sent, Source
from tests.helpers.clips import write_clip


def running() -> list[asyncio.Task[object]]:
    return [task for task in asyncio.all_tasks() if task.get_name() == "sim video source"]


async def test_it_rests_though_it_is_moved_in_the_moment_the_last_one_leaves(
    tmp_path: Path,
) -> None:
    clip = read_clip(write_clip(tmp_path / "clip.mp4", size=(64, 64)))
    source = Source(clip, time.monotonic())
    came = asyncio.Event()

    def watch(sent: Sent) -> None:
        came.set()

    source.watch(watch)
    (task,) = running()
    came.clear()
    await came.wait()  # it waits for the next picture now
    source.move(0.0)
    source.leave(watch)
    await asyncio.wait([task], timeout=2)
    assert task.done()
    assert not running()
