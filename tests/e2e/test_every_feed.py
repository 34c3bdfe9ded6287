"""One feed of every kind, each against a real server: what was said is in the picture and, in the
end, in the store exactly once, whatever is stopped, started again or killed meanwhile."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from app.config import CityConfig, load_toml
from app.feeds._base import feeds
from app.formats._base import formats
from tests.helpers.gathering import Process, SeatOf, gatherer, seat, state
from tests.helpers.mosquitto import needs_mosquitto
from tests.helpers.nats_server import needs_nats
from tests.helpers.postgres import needs_postgres
from tests.helpers.program import Screen, items, running
from tests.helpers.town.source import key_of
from tests.helpers.town.town import UNITS, Town

pytestmark = [
    pytest.mark.e2e,
    needs_mosquitto,
    needs_nats,
    needs_postgres,
    pytest.mark.timeout(180),
]

FILM = key_of("film")


async def held(mine: SeatOf, town: Town, what: str) -> None:
    """Until the picture shows what was said; fails with what it does not show."""
    try:
        await mine.until(lambda runtime: not town.ledger.missing(runtime.picture))
    except TimeoutError:
        rows = {
            name: (row.state.value, row.trouble, row.reasons)
            for name, row in mine.runtime.picture.feeds.items()
        }
        pytest.fail(f"{what}: {town.ledger.missing(mine.runtime.picture)}\n{rows}")


async def all_are(mine: SeatOf, names: set[str], wanted: str) -> None:
    """Until all these feeds are so; fails with those that are not."""

    def others() -> dict[str, tuple[str, str]]:
        found = {name: state(mine.runtime, name) for name in names}
        return {name: how for name, how in found.items() if how[0] != wanted}

    try:
        await mine.until(lambda _: not others())
    except TimeoutError:
        pytest.fail(f"not {wanted}: {others()}")


def newest(mine: SeatOf, feed: str) -> int:
    """The latest moment that the picture holds of a feed."""
    picture = mine.runtime.picture
    held = [item.reading.observed for item in picture.readings.values() if item.source == feed]
    for table in (picture.events, picture.stocks):
        held += [item.record.observed for item in table.values() if item.source == feed]
    return max(held, default=0)


async def dies(program: Process, town: Town, mine: SeatOf, turn: int) -> None:
    """The program is killed as it is taking what the shelves give; they go on without it."""
    begun = town.ledger.now()
    speaking = asyncio.create_task(town.burst(range(turn, turn + 15)))
    await mine.until(lambda _: all(newest(mine, one.feed) > begun for one in town.shelves))
    await program.kill()
    await speaking
    await town.burst(range(turn + 15, turn + 18))  # nobody is there


def has_every_kind(city: Path) -> None:
    """A new transport or format has to be in the town too."""
    config = load_toml(city / "city.toml", CityConfig)
    kinds = {feed.kind for feed in config.feed}
    assert kinds == set(feeds().names())
    used = {feed.format for feed in config.feed} | kinds | {"mapping", "records"}
    assert set(formats().names()) <= used


async def falls_and_rises(town: Town, mine: SeatOf, live: set[str]) -> None:
    """Every server is cut off and comes back; what is said then is held like before."""
    cut = await town.fall()
    await all_are(mine, cut, "lost")
    standing = {name: state(mine.runtime, name) for name in live - cut}
    assert set(standing.values()) == {("live", "")}, "the others go on"
    await town.rise()
    await all_are(mine, live, "live")
    await town.say(3)
    await held(mine, town, "after all servers were away")


async def desk(folder: Path, city: Path, url: str, town: Town) -> Screen:
    """The screen of the real desk on this gatherer, once it shows every value as live."""
    (folder / "desk").mkdir()
    arguments = ("--seat", "desk", "--city", str(city), "--gatherer", url)

    def settled(screen: Screen) -> bool:
        shown = items(screen, "indicators")
        return set(town.ledger.readings) <= shown.keys() and all(
            shown[key]["freshness"] == "live" for key in town.ledger.readings if key != FILM
        )

    with running(folder / "desk", *arguments, "--scene", "indicators") as program:
        return await asyncio.to_thread(program.wait, settled, "every value, live")


def shows(screen: Screen, town: Town) -> None:
    """Value, unit, age and mark of every reading; the warnings and events that are open."""
    shown = items(screen, "indicators")
    at = datetime.fromisoformat(screen["at"]).timestamp() * 1000
    for key, moments in town.ledger.readings.items():
        item, observed = shown[key], max(moments)
        assert item["value"] == pytest.approx(moments[observed]), key
        assert item["unit"] == UNITS[key.split(".")[1].split("/")[0]]
        assert item["age"] * 1000 == pytest.approx(at - observed, abs=1500), key
        assert (item["world"], item["freshness"]) == (
            ("replay", "cached") if key == FILM else ("real", "live")
        ), key
    assert {key for key in items(screen, "warnings") if key.startswith("warning/")} == {
        "warning/province:1",
        "warning/quake:emsc:town_1",
    }
    rows = items(screen, "feed-health")
    modes = {name: rows[f"feed/{name}"]["mode"] for name in town.sources}
    assert modes == {name: "stopped" if name == "film" else "live" for name in town.sources}


def healthy(mine: SeatOf) -> None:
    """Nothing was refused, dropped or missed, but for the unsigned calls."""
    for name, row in mine.runtime.picture.feeds.items():
        wanted = {"unsigned"} if name == "hotline" else set()
        assert set(row.reasons) <= wanted, (name, row.reasons)
        assert (row.gaps, row.dropped, row.suspicion) == (0, 0, ()), name


def only_losses(log: str, live: set[str]) -> None:
    """The program warned of lost lines, of each once, and of nothing else."""
    loud = [line for line in log.splitlines() if re.search(r" (WARNING|ERROR|CRITICAL) ", line)]
    lost = [re.search(r"WARNING chengmai.feeds feed ([a-z]+) is lost", line) for line in loud]
    assert all(lost), loud
    names = [found.group(1) for found in lost if found]
    assert set(names) <= live and len(names) == len(set(names)), names


@pytest.mark.parametrize("kills", [1, pytest.param(12, marks=pytest.mark.full)])
async def test_what_every_feed_said_is_held_once(
    tmp_path: Path, expect_log: Callable[[str], None], kills: int
) -> None:
    expect_log("feed gatherer is lost")
    data = tmp_path / "data"
    log = ("--log", str(tmp_path / "gather.log"))
    async with Town(tmp_path) as town:
        city = town.write_city()
        town.keep_secrets(data)
        has_every_kind(city)
        live = set(town.sources) - {"film"}
        async with gatherer(city, data, *log) as program:
            url, port = program.url, program.port
            async with seat(city, tmp_path / "seat", url) as mine:
                await all_are(mine, live, "live")
                for turn in (0, 1, 2):
                    await town.say(turn)
                    await held(mine, town, f"turn {turn}")
                await falls_and_rises(town, mine, live)
                shows(await desk(tmp_path, city, url, town), town)
                healthy(mine)
                await dies(program, town, mine, 100)
                for number in range(1, kills):
                    async with gatherer(city, data, *log, port=port) as another:
                        await dies(another, town, mine, 100 + 20 * number)
                async with gatherer(city, data, *log, port=port) as again:
                    await all_are(mine, live, "live")
                    await held(mine, town, "after the kill")
                    await town.say(4)
                    await held(mine, town, "turn 4")
                    healthy(mine)
                assert again.process.returncode == 0
        await town.ledger.check_store(data)
    only_losses((tmp_path / "gather.log").read_text("utf-8"), live)
