"""People in ops.db: work number, post and the stretched PIN; and the failed attempts."""

from typing import Annotated, ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import SECRET, Privacy
from app.store.driver import Connection

_MOST_ATTEMPT_ROWS = 1000


class Credential(msgspec.Struct, frozen=True):
    """One person's entry; `cost` is scrypt's N. `demo` people exist in the demonstration only."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    number: str
    role: str
    salt: Annotated[bytes, SECRET]
    hash: Annotated[bytes, SECRET]
    cost: int
    added: Ms
    active: bool = True
    demo: bool = False


class Attempts(msgspec.Struct, frozen=True):
    """How often in a row a sign-on of a number failed, and until when the next must wait."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    failed: int = 0
    until: Ms = 0


def put(connection: Connection, credential: Credential) -> None:
    """Write a person, or a new post or PIN of one."""
    connection.execute(
        "INSERT OR REPLACE INTO person (number, role, salt, hash, cost, added, active, demo) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            credential.number,
            credential.role,
            credential.salt,
            credential.hash,
            credential.cost,
            credential.added,
            int(credential.active),
            int(credential.demo),
        ),
    )
    forget_attempts(connection, credential.number)


def get(connection: Connection, number: str) -> Credential | None:
    """The person of a work number."""
    row = connection.execute(f"{_SELECT} WHERE number = ?", (number,)).fetchone()
    return None if row is None else _credential(row)


def everybody(connection: Connection) -> list[Credential]:
    """All people by number."""
    return [_credential(row) for row in connection.execute(f"{_SELECT} ORDER BY number")]


def deactivate(connection: Connection, number: str) -> bool:
    """Let a number sign on no more (it stays, the audit names it); False where there is none."""
    return (
        connection.execute("UPDATE person SET active = 0 WHERE number = ?", (number,)).rowcount > 0
    )


def attempts(connection: Connection, number: str) -> Attempts:
    """The failed attempts of a number, known or not."""
    row = connection.execute(
        "SELECT failed, until FROM attempt WHERE number = ?", (number,)
    ).fetchone()
    return Attempts(*row) if row else Attempts()


def count_attempt(connection: Connection, number: str, made: Attempts) -> None:
    """Remember an attempt; only so many numbers are remembered, those free again go first."""
    connection.execute(
        "INSERT OR REPLACE INTO attempt (number, failed, until) VALUES (?, ?, ?)",
        (number, made.failed, made.until),
    )
    connection.execute(
        "DELETE FROM attempt WHERE number IN "
        "(SELECT number FROM attempt ORDER BY until DESC LIMIT -1 OFFSET ?)",
        (_MOST_ATTEMPT_ROWS,),
    )


def forget_attempts(connection: Connection, number: str) -> None:
    """The number has signed on, or has a new PIN."""
    connection.execute("DELETE FROM attempt WHERE number = ?", (number,))


_SELECT = "SELECT number, role, salt, hash, cost, added, active, demo FROM person"


def _credential(row: tuple[str, str, bytes, bytes, int, int, int, int]) -> Credential:
    number, role, salt, hash_, cost, added, active, demo = row
    return Credential(number, role, salt, hash_, cost, added, bool(active), bool(demo))
