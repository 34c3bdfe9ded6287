"""A payload to its foreign records, within limits of size, depth and number."""

import csv
import io
from collections.abc import Callable
from typing import Any

import jmespath
import msgspec

from app.config import Limits
from app.formats._map_config import MapConfig

SPLIT_ERRORS = (msgspec.DecodeError, UnicodeError, RecursionError, csv.Error)


class PayloadError(ValueError):
    """A payload that holds no records; the argument is the reason's word."""


def splitter(config: MapConfig, limits: Limits) -> Callable[[bytes], list[Any]]:
    """A function from bytes to records; it raises PayloadError. Raises jmespath's errors itself
    where `each` is no expression."""
    each = jmespath.compile(config.each) if config.each else None
    split = _csv if config.format == "csv" else _json

    def records(data: bytes) -> list[Any]:
        if len(data) > limits.max_bytes:
            raise PayloadError("oversized")
        try:
            text = data.decode("utf-8-sig" if config.encoding == "utf-8" else config.encoding)
        except UnicodeError as error:
            raise PayloadError("encoding") from error
        found = split(text, config, each, limits)
        if len(found) > config.max_records:
            raise PayloadError("too_many_records")
        return found

    return records


def _json(text: str, config: MapConfig, each: Any, limits: Limits) -> list[Any]:
    try:
        if config.format == "ndjson":
            value: Any = [msgspec.json.decode(line) for line in text.splitlines() if line.strip()]
        else:
            value = msgspec.json.decode(text)
    except SPLIT_ERRORS as error:
        raise PayloadError("not_json") from error
    if _deeper(value, limits.max_nesting):
        raise PayloadError("too_deep")
    if each is not None:
        try:
            value = each.search(value)
        except jmespath.exceptions.JMESPathError as error:
            raise PayloadError("no_records") from error
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        raise PayloadError("no_records")
    return value


def _deeper(value: Any, limit: int) -> bool:
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


def _csv(text: str, config: MapConfig, each: Any, limits: Limits) -> list[Any]:
    reader = csv.DictReader(
        io.StringIO(text),
        fieldnames=list(config.columns) or None,
        delimiter=config.delimiter,
        strict=True,
    )
    try:
        return [
            {str(name).strip(): value for name, value in row.items() if name is not None}
            if None not in row
            else row
            for row in reader
        ]
    except csv.Error as error:
        raise PayloadError("not_csv") from error
