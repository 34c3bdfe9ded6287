"""Where moving things were, as snapshots of whole layers: one a minute for a day, one in ten
minutes for a week, and never more bytes than MOST_BYTES; the oldest go first.

What a snapshot holds is `app.live.position_past`'s business; here it is bytes.
"""

from collections.abc import Iterable
from typing import ClassVar

import msgspec

from app.core.catalog import DAY, MINUTE
from app.core.model import Ms
from app.core.privacy import Privacy
from app.store.driver import Connection

EVERY_MS = MINUTE
FINE_MS, COARSE_MS, KEPT_MS = DAY, 10 * MINUTE, 7 * DAY
MOST_BYTES = 512 * 1024 * 1024
NEAR_MS = 10 * MINUTE
"""A moment shows what was stored at most so long before it."""
_A_STEP = 2000


class Snapshot(msgspec.Struct, frozen=True):
    """One layer of one source at a moment; `things` are those in `body`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    at: Ms
    source: str
    layer: str
    things: int
    body: bytes


def put(connection: Connection, rows: Iterable[Snapshot]) -> None:
    """Write snapshots; every ten minutes let go of what is past its time or beyond its room."""
    newest = 0
    for row in rows:
        newest = max(newest, row.at)
        connection.execute(
            "INSERT OR REPLACE INTO position_snapshot (at, source, layer, things, bytes, body)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (row.at, row.source, row.layer, row.things, len(row.body), row.body),
        )
    if newest and newest % COARSE_MS == 0:
        forget(connection, newest)


def forget(connection: Connection, now: Ms, most: int = MOST_BYTES) -> None:
    """What is older than it is kept, what is finer than it is kept, and the oldest beyond `most`
    bytes, at most some thousand rows at a time."""
    connection.execute("DELETE FROM position_snapshot WHERE at < ?", (now - KEPT_MS,))
    connection.execute(
        "DELETE FROM position_snapshot WHERE rowid IN (SELECT rowid FROM position_snapshot"
        " WHERE at < ? AND at % ? != 0 LIMIT ?)",
        (now - FINE_MS, COARSE_MS, _A_STEP),
    )
    (total,) = connection.execute("SELECT sum(bytes) FROM position_snapshot").fetchone()
    over = (total or 0) - most
    if over <= 0:
        return
    oldest = connection.execute("SELECT rowid, bytes FROM position_snapshot ORDER BY at, rowid")
    gone = []
    for rowid, size in oldest:
        gone.append((rowid,))
        over -= size
        if over <= 0:
            break
    connection.executemany("DELETE FROM position_snapshot WHERE rowid = ?", gone)


def at(connection: Connection, moment: Ms) -> list[Snapshot]:
    """Of each layer of each source the newest that was stored at a moment or shortly before it."""
    rows = connection.execute(
        "SELECT at, source, layer, things, body FROM position_snapshot AS one"
        " WHERE at <= ? AND at > ? AND at = (SELECT max(at) FROM position_snapshot AS other"
        " WHERE other.source = one.source AND other.layer = one.layer AND other.at <= ?)"
        " ORDER BY source, layer",
        (moment, moment - NEAR_MS, moment),
    )
    return [Snapshot(*row) for row in rows]
