"""Look-up tables of a mapping: a bureau's code lists, by name."""

from typing import Any

from app.formats._map_config import Scalar

Row = Scalar | dict[str, Scalar]


class TableError(ValueError):
    """A table that cannot be used."""


def lookup_table(tables: dict[str, dict[str, Any]], name: str, column: str) -> dict[str, Scalar]:
    """The column of a table by its codes; raises TableError.

    A row is one value, or a table of values by column. A table that names a `file` has been read
    where the city was (app/catalogue/tables.py); what is left of it here says that it was not.
    """
    table = tables.get(name)
    if table is None:
        raise TableError(f"no table {name!r}; there are {', '.join(tables) or 'none'}")
    if isinstance(table.get("file"), str):
        raise TableError(f"table {name!r} was not read from {table['file']}")
    found = {str(code): _cell(row, column) for code, row in table.items()}
    if not any(value is not None for value in found.values()):
        raise TableError(f"table {name!r} has no column {column!r}")
    return {code: value for code, value in found.items() if value is not None and value != ""}


def _cell(row: Row, column: str) -> Scalar | None:
    if isinstance(row, dict):
        value = row.get(column) if column else next(iter(row.values()), None)
    else:
        value = None if column else row
    return value if isinstance(value, str | int | float | bool) else None
