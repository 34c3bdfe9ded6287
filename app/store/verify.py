"""Is the audit whole? Finds a line that was changed, removed, put in or moved, and rows that no
longer say what the audit says was written.

Somebody who can write the file and compute SM3 could make a new chain from some line on; against
that the newest hash is noted elsewhere (at hand-over, on paper) and given here as `expected`.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar, TypeVar

import msgspec

from app.core.message import Message, Refusal, message
from app.core.privacy import Privacy
from app.store import audit, decisions, outbox
from app.store.audit import AuditLine, Head
from app.store.driver import Connection, DatabaseError, Durability, connect

T = TypeVar("T")


class Report(msgspec.Struct, frozen=True):
    """What was found; `head` is to be noted."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    lines: int
    head: Head
    findings: list[Message]


def verify_file(folder: Path, key: str | None, expected: str = "") -> Report:
    """Verify the audit of a data folder, also while the program runs; changes nothing.

    Raises Refusal where there is no ops.db or it cannot be read.
    """
    return read_file(folder, key, partial(verify, expected=expected))


def read_file(folder: Path, key: str | None, read: Callable[[Connection], T]) -> T:
    """What `read` finds in the decisions of a data folder, also while the program runs.

    Raises Refusal as `verify_file`.
    """
    path = folder / "ops.db"
    if not path.is_file():
        raise Refusal(message("audit.no_file", file=str(path)))
    try:
        connection = connect(path, key, Durability.NORMAL, read_only=True)
        try:
            connection.execute("BEGIN")  # one moment of the file, whatever is written meanwhile
            return read(connection)
        finally:
            connection.close()
    except DatabaseError as error:
        raise Refusal(message("audit.unreadable", file=str(path), error=str(error))) from error


def verify(connection: Connection, expected: str = "") -> Report:
    """Read the whole audit once; `expected` is a hash noted earlier, which must be in it."""
    findings: list[Message] = []
    previous, count, seen = Head(0, audit.FIRST), 0, not expected
    accepted: set[str] = set()
    for line in audit.lines(connection):
        findings += _chain(line, previous)
        if line.outcome == audit.Outcome.ACCEPTED:
            accepted.add(line.command)
            findings += _rows(connection, line)
        elif line.outcome == audit.Outcome.NOTED:
            findings += _noted(connection, line)
        seen = seen or line.hash == expected
        previous, count = Head(line.seq, line.hash), count + 1
    head = audit.head(connection)
    if head != previous:
        findings.append(message("audit.cut", last=previous.seq, noted=head.seq))
    if not seen:
        findings.append(message("audit.noted_missing", hash=expected[:64]))
    for decision in decisions.recorded(connection):
        if decision.stamp.id not in accepted:
            findings.append(message("audit.command_without_line", id=decision.stamp.id))
    return Report(count, previous, findings)


def _chain(line: AuditLine, previous: Head) -> Iterator[Message]:
    if line.seq != previous.seq + 1:
        yield message("audit.missing", first=previous.seq + 1, last=line.seq - 1)
    elif line.previous != previous.hash:
        yield message("audit.order", seq=line.seq)
    if line.hash != line.computed():
        yield message("audit.changed", seq=line.seq)


def _noted(connection: Connection, line: AuditLine) -> Iterator[Message]:
    """The rows of what the program saw against its line."""
    if audit.digest(decisions.effects_of(connection, line.command), "") != line.effects:
        yield message("audit.rows_changed", seq=line.seq, id=line.command)


def _rows(connection: Connection, line: AuditLine) -> Iterator[Message]:
    """The rows of an accepted command against its line."""
    decision = decisions.get(connection, line.command)
    if decision is None:
        yield message("audit.line_without_command", seq=line.seq, id=line.command)
        return
    stamp = decision.stamp
    told = (stamp.at, stamp.world, stamp.seat, stamp.person, stamp.role)
    if (*told, decision.verb, decision.version, decision.text) != (
        line.at,
        line.world,
        line.seat,
        line.person,
        line.role,
        line.verb,
        line.version,
        line.text,
    ):
        yield message("audit.command_changed", seq=line.seq, id=line.command)
    operation = outbox.of_command(connection, line.command)
    effects = decisions.effects_of(connection, line.command)
    system = "" if operation is None else operation.system
    if audit.digest(effects, system) != line.effects or (
        operation is not None and operation.text != line.text
    ):
        yield message("audit.rows_changed", seq=line.seq, id=line.command)
