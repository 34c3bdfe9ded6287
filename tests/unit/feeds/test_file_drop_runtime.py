"""`file-drop` in the whole runtime: a file counts as taken when the store has what was in it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from app.city import load_city
from app.core.model import Reading, Segment
from app.runtime import Runtime
from tests.helpers.small_city import CITY, edit, write_small_city
from tests.helpers.store import ask, open_store

FEED = """
[[feed]]
id = "roads"
kind = "file-drop"
name_zh = "交通局文件"
url = "file:{folder}"
options = {{poll_s = 0.05, finished = "done"}}

[feed.map]
format = "csv"

[[feed.map.reading]]
key = "key"
value = "v"
observed = {{from = "t", time = "epoch_ms"}}
"""


@asynccontextmanager
async def running(tmp_path: Path) -> AsyncIterator[Runtime]:
    runtime = Runtime(load_city(str(tmp_path / "small")), tmp_path / "data", "hall")
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.stop()


async def until(true: Callable[[], bool]) -> None:
    """Wait until a condition holds, the loop being free meanwhile."""
    async with asyncio.timeout(15):
        holds = await asyncio.to_thread(true)
        while not holds:
            holds = await asyncio.to_thread(true)


def drop(inbox: Path, name: str, speed: float) -> None:
    now = time.time_ns() // 1_000_000
    (inbox / name).write_text(f"key,v,t\nreading/road.speed/999900,{speed},{now}\n")


async def test_a_file_is_put_away_when_its_records_are_stored_and_not_taken_again(
    tmp_path: Path,
) -> None:
    write_small_city(tmp_path / "small")
    inbox = tmp_path / "in"
    inbox.mkdir()
    edit(tmp_path / "small" / "city.toml", CITY, CITY + FEED.format(folder=inbox))
    drop(inbox, "a.csv", 31.0)
    async with running(tmp_path):
        await until(lambda: (inbox / "done" / "a.csv").exists())
        rows = ask(tmp_path / "data", "SELECT value FROM reading")
        assert [tuple(row) for row in rows] == [(31.0,)]  # type: ignore[call-overload]
    (inbox / "done" / "a.csv").rename(inbox / "a.csv")  # somebody puts it back
    drop(inbox, "b.csv", 32.0)
    async with running(tmp_path) as runtime:
        await until(lambda: (inbox / "done" / "b.csv").exists())
        await until(lambda: (inbox / "done" / "a.csv").exists())
        await until(lambda: runtime.picture.feeds["roads"].accepted > 0)  # told once a second
        assert runtime.picture.feeds["roads"].accepted == 1


def test_the_store_says_when_what_was_submitted_is_on_the_disk(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.recorder.submit([Segment("s", 1, [Reading("reading/a.b/320812/c", 1.0, 1000)])], [])
    assert store.saved().result(10) is True
    assert len(ask(tmp_path, "SELECT value FROM reading")) == 1
    store.close()
