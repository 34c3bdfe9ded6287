"""One decision of an officer in one transaction: command, audit line, outbox, and its rows."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import msgspec

from app.core.decision import (
    Acknowledgement,
    Admission,
    CameraMask,
    Effect,
    KeptCamera,
    Maintenance,
    Note,
    Presence,
    Release,
    Stamp,
    Viewing,
)
from app.core.map_decision import Bookmark, Fence, Markup
from app.core.model import World
from app.core.privacy import INTERNAL, Privacy
from app.store import (
    acks,
    admissions,
    audit,
    camera_masks,
    journal,
    kept_cameras,
    maintenance,
    map_rows,
    outbox,
    presence,
    releases,
    viewings,
)
from app.store.driver import Connection

_COLUMNS = "id, at, person, role, seat, world, verb, version, text"


class Decision(msgspec.Struct, frozen=True):
    """What is to be written. `outside` names the system that must learn of it, or is empty."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    stamp: Stamp
    verb: str
    version: int
    text: Annotated[str, INTERNAL]
    effects: tuple[Effect, ...] = ()
    outside: str = ""


class Saved(msgspec.Struct, frozen=True):
    """What the transaction found: whether the id was there before, and how many wait to be sent."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    repeated: bool
    waiting: int


def accept(connection: Connection, decision: Decision) -> Saved:
    """Write a decision; a repeated id writes nothing."""
    stamp = decision.stamp
    if known(connection, stamp.id):
        return Saved(repeated=True, waiting=outbox.waiting(connection))
    connection.execute(
        f"INSERT INTO command ({_COLUMNS}) "  # noqa: S608 - our own names
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            stamp.id,
            stamp.at,
            stamp.person,
            stamp.role,
            stamp.seat,
            stamp.world.value,
            decision.verb,
            decision.version,
            decision.text,
        ),
    )
    for effect in decision.effects:
        _put(connection, stamp.id, effect)
    _audited(
        connection,
        decision,
        audit.Outcome.ACCEPTED,
        effects=audit.digest(decision.effects, decision.outside),
    )
    if decision.outside:
        outbox.put(
            connection, stamp, decision.outside, decision.verb, decision.version, decision.text
        )
    return Saved(repeated=False, waiting=outbox.waiting(connection))


def refuse(connection: Connection, decision: Decision, reason: str) -> None:
    """Write that a command was tried and refused."""
    _audited(connection, decision, audit.Outcome.REFUSED, reason=reason)


def note(connection: Connection, decision: Decision) -> None:
    """Write what the program saw itself, with its rows; nobody asked for it."""
    for effect in decision.effects:
        _put(connection, decision.stamp.id, effect)
    digest = audit.digest(decision.effects, "")
    _audited(connection, decision, audit.Outcome.NOTED, effects=digest)


def _audited(
    connection: Connection,
    decision: Decision,
    outcome: audit.Outcome,
    *,
    reason: str = "",
    effects: str = "",
) -> None:
    """The line of the audit about a decision."""
    audit.append(
        connection,
        decision.stamp,
        decision.verb,
        decision.version,
        decision.text,
        outcome,
        reason,
        effects,
    )


def known(connection: Connection, id_: str) -> bool:
    """Whether a command of this id was accepted before."""
    row = connection.execute("SELECT 1 FROM command WHERE id = ?", (id_,)).fetchone()
    return row is not None


def get(connection: Connection, id_: str) -> Decision | None:
    """The accepted command of an id."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM command WHERE id = ?",  # noqa: S608 - our own names
        (id_,),
    ).fetchone()
    return None if row is None else _decision(row)


def recorded(connection: Connection) -> list[Decision]:
    """Every accepted command in order, as it was recorded (without its rows)."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM command ORDER BY seq")  # noqa: S608
    return [_decision(row) for row in rows]


def last(connection: Connection, verb: str, seat: str) -> Decision | None:
    """The newest accepted command of a verb from a seat."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM command "  # noqa: S608 - our own names
        "WHERE verb = ? AND seat = ? ORDER BY seq DESC LIMIT 1",
        (verb, seat),
    ).fetchone()
    return None if row is None else _decision(row)


def effects_of(connection: Connection, command: str) -> tuple[Effect, ...]:
    """The rows that a command wrote, as they stand now."""
    found: list[Effect] = []
    found += acks.of_command(connection, command)
    found += journal.of_command(connection, command)
    found += presence.of_command(connection, command)
    found += releases.of_command(connection, command)
    found += maintenance.of_command(connection, command)
    found += admissions.of_command(connection, command)
    found += map_rows.of_command(connection, command)
    found += kept_cameras.of_command(connection, command)
    found += camera_masks.of_command(connection, command)
    found += viewings.of_command(connection, command)
    return tuple(found)


def _put(connection: Connection, command: str, effect: Effect) -> None:
    match effect:
        case Acknowledgement():
            acks.put(connection, command, effect)
        case Note():
            journal.put(connection, effect)
        case Presence():
            presence.put(connection, effect)
        case Release():
            releases.put(connection, command, effect)
        case Maintenance():
            maintenance.put(connection, command, effect)
        case Admission():
            admissions.put(connection, command, effect)
        case Markup() | Bookmark() | Fence():
            map_rows.put(connection, command, effect)
        case KeptCamera():
            kept_cameras.put(connection, command, effect)
        case CameraMask():
            camera_masks.put(connection, command, effect)
        case Viewing():
            viewings.put(connection, command, effect)


def _decision(row: Sequence[str | int]) -> Decision:
    id_, at, person, role, seat, world, verb, version, text = row
    stamp = Stamp(str(id_), int(at), str(person), str(role), str(seat), World(str(world)))
    return Decision(stamp, str(verb), int(version), str(text))
