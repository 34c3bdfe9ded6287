"""The condition of every sensing device, kept in the picture and looked at in slices.

A slice is short enough for the main loop whatever the number of devices; all have had their turn
within ROUND_S, or later where there are very many.
"""

import asyncio
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from app.core import keys
from app.core.catalog import HOUR, Catalog
from app.core.clock import Clock
from app.core.condition import DeviceCondition
from app.core.directory import Device, DeviceKind
from app.core.finding import Finding
from app.core.model import DeviceStatus, Ms
from app.live.hub import Hub, Kind
from app.live.picture import Picture
from app.rules.device_health import Signs, condition

TICK_S = 0.25
ROUND_S = 5.0
MOST = 150
"""Devices of one slice: about a millisecond."""


class _Line(NamedTuple):
    """How the line of a feed stands: see `Signs`."""

    line: Ms | None
    cut: Ms
    excused: bool


class _Fitted(NamedTuple):
    """What does not change of a device."""

    id: str
    kind: DeviceKind
    key: str  # of its values; empty where it sends none
    lag: Ms


class DeviceBook:
    """Lives in the main loop; `start` lets time pass."""

    def __init__(
        self,
        picture: Picture,
        devices: Sequence[Device],
        kinds: Sequence[DeviceKind],
        catalog: Catalog,
        hub: Hub,
        clock: Clock,
    ) -> None:
        self._picture = picture
        self._hub = hub
        self._clock = clock
        self._fitted: list[_Fitted] = []
        self._next = 0
        self._slice = 1
        self._refused: dict[str, Ms] = {}  # by key of a device: when the gate last turned it away
        self._drifts: Mapping[str, Finding] = {}
        self._ticking: asyncio.TimerHandle | None = None
        self.rounds = 0
        """How often every device has been looked at."""
        self.use(devices, kinds, catalog)

    def use(self, devices: Sequence[Device], kinds: Sequence[DeviceKind], catalog: Catalog) -> None:
        """The devices of a city, or of another version of it."""
        by_code = {kind.code: kind for kind in kinds}
        self._fitted = [
            _fitted(device, by_code[device.kind], catalog)
            for device in devices
            if device.kind in by_code
        ]
        self._next = 0
        self._slice = min(MOST, math.ceil(len(self._fitted) * TICK_S / ROUND_S) or 1)
        self._refused = dict.fromkeys((item.key for item in self._fitted if item.key), 0)
        known = {item.id for item in self._fitted}
        gone = [id_ for id_ in self._picture.conditions if id_ not in known]
        for id_ in gone:
            del self._picture.conditions[id_]
        if gone:
            self._hub.publish(Kind.DEVICE, gone)

    # ---- what it is told

    def refuse(self, impossible: Mapping[str, Ms]) -> None:
        """Values of these keys were turned away as impossible."""
        for key, at in impossible.items():
            if key in self._refused:
                self._refused[key] = max(at, self._refused[key])

    def drift(self, found: Mapping[str, Finding]) -> None:
        """The devices that have left their neighbours, by id."""
        self._drifts = found

    # ---- time

    def start(self) -> None:
        """Begin; needs the running loop."""
        self._tick()

    def stop(self) -> None:
        """No more."""
        if self._ticking is not None:
            self._ticking.cancel()

    def _tick(self) -> None:
        self._ticking = asyncio.get_running_loop().call_later(TICK_S, self._tick)
        self.look(self._slice)

    def look(self, count: int = MOST) -> list[str]:
        """The next devices; gives the ids whose condition is another one."""
        part = self._fitted[self._next : self._next + count]
        self._next += len(part)
        if self._next >= len(self._fitted):
            self._next = 0
            self.rounds += 1
        changed = self._judge(part)
        if changed:
            self._hub.publish(Kind.DEVICE, changed)
        return changed

    def _judge(self, part: Iterable[_Fitted]) -> list[str]:
        now, table = self._clock.now(), self._picture.conditions
        lines: dict[str, _Line] = {}
        changed = []
        for item in part:
            found = condition(item.kind, item.lag, self._signs(item, now, lines), now)
            before = table.get(item.id)
            if before is not None and before.condition is found.condition:
                # Of what holds on only the words move on; when it began stays.
                found = DeviceCondition(found.condition, before.since, found.why)
            else:
                changed.append(item.id)
            table[item.id] = found
        return changed

    def _signs(self, item: _Fitted, now: Ms, lines: dict[str, _Line]) -> Signs:
        picture = self._picture
        told = picture.devices.get(item.id)
        held = picture.readings.get(item.key) if item.key else None
        status = told.record if told is not None else None
        assert status is None or isinstance(status, DeviceStatus)
        value_at = held.reading.as_of if held is not None else 0
        source = held.source if held is not None else told.source if told is not None else ""
        line = lines.get(source) or lines.setdefault(source, self._line(source, now))
        findings = picture.findings.get(item.key, ())
        drift = self._drifts.get(item.id)
        return Signs(
            status,
            max(value_at, status.observed if status is not None else 0),
            value_at,
            line.line,
            line.cut,
            line.excused,
            findings if drift is None else (*findings, drift),
            self._refused.get(item.key, 0),
        )

    def _line(self, source: str, now: Ms) -> _Line:
        picture = self._picture
        excused = picture.excused(source, now)
        if source in picture.own:
            return _Line(0, 0, excused)
        row = picture.feeds.get(source)
        if row is None:
            return _Line(None, 0, excused)
        if picture.connected(source, now):
            return _Line(row.connected_since, 0, excused)
        return _Line(None, row.lost_since, excused)


def _fitted(device: Device, kind: DeviceKind, catalog: Catalog) -> _Fitted:
    quantity = catalog.quantities.get(kind.quantity)
    lag = quantity.lag_ms if quantity is not None else 0
    return _Fitted(device.id, kind, device_key(device, kind), min(lag, HOUR))


def device_key(device: Device, kind: DeviceKind) -> str:
    """The key of a device's values; empty where its kind sends none."""
    if not kind.quantity:
        return ""
    return keys.reading_key(kind.quantity, device.region, device.foreign_id)
