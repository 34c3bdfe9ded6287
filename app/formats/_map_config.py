"""`[feed.map]`: what a bureau's JSON, CSV or XML means, as it stands in the city's TOML.

docs/howto-feed.md explains every key with examples.
"""

from typing import Annotated, Any, ClassVar, Literal

import msgspec

from app.config import ConfigError
from app.core.privacy import Privacy
from app.options import bad, wrong

Scalar = str | int | float | bool
Twice = Literal["first", "second", "refuse"]


class FieldSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Where one field comes from: a path, a constant, a template or a sum; then what is done with
    it, in the order in which the keys stand here."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    from_: str = ""
    value: Scalar | None = None
    template: str = ""
    compute: Annotated[str, msgspec.Meta(max_length=500)] = ""
    default: Scalar | None = None  # for what is missing or empty
    map: dict[str, Scalar] = {}
    table: str = ""  # one of `[feed.map.tables]`; `column` where its rows have several
    column: str = ""
    otherwise: Scalar | None = None  # for what `map` or `table` does not name
    time: str = ""  # iso, epoch_s, epoch_ms, received, or a pattern of strptime
    zone: str = ""
    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""  # of the source; converted to the catalogue's, or to `to`
    to: str = ""
    privacy: Privacy | None = None


Output = dict[str, str | FieldSpec]


class MapConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One payload to records. `each` finds the records in a JSON (jmespath) or XML (XPath) payload;
    every `[[feed.map.reading]]` (event, device, position, warning, stock) makes one record of
    each."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    format: Literal["json", "ndjson", "csv", "xml", "geojson"] = "json"
    each: str = ""
    zip: tuple[str, ...] = ()  # arrays that stand side by side: one record of every row
    explode: str = ""  # an array inside each record: one record of every item
    dedupe: tuple[str, ...] = ()  # paths whose values together came only once
    namespaces: dict[str, str] = {}  # prefixes of the XPaths
    encoding: Literal["utf-8", "gb18030", "utf-16"] = "utf-8"
    delimiter: Annotated[str, msgspec.Meta(min_length=1, max_length=1)] = ","
    columns: tuple[str, ...] = ()  # of a CSV without a head line
    zone: str = ""
    twice: Twice = "first"  # which of two a local time is when the clocks went back
    crs: str = ""
    max_records: Annotated[int, msgspec.Meta(gt=0, le=1_000_000)] = 100_000
    tables: dict[str, dict[str, Any]] = {}
    reading: tuple[Output, ...] = ()
    event: tuple[Output, ...] = ()
    device: tuple[Output, ...] = ()
    position: tuple[Output, ...] = ()
    warning: tuple[Output, ...] = ()
    stock: tuple[Output, ...] = ()

    @property
    def is_json(self) -> bool:
        """Whether its records are JSON, of which paths are jmespath."""
        return self.format in ("json", "ndjson", "geojson")


def map_config(feed: str, given: dict[str, Any]) -> MapConfig:
    """Read `[feed.map]`; raises ConfigError with feed and key."""
    try:
        config = msgspec.convert(given, MapConfig)
    except msgspec.ValidationError as error:
        raise wrong(feed, "map", error) from error
    outputs = (config.reading, config.event, config.device, config.position, config.warning)
    if not any(outputs) and not config.stock:
        raise bad(feed, "map", "no [[feed.map.reading]], event, device, position, warning or stock")
    if fault := _misplaced(config):
        raise _of(feed, *fault)
    return config


def mentions(config: MapConfig, name: str) -> bool:
    """Whether any path of the mapping speaks of a name such as `_root`, which is only made then."""
    texts = [config.each, config.explode, *config.zip, *config.dedupe]
    for output in _outputs(config):
        for spec in output.values():
            given = (spec,) if isinstance(spec, str) else (spec.from_, spec.template, spec.compute)
            texts += given
    return any(name in text for text in texts)


def _outputs(config: MapConfig) -> list[Output]:
    kinds = (config.reading, config.event, config.device, config.position, config.warning)
    return [output for kind in (*kinds, config.stock) for output in kind]


def _misplaced(config: MapConfig) -> tuple[str, str] | None:
    if (config.zip or config.explode) and not config.is_json:
        return "zip" if config.zip else "explode", "only JSON has arrays in a record"
    if config.namespaces and config.format != "xml":
        return "namespaces", "only XML has namespaces"
    if config.each and config.format == "csv":
        return "each", "every row of a CSV is a record"
    if config.columns and config.format != "csv":
        return "columns", "only CSV has columns"
    return None


def _of(feed: str, key: str, error: str) -> ConfigError:
    return bad(feed, f"map.{key}", error)
