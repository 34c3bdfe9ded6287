"""What the audit page shows: the newest lines of the audit and the cameras that were seen."""

from typing import ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy
from app.store import audit, viewings
from app.store.audit import AuditLine
from app.store.driver import Connection
from app.store.viewings import Seen

READ = frozenset({"audit", "release", "approve", "ops"})
"""Who may read who did and saw what."""
FOREVER: Ms = 1 << 60


class Audited(msgspec.Struct, frozen=True):
    """Newest first, both."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    lines: list[AuditLine]
    views: list[Seen]


def read_audited(connection: Connection, limit: int) -> Audited:
    """The newest of each; lines of `viewed` are told by what they say was seen."""
    lines = audit.newest(connection, limit)
    return Audited(lines, viewings.seen(connection, "", 0, FOREVER, limit))
