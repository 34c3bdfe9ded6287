"""Opening a database that may not be what it should: what is wrong, put aside, said in a sentence.

Nothing is deleted: a file that cannot be used is renamed with the moment, and a new one made.
"""

import math
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from app.core.clock import iso
from app.core.message import Message, message
from app.core.model import Ms
from app.store import migrate
from app.store.driver import (
    Connection,
    DatabaseError,
    Durability,
    OperationalError,
    connect,
    key_literal,
)
from app.store.salvage import salvage
from app.store.writer import Db

_MAGIC = b"SQLite format 3\x00"
_PAGE = 4096
_RANDOM_BITS = 7.5  # entropy per byte of an encrypted page; text and tables lie well below
CHECK_AT_ONCE = 256 << 20  # bytes; a larger file is checked while the wall is already up
_AT_START = {
    Db.CACHE: (
        "SELECT count(key), count(source) FROM series",
        "SELECT count(value), count(extra) FROM latest",
        "SELECT count(body) FROM record WHERE open = 1",
    ),
    Db.OPS: ("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1", "SELECT count(hash) FROM person"),
}


class Trouble(StrEnum):
    """Why a file is put aside; part of its new name."""

    CORRUPT = "corrupt"
    FOREIGN = "foreign"
    LOCKED = "locked"


class Opened:
    """A database ready for use."""

    def __init__(
        self, connection: Connection, key: str | None, newer: migrate.NewerDatabase | None = None
    ) -> None:
        self.connection = connection
        self.key = key  # as further connections to this file take it, see driver.key_literal
        self.newer = newer  # set where it may only be read
        self.check_later = False


DURABILITY = {Db.CACHE: Durability.NORMAL, Db.OPS: Durability.FULL}


def open_database(
    folder: Path,
    db: Db,
    key: str | None,
    now: Ms,
    report: Callable[[Message], None],
    check_at_once: int = CHECK_AT_ONCE,
) -> Opened:
    """Open `cache.db` or `ops.db`, made or put aside as needed, in the newest form.

    A file of more than `check_at_once` bytes is not checked whole, only what the start reads;
    `check_later` says that it is still to be done.
    """
    path = folder / f"{db.value}.db"
    key = None if key is None else key_literal(key, path)
    suspect = path.with_name(f"{path.name}.suspect")
    if suspect.exists() and path.exists():
        trouble: Trouble | None = Trouble.CORRUPT
    else:
        trouble = examine(path, db, key, check_at_once)
    suspect.unlink(missing_ok=True)
    if trouble is None:
        opened = _opened(path, db, key, report)
        opened.check_later = path.stat().st_size > check_at_once
        return opened
    aside = put_aside(path, trouble, now)
    opened = _opened(path, db, key, report)
    if trouble is Trouble.CORRUPT:
        saved = salvage(aside, opened.connection, key)
        report(message("store.salvaged", file=path.name, aside=aside.name, **saved.arguments()))
    else:
        sentence = "store.foreign" if trouble is Trouble.FOREIGN else "store.locked"
        report(message(sentence, file=path.name, aside=aside.name))
    return opened


def examine(
    path: Path, db: Db, key: str | None, check_at_once: int = CHECK_AT_ONCE
) -> Trouble | None:
    """What is wrong with a file; None for one that may be used or is not there."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    with path.open("rb") as file:
        page = file.read(_PAGE)
    try:
        connection = connect(path, key, DURABILITY[db])
    except DatabaseError:
        return _unreadable(path, page, key)
    try:
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        owner = migrate.application_id(connection)
        if owner != migrate.APPLICATION_IDS[db.value] and (tables or owner):
            return Trouble.FOREIGN
        small = path.stat().st_size <= check_at_once
        if not (is_sound(connection) if small else _starts(connection, db)):
            return Trouble.CORRUPT
    except DatabaseError:
        return _unreadable(path, page, key)
    finally:
        connection.close()
    return None


def is_sound(connection: Connection) -> bool:
    """SQLite's own check of every page (without that of the indexes against the tables)."""
    try:
        rows = connection.execute("PRAGMA quick_check(1)").fetchall()
    except DatabaseError:
        return False
    return [tuple(row) for row in rows] == [("ok",)]


def _starts(connection: Connection, db: Db) -> bool:
    """Whether all that the start reads of a file in a form of ours can be read."""
    if not 0 < migrate.version(connection) <= len(migrate.steps(db.value)):
        return True
    try:
        for statement in _AT_START[db]:
            connection.execute(statement).fetchall()
    except OperationalError:
        return True  # a table that an older form lacks: no damage
    except DatabaseError:
        return False
    return True


def put_aside(path: Path, trouble: Trouble, now: Ms) -> Path:
    """Rename a database with its log; gives the new name."""
    stamp = iso(now).replace(":", "").replace("-", "").replace(".", "")
    aside = path.with_name(f"{path.name}.{trouble.value}-{stamp}")
    count = 1
    while aside.exists():
        count += 1
        aside = path.with_name(f"{path.name}.{trouble.value}-{stamp}-{count}")
    for ending in ("", "-wal", "-shm"):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return aside


def _opened(path: Path, db: Db, key: str | None, report: Callable[[Message], None]) -> Opened:
    connection = connect(path, key, DURABILITY[db])
    try:
        migrate.migrate(connection, db.value, path.name)
    except migrate.NewerDatabase as newer:
        connection.close()
        report(newer.reason)
        return Opened(connect(path, key, DURABILITY[db], read_only=True), key, newer)
    except BaseException:
        connection.close()
        raise
    return Opened(connection, key)


def _unreadable(path: Path, page: bytes, key: str | None) -> Trouble:
    """Encrypted with another key, damaged, or no database at all."""
    if page.startswith(_MAGIC):
        # A plain file: with a key given its owner chose none, else its pages are broken.
        return Trouble.CORRUPT if key is None else Trouble.LOCKED
    if path.stat().st_size % _PAGE == 0 and _entropy(page) > _RANDOM_BITS:
        return Trouble.LOCKED
    return Trouble.FOREIGN


def _entropy(data: bytes) -> float:
    """Bits per byte."""
    counts = Counter(data).values()
    return -sum(count / len(data) * math.log2(count / len(data)) for count in counts)
