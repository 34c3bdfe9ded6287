"""Facts released for the cockpit, in ops.db: written with the command, loaded at start."""

from app.core.decision import Release
from app.core.model import Ms
from app.store.driver import Connection

_COLUMNS = "fact, digest, at, person, role, said"


def put(connection: Connection, command: str, release: Release) -> None:
    """Write that a sentence was released."""
    connection.execute(
        f"INSERT INTO release (command, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            command,
            release.fact,
            release.digest,
            release.at,
            release.person,
            release.role,
            release.said,
        ),
    )


def load(connection: Connection, since: Ms) -> list[Release]:
    """What was released since a moment, oldest first: of two of one fact the later one holds."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM release WHERE at >= ? ORDER BY at, rowid",  # noqa: S608
        (since,),
    )
    return [Release(*row) for row in rows]


def of_command(connection: Connection, command: str) -> list[Release]:
    """What one command wrote."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM release WHERE command = ?",  # noqa: S608
        (command,),
    )
    return [Release(*row) for row in rows]
