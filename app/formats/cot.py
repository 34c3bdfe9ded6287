"""Field units, drones and markers as Cursor on Target 2.0: XML, or TAK protocol version 1."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Annotated, ClassVar, TypeVar

import msgspec

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.core.model import (
    DeviceState,
    DeviceStatus,
    Event,
    EventStatus,
    Ms,
    Name,
    Position,
    Urgency,
    World,
)
from app.core.privacy import Privacy
from app.formats import _cot_frame
from app.formats._base import BREATH, Format, Made, Payload
from app.formats._cot_event import BadCot, Cot, of_proto, of_xml
from app.formats._track import Track
from app.options import format_options_of, said

T = TypeVar("T")

GROUND_LIMIT, AIR_LIMIT = 90.0, 350.0
"""The greatest speeds in m/s of what drives or sails, and of what flies."""
MAX_UNITS = 20_000
_MAX_UID = 110
_SAMPLE = 4000

# Dimension and function of a CoT type `a-<affiliation>-<...>`, the longest first (MIL-STD-2525
# letters as the CoT type list has them).
_KINDS = (
    ("A-M-F-Q", "drone"),
    ("A-M-H-Q", "drone"),
    ("A-C-F-q", "drone"),
    ("A-C-H-q", "drone"),
    ("A-M-H", "helicopter"),
    ("A-C-H", "helicopter"),
    ("A", "aircraft"),
    ("G-E-V", "vehicle"),
    ("G-E-S", "sensor"),
    ("G-I", "installation"),
    ("G", "unit"),
    ("S", "vessel"),
    ("U", "submerged"),
    ("P", "satellite"),
)
_HOSTILE = ("h", "s", "j", "k")
_EMERGENCIES = {"b-a-o-tbl": "911 Alert", "b-a-o-pan": "Ring The Bell", "b-a-o-opn": "In Contact"}
_EMERGENCY, _CANCEL, _MEDICAL = "b-a-o", "b-a-o-can", "b-r-f-h-c"


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`format_options` of `cot`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    layer: Annotated[Name, said("of the positions")] = "tak"
    authority: Annotated[
        str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,8}$"), said("that stands before every id")
    ] = "tak"
    check_tracks: Annotated[bool, said("mark impossible tracks")] = True


class CursorOnTarget(Format, kind="cot"):
    """Atoms (`a-...`) and points (`b-m-p-...`) become positions with the call sign, the kind, what
    the source still vouches for (`stale`) and the unit's own picture, without its credentials; a
    battery becomes a device's state when it changes. Emergency beacons (`b-a-o-...`) and calls for
    an ambulance (`b-r-f-h-c`) become urgent events, their cancelling closes them. Exercises and
    simulations (`opex`) are of the world of drills. Drawings, routes, chats and the protocol's own
    messages (`t-...`) are passed over.
    """

    settings = Options
    example = """
        [[feed]]
        id = "drones-file"
        kind = "stream"
        format = "cot"
        name_zh = "无人机转发"
        name_en = "Drones, forwarded"
        url = "udp://239.2.3.1:6969"
        source_address = "10.1.2.3"
    """

    def __init__(self, config: FeedConfig, catalog: Catalog, zone: str) -> None:
        super().__init__(config, catalog, zone)
        self._options = format_options_of(config, Options)
        self._track = Track(GROUND_LIMIT)
        self._batteries: OrderedDict[str, float] = OrderedDict()
        self._alarms: OrderedDict[str, Ms] = OrderedDict()

    def cut(self, buffer: bytearray) -> list[bytes]:
        """See Format.cut."""
        return _cot_frame.cut(buffer, self.config.limits.max_bytes)

    def read(self, payload: Payload) -> Iterator[Made]:
        """See Format.read."""
        limit = self.config.limits.max_bytes
        if len(payload.data) > limit:
            yield Made(f"{len(payload.data)} bytes", reason="oversized")
            return
        if payload.data[:64].lstrip().startswith(b"<"):  # a file may hold many
            buffer = bytearray(payload.data)
            frames = self.cut(buffer)
            if buffer.strip() or not frames:
                frames.append(bytes(buffer))
        else:
            frames = [payload.data]
        for number, frame in enumerate(frames, 1):
            try:
                proto, data = _cot_frame.message_of(frame)
                cot = of_proto(data, limit) if proto else of_xml(data, limit)
                yield from self._made(cot, frame[:_SAMPLE], number) if cot else (BREATH,)
            except BadCot as error:
                yield Made(frame[:_SAMPLE], number, reason=str(error))
            except ValueError:
                yield Made(frame[:_SAMPLE], number, reason="not_cot")

    def _made(self, cot: Cot, sample: bytes, number: int) -> Iterator[Made]:
        if not 0 < len(cot.uid) <= _MAX_UID or not cot.uid.isprintable():
            raise BadCot("bad_identity")
        identity = f"{self._options.authority}:{cot.uid}"
        world = World.DRILL if cot.opex[:1] in ("e", "s") else None
        if cot.type.startswith((_EMERGENCY, _MEDICAL)):
            yield Made(sample, number, self._event(cot, identity, world))
            return
        kind = kind_of(cot.type)
        if not kind:
            yield BREATH
            return
        yield Made(sample, number, self._position(cot, identity, kind, world))
        if cot.battery is not None and self._changed(identity, cot.battery):
            status = DeviceStatus(
                identity, cot.time, DeviceState.ONLINE, battery=cot.battery, world=world
            )
            yield Made(sample, number, status)

    def _position(self, cot: Cot, identity: str, kind: str, world: World | None) -> Position:
        suspect = ""
        if self._options.check_tracks and cot.type.startswith("a-"):
            limit = AIR_LIMIT if cot.type[4:5] in ("A", "P") else GROUND_LIMIT
            suspect = self._track.judge(identity, cot.lon, cot.lat, cot.time, limit)
        return Position(
            identity,
            self._options.layer,
            cot.lon,
            cot.lat,
            cot.time,
            heading=cot.course,
            speed=cot.speed,
            world=world,
            name=cot.callsign,
            kind=kind,
            altitude=cot.altitude,
            expires=cot.stale,
            suspect=suspect,
            video=cot.video,
        )

    def _event(self, cot: Cot, identity: str, world: World | None) -> Event:
        over = cot.cancelled or cot.type == _CANCEL
        occurred = self._alarms.pop(identity, cot.start)
        if not over:  # it is sent again and again, and began once
            _remember(self._alarms, identity, occurred)
        medical = cot.type.startswith(_MEDICAL)
        said = cot.emergency or _EMERGENCIES.get(cot.type, "CASEVAC" if medical else "Emergency")
        placed = bool(cot.lon or cot.lat)
        return Event(
            identity,
            "casevac" if medical else "emergency",
            min(occurred, cot.time),
            cot.time,
            status=EventStatus.CLOSED if over else EventStatus.NEW,
            urgency=Urgency.URGENT,
            title=f"{said} {cot.callsign}".strip(),
            lon=cot.lon if placed else None,
            lat=cot.lat if placed else None,
            world=world,
        )

    def _changed(self, identity: str, battery: float) -> bool:
        if self._batteries.get(identity) == battery:
            return False
        _remember(self._batteries, identity, battery)
        return True


def kind_of(type_: str) -> str:
    """What a CoT type is in our words; "" for what is no place of a thing."""
    if type_.startswith("b-m-p"):
        return "sensor" if type_.startswith("b-m-p-s-p-loc") else "marker"
    if not type_.startswith("a-") or type_[3:4] != "-":
        return ""
    if type_[2] in _HOSTILE:
        return "hostile"
    function = type_[4:]
    return next(
        (kind for head, kind in _KINDS if function == head or function.startswith(head + "-")), ""
    )


def _remember(known: OrderedDict[str, T], identity: str, value: T) -> None:
    known[identity] = value
    known.move_to_end(identity)
    if len(known) > MAX_UNITS:
        known.popitem(last=False)
