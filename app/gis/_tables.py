"""Layers as TOML says them: what comes with the program, what a city adds or changes, what was
imported. A table of an id that is known already changes only what it states.
"""

from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import Annotated, Any, ClassVar, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from app.config import ConfigError, locate, parse_toml
from app.core.message import message
from app.core.privacy import Privacy
from app.gis.layer import LayerConfig

MAX_BYTES = 2 * 1024 * 1024
_NEEDED = ("kind", "name_zh", "name_en")
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class LayerTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[layer]]` of a file, as far as it is stated; fields as in `LayerConfig`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")]
    kind: str | UnsetType = UNSET
    name_zh: str | UnsetType = UNSET
    name_en: str | UnsetType = UNSET
    group: str | UnsetType = UNSET
    order: int | UnsetType = UNSET
    opacity: Share | UnsetType = UNSET
    min_zoom: float | UnsetType = UNSET
    max_zoom: float | UnsetType = UNSET
    crs: str | UnsetType = UNSET
    source_zh: str | UnsetType = UNSET
    source_en: str | UnsetType = UNSET
    licence: str | UnsetType = UNSET
    audience: tuple[str, ...] | UnsetType = UNSET
    options: dict[str, Any] | UnsetType = UNSET


class LayerFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of layers; its `[[base]]` tables are read by `app.gis.tiles.config`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    layer: list[LayerTable] = []
    base: list[dict[str, Any]] = []


class Origin(NamedTuple):
    """Where a layer's table stands, for the faults that are found in it later."""

    file: str
    text: str
    number: int  # of its `[[layer]]`, from 0

    def line(self, key: str) -> int:
        """The line (from 1) of a key of the table."""
        return locate(self.text, f"layer[{self.number}].{key}")


def tables(file: Traversable) -> Iterator[tuple[LayerTable, Origin]]:
    """The tables of a file; raises ConfigError."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ConfigError(message("city.no_file", file=file.name, error=str(error))) from error
    if len(raw) > MAX_BYTES:
        raise ConfigError(message("city.too_big", file=file.name, limit=MAX_BYTES))
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise ConfigError(message("config.not_utf8", file=file.name, byte=error.start)) from error
    for number, table in enumerate(parse_toml(text, LayerFile, file.name).layer):
        yield table, Origin(file.name, text, number)


def merged(table: LayerTable, known: LayerConfig | None, origin: Origin) -> LayerConfig:
    """A table put upon what is known of its id; raises ConfigError where a new one lacks its kind
    or a name."""
    stated = {
        name: value
        for name in table.__struct_fields__
        if (value := getattr(table, name)) is not UNSET
    }
    if known is not None:
        return msgspec.structs.replace(known, **stated)
    for name in _NEEDED:
        if name not in stated:
            raise ConfigError(
                message(
                    "config.missing_key",
                    file=origin.file,
                    line=origin.line("id"),
                    key=f"layer[{origin.number}].{name}",
                )
            )
    return LayerConfig(**stated)
