"""A bureau's own JSON, CSV or XML to our records, told by `[feed.map]` and no code.

Nothing raises out of `read`: what cannot be used comes back as `Made` with the reason.
"""

from collections.abc import Callable, Iterator
from typing import Any

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.formats._base import BREATH, REPEATED, Format, Made, Payload
from app.formats._jmespath import PathError
from app.formats._map_config import MapConfig, map_config
from app.formats._map_output import STRUCTS, MapOutput, Pending, place, sample_of
from app.formats._map_path import NAME, TOPIC, Paths
from app.formats._map_payload import (
    NOTHING,
    BadRecord,
    PayloadError,
    flat_object,
    is_one_object,
    records_of,
)
from app.options import bad

_TOGETHER = 512  # places of an other datum are converted so many at once
_BREATH_EVERY = 256  # records of which nothing may have come
_BREATH_FROM = 64 * 1024  # bytes; what is smaller is read in one breath
_REMEMBERED = 100_000  # keys of `dedupe`


class Mapping(Format, kind="mapping"):
    """The compiled mapping of one feed. Raises ConfigError where it can never work.

    It is taken wherever a feed has a `[feed.map]`; every key of it stands in howto-feed.md.
    """

    example = """
        [[feed]]
        id = "rain"
        kind = "mqtt"
        name_zh = "气象局雨量"
        name_en = "Meteorological bureau, rain"
        url = "mqtts://broker.example"

        [feed.map]
        format = "json"
        each = "data.items"
        zone = "Asia/Shanghai"

        [[feed.map.reading]]
        key = {template = "reading/rain.depth/{adcode}/{station}"}
        value = {from = "r", unit = "mm"}
        observed = {from = "tm", time = "%Y-%m-%d %H:%M:%S"}
    """

    def __init__(self, feed: FeedConfig, catalog: Catalog, zone: str = "") -> None:
        super().__init__(feed, catalog, zone)
        config = self.settled()
        paths = Paths(config)
        self._around = paths.around
        self._records = self._compiled("each", lambda: records_of(config, feed.limits, paths))
        self._flat = flat_object if is_one_object(config) else None
        self._dedupe = self._compiled("dedupe", lambda: _Dedupe(config, paths))
        self._most = config.max_records
        self._warns = bool(config.warning)
        self._outputs = [
            MapOutput(feed.id, kind, number, output, config, catalog, paths)
            for kind in STRUCTS
            for number, output in enumerate(getattr(config, kind))
        ]

    @property
    def urgent(self) -> bool:
        """Where one of its outputs is a warning."""
        return self._warns

    def settled(self) -> MapConfig:
        """The feed's `[feed.map]` as it is meant; raises ConfigError."""
        return map_config(self.config.id, self.config.map)

    def _compiled(self, key: str, make: Callable[[], Any]) -> Any:
        try:
            return make()
        except PathError as error:
            raise bad(self.config.id, f"map.{key}", str(error)) from error

    def read(self, payload: Payload) -> Iterator[Made]:
        """What a payload becomes. The levels of a topic are to be had as `_topic[0]`..., the name
        of a file as `_name`; a retained message has no moment of its own, so an output that takes
        the time of receipt refuses it."""
        if len(payload.data) > self.config.limits.max_bytes:
            yield Made(payload.data[:4000], reason="oversized")
            return
        self._around.clear()
        self._around.update({TOPIC: list(payload.topic), NAME: payload.name})
        pending: list[Pending] = []
        record = self._flat(payload.data) if self._flat is not None else None
        if record is not None:
            for output in self._outputs:
                if output.when is None or output.when(record):
                    made = output.make(record, 1, payload.received, retained=payload.retained)
                    if isinstance(made, Made):
                        yield made
                    else:
                        pending.append(made)
            yield from _placed(pending)
            return
        try:
            for made in self._made(payload):
                if isinstance(made, Made):
                    yield made
                    continue
                pending.append(made)
                if len(pending) >= _TOGETHER:
                    yield from _placed(pending)
        except PayloadError as error:
            yield Made(payload.data[:4000], reason=str(error))
        yield from _placed(pending)

    def _made(self, payload: Payload) -> Iterator[Made | Pending]:
        received, retained, outputs = payload.received, payload.retained, self._outputs
        repeated, dedupe = self._dedupe.repeated, bool(self._dedupe)
        large = len(payload.data) > _BREATH_FROM
        number = 0
        for record in self._records(payload.data):
            if record is NOTHING:
                if large:
                    yield BREATH
                continue
            number += 1
            if number > self._most:
                raise PayloadError("too_many_records")
            if type(record) is BadRecord:
                yield Made(record.sample, number, reason=record.reason)
                continue
            if dedupe and repeated(record):
                yield Made(sample_of(record), number, reason=REPEATED)
                continue
            for output in outputs:
                if output.when is None or output.when(record):
                    yield output.make(record, number, received, retained=retained)
            if large and not number % _BREATH_EVERY:
                yield BREATH


class _Dedupe:
    """Which keys of records came before; the oldest are forgotten first."""

    def __init__(self, config: MapConfig, paths: Paths) -> None:
        self._paths = [paths.path(text) for text in config.dedupe]
        self._seen: dict[int, None] = {}

    def __bool__(self) -> bool:
        return bool(self._paths)

    def repeated(self, record: Any) -> bool:
        """Whether the values of a record's key came together before; one that lacks any is new."""
        parts = [find(record) for find in self._paths]
        if any(part is None or part == "" for part in parts):
            return False
        key = hash(tuple(str(part) for part in parts))
        if key in self._seen:
            return True
        if len(self._seen) >= _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._seen[key] = None
        return False


def _placed(pending: list[Pending]) -> Iterator[Made]:
    place(pending)
    for item in pending:
        yield item.finish()
    pending.clear()
