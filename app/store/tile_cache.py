"""Tiles that were fetched, kept as an MBTiles 1.3 file that other programs read too.

Columns beside the standard's: `fetched` (ms UTC) and `kept` (1: asked for by an area download and
never thrown out). WAL with one transaction a tile: a process that is killed loses what it wrote,
nothing else. When the file is as large as it may be, the tiles fetched longest ago make room.
Used by one thread; another process may have the same file open.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.core.message import Message, message
from app.core.model import Ms
from app.store.driver import Connection, DatabaseError, Durability, OperationalError, connect
from app.store.opening import Trouble, put_aside

_APPLICATION_ID = 0x4D504258  # "MPBX", MBTiles 1.3, Database
_LOOK_EVERY = 64  # tiles written between two looks at the size
_ROOM = 10  # one in so many makes room

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS metadata (name TEXT PRIMARY KEY, value TEXT)",
    """CREATE TABLE IF NOT EXISTS tiles (zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL,
    tile_row INTEGER NOT NULL, tile_data BLOB NOT NULL, fetched INTEGER NOT NULL,
    kept INTEGER NOT NULL DEFAULT 0)""",
    """CREATE UNIQUE INDEX IF NOT EXISTS tile_index
    ON tiles (zoom_level, tile_column, tile_row)""",
    "CREATE INDEX IF NOT EXISTS tile_fetched ON tiles (kept, fetched)",
    """CREATE TABLE IF NOT EXISTS absent (zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL,
    tile_row INTEGER NOT NULL, fetched INTEGER NOT NULL,
    PRIMARY KEY (zoom_level, tile_column, tile_row)) WITHOUT ROWID""",
)
_GET = """SELECT tile_data, fetched FROM tiles
WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"""
_HAS = """SELECT 1 FROM tiles
WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3 AND fetched >= ?4
UNION ALL SELECT 1 FROM absent
WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3 AND fetched >= ?4"""
_KEEP = """UPDATE tiles SET kept = 1
WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? AND kept = 0"""
_PUT = """INSERT INTO tiles (zoom_level, tile_column, tile_row, tile_data, fetched, kept)
VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (zoom_level, tile_column, tile_row) DO UPDATE SET
tile_data = excluded.tile_data, fetched = excluded.fetched, kept = max(kept, excluded.kept)"""
_DESCRIBED = "SELECT name, value FROM metadata"
_OLDEST = """DELETE FROM tiles WHERE rowid IN
(SELECT rowid FROM tiles WHERE kept = 0 ORDER BY fetched LIMIT ?)"""


class TileCache:
    """One base's cache. What goes wrong with it is in `note`, never raised: without a cache the map
    still works as long as the line does."""

    def __init__(self, path: Path, limit: int, now: Ms) -> None:
        """`limit` is in bytes."""
        self._path = path
        self._limit = limit
        self._now = now
        self._since_look = 0
        self._connection: Connection | None = None
        self.note: Message | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        self._open()

    def get(self, z: int, x: int, y: int) -> tuple[bytes, Ms] | None:
        """A tile and when it was fetched; y counts from the north."""
        rows = self._rows(_GET, (z, x, _south(z, y)))
        if not rows or not isinstance(rows[0][0], bytes):
            return None
        return rows[0][0], int(rows[0][1])

    def has(self, z: int, x: int, y: int, since: Ms) -> bool:
        """Whether it need not be fetched: it came at or after a moment, or was not there then."""
        return bool(self._rows(_HAS, (z, x, _south(z, y), since)))

    def put(self, z: int, x: int, y: int, data: bytes, at: Ms, *, keep: bool = False) -> bool:
        """Keep a tile; False where it could not be kept (`note` says why)."""
        self._since_look += 1
        if self._since_look >= _LOOK_EVERY:
            self._since_look = 0
            self._make_room()
        if self._is_full:
            return False
        return self._write([(_PUT, (z, x, _south(z, y), data, at, int(keep)))])

    def keep(self, z: int, x: int, y: int) -> bool:
        """A tile that is there belongs to a download from now on."""
        return self._write([(_KEEP, (z, x, _south(z, y)))])

    def put_absent(self, z: int, x: int, y: int, at: Ms) -> bool:
        """The server has no such tile."""
        sql = "INSERT OR REPLACE INTO absent VALUES (?, ?, ?, ?)"
        return self._write([(sql, (z, x, _south(z, y), at))])

    def describe(self, rows: Iterable[tuple[str, str]]) -> bool:
        """Write the standard's metadata (name, format, bounds, attribution ...)."""
        sql = "INSERT OR REPLACE INTO metadata VALUES (?, ?)"
        return self._write([(sql, row) for row in rows])

    def described(self) -> dict[str, str]:
        """The metadata so far."""
        return {str(name): str(value) for name, value in self._rows(_DESCRIBED, ())}

    def count(self) -> int:
        """Tiles in it."""
        rows = self._rows("SELECT count(*) FROM tiles", ())
        return int(rows[0][0]) if rows else 0

    def size(self) -> int:
        """Bytes in use within the file."""
        used = 0
        for sql, sign in (("PRAGMA page_count", 1), ("PRAGMA freelist_count", -1)):
            rows = self._rows(sql, ())
            used += sign * int(rows[0][0]) if rows else 0
        rows = self._rows("PRAGMA page_size", ())
        return used * int(rows[0][0]) if rows else 0

    def close(self) -> None:
        """Close the file; the log is folded into it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    # ---- below

    def _open(self) -> None:
        try:
            self._connection = self._connected()
        except DatabaseError as error:
            if isinstance(error, OperationalError):  # a folder or a disk, not the file
                self.note = message(
                    "mapcache.no_place", file=self._path.name, error=str(error)[:80]
                )
                return
            self._aside()

    def _connected(self) -> Connection:
        connection = connect(self._path, None, Durability.NORMAL)
        try:
            for sql in _SCHEMA:
                connection.execute(sql)
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute(
                "SELECT length(tile_data), fetched, kept FROM tiles LIMIT 1"
            ).fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _aside(self) -> None:
        """A damaged cache is put aside and a new one begun."""
        self.close()
        try:
            aside = put_aside(self._path, Trouble.CORRUPT, self._now)
            self._connection = self._connected()
            self.note = message("mapcache.broken", file=self._path.name, aside=aside.name)
        except (DatabaseError, OSError) as error:
            self.note = message("mapcache.no_place", file=self._path.name, error=str(error)[:80])

    def _rows(self, sql: str, values: tuple[object, ...]) -> list[Any]:
        if self._connection is None:
            return []
        try:
            found: list[Any] = self._connection.execute(sql, values).fetchall()
        except DatabaseError as error:
            self._failed(error)
            return []
        return found

    def _write(self, work: list[tuple[str, tuple[object, ...]]]) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for sql, values in work:
                self._connection.execute(sql, values)
            self._connection.execute("COMMIT")
        except DatabaseError as error:
            self._failed(error)
            return False
        return True

    def _failed(self, error: Exception) -> None:
        connection = self._connection
        words = str(error)
        try:
            if connection is not None and connection.in_transaction:
                connection.execute("ROLLBACK")
        except DatabaseError:
            words = words or "rollback"  # the file is gone; what happened first is said
        if "malformed" in words or "not a database" in words:
            self._aside()
        elif "full" in words:
            self.note = message("mapcache.disk_full", file=self._path.name)
        else:
            self.note = message("mapcache.no_place", file=self._path.name, error=words[:80])

    @property
    def _is_full(self) -> bool:
        return self.note is not None and self.note.id == "mapcache.full_kept"

    def _make_room(self) -> None:
        """Where the limit is reached, throw out what was fetched longest ago and nobody asked to
        keep; where all was asked for, no more is taken."""
        size = self.size()
        if size < self._limit:
            if self._is_full:
                self.note = None
            return
        megabytes = self._limit >> 20
        loose = self._rows("SELECT count(*) FROM tiles WHERE kept = 0", ())
        count = int(loose[0][0]) if loose else 0
        if not count:
            self.note = message("mapcache.full_kept", file=self._path.name, mb=megabytes)
            return
        self._write([(_OLDEST, (max(_LOOK_EVERY * 2, count // _ROOM),))])
        self._rows("PRAGMA incremental_vacuum", ())
        self.note = message("mapcache.full", file=self._path.name, mb=megabytes)


def _south(z: int, y: int) -> int:
    """A row as MBTiles counts it, from the south."""
    return (1 << z) - 1 - y
