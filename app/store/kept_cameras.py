"""Cameras that a seat keeps at hand (常用) or looked at last, in ops.db.

What is kept is append-only, the later row of one camera and seat holds; what was looked at last is
read from the commands themselves.
"""

from collections.abc import Sequence

from app.core.decision import KeptCamera
from app.store.driver import Connection

_COLUMNS = "camera, seat, at, person, role, dropped"
_LOOKED_AT = 200
"""Commands that are read for the cameras looked at last."""


def put(connection: Connection, command: str, kept: KeptCamera) -> None:
    """Write that a camera is kept or dropped."""
    connection.execute(
        f"INSERT INTO kept_camera (command, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            command,
            kept.camera,
            kept.seat,
            kept.at,
            kept.person,
            kept.role,
            int(kept.dropped),
        ),
    )


def load(connection: Connection, seat: str) -> dict[str, KeptCamera]:
    """The cameras that a seat keeps, in the order in which they were kept."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM kept_camera WHERE seat = ? ORDER BY at, rowid",  # noqa: S608
        (seat,),
    )
    found: dict[str, KeptCamera] = {}
    for row in map(_kept, rows):
        if row.dropped:
            found.pop(row.camera, None)
        else:
            found.setdefault(row.camera, row)
    return found


def looked_at(connection: Connection, seat: str) -> list[str]:
    """The texts of a seat's last commands that showed a camera, newest first."""
    rows = connection.execute(
        "SELECT text FROM command WHERE seat = ? AND verb IN ('watch-camera', 'send-to-wall')"
        " ORDER BY seq DESC LIMIT ?",
        (seat, _LOOKED_AT),
    )
    return [str(text) for (text,) in rows]


def of_command(connection: Connection, command: str) -> list[KeptCamera]:
    """What one command wrote."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM kept_camera WHERE command = ?",  # noqa: S608
        (command,),
    )
    return [_kept(row) for row in rows]


def _kept(row: Sequence[str | int]) -> KeptCamera:
    camera, seat, at, person, role, dropped = row
    return KeptCamera(str(camera), str(seat), int(at), str(person), str(role), bool(dropped))
