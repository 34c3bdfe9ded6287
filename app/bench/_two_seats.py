"""Two seats on one gatherer: which values differ between their pictures (none may).

A gatherer runs the demonstration city in a process of its own, two seats follow it here. The city
goes on while they are compared: each picture says up to which frame of the gatherer it stands, and
they are compared only where both stand at the same one.
"""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np

from app.core.model import Held, Sourced
from app.feeds._relay import Gatherers
from app.last_good import open_city
from app.live.batch import PositionColumns
from app.live.picture import Picture
from app.runtime import Runtime

CITY = "huaian"
MAIN = Path(__file__).resolve().parents[2] / "main.py"
READY_S = 60.0
LOOK_S = 0.02


async def two_seats_differ(folder: Path, comparisons: int = 5) -> list[str]:
    """What differed at the worst of so many moments, by key or id; `folder` is empty or not
    there."""
    async with gathering(folder / "gatherer") as url, seats(folder, url) as (one, other):
        async with asyncio.timeout(READY_S):
            await _filled(one, other)
        platforms = {platform.id for platform in one.city.config.platform}
        worst: list[str] = []
        at = max(one.sequence, other.sequence)
        for _ in range(comparisons):
            # No task of its own: a frame could come to one seat before its result came here.
            async with asyncio.timeout(READY_S):
                at = await _level(one, other, at)
            worst = max(worst, differing(one.picture, other.picture, platforms), key=len)
        return worst


@asynccontextmanager
async def gathering(folder: Path, *more: str) -> AsyncIterator[str]:
    """The gatherer in a process of its own; gives its address."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(MAIN),
            "gather",
            *("--city", CITY, "--data", str(folder), "--listen", "0", *more),
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(READY_S):
            said = await process.stdout.readline()
        port = re.search(rb"\d+", said)
        if port is None:
            raise RuntimeError(f"the gatherer said {said!r} instead of its port")
        reading = asyncio.create_task(process.stdout.read())
        yield f"ws://127.0.0.1:{int(port.group())}"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
    await reading


@asynccontextmanager
async def seats(folder: Path, url: str) -> AsyncIterator[tuple[Runtime, Runtime]]:
    """Two seats without windows."""
    made: list[Runtime] = []
    try:
        for name in ("one", "other"):
            city, _ = open_city(CITY, folder / name)
            gatherers = Gatherers((url,), history_hours=0.0)
            made.append(Runtime(city, folder / name, "desk", gatherers=gatherers))
            await made[-1].start()
        yield made[0], made[1]
    finally:
        for runtime in made:
            await runtime.stop()


async def _filled(*runtimes: Runtime) -> None:
    """Until every seat has its snapshot and knows how the feeds are."""
    while True:
        if all(map(_is_filled, runtimes)):
            return
        await asyncio.sleep(LOOK_S)


def _is_filled(runtime: Runtime) -> bool:
    rows = runtime.picture.feeds.values()
    up = runtime.ingest is not None and runtime.ingest.gatherer_up
    return up and bool(runtime.picture.readings) and any(row.connected for row in rows)


async def _level(one: Runtime, other: Runtime, after: int) -> int:
    """Until both pictures stand at one frame later than `after`; gives its number."""
    while True:
        if one.settled and other.settled and one.sequence == other.sequence > after:
            return one.sequence
        await asyncio.sleep(LOOK_S)


def differing(one: Picture, other: Picture, asked: Collection[str] = ()) -> list[str]:
    """The keys and ids that the pictures hold otherwise. What a seat works out itself (indices)
    follows its own clock and is left out, and so is what it asks itself: the video platforms
    `asked`, of which the demonstration has one for each seat."""
    found = _unlike(_readings(one), _readings(other))
    for table in ("events", "warnings", "devices", "stocks"):
        held, beside = _records(getattr(one, table), asked), _records(getattr(other, table), asked)
        found += _unlike(held, beside)
    found += _unlike(_places(one.positions.values()), _places(other.positions.values()))
    return found


def _unlike(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    keys = one.keys() | other.keys()
    return sorted(key for key in keys if one.get(key) != other.get(key))


def _readings(picture: Picture) -> dict[str, object]:
    held: dict[str, Held] = picture.readings
    own = picture.own
    return {
        key: (item.source, item.reading) for key, item in held.items() if item.source not in own
    }


def _records(table: Mapping[str, Sourced], without: Collection[str]) -> dict[str, object]:
    return {
        id_: (sourced.source, sourced.record)
        for id_, sourced in table.items()
        if sourced.source not in without
    }


def _places(layers: Iterable[PositionColumns]) -> dict[str, object]:
    found: dict[str, object] = {}
    for layer in layers:
        columns = [np.asarray(getattr(layer, name)) for name in layer.__struct_fields__[3:]]
        for row, id_ in enumerate(layer.ids.tolist()):
            cells: list[Any] = [column[row] for column in columns]
            found[f"{layer.source}/{layer.layer}/{id_}"] = repr(cells)
    return found
