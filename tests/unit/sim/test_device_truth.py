"""What is found about the simulator's devices against what it made wrong with them.

Of each trouble some dozen spells; the device says nothing of itself, only its values do. What
it says of itself is counted apart: then everything is told.
"""

from collections import Counter
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.city import load_city
from app.core.catalog import DAY, HOUR, MINUTE, Quantity
from app.core.clock import ManualClock
from app.core.condition import Condition
from app.core.directory import Device, DeviceKind
from app.core.health import FeedHealth, FeedState
from app.core.model import Ms, Reading, Sourced, World
from app.live.device_book import DeviceBook, device_key
from app.live.device_drifts import drifts_of
from app.live.finding_watch import KeyWatch, Past, learn
from app.live.hub import Hub
from app.live.picture import Picture
from app.rules.calendar import WorkCalendar
from app.sim.__main__ import build
from app.sim.faults import Spell, Trouble
from app.sim.series import Series
from app.sim.weather import Scenario

BEGIN = 1_795_000_000_000 // DAY * DAY
KINDS = ("manhole_level", "air_micro", "drain_flow", "water_level_float")
CALM = ("water_level_float", "dam_seepage")
DAYS = 90
OF_EACH = 20
NEAR = 24
CALENDAR = WorkCalendar(ZoneInfo("Asia/Shanghai"))


class Town:
    """The demonstration city's devices of four kinds that speak every five minutes or so."""

    def __init__(self) -> None:
        city = load_city("huaian")
        self.sim = build("huaian", None, Scenario.CALM, BEGIN)
        self.kinds: dict[str, DeviceKind] = {kind.code: kind for kind in city.device_kinds}
        self.series: dict[str, Series] = {
            item.device: item for item in self.sim.readings.series if item.device
        }
        self.every = city.devices
        self.devices = [device for device in city.devices if device.kind in KINDS]
        self.catalog = city.catalog

    def quantity(self, device: Device) -> Quantity:
        return self.catalog.quantities[self.kinds[device.kind].quantity]

    def spells(self, kinds: tuple[str, ...] = KINDS) -> dict[Trouble, list[tuple[Device, Spell]]]:
        """The first spells of at least three hours of each trouble."""
        found: dict[Trouble, list[tuple[Device, Spell]]] = {}
        for day in range(3, DAYS):
            for device in self.every:
                if device.kind not in kinds:
                    continue
                spell = self.sim.faults.device(device.id, BEGIN + day * DAY + 12 * HOUR)
                if spell is not None and spell.until - spell.since >= 3 * HOUR:
                    part = found.setdefault(spell.trouble, [])
                    if len(part) < OF_EACH:
                        part.append((device, spell))
        return found

    def conditions(
        self, device: Device, since: Ms, until: Ms, *, says: bool = False
    ) -> list[Condition]:
        """The condition every ten minutes, for a program that has looked on for two days."""
        clock = ManualClock(since)
        picture = Picture({}, World.DEMO)
        picture.feeds["f"] = FeedHealth("f", "f", "f", FeedState.LIVE, since, connected_since=1)
        kind, quantity = self.kinds[device.kind], self.quantity(device)
        book = DeviceBook(picture, [device], [kind], self.catalog, Hub(), clock)
        key, item = device_key(device, kind), self.series[device.id]
        past = self.sim.readings.measured(item, since - 2 * DAY, since)
        at = np.array([reading.observed for reading in past], np.int64)
        values = np.array([reading.value for reading in past])
        known = Past((at, values), (at, values), since)
        watch = KeyWatch(key, quantity, CALENDAR)
        watch.renew(learn(key, quantity, known, CALENDAR, baseline=False))
        coming = iter([*past[-1:], *self.sim.readings.measured(item, since, until)])
        reading = next(coming, None)
        found = []
        for moment in range(since, until, 10 * MINUTE):
            clock.advance(moment - clock.now())
            while reading is not None and reading.observed <= moment:
                self._take(reading, watch, picture)
                reading = next(coming, None)
            picture.findings[key] = watch.findings(None)
            if says:
                status = self.sim.faults.status(device.id, kind.power == "电池", moment)
                picture.apply_records([Sourced("f", moment, status)])
            book.look()
            found.append(picture.conditions[device.id].condition)
        return found

    def _take(self, reading: Reading, watch: KeyWatch, picture: Picture) -> None:
        watch.take(reading)
        picture.apply_readings("f", reading.observed, [(reading.key, reading)])

    def drifting(self, device: Device, at: Ms) -> tuple[list[Device], set[str]]:
        """The nearest of its kind, and which of them the hourly comparison finds."""
        others = [other for other in self.every if other.kind == device.kind]
        others.sort(key=lambda o: (o.lon - device.lon) ** 2 + (o.lat - device.lat) ** 2)
        part = others[:NEAR]
        end = at // HOUR * HOUR
        start = end - 72 * HOUR
        levels = np.full((len(part), 72), np.nan)
        for row, other in enumerate(part):
            told = self.sim.readings.measured(self.series[other.id], start, end)
            hours = np.array([(reading.observed - start) // HOUR for reading in told], np.int64)
            total = np.bincount(hours, [reading.value for reading in told], 72)
            count = np.bincount(hours, minlength=72)
            levels[row] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        names = [self.series[other.id].key for other in part]
        return part, set(drifts_of(part, names, levels, start, self.quantity(device)))


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


@pytest.fixture(scope="module")
def spells(town: Town) -> dict[Trouble, list[tuple[Device, Spell]]]:
    found = town.spells()
    assert all(len(found[trouble]) >= 10 for trouble in Trouble if trouble)
    return found


def told_of(town: Town, some: list[tuple[Device, Spell]], *, says: bool = False) -> list[set]:
    """Of each spell every condition that was told while it lasted."""
    return [set(town.conditions(device, spell.since, spell.until, says=says))
            for device, spell in some]  # fmt: skip


def test_a_device_that_is_silent_is_lost(town, spells) -> None:
    found = told_of(town, spells[Trouble.OFFLINE])
    assert all(Condition.LOST in conditions for conditions in found)


def test_a_value_that_sticks_is_flat(town, spells) -> None:
    found = told_of(town, spells[Trouble.STUCK])
    assert sum(Condition.FLAT in conditions for conditions in found) >= 0.9 * len(found)


def drifts_found(town: Town, some: list[tuple[Device, Spell]]) -> tuple[int, int, int]:
    """How many of the spells are found at their end, and how many sound devices are taken for
    drifting, of how many."""
    hit = false = sound = 0
    faults = town.sim.faults
    for device, spell in some:
        part, found = town.drifting(device, spell.until)
        hit += device.id in found
        hours = [spell.until - hour * HOUR for hour in range(24)]
        well = [o.id for o in part if not any(faults.device(o.id, at) for at in hours)]
        sound, false = sound + len(well), false + len(found.intersection(well))
    return hit, false, sound


def test_a_calm_value_that_creeps_away_drifts(town: Town) -> None:
    """Levels and pressures move little by themselves: a tenth of their size is far."""
    some = town.spells(CALM)[Trouble.DRIFT]
    hit, false, sound = drifts_found(town, some)
    assert len(some) >= 10
    assert hit >= 0.85 * len(some)
    assert false <= 0.01 * sound


def test_a_drift_within_what_a_value_moves_by_itself_is_not_seen(town, spells) -> None:
    """Air, drains: after some hours it is no further off than its neighbours are from each other.
    It is not found, and nothing else is taken for it."""
    some = [pair for pair in spells[Trouble.DRIFT] if pair[0].kind not in CALM]
    hit, false, sound = drifts_found(town, some)
    assert hit <= 0.2 * len(some)
    assert false <= 0.01 * sound


def test_what_is_sound_is_seldom_doubted(town) -> None:
    doubted = Counter()
    for device in town.devices[:: len(town.devices) // 60]:
        since = BEGIN + 6 * DAY
        faults = town.sim.faults
        if any(faults.device(device.id, since + n * HOUR) for n in range(-48, 24)):
            continue
        doubted.update(town.conditions(device, since, since + DAY))
    total = sum(doubted.values())
    assert doubted[Condition.ONLINE] >= 0.98 * total


def test_what_it_says_of_itself_is_told(town, spells) -> None:
    wanted = {Trouble.OFFLINE: {Condition.LOST}, Trouble.STUCK: {Condition.FAULT},
              Trouble.DRIFT: {Condition.FAULT},
              Trouble.BATTERY: {Condition.BATTERY, Condition.FAULT}}  # fmt: skip
    for trouble, some in spells.items():
        for conditions in told_of(town, some[:5], says=True):
            assert conditions & wanted[trouble]
