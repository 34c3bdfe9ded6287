"""What commands may name on a map: layers, plates, bases, districts and places, as plain data.

What the map is made of knows them (`app.gis`, above the commands); it leaves here what a command
needs to check a word and to answer a wrong one with the nearest right ones.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, ClassVar, NamedTuple, TypeVar

import msgspec

from app.core.message import Message, Refusal, message
from app.core.model import Sourced
from app.core.privacy import INTERNAL, Privacy
from app.live.map_fit import Box
from app.live.map_state import Corner, LayerChoice, MapPlace

NEAREST = 3
LIKE = 0.4  # the least share that two words have in common


class LayerName(msgspec.Struct, frozen=True):
    """A layer that there is. `audience`: the seats that may see it; none: all."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    name_zh: str
    name_en: str
    group: str = ""
    order: int = 600
    opacity: float = 1.0
    audience: tuple[str, ...] = ()
    imported: bool = False  # from a file, by a person; it may be removed again


class PlateName(msgspec.Struct, frozen=True):
    """A plate: the layers that it brings, bottom first, with their filters; how far in it looks (0:
    as it is); who may open it."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    name_zh: str
    name_en: str
    group: str = ""
    choices: tuple[LayerChoice, ...] = ()
    zoom: float = 0.0
    audience: tuple[str, ...] = ()


class BaseName(msgspec.Struct, frozen=True):
    """A ground to draw on."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    name_zh: str
    name_en: str
    audience: tuple[str, ...] = ()


class RegionPlace(msgspec.Struct, frozen=True):
    """A district: what it lies in, and its box (west, south, east, north; None: not known)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    name_zh: str
    name_en: str
    parent: str = ""
    box: Box | None = None


class FoundPlace(msgspec.Struct, frozen=True):
    """A place that a text means. `key` is what `fly-to` takes (empty for coordinates: fly to
    `lon,lat`); `note` says what was made of the text: the datum, the order, the posts between
    which it lies."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    kind: str
    key: str
    name_zh: Annotated[str, INTERNAL]
    name_en: Annotated[str, INTERNAL]
    lon: float
    lat: float
    zoom: float = 16.0
    note: Message | None = None

    @property
    def target(self) -> str:
        """What `fly-to` takes."""
        return self.key or f"{self.lon:.6f},{self.lat:.6f}"


Named = LayerName | PlateName | BaseName | RegionPlace
Find = Callable[[str], MapPlace | None]
Search = Callable[[str, int, Mapping[str, Sourced] | None], Sequence[FoundPlace]]
"""A text, how many at most, the open events that whoever asks may see."""


class OnlinePlaces(NamedTuple):
    """A service on the network that knows addresses (`app.gis.geocoder`). `ask` is only called
    because a person pressed for it with these words; it raises Refusal where it cannot be asked or
    does not answer, and gives None where it knows no such place."""

    name_zh: str
    name_en: str
    host: str
    ask: Callable[[str], Awaitable[FoundPlace | None]]


T = TypeVar("T", LayerName, PlateName, BaseName, RegionPlace)


class MapNames:
    """Filled by the runtime; empty until then, and a command says so."""

    def __init__(self) -> None:
        self.layers: Mapping[str, LayerName] = {}
        self.plates: Mapping[str, PlateName] = {}
        self.bases: Mapping[str, BaseName] = {}
        self.regions: Mapping[str, RegionPlace] = {}
        self.find: Find | None = None
        """Where a place lies by its key: `point:…`, `camera:…`, `device:…`, `bookmark:…`."""
        self.search: Search | None = None
        """Places that a text means beyond the city's lists: coordinates, stakes, villages."""
        self.online: OnlinePlaces | None = None
        self.home: Box | None = None  # of the whole city
        self.centre: Corner | None = None  # the city's own, where most of what it has lies
        self.zone = "UTC"

    def layer(self, id_: str, seat: str) -> LayerName:
        """The layer of an id that a seat may see; raises Refusal."""
        return known(self.layers, id_, seat, "layer")

    def plate(self, id_: str, seat: str) -> PlateName:
        """The plate of a code that a seat may open; raises Refusal."""
        return known(self.plates, id_, seat, "plate")

    def base(self, id_: str, seat: str) -> BaseName:
        """The base of an id; raises Refusal."""
        return known(self.bases, id_, seat, "base")

    def region(self, id_: str) -> RegionPlace:
        """The district of a code; raises Refusal."""
        return known(self.regions, id_, "", "region")


def known(there: Mapping[str, T], id_: str, seat: str, sort: str) -> T:
    """One of what there is; raises Refusal with the nearest, or because it is not for this seat."""
    found = there.get(id_)
    if found is None:
        near = " ".join(nearest(id_, there.values())) or "-"
        raise Refusal(message(f"mapwords.no_{sort}", name=id_[:60], near=near))
    if not may_see(found, seat):
        raise Refusal(message("mapwords.not_for_seat", name=found.id))
    return found


def may_see(named: Named, seat: str) -> bool:
    """Whether a seat may see it."""
    audience = getattr(named, "audience", ())
    return not audience or not seat or seat in audience


def choices_of(names: MapNames, plate: PlateName, seat: str) -> tuple[LayerChoice, ...]:
    """The layers that a plate brings for a seat; one that it may not see is left out."""
    return tuple(
        msgspec.structs.replace(choice, opacity=names.layers[choice.id].opacity)
        for choice in plate.choices
        if choice.id in names.layers and may_see(names.layers[choice.id], seat)
    )


def nearest(word: str, there: Iterable[Named]) -> list[str]:
    """The ids that are nearest to a word, by id or by name."""
    ids: dict[str, str] = {}
    for item in there:
        ids |= {item.id: item.id, item.name_zh: item.id, item.name_en.lower(): item.id}
    close = get_close_matches(word.lower(), ids, NEAREST * 2, LIKE)
    return list(dict.fromkeys(ids[one] for one in close))[:NEAREST]
