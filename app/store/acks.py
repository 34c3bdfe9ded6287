"""Acknowledgements in ops.db: written with the command, loaded at start."""

from app.core.decision import Acknowledgement
from app.core.model import Level, Ms
from app.store.driver import Connection

_COLUMNS = "warning, at, person, role, false_alarm, reason, level"


def put(connection: Connection, command: str, ack: Acknowledgement) -> None:
    """Write what a command said of a warning."""
    connection.execute(
        f"INSERT INTO acknowledgement (command, {_COLUMNS}) "  # noqa: S608 - our own names
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            command,
            ack.warning,
            ack.at,
            ack.person,
            ack.role,
            int(ack.false_alarm),
            ack.reason,
            ack.level.value,
        ),
    )


def load(connection: Connection, since: Ms) -> list[Acknowledgement]:
    """What was said since a moment, oldest first: of two about one warning the later one holds."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM acknowledgement WHERE at >= ? "  # noqa: S608 - our own names
        "ORDER BY at, rowid",
        (since,),
    )
    return [_ack(row) for row in rows]


def of_command(connection: Connection, command: str) -> list[Acknowledgement]:
    """What one command wrote."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM acknowledgement WHERE command = ?",  # noqa: S608 - our own names
        (command,),
    )
    return [_ack(row) for row in rows]


def _ack(row: tuple[str, int, str, str, int, str, str]) -> Acknowledgement:
    warning, at, person, role, false_alarm, reason, level = row
    return Acknowledgement(warning, at, person, role, bool(false_alarm), reason, Level(level))
