"""The availability of cameras: counted by group, hour by hour; hours without an answer are none."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.catalog import HOUR, MINUTE
from app.core.clock import ManualClock
from app.core.directory import Camera
from app.core.model import DeviceState, DeviceStatus, Origin, Sourced, World
from app.live.camera_counts import WHOLE, CameraCodes, Count, PlatformAnswer
from app.live.camera_rollup import CameraHour, CameraRollup
from app.live.hub import Hub, Kind
from app.live.picture import Picture
from app.live.seat import Seat
from app.live.video_names import CameraNames
from app.rules.camera_availability import NETWORKED_CODE, SOURCE, camera_availability_key
from app.store.store import Store
from tests.helpers.pooling import until

START = 1_784_268_000_000 // HOUR * HOUR
CITY, EAST, WEST = "321300", "321302", "321311"


def names() -> CameraNames:
    """Four of the police in the east, two of the water works in the west, one of no platform."""
    return CameraNames(
        [
            *(Camera(f"police:{n}", str(n), "", EAST, 1.0, 2.0, bureau="police") for n in range(4)),
            *(Camera(f"water:{n}", str(n), "", WEST, 1.0, 2.0) for n in range(2)),
            Camera("lonely", "", "", EAST, 1.0, 2.0),
        ]
    )


def said(picture: Picture, at: int, **states: bool) -> None:
    """What platforms say: `police_0=True`."""
    picture.apply_records(
        [
            Sourced(
                "f", at,
                DeviceStatus(
                    key.replace("_", ":"), at, DeviceState.ONLINE if there else DeviceState.OFFLINE
                ),
            )
            for key, there in states.items()
        ]
    )  # fmt: skip


def test_cameras_are_counted_by_group_and_unknown_ones_are_left_out() -> None:
    picture = Picture({}, World.DEMO)
    said(picture, 1, police_0=True, police_1=True, police_2=False, water_0=False)
    picture.apply_records([Sourced("f", 1, DeviceStatus("police:3", 1, DeviceState.FAULT))])
    codes = CameraCodes(names())
    assert codes.count("police", picture.devices) == {
        WHOLE: Count(2, 4, 4),
        ("region", EAST): Count(2, 4, 4),
        ("bureau", "police"): Count(2, 4, 4),
        ("kind", ""): Count(2, 4, 4),
        ("platform", "police"): Count(2, 4, 4),
    }
    assert codes.count("water", picture.devices)["region", WEST] == Count(0, 1, 2)
    assert codes.count("nobody", picture.devices) == {}


def test_the_mean_of_an_hour_weighs_platforms_by_their_cameras_not_by_their_answers() -> None:
    hour = CameraHour()
    for there in (4, 2, 3):  # three answers: 3 of 4 in the mean
        hour.add("police", there, {WHOLE: Count(there, 4)})
    hour.add("water", 9, {WHOLE: Count(0, 2)})
    assert hour.means() == {WHOLE: Count(3, 6)}
    assert hour.last == 9 and hour.means()[WHOLE].rate == 0.5


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(1, 9)), min_size=1))
@settings(max_examples=50)
def test_a_mean_lies_between_the_least_and_the_most_of_its_answers(
    answers: list[tuple[str, int, int]],
) -> None:
    hour = CameraHour()
    rates = []
    for platform, there, known in answers:
        hour.add(platform, 1, {WHOLE: Count(min(there, known), known)})
        rates.append(min(there, known) / known)
    rate = hour.means()[WHOLE].rate
    assert rate is not None and min(rates) - 1e-9 <= rate <= max(rates) + 1e-9


class Desk:
    """A rollup with its real parts."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.hub = ManualClock(START), Hub()
        self.picture, self.seat = Picture({}, World.DEMO), Seat("desk")
        self.seat.videos.cameras = names()
        self.store = Store.open(folder, self.clock, ballast_bytes=0)
        self.rollup = CameraRollup(self.picture, self.seat, CITY, self.hub, self.clock, self.store)

    async def hear(self, platform: str, answered: bool = True) -> None:
        """A platform was asked, and what it said is in the picture."""
        self.rollup.heard([PlatformAnswer(platform, self.clock.now(), answered)])
        self.rollup.count()
        await until(lambda: self.rollup._task is None)

    async def hours(self, key: str, hours: int) -> list[float]:
        """The means of each hour from the start as they were kept."""
        found = await self.store.queries.sparks([key], START, START + hours * HOUR, hours)
        return [float(value) for value in np.round(found[key], 2)]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    found = Desk(tmp_path)
    try:
        yield found
    finally:
        found.store.close()


async def test_each_hour_becomes_a_reading_and_one_without_an_answer_none(desk: Desk) -> None:
    heard = desk.hub.subscribe()
    said(desk.picture, START, police_0=True, police_1=True, police_2=True, police_3=False)
    said(desk.picture, START, water_0=True, water_1=True)
    await desk.hear("police")
    await desk.hear("water")
    desk.clock.advance(30 * MINUTE)
    said(desk.picture, START + 1, police_0=False, police_1=False)
    await desk.hear("police")  # 3 and 1 of 4: 2 of 4 in the mean
    desk.clock.advance(HOUR)
    await desk.hear("police", answered=False)  # the hour before is told; this one has no answer
    told = desk.picture.readings[camera_availability_key(CITY)].reading
    assert (told.value, told.observed, told.origin) == (66.67, START + 30 * MINUTE, Origin.COMPUTED)
    assert camera_availability_key(EAST) in heard.drain()[Kind.READING]
    desk.clock.advance(HOUR)
    await desk.hear("water")
    await desk.rollup.stop()  # what was counted of the third hour is told
    desk.store.flush()
    nan = pytest.approx(float("nan"), nan_ok=True)
    assert await desk.hours(camera_availability_key(CITY), 3) == [66.67, nan, 100.0]
    assert await desk.hours(camera_availability_key(EAST), 3) == [50.0, nan, nan]
    assert await desk.hours(camera_availability_key(WEST), 3) == [100.0, nan, 100.0]
    assert await desk.hours(camera_availability_key(CITY, "platform", "police"), 3) == [
        50.0, nan, nan,
    ]  # fmt: skip
    assert await desk.hours(camera_availability_key(CITY, "bureau", "police"), 3) == [
        50.0, nan, nan,
    ]  # fmt: skip
    assert desk.picture.readings[camera_availability_key(WEST)].source == SOURCE


async def test_another_list_is_counted_from_the_next_answer_on(desk: Desk) -> None:
    said(desk.picture, START, police_0=True, other_0=False)
    await desk.hear("police")
    desk.seat.videos.cameras = CameraNames([Camera("other:0", "", "", WEST, 1.0, 2.0)])
    await desk.hear("other")
    readings = {reading.key: reading.value for reading in desk.rollup.tell()}
    assert readings[camera_availability_key(CITY)] == 50.0
    assert readings[camera_availability_key(WEST)] == 0.0
    # Of five that are listed the state of two is known.
    assert readings[camera_availability_key(CITY, of=NETWORKED_CODE)] == 40.0
    assert readings[camera_availability_key(EAST, of=NETWORKED_CODE)] == 25.0
    assert readings[camera_availability_key(WEST, of=NETWORKED_CODE)] == 100.0
    assert desk.rollup.tell() == []


async def test_cameras_without_a_state_make_no_reading(desk: Desk) -> None:
    await desk.hear("police")
    assert desk.rollup.tell() == []
