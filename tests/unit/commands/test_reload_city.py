"""The city's files read anew: what is good is used at once, what is faulty changes nothing."""

import csv
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.commands.reload_city import ReloadCity
from app.config import ConfigError
from app.core.clock import ManualClock
from app.core.model import Reading
from app.last_good import open_city
from app.live.commands import State
from app.live.hub import Kind
from app.live.seat import SignedOn
from app.runtime import Runtime
from tests.helpers.small_city import edit, write_small_city

NOON = 1_784_289_600_000  # 2026-07-17T12:00:00Z
PRESSURE = "reading/index.pressure/999900"


class Seat:
    """A runtime over a small city whose files can be edited; feeds are not started."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder = write_small_city(tmp_path / "small")
        self.data = tmp_path / "data"
        self.data.mkdir()
        self.clock = ManualClock(NOON)
        city, self.said = open_city(str(self.folder), self.data)
        self.runtime = Runtime(city, self.data, "desk", clock=self.clock)
        self.sit("ops_engineer")
        self.tell("road.speed", 30.0)  # good: 85 points
        self.tell("road.jam", 10.0)  # on the blue limit: 70 points
        self.runtime.indices.renew()

    def sit(self, role: str) -> None:
        self.runtime.seat.person = SignedOn("0001", role, self.clock.now())

    def tell(self, code: str, value: float) -> None:
        key = f"reading/{code}/999900"
        reading = Reading(key=key, value=value, observed=self.clock.now())
        self.runtime.picture.apply_readings("roads", self.clock.now(), [(key, reading)])

    @property
    def pressure(self) -> float | None:
        result = self.runtime.picture.indices.results[PRESSURE]
        return result.ours


@pytest.fixture
async def seat(tmp_path: Path) -> AsyncIterator[Seat]:
    made = Seat(tmp_path)
    yield made
    await made.runtime.stop()


async def test_new_limits_and_weights_are_used_at_once(seat: Seat) -> None:
    runtime = seat.runtime
    before = runtime.picture.indices.results[PRESSURE]
    assert seat.pressure == pytest.approx(100 - (85 + 70) / 2)
    told = runtime.hub.subscribe()
    edit(seat.folder / "indicators.csv", "0,5,10,20", "0,10,20,30")  # 10 jams are good now: 85
    edit(seat.folder / "indicators.csv", "拥堵", "拥堵点")
    outcome = await runtime.commands.submit(ReloadCity())
    assert (outcome.state, outcome.reason) == (State.ACCEPTED, None)
    jam = runtime.catalog.quantities["road.jam"]
    assert (jam.name_zh, jam.thresholds.watch) == ("拥堵点", 20.0)
    after = runtime.picture.indices.results[PRESSURE]
    assert seat.pressure == pytest.approx(100 - (85 + 85) / 2)
    assert after.version == runtime.catalog.plan.version != before.version
    assert told.drain()[Kind.MODE] == {"city"}
    # Another version is no move of the city.
    assert runtime.picture.indices.moves == {}
    assert runtime.store.queries.index_source == runtime.indices.source
    assert runtime.indices.source in runtime.picture.own
    assert f"index:{before.version}" not in runtime.picture.own


async def test_a_faulty_file_changes_nothing_on_the_wall(seat: Seat) -> None:
    runtime = seat.runtime
    catalog, shown = runtime.catalog, dict(runtime.picture.indices.results)
    told = runtime.hub.subscribe()
    edit(seat.folder / "indicators.csv", "0,5,10,20", "0,5,20,10")
    outcome = await runtime.commands.submit(ReloadCity())
    assert outcome.state is State.REFUSED
    assert outcome.reason is not None
    said = outcome.reason.args
    assert outcome.reason.id == "cities.order"
    assert (said["file"], said["line"], said["column"]) == ("indicators.csv", 3, "yellow")
    assert runtime.catalog is catalog
    assert runtime.picture.indices.results == shown
    assert Kind.MODE not in told.drain()
    # Corrected, it is taken.
    edit(seat.folder / "indicators.csv", "0,5,20,10", "0,5,10,30")
    assert (await runtime.commands.submit(ReloadCity())).done


async def test_an_index_comes_and_another_goes(seat: Seat) -> None:
    results = seat.runtime.picture.indices.results
    assert "reading/index.roads/999900" in results
    edit(seat.folder / "indices.toml", '"index.roads"', '"index.jams"')
    edit(seat.folder / "indices.toml", '"road.speed"', '"road.jam"')
    assert (await seat.runtime.commands.submit(ReloadCity())).done
    assert "reading/index.roads/999900" not in results
    assert results["reading/index.jams/999900"].ours == pytest.approx(70.0)
    assert "index.jams" in seat.runtime.catalog.quantities
    held = seat.runtime.picture.readings["reading/index.jams/999900"]
    assert held.source == seat.runtime.indices.source


async def test_targets_follow(seat: Seat) -> None:
    edit(seat.folder / "targets.csv", "28,30", "28,32")
    assert (await seat.runtime.commands.submit(ReloadCity())).done
    assert seat.runtime.catalog.targets[0].by_year[2026] == 32.0


async def test_settings_of_the_city_wait_for_the_next_start(seat: Seat) -> None:
    edit(seat.folder / "city.toml", "小城中心", "大城中心")
    assert (await seat.runtime.commands.submit(ReloadCity())).done
    assert seat.runtime.city.config.centre_name_zh == "小城中心"
    assert [item.id for item in seat.runtime.reports] == ["cities.restart"]


async def test_another_city_and_an_unchanged_one_are_refused(seat: Seat) -> None:
    unchanged = await seat.runtime.commands.submit(ReloadCity())
    assert unchanged.reason is not None
    assert unchanged.reason.id == "cities.unchanged"
    edit(seat.folder / "city.toml", "999900", "999800")
    other = await seat.runtime.commands.submit(ReloadCity())
    assert other.reason is not None
    assert (other.reason.id, other.reason.args["code"]) == ("cities.other", "999800")


async def test_only_who_keeps_the_data_may(seat: Seat) -> None:
    seat.sit("visitor")
    edit(seat.folder / "targets.csv", "28,30", "28,32")
    outcome = await seat.runtime.commands.submit(ReloadCity())
    assert outcome.reason is not None
    assert outcome.reason.id == "command.reload-city.not_allowed"
    assert seat.runtime.catalog.targets[0].by_year[2026] == 30.0


# ---- the last good version, at start


def test_a_faulty_city_opens_with_its_last_good_copy(tmp_path: Path) -> None:
    folder, data = write_small_city(tmp_path / "small"), tmp_path / "data"
    good, said = open_city(str(folder), data)
    assert said == []
    edit(folder / "indicators.csv", "0,5,10,20", "0,5,20,10")
    city, said = open_city(str(folder), data)
    assert [item.id for item in said] == ["cities.order", "cities.kept"]
    assert said[0].args["line"] == 3
    assert city.catalog == good.catalog
    assert (city.name, city.place) == (good.name, good.place)
    # What else reads the files, as the simulator does, reads those of the copy.
    rows = (Path(city.read_from) / "indicators.csv").read_text("utf-8").splitlines()
    assert [row["yellow"] for row in csv.DictReader(rows)][1] == "20"
    edit(folder / "indicators.csv", "0,5,20,10", "0,5,10,30")
    city, said = open_city(str(folder), data)
    assert (said, city.read_from) == ([], str(folder))


def test_a_folder_that_is_gone_opens_with_its_copy(tmp_path: Path) -> None:
    folder, data = write_small_city(tmp_path / "small"), tmp_path / "data"
    open_city(str(folder), data)
    folder.rename(tmp_path / "elsewhere")
    city, said = open_city(str(folder), data)
    assert city.config.code == "999900"
    assert [item.id for item in said] == ["city.unknown", "cities.kept"]


def test_without_a_copy_the_fault_is_what_is_said(tmp_path: Path) -> None:
    folder = write_small_city(tmp_path / "small")
    edit(folder / "indicators.csv", "0,5,10,20", "0,5,20,10")
    with pytest.raises(ConfigError) as caught:
        open_city(str(folder), tmp_path / "data")
    assert caught.value.reason.id == "cities.order"


def test_a_copy_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    folder, data = write_small_city(tmp_path / "small"), tmp_path / "data"
    data.write_text("in the way")
    _, said = open_city(str(folder), data)
    assert [item.id for item in said] == ["cities.not_kept"]


async def test_a_seat_on_the_copy_comes_back_to_its_files(tmp_path: Path) -> None:
    first = Seat(tmp_path)
    await first.runtime.stop()
    edit(first.folder / "indicators.csv", "0,5,10,20", "0,5,20,10")
    city, said = open_city(str(first.folder), first.data)
    assert len(said) == 2
    runtime = Runtime(city, first.data, "desk", clock=first.clock)
    runtime.seat.person = SignedOn("0001", "ops_engineer", NOON)
    edit(first.folder / "indicators.csv", "0,5,20,10", "0,5,10,40")
    assert (await runtime.commands.submit(ReloadCity())).done
    assert runtime.catalog.quantities["road.jam"].thresholds.yellow == 40.0
    await runtime.stop()
