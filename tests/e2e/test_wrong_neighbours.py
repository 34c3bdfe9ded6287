"""A feed can be wrong for a year without harming another: one that does all well, beside everything
that can come from outside. Its values all arrive in order, its line stays up; of the others every
fault is counted, with words for it."""

import asyncio
import re
from collections import defaultdict
from pathlib import Path

import polib
import pytest

from app.config import FeedConfig
from app.core.catalog import DAY, HOUR
from app.core.clock import SystemClock
from app.core.health import FeedHealth
from app.core.i18n import LANGUAGES
from app.core.model import Reading
from app.live.batch import Batch
from app.sim.pace import PacedClock
from tests.contract.house import ROOT
from tests.helpers.gathering import Bureau, Process, SeatOf, gatherer, seat
from tests.helpers.http_server import http_server
from tests.helpers.ingesting import Gathered, ingesting, level_key
from tests.helpers.mosquitto import needs_mosquitto
from tests.helpers.town.street import FEATURES, Street, Wrong, off_by
from tests.helpers.ws_server import serving

pytestmark = [pytest.mark.e2e, needs_mosquitto, pytest.mark.timeout(180)]

GOOD = "reading/town.good/320812"
BEAT_S = 0.05
LEAST = 60
MOST_MB, MORE_MB, MOST_THREADS = 400.0, 60.0, 16
"""What the street may cost a program: in all, and for every further while that it goes on."""
TRUE = {"large", "certificate", "summer", "summer-late", "retained", "flood", "shuffled", "gaps"}
"""Neighbours of whom some of what they say is true."""
SUMMER = 1_792_888_200_000  # 2026-10-25T00:30:00Z
"""The first of two half past twos in Berlin; the second is an hour later."""

CITY = """
code = "320812"
name_zh = "试城"
name_en = "Trial"
centre_name_zh = "试城中心"
centre_name_en = "Trial centre"
"""
TABLES = {
    "bureaus.csv": "code,name_zh,short_zh,name_en\nb,局,局,Bureau\n",
    "regions.csv": "adcode,name_zh,short_zh,name_en\n",
    "indicators.csv": "code,name_zh,name_en,bureau_code,unit,period,direction,valid_min,valid_max\n"
    "town.level,水位,Level,b,m,5min,negative,-5,30\n"
    "town.good,好,Good,b,m,5min,negative,-5,100000\n",
}


def write_city(folder: Path, street: Street, good: str) -> Path:
    folder.mkdir()
    every = [Wrong("good", f'kind = "ws-json"\nurl = "{good}"'), *street.neighbours]
    feeds = [
        f'\n[[feed]]\nid = "{one.feed}"\nname_zh = "{one.feed}"\n{one.toml}\n' for one in every
    ]
    (folder / "city.toml").write_text(CITY + "".join(feeds), "utf-8")
    for name, text in TABLES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


class Watch:
    """What comes of the good feed, in the order in which it comes; the troubles of all."""

    def __init__(self, mine: SeatOf) -> None:
        self.values: list[float] = []
        self.states: list[str] = []
        self.troubles: dict[str, set[str]] = defaultdict(set)
        mine.runtime.heard.append(self._hear)

    def _hear(self, batch: Batch) -> None:
        for segment in batch.log:
            self.values += [item.value for item in segment.readings if item.key == GOOD]
        for name, row in batch.health.items():
            self.troubles[name] |= {row.trouble.id} if row.trouble else set()
        if "good" in batch.health:
            self.states.append(batch.health["good"].state.value)


async def speak(bureau: Bureau, street: Street, enough: asyncio.Event) -> int:
    """The good feed: one reading a beat, until it is enough; gives how many."""
    count = 0
    while not (enough.is_set() and count >= LEAST):
        await bureau.tell(Reading(GOOD, float(count), street.clock.now()))
        count += 1
        if not await street.pause(BEAT_S):
            break
    return count


def unfulfilled(rows: dict[str, FeedHealth], watch: Watch, street: Street) -> dict[str, object]:
    """The neighbours of which is not yet counted what they do."""
    found: dict[str, object] = {}
    for one in street.neighbours:
        row, troubles = rows.get(one.feed), watch.troubles[one.feed]
        if row is None:
            found[one.feed] = "not there"
        elif one.reason not in ("", *row.reasons) or one.trouble not in ("", *troubles):
            found[one.feed] = (row.state.value, troubles, row.reasons)
    return found


def footprint(program: Process) -> tuple[float, int]:
    """Resident memory in MB, and threads."""
    status = Path(f"/proc/{program.process.pid}/status").read_text()
    found = dict(re.findall(r"(VmRSS|Threads):\s+(\d+)", status))
    return int(found["VmRSS"]) / 1024, int(found["Threads"])


async def test_they_harm_nobody(tmp_path: Path) -> None:
    bureau = Bureau()
    log = ("--log", str(tmp_path / "gather.log"))
    async with serving(bureau.handler) as good, Street(tmp_path) as street:
        city = write_city(tmp_path / "city", street, good)
        await street.retain()
        async with (
            gatherer(city, tmp_path / "data", *log) as program,
            seat(city, tmp_path / "seat", program.url) as mine,
        ):
            rows, watch, enough = mine.runtime.picture.feeds, Watch(mine), asyncio.Event()
            await mine.until(lambda _: all(name in rows for name in ("good", "certificate")))
            await mine.until(lambda _: rows["good"].connected and rows["certificate"].accepted)
            speaking = asyncio.create_task(speak(bureau, street, enough))
            await street.retain()
            await street.new_certificate()
            await fulfilled(mine, watch, street)
            before, _ = footprint(program)
            seen = rows["large"].duplicates
            await mine.until(lambda _: rows["large"].duplicates >= seen + 2 * FEATURES)
            after, threads = footprint(program)
            assert after < MOST_MB and after - before < MORE_MB and threads <= MOST_THREADS
            enough.set()
            count = await speaking
            await mine.until(lambda _: len(watch.values) >= count)
            assert watch.values == [float(number) for number in range(count)]
            unharmed(rows["good"], watch)
            known_answers(mine, street)
            has_words(rows, watch)
    only_losses((tmp_path / "gather.log").read_text("utf-8"), street)


async def fulfilled(mine: SeatOf, watch: Watch, street: Street) -> None:
    """Until every fault is counted; fails with those that are not."""
    rows = mine.runtime.picture.feeds
    try:
        await mine.until(lambda _: not unfulfilled(rows, watch, street), 60)
    except TimeoutError:
        pytest.fail(f"not counted: {unfulfilled(rows, watch, street)}")


def unharmed(row: FeedHealth, watch: Watch) -> None:
    first = watch.states.index("live")
    assert set(watch.states[first:]) == {"live"}, watch.states
    assert (row.rejected, row.dropped, row.duplicates, row.late, row.gaps) == (0, 0, 0, 0, 0)
    assert row.suspicion == () and row.trouble is None


def known_answers(mine: SeatOf, street: Street) -> None:
    """What can be known of what the neighbours say."""
    rows, readings = mine.runtime.picture.feeds, mine.runtime.picture.readings

    def observed(name: str) -> int:
        return readings[f"reading/town.level/320812/{name}"].reading.observed

    assert observed("summer-twice") == SUMMER
    assert observed("summer-late-twice") == SUMMER + HOUR
    assert observed("retained") == street.begun - 3 * DAY
    assert (rows["retained"].accepted, rows["retained"].duplicates) == (1, 1)
    shuffled = rows["shuffled"]
    assert shuffled.accepted * 2 == shuffled.duplicates and shuffled.rejected == 0
    assert rows["gaps"].gaps > 0 and rows["large"].accepted == FEATURES
    assert street.elsewhere.asked == [], "nobody is led to another host"
    taken = {name for name, row in rows.items() if row.accepted}
    assert taken <= {*TRUE, "good"}, "nothing is made of noise"


def has_words(rows: dict[str, FeedHealth], watch: Watch) -> None:
    """Every fault has its sentence in both languages."""
    words = {f"feed.reason.{word}" for row in rows.values() for word in row.reasons}
    words.update(*watch.troubles.values())
    words |= {one.id for row in rows.values() for one in row.suspicion}
    assert len(words) > 15
    for language in LANGUAGES:
        files = (ROOT / "assets" / "i18n").glob(f"*.{language}.po")
        known = {entry.msgid: entry.msgstr for file in files for entry in polib.pofile(str(file))}
        assert [word for word in sorted(words) if not known.get(word)] == []


def only_losses(log: str, street: Street) -> None:
    """The program warned of the lines that were lost, and of nothing else."""
    loud = [line for line in log.splitlines() if re.search(r" (WARNING|ERROR|CRITICAL) ", line)]
    found = [
        re.search(r"WARNING chengmai.feeds feed ([a-z-]+) is lost: feed", line) for line in loud
    ]
    assert all(found), loud
    lost = {one.feed for one in street.neighbours if one.trouble} | {"bomb", "huge", "oversized"}
    assert {one.group(1) for one in found if one} <= lost


async def test_a_clock_an_hour_off_is_said(tmp_path: Path) -> None:
    """Time runs quickly here: a feed is judged every ten seconds, and not right after it came."""
    clock = PacedClock(SystemClock(), SystemClock().now(), 10.0)
    mapping = {"reading": [{"key": {"template": level_key("{id}")}, "value": "v", "observed": "t"}]}
    mapping["reading"][0]["observed"] = {"from": "t", "time": "epoch_ms"}
    async with http_server() as server:
        feeds = []
        for name, ahead in (("behind", -HOUR), ("ahead", HOUR), ("right", 0)):
            server.on(f"/{name}", off_by(clock, ahead))
            url, options = server.url(f"/{name}"), {"poll_s": 0.05}
            feeds.append(
                FeedConfig(
                    id=name, kind="http-json", name_zh=name, url=url, options=options, map=mapping
                )
            )

        def said(got: Gathered, name: str) -> dict[str, object]:
            return {one.id: one.args.get("hours") for one in got.health(name).suspicion}

        async with ingesting(*feeds, clock=clock) as (_, got):
            await got.until(lambda g: len(g.all.health) == 3)
            await got.until(lambda g: "feed.suspicion.clock_behind" in said(g, "behind"))
            await got.until(lambda g: "feed.suspicion.clock_ahead" in said(g, "ahead"))
            assert said(got, "behind")["feed.suspicion.clock_behind"] == 1
            assert said(got, "ahead")["feed.suspicion.clock_ahead"] == 1
            assert "feed.suspicion.clock" not in " ".join(said(got, "right"))
            assert got.health("ahead").reasons.keys() == {"future"}
            assert got.health("behind").rejected == 0
