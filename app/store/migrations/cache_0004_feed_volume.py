"""What each feed brought by the hour, and from when to when its line was how."""

from app.store.driver import Database
from app.store.migrate import Migration


class FeedVolume(Migration, kind="cache-0004-feed-volume"):
    """The tables of `app.store.feed_history`. `hour` counts hours since the epoch; `since` and
    `until` are ms UTC; `state` is a word of `app.core.health.FeedState`, `trouble` the id of the
    sentence that said why. Tables with a rowid, so that they can be salvaged."""

    def up(self, db: Database) -> None:
        """Create them."""
        db.execute(
            "CREATE TABLE feed_volume (feed TEXT NOT NULL, hour INTEGER NOT NULL,"
            " accepted INTEGER NOT NULL, rejected INTEGER NOT NULL, late INTEGER NOT NULL,"
            " gaps INTEGER NOT NULL, delay INTEGER NOT NULL, UNIQUE (feed, hour)) STRICT"
        )
        db.execute("CREATE INDEX feed_volume_hour ON feed_volume (hour)")
        db.execute(
            "CREATE TABLE feed_span (feed TEXT NOT NULL, since INTEGER NOT NULL,"
            " until INTEGER NOT NULL, state TEXT NOT NULL, trouble TEXT NOT NULL,"
            " UNIQUE (feed, since)) STRICT"
        )
        db.execute("CREATE INDEX feed_span_until ON feed_span (until)")
