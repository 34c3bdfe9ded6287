"""From readings as they come, and from the store, to what the picture says is odd."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.core.catalog import DAY, HOUR, Catalog, Period, Quantity
from app.core.clock import ManualClock
from app.core.finding import FindingRule
from app.core.health import FeedHealth, FeedState
from app.core.keys import reading_key
from app.core.model import Reading, Segment, World
from app.live.findings import Findings
from app.live.hub import Hub, Kind
from app.live.picture import Picture
from tests.helpers.store import open_store

CITY = "320800"
NOW = 1_784_268_000_000  # 2026-07-17, a Friday, 14:00 in the city
STEP = 300_000
ITEM = Quantity(
    *("air.pm", "颗粒物", "PM", "µg/m³", STEP),
    valid_min=0,
    valid_max=1000,
    decimals=1,
    period=Period.FIVE_MINUTES,
)
KEY = reading_key(ITEM.code, CITY)


class Room:
    """Picture, hub, store and findings; `bring` is what Runtime does with a batch."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(NOW)
        self.store = open_store(folder, self.clock)
        self.hub = Hub()
        self.picture = Picture({}, World.REAL)
        self.line(up=True)
        self.executor = ThreadPoolExecutor(max_workers=1)
        zone = ZoneInfo("Asia/Shanghai")
        self.findings = Findings(
            self.picture, Catalog({ITEM.code: ITEM}), CITY, zone,
            self.hub, self.clock, self.store.queries, self.executor,
        )  # fmt: skip
        self.news = self.hub.subscribe()

    def line(self, *, up: bool) -> None:
        state = FeedState.LIVE if up else FeedState.LOST
        self.picture.feeds["f"] = FeedHealth("f", "f", "f", state, NOW, lost_since=0 if up else NOW)

    def bring(self, *values: float, at: int | None = None, revision: int = 0) -> None:
        """Values, five minutes apart."""
        for value in values:
            if at is None:
                self.clock.advance(STEP)
            moment = at or self.clock.now()
            reading = Reading(KEY, value, moment, revision=revision)
            self.picture.apply_readings("f", self.clock.now(), [(KEY, reading)])
            for _ in self.findings.heed([Segment("f", self.clock.now(), [reading])]):
                pass

    @property
    def rules(self) -> list[FindingRule]:
        return [item.rule for item in self.picture.findings.get(KEY, ())]

    def past(self, days: int) -> None:
        """What the store holds: a day's wave with a little chance, by the hour; two days by the
        five minutes. The value at 14 o'clock is 50."""
        old = np.arange(NOW - days * DAY, NOW - 2 * DAY, HOUR)
        times = np.concatenate((old, np.arange(NOW - 2 * DAY, NOW + 1, STEP)))
        chance = np.random.default_rng(4).normal(0, 1, len(times))
        values = 50 + 20 * np.sin((times - NOW) / DAY * 2 * np.pi) + chance
        readings = [
            Reading(KEY, round(value, 1), at)
            for at, value in zip(times.tolist(), values.tolist(), strict=True)
        ]
        self.store.recorder.submit([Segment("f", NOW, readings)], [])
        self.store.flush()
        self.picture.apply_readings("f", NOW, [(KEY, readings[-1])])


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.executor.shutdown()
    made.store.close()


def test_an_impossible_value_is_marked_and_ends(room: Room) -> None:
    room.bring(50)
    assert not room.picture.findings and Kind.FINDING not in room.news.drain()
    room.bring(2000)
    assert room.rules == [FindingRule.IMPOSSIBLE]
    assert room.news.drain()[Kind.FINDING] == {KEY}
    since = room.picture.findings[KEY][0].since
    room.bring(51)
    assert not room.rules and room.news.drain()[Kind.FINDING] == {KEY}
    (over,) = room.picture.past_findings
    assert (over.rule, over.since, over.until) == (over.rule, since, room.clock.now())


def test_what_is_over_leaves_the_list_after_a_day(room: Room) -> None:
    room.bring(50, 2000, 51)
    assert len(room.picture.past_findings) == 1
    room.clock.advance(DAY)
    room.bring(2000)
    assert not room.picture.past_findings


def test_two_values_for_one_moment_and_a_correction(room: Room) -> None:
    at = room.clock.now()
    room.bring(50, at=at)
    room.bring(50, at=at)
    room.bring(60, at=at, revision=1)  # a correction is none
    assert not room.rules
    room.bring(62, at=at)
    assert room.rules == [FindingRule.DUPLICATE_TIME]


def test_another_source_is_not_looked_at(room: Room) -> None:
    room.bring(50)
    reading = Reading(KEY, 3000.0, room.clock.now())
    for _ in room.findings.heed([Segment("other", NOW, [reading])]):
        pass
    assert not room.rules


async def test_what_is_usual_is_learnt_from_the_store(room: Room) -> None:
    room.past(30)
    await room.findings.learn(KEY, baseline=True)
    base = room.picture.baselines[KEY]
    assert base.days >= 29 and not room.rules
    room.bring(51, 51.5, 95, 96)  # 45 over the usual: some forty scales
    assert room.rules == [FindingRule.RESIDUAL] or room.rules == [FindingRule.IMPOSSIBLE]
    room.bring(*[52.0 + number / 10 for number in range(8)])
    assert not room.rules
    assert {item.rule for item in room.picture.past_findings} <= {
        FindingRule.RESIDUAL,
        FindingRule.IMPOSSIBLE,
    }


async def test_a_rise_that_could_be_is_unusual_and_says_why(room: Room) -> None:
    room.past(30)
    await room.findings.learn(KEY, baseline=True)
    room.bring(54, 58, 62, 66, 67)
    assert room.rules == [FindingRule.RESIDUAL]
    why = room.picture.findings[KEY][0].why
    assert why.id == "finding.why.residual" and why.args["value"] == "67.0"


async def test_a_sensor_that_stuck_is_flat(room: Room) -> None:
    """A dead sensor must not look like a calm city: 50.3 for an hour and a half."""
    room.past(30)
    await room.findings.learn(KEY, baseline=True)
    room.bring(*[50.3] * 18)
    assert FindingRule.FLAT in room.rules
    room.bring(50.9)
    assert FindingRule.FLAT not in room.rules


async def test_too_little_history_gives_no_baseline(room: Room) -> None:
    room.past(9)
    await room.findings.learn(KEY, baseline=True)
    assert not room.picture.baselines


async def test_a_month_is_compared_with_its_year(room: Room) -> None:
    """Each year two per cent more; the last month lies a third below the one a year before."""
    item = Quantity("tax.month", "税收", "Tax", "亿元", 31 * DAY, decimals=1, period=Period.MONTH)
    key = reading_key(item.code, CITY)
    room.findings.use(Catalog({item.code: item}))
    times = [NOW - back * (365 * DAY // 12) for back in range(30, -1, -1)]
    values = [20 * 1.02 ** (number / 12) for number in range(30)] + [14.0]
    pairs = zip(times, values, strict=True)
    readings = [Reading(key, round(value, 1), at) for at, value in pairs]
    room.store.recorder.submit([Segment("f", NOW, readings)], [])
    room.store.flush()
    room.picture.apply_readings("f", NOW, [(key, readings[-1])])
    await room.findings.learn(key, baseline=True)
    (found,) = room.picture.findings[key]
    assert found.why.id == "finding.why.year" and str(found.why.args["change"]).startswith("−3")


def test_overdue_while_the_line_is_up(room: Room) -> None:
    room.bring(50)
    room.findings.look_at_ages()
    assert not room.rules
    room.clock.advance(2 * STEP + 60_000)
    room.findings.look_at_ages()
    assert not room.rules  # a minute late is nothing yet
    room.clock.advance(2 * 60_000)
    room.findings.look_at_ages()
    room.findings.look_at_ages()
    assert room.rules == [FindingRule.STALE]
    room.bring(50.4)
    assert not room.rules
    assert [item.rule for item in room.picture.past_findings] == [FindingRule.STALE]


def test_a_line_that_is_down_is_the_feeds_matter(room: Room) -> None:
    room.bring(50)
    room.clock.advance(HOUR)
    room.line(up=False)
    room.findings.look_at_ages()
    room.findings.look_at_ages()
    assert not room.rules


def test_another_catalogue_begins_anew(room: Room) -> None:
    room.bring(50, 2000)
    room.news.drain()
    room.findings.use(Catalog({ITEM.code: ITEM}))
    assert not room.rules and room.news.drain()[Kind.FINDING] == {KEY}


async def test_it_starts_and_stops(room: Room) -> None:
    room.findings.start()
    await room.findings.stop()
