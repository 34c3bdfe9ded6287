"""Single readings of a key as they were received: all sources, all revisions."""

from collections.abc import Sequence
from typing import NamedTuple

from app.core.model import Held, Ms, Origin, Reading, World
from app.store.columns import Columns, from_rows, merge, unpack_extra
from app.store.driver import Connection
from app.store.history import read
from app.store.pack import DAY_MS, unpack
from app.store.series import counts

_SERIES = "SELECT sid, source, world, origin FROM series WHERE key = ?"
FOREVER: Ms = 1 << 62


class Newest(NamedTuple):
    """The newest readings, oldest first, and how many are stored; None where it would take all
    packed days to say how many of them were known at a moment."""

    held: list[Held]
    stored: int | None


def between(connection: Connection, key: str, start: Ms, end: Ms, known: Ms | None) -> list[Held]:
    """Every reading observed in [start, end), of those the ones received until `known`."""
    found = []
    for sid, source, world, origin in connection.execute(_SERIES, (key,)).fetchall():
        columns = read(connection, sid, start, end, known)
        found += [held(key, source, world, origin, row) for row in columns.rows()]
    return sorted(found, key=_order)


def newest(
    connection: Connection, key: str, count: int, known: Ms | None = None, own: str = ""
) -> Newest:
    """The newest `count` readings received until `known`. `own` is the source of the indices that
    count (see `app.store.series.counts`)."""
    found: list[Held] = []
    stored: int | None = 0
    for sid, source, world, origin in connection.execute(_SERIES, (key,)).fetchall():
        if not counts(source, own):
            continue
        columns = _newest(connection, sid, count, known)
        found += [held(key, source, world, origin, row) for row in columns.rows()]
        there = _stored(connection, sid, known)
        stored = None if stored is None or there is None else stored + there
    return Newest(sorted(found, key=_order)[-count:], stored)


def held(key: str, source: str, world: str, origin: str, row: Sequence[object]) -> Held:
    """A stored row of a series as it came."""
    ts, revision, value, lag, extra = row
    assert isinstance(ts, int) and isinstance(revision, int) and isinstance(lag, int)
    assert isinstance(value, float) and (extra is None or isinstance(extra, bytes))
    valid_from, valid_to, published, low, high = unpack_extra(extra)
    reading = Reading(
        key=key,
        value=value,
        observed=ts,
        revision=revision,
        valid_from=valid_from,
        valid_to=valid_to,
        published=published,
        origin=Origin(origin),
        world=World(world) if world else None,
        low=low,
        high=high,
    )
    return Held(reading, source, ts + lag)


def _order(item: Held) -> tuple[Ms, int]:
    return item.reading.observed, item.reading.revision


def _newest(connection: Connection, sid: int, count: int, known: Ms | None) -> Columns:
    """Rows first; packed days, newest first, only while too few are found."""
    rows = connection.execute(
        "SELECT ts, revision, value, lag, extra FROM reading WHERE sid = ? AND ts + lag <= ?"
        " ORDER BY ts DESC, revision DESC LIMIT ?",
        (sid, FOREVER if known is None else known, count),
    ).fetchall()
    columns = from_rows(rows)
    days = connection.execute("SELECT day, body FROM chunk WHERE sid = ? ORDER BY day DESC", (sid,))
    for day, body in days:
        if len(columns) >= count and columns.ts[-count] >= (day + 1) * DAY_MS:
            break
        packed = unpack(body)
        if known is not None:
            packed = packed.take(packed.received <= known)
        columns = merge(packed, columns)
    return columns.take(slice(-count, None))


def _stored(connection: Connection, sid: int, known: Ms | None) -> int | None:
    packed: int | None
    (packed,) = connection.execute("SELECT sum(n) FROM chunk WHERE sid = ?", (sid,)).fetchone()
    if known is not None and packed:
        return None
    (rows,) = connection.execute(
        "SELECT count(*) FROM reading WHERE sid = ? AND ts + lag <= ?",
        (sid, FOREVER if known is None else known),
    ).fetchone()
    total: int = rows + (packed or 0)
    return total
