"""Which cameras stood on a screen, by whom and when, in ops.db: append-only, in the audit.

A view has a row when it begins (`times` 0) and one of the same `since` when it ends. Names and the
ids of lines stand once in tables of their own; what the audit's digest covers is the whole text.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.catalog import HOUR
from app.core.decision import Viewing
from app.core.ident import ulid
from app.core.model import Ms
from app.core.privacy import Privacy
from app.store.driver import Connection

LOST = "view-unended"
"""The verb of a line that says of views that the program was ended by force before they were."""
_REACH_MS: Ms = 2 * HOUR
"""What is open began so long at most before the program was last known to run: views begin anew
each hour."""
_ULID_TIME = 10  # characters
_NAMES = (
    "JOIN view_line AS l ON l.id = r.line JOIN audit ON audit.command = l.command"
    " JOIN view_name AS c ON c.id = r.camera JOIN view_name AS b ON b.id = r.by"
    " JOIN view_name AS w ON w.id = r.wall"
)
_SAME = "e.camera = r.camera AND e.since = r.since AND e.by = r.by AND e.wall = r.wall"


class Ending(StrEnum):
    """How a view ended, as far as it is written."""

    KNOWN = "known"
    OPEN = "open"  # not yet; or the program was ended by force and did not start since
    LOST = "lost"  # by force: `until` is when the program was last known to run


class Seen(msgspec.Struct, frozen=True):
    """A view with the line that it belongs to; `person` is empty where nobody was signed on."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    view: Viewing
    person: str
    role: str
    seat: str
    ending: Ending = Ending.KNOWN


def put(connection: Connection, command: str, view: Viewing) -> None:
    """Write one; its place among those of its line is the next."""
    connection.executemany(
        "INSERT INTO view_name (text) VALUES (?) ON CONFLICT (text) DO NOTHING",
        [(view.camera,), (view.by,), (view.wall,)],
    )
    connection.execute(
        "INSERT INTO view_line (command) VALUES (?) ON CONFLICT (command) DO NOTHING", (command,)
    )
    connection.execute(
        "INSERT INTO view_row SELECT l.id,"
        " (SELECT coalesce(max(place) + 1, 0) FROM view_row WHERE line = l.id),"
        " (SELECT id FROM view_name WHERE text = ?), (SELECT id FROM view_name WHERE text = ?),"
        " (SELECT id FROM view_name WHERE text = ?), ?, ?, ?, ?"
        " FROM view_line AS l WHERE l.command = ?",
        (
            view.camera,
            view.by,
            view.wall,
            view.since,
            view.until - view.since,
            view.ms,
            view.times,
            command,
        ),
    )


def of_command(connection: Connection, command: str) -> list[Viewing]:
    """What one line wrote."""
    rows = connection.execute(
        "SELECT camera, by, wall, since, until, ms, times FROM viewing WHERE command = ?"
        " ORDER BY place",
        (command,),
    )
    return [_view(row) for row in rows]


def know(connection: Connection, now: Ms) -> None:
    """The program runs now: what is open and never ends was seen until then, as far as is known.
    Replaced, not appended; it is no decision of anybody."""
    connection.execute(
        "INSERT INTO view_known (one, at) VALUES (1, ?) "
        "ON CONFLICT (one) DO UPDATE SET at = excluded.at",
        (now,),
    )


def unended(connection: Connection) -> list[Seen]:
    """The views that a program before this one left open, each until it was last known to run.
    Empty once a line says so (`LOST`)."""
    known = connection.execute("SELECT at FROM view_known").fetchone()
    if known is None:
        return []
    (at,) = known
    rows = connection.execute(
        "SELECT c.text, b.text, w.text, r.since, audit.person, audit.role, audit.seat, count(*),"  # noqa: S608
        f" (SELECT count(*) FROM view_row AS e WHERE {_SAME} AND e.times > 0)"
        f" FROM view_row AS r {_NAMES} WHERE l.command >= ? AND r.times = 0"
        " GROUP BY r.camera, r.by, r.wall, r.since, audit.person, audit.role, audit.seat"
        " ORDER BY r.since, c.text",
        (ulid(max(0, at - _REACH_MS))[:_ULID_TIME],),
    )
    found = []
    for camera, by, wall, since, person, role, seat, begun, ended in rows:
        until = max(int(at), int(since))
        view = Viewing(str(camera), str(by), str(wall), int(since), until, until - int(since))
        one = Seen(view, str(person), str(role), str(seat), Ending.LOST)
        found += [one] * max(0, begun - ended)
    return found


def seen(connection: Connection, camera: str, since: Ms, until: Ms, limit: int) -> list[Seen]:
    """Who had a camera on a screen in a span, what was written last first; of all cameras where
    none is named. A view that is not over is one row, from its beginning."""
    of_one = "r.camera = (SELECT id FROM view_name WHERE text = ?1)" if camera else "?1 = ''"
    rows = connection.execute(
        "SELECT c.text, b.text, w.text, r.since, r.since + r.span, r.ms, r.times,"  # noqa: S608
        f" audit.person, audit.role, audit.seat, audit.verb FROM view_row AS r {_NAMES}"
        f" WHERE {of_one} AND (r.since + r.span >= ?2 OR r.times = 0) AND r.since < ?3"
        f" AND (r.times > 0 OR NOT EXISTS"
        f" (SELECT 1 FROM view_row AS e WHERE {_SAME} AND e.times > 0))"
        " ORDER BY r.line DESC, r.place DESC LIMIT ?4",
        (camera, since, until, limit),
    )
    found = []
    for row in map(tuple, rows):
        view, (person, role, seat, verb) = _view(row[:7]), map(str, row[7:])
        lost = Ending.LOST if verb == LOST else Ending.KNOWN
        ending = lost if view.times else Ending.OPEN
        found.append(Seen(view, person, role, seat, ending))
    return found


def _view(row: Sequence[str | int]) -> Viewing:
    camera, by, wall, since, until, ms, times = row
    return Viewing(str(camera), str(by), str(wall), int(since), int(until), int(ms), int(times))
