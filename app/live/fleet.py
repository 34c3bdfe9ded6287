"""How the city's devices are: fitted, their conditions, availability by kind, bureau, district and
domain (PD1 to PD6)."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.condition import Condition, DeviceCondition
from app.core.directory import Device, DeviceKind
from app.core.privacy import Privacy


class By(StrEnum):
    """What devices are counted by."""

    KIND = "kind"
    BUREAU = "bureau"
    REGION = "region"
    DOMAIN = "domain"


class Group(msgspec.Struct, frozen=True):
    """The devices of one kind, bureau, district or domain, and how many have each condition."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    fitted: int
    counts: Mapping[Condition, int] = {}

    def of(self, condition: Condition) -> int:
        """How many have a condition."""
        return self.counts.get(condition, 0)

    @property
    def usable(self) -> int:
        """How many give values that can be worked with."""
        return sum(count for condition, count in self.counts.items() if condition.is_usable)

    @property
    def rate(self) -> float | None:
        """The share that is usable of what is fitted (0 to 1). What stands behind a cut line is
        left out: how it is nobody knows, and the cut is told once. None where nothing is left."""
        reached = self.fitted - self.of(Condition.UNREACHABLE)
        return self.usable / reached if reached else None

    @property
    def silent(self) -> int:
        """How many have never been heard."""
        return self.of(Condition.UNKNOWN)

    @property
    def heard(self) -> bool:
        """Whether any of them has ever said anything; before that there is no rate to state."""
        return self.silent < self.fitted


class Fleet(msgspec.Struct, frozen=True):
    """All devices in groups; those with the lowest availability come first."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    groups: tuple[Group, ...] = ()
    whole: Group = Group("", 0)


def code_of(by: By, kinds: Iterable[DeviceKind]) -> Callable[[Device], str]:
    """Which group a device belongs to."""
    if by is By.KIND:
        return lambda device: device.kind
    if by is By.REGION:
        return lambda device: device.region
    bureau = by is By.BUREAU
    codes = {kind.code: kind.bureau_code if bureau else kind.domain for kind in kinds}
    return lambda device: codes.get(device.kind, "")


def fleet(
    devices: Iterable[Device],
    conditions: Mapping[str, DeviceCondition],
    of: Callable[[Device], str],
) -> Fleet:
    """Count the fitted devices by condition; one that was not looked at yet counts as unknown."""
    tables: dict[str, dict[Condition, int]] = {}
    for device in devices:
        held = conditions.get(device.id)
        condition = held.condition if held is not None else Condition.UNKNOWN
        table = tables.setdefault(of(device), {})
        table[condition] = table.get(condition, 0) + 1
    groups = [Group(code, sum(table.values()), table) for code, table in tables.items()]
    total: dict[Condition, int] = {}
    for table in tables.values():
        for condition, count in table.items():
            total[condition] = total.get(condition, 0) + count
    return Fleet(tuple(sorted(groups, key=_worst_first)), Group("", sum(total.values()), total))


def _worst_first(group: Group) -> tuple[float, int, str]:
    return (2.0 if group.rate is None else group.rate, -group.fitted, group.code)
