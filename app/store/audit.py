"""The audit: one line for every command that was tried, and for cameras that were seen, chained by
SM3.

The hash of a line is SM3 over a JSON array (UTF-8, no white space, characters unescaped where JSON
allows) of: the form's number 1, seq, command, at, world, seat, person, role, verb, version, text,
outcome, reason, effects, and the hash of the line before (64 zeros for the first). `effects` is the
SM3 of the rows that were written with it. Anybody can compute it again with other tools.
"""

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.model import Ms
from app.core.privacy import Privacy
from app.core.sm3 import sm3
from app.store.driver import Connection

FORM = 1
FIRST = "0" * 64
_COLUMNS = (
    "seq, command, at, world, seat, person, role, verb, version, text, outcome, reason, effects, "
    "previous, hash"
)


class Outcome(StrEnum):
    """What became of a command that was tried."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOTED = "noted"  # no command: what the program saw itself


class AuditLine(msgspec.Struct, frozen=True, array_like=True):
    """One line as it stands in the database; times are ms UTC."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    seq: int
    command: str
    at: Ms
    world: str
    seat: str
    person: str
    role: str
    verb: str
    version: int
    text: str
    outcome: str
    reason: str
    effects: str
    previous: str
    hash: str

    def computed(self) -> str:
        """The hash that this line must have."""
        *content, _ = msgspec.structs.astuple(self)
        return sm3(_canonical([FORM, *content]))


class Head(msgspec.Struct, frozen=True):
    """The newest line: what is noted at hand-over, so that a cut-off end is found later."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    seq: int
    hash: str


def append(
    connection: Connection,
    stamp: Stamp,
    verb: str,
    version: int,
    text: str,
    outcome: Outcome,
    reason: str = "",
    effects: str = "",
) -> Head:
    """Write the next line; inside the transaction of what it tells of."""
    last = head(connection)
    line = AuditLine(
        seq=last.seq + 1,
        command=stamp.id,
        at=stamp.at,
        world=stamp.world.value,
        seat=stamp.seat,
        person=stamp.person,
        role=stamp.role,
        verb=verb,
        version=version,
        text=text,
        outcome=outcome.value,
        reason=reason,
        effects=effects,
        previous=last.hash,
        hash="",
    )
    line = msgspec.structs.replace(line, hash=line.computed())
    marks = ", ".join("?" * len(line.__struct_fields__))
    connection.execute(
        f"INSERT INTO audit ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 - our own names
        msgspec.structs.astuple(line),
    )
    connection.execute(
        "INSERT INTO audit_head (one, seq, hash) VALUES (1, ?, ?) "
        "ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
        (line.seq, line.hash),
    )
    return Head(line.seq, line.hash)


def head(connection: Connection) -> Head:
    """The newest line, or line 0 before the first."""
    row = connection.execute("SELECT seq, hash FROM audit_head").fetchone()
    return Head(*row) if row else Head(0, FIRST)


def lines(connection: Connection) -> Iterator[AuditLine]:
    """Every line in order."""
    for row in connection.execute(f"SELECT {_COLUMNS} FROM audit ORDER BY seq"):  # noqa: S608
        yield AuditLine(*row)


def newest(connection: Connection, limit: int) -> list[AuditLine]:
    """The last commands that were tried, newest first; not what the program saw itself."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM audit WHERE outcome <> ? ORDER BY seq DESC LIMIT ?",  # noqa: S608
        (Outcome.NOTED.value, limit),
    )
    return [AuditLine(*row) for row in rows]


def digest(effects: tuple[Effect, ...], outside: str) -> str:
    """The SM3 of the rows written with a command; empty where there are none.

    Over a JSON array of arrays: for each row its type's name and its values, and last
    `["outbox", system]` where an outside system is to be told.
    """
    rows: list[list[str | int]] = [[type(effect).__name__, *_plain(effect)] for effect in effects]
    if outside:
        rows.append(["outbox", outside])
    return sm3(_canonical(rows)) if rows else ""


def _plain(effect: Effect) -> list[str | int]:
    values = msgspec.to_builtins(effect)
    return [values[name] for name in effect.__struct_fields__]


def _canonical(content: Sequence[object]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
