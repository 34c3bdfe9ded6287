"""Windows of planned maintenance, and feeds admitted from their trial."""

from app.store.driver import Database
from app.store.migrate import Migration

_TABLES = {
    "maintenance": """CREATE TABLE maintenance (
    command TEXT NOT NULL,
    id TEXT NOT NULL,
    target TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (command, id)
) STRICT""",
    "admission": """CREATE TABLE admission (
    command TEXT PRIMARY KEY,
    feed TEXT NOT NULL,
    admitted INTEGER NOT NULL,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT""",
}


class Feeds(Migration, kind="ops-0003-feeds"):
    """Append-only, as every decision is."""

    def up(self, db: Database) -> None:
        """Make the tables and their triggers."""
        for name, table in _TABLES.items():
            db.execute(table)
            for action in ("UPDATE", "DELETE"):
                db.execute(
                    f"CREATE TRIGGER {name}_no_{action.lower()} BEFORE {action} ON {name} "
                    f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
                )
