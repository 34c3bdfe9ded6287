"""What nobody may see of a camera, and which cameras were seen."""

from app.store.driver import Database
from app.store.migrate import Migration


class Video(Migration, kind="ops-0007-video"):
    """Append-only, as every decision is."""

    def up(self, db: Database) -> None:
        """Make the tables and their triggers."""
        db.execute(
            "CREATE TABLE camera_mask (command TEXT NOT NULL, camera TEXT NOT NULL,"
            " areas TEXT NOT NULL, at INTEGER NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL,"
            " back INTEGER NOT NULL, PRIMARY KEY (command, camera)) STRICT"
        )
        db.execute(
            "CREATE TABLE viewing (command TEXT NOT NULL, place INTEGER NOT NULL,"
            " camera TEXT NOT NULL, by TEXT NOT NULL, wall TEXT NOT NULL, since INTEGER NOT NULL,"
            " until INTEGER NOT NULL, ms INTEGER NOT NULL, times INTEGER NOT NULL,"
            " PRIMARY KEY (command, place)) STRICT, WITHOUT ROWID"
        )
        db.execute("CREATE INDEX viewing_camera ON viewing (camera, since)")
        for table in ("camera_mask", "viewing"):
            for action in ("UPDATE", "DELETE"):
                db.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
