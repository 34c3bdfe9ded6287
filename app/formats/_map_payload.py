"""A payload to its foreign records one after the other, within limits of size, depth and number.

Nothing is taken apart as a whole that can be large: of a JSON payload only the way to the array of
records is opened (`each` as a plain path) and every record is decoded when its turn comes; a CSV is
read by the line. Only an `each` that is more than a path needs the whole tree.
"""

import codecs
import csv
import io
from collections.abc import Callable, Generator, Iterator
from typing import Any

import msgspec

from app.config import Limits
from app.formats._jmespath import PathError, searcher
from app.formats._map_config import MapConfig, mentions
from app.formats._map_geometry import feature_record
from app.formats._map_path import ROOT, Paths, Step, plain_steps
from app.formats._map_rows import RowError, exploded, zipped
from app.formats._map_xml import XmlRecords
from app.formats._xml import BadXml

NOTHING = object()
"""Given between records by what takes long: others may run."""

_PIECE = 256 * 1024
_SHORT = 16 * 1024
_ERRORS = (msgspec.DecodeError, UnicodeError, RecursionError)
_decode = msgspec.json.Decoder().decode
_table = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_NESTED = frozenset({dict, list})


class PayloadError(ValueError):
    """A payload that holds no records, or one record that cannot be read; the argument is the
    reason's word."""


class BadRecord:
    """A record that cannot be read among others that can."""

    def __init__(self, reason: str, sample: Any) -> None:
        self.reason = reason
        self.sample = sample


Records = Callable[[bytes], Iterator[Any]]


def records_of(config: MapConfig, limits: Limits, paths: Paths) -> Records:
    """A function from bytes to records, BadRecord and NOTHING among them; it raises PayloadError,
    also after some records. Raises PathError itself where `each` is no path."""
    if config.format == "csv":
        return _Csv(config)
    if config.format == "xml":
        return _Xml(config, limits)
    kind = _GeoJson if config.format == "geojson" else _Json
    return kind(config, limits, paths)


def is_one_object(config: MapConfig) -> bool:
    """Whether a payload may be one record as it stands, as most messages of a broker are."""
    plain = config.format == "json" and config.encoding == "utf-8"
    apart = config.each or config.zip or config.explode or config.dedupe
    return plain and not apart and not mentions(config, ROOT)


def flat_object(data: bytes) -> dict[str, Any] | None:
    """A short payload that is one JSON object with nothing nested; None for every other, which
    goes the long way and is told there what is wrong with it."""
    if len(data) > _SHORT or data[:1] != b"{":
        return None
    try:
        record: dict[str, Any] = _decode(data)
    except _ERRORS:
        return None
    return record if _NESTED.isdisjoint(map(type, record.values())) else None


class _Json:
    def __init__(self, config: MapConfig, limits: Limits, paths: Paths) -> None:
        self._config = config
        self._limits = limits
        self._around = paths.around
        self._wants_root = mentions(config, ROOT)
        self._steps: tuple[Step, ...] | None = ()
        self._search: Callable[[Any], Any] | None = None
        if config.each:
            self._steps = plain_steps(config.each)
            if self._steps is None:
                self._search = searcher(config.each)
        self._rows = self._row_maker()

    def _row_maker(self) -> Callable[[Any], Iterator[Any]] | None:
        if self._config.zip:
            ways = [plain_steps(path) for path in self._config.zip]
            if None in ways:
                raise PathError("zip takes plain paths, such as hourly.time")
            return lambda record: zipped(record, [way for way in ways if way is not None])
        if self._config.explode:
            find = plain_steps(self._config.explode)
            if find is None:
                raise PathError("explode takes a plain path")
            return lambda record: exploded(record, find)
        return None

    def __call__(self, data: bytes) -> Iterator[Any]:
        utf8 = (yield from _as_utf8(data, self._config.encoding)).lstrip()
        if self._config.format == "ndjson":
            found = self._lines(utf8)
        elif self._search is not None:
            found = iter(self._whole(utf8))
        else:
            found = self._opened(utf8)
        if self._rows is None:
            yield from found
            return
        for record in found:
            if record is NOTHING or isinstance(record, BadRecord):
                yield record
                continue
            try:
                yield from self._rows(record)
            except RowError as error:
                yield BadRecord(error.args[0], record)

    def _lines(self, data: bytes) -> Iterator[Any]:
        for line in io.BytesIO(data):
            text = line.strip(b" \t\r\n\x1e")
            if text:
                yield self._record(text)

    def _record(self, raw: Any) -> Any:
        """One record decoded, or why it cannot be."""
        try:
            record = _decode(raw)
        except RecursionError:
            return BadRecord("too_deep", bytes(raw)[:4000])
        except _ERRORS:
            return BadRecord("not_json", bytes(raw)[:4000])
        if self._deep(record):
            return BadRecord("too_deep", bytes(raw)[:4000])
        return record

    def _deep(self, record: Any) -> bool:
        kind = type(record)
        if kind is dict and _NESTED.isdisjoint(map(type, record.values())):
            return False
        return kind in _NESTED and deeper(record, self._limits.max_nesting)

    def _whole(self, data: bytes) -> list[Any]:
        """By any expression, for which everything is decoded at once."""
        assert self._search is not None
        value = self._decoded(data)
        if self._wants_root:
            self._around[ROOT] = value
        found = self._search(value)
        if isinstance(found, dict):
            return [found]
        if not isinstance(found, list):
            raise PayloadError("no_records")
        return found

    def _decoded(self, raw: Any) -> Any:
        try:
            value = _decode(raw)
        except _ERRORS as error:
            raise PayloadError(_why(raw, error)) from error
        if deeper(value, self._limits.max_nesting):
            raise PayloadError("too_deep")
        return value

    def _opened(self, data: bytes) -> Iterator[Any]:
        raw, root = self._way(data)
        if self._wants_root:
            self._around[ROOT] = root
        yield NOTHING
        yield from self._array(raw, data)

    def _array(self, raw: Any, data: bytes) -> Iterator[Any]:
        """The records of an undecoded array, or the one record of an undecoded object."""
        first = bytes(memoryview(raw)[:64]).lstrip()[:1]
        if first == b"{":
            record = self._record(raw)
            if isinstance(record, BadRecord):
                raise PayloadError(_why(data) if record.reason == "not_json" else record.reason)
            yield record
            return
        if first != b"[":
            self._decoded(raw)  # says what is wrong with it
            raise PayloadError("no_records")
        try:
            raws = _list(raw)
        except _ERRORS as error:
            raise PayloadError(_why(data, error)) from error
        yield NOTHING
        yield from map(self._record, raws)

    def _way(self, data: bytes) -> tuple[Any, Any]:
        """The undecoded value at the path, and, where it is wanted, what stands beside the way."""
        raw: Any = data
        root: Any = {}
        beside = root
        for number, step in enumerate(self._steps or ()):
            try:
                opened: Any = _table(raw) if isinstance(step, str) else _list(raw)
                raw = opened[step]
            except (KeyError, IndexError) as error:
                raise PayloadError("no_records") from error
            except _ERRORS as error:
                self._decoded(raw)  # not JSON at all, or too deep
                raise PayloadError("no_records") from error
            if self._wants_root and isinstance(opened, dict):
                del opened[step]
                beside.update({name: self._decoded(item) for name, item in opened.items()})
                if number + 1 < len(self._steps or ()):
                    beside[step] = beside = {}
        return raw, root


class _GeoJson(_Json):
    """Features of a collection, one alone, or one a line (RFC 7946; RFC 8142 with its marks)."""

    def __init__(self, config: MapConfig, limits: Limits, paths: Paths) -> None:
        super().__init__(config, limits, paths)
        self._is_collection = not config.each

    def _opened(self, data: bytes) -> Iterator[Any]:
        if not self._is_collection:
            return super()._opened(data)
        try:
            top = _table(data)
        except _ERRORS:
            return self._lines(data)
        features = top.pop("features", None)
        if features is None:
            return iter([self._record(data)])
        if self._wants_root:
            self._around[ROOT] = {name: self._decoded(item) for name, item in top.items()}
        return self._array(features, data)

    def _record(self, raw: Any) -> Any:
        record = super()._record(raw)
        if isinstance(record, BadRecord):
            return record
        made = feature_record(record)
        return BadRecord("no_feature", record) if made is None else made


class _Xml:
    def __init__(self, config: MapConfig, limits: Limits) -> None:
        self._max_bytes = limits.max_bytes
        self._records = XmlRecords(config.each, config.namespaces)

    def __call__(self, data: bytes) -> Iterator[Any]:
        try:
            for element in self._records(data, self._max_bytes):
                yield NOTHING if element is None else element
        except BadXml as error:
            raise PayloadError(error.reason) from error


def _why(raw: Any, error: Exception | None = None) -> str:
    if isinstance(error, RecursionError):
        return "too_deep"
    try:
        bytes(raw).decode()
    except UnicodeError:
        return "encoding"
    return "not_json"


def _as_utf8(data: bytes, encoding: str) -> Generator[Any, None, bytes]:
    """A generator that returns the bytes in UTF-8; another encoding is turned piece by piece."""
    if encoding == "utf-8":
        return data.removeprefix(codecs.BOM_UTF8)
    reader = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    pieces: list[bytes] = []
    try:
        while piece := reader.read(_PIECE):
            pieces.append(piece.encode())
            yield NOTHING
    except UnicodeError as error:
        raise PayloadError("encoding") from error
    return b"".join(pieces)


def deeper(value: Any, limit: int) -> bool:
    """Whether a decoded value is nested deeper than so many levels."""
    level = [value]
    for _ in range(limit + 1):
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True


class _Csv:
    def __init__(self, config: MapConfig) -> None:
        self._config = config

    def __call__(self, data: bytes) -> Iterator[Any]:
        config = self._config
        encoding = "utf-8-sig" if config.encoding == "utf-8" else config.encoding
        text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
        rows = csv.reader(text, delimiter=config.delimiter, strict=True)
        try:
            heads = list(config.columns) or [name.strip() for name in next(rows, [])]
            width = len(heads)
            for row in rows:
                if len(row) > width and any(cell.strip() for cell in row[width:]):
                    yield BadRecord("more_cells", dict(zip(heads, row, strict=False)))
                elif row:
                    yield dict(zip(heads, row, strict=False))
        except UnicodeError as error:
            raise PayloadError("encoding") from error
        except csv.Error as error:
            raise PayloadError("not_csv") from error
