"""Where moving things were: a snapshot a minute of each layer of each source."""

from app.store.driver import Database
from app.store.migrate import Migration


class Positions(Migration, kind="cache-0005-positions"):
    """The table of `app.store.positions`; with a rowid, so that it can be salvaged."""

    def up(self, db: Database) -> None:
        """Create it."""
        db.execute(
            "CREATE TABLE position_snapshot (at INTEGER NOT NULL, source TEXT NOT NULL,"
            " layer TEXT NOT NULL, things INTEGER NOT NULL, bytes INTEGER NOT NULL,"
            " body BLOB NOT NULL, UNIQUE (source, layer, at)) STRICT"
        )
        db.execute("CREATE INDEX position_snapshot_at ON position_snapshot (at)")
