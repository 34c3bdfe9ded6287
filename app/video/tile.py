"""What a screen asks of a camera, and what it is told about the picture that it gets."""

from enum import IntEnum, StrEnum
from typing import ClassVar

import msgspec

from app.core.message import Message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.video.wire import PixelFormat, Rung


class Weight(IntEnum):
    """How much a picture matters, least first; FOCUS and ALARM are never made worse."""

    HIDDEN = 0  # covered, or a window that nobody can see
    SMALL = 1
    NORMAL = 2
    ALARM = 3  # beside an incident, or in trouble
    FOCUS = 4  # enlarged, or under the hand


class Playback(msgspec.Struct, frozen=True):
    """A recording in place of the present, from the moment `begin` on; a speed of 0 stands still.
    `turn` tells a moment that is sought again from the same one before."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    begin: Ms
    end: Ms
    speed: float = 1.0
    turn: int = 0


class Demand(msgspec.Struct, frozen=True):
    """A camera that a view wants to show, at a size in device pixels."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    camera: str
    width: int
    height: int
    weight: Weight = Weight.NORMAL
    format: PixelFormat = PixelFormat.BGRA
    playback: Playback | None = None


class State(StrEnum):
    """What may be claimed of a picture. Only LIVE, DEGRADED and PLAYBACK are pictures of their
    moment; the others darken or cover it (LANGUAGE.md 7)."""

    CONNECTING = "connecting"  # the last snapshot, darkened, or a plain surface
    LIVE = "live"
    DEGRADED = "degraded"  # live, with fewer pictures than the camera sends; `rung` says how few
    LATE = "late"  # pictures come, more slowly or later than they should
    FROZEN = "frozen"  # packets or pictures stopped, or all are the same
    BLACK = "black"  # black, or covered
    NO_SIGNAL = "no_signal"  # the camera is not there; tried again
    CREDENTIALS = "credentials"  # the platform or the camera knows another password
    FORBIDDEN = "forbidden"  # this seat may not see it
    OFFLINE = "offline"  # no line to it: its last good snapshot, with its time
    MISMATCH = "mismatch"  # what came is not of this camera: nothing is shown
    PLAYBACK = "playback"


class Place(msgspec.Struct, frozen=True):
    """Where the pictures of a view lie: a row of the board and three slots in a segment."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    row: int
    segment: str
    slot_bytes: int


class Tile(msgspec.Struct, frozen=True):
    """A view's camera now. `since` is when `state` began, `observed` the moment of the newest
    picture (0: none), `why` a sentence where there is more to say than the state, `latency_ms` from
    packet to board, `sent_fps` what the camera sends and `shown_fps` what is decoded. Of a
    recording `playback` is what is played and `observed` the moment that is seen."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    view: str
    camera: str
    state: State
    since: Ms
    observed: Ms = 0
    why: Message | None = None
    rung: Rung = Rung.FULL
    sent_fps: float = 0.0
    shown_fps: float = 0.0
    width: int = 0
    height: int = 0
    codec: str = ""
    latency_ms: float = 0.0
    place: Place | None = None
    snapshot: str = ""  # path of the last good picture, where nothing moves
    next_try: Ms = 0
    audio: bool = False
    playback: Playback | None = None


class Budget(msgspec.Struct, frozen=True):
    """What decoding costs this machine: cores in use, cores that may be used, streams by rung; of
    those reduced `keys` are without a moving picture. A share over 1 means that pictures are being
    left out."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    used: float
    allowed: float
    streams: int = 0
    full: int = 0
    reduced: int = 0
    keys: int = 0
    workers: int = 0
    bytes_per_s: float = 0.0
