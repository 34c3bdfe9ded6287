"""`http-push` in the whole runtime: what was answered is on the disk, and known after a restart."""

import asyncio
import time
from pathlib import Path

import httpx

from app.city import load_city
from app.runtime import Runtime
from tests.helpers.ports import free_port
from tests.helpers.small_city import CITY, edit, write_small_city
from tests.helpers.store import ask

FEED = """
[[feed]]
id = "roads"
kind = "http-push"
name_zh = "交通局推送"
url = "http://127.0.0.1:{port}/roads"
options = {{verify = "none", id = "id", answer = "saved"}}

[feed.map]

[[feed.map.reading]]
key = {{value = "reading/road.speed/999900"}}
value = "v"
observed = {{from = "id", time = "epoch_ms"}}
"""


async def pushed(tmp_path: Path, port: int, number: int, speed: float) -> tuple[str, list[float]]:
    """The answer of a program that is started, and the speeds on its disk at that moment."""
    runtime = Runtime(load_city(str(tmp_path / "small")), tmp_path / "data", "hall")
    await runtime.start()
    try:
        async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(15):
            while True:
                try:
                    answer = await client.post(
                        f"http://127.0.0.1:{port}/roads", json={"id": number, "v": speed}
                    )
                    break
                except httpx.ConnectError:  # it does not listen yet
                    await asyncio.to_thread(runtime.clock.now)
        rows = ask(tmp_path / "data", "SELECT value FROM reading WHERE value BETWEEN 31 AND 33")
    finally:
        await runtime.stop()
    return next(iter(answer.json().values())), sorted(row[0] for row in rows)  # type: ignore[index]


async def test_what_was_answered_is_on_the_disk_and_known_after_a_restart(tmp_path: Path) -> None:
    write_small_city(tmp_path / "small")
    port, now = free_port(), time.time_ns() // 1_000_000
    edit(tmp_path / "small" / "city.toml", CITY, CITY + FEED.format(port=port))
    assert await pushed(tmp_path, port, now, 31.0) == ("accepted", [31.0])
    assert await pushed(tmp_path, port, now, 31.0) == ("repeated", [31.0])
    assert await pushed(tmp_path, port, now, 32.0) == ("id_reused", [31.0])
    assert await pushed(tmp_path, port, now + 1, 33.0) == ("accepted", [31.0, 33.0])
