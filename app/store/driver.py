"""The one database driver: SQLCipher's SQLite, and the only importer of sqlite-utils.

The system's SQLite is too old (the WAL-reset race was fixed in 3.51.3), so everything goes through
`sqlcipher3`, which brings its own, with encryption. sqlite-utils looks for its exceptions in a
module called `pysqlite3`: that name is made to mean our driver before it is imported.
"""

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import sqlcipher3

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)

from sqlite_utils import Database  # noqa: E402

from app.core.message import Refusal, message  # noqa: E402

__all__ = [
    "SQLITE_VERSION",
    "Connection",
    "Database",
    "DatabaseError",
    "DiskFull",
    "Durability",
    "IntegrityError",
    "OperationalError",
    "as_sqlite",
    "connect",
    "require_version",
]

DatabaseError: type[Exception] = sqlcipher3.dbapi2.DatabaseError
IntegrityError: type[Exception] = sqlcipher3.dbapi2.IntegrityError
OperationalError: type[Exception] = sqlcipher3.dbapi2.OperationalError

OLDEST = (3, 51, 3)
SQLITE_VERSION: str = sqlcipher3.dbapi2.sqlite_version
_RAW_KEY = re.compile(r"[0-9a-fA-F]{64}|[0-9a-fA-F]{96}")  # the longer one carries the salt
_KDF_ROUNDS = 256_000  # SQLCipher 4's default: PBKDF2-HMAC-SHA512
_SALT_BYTES = 16  # the first bytes of an encrypted file
_BUSY_MS = 10_000
_CHECKPOINT_PAGES = 8000  # 32 MB: a leaf that grows with every transaction is copied back once
_CACHE_KIB = 16_384  # of the writing connection: the last leaf of a few thousand series each


class Cursor(Protocol):
    """What a statement gives."""

    rowcount: int
    lastrowid: int

    def fetchone(self) -> Any:
        """The next row as a tuple, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """The rest of the rows."""
        ...

    def fetchmany(self, size: int) -> list[Any]:
        """At most `size` further rows."""
        ...

    def __iter__(self) -> Any: ...


class Connection(Protocol):
    """The part of the driver's connection that the store uses; rows are tuples."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        ...

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Cursor:
        """Run one statement; values go in `parameters` only."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Cursor:
        """Run one statement for every row."""
        ...

    def backup(self, target: Any, *, pages: int = ...) -> None:
        """Copy the whole database to another connection while it is in use."""
        ...

    def interrupt(self) -> None:
        """Stop what another thread runs on this connection."""
        ...

    def set_progress_handler(self, handler: Callable[[], int] | None, n: int) -> None:
        """Have a function called every `n` steps; what is not 0 stops the statement."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class Durability(StrEnum):
    """When a commit has reached the disk. OFF is not offered: it corrupts on loss of power."""

    NORMAL = "NORMAL"  # survives the death of the process; loss of power may cost the last commits
    FULL = "FULL"  # survives loss of power


class DiskFull(Refusal):
    """The disk has no room for what was to be written."""

    def __init__(self, file: str) -> None:
        super().__init__(message("store.disk_full", file=file))


def require_version(version: str = SQLITE_VERSION) -> None:
    """Raise Refusal where the SQLite in the driver is older than the one without the WAL race."""
    if tuple(int(part) for part in version.split(".")) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise Refusal(message("store.sqlite_old", version=version, oldest=oldest))


def connect(
    path: Path, key: str | None, durability: Durability, *, read_only: bool = False
) -> Connection:
    """Open a database in WAL mode, with explicit transactions only.

    `key` is 64 hexadecimal digits (a raw key), any other text (a passphrase), or None for a plain
    file. A wrong key shows at the first read as a DatabaseError. A connection is used by one
    thread at a time.
    """
    target = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    connection: Connection = sqlcipher3.connect(
        target, uri=True, isolation_level=None, check_same_thread=False, timeout=_BUSY_MS / 1000
    )
    try:
        _configure(connection, path, key, durability, read_only=read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_foreign(path: Path, *, immutable: bool = False) -> Connection:
    """Open a database that others made, only to read it: nothing of its schema is trusted, nothing
    is written beside it. `immutable` is for a file that nobody writes, in a folder that cannot be
    written to, should its maker have left it in WAL mode."""
    target = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if immutable else ''}"
    connection: Connection = sqlcipher3.connect(
        target, uri=True, isolation_level=None, check_same_thread=False, timeout=1.0
    )
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(
    connection: Connection, path: Path, key: str | None, durability: Durability, *, read_only: bool
) -> None:
    if key is not None:
        connection.execute("PRAGMA cipher_log_level = NONE")  # a wrong key is said by us
        # PRAGMA takes no parameters; key_literal gives hexadecimal digits only.
        connection.execute(f"PRAGMA key = \"x'{key_literal(key, path)}'\"")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    else:
        if connection.execute("PRAGMA page_count").fetchone()[0] == 0:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute(f"PRAGMA synchronous = {durability.value}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA trusted_schema = OFF")


def as_sqlite(connection: Connection) -> Any:
    """The connection for sqlite-utils, whose types know the standard library's driver only."""
    return connection


def key_literal(key: str, path: Path) -> str:
    """The hexadecimal digits that SQLCipher takes as a raw key, with the salt for a passphrase.

    A passphrase is stretched as SQLCipher itself does it, so its own tools open the file; done
    here because it takes 150 ms, and `connect` takes the outcome in place of the passphrase.
    """
    if _RAW_KEY.fullmatch(key):
        return key
    salt = b""
    if path.exists():
        with path.open("rb") as file:
            salt = file.read(_SALT_BYTES)
    if len(salt) < _SALT_BYTES:
        salt = os.urandom(_SALT_BYTES)
    derived = hashlib.pbkdf2_hmac("sha512", key.encode(), salt, _KDF_ROUNDS, 32)
    return derived.hex() + salt.hex()
