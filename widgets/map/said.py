"""What a page says (`POST city://map/say/<view>`), decoded. Places are WGS-84 degrees.

A kind that is not here is refused. Another part of the map adds its own Struct to `Said`.
"""

from typing import Annotated, ClassVar, Literal

import msgspec

from app.core.model import Latitude, Longitude
from app.core.privacy import Privacy

LIMIT = 1 << 20
"""Bytes of one telling."""
_Pixels = Annotated[float, msgspec.Meta(ge=0, le=100_000)]
_Index = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]
_Name = Annotated[str, msgspec.Meta(max_length=200)]
_Corners = Annotated[list[tuple[Longitude, Latitude]], msgspec.Meta(max_length=20_000)]
Hit = tuple[_Name, _Index]


class _Telling(msgspec.Struct, frozen=True, tag_field="kind", tag=str.lower):
    """Carries its kind as `kind`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL


class Ready(_Telling, frozen=True):
    """The page stands. `renderer` draws WebGL; empty where there is no GPU. Sizes in CSS pixels."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    renderer: Annotated[str, msgspec.Meta(max_length=300)]
    webgl: bool
    width: _Pixels
    height: _Pixels
    dpr: Annotated[float, msgspec.Meta(gt=0, le=16)]


class Moved(_Telling, frozen=True):
    """Where the map looks now, whether a hand or the state took it there, and how many orders of
    the state to look elsewhere the page had heard. The corners of a world view lie beyond 180
    degrees."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    lon: float
    lat: float
    zoom: Annotated[float, msgspec.Meta(ge=0, le=24)]
    west: float
    south: float
    east: float
    north: float
    by: Literal["hand", "state"]
    moves: int = 0


class Clicked(_Telling, frozen=True, tag="picked"):
    """A click: on the thing `index` of what `layer` showed in its frame `seq`, or on none (an empty
    layer); `also` are others under the pointer, nearest first."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    lon: Longitude
    lat: Latitude
    layer: _Name = ""
    index: _Index = 0
    seq: int = 0
    also: Annotated[list[Hit], msgspec.Meta(max_length=500)] = []


class Hovered(_Telling, frozen=True):
    """The pointer rests on a thing, or left it (an empty layer)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    layer: _Name = ""
    index: _Index = 0
    seq: int = 0
    lon: Longitude = 0.0
    lat: Latitude = 0.0


class Drawn(_Telling, frozen=True):
    """A tool's figure is finished: its corners, and a circle's radius in metres."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    tool: Annotated[str, msgspec.Meta(max_length=40)]
    points: _Corners
    radius_m: Annotated[float, msgspec.Meta(ge=0, le=20_100_000)] = 0.0
    text: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Drew(_Telling, frozen=True):
    """A frame of a layer is on the screen: how long drawing took (ms), when its picture was
    complete, and when it could be seen (ms UTC of the page's clock)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    layer: _Name
    seq: int
    ms: float
    complete: float
    at: float


class Fault(_Telling, frozen=True):
    """Something went wrong in the page."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    text: Annotated[str, msgspec.Meta(max_length=2000)]


class Refused(_Telling, frozen=True):
    """The page's own rules (CSP) stopped an address."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    address: Annotated[str, msgspec.Meta(max_length=2000)]
    rule: Annotated[str, msgspec.Meta(max_length=100)]


Said = Ready | Moved | Clicked | Hovered | Drawn | Drew | Fault | Refused
_decoder: msgspec.json.Decoder[Said] = msgspec.json.Decoder(Said)


def decode(body: bytes) -> Said:
    """One telling; raises msgspec.DecodeError where it is none, too large, or not finite."""
    if len(body) > LIMIT:
        raise msgspec.DecodeError("too large")
    return _decoder.decode(body)
