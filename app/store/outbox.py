"""The outbox in ops.db: what an outside system must still be told, in the order it was decided."""

from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Stamp
from app.core.model import Ms
from app.core.privacy import INTERNAL, Privacy
from app.store.driver import Connection

_COLUMNS = "seq, operation, system, at, person, role, seat, verb, version, text, attempts"


class Delivery(StrEnum):
    """Where an operation stands."""

    WAITING = "waiting"
    RECEIVED = "received"  # the receiver said so
    REFUSED = "refused"  # the receiver will never take it; a person must look at it


class Operation(msgspec.Struct, frozen=True):
    """One thing to be told. Receivers know it by `operation` and ignore a repeat of it."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    seq: int
    operation: str
    system: str
    at: Ms
    person: str
    role: str
    seat: str
    verb: str
    version: int
    text: Annotated[str, INTERNAL]
    attempts: int = 0


def put(
    connection: Connection, stamp: Stamp, system: str, verb: str, version: int, text: str
) -> None:
    """Write what must be told; inside the transaction of the decision."""
    connection.execute(
        "INSERT INTO outbox (operation, system, at, person, role, seat, verb, version, text) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            stamp.id,
            system,
            stamp.at,
            stamp.person,
            stamp.role,
            stamp.seat,
            verb,
            version,
            text,
        ),
    )


def waiting(connection: Connection) -> int:
    """How many wait."""
    row = connection.execute("SELECT count(*) FROM outbox WHERE state = 'waiting'").fetchone()
    return int(row[0])


def due(connection: Connection, system: str, limit: int = 100) -> list[Operation]:
    """The oldest that wait for a system, in order."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM outbox "  # noqa: S608 - our own names
        "WHERE state = 'waiting' AND system = ? ORDER BY seq LIMIT ?",
        (system, limit),
    )
    return [Operation(*row) for row in rows]


def of_command(connection: Connection, command: str) -> Operation | None:
    """What one command has to tell, whether told already or not."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM outbox WHERE operation = ?",  # noqa: S608 - our own names
        (command,),
    ).fetchone()
    return None if row is None else Operation(*row)


def tried(connection: Connection, seq: int, now: Ms) -> None:
    """An attempt came to nothing; it waits on."""
    connection.execute(
        "UPDATE outbox SET attempts = attempts + 1, tried = ? WHERE seq = ?", (now, seq)
    )


def close(connection: Connection, seq: int, state: Delivery, receipt: str, now: Ms) -> int:
    """The receiver answered; gives how many still wait."""
    connection.execute(
        "UPDATE outbox SET state = ?, receipt = ?, closed = ?, tried = ?, attempts = attempts + 1 "
        "WHERE seq = ? AND state = 'waiting'",
        (state.value, receipt, now, now, seq),
    )
    return waiting(connection)
