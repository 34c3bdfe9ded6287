"""One cut is one message with everything behind it; planned work is named as such."""

from zoneinfo import ZoneInfo

import msgspec

from app.config import FeedConfig, Link
from app.core.catalog import Catalog
from app.core.clock import ManualClock
from app.core.decision import Maintenance
from app.core.directory import Camera
from app.core.health import FeedHealth, FeedState
from app.core.i18n import translator
from app.core.message import message
from app.core.model import Reading, World
from app.live.alarms import board
from app.live.fact_words import FactWords
from app.live.facts import facts
from app.live.hub import Hub, Kind
from app.live.index_book import IndexBook
from app.live.outage import Outage
from app.live.outages import KEPT_MS, Outages
from app.live.picture import Picture

NOW = 1_795_000_000_000
LINKS = [
    Link("net", "政务外网"),
    Link("iot", "物联平台", kind="platform", depends=("net",), cameras=("w",)),
]


class Town:
    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.hub = Hub()
        self.picture = Picture({}, World.DEMO)
        feeds = [
            FeedConfig(id=name, kind="mqtt", name_zh=name, depends=depends)
            for name, depends in (("rain", ("iot",)), ("level", ("iot",)), ("calls", ("net",)))
        ]
        cameras = [
            Camera(f"v:{n}", "机", "cam", "320812", 119.0, 33.0, link=link)
            for n, link in enumerate(("net", "iot", ""))
        ]
        cameras.append(Camera("w:9", "机", "cam", "320812", 119.0, 33.0))
        self.outages = Outages(self.picture, LINKS, feeds, cameras, self.hub, self.clock)
        self.news = self.hub.subscribe()
        for feed in ("rain", "level", "calls"):
            self.say(feed, FeedState.LIVE)
            key = f"reading/{feed}.x/320812"
            self.picture.apply_readings(feed, NOW, [(key, Reading(key, 1.0, NOW))])

    def say(self, feed: str, state: FeedState, since: int = 0) -> None:
        row = FeedHealth(feed, feed, feed, state, self.clock.now(), lost_since=since)
        self.picture.feeds[feed] = row

    def look(self) -> list[str]:
        self.outages.look()
        return sorted(self.news.drain().get(Kind.OUTAGE, ()))


def test_a_platform_and_then_the_line_above_it_are_each_told_once() -> None:
    town = Town()
    assert town.look() == []
    town.say("rain", FeedState.LOST, NOW - 3000)
    assert town.look() == [], "one feed alone says nothing of the platform"
    town.say("level", FeedState.LATE)
    assert town.look() == ["iot"]
    outage = town.picture.outages["iot"]
    assert outage.feeds == ("level", "rain") and outage.since == NOW - 3000
    assert outage.keys == ("reading/rain.x/320812", "reading/level.x/320812")
    assert outage.cameras == 2
    assert town.picture.excused("rain", NOW) and not town.picture.excused("calls", NOW)
    assert town.look() == [], "nothing new, nothing said"
    town.say("calls", FeedState.LOST, NOW)
    assert town.look() == ["iot", "net"]
    assert set(town.picture.outages) == {"net"} and town.picture.outages["net"].cameras == 3


def test_without_its_gatherer_a_seat_names_the_gatherer_and_no_link() -> None:
    town = Town()
    town.say("rain", FeedState.LOST, NOW - 9000)  # at the bureau, as the gatherer said
    assert town.look() == []
    away = message("gatherer.not_reached")
    for feed in ("rain", "level", "calls", "elsewhere"):
        since = NOW - 9000 if feed == "rain" else NOW
        row = FeedHealth(feed, feed, feed, FeedState.LOST, NOW, lost_since=since, trouble=away)
        town.picture.feeds[feed] = row
    assert town.look() == [".gatherer"]
    (outage,) = town.picture.outages.values()
    assert (outage.name_zh, outage.since, outage.cameras) == ("汇聚服务", NOW, 0)
    assert outage.feeds == ("calls", "elsewhere", "level", "rain")
    for feed in ("rain", "level", "calls", "elsewhere"):
        town.say(feed, FeedState.LIVE)
    assert town.look() == [".gatherer"] and not town.picture.outages


def test_what_is_over_is_remembered_for_a_day() -> None:
    town = Town()
    for feed in ("rain", "level"):
        town.say(feed, FeedState.LOST, NOW)
    town.look()
    town.clock.advance(60_000)
    town.say("rain", FeedState.LIVE)
    assert town.look() == ["iot"] and not town.picture.outages
    (past,) = town.picture.past_outages
    assert (past.id, past.until) == ("iot", NOW + 60_000)
    town.clock.advance(KEPT_MS)
    for feed in ("rain", "level"):
        town.say(feed, FeedState.LOST, town.clock.now())
    town.look()
    assert town.picture.past_outages == ()


def test_planned_work_is_marked_when_it_begins() -> None:
    town = Town()
    window = Maintenance("1", "iot", NOW + 10, NOW + 100, NOW, "0001", "shift_head")
    town.picture.maintenance["1"] = window
    for feed in ("rain", "level"):
        town.say(feed, FeedState.LOST, NOW)
    town.look()
    assert not town.picture.outages["iot"].planned
    town.clock.advance(50)
    assert town.look() == ["iot"] and town.picture.outages["iot"].planned
    later = msgspec.structs.replace(window, until=NOW + 20)
    town.picture.maintenance["1"] = later
    assert town.look() == ["iot"] and not town.picture.outages["iot"].planned


def test_a_cut_is_a_fact_for_leaders_word_for_word_and_planned_work_is_none() -> None:
    outage = Outage(
        ("net",), NOW - 600_000, ("a", "b"), ("k",), 2, name_zh="政务外网", name_en="Net"
    )
    view = board([], {}, NOW)
    (fact,) = facts(view, None, IndexBook(), NOW, outages=[outage])
    words = FactWords(Catalog(), translator("zh_CN"), ZoneInfo("Asia/Shanghai"))
    assert words.title(fact) == "政务外网疑似中断"
    said = "起其后 2 个数据源同时无数据，据此推断。影响 1 个数值、2 路视频。"
    assert words.text(fact).endswith(said)
    (again,) = facts(view, None, IndexBook(), NOW + 5000, (fact,), outages=[outage])
    assert again is fact, "pinned while it says the same"
    wider = msgspec.structs.replace(outage, feeds=("a", "b", "c"))
    (other,) = facts(view, None, IndexBook(), NOW + 5000, (fact,), outages=[wider])
    assert other.digest != fact.digest
    planned = msgspec.structs.replace(outage, planned=True)
    assert facts(view, None, IndexBook(), NOW, outages=[planned]) == ()
