"""Every reading of one series over a span, from packed days and the rows after them alike."""

from app.core.model import Ms
from app.store.columns import Columns, from_rows, merge
from app.store.driver import Connection
from app.store.pack import day_of, unpack

_ROWS = (
    "SELECT ts, revision, value, lag, extra FROM reading"
    " WHERE sid = ? AND ts >= ? AND ts < ? ORDER BY ts"
)
_CHUNKS = "SELECT body FROM chunk WHERE sid = ? AND day BETWEEN ? AND ? ORDER BY day"


def read(connection: Connection, sid: int, start: Ms, end: Ms, known: Ms | None = None) -> Columns:
    """The readings observed in [start, end), of those the ones received until `known`."""
    columns = from_rows(connection.execute(_ROWS, (sid, start, end)).fetchall())
    packed = packed_in(connection, sid, start, end)
    if len(packed):
        columns = merge(packed, columns)
    return columns if known is None else columns.take(columns.received <= known)


def packed_in(connection: Connection, sid: int, start: Ms, end: Ms) -> Columns:
    """What of a span lies in packed days."""
    columns = from_rows(())
    for (body,) in connection.execute(_CHUNKS, (sid, day_of(start), day_of(end - 1))):
        day = unpack(body)
        first, last = day.ts.searchsorted((start, end))
        if first < last:
            columns = merge(columns, day.take(slice(first, last)))
    return columns
