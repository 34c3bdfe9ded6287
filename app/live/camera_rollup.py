"""The availability of cameras hour by hour as readings: into the picture and into the history.

Each answer of a platform (one a minute) is counted by group; at the end of an hour the mean of its
answers becomes one reading a group. An hour without an answer becomes none: what stands in the
picture while a platform does not answer is how its cameras were last, and is not counted.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping

from app.core.catalog import HOUR
from app.core.clock import Clock
from app.core.model import Ms, Origin, Reading, Segment
from app.live.camera_counts import WHOLE, CameraCodes, Count, Group, PlatformAnswer
from app.live.hub import Hub, Kind
from app.live.picture import Picture
from app.live.seat import Seat
from app.live.video_names import CameraNames
from app.rules.camera_availability import NETWORKED_CODE, SOURCE, camera_availability_key
from app.store.store import Store

REGION = "region"
log = logging.getLogger("chengmai.video")


class CameraHour:
    """One hour: the sums of the answers of each platform. Pure."""

    def __init__(self) -> None:
        self.last: Ms = 0  # when somebody answered
        self._answers: dict[str, int] = defaultdict(int)
        self._sums: dict[tuple[str, Group], Count] = {}

    def add(self, platform: str, at: Ms, counts: Mapping[Group, Count]) -> None:
        """Take an answer."""
        self.last = max(self.last, at)
        self._answers[platform] += 1
        for group, count in counts.items():
            held = self._sums.get((platform, group), Count())
            self._sums[platform, group] = held.plus(count)

    def means(self) -> dict[Group, Count]:
        """By group how many were there and known in the mean of each platform's answers, so that a
        platform that was asked more often counts no more than its cameras."""
        found: dict[Group, Count] = {}
        for (platform, group), sums in self._sums.items():
            share = 1 / self._answers[platform]
            found[group] = found.get(group, Count()).plus(sums, share)
        return found


class CameraRollup:
    """Lives in the main loop."""

    def __init__(
        self, picture: Picture, seat: Seat, region: str, hub: Hub, clock: Clock, store: Store
    ) -> None:
        self._picture, self._seat, self._region = picture, seat, region
        self._hub, self._clock, self._store = hub, clock, store
        self._hour = clock.now() // HOUR
        self._sums = CameraHour()
        self._codes: CameraCodes | None = None
        self._due: dict[str, Ms] = {}  # platforms whose answer was not counted yet
        self._task: asyncio.Task[None] | None = None
        picture.own.add(SOURCE)

    def heard(self, answers: Iterable[PlatformAnswer]) -> None:
        """Platforms were asked; an answer is counted when its states are in the picture."""
        for answer in answers:
            if answer.answered:
                self._due[answer.platform] = answer.at

    def count(self) -> None:
        """What was said is in the picture: count it, in a thread; and tell an hour that is over."""
        hour = self._clock.now() // HOUR
        if hour != self._hour and self._task is None:
            self.tell()
            self._hour = hour
        if self._due and self._task is None:
            due, self._due = self._due, {}
            self._task = asyncio.create_task(self._count(due), name="availability of cameras")
            self._task.add_done_callback(self._counted)

    async def _count(self, due: Mapping[str, Ms]) -> None:
        names, devices = self._seat.videos.cameras, self._picture.devices
        if self._codes is None or self._codes.names is not names:
            self._codes = await asyncio.to_thread(_codes_of, names)
        for platform, at in due.items():
            counts = await asyncio.to_thread(self._codes.count, platform, devices)
            if counts:
                self._sums.add(platform, at, counts)

    def _counted(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the availability of cameras cannot be counted", exc_info=error)

    async def stop(self) -> None:
        """No more; what of this hour was counted is told."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        self.tell()

    def tell(self) -> list[Reading]:
        """State the hour that was counted, and begin another."""
        sums, self._sums = self._sums, CameraHour()
        told = [
            (key, value)
            for (region, by, code), count in self._placed(sums.means())
            for key, value in _values(region, by, code, count)
        ]
        readings = [
            Reading(
                key=key,
                value=round(value, 2),
                observed=sums.last,
                origin=Origin.COMPUTED,
                world=self._picture.world,
            )
            for key, value in told
        ]
        if readings:
            now = self._clock.now()
            pairs = [(reading.key, reading) for reading in readings]
            changed = self._picture.apply_readings(SOURCE, now, pairs)
            self._store.recorder.submit([Segment(SOURCE, now, readings)], [])
            self._hub.publish(Kind.READING, changed)
        return readings

    def _placed(self, means: Mapping[Group, Count]) -> Iterable[tuple[tuple[str, str, str], Count]]:
        for (by, code), count in means.items():
            if (by, code) == WHOLE:
                yield (self._region, "", ""), count
            elif by == REGION and code and code != self._region:
                yield (code, "", ""), count
            elif by != REGION and code:
                yield (self._region, by, code), count


def _values(region: str, by: str, code: str, count: Count) -> Iterable[tuple[str, float]]:
    """What is stated of a group, in percent."""
    if count.rate is not None:
        yield camera_availability_key(region, by, code), 100 * count.rate
        networked = camera_availability_key(region, by, code, NETWORKED_CODE)
        yield networked, 100 * count.known / count.listed


def _codes_of(names: CameraNames) -> CameraCodes:
    return CameraCodes(names)
