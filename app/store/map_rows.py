"""Mark-up, named views and geofences in ops.db: append-only, the later row of one id holds. Beside
them what each map of a seat showed last, which is replaced."""

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from app.core.map_decision import Bookmark, Fence, KeptMap, Markup
from app.store.driver import Connection

MapRow = Markup | Bookmark | Fence
T = TypeVar("T", Markup, Bookmark, Fence)
_TABLES: dict[type[MapRow], str] = {Markup: "markup", Bookmark: "bookmark", Fence: "fence"}


def put(connection: Connection, command: str, row: MapRow) -> None:
    """Write what a command drew, named or fenced, or that it is gone."""
    values = msgspec.to_builtins(row)
    names = type(row).__struct_fields__
    marks = ", ".join("?" * (len(names) + 1))
    connection.execute(
        f"INSERT INTO {_TABLES[type(row)]} (command, {', '.join(names)}) VALUES ({marks})",  # noqa: S608
        (command, *(_plain(values[name]) for name in names)),
    )


def keep_maps(connection: Connection, rows: Iterable[KeptMap]) -> None:
    """Write what maps show, in place of what they showed before."""
    names = KeptMap.__struct_fields__
    marks = ", ".join("?" * len(names))
    for row in rows:
        values = msgspec.to_builtins(row)
        connection.execute(
            f"INSERT OR REPLACE INTO map_state ({', '.join(names)}) VALUES ({marks})",  # noqa: S608
            tuple(_plain(values[name]) for name in names),
        )


def load_maps(connection: Connection, seat: str) -> dict[str, KeptMap]:
    """What the maps of a seat showed last, by name."""
    names = KeptMap.__struct_fields__
    rows = connection.execute(
        f"SELECT {', '.join(names)} FROM map_state WHERE seat = ?",  # noqa: S608
        (seat,),
    )
    found = (
        msgspec.convert(dict(zip(names, row, strict=True)), KeptMap, strict=False) for row in rows
    )
    return {row.name: row for row in found}


def load_markup(connection: Connection) -> dict[str, Markup]:
    """All that is on the map, oldest first."""
    rows = {row.id: row for row in _rows(connection, Markup)}
    return {id_: row for id_, row in rows.items() if not row.erased}


def load_bookmarks(connection: Connection, seat: str) -> dict[str, Bookmark]:
    """A seat's named views."""
    rows = {row.name: row for row in _rows(connection, Bookmark) if row.seat == seat}
    return {name: row for name, row in rows.items() if not row.forgotten}


def load_fences(connection: Connection) -> dict[str, Fence]:
    """The last word on each geofence, also where it ended: one of the city's file may have been."""
    return {row.id: row for row in _rows(connection, Fence)}


def of_command(connection: Connection, command: str) -> list[MapRow]:
    """What one command wrote."""
    return [
        *_rows(connection, Markup, command),
        *_rows(connection, Bookmark, command),
        *_rows(connection, Fence, command),
    ]


def _rows(connection: Connection, kind: type[T], command: str = "") -> list[T]:
    names = kind.__struct_fields__
    rows = connection.execute(
        f"SELECT {', '.join(names)} FROM {_TABLES[kind]} "  # noqa: S608
        "WHERE ? = '' OR command = ? ORDER BY at, rowid",
        (command, command),
    )
    # Numbers of the table become the booleans and the level that they were.
    return [msgspec.convert(dict(zip(names, row, strict=True)), kind, strict=False) for row in rows]


def _plain(value: str | int | float | bool) -> str | int | float:
    return int(value) if isinstance(value, bool) else value
