"""The cameras of each video platform, as they were listed last."""

from app.store.driver import Database
from app.store.migrate import Migration


class Cameras(Migration, kind="cache-0006-cameras"):
    """The table of `app.store.cameras`. `stage` is a word of its `Stage`, `at` ms UTC, `body` what
    `app.video.listing` packs. With a rowid, so that it can be salvaged."""

    def up(self, db: Database) -> None:
        """Create it."""
        db.execute(
            "CREATE TABLE camera_list (platform TEXT NOT NULL, stage TEXT NOT NULL,"
            " at INTEGER NOT NULL, cameras INTEGER NOT NULL, body BLOB NOT NULL,"
            " UNIQUE (platform, stage)) STRICT"
        )
