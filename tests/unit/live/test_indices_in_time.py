"""In a running loop: changes are gathered, and nothing is left to run after the end."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.indices import CITY, PRESSURE, TOTAL, SmallCity
from tests.helpers.store import NOW, ask


async def soon(condition: Callable[[], bool]) -> None:
    """Let the loop turn until a condition holds."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "the condition never came true"
        await asyncio.sleep(0)


def test_many_changes_are_one_computation(tmp_path: Path) -> None:
    city = SmallCity(tmp_path)
    computed: list[float] = []

    async def run() -> None:
        city.bring_all()
        city.indices.start()
        results = city.picture.indices.results
        first = results[PRESSURE]
        for value in (50.0, 70.0, 90.0):
            city.bring_key(f"reading/a.one/{CITY}", value, "a")
        assert results[PRESSURE] is first, "not while changes are still coming"
        await soon(lambda: results[PRESSURE] is not first)
        computed.append(results[PRESSURE].value or 0.0)
        city.indices.stop()
        city.bring_key(f"reading/a.one/{CITY}", 20.0, "a")
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(run())
    assert computed == [pytest.approx(29)]  # of 90; 50 and 70 were never worked out
    city.store.close()
    kept = ask(tmp_path, f"SELECT value FROM reading JOIN series USING (sid) WHERE key = '{TOTAL}'")
    assert kept, "what was known at the end is kept"


def test_time_alone_makes_an_index_late(tmp_path: Path) -> None:
    city = SmallCity(tmp_path)

    async def run() -> None:
        city.bring_all()
        city.indices.start()
        city.clock.advance(121_000)  # over two periods without a word, the lines up
        await soon(lambda: city.picture.indices.results[PRESSURE].fresh == 0)
        city.indices.stop()

    asyncio.run(run())
    found = city.picture.indices.results[PRESSURE]
    assert found.effective == pytest.approx(0.8, abs=0.01)
    assert found.evidence == NOW
    city.store.close()
