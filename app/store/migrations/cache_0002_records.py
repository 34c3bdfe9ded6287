"""Events, warnings and device states; versions of the catalogues; what was on the screens.

`kind` is 1 for an event, 2 for a warning, 3 for a device; `body` is the masked record as JSON.
"""

from app.store.driver import Database
from app.store.migrate import Migration


class Records(Migration, kind="cache-0002-records"):
    """The tables of `app.store.records` and `app.store.shown`."""

    def up(self, db: Database) -> None:
        """Create them."""
        columns = (
            "kind INTEGER NOT NULL, id TEXT NOT NULL, observed INTEGER NOT NULL,"
            " revision INTEGER NOT NULL, received INTEGER NOT NULL, source TEXT NOT NULL,"
            " open INTEGER NOT NULL, body TEXT NOT NULL"
        )
        db.execute(f"CREATE TABLE record (seq INTEGER PRIMARY KEY, {columns}, UNIQUE (kind, id))")
        db.execute("CREATE INDEX record_open ON record (kind) WHERE open = 1")
        db.execute(f"CREATE TABLE record_history (seq INTEGER PRIMARY KEY, {columns})")
        db.execute(
            "CREATE UNIQUE INDEX record_history_once"
            " ON record_history (kind, id, observed, revision, source, body)"
        )
        db.execute("CREATE INDEX record_history_time ON record_history (kind, observed)")
        db.execute(
            "CREATE TABLE catalogue (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL,"
            " version TEXT NOT NULL, seen INTEGER NOT NULL, body BLOB NOT NULL,"
            " UNIQUE (kind, version)) STRICT"
        )
        db.execute(
            "CREATE TABLE screen_record (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
            " screen TEXT NOT NULL, body BLOB NOT NULL) STRICT"
        )
        db.execute("CREATE INDEX screen_record_at ON screen_record (at)")
