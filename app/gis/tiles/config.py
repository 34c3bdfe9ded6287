"""A base of the map as settings declare it: `[[base]]` of assets/layers/bases.toml and of a city's
layers.toml.

What a base does not declare is refused rather than guessed: its datum, because half a kilometre is
wrong unseen, and whether it may be stored, because that is its maker's to say.
"""

from collections.abc import Iterable
from importlib.resources.abc import Traversable
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from app.config import ConfigError, Tls, load_toml
from app.core.message import Message, message
from app.core.privacy import SECRET, Privacy
from app.gis.crs import UnknownCrs, named

MAX_ZOOM = 22
Classification = Literal["public", "internal", "secret"]

MERCATOR = frozenset({"wgs84", "cgcs2000", "EPSG:3857"})
"""Names of the grid that the page has: Web Mercator of WGS-84 or CGCS2000."""
SHIFTED = "gcj02"
"""The same grid over GCJ-02; each tile is drawn where it belongs (docs/howto-base.md)."""
DEGREES = frozenset({"EPSG:4326", "EPSG:4490"})
"""Plain degrees: WMS only, from zoom FLAT_FROM on."""
FLAT_FROM = 8
"""From here on a picture in plain degrees is less than a pixel from Mercator within its tile."""


class BaseConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[base]]`. `crs` is the datum of its grid (wgs84, cgcs2000, EPSG:3857, gcj02; for WMS
    also EPSG:4326, EPSG:4490); `path` is relative to a folder of the city; `over` is a base with
    names that is drawn above this one; `tone`: a light one is turned over under a dark theme;
    `review` is the 审图号; `may_store` says that its licence lets tiles be kept for use without a
    network; `rate` is tiles a second that its server is asked for at most; `credential` names a
    secret, which is sent as the parameter `key_name`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")]
    kind: str
    name_zh: str
    name_en: str
    crs: str = ""
    url: str = ""
    path: str = ""
    preset: str = ""
    over: str = ""
    vector: bool = False
    min_zoom: Annotated[int, msgspec.Meta(ge=0, le=MAX_ZOOM)] = 0
    max_zoom: Annotated[int, msgspec.Meta(ge=0, le=MAX_ZOOM)] = 18
    tile_size: Literal[256, 512] = 256
    source_zh: str = ""
    source_en: str = ""
    attribution_zh: str = ""
    attribution_en: str = ""
    licence: str = ""
    review: str = ""
    schematic: bool = False
    classification: Classification = "internal"
    tone: Literal["light", "dark", "picture"] = "light"
    may_store: bool = False
    refresh_days: Annotated[float, msgspec.Meta(gt=0)] = 30.0
    cache_mb: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1024
    requests: Annotated[int, msgspec.Meta(ge=1, le=16)] = 4
    rate: Annotated[float, msgspec.Meta(gt=0, le=1000)] = 20.0
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=120)] = 10.0
    credential: Annotated[str, SECRET] = ""
    key_name: str = "tk"
    allow_plain: bool = False
    tls: Tls = Tls()
    proxy: str = ""
    source_address: str = ""
    options: dict[str, Any] = {}

    @property
    def shifted(self) -> bool:
        """Whether its grid is GCJ-02's."""
        return self.crs == SHIFTED


class _Found(msgspec.Struct, frozen=True):
    """The part of a layers file that is read here."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    base: tuple[BaseConfig, ...] = ()


class Bases(msgspec.Struct, frozen=True):
    """The bases of a city in their order (the first is shown first), and what could not be used."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    configs: dict[str, BaseConfig] = {}
    faults: tuple[Message, ...] = ()


def read_bases(files: Iterable[Traversable]) -> Bases:
    """The bases of some files, those of a later file before those of an earlier, and one of the
    same id in its place. A file that is not there counts as empty; one that cannot be read is a
    fault, the others are used."""
    every: dict[str, BaseConfig] = {}
    faults: list[Message] = []
    for file in files:
        configs: dict[str, BaseConfig] = {}
        if not file.is_file():
            continue
        try:
            found = load_toml(file, _Found).base
        except ConfigError as error:
            faults.append(error.reason)
            continue
        for config in found:
            fault = check(config)
            if fault is not None:
                faults.append(fault)
            else:
                configs[config.id] = config
        every = {**configs, **{id_: one for id_, one in every.items() if id_ not in configs}}
    return Bases(every, tuple(faults))


def check(config: BaseConfig) -> Message | None:
    """What is wrong with a base whatever its kind; None where nothing is."""
    if config.kind == "outline":
        return None
    if not config.crs:
        return message("mapbase.no_crs", base=config.id)
    if config.kind == "drawn":
        return _named(config)
    known = config.crs in MERCATOR or config.crs == SHIFTED
    degrees = config.kind == "wms" and config.crs in DEGREES
    if not known and not degrees:
        return message("mapbase.bad_crs", base=config.id, crs=config.crs[:40])
    if config.shifted and (config.vector or config.kind == "wms"):
        return message("mapbase.cannot_shift", base=config.id)
    if degrees and config.min_zoom < FLAT_FROM:
        return message("mapbase.degrees_zoom", base=config.id, zoom=FLAT_FROM)
    if config.min_zoom > config.max_zoom:
        return message("mapbase.zooms", base=config.id)
    return None


def _named(config: BaseConfig) -> Message | None:
    """Whether the places of a file can be converted from what it declares."""
    try:
        named(config.crs)
    except UnknownCrs as error:
        return error.reason
    return None
