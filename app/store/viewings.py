"""Which cameras stood on a screen, by whom and when, in ops.db: append-only, in the audit."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from app.core.decision import Viewing
from app.core.model import Ms
from app.core.privacy import Privacy
from app.store.driver import Connection

_COLUMNS = "camera, by, wall, since, until, ms, times"


class Seen(msgspec.Struct, frozen=True):
    """A view with the line that it belongs to; `person` is empty where nobody was signed on."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    view: Viewing
    person: str
    role: str
    seat: str


def put(connection: Connection, command: str, view: Viewing) -> None:
    """Write one; its place among those of its line is the next."""
    connection.execute(
        f"INSERT INTO viewing (command, place, {_COLUMNS}) VALUES (?1,"  # noqa: S608
        " (SELECT count(*) FROM viewing WHERE command = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            command,
            view.camera,
            view.by,
            view.wall,
            view.since,
            view.until,
            view.ms,
            view.times,
        ),
    )


def of_command(connection: Connection, command: str) -> list[Viewing]:
    """What one line wrote."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM viewing WHERE command = ? ORDER BY place",  # noqa: S608
        (command,),
    )
    return [_view(row) for row in rows]


def seen(connection: Connection, camera: str, since: Ms, until: Ms, limit: int) -> list[Seen]:
    """Who had a camera on a screen in a span, newest first; of all cameras where none is named."""
    rows = connection.execute(
        f"SELECT {_COLUMNS}, audit.person, audit.role, audit.seat FROM viewing"  # noqa: S608
        " JOIN audit ON audit.command = viewing.command"
        " WHERE (?1 = '' OR camera = ?1) AND until >= ?2 AND since < ?3"
        " ORDER BY until DESC, since DESC LIMIT ?4",
        (camera, since, until, limit),
    )
    return [
        Seen(_view(row[:7]), *(str(part) for part in row[7:])) for row in (tuple(r) for r in rows)
    ]


def _view(row: Sequence[str | int]) -> Viewing:
    camera, by, wall, since, until, ms, times = row
    return Viewing(str(camera), str(by), str(wall), int(since), int(until), int(ms), int(times))
