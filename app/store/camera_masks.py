"""What nobody may see of cameras, as it was drawn, in ops.db: append-only, in order."""

from collections.abc import Sequence

from app.core.decision import CameraMask
from app.store.driver import Connection

_COLUMNS = "camera, areas, at, person, role, back"


def put(connection: Connection, command: str, mask: CameraMask) -> None:
    """Write what is covered from now on."""
    connection.execute(
        f"INSERT INTO camera_mask (command, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (command, mask.camera, mask.areas, mask.at, mask.person, mask.role, int(mask.back)),
    )


def load(connection: Connection) -> list[CameraMask]:
    """All rows, oldest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM camera_mask ORDER BY at, rowid")  # noqa: S608
    return [_mask(row) for row in rows]


def of_command(connection: Connection, command: str) -> list[CameraMask]:
    """What one command wrote."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM camera_mask WHERE command = ? ORDER BY rowid",  # noqa: S608
        (command,),
    )
    return [_mask(row) for row in rows]


def _mask(row: Sequence[str | int]) -> CameraMask:
    camera, areas, at, person, role, back = row
    return CameraMask(str(camera), str(areas), int(at), str(person), str(role), bool(back))
