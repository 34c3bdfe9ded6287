"""`[feed.map]`: what a bureau's JSON or CSV means, as it stands in the city's TOML.

docs/howto-feed.md explains every key with examples.
"""

from typing import Annotated, Any, ClassVar, Literal

import msgspec

from app.core.privacy import Privacy
from app.options import bad, wrong


class FieldSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Where one field comes from: a path, a constant or a template; then what is done with it."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    from_: str = ""
    value: str | int | float | bool | None = None
    template: str = ""
    time: str = ""  # iso, epoch_s, epoch_ms, received, or a pattern of strptime
    zone: str = ""
    unit: str = ""  # of the source; converted to the catalogue's, or to `to`
    to: str = ""
    scale: float = 1.0
    offset: float = 0.0
    map: dict[str, str | int | float | bool] = {}
    otherwise: str | int | float | bool | None = None  # for what `map` does not name
    default: str | int | float | bool | None = None  # for what is missing or empty
    privacy: Privacy | None = None


Output = dict[str, str | FieldSpec]


class MapConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One payload to records. `each` is the jmespath of the records in a JSON payload; every
    `[[feed.map.reading]]` (event, device, position, warning, stock) makes one record of each."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    format: Literal["json", "ndjson", "csv"] = "json"
    each: str = ""
    encoding: Literal["utf-8", "gb18030", "utf-16"] = "utf-8"
    delimiter: Annotated[str, msgspec.Meta(min_length=1, max_length=1)] = ","
    columns: tuple[str, ...] = ()  # of a CSV without a head line
    zone: str = ""
    crs: str = ""
    max_records: Annotated[int, msgspec.Meta(gt=0, le=1_000_000)] = 100_000
    reading: tuple[Output, ...] = ()
    event: tuple[Output, ...] = ()
    device: tuple[Output, ...] = ()
    position: tuple[Output, ...] = ()
    warning: tuple[Output, ...] = ()
    stock: tuple[Output, ...] = ()


def map_config(feed: str, given: dict[str, Any]) -> MapConfig:
    """Read `[feed.map]`; raises ConfigError with feed and key."""
    try:
        config = msgspec.convert(given, MapConfig)
    except msgspec.ValidationError as error:
        raise wrong(feed, "map", error) from error
    outputs = (config.reading, config.event, config.device, config.position, config.warning)
    if not any(outputs) and not config.stock:
        raise bad(feed, "map", "no [[feed.map.reading]], event, device, position, warning or stock")
    return config
