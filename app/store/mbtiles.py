"""MBTiles 1.3 files that others made, read and never trusted.

A file can be cut short, be no database, lack its index, hold a view that never ends or a tile of a
gigabyte: each statement has so many seconds, each value so many bytes, and what fails is a
BadMbtiles with a sentence. Rows are counted from the south (TMS); the functions here count from the
north.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.core.message import Message, Refusal, message
from app.store.driver import Connection, DatabaseError, OperationalError, connect_foreign

PATIENCE_S = 0.5
"""The longest statement. With its index a tile takes 50 µs; a file without is not usable."""

MAX_VALUE = 1 << 20  # of one row of metadata: `json` of a vector file can be long
_MAX_ROWS = 200
_STEPS = 5000  # of SQLite's machine between two looks at the clock; some 0.1 ms

_TILE = """SELECT CASE WHEN length(tile_data) <= ?1 THEN tile_data END, length(tile_data)
FROM tiles WHERE zoom_level = ?2 AND tile_column = ?3 AND tile_row = ?4"""
_METADATA = "SELECT name, value FROM metadata WHERE length(value) <= ? LIMIT ?"
_LOWEST = "SELECT zoom_level FROM tiles ORDER BY zoom_level LIMIT 1"
_HIGHEST = "SELECT zoom_level FROM tiles ORDER BY zoom_level DESC LIMIT 1"
_ONE = "SELECT substr(tile_data, 1, 16) FROM tiles LIMIT 1"


class BadMbtiles(Refusal):
    """A file that cannot be used, or a part of it."""


class MbtilesReader:
    """One file; used by one thread at a time. Raises BadMbtiles."""

    def __init__(self, path: Path, patience_s: float = PATIENCE_S) -> None:
        self._name = path.name
        self._patience_s = patience_s
        self._until = 0.0
        self._connection = self._opened(path)
        try:
            self.metadata = self._read_metadata()
            self.start = self._start()
            """The first bytes of some tile, to know what kind it is; empty where there is none."""
        except BaseException:
            self._connection.close()
            raise

    def tile(self, z: int, x: int, y: int, limit: int) -> bytes | None:
        """A tile's bytes as they are kept, None where there is none; y counts from the north."""
        rows = self._rows(_TILE, (limit, z, x, (1 << z) - 1 - y), 1)
        if not rows or rows[0][1] is None:
            return None
        data, length = rows[0]
        if data is None:
            raise BadMbtiles(message("mbtiles.large", file=self._name, bytes=int(length)))
        if not isinstance(data, bytes):
            raise BadMbtiles(message("mbtiles.not_bytes", file=self._name))
        return data or None

    def zooms(self) -> tuple[int, int] | None:
        """The lowest and highest zoom that it has tiles of; None for an empty file."""
        lowest, highest = self._rows(_LOWEST, (), 1), self._rows(_HIGHEST, (), 1)
        if not lowest or not highest:
            return None
        if not all(isinstance(row[0][0], int) for row in (lowest, highest)):
            raise BadMbtiles(message("mbtiles.not_bytes", file=self._name))
        return lowest[0][0], highest[0][0]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # ---- below

    def _opened(self, path: Path) -> Connection:
        connection: Connection | None = None
        for immutable in (False, True):
            try:
                connection = connect_foreign(path, immutable=immutable)
                connection.set_progress_handler(self._is_late, _STEPS)
                self._until = time.monotonic() + self._patience_s
                connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            except OperationalError as error:  # WAL in a folder that cannot be written to
                if connection is not None:
                    connection.close()
                if immutable:
                    raise BadMbtiles(self._said(error)) from error
            except DatabaseError as error:
                if connection is not None:
                    connection.close()
                raise BadMbtiles(self._said(error)) from error
            else:
                return connection
        raise BadMbtiles(message("mbtiles.no_database", file=self._name))

    def _read_metadata(self) -> dict[str, str]:
        try:
            rows = self._rows(_METADATA, (MAX_VALUE, _MAX_ROWS), _MAX_ROWS)
        except BadMbtiles as error:
            if error.reason.id == "mbtiles.slow":
                raise
            return {}  # tiles without metadata can still be shown
        return {
            n: str(v) for n, v in rows if isinstance(n, str) and isinstance(v, str | int | float)
        }

    def _start(self) -> bytes:
        rows = self._rows(_ONE, (), 1)
        return rows[0][0] if rows and isinstance(rows[0][0], bytes) else b""

    def _is_late(self) -> int:
        return int(time.monotonic() > self._until)

    def _rows(self, sql: str, values: Sequence[Any], most: int) -> list[Any]:
        self._until = time.monotonic() + self._patience_s
        try:
            cursor = self._connection.execute(sql, values)
            rows = cursor.fetchmany(most)
            cursor.fetchall() if most > 1 else cursor.fetchone()  # so that no statement stays open
        except (DatabaseError, UnicodeError, OverflowError, MemoryError) as error:
            raise BadMbtiles(self._said(error)) from error
        return rows

    def _said(self, error: BaseException) -> Message:
        words = str(error)
        if "interrupted" in words:
            return message("mbtiles.slow", file=self._name, seconds=self._patience_s)
        if "no such" in words:
            return message("mbtiles.no_tiles", file=self._name)
        if "not a database" in words:
            return message("mbtiles.no_database", file=self._name)
        return message("mbtiles.broken", file=self._name, error=words[:120])
