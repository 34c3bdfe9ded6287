"""Arrays inside a record to records: columns that stand side by side, and lists of values.

A row keeps what it came from as `_parent`, an item that is no object is `_item`, `_index` counts
from 0.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from app.formats._map_path import Step


class RowError(ValueError):
    """Arrays that cannot be taken apart; the argument is the reason's word."""


def zipped(record: Any, ways: Sequence[tuple[Step, ...]]) -> Iterator[dict[str, Any]]:
    """`{"t": [1, 2], "v": [3, 4]}` to `{"t": 1, "v": 3}` and `{"t": 2, "v": 4}`; each column bears
    the last name of its path. Raises RowError."""
    columns = [_array(record, way) for way in ways]
    if len({len(column) for column in columns}) != 1:
        raise RowError("uneven_columns")
    names = [str(way[-1]) for way in ways]
    for index, row in enumerate(zip(*columns, strict=True)):
        yield {**dict(zip(names, row, strict=True)), "_index": index, "_parent": record}


def exploded(record: Any, way: tuple[Step, ...]) -> Iterator[dict[str, Any]]:
    """`{"id": 7, "values": [{"v": 1}, {"v": 2}]}` to one record of every item. Raises RowError."""
    for index, item in enumerate(_array(record, way)):
        own = item if isinstance(item, dict) else {"_item": item}
        yield {**own, "_index": index, "_parent": record}


def _array(record: Any, way: tuple[Step, ...]) -> list[Any]:
    value = record
    for step in way:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            within = isinstance(value, list) and -len(value) <= step < len(value)
            value = value[step] if within else None
    if not isinstance(value, list):
        raise RowError("no_array")
    return value
