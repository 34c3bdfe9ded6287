"""A service of features as a layer's options declare it."""

from typing import Annotated, ClassVar, Literal

import msgspec

from app.core.privacy import SECRET, Privacy


class Service(msgspec.Struct, frozen=True):
    """Where features come from. `ogcapi`: `url` is the address of a collection's items; `wfs`: that
    of the service, `types` the names of its feature types. `crs` is what was declared; `box` the
    area that is wanted (west, south, east, north, WGS-84), None for all; `swap` says that the
    server writes north before east where its format says otherwise. At most `most` features and
    `seconds` for one taking."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    id: str
    protocol: Literal["ogcapi", "wfs"]
    url: str
    crs: str
    types: str = ""
    format: Literal["json", "gml"] = "json"
    box: tuple[float, float, float, float] | None = None
    swap: bool = False
    page: int = 1000
    most: int = 50_000
    seconds: float = 120.0
    credential: Annotated[str, SECRET] = ""
    key_name: str = ""  # a parameter; empty: user and password, or a bearer token
    allow_plain: bool = False
