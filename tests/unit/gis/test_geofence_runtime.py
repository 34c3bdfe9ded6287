"""A whole runtime: a batch of positions becomes a warning in the picture and on the disk, and is
known after a restart."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.city import load_city
from app.core.clock import ManualClock
from app.core.model import Warning, WarningState
from app.live.batch import Batch, PositionColumns
from app.runtime import Runtime
from tests.helpers.small_city import write_small_city
from tests.unit.gis.test_geofence import NOON, columns

FENCES = """[[fence]]
id = "park"
name = "化工园区"
form = "circle"
corners = [[118.3, 33.95]]
radius_m = 500
"""


class House:
    """The runtime of a small city with one geofence, on one data folder."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.clock = ManualClock(NOON)
        self.runtime = Runtime(load_city(folder), data, "desk", clock=self.clock)
        self.stopped = False

    async def stop(self) -> None:
        if not self.stopped:
            self.stopped = True
            await self.runtime.stop()

    async def tell(self, told: PositionColumns) -> None:
        batch = Batch(positions={(told.source, told.layer): told})
        for _ in self.runtime.apply(batch):
            pass
        await self.runtime.geofences.idle.wait()

    def warnings(self) -> dict[str, WarningState]:
        found = (item.record for item in self.runtime.picture.warnings.values())
        return {one.title: one.state for one in found if isinstance(one, Warning)}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = write_small_city(tmp_path / "city")
    (folder / "fences.toml").write_text(FENCES, encoding="utf-8")
    return folder


@pytest.fixture
async def house(small: Path, tmp_path: Path) -> AsyncIterator[House]:
    (tmp_path / "data").mkdir()
    made = House(small, tmp_path / "data")
    await made.runtime.start()
    yield made
    await made.stop()


async def test_a_truck_that_enters_is_a_warning_that_a_restart_knows(
    house: House, small: Path, tmp_path: Path
) -> None:
    await house.tell(columns({"a": (900, 0)}))
    assert house.warnings() == {}
    await house.tell(columns({"a": (100, 0)}, NOON + 1000))
    raised = {"营运车辆 苏N·a 进入围栏“化工园区”": WarningState.ACTIVE}
    assert house.warnings() == raised
    assert [card.warning.title for card in house.runtime.board.view().cards] == list(raised)
    await house.stop()
    again = House(small, tmp_path / "data")
    assert again.warnings() == raised, "the history has it"
    await again.runtime.start()
    await again.tell(columns({"a": (50, 0)}, NOON + 60_000))
    assert again.warnings() == raised
    await again.tell(columns({"a": (900, 0)}, NOON + 120_000))
    assert again.warnings() == dict.fromkeys(raised, WarningState.CANCELLED)
    await again.stop()


async def test_positions_of_a_feed_on_trial_raise_nothing(house: House) -> None:
    house.runtime.picture.trial.feeds = {"gps"}
    await house.tell(columns({"a": (0, 0)}))
    assert house.warnings() == {}
