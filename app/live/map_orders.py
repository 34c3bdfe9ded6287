"""What the commands of a map share: which map is meant, who looks at it, what is said after."""

from typing import Annotated

import msgspec

from app.core.message import Refusal, message
from app.core.model import Event, Sourced, Warning
from app.core.privacy import PUBLIC
from app.live.command import Changes, Room
from app.live.hub import Kind
from app.live.map_fit import fit
from app.live.map_state import MAX_ZOOM, SHARED, SIZE, MapPlace, MapState, Picked
from app.live.maps import map_key
from app.live.seat import SeatKind

MapName = Annotated[str, PUBLIC, msgspec.Meta(max_length=60)]
"""A map by its name: empty is the seat's shared one, else a window's or a panel's own."""
Named = Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^[A-Za-z0-9_.:-]{1,80}$")]
CLOSE_ZOOM = 16.0
"""How far in a map looks at one thing."""
HOME = "home"
UP = "up"
ALL = "*"


def require_map(room: Room, name: str) -> MapState:
    """The map of a name; raises Refusal where no window and no panel has it."""
    maps, stage = room.seat.maps, room.seat.stage
    if name not in maps and name not in stage.windows:
        known = " ".join(dict.fromkeys([*filter(None, maps.all()), *stage.walls])) or "-"
        raise Refusal(message("mapwords.no_map", name=name[:60], known=known))
    return maps[name]


def require_shown(state: MapState, layer: str) -> None:
    """Raises Refusal for a layer that is not on."""
    if state.choice(layer) is None:
        on = " ".join(choice.id for choice in state.layers) or "-"
        raise Refusal(message("mapwords.not_shown", name=layer, known=on))


def viewer(room: Room, name: str) -> str:
    """The kind of seat that looks at a map: a wall that a desk drives is the hall's."""
    wall = name in room.seat.stage.walls
    return SeatKind.HALL.value if wall else room.seat.kind.value


def changed(*names: str) -> Changes:
    """These maps show something else now."""
    return ((Kind.SEAT, tuple(map(map_key, names))),)


def home_of(room: Room, name: str) -> MapPlace:
    """Where a map sees the whole city."""
    maps, state = room.seat.maps, room.seat.maps[name]
    return maps.home if maps.names.home is None else fit(maps.names.home, state.size, state.foot)


def place_of(room: Room, key: str, zoom: float, name: str) -> tuple[MapPlace, Picked | None]:
    """Where a map sees a thing by its key (`event:…`, `warning:…`, `region:…`, `home`, or what the
    gazetteer knows), and how it is marked there; raises Refusal."""
    maps = room.seat.maps
    if key == HOME:
        return home_of(room, name), None
    sort, _, id_ = key.partition(":")
    if sort == "region":
        region = maps.names.region(id_)
        if region.box is None:
            raise Refusal(message("mapwords.no_place", place=key[:80]))
        return fit(region.box, maps[name].size, maps[name].foot), None
    found = _of_record(room, sort, id_)
    if found is None and maps.names.find is not None:
        found = maps.names.find(key)
    if found is None:
        raise Refusal(message("mapwords.no_place", place=key[:80]))
    place = MapPlace(found.lon, found.lat, min(MAX_ZOOM, zoom or CLOSE_ZOOM))
    return place, Picked("", key, found.lon, found.lat)


def _of_record(room: Room, sort: str, id_: str) -> MapPlace | None:
    tables = {"event": room.picture.events, "warning": room.picture.warnings}
    item = tables[sort].get(id_) if sort in tables else None
    record = item.record if isinstance(item, Sourced) else None
    if not isinstance(record, Event | Warning):
        return None
    if record.lon is not None and record.lat is not None:
        return MapPlace(record.lon, record.lat)
    region = room.seat.maps.names.regions.get(record.region)
    return fit(region.box, SIZE) if region is not None and region.box is not None else None


def shared_or(name: str) -> str:
    """How a map is called in the text of a command that a panel gives."""
    return f" map={name}" if name != SHARED else ""
