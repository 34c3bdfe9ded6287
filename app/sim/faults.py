"""What goes wrong: devices that stick, drift or fall silent, bureaus whose line is down."""

from enum import StrEnum
from typing import ClassVar

import msgspec
import numpy as np

from app.core.catalog import DAY, HOUR, MINUTE
from app.core.model import DeviceState, DeviceStatus, Ms
from app.core.privacy import Privacy
from app.sim.noise import salt, uniform

DEVICE_BLOCK = 18 * HOUR
BUREAU_BLOCK = 8 * HOUR
DEVICE_CHANCE = 0.045
BUREAU_CHANCE = 0.03
_KNOWN_SPELLS = 30_000


class Trouble(StrEnum):
    """What a device has."""

    NONE = ""
    STUCK = "stuck"
    DRIFT = "drift"
    OFFLINE = "offline"
    BATTERY = "battery low"


class Spell(msgspec.Struct, frozen=True):
    """A trouble from one moment to another."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    trouble: Trouble
    since: Ms
    until: Ms


class Faults:
    """The troubles of one seed; each a pure function of who and when."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._salts: dict[str, int] = {}
        self._known: dict[tuple[str, int], Spell | None] = {}

    def _stream(self, name: str) -> int:
        found = self._salts.get(name)
        if found is None:
            found = self._salts[name] = salt(self._seed, "fault", name)
        return found

    def device(self, id_: str, at: Ms) -> Spell | None:
        """The trouble a device or camera has at a moment."""
        stream = self._stream(id_)
        block = (at + stream % DEVICE_BLOCK) // DEVICE_BLOCK
        known = (id_, block)
        if known not in self._known:
            if len(self._known) > _KNOWN_SPELLS:
                self._known.clear()
            self._known[known] = self._spell(stream, block)
        spell = self._known[known]
        return spell if spell is not None and spell.since <= at < spell.until else None

    def _spell(self, stream: int, block: int) -> Spell | None:
        chance = uniform(stream, np.arange(block * 4, block * 4 + 4))
        if chance[0] >= DEVICE_CHANCE:
            return None
        begin = block * DEVICE_BLOCK - stream % DEVICE_BLOCK
        since = begin + int(chance[1] * 0.5 * DEVICE_BLOCK)
        until = since + int((0.1 + 0.4 * chance[2]) * DEVICE_BLOCK)
        kinds = (Trouble.OFFLINE, Trouble.STUCK, Trouble.DRIFT, Trouble.BATTERY)
        return Spell(kinds[int(chance[3] * 4)], since, until)

    def changed(self, id_: str, since: Ms, until: Ms) -> bool:
        """Whether a device says something of its state in (since, until]."""
        spell = self.device(id_, until)
        return (spell.since if spell is not None else self._told(id_, until)) > since

    def bureau(self, code: str, at: Ms) -> Spell | None:
        """The outage of a bureau's line at a moment."""
        block = at // BUREAU_BLOCK
        spell = self._outage(code, block)
        return spell if spell is not None and spell.since <= at < spell.until else None

    def bureau_ended(self, code: str, since: Ms, until: Ms) -> Spell | None:
        """An outage of a bureau's line that ended in (since, until]."""
        for block in range(since // BUREAU_BLOCK, until // BUREAU_BLOCK + 1):
            spell = self._outage(code, block)
            if spell is not None and since < spell.until <= until:
                return spell
        return None

    def _outage(self, code: str, block: int) -> Spell | None:
        chance = uniform(self._stream(f"bureau {code}"), np.arange(block * 3, block * 3 + 3))
        if chance[0] >= BUREAU_CHANCE:
            return None
        since = block * BUREAU_BLOCK + int(chance[1] * 4 * HOUR)
        until = since + int((20 + 160 * chance[2]) * MINUTE)
        return Spell(Trouble.OFFLINE, since, until)

    def status(self, id_: str, battery: bool, at: Ms) -> DeviceStatus:
        """The state of a device or camera, as told at a moment or when it last changed."""
        spell = self.device(id_, at)
        trouble = spell.trouble if spell is not None else Trouble.NONE
        state = {
            Trouble.NONE: DeviceState.ONLINE,
            Trouble.OFFLINE: DeviceState.OFFLINE,
            Trouble.BATTERY: DeviceState.ONLINE if battery else DeviceState.FAULT,
        }.get(trouble, DeviceState.FAULT)
        return DeviceStatus(
            id=id_,
            observed=spell.since if spell is not None else self._told(id_, at),
            state=state,
            fault="" if trouble in (Trouble.NONE, Trouble.OFFLINE) else trouble.value,
            battery=self._battery(id_, trouble, at) if battery else None,
        )

    def _told(self, id_: str, at: Ms) -> Ms:
        """A sound device tells its state every five minutes, each at its own second."""
        step = 5 * MINUTE
        phase = self._stream(id_) % step
        return (at - phase) // step * step + phase

    def _battery(self, id_: str, trouble: Trouble, at: Ms) -> float:
        stream = self._stream(id_)
        if trouble is Trouble.BATTERY:
            return 0.07
        age = (at // DAY + stream % 700) % 700  # changed about every two years
        return round(1.0 - 0.8 * age / 700, 2)
