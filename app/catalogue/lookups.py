"""Code lists of a feed's mapping that stand in files of their own beside the city's.

`[feed.map.tables.station]` with `file = "stations.csv"` becomes the rows of that file by the column
`key` (left out: the first), so that a mapping finds its tables in its settings whoever made it.
"""

import re
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from app.config import CityConfig
from app.options import bad
from app.table import cells

_FILE = re.compile(r"[\w-][\w.-]{0,100}\.csv")


def with_tables(config: CityConfig, folder: Traversable) -> CityConfig:
    """The settings with the tables of every feed read in; raises ConfigError."""
    feeds = [
        msgspec.structs.replace(feed, map=map_with_tables(feed.id, feed.map, folder))
        for feed in config.feed
    ]
    return msgspec.structs.replace(config, feed=feeds)


def map_with_tables(feed: str, given: dict[str, Any], folder: Traversable) -> dict[str, Any]:
    """One `[feed.map]` with its tables read in; raises ConfigError."""
    tables = given.get("tables")
    if not isinstance(tables, dict):
        return given
    return {**given, "tables": {name: _table(feed, name, tables[name], folder) for name in tables}}


def _table(feed: str, name: str, table: Any, folder: Traversable) -> Any:
    if not isinstance(table, dict) or not isinstance(table.get("file"), str):
        return table
    where = f"map.tables.{name}"
    if unknown := set(table) - {"file", "key"}:
        raise bad(feed, f"{where}.{min(unknown)}", "a table from a file has `file` and `key`")
    file = table["file"]
    if not _FILE.fullmatch(file):
        raise bad(feed, f"{where}.file", "the name of a CSV file beside city.toml")
    rows = [row for _, row in cells(folder / file)]
    key = table.get("key") or next(iter(rows[0]), "") if rows else ""
    if not any(key in row for row in rows):
        raise bad(feed, f"{where}.key", f"{file} has no filled column {key!r}")
    return {
        row[key]: {column: cell for column, cell in row.items() if column != key}
        for row in rows
        if key in row
    }
