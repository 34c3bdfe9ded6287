"""The records of the product: what a feed delivers, what the picture holds, what the store keeps.

Every time is an integer of milliseconds since the Unix epoch in UTC (`Ms`); 0 in a field that
may be absent means "not stated". Every position is WGS-84/CGCS2000 longitude and latitude in
degrees. A key is `kind/code/region[/qualifier]` (see `app.core.keys`); an entity's id is
`authority:foreign-id`.
"""

from enum import StrEnum
from typing import Annotated, ClassVar, get_args

import msgspec

from app.core.privacy import INTERNAL, PERSONAL, SECRET, Privacy

Ms = int
"""Milliseconds since 1970-01-01T00:00:00Z."""

# A feed may state any time from 2000 to 2100; whether it lies in the future is for ingest to say.
OutsideTime = Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800_000)]
Name = Annotated[str, msgspec.Meta(max_length=200)]
Key = Annotated[str, msgspec.Meta(min_length=5, max_length=200)]
Identity = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Longitude = Annotated[float, msgspec.Meta(ge=-180.0, le=180.0)]
Latitude = Annotated[float, msgspec.Meta(ge=-90.0, le=90.0)]


class World(StrEnum):
    """Which world a value belongs to."""

    REAL = "real"
    DEMO = "demo"
    DRILL = "drill"
    REPLAY = "replay"


class Freshness(StrEnum):
    """How a value stands to the time at which a newer one was due."""

    LIVE = "live"
    LATE = "late"
    CACHED = "cached"
    NONE = "none"


class Origin(StrEnum):
    """How a value came to be."""

    MEASURED = "measured"
    REPORTED = "reported"
    ESTIMATED = "estimated"
    COMPUTED = "computed"


class Level(StrEnum):
    """The four warning colours, gravest first; NONE is calm."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"
    NONE = ""

    @property
    def rank(self) -> int:
        """4 for red down to 0 for none."""
        return _RANKS[self]


_RANKS = {Level.RED: 4, Level.ORANGE: 3, Level.YELLOW: 2, Level.BLUE: 1, Level.NONE: 0}


class AlarmKind(StrEnum):
    """Three kinds of alarm that never look alike (rule 13); a limit and a hint are both ours."""

    ISSUED = "issued"  # an authority's warning, with its issuer
    HINT = "hint"  # a model's hint, with the model's precision
    LIMIT = "limit"  # a measurement crossed a limit
    TARGET = "target"  # a missed target: never wears a warning's shape


class Reading(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One value of an indicator or a device metric at a time.

    `observed` is the instant of an instantaneous value. A statistic states its period in
    `valid_from` and `valid_to` and its age counts from `valid_to`.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    key: Key
    value: float
    observed: OutsideTime
    revision: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    valid_from: OutsideTime = 0
    valid_to: OutsideTime = 0
    published: OutsideTime = 0
    origin: Origin = Origin.MEASURED
    world: World | None = None
    low: float | None = None
    high: float | None = None

    @property
    def as_of(self) -> Ms:
        """The moment the age counts from: the end of the period, or the instant observed."""
        return self.valid_to or self.observed


class EventStatus(StrEnum):
    """Where an event stands in its closed loop."""

    NEW = "new"
    PENDING = "pending"  # 待派遣
    ASSIGNED = "assigned"  # 已派遣
    HANDLING = "handling"  # 处置中
    VERIFYING = "verifying"  # 待核实
    CLOSED = "closed"  # 已办结


class Urgency(StrEnum):
    """How quickly an event must be handled; sorts the queue, never wears a warning's shape."""

    URGENT = "urgent"
    QUICK = "quick"
    NORMAL = "normal"


class Event(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One matter to be handled: a hotline call, a component case, a non-police report..."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: Identity
    type: Name
    occurred: OutsideTime
    observed: OutsideTime
    status: EventStatus = EventStatus.NEW
    urgency: Urgency = Urgency.NORMAL
    region: Name = ""
    title: Annotated[str, INTERNAL, msgspec.Meta(max_length=400)] = ""
    place: Annotated[str, INTERNAL, msgspec.Meta(max_length=400)] = ""
    reporter: Annotated[str, PERSONAL, msgspec.Meta(max_length=200)] = ""
    bureau: Name = ""
    lon: Longitude | None = None
    lat: Latitude | None = None
    due: OutsideTime = 0
    published: OutsideTime = 0
    revision: Annotated[int, msgspec.Meta(ge=0)] = 0
    world: World | None = None


class WarningState(StrEnum):
    """Life of a warning at its issuer."""

    ACTIVE = "active"
    UPDATED = "updated"
    CANCELLED = "cancelled"


class WarningStatus(StrEnum):
    """Whether a warning is meant; an exercise and a test are kept apart from what is."""

    ACTUAL = "actual"
    EXERCISE = "exercise"
    TEST = "test"


class Area(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Where a warning holds: any of polygons (closed rings of (lon, lat) degrees WGS-84), circles
    ((lon, lat, radius in km)) and codes of regions (GB/T 2260)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: Name = ""
    polygons: tuple[tuple[tuple[float, float], ...], ...] = ()
    circles: tuple[tuple[float, float, float], ...] = ()
    regions: tuple[Name, ...] = ()


class Warning(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """An alarm of one of the kinds of `AlarmKind`.

    `evidence` says what was seen against what is normal; `precision` is the model's share of
    right hints over 30 days (0 to 1), stated for hints only. `urgency`, `severity` and `certainty`
    are the axes of CAP 1.2 in its words, lower case, beside the Chinese colour; `hazard` is what
    threatens, in the issuer's word; `references` are the messages that this one replaces.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: Identity
    kind: AlarmKind
    level: Level
    title: Annotated[str, msgspec.Meta(max_length=200)]
    issued: OutsideTime
    observed: OutsideTime
    state: WarningState = WarningState.ACTIVE
    issuer: Name = ""
    model: Name = ""
    precision: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    region: Name = ""
    place: Annotated[str, INTERNAL, msgspec.Meta(max_length=400)] = ""
    text: Annotated[str, INTERNAL, msgspec.Meta(max_length=8000)] = ""
    evidence: Annotated[str, INTERNAL, msgspec.Meta(max_length=1000)] = ""
    key: Annotated[str, msgspec.Meta(max_length=200)] = ""
    lon: Longitude | None = None
    lat: Latitude | None = None
    expires: OutsideTime = 0
    published: OutsideTime = 0
    revision: Annotated[int, msgspec.Meta(ge=0)] = 0
    world: World | None = None
    status: WarningStatus = WarningStatus.ACTUAL
    hazard: Name = ""
    urgency: Name = ""
    severity: Name = ""
    certainty: Name = ""
    onset: OutsideTime = 0
    instruction: Annotated[str, INTERNAL, msgspec.Meta(max_length=8000)] = ""
    areas: Annotated[tuple[Area, ...], msgspec.Meta(max_length=500)] = ()
    references: Annotated[tuple[Identity, ...], msgspec.Meta(max_length=100)] = ()


class DeviceState(StrEnum):
    """What a device says, or its silence says of it."""

    ONLINE = "online"
    OFFLINE = "offline"
    FAULT = "fault"
    UNKNOWN = "unknown"


class DeviceStatus(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The state of one device or camera."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: Identity
    observed: OutsideTime
    state: DeviceState
    fault: Name = ""
    battery: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    published: OutsideTime = 0
    revision: Annotated[int, msgspec.Meta(ge=0)] = 0
    world: World | None = None


class Stock(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """How much of an emergency resource lies at a place now. `item` is the kind of resource,
    `depot` the place's code or name; `quantity` counts in `unit`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: Identity
    item: Name
    quantity: Annotated[float, msgspec.Meta(ge=0)]
    observed: OutsideTime
    depot: Name = ""
    unit: Name = ""
    region: Name = ""
    bureau: Name = ""
    contact: Annotated[str, PERSONAL, msgspec.Meta(max_length=200)] = ""
    lon: Longitude | None = None
    lat: Latitude | None = None
    published: OutsideTime = 0
    revision: Annotated[int, msgspec.Meta(ge=0)] = 0
    world: World | None = None


class Position(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Where one moving thing is; becomes a row of the layer's columns in the ingest thread.

    `kind` is what it is (bus, cargo, drone...), `name` what it is called, `expires` the moment
    after which the source no longer vouches for it (0: unstated). `suspect` is the word of the
    reason why the track cannot be right; it is shown as bad data, never as a place.
    """

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    id: Identity
    layer: Name
    lon: Longitude
    lat: Latitude
    observed: OutsideTime
    heading: Annotated[float, msgspec.Meta(ge=0, lt=360.0001)] | None = None
    speed: Annotated[float, msgspec.Meta(ge=0, le=500)] | None = None  # m/s
    world: World | None = None
    name: Name = ""
    kind: Name = ""
    altitude: float | None = None  # metres above the ellipsoid or the sea, as the source has it
    expires: OutsideTime = 0
    suspect: Name = ""
    video: Annotated[str, SECRET, msgspec.Meta(max_length=400)] = ""  # the unit's own camera


Matter = Event | Warning | DeviceStatus | Stock
"""A record that stands until a newer one of its id takes its place."""

Record = Reading | Matter | Position
"""What a feed may deliver."""

TIMES = frozenset(
    name
    for struct in get_args(Record)
    for name, hint in struct.__annotations__.items()
    if hint is OutsideTime
)
"""The fields of records that are moments."""


class Held(msgspec.Struct, frozen=True, gc=False):
    """A reading with its source and the moment it arrived."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    reading: Reading
    source: str
    received: Ms


class Segment(msgspec.Struct, gc=False):
    """Readings of one source that arrived at one moment."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    source: str
    received: Ms
    readings: list[Reading]


Span = tuple[Ms, Ms]
"""From the first moment until before the second."""


class Backlog(msgspec.Struct, frozen=True):
    """What is known of a source's history: the spans it has still to bring, in order, and when it
    was last heard."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    spans: tuple[Span, ...]
    heard: Ms


class Sourced(msgspec.Struct, frozen=True, gc=False):
    """A record that is not a reading, with who brought it and when."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    source: str
    received: Ms
    record: Matter
