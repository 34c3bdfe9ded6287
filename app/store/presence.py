"""Who had which seat from when on, in ops.db."""

from app.core.decision import Presence
from app.store.driver import Connection


def put(connection: Connection, presence: Presence) -> None:
    """Write a change of person."""
    connection.execute(
        "INSERT INTO presence (command, at, person, role, seat) VALUES (?, ?, ?, ?, ?)",
        (presence.id, presence.at, presence.person, presence.role, presence.seat),
    )


def of_command(connection: Connection, command: str) -> list[Presence]:
    """What one command wrote."""
    rows = connection.execute(
        "SELECT command, at, person, role, seat FROM presence WHERE command = ?", (command,)
    )
    return [Presence(*row) for row in rows]
