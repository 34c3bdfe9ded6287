"""Cameras that a seat keeps at hand (常用) or looked at last, in ops.db.

What is kept is append-only, the later row of one camera and seat holds. What was looked at last is
one row a seat that is replaced, and what its commands did since.
"""

from collections.abc import Sequence

from app.core.decision import KeptCamera
from app.core.model import Ms
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


def keep_recent(connection: Connection, seat: str, cameras: Sequence[str], now: Ms) -> None:
    """Replace which cameras a seat looked at last, newest first."""
    connection.execute(
        "INSERT OR REPLACE INTO recent_camera (seat, at, cameras) VALUES (?, ?, ?)",
        (seat, now, "\n".join(cameras)),
    )


def looked_at(connection: Connection, seat: str) -> tuple[list[str], list[str]]:
    """The cameras that a seat had looked at when that was kept, and the texts of its commands that
    showed a camera since; newest first, both."""
    row = connection.execute(
        "SELECT at, cameras FROM recent_camera WHERE seat = ?", (seat,)
    ).fetchone()
    at, kept = (int(row[0]), str(row[1])) if row is not None else (-1, "")
    rows = connection.execute(
        "SELECT text FROM command WHERE seat = ? AND at > ?"
        " AND verb IN ('watch-camera', 'watch-cameras', 'send-to-wall') ORDER BY seq DESC LIMIT ?",
        (seat, at, _LOOKED_AT),
    )
    return kept.split(), [str(text) for (text,) in rows]


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
