"""How many cameras of each group are there, counted on as their states change."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from typing import Any

from app.live.camera_counts import THERE, UNKNOWN, state_code
from app.live.video_names import ALL, SORTS, CameraGroup, CameraNames

FEW = 2000  # cameras that are counted at once


class CameraTally:
    """The counts of one `CameraNames`. Making it for 40,000 cameras takes a tenth of a second: in a
    thread; what changes afterwards costs microseconds a camera."""

    def __init__(self, names: CameraNames, devices: Mapping[str, object]) -> None:
        self.names = names
        self._states: dict[str, int] = {}
        self._counts: dict[str, list[int]] = {}
        self.update(devices, names.cameras)

    def update(self, devices: Mapping[str, object], ids: Iterable[str]) -> None:
        """Take the states of these, as far as they are cameras."""
        for id_ in ids:
            if id_ not in self.names.cameras:
                continue
            before, now = self._states.get(id_, UNKNOWN), state_code(devices.get(id_))
            if before != now:
                self._states[id_] = now
                self._count(id_, before, -1)
                self._count(id_, now, 1)

    def of(self, group: str, without: Collection[str] = ()) -> tuple[int, int]:
        """Of how many cameras of a group is it known how they are, and how many of these are
        there; `without` some."""
        known, there = self._counts.get(group, (0, 0))
        for id_ in without:
            state = self._states.get(id_, UNKNOWN)
            if state and group in self._groups(id_):
                known, there = known - 1, there - (state == THERE)
        return known, there

    def among(self, ids: Iterable[str]) -> tuple[int, int]:
        """The same of any cameras."""
        states = [self._states.get(id_, UNKNOWN) for id_ in ids]
        return len(states) - states.count(UNKNOWN), states.count(THERE)

    def _count(self, id_: str, state: int, step: int) -> None:
        if state == UNKNOWN:
            return
        for group in self._groups(id_):
            counts = self._counts.setdefault(group, [0, 0])
            counts[0] += step
            counts[1] += step * (state == THERE)

    def _groups(self, id_: str) -> list[str]:
        return [ALL, *(self.names.group_of(id_, sort).id for sort in SORTS)]


def members(group: CameraGroup, hidden: Collection[str]) -> list[str]:
    """The cameras of a group that may be seen."""
    return [id_ for id_ in group.cameras if id_ not in hidden]


class CameraCounts:
    """The tally of one panel, which follows the cameras that the seat knows. `ready` is called when
    tens of thousands were counted; until then those of before are."""

    def __init__(
        self, ask: Callable[[Coroutine[Any, Any, None]], object], ready: Callable[[], object]
    ) -> None:
        """`ask` begins what is done in the background."""
        self.tally = CameraTally(CameraNames(), {})
        self._ask, self._ready = ask, ready
        self._known: CameraNames | None = None
        self._changed: set[str] = set()
        self._counting = 0

    def follow(
        self, names: CameraNames, devices: Mapping[str, object], changed: Iterable[str]
    ) -> None:
        """Count on from what changed; anew where there are other cameras, or where so many changed
        at once that it would hold the window (a platform that tells all its states)."""
        self._changed.update(names.cameras.keys() & set(changed))
        other = names is not self._known
        self._known = names
        if other and len(names.cameras) <= FEW:
            self.tally = CameraTally(names, devices)
        elif other or (len(self._changed) > FEW and not self._counting):
            self._changed = set()  # these are seen by the count; later ones are counted after it
            self._counting += 1
            self._ask(self._count(names, devices))
        if self.tally.names is names and self._changed and not self._counting:
            changed, self._changed = self._changed, set()
            self.tally.update(devices, changed)

    async def _count(self, names: CameraNames, devices: Mapping[str, object]) -> None:
        try:
            tally = await asyncio.to_thread(CameraTally, names, devices)
        finally:
            self._counting -= 1
        if self._known is names:
            self.tally = tally
            self.tally.update(devices, self._changed)
            self._changed = set()
            self._ready()
