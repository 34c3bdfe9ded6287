"""The demonstration city's feeds: one per system, every value through exactly one of them."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.city import City, city_folder, load_city
from app.core.envelope import matches
from app.sim.__main__ import build, moment
from app.sim.systems import main as write_feeds
from app.sim.weather import Scenario

SPRING = moment("2026-04-22T10:00:00+08:00", "Asia/Shanghai")


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("huaian")


def test_the_generator_gives_the_committed_feeds(tmp_path: Path) -> None:
    folder = tmp_path / "huaian"
    shutil.copytree(str(city_folder("huaian")), folder)
    before = (folder / "city.toml").read_bytes()
    text = before.decode().replace('id = "water"', 'id = "elsewhere"')
    (folder / "city.toml").write_text(text, encoding="utf-8")
    assert CliRunner().invoke(write_feeds, [str(folder)]).exit_code == 0
    assert (folder / "city.toml").read_bytes() == before


def test_every_bureau_has_a_system_and_every_topic_exactly_one(city: City) -> None:
    feeds = [feed for feed in city.config.feed if feed.kind == "ws-json"]
    assert len(feeds) == 36
    assert {feed.bureau for feed in feeds} == set(city.catalog.bureaus)
    told = [item for item in city.catalog.quantities.values() if item.bureau]
    topics = [f"reading/{item.code}/320800" for item in told]
    for topic in [*topics, "warning", "event", "device", "position/bus"]:
        wanted = [
            feed.id
            for feed in feeds
            if any(matches(pattern, topic) for pattern in feed.options["topics"])
        ]
        assert len(wanted) == 1, topic
    for feed in feeds:
        for pattern in feed.options["topics"]:
            if pattern.startswith("reading/"):
                assert city.catalog.quantities[pattern.split("/")[1]].bureau == feed.bureau


def test_a_feed_is_expected_as_often_as_its_quickest_value_comes(city: City) -> None:
    periods = {feed.id: feed.expected_period_s for feed in city.config.feed}
    assert periods["police"] == 5  # realtime
    assert periods["water"] == 60  # rain gauges tell every minute
    assert periods["gov-office"] == 300  # the running count of the day
    assert periods["hotline"] == 3600
    assert periods["tax"] == 86_400
    assert periods["statistics"] == 31 * 86_400


@pytest.mark.parametrize("scenario", [Scenario.AUTO, Scenario.STORM])
def test_no_value_of_a_day_is_out_of_range(scenario: Scenario) -> None:
    """What leaves the range goes to quarantine: on a normal day nothing may, in no district."""
    world = build("huaian", 20800, scenario, SPRING)
    day = 86_400_000
    outside: Counter[str] = Counter()
    seen = 0
    for item in [*world.readings.series, *world.readings.periodic]:
        for reading in world.readings.history(item, SPRING - day, SPRING, SPRING):
            seen += 1
            outside[reading.key] += not item.shape.quantity.in_range(reading.value)
    assert seen > 100_000
    assert +outside == Counter()
