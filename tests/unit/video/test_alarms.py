"""Alarms of platforms: each once, storms bounded, hostile text harmless, events of the house."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.config import PlatformConfig
from app.core.clock import ManualClock
from app.core.directory import Camera
from app.core.message import Message, message
from app.core.model import Event, EventStatus, Ms, Sourced, Urgency, World
from app.live.camera_alarms import FRESH_MS, TYPE, CameraAlarms, camera_of
from app.live.hub import Hub, Kind
from app.live.picture import Picture
from app.live.video_wall import Look, Round, VideoWalls
from app.video import alarm_watch
from app.video.alarm_intake import MOST_OPEN, OVER_MS, AlarmIntake
from app.video.alarm_watch import AGAIN_MS, FIRST_MS, MOST, OVERLAP_MS, AlarmWatch
from app.video.alarm_words import plain
from app.video.platform import Ability, CameraAlarm, PlatformError
from app.video.sources import Stand
from tests.conftest import Watch

NOON = 1_764_561_600_000
MINUTE = 60_000


def alarm(number: int, at: Ms = NOON, camera: str = "p:1", kind: str = "VideoLoss") -> CameraAlarm:
    return CameraAlarm(f"p:{number}", camera, kind, at, "")


class Tells:
    """A platform that tells what the test says, and how it was asked."""

    abilities = frozenset({Ability.ALARMS})

    def __init__(self) -> None:
        self.found: list[CameraAlarm] = []
        self.asked: list[tuple[Ms, Ms]] = []
        self.error: PlatformError | None = None
        self.deaf: dict[str, Message] = {}

    def unheard(self) -> dict[str, Message]:
        return self.deaf

    async def alarms(self, begin: Ms, end: Ms) -> list[CameraAlarm]:
        self.asked.append((begin, end))
        if self.error is not None:
            raise self.error
        return [one for one in self.found if begin <= one.at <= end or one.at > end]


def watching(folder: Path, platform: Tells, clock: ManualClock) -> AlarmWatch:
    stand = Stand(PlatformConfig("p", "tells", "平台"), platform)  # type: ignore[arg-type]
    return AlarmWatch(stand, clock, folder)


async def test_alarms_that_do_not_arrive_are_told_after_two_minutes(tmp_path: Path) -> None:
    """Of the platform, or of some of its devices; a short silence is none."""
    platform, clock = Tells(), ManualClock(NOON)
    watch = watching(tmp_path, platform, clock)
    platform.error = PlatformError(message("feed.timeout"))
    for _ in range(2):
        await watch.ask()
        assert watch.unheard is None
        clock.advance(MINUTE)
    await watch.ask()
    assert watch.unheard == message("videoalarm.unheard", platform="平台")
    platform.error = None
    await watch.ask()
    assert watch.unheard is None
    platform.deaf = {"p:1": message("feed.timeout"), "p:2": message("feed.timeout")}
    await watch.ask()
    clock.advance(MINUTE)
    del platform.deaf["p:1"]
    await watch.ask()
    platform.deaf["p:1"] = message("feed.timeout")
    await watch.ask()
    clock.advance(MINUTE)
    await watch.ask()
    assert watch.unheard == message("videoalarm.unheard_some", platform="平台", n=1, first="p:2")


async def test_each_alarm_is_told_once_though_times_overlap(tmp_path: Path) -> None:
    platform, clock = Tells(), ManualClock(NOON)
    watch = watching(tmp_path, platform, clock)
    assert watch.can
    platform.found = [alarm(2, NOON - MINUTE), alarm(1, NOON - 5 * MINUTE, "p:2")]
    assert [one.id for one in await watch.ask()] == ["p:1", "p:2"]  # the oldest first
    assert platform.asked == [(NOON - FIRST_MS, NOON)]
    clock.advance(15_000)
    platform.found.append(alarm(3, NOON - MINUTE, "p:3"))  # written late by the platform
    assert [one.id for one in await watch.ask()] == ["p:3"]
    assert platform.asked[1] == (NOON - OVERLAP_MS, NOON + 15_000)
    assert await watch.ask() == []


async def test_a_start_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    platform, clock = Tells(), ManualClock(NOON)
    await watching(tmp_path, platform, clock).ask()
    clock.advance(20 * MINUTE)
    await watching(tmp_path, platform, clock).ask()
    assert platform.asked[1][0] == NOON - OVERLAP_MS
    clock.advance(24 * 60 * MINUTE)
    await watching(tmp_path, platform, clock).ask()
    assert platform.asked[2][0] == clock.now() - alarm_watch.MOST_BACK_MS


async def test_a_cursor_that_makes_no_sense_is_no_fault(tmp_path: Path, expect_log: Watch) -> None:
    expect_log("alarms-p.json cannot be read")
    (tmp_path / "alarms-p.json").write_bytes(b"{]")
    platform = Tells()
    await watching(tmp_path, platform, ManualClock(NOON)).ask()
    assert platform.asked == [(NOON - FIRST_MS, NOON)]


async def test_of_a_storm_the_newest_are_taken_and_the_rest_counted(
    tmp_path: Path, expect_log: Watch
) -> None:
    expect_log("a storm of alarms")
    platform, clock = Tells(), ManualClock(NOON)
    watch = watching(tmp_path, platform, clock)
    platform.found = [alarm(n, NOON - 5000 + n, f"p:{n}") for n in range(5000)]
    taken = await watch.ask()
    assert [one.id for one in taken] == [f"p:{n}" for n in range(5000 - MOST, 5000)]
    assert watch.dropped == 5000 - MOST
    assert await watch.ask() == []  # what was left out does not come after all


async def test_what_flutters_is_one_alarm(tmp_path: Path) -> None:
    platform, clock = Tells(), ManualClock(NOON)
    watch = watching(tmp_path, platform, clock)
    platform.found = [alarm(n, NOON - 2 * AGAIN_MS + n * 1000) for n in range(121)]
    platform.found += [alarm(900, NOON, kind="Defocus"), alarm(901, NOON, "p:2")]
    assert [one.at - NOON for one in await watch.ask()] == [-2 * AGAIN_MS, -AGAIN_MS, 0, 0, 0]


async def test_what_cannot_be_is_left_out(tmp_path: Path) -> None:
    platform, clock = Tells(), ManualClock(NOON)
    watch = watching(tmp_path, platform, clock)
    platform.found = [alarm(1, NOON + 10 * MINUTE), alarm(2, NOON, "other:1"), alarm(3, NOON)]
    assert [one.id for one in await watch.ask()] == ["p:3"] and watch.dropped == 2


async def test_a_platform_that_is_down_is_not_asked_and_nothing_is_lost(
    tmp_path: Path, expect_log: Watch
) -> None:
    expect_log("video platform p: videostate.no_answer")
    platform, clock = Tells(), ManualClock(NOON)
    watch = watching(tmp_path, platform, clock)
    await watch.ask()
    platform.error = PlatformError(message("videostate.no_answer"), whole=True)
    assert await watch.ask() == []
    asked = len(platform.asked)
    platform.error = None
    clock.advance(10 * MINUTE)
    platform.found = [alarm(1, NOON + 5 * MINUTE)]
    assert await watch.ask() == [] and len(platform.asked) == asked  # it waits for the others
    watch._stand.good()
    assert [one.id for one in await watch.ask()] == ["p:1"]


def test_a_platform_without_alarms_is_never_asked(tmp_path: Path) -> None:
    platform = Tells()
    platform.abilities = frozenset()  # type: ignore[misc]
    assert not watching(tmp_path, platform, ManualClock(NOON)).can


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("水位\u202e高\x00\x1b[31m 了\n\n又高", "水位高[31m 了 又高"),
        ("\u200b\ufeff" * 50, ""),
        ("<b>警</b>", "<b>警</b>"),
        ("长" * 900, "长" * 20),
    ],
    ids=["controls", "invisible", "markup-is-text", "long"],
)
def test_text_from_outside_is_one_harmless_line(text: str, kept: str) -> None:
    assert plain(text, 20) == kept


class House:
    """What an intake touches."""

    def __init__(self, *cameras: Camera) -> None:
        self.picture, self.hub, self.videos = Picture({}, World.DEMO), Hub(), VideoWalls()
        self.recorded: list[Sourced] = []
        self.cameras = {camera.id: camera for camera in cameras}
        self.intake = self.make()

    def make(self) -> AlarmIntake:
        return AlarmIntake(self.picture, self.hub, self.videos, self._record, lambda: self.cameras)

    def _record(self, records: Sequence[Sourced]) -> None:
        self.recorded += records

    def events(self) -> list[Event]:
        return [one.record for one in self.picture.events.values() if isinstance(one.record, Event)]


def test_an_alarm_is_an_event_with_its_camera_and_place() -> None:
    camera = Camera(
        "p:1", "桥头1号机", "Bridge 1", "320812", 119.0, 33.5, bureau="police", address="桥头"
    )
    house = House(camera)
    heard = house.hub.subscribe()
    text = "闯入\u202e者"
    house.intake.take([CameraAlarm("p:77", "p:1", "IntrusionDetection", NOON, text)], NOON + 3000)
    (event,) = house.events()
    assert event == Event(
        id="p:1/77",
        type=TYPE,
        occurred=NOON,
        observed=NOON,
        urgency=Urgency.QUICK,
        region="320812",
        title="有人闯入：闯入者",
        place="桥头",
        bureau="police",
        lon=119.0,
        lat=33.5,
    )
    assert camera_of(event.id) == "p:1" and house.picture.events["p:1/77"].source == "p"
    assert [one.record for one in house.recorded] == [event]
    assert heard.drain()[Kind.EVENT] == {"p:1/77"}
    found = house.videos.alarms.of("p:1", NOON + 5000)
    assert found is not None and (found.event, found.said) == ("p:1/77", "有人闯入：闯入者")


def test_it_is_closed_after_half_an_hour_also_over_a_restart() -> None:
    house = House()
    house.intake.take([alarm(1), alarm(2, NOON + MINUTE, "p:2")], NOON + MINUTE)
    again = house.make()
    again.start()
    again.take((), NOON + OVER_MS - 1)
    assert {one.status for one in house.events()} == {EventStatus.NEW}
    again.take((), NOON + OVER_MS)
    assert {one.id: one.status for one in house.events()} == {
        "p:1/1": EventStatus.CLOSED,
        "p:2/2": EventStatus.NEW,
    }
    assert house.videos.alarms.of("p:1", NOON + OVER_MS) is None


def test_a_long_storm_leaves_a_bounded_number_open() -> None:
    house = House()
    for n in range(MOST_OPEN + 50):
        house.intake.take([alarm(n, NOON + n, f"p:{n}")], NOON + n)
    still = [one for one in house.events() if one.status is not EventStatus.CLOSED]
    assert len(still) == MOST_OPEN and min(one.occurred for one in still) == NOON + 50


def test_a_round_shows_cameras_with_an_alarm_first_for_a_while() -> None:
    alarms, videos = CameraAlarms(), VideoWalls()
    events = [
        Event(f"p:{n}/1", TYPE, NOON + n * 1000, NOON + n * 1000, title="视频丢失") for n in (3, 5)
    ]
    alarms.take([*events, Event("hotline:1", "HL0101", NOON, NOON)])
    assert alarms.first(NOON + 5000) == ["p:5", "p:3"]
    wall = videos["main"]
    tour = Round("all", tuple(f"p:{n}" for n in range(1, 9)), since=NOON)
    wall.change(Look(count=4, round=tour))
    wall.turn(NOON, alarms.first(NOON))
    assert list(wall.look.cameras.values()) == ["p:5", "p:3", "p:1", "p:2"]
    later = NOON + 5000 + FRESH_MS
    assert alarms.first(later) == [] and alarms.of("p:5", later) is None
    wall.turn(later, alarms.first(later))
    assert list(wall.look.cameras.values()) == ["p:5", "p:6", "p:7", "p:8"]
