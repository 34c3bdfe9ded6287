"""Cameras that video platforms listed: what holds, what is offered in its place, what held before.

What a list holds is `app.video.listing`'s business; here it is bytes.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy
from app.store.driver import Connection


class Stage(StrEnum):
    """How a list of cameras stands."""

    HELD = "held"  # the seat shows these
    OFFERED = "offered"  # the platform lists these now; nobody has taken them yet
    BEFORE = "before"  # what held before the last list was taken, for undo


class CameraList(msgspec.Struct, frozen=True):
    """A platform's list of a moment; `cameras` counts those in `body`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    platform: str
    stage: Stage
    at: Ms
    cameras: int
    body: bytes


def write(
    connection: Connection, rows: Iterable[CameraList], gone: Iterable[tuple[str, Stage]] = ()
) -> None:
    """Write lists in place of those of the same platform and stage; let go of `gone`."""
    for platform, stage in gone:
        connection.execute(
            "DELETE FROM camera_list WHERE platform = ? AND stage = ?", (platform, stage.value)
        )
    for row in rows:
        connection.execute(
            "INSERT OR REPLACE INTO camera_list (platform, stage, at, cameras, body)"
            " VALUES (?, ?, ?, ?, ?)",
            (row.platform, row.stage.value, row.at, row.cameras, row.body),
        )


def load(connection: Connection) -> list[CameraList]:
    """All of them."""
    rows = connection.execute("SELECT platform, stage, at, cameras, body FROM camera_list")
    return [
        CameraList(str(platform), Stage(stage), int(at), int(count), bytes(body))
        for platform, stage, at, count, body in rows
    ]
