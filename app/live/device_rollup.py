"""The availability of devices once an hour as readings: into the picture and into the history."""

import asyncio
from collections.abc import Sequence

from app.core.catalog import HOUR, MINUTE
from app.core.clock import Clock
from app.core.directory import Device, DeviceKind
from app.core.model import Ms, Origin, Reading, Segment
from app.live.fleet import By, Fleet, Group, code_of, fleet
from app.live.hub import Hub, Kind
from app.live.picture import Picture
from app.rules.availability import SOURCE, availability_key
from app.store.store import Store

LOOK_S = 30.0
SETTLED_MS = 3 * MINUTE
"""After the start: before it many devices have not been heard yet."""


class DeviceRollup:
    """Lives in the main loop."""

    def __init__(
        self,
        picture: Picture,
        region: str,
        devices: Sequence[Device],
        kinds: Sequence[DeviceKind],
        hub: Hub,
        clock: Clock,
        store: Store,
    ) -> None:
        self._picture = picture
        self._region = region
        self._hub = hub
        self._clock = clock
        self._store = store
        self._began = clock.now()
        self._hour: Ms = 0
        self._timer: asyncio.TimerHandle | None = None
        picture.own.add(SOURCE)
        self.use(devices, kinds)

    def use(self, devices: Sequence[Device], kinds: Sequence[DeviceKind]) -> None:
        """Another version of the city."""
        self._devices, self._kinds = devices, kinds

    def start(self) -> None:
        """Begin; needs the running loop."""
        self._timer = asyncio.get_running_loop().call_later(LOOK_S, self._look)

    def stop(self) -> None:
        """No more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(LOOK_S, self._look)
        now = self._clock.now()
        if now // HOUR != self._hour and now - self._began >= SETTLED_MS:
            self._hour = now // HOUR
            self.tell()

    def tell(self) -> list[Reading]:
        """State how it is now; what has no rate is left out."""
        now = self._clock.now()
        readings = [
            Reading(
                key=key,
                value=round(100 * group.rate, 2),
                observed=now,
                origin=Origin.COMPUTED,
                world=self._picture.world,
            )
            for key, group in self._groups()
            if group.heard and group.rate is not None
        ]
        if readings:
            pairs = [(reading.key, reading) for reading in readings]
            changed = self._picture.apply_readings(SOURCE, now, pairs)
            self._store.recorder.submit([Segment(SOURCE, now, readings)], [])
            self._hub.publish(Kind.READING, changed)
        return readings

    def _groups(self) -> list[tuple[str, Group]]:
        found: list[tuple[str, Group]] = []
        for by in By:
            counted: Fleet = fleet(
                self._devices, self._picture.conditions, code_of(by, self._kinds)
            )
            if by is By.REGION:
                found.append((availability_key(self._region), counted.whole))
                found += [(availability_key(group.code), group) for group in counted.groups]
            else:
                found += [
                    (availability_key(self._region, by.value, group.code), group)
                    for group in counted.groups
                    if group.code
                ]
        return found
