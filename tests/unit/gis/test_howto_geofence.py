"""What docs/howto-geofence.md shows is read as it stands there, and its commands are commands."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalogue.faults import Faults
from app.catalogue.fences import read_fences
from app.city import load_city
from app.core.map_decision import FenceRule
from app.core.model import Level
from app.live.commands import State
from tests.helpers.small_city import write_small_city
from tests.unit.commands.desk import Desk

PAGE = (Path(__file__).parents[3] / "docs" / "howto-geofence.md").read_text("utf-8")
TOML = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def test_the_table_of_the_page_is_read(tmp_path: Path) -> None:
    (tmp_path / "fences.toml").write_text(TOML, encoding="utf-8")
    faults = Faults()
    park, town = read_fences(tmp_path, ["321302"], faults)
    assert faults.all == ()
    assert (park.corners, park.radius_m, park.layers) == ("118.3,33.95", 800, "truck")
    assert (town.region, town.rule, town.dwell_s) == ("321302", FenceRule.DWELL, 1800)
    assert (park.level, town.level) == (Level.ORANGE, Level.YELLOW)


def test_what_is_wrong_with_a_table_is_said_with_its_line(tmp_path: Path) -> None:
    folder = write_small_city(tmp_path / "city")
    (folder / "fences.toml").write_text(
        """[[fence]]
id = "one"
name = "x"
region = "123456"

[[fence]]
id = "one"
name = "y"
form = "circle"
corners = [[118.3, 33.95]]
""",
        encoding="utf-8",
    )
    faults = Faults()
    read_fences(folder, ["999901"], faults)
    told = [(fault.id, fault.args["line"]) for fault in faults.all]
    assert told == [("cities.unknown", 4), ("cities.twice", 7), ("maptool.fence.row", 7)]


def test_a_city_knows_its_geofences(tmp_path: Path) -> None:
    folder = write_small_city(tmp_path / "city")
    (folder / "fences.toml").write_text(TOML.replace("321302", "999901"), encoding="utf-8")
    assert [fence.id for fence in load_city(folder).fences] == ["chemical-park", "old-town"]


async def test_the_commands_of_the_page_are_commands(desk: Desk) -> None:
    desk.sit()
    (drawn, district, end) = re.findall(r"^    ((?:end-)?fence .*)$", PAGE, re.MULTILINE)
    done = await desk.do(drawn)
    assert done.state is State.ACCEPTED
    parsed = desk.commands.parse(district)
    assert desk.commands.parse(parsed.text()) == parsed
    assert (await desk.do(end.replace("01K…", done.id))).done
