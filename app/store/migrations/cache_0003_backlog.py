"""Which spans of its history each source has still to bring."""

from app.store.driver import Database
from app.store.migrate import Migration


class Backlog(Migration, kind="cache-0003-backlog"):
    """The table of `app.store.backlog`; `spans` is JSON, `[[since, until], ...]` in ms UTC."""

    def up(self, db: Database) -> None:
        """Create it."""
        db.execute("CREATE TABLE backlog (source TEXT PRIMARY KEY, spans TEXT NOT NULL) STRICT")
