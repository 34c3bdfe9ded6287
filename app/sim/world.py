"""The whole demonstration city at any moment: what a server of it would know and tell."""

from collections.abc import Iterator

import numpy as np

from app.catalogue.rows import RegionRow
from app.city import City
from app.core.catalog import DAY
from app.core.directory import Device, Point
from app.core.model import Ms, Reading
from app.serving.told import Told
from app.serving.topics import Topics
from app.sim.alarms import Alarms
from app.sim.calendar import Calendar
from app.sim.cut import cut_of
from app.sim.districts import Districts
from app.sim.events import Events
from app.sim.faults import Faults
from app.sim.hints import Hints
from app.sim.issued import Issued
from app.sim.limits import Limits
from app.sim.positions import Buses
from app.sim.readings import Readings
from app.sim.series import CALENDAR, Series, calendar_series, device_series, indicator_series
from app.sim.shapes import Shape
from app.sim.targets import Targets
from app.sim.values import Values
from app.sim.weather import Scenario, Weather


class SimulatedCity:
    """One city, seed and scenario; `begin` is the moment the simulation starts at."""

    def __init__(
        self,
        city: City,
        rows: list[RegionRow],
        shapes: dict[str, Shape],
        seed: int,
        scenario: Scenario,
        begin: Ms,
    ) -> None:
        self.seed = seed
        self.calendar = Calendar(city.config.zone)
        rows = [row for row in rows if row.boundary == "yes"]
        people = np.array([row.demo_population_10k for row in rows])
        shares = people / people.sum()
        names = [(city.config.code, city.config.name_zh)]
        names += [(row.adcode, row.name_zh) for row in rows]
        self.weather = Weather(seed, self.calendar, shares, scenario, begin)
        self.issued = Issued(seed, self.calendar, self.weather, names)
        self.values = Values(seed, self.calendar, self.weather, scenario, self.issued.count)
        self.faults = Faults(seed)
        self.cut = cut_of(city.config, begin) if scenario is Scenario.CUT else None
        self.shapes = shapes
        codes = [row.adcode for row in rows]
        districts = {code: index for index, code in enumerate(codes)}
        devices = device_series(city, shapes, districts)
        periodic = calendar_series(city, shapes)
        series = indicator_series(city, shapes, codes, self.calendar.offset)
        self.readings = Readings(
            seed,
            self.calendar,
            self.values,
            Districts(seed, self.values, shares),
            self.faults,
            series + [item for _, item in devices],
            periodic,
        )
        self._in_turn = sorted([*self.readings.series, *periodic], key=_turn)
        self.events = Events(
            seed,
            self.calendar,
            self.weather,
            city.event_types,
            city.points or _centres(city, rows),
            dict(names),
        )
        hints = Hints(
            seed,
            self.calendar,
            self.weather,
            names,
            city.warning_models,
            city.event_types,
            city.points,
        )
        limits = Limits(self.calendar, self.values, shapes, city.config.code)
        targets = Targets(self.calendar, self.values, periodic, city.config.code)
        sources = [self.issued.day, hints.day, *limits.sources, targets.day]
        self.alarms = Alarms(self.calendar, sources)
        self.buses = Buses(seed, city.points)
        self._equipment = _equipment(city)

    def between(self, since: Ms, until: Ms) -> Told:
        """What is told in (since, until]; a span of seconds."""
        return Told(
            readings=self.readings.between(since, until),
            events=self.events.between(since, until),
            warnings=self.alarms.between(since, until),
            devices=[
                self.faults.status(id_, battery, until)
                for id_, battery in self._equipment
                if self.faults.changed(id_, since, until)
            ],
            positions=self.buses.between(since, until),
        )

    def now(self, at: Ms, part: int) -> Iterator[Told]:
        """The newest of everything at a moment, in parts of at most `part` records."""
        yield from self.records(at, part, Topics(["#"]))
        held = list(self.readings.latest(at))
        for first in range(0, len(held), part):
            yield Told(readings=held[first : first + part])

    def records(self, at: Ms, part: int, topics: Topics) -> Iterator[Told]:
        """What stands at a moment beside the readings, as far as it is wanted; alarms first."""
        if topics.wants("warning"):
            yield Told(warnings=self.alarms.active(at))
        positions = self.buses.at(at // 10_000 * 10_000)
        yield Told(positions=positions).chosen(topics)
        events = self.events.open(at) if topics.wants("event") else []
        for first in range(0, len(events), part):
            yield Told(events=events[first : first + part])
        equipment = self._equipment if topics.wants("device") else []
        for first in range(0, len(equipment), part):
            some = equipment[first : first + part]
            yield Told(devices=[self.faults.status(id_, battery, at) for id_, battery in some])

    def history(self, since: Ms, until: Ms, now: Ms, topics: Topics) -> Iterator[list[Reading]]:
        """Readings observed in [since, until), one series at a time, the city's before the
        districts' before the devices'; at most 400 days back, of monthly and slower figures at
        most 60 of them."""
        for item in self._in_turn:
            slow = item.shape.quantity.period in CALENDAR
            begin = since if slow else max(since, now - 400 * DAY)
            if topics.wants(item.key):
                yield self.readings.history(item, begin, min(until, now), now)


def _centres(city: City, rows: list[RegionRow]) -> list[Point]:
    """Places for events of a city that lists none: its districts' centres, else its own."""
    config = city.config
    return [
        Point(
            id=f"demo:centre-{row.adcode}",
            kind="centre",
            name_zh=row.name_zh,
            name_en=row.name_en,
            region=row.adcode,
            lon=config.lon if row.centre_lon is None else row.centre_lon,
            lat=config.lat if row.centre_lat is None else row.centre_lat,
        )
        for row in rows
    ]


def _turn(item: Series) -> int:
    if item.device:
        return 2
    return 0 if item.region is None else 1


def _equipment(city: City) -> list[tuple[str, bool]]:
    """Ids of all devices and cameras, and whether each runs on a battery."""
    kinds = {kind.code: kind.power == "电池" for kind in city.device_kinds}
    devices: list[Device] = city.devices
    found = [(device.id, kinds.get(device.kind, False)) for device in devices]
    return found + [(camera.id, False) for camera in city.cameras]
