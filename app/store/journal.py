"""The shift journal in ops.db."""

from app.core.decision import Note
from app.core.model import Ms
from app.store.driver import Connection


def put(connection: Connection, note: Note) -> None:
    """Write a line."""
    connection.execute(
        "INSERT INTO note (command, at, person, role, seat, text) VALUES (?, ?, ?, ?, ?, ?)",
        (note.id, note.at, note.person, note.role, note.seat, note.text),
    )


def newest(connection: Connection, limit: int, before: Ms | None = None) -> list[Note]:
    """The last lines, newest first; with `before` only those written earlier than that."""
    rows = connection.execute(
        "SELECT command, at, person, role, seat, text FROM note "
        "WHERE ? IS NULL OR at < ? ORDER BY at DESC, rowid DESC LIMIT ?",
        (before, before, limit),
    )
    return [Note(*row) for row in rows]


def of_command(connection: Connection, command: str) -> list[Note]:
    """What one command wrote."""
    rows = connection.execute(
        "SELECT command, at, person, role, seat, text FROM note WHERE command = ?", (command,)
    )
    return [Note(*row) for row in rows]
