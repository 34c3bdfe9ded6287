"""Feeds admitted from their trial, in ops.db: append-only, the later row of one feed holds."""

from collections.abc import Sequence

from app.core.decision import Admission
from app.store.driver import Connection

_COLUMNS = "feed, admitted, at, person, role, reason"


def put(connection: Connection, command: str, admission: Admission) -> None:
    """Write that a feed was admitted or put back."""
    connection.execute(
        f"INSERT INTO admission (command, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            command,
            admission.feed,
            int(admission.admitted),
            admission.at,
            admission.person,
            admission.role,
            admission.reason,
        ),
    )


def load(connection: Connection) -> dict[str, Admission]:
    """What was last decided of each feed."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM admission ORDER BY at, rowid")  # noqa: S608
    return {str(row[0]): _admission(row) for row in rows}


def of_command(connection: Connection, command: str) -> list[Admission]:
    """What one command wrote."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM admission WHERE command = ?",  # noqa: S608
        (command,),
    )
    return [_admission(row) for row in rows]


def _admission(row: Sequence[str | int]) -> Admission:
    feed, admitted, at, person, role, reason = row
    return Admission(str(feed), bool(admitted), int(at), str(person), str(role), str(reason))
