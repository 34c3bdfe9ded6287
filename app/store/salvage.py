"""Reading what can be read out of a damaged database, by ranges of rows, into a new one.

A range that cannot be read is halved until the broken rows stand alone; what lies behind a broken
page is reached from the other side. The form of the tables is that of the new database: nothing of
the damaged one's own schema is trusted.
"""

import time
from collections import deque
from pathlib import Path
from typing import ClassVar

import msgspec

from app.core.privacy import Privacy
from app.store.driver import Connection, DatabaseError, Durability, IntegrityError, connect

_ROWS_PER_PAGE = 300  # of the smallest rows there are
_BATCH = 2000
_MAX_FAILURES = 20_000
_SMALL_FIRST = ("series", "latest", "record", "record_history", "catalogue")
DEADLINE_S = 20.0  # at start; the command line takes the time it needs


class Salvaged(msgspec.Struct):
    """What came out. `tables_lost` could not be read at all; `unfinished` ran out of time."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    rows: int = 0
    ranges_lost: int = 0
    tables_lost: int = 0
    unfinished: int = 0

    def arguments(self) -> dict[str, int]:
        """For the gaps of a sentence."""
        return {"rows": self.rows, "lost": self.ranges_lost + self.tables_lost + self.unfinished}


class _Table(msgspec.Struct):
    """How a table is walked: by `rowid`, or by the first column of its key."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: str
    columns: list[str]
    walk: str
    order: str


def salvage(
    damaged: Path, target: Connection, key: str | None, deadline_s: float = DEADLINE_S
) -> Salvaged:
    """Copy every readable row of a damaged file into a database of the newest form.

    Rows that are already there are left as they are.
    """
    result = Salvaged()
    try:
        source = connect(damaged, key, Durability.NORMAL, read_only=True)
    except DatabaseError:
        result.tables_lost = len(_tables(target))
        return result
    try:
        walker = _Walker(source, target, result, time.monotonic() + deadline_s)
        for table in _tables(target):
            walker.copy(table)
    finally:
        source.close()
    return result


def _tables(target: Connection) -> list[_Table]:
    names = [
        name
        for (name,) in target.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND name <> 'backlog'"  # it speaks of readings that may be lost
        )
    ]
    names.sort(key=lambda name: (name not in _SMALL_FIRST, name))
    return [_table(target, name) for name in names]


def _table(target: Connection, name: str) -> _Table:
    info = target.execute("SELECT name, pk FROM pragma_table_info(?)", (name,)).fetchall()
    columns = [column for column, _ in info]
    key = [column for column, place in sorted(info, key=lambda row: row[1]) if place]
    (no_rowid,) = target.execute(
        "SELECT wr FROM pragma_table_list(?) WHERE schema = 'main'", (name,)
    ).fetchone()
    if no_rowid:
        return _Table(name, columns, _quoted(key[0]), ", ".join(map(_quoted, key)))
    return _Table(name, columns, "rowid", "rowid")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class _Walker:
    """Copies one table after the other."""

    def __init__(
        self, source: Connection, target: Connection, result: Salvaged, deadline: float
    ) -> None:
        self._source = source
        self._target = target
        self._result = result
        self._deadline = deadline
        self._failures = 0

    def copy(self, table: _Table) -> None:
        """One table inside one transaction of the target."""
        if time.monotonic() > self._deadline:
            self._result.unfinished += 1
            return
        self._failures = 0
        self._target.execute("BEGIN IMMEDIATE")
        try:
            self._copy_ranges(table)
            self._target.execute("COMMIT")
        except BaseException:
            self._target.execute("ROLLBACK")
            raise

    def _copy_ranges(self, table: _Table) -> None:
        try:
            self._source.execute(f"SELECT 1 FROM {_quoted(table.name)} LIMIT 0")  # noqa: S608
        except DatabaseError:
            self._result.tables_lost += 1
            return
        # The largest first: halving what is empty beside a broken page uses up the failures last.
        ranges = deque([self._span(table)])
        while ranges:
            low, high = ranges.popleft()
            if time.monotonic() > self._deadline or self._failures > _MAX_FAILURES:
                self._result.unfinished += 1
                return
            reached = self._read(table, low, high)
            if reached is None:
                continue
            self._failures += 1
            if low == high:
                self._read(table, low, low, "DESC")  # what lies behind the broken page
                self._result.ranges_lost += 1
            else:
                middle = (reached + high) // 2
                ranges += [(middle + 1, high), (reached, middle)]

    def _span(self, table: _Table) -> tuple[int, int]:
        """The smallest and largest row, each by itself: where one end is broken, a bound of it."""
        low, high = self._end(table, "min"), self._end(table, "max")
        if high is None and table.walk == _quoted("sid"):
            (high,) = self._target.execute("SELECT coalesce(max(sid), 0) FROM series").fetchone()
        if high is None:
            (pages,) = self._source.execute("PRAGMA page_count").fetchone()
            high = pages * _ROWS_PER_PAGE
        return 0 if low is None else low, high

    def _end(self, table: _Table, function: str) -> int | None:
        statement = f"SELECT {function}({table.walk}) FROM {_quoted(table.name)}"  # noqa: S608
        try:
            (end,) = self._source.execute(statement).fetchone()
        except DatabaseError:
            return None
        return end if isinstance(end, int) else None

    def _read(self, table: _Table, low: int, high: int, direction: str = "ASC") -> int | None:
        """Copy the rows of a range; None for all of it, else how far it went."""
        order = ", ".join(f"{part} {direction}" for part in table.order.split(", "))
        columns = ", ".join(map(_quoted, table.columns))
        reached = low
        try:
            cursor = self._source.execute(
                f"SELECT {table.walk}, {columns} FROM {_quoted(table.name)}"  # noqa: S608
                f" WHERE {table.walk} BETWEEN ? AND ? ORDER BY {order}",
                (low, high),
            )
        except DatabaseError:
            return reached
        while True:
            try:
                # One by one within a series: what a failing batch had read would be lost.
                rows = cursor.fetchmany(1 if low == high else _BATCH)
            except DatabaseError:
                return reached
            if not rows:
                return None
            self._write(table, [row[1:] for row in rows])
            reached = rows[-1][0] if isinstance(rows[-1][0], int) else reached

    def _write(self, table: _Table, rows: list[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * len(table.columns))
        columns = ", ".join(map(_quoted, table.columns))
        insert = f"INSERT OR IGNORE INTO {_quoted(table.name)} ({columns}) VALUES ({marks})"  # noqa: S608
        try:
            self._result.rows += max(0, self._target.executemany(insert, rows).rowcount)
            return
        except IntegrityError:
            pass  # a damaged row holds what its column may not: find it below, one by one
        for row in rows:
            try:
                self._result.rows += max(0, self._target.execute(insert, row).rowcount)
            except IntegrityError:
                self._result.ranges_lost += 1
