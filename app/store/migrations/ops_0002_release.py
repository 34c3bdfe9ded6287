"""The sentences that the shift leader released for the cockpit."""

from app.store.driver import Database
from app.store.migrate import Migration


class Releases(Migration, kind="ops-0002-release"):
    """Append-only, as every decision is."""

    def up(self, db: Database) -> None:
        """Make the table and its triggers."""
        db.execute(
            """CREATE TABLE release (
    command TEXT PRIMARY KEY,
    fact TEXT NOT NULL,
    digest TEXT NOT NULL,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    said TEXT NOT NULL
) STRICT"""
        )
        db.execute("CREATE INDEX release_at ON release (at)")
        for action in ("UPDATE", "DELETE"):
            db.execute(
                f"CREATE TRIGGER release_no_{action.lower()} BEFORE {action} ON release "
                "BEGIN SELECT RAISE(ABORT, 'release is append-only'); END"
            )
