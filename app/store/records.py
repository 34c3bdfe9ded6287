"""Events, warnings, device states and stocks: the newest of each, and all that was ever said.

Bodies are masked before they are written; what is read back is the masked record.
"""

import msgspec

from app.core.model import (
    DeviceStatus,
    Event,
    EventStatus,
    Matter,
    Ms,
    Sourced,
    Stock,
    Warning,
    WarningState,
)
from app.core.privacy import masked
from app.store.driver import Connection

AsOf = tuple[Ms, Ms]
"""(valid, known): what was so at `valid` as far as had been received at `known`."""

EVENT, WARNING, DEVICE, STOCK = 1, 2, 3, 4
_KINDS: dict[int, type[Event] | type[Warning] | type[DeviceStatus] | type[Stock]] = {
    EVENT: Event,
    WARNING: Warning,
    DEVICE: DeviceStatus,
    STOCK: Stock,
}
_FIELDS = "kind, id, observed, revision, received, source, open, body"
_HISTORY = f"INSERT OR IGNORE INTO record_history ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_NEWEST = (
    f"INSERT INTO record ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
    " ON CONFLICT (kind, id) DO UPDATE SET observed = excluded.observed,"
    " revision = excluded.revision, received = excluded.received, source = excluded.source,"
    " open = excluded.open, body = excluded.body"
    " WHERE (excluded.observed, excluded.revision) > (observed, revision)"
    " OR (excluded.observed, excluded.revision) = (observed, revision)"
    " AND excluded.received >= received AND excluded.body <> body"
)
_AS_OF = (
    "SELECT kind, source, received, body, open FROM (SELECT *, row_number() OVER"
    " (PARTITION BY id ORDER BY observed DESC, revision DESC, received DESC, body DESC) AS place"
    " FROM record_history WHERE kind = ? AND observed <= ? AND received <= ?) WHERE place = 1"
    " ORDER BY observed, id"
)
_encoder = msgspec.json.Encoder()


def kind_of(record: Matter) -> int:
    """The number of a record's kind in the tables."""
    if isinstance(record, Event):
        return EVENT
    if isinstance(record, Warning):
        return WARNING
    return DEVICE if isinstance(record, DeviceStatus) else STOCK


def is_open(record: Matter) -> bool:
    """Whether it belongs into the picture at start: not closed, not cancelled, any device."""
    if isinstance(record, Event):
        return record.status is not EventStatus.CLOSED
    return not isinstance(record, Warning) or record.state is not WarningState.CANCELLED


def write(connection: Connection, records: list[Sourced]) -> None:
    """Store records inside the open transaction; an exact repeat changes nothing."""
    rows = []
    for sourced in records:
        record = masked(sourced.record)
        rows.append(
            (
                kind_of(record),
                record.id,
                record.observed,
                record.revision,
                sourced.received,
                sourced.source,
                int(is_open(record)),
                _encoder.encode(record).decode(),
            )
        )
    connection.executemany(_HISTORY, rows)
    connection.executemany(_NEWEST, rows)


def load_open(connection: Connection) -> list[Sourced]:
    """Open events, warnings that are not cancelled, the state of every device and stock."""
    rows = connection.execute(
        "SELECT kind, source, received, body FROM record WHERE open = 1 ORDER BY seq"
    )
    return [_sourced(*row) for row in rows]


def at(connection: Connection, kind: int, as_of: AsOf) -> list[Sourced]:
    """The newest of each id of a kind as it stood, closed and cancelled ones too."""
    rows = connection.execute(_AS_OF, (kind, *as_of))
    return [_sourced(*row[:4]) for row in rows]


def history(connection: Connection, kind: int, start: Ms, end: Ms, known: Ms) -> list[Sourced]:
    """Everything said of a kind with observed in [start, end), received until `known`."""
    rows = connection.execute(
        "SELECT kind, source, received, body FROM record_history WHERE kind = ?"
        " AND observed >= ? AND observed < ? AND received <= ? ORDER BY observed, revision, seq",
        (kind, start, end, known),
    )
    return [_sourced(*row) for row in rows]


def of_id(connection: Connection, kind: int, id_: str) -> list[Sourced]:
    """Everything said of one event, warning or device, oldest first."""
    rows = connection.execute(
        "SELECT kind, source, received, body FROM record_history WHERE kind = ? AND id = ?"
        " ORDER BY observed, revision, received",
        (kind, id_),
    )
    return [_sourced(*row) for row in rows]


def _sourced(kind: int, source: str, received: Ms, body: str) -> Sourced:
    return Sourced(source, received, msgspec.json.decode(body, type=_KINDS[kind]))
