"""Cameras that seats keep at hand."""

from app.store.driver import Database
from app.store.migrate import Migration


class Cameras(Migration, kind="ops-0006-cameras"):
    """Append-only, as every decision is."""

    def up(self, db: Database) -> None:
        """Make the table and its triggers."""
        db.execute(
            "CREATE TABLE kept_camera (command TEXT NOT NULL, camera TEXT NOT NULL,"
            " seat TEXT NOT NULL, at INTEGER NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL,"
            " dropped INTEGER NOT NULL, PRIMARY KEY (command, camera)) STRICT"
        )
        for action in ("UPDATE", "DELETE"):
            db.execute(
                f"CREATE TRIGGER kept_camera_no_{action.lower()} BEFORE {action} ON kept_camera "
                "BEGIN SELECT RAISE(ABORT, 'kept_camera is append-only'); END"
            )
