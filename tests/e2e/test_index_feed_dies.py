"""A bureau's line dies: within one interval its tiles grey, their age counts, and the index says
what share it was worked out without. The real program on a wall, real servers on loopback."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection

from app.core.envelope import Snapshot
from app.core.model import Reading
from app.live.picture import GRACE_MS
from tests.helpers.gathering import write_city
from tests.helpers.program import Screen, items, running
from tests.helpers.ws_server import greet, say, serving

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

TABLES = {
    "bureaus.csv": """
code,name_zh,short_zh,name_en
water,水利局,水利局,Water
fire,消防支队,消防支队,Fire
""",
    "indicators.csv": """
code,name_zh,name_en,bureau_code,unit,period,direction,dimension,weight_in_dimension,best,good,watch,red
w.one,水一,Water one,water,%,5min,positive,pressure,0.7,100,85,70,20
f.one,火一,Fire one,fire,%,5min,positive,pressure,0.2,100,85,70,20
f.two,火二,Fire two,fire,%,5min,positive,pressure,0.1,100,85,70,20
""",
}
VALUES = {"water": {"w.one": 85.0}, "fire": {"f.one": 70.0, "f.two": 20.0}}
INDEX = "reading/index.pressure/320800"
WEIGHT = f"{INDEX}/weight"
LACKS = f"{INDEX}/missing/fire"


def key(code: str) -> str:
    return f"reading/{code}/320800"


class Bureau:
    """One bureau's server; `dead` ends its line for good."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dead = asyncio.Event()

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        async def handler(socket: ServerConnection) -> None:
            if self.dead.is_set():
                return
            await greet(socket)
            now = time.time_ns() // 1_000_000
            found = VALUES[self.name].items()
            readings = [Reading(key(code), value, now) for code, value in found]
            await say(socket, Snapshot(seq=0, readings=readings))
            await self.dead.wait()

        async with serving(handler) as url:
            try:
                yield url
            finally:
                self.dead.set()


def one_screen(folder: Path) -> Path:
    """A wall whose second page has the indices and the indicators side by side."""
    screen = {"name": "WALL", "x": 0, "y": 0, "width": 7680, "height": 2160}
    file = folder / "screens.json"
    file.write_text(json.dumps({"screens": [{**screen, "logicalDpi": 96, "dpr": 1}]}), "utf-8")
    return file


async def test_its_tiles_grey_and_the_index_says_what_it_lacks(tmp_path: Path) -> None:
    water, fire = Bureau("water"), Bureau("fire")
    async with water.serve() as first, fire.serve() as second:
        city = write_city(tmp_path / "city", {"water": first, "fire": second}, TABLES)
        screens = ("--screens", str(one_screen(tmp_path)))
        wall = ("--seat", "hall", "--scene", "overview#2", *screens)
        with running(tmp_path, *wall, "--city", str(city)) as program:

            async def wait(condition: Callable[[Screen], bool], what: str) -> dict[str, dict]:
                return items(await asyncio.to_thread(program.wait, condition, what))

            live = await wait(
                lambda screen: items(screen).get(WEIGHT, {}).get("value") == 100,
                "the index with all of its weight",
            )
            assert LACKS not in live
            # 0.7 of 85, 0.2 of 70, 0.1 of 20: 75.5, shown from the other end.
            assert (live[INDEX]["value"], live[INDEX]["mode"]) == (24.5, "computed")

            fire.dead.set()
            # Panels are refreshed in turns: the tiles may follow the index by a frame.
            gone = await wait(
                lambda screen: (
                    items(screen)[WEIGHT]["value"] != 100
                    and all(
                        items(screen)[key(code)]["freshness"] != "live" for code in VALUES["fire"]
                    )
                ),
                "the index and its tiles without the fire",
            )
            # 0.3 of it counts 0.8: (59.5 + 11.2 + 1.6) / 0.94 = 76.9
            assert (gone[WEIGHT]["value"], gone[INDEX]["value"]) == (94, 23.1)
            assert gone[WEIGHT]["label"] == "有效权重 94 %"
            # The share that is not live is the whole of it, 0.2 and 0.1, whatever it still counts.
            assert (gone[LACKS]["value"], gone[LACKS]["unit"]) == (30, "%")
            assert gone[LACKS]["label"].startswith("缺 消防支队")
            assert gone[LACKS]["label"].endswith("占权重 30 %")
            assert gone[INDEX]["freshness"] == "live", "most of what it counts is live"
            for code in VALUES["fire"]:
                assert gone[key(code)]["freshness"] == "cached"
                assert gone[key(code)]["age"] >= GRACE_MS / 1000
            assert gone[key("w.one")]["freshness"] == "live"
        assert program.process.returncode == 0, program.tail()
