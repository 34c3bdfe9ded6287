"""What an operator decided: the stamp of a command, and what it leaves behind in ops.db."""

from typing import Annotated, ClassVar

import msgspec

from app.core.map_decision import Bookmark, Fence, Markup
from app.core.model import Identity, Level, Ms, World
from app.core.privacy import INTERNAL, Privacy

MAX_TEXT = 1000


class Stamp(msgspec.Struct, frozen=True):
    """Who did it, in which role, from which seat, when, and in which world.

    `id` is a ULID. `person` is a work number and nothing else of the person is kept; it and
    `role` are empty before anybody has signed on.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    at: Ms
    person: str
    role: str
    seat: str
    world: World


class Acknowledgement(msgspec.Struct, frozen=True, gc=False):
    """What an officer did with a warning.

    It stands until the warning becomes graver than `level`, the level it had then.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    warning: Identity
    at: Ms
    person: str  # work number
    role: str
    false_alarm: bool = False
    reason: Annotated[str, INTERNAL, msgspec.Meta(max_length=MAX_TEXT)] = ""
    level: Level = Level.RED


class Note(msgspec.Struct, frozen=True, gc=False):
    """A line of the shift journal."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str  # of the command that wrote it
    at: Ms
    person: str
    role: str
    seat: str
    text: Annotated[str, INTERNAL, msgspec.Meta(max_length=MAX_TEXT)]


class Presence(msgspec.Struct, frozen=True, gc=False):
    """Who has a seat from a moment on; nobody where `person` is empty."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str  # of the command
    at: Ms
    person: str
    role: str
    seat: str


class Release(msgspec.Struct, frozen=True, gc=False):
    """A fact that may be shown to leaders as it was said: `digest` is of that very sentence."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    fact: str
    digest: str
    at: Ms
    person: str  # work number
    role: str
    said: Annotated[str, INTERNAL, msgspec.Meta(max_length=MAX_TEXT)] = ""


class Maintenance(msgspec.Struct, frozen=True, gc=False):
    """Planned work (计划检修) on a feed or a link from `since` until `until`: alarms of ours are
    silent, ages and states go on being told. A later row of one `id` changes the window."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str  # of the command that planned it
    target: Identity
    since: Ms
    until: Ms
    at: Ms
    person: str  # work number
    role: str
    reason: Annotated[str, INTERNAL, msgspec.Meta(max_length=MAX_TEXT)] = ""

    def holds(self, now: Ms) -> bool:
        """Whether the work is under way."""
        return self.since <= now < self.until


class Admission(msgspec.Struct, frozen=True, gc=False):
    """A feed on trial (试运行) was admitted to every screen, or put back on trial."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    feed: Identity
    admitted: bool
    at: Ms
    person: str  # work number
    role: str
    reason: Annotated[str, INTERNAL, msgspec.Meta(max_length=MAX_TEXT)] = ""


class KeptCamera(msgspec.Struct, frozen=True, gc=False):
    """A camera that a seat keeps at hand (常用), or that it no longer does."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    camera: Identity
    seat: str
    at: Ms
    person: str  # work number
    role: str
    dropped: bool = False


class CameraMask(msgspec.Struct, frozen=True, gc=False):
    """What nobody may see of a camera's picture (隐私遮挡), as it was drawn at a seat: all of it
    from now on, as `app.core.camera_mask` writes it; empty lifts it. `back` takes the row before
    back."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    camera: Identity
    areas: Annotated[str, msgspec.Meta(max_length=8000)]
    at: Ms
    person: str  # work number
    role: str
    back: bool = False


class Viewing(msgspec.Struct, frozen=True, gc=False):
    """A camera's picture stood on a screen of `wall`. `by` is `hand`, `scene:<name>` or
    `round:<group>`; of a round `since` and `until` lie within one hour, and `times` it came in it.
    `ms` is how long it stood. With `times` 0 it only says that the view began; the row of the same
    camera, `by`, wall and `since` that says how it ended comes later."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    camera: Identity
    by: str
    wall: str
    since: Ms
    until: Ms
    ms: Ms
    times: int = 1


Effect = (
    Acknowledgement
    | Note
    | Presence
    | Release
    | Maintenance
    | Admission
    | Markup
    | Bookmark
    | Fence
    | KeptCamera
    | CameraMask
    | Viewing
)
"""A row that is written in the transaction of the command that caused it."""
