"""How the city's devices are: fitted, online, faults by kind (PD1 to PD4)."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

import msgspec

from app.core.directory import Device
from app.core.model import DeviceState, DeviceStatus, Sourced
from app.core.privacy import Privacy


class KindHealth(msgspec.Struct, frozen=True):
    """The devices of one kind; `silent` are fitted and have never said anything."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    kind: str
    fitted: int
    online: int
    offline: int
    fault: int
    silent: int
    faults: tuple[tuple[str, int], ...]  # the mode of fault and how many, the most first

    @property
    def rate(self) -> float:
        """The share that is online (0 to 1)."""
        return self.online / self.fitted if self.fitted else 0.0


class Fleet(msgspec.Struct, frozen=True):
    """All devices; kinds with the lowest share online come first."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    kinds: tuple[KindHealth, ...]

    def total(self, field: str) -> int:
        """The sum of a count over the kinds."""
        return sum(getattr(kind, field) for kind in self.kinds)

    @property
    def rate(self) -> float:
        """The share of all that is online."""
        fitted = self.total("fitted")
        return self.total("online") / fitted if fitted else 0.0


def fleet(fitted: Iterable[Device], states: Mapping[str, Sourced]) -> Fleet:
    """Count the fitted devices by what they last said. A device that is in no list is left out:
    the rate is of what is fitted."""
    by_kind: dict[str, list[DeviceStatus | None]] = {}
    for device in fitted:
        held = states.get(device.id)
        status = held.record if held is not None else None
        assert status is None or isinstance(status, DeviceStatus)
        by_kind.setdefault(device.kind, []).append(status)
    kinds = [_health(kind, found) for kind, found in by_kind.items()]
    return Fleet(tuple(sorted(kinds, key=lambda item: (item.rate, -item.fitted, item.kind))))


def _health(kind: str, found: list[DeviceStatus | None]) -> KindHealth:
    counts = dict.fromkeys(DeviceState, 0)
    faults: dict[str, int] = {}
    for status in found:
        if status is None:
            continue
        counts[status.state] += 1
        if status.state is DeviceState.FAULT and status.fault:
            faults[status.fault] = faults.get(status.fault, 0) + 1
    known = counts[DeviceState.ONLINE] + counts[DeviceState.OFFLINE] + counts[DeviceState.FAULT]
    return KindHealth(
        kind=kind,
        fitted=len(found),
        online=counts[DeviceState.ONLINE],
        offline=counts[DeviceState.OFFLINE],
        fault=counts[DeviceState.FAULT],
        silent=len(found) - known,
        faults=tuple(sorted(faults.items(), key=lambda item: (-item[1], item[0]))),
    )
