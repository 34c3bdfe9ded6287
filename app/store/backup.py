"""Copies of the databases while they are in use, and whether a copy is good."""

import os
from pathlib import Path

from app.core.message import Refusal, message
from app.core.model import Ms
from app.store import migrate
from app.store.driver import Connection, DatabaseError, Durability, as_sqlite, connect
from app.store.opening import is_sound
from app.store.writer import Db

PART = ".part"


def copy(source: Connection, target: Path, key: str | None) -> None:
    """Copy a database with SQLite's online backup to a new file, encrypted as the source is.

    The copy is one moment of the source and gets its name only when it is whole and verified.
    """
    if target.exists():
        raise Refusal(message("store.backup_exists", file=target.name))
    part = target.with_name(target.name + PART)
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    os.close(descriptor)
    try:
        copied = connect(part, key, Durability.FULL)
        try:
            source.backup(as_sqlite(copied))
        finally:
            copied.close()
        verify(part, key)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    part.rename(target)


def verify(path: Path, key: str | None) -> int:
    """Check a copy: ours, sound, of a known form; gives the number of its form.

    Raises Refusal for one that must not be relied on.
    """
    try:
        connection = connect(path, key, Durability.NORMAL, read_only=True)
    except DatabaseError as error:
        raise Refusal(message("store.backup_bad", file=path.name)) from error
    try:
        ours = migrate.application_id(connection) in migrate.APPLICATION_IDS.values()
        if not ours or not is_sound(connection):
            raise Refusal(message("store.backup_bad", file=path.name))
        return migrate.version(connection)
    except DatabaseError as error:
        raise Refusal(message("store.backup_bad", file=path.name)) from error
    finally:
        connection.close()


def name(db: Db, now: Ms) -> str:
    """The file name of a copy made at a moment: sorts by time."""
    return f"{db.value}-{now}.db"


def stamps(folder: Path, db: Db) -> dict[Ms, Path]:
    """The copies of a database in a folder by the moment they were made at."""
    found = {}
    for path in folder.glob(f"{db.value}-*.db"):
        stamp = path.stem.removeprefix(f"{db.value}-")
        if stamp.isdecimal():
            found[int(stamp)] = path
    return found
