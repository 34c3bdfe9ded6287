"""Numbered migrations: each database is brought to the newest form at start, one step at a time.

A step is a file `app/store/migrations/<database>_<number>_<name>.py` with one class::

    class People(Migration, kind="ops-0001-people"):
        def up(self, db: Database) -> None:
            db["person"].create({"number": str, "name": str}, pk="number", strict=True)
            db.execute("CREATE INDEX ...")

Numbers run 1, 2, 3... without a gap per database. A step runs inside one transaction with the rise
of `user_version`, so a start that is cut off leaves the step before.
"""

from typing import ClassVar

from app.core.message import Refusal, message
from app.registry import Registry
from app.store.driver import Connection, Database, as_sqlite

APPLICATION_IDS = {"cache": 0x434D4843, "ops": 0x434D484F}  # "CMHC", "CMHO"


class Migration:
    """One step; the class line says which: `kind="<database>-<four digits>-<name>"`."""

    kind: ClassVar[str] = ""

    def __init_subclass__(cls, kind: str) -> None:
        cls.kind = kind

    def up(self, db: Database) -> None:
        """Make the step with sqlite-utils or `db.execute`; must not end the transaction."""
        raise NotImplementedError


class NewerDatabase(Refusal):
    """A later program wrote this database: it may be read, never written."""

    def __init__(self, file: str, found: int, known: int) -> None:
        super().__init__(message("store.newer", file=file, found=found, known=known))


_registry = Registry("app.store.migrations", Migration)


def steps(database: str) -> list[str]:
    """The kinds of a database's steps in order; raises ValueError where a number is missing."""
    kinds = [kind for kind in _registry.names() if kind.startswith(f"{database}-")]
    numbers = [int(kind.split("-")[1]) for kind in kinds]
    if numbers != list(range(1, len(kinds) + 1)):
        raise ValueError(f"migrations of {database} are numbered {numbers}")
    return kinds


def version(connection: Connection) -> int:
    """How many steps a database has behind it."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def application_id(connection: Connection) -> int:
    """Whose database it is: 0 for a new one, ours by `APPLICATION_IDS`, else foreign."""
    return int(connection.execute("PRAGMA application_id").fetchone()[0])


def migrate(connection: Connection, database: str, file: str) -> int:
    """Bring a database to the newest form; gives how many steps were made.

    Raises NewerDatabase for one that has steps this program does not know.
    """
    kinds = steps(database)
    behind = version(connection)
    if behind > len(kinds):
        raise NewerDatabase(file, behind, len(kinds))
    for number, kind in enumerate(kinds[behind:], behind + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if number == 1:
                connection.execute(f"PRAGMA application_id = {APPLICATION_IDS[database]}")
            _registry.load(kind)().up(Database(as_sqlite(connection)))
            if not connection.in_transaction:
                raise RuntimeError(f"{kind} ended the transaction it was given")
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return len(kinds) - behind
