"""The cameras that a seat looked at last: replaced, not appended; it is no decision of anybody."""

from app.store.driver import Database
from app.store.migrate import Migration


class Recent(Migration, kind="ops-0009-recent"):
    """One row for each seat; what was done after `at` is read from its commands."""

    def up(self, db: Database) -> None:
        """Make the table."""
        db.execute(
            "CREATE TABLE recent_camera (seat TEXT PRIMARY KEY, at INTEGER NOT NULL,"
            " cameras TEXT NOT NULL) STRICT, WITHOUT ROWID"
        )
