"""Windows of planned maintenance, in ops.db: append-only, the later row of one window holds."""

from app.core.decision import Maintenance
from app.core.model import Ms
from app.store.driver import Connection

_COLUMNS = "id, target, since, until, at, person, role, reason"


def put(connection: Connection, command: str, window: Maintenance) -> None:
    """Write that a window was planned or changed."""
    connection.execute(
        f"INSERT INTO maintenance (command, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            command,
            window.id,
            window.target,
            window.since,
            window.until,
            window.at,
            window.person,
            window.role,
            window.reason,
        ),
    )


def load(connection: Connection, over: Ms) -> dict[str, Maintenance]:
    """Every window as it stands that was not over at a moment, by its id."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM maintenance ORDER BY at, rowid")  # noqa: S608
    newest = {str(row[0]): Maintenance(*row) for row in rows}
    return {id_: window for id_, window in newest.items() if window.until > over}


def of_command(connection: Connection, command: str) -> list[Maintenance]:
    """What one command wrote."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM maintenance WHERE command = ?",  # noqa: S608
        (command,),
    )
    return [Maintenance(*row) for row in rows]
