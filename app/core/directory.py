"""The lists of a city beside its indicators: places, cameras, devices, kinds of event, posts."""

from typing import Annotated, ClassVar

import msgspec

from app.core.model import Identity, Latitude, Longitude, Name, Urgency
from app.core.privacy import INTERNAL, Privacy


class Theme(msgspec.Struct, frozen=True):
    """A subject under which indicators are grouped. `kind`: city, scenario or province; the bureau
    that leads it may be unknown."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    name_zh: str
    name_en: str
    kind: str = "city"
    lead_bureau: str = ""


class PointKind(msgspec.Struct, frozen=True):
    """A kind of key place: school, pumping station, spot that floods..."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    name_zh: str
    name_en: str
    bureau: str


class Point(msgspec.Struct, frozen=True, gc=False):
    """A key place; position WGS-84/CGCS2000 degrees."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: Identity
    kind: Name
    name_zh: Name
    name_en: Name
    region: Name
    lon: Longitude
    lat: Latitude
    bureau: Name = ""


class Camera(msgspec.Struct, frozen=True, gc=False):
    """A camera; position WGS-84/CGCS2000 degrees (0, 0: not known), heading in degrees from north
    (None: not known)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: Identity
    name_zh: Name
    name_en: Name
    region: Name
    lon: Longitude
    lat: Latitude
    form: Name = ""
    heading: float | None = None
    point: Name = ""
    bureau: Name = ""
    link: Name = ""  # a `[[link]]` of the city: what its picture goes through
    address: Name = ""  # in words, as its platform has it


class DeviceKind(msgspec.Struct, frozen=True):
    """A kind of sensor. `quantity` is the code of its readings, empty where it sends none;
    `period_seconds` 0 = sends on events only; longer silence than `offline_after_s` means lost."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    domain: str
    name_zh: str
    name_en: str
    quantity: str = ""
    period_seconds: int = 0
    offline_after_s: int = 0
    power: str = ""
    protocol: str = ""
    fault_modes: str = ""
    bureau_code: str = ""


class Device(msgspec.Struct, frozen=True, gc=False):
    """One sensor. Its readings carry the key `reading/<quantity>/<region>/<foreign id>`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: Identity
    kind: Name
    name_zh: Name
    name_en: Name
    region: Name
    lon: Longitude
    lat: Latitude
    point: Name = ""

    @property
    def foreign_id(self) -> str:
        """The id without its authority: the qualifier of its keys."""
        return self.id.partition(":")[2]


class EventType(msgspec.Struct, frozen=True):
    """A kind of event with its clock. `clock_kind`: natural runs day and night, work in office
    hours, workday by days."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    source: str
    source_zh: str
    class_zh: str
    item_zh: str
    item_en: str
    responsible_bureau: str
    clock_value: float
    clock_unit: str
    clock_kind: str
    urgency: Urgency
    typical_daily_count: float
    duplicates_radius_m: float = 0
    duplicates_minutes: float = 0

    @property
    def clock_ms(self) -> int:
        """The time limit as if it ran day and night, in milliseconds."""
        unit = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}[self.clock_unit]
        return round(self.clock_value * unit)


class WarningModel(msgspec.Struct, frozen=True):
    """The card of a model whose hints we show."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    name_zh: str
    name_en: str
    method: str = ""
    blue: str = ""
    yellow: str = ""
    orange: str = ""
    red: str = ""
    hold: str = ""
    owner: str = ""
    event_type: str = ""


class DutyRole(msgspec.Struct, frozen=True):
    """A post on duty; lists are separated by `;` in the file."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    name_zh: str
    name_en: str
    seat: str
    level: str = ""
    duties: str = ""
    may_commands: str = ""
    shift: str = ""
    backup_role: str = ""
    access: str = ""

    @property
    def rights(self) -> frozenset[str]:
        """What the post may do."""
        return frozenset(part.strip() for part in self.access.split(";") if part.strip())


class Depot(msgspec.Struct, frozen=True):
    """A store of emergency resources; where it is known, its WGS-84/CGCS2000 degrees."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    name_zh: str
    name_en: str
    region_adcode: str
    holder_unit: str = ""
    focus: str = ""
    demo_contact: Annotated[str, INTERNAL] = ""
    lon: Longitude | None = None
    lat: Latitude | None = None
