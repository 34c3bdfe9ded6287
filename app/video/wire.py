"""What the video thread and its workers say to each other: one JSON line each way at a time.

Orders go down a worker's standard input, reports come up its standard output; pictures never travel
here, they lie in shared memory (`app.video.board`). An address may hold a password: it is passed by
this pipe alone, never on a command line, in a log or in a report.
"""

import re
from enum import IntEnum, StrEnum
from typing import Annotated, ClassVar

import msgspec

from app.core.camera_mask import Areas
from app.core.privacy import SECRET, Privacy


class PixelFormat(IntEnum):
    """How the pixels of a slot lie."""

    NONE = 0
    BGRA = 1  # scaled to the size that was asked for; stride = 4 * width
    I420 = 2  # of the stream's own size, three planes one behind the other
    NV12 = 3


class Rung(IntEnum):
    """How much of a stream is decoded, best first; each is cheaper than the one before."""

    FULL = 0
    FEWER = 1  # all decoded, at most `fps` scaled and shown
    PLAIN = 2  # as FEWER, without the loop filter
    KEYS = 3  # key frames only
    STILL = 4  # one picture in `STILL_S`
    RING = 5  # nothing decoded: packets are kept for a clip from before


class Source(StrEnum):
    """What an address names; what is not said is refused."""

    NETWORK = "network"  # rtsp(s), rtmp(s), http(s)
    FILE = "file"  # an absolute path on this machine, shown at the speed of its clock
    DEVICE = "device"  # a capture card: /dev/videoN, with ?size=, fps=, format= where it matters


DEVICE = re.compile(r"/dev/video[0-9]{1,3}(\?[a-z0-9=&]{1,80})?")
"""Which devices of this machine may be opened at all."""


class Fault(StrEnum):
    """Why a stream is not there, as far as its worker can tell."""

    UNREACHABLE = "unreachable"  # nobody answers at the address
    CREDENTIALS = "credentials"
    NOT_FOUND = "not_found"
    REFUSED = "refused"  # the server answers and will not
    TIMEOUT = "timeout"
    ENDED = "ended"  # the other side closed, or the file is over
    UNREADABLE = "unreadable"  # no video in it, or of a codec that is not known here
    ADDRESS = "address"  # not an address that may be opened
    MISSING = "missing"  # the capture card is not there, or not any more
    BUSY = "busy"  # another program has it
    WORKER = "worker"  # the process that decoded it is gone; it may be opened again at once


class Open(msgspec.Struct, frozen=True, tag="open"):
    """Read a stream. `loop` begins a file anew at its end; `start_s` is where in it to begin. The
    packets of the last `ring_s` seconds are kept. Files, recordings and HLS are shown at `speed`
    times their clock, live streams as they come. `mask` is covered in every picture that leaves."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: int
    url: Annotated[str, SECRET]
    source: Source = Source.NETWORK
    udp: bool = False
    loop: bool = False
    start_s: float = 0.0
    speed: float = 1.0
    ring_s: float = 30.0
    timeout_s: float = 5.0
    rung: Rung = Rung.FULL
    fps: float = 0.0
    mask: Areas = ()


class Show(msgspec.Struct, frozen=True, tag="show"):
    """Write the pictures of a stream into a row of the board and a segment of three slots. The same
    stream may be shown in several rows, each of its own size; a row is given up by `Hide` only."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: int
    row: int
    segment: str
    slot_bytes: int
    width: int
    height: int
    format: PixelFormat = PixelFormat.BGRA


class Hide(msgspec.Struct, frozen=True, tag="hide"):
    """Write into this row no more; answered by `Hidden`, after which the segment may go."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: int
    row: int


class Step(msgspec.Struct, frozen=True, tag="step"):
    """Decode more or less of a stream from now on. `fps` bounds FEWER and PLAIN."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: int
    rung: Rung
    fps: float = 0.0


class Cover(msgspec.Struct, frozen=True, tag="cover"):
    """Cover these areas of a stream's pictures from now on, the one that stands among them."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: int
    mask: Areas = ()


class Listen(msgspec.Struct, frozen=True, tag="listen"):
    """Write the sound of a stream into a ring (`app.video.sound`) of so many samples a second; none
    without a segment."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: int
    segment: str = ""
    rate: int = 0


class Close(msgspec.Struct, frozen=True, tag="close"):
    """Read a stream no more; its rows are hidden, and `Closed` is said."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: int


class Clip(msgspec.Struct, frozen=True, tag="clip"):
    """Write the kept packets from `seconds` ago until now as an MP4, not encoded anew. `path` does
    not exist yet; answered by `Made`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: int
    ticket: int
    path: str
    seconds: float = 30.0


class Snap(msgspec.Struct, frozen=True, tag="snap"):
    """Write the newest picture in its own size as a JPEG (`.jpg`) or PNG (`.png`); answered by
    `Made`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: int
    ticket: int
    path: str


class Seek(msgspec.Struct, frozen=True, tag="seek"):
    """Go to a second of a file and on at a speed; 0 stands still."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: int
    at_s: float
    speed: float = 1.0


class Rest(msgspec.Struct, frozen=True, tag="rest"):
    """Read a stream no more; its rows keep their last picture, and nothing is said. It is read on
    by another `Open`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: int


Order = Open | Show | Hide | Step | Cover | Listen | Close | Clip | Snap | Seek | Rest


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker's first line."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    pid: int
    decoders: tuple[str, ...] = ()


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """A stream's first picture was decoded. `title` is what the stream calls itself (SDP `s=`,
    container's title), to be compared with what the platform promised; `took_s` from the order."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: int
    codec: str
    width: int
    height: int
    fps: float = 0.0
    title: str = ""
    decoder: str = ""
    took_s: float = 0.0
    audio: bool = False


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A stream could not be opened, or is over. It reads no more until it is ordered anew; its rows
    keep their last picture. `detail` is the library's sentence without address and password."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: int
    fault: Fault
    detail: str = ""


class Hidden(msgspec.Struct, frozen=True, tag="hidden"):
    """The row is not written any more."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    stream: int
    row: int


class Closed(msgspec.Struct, frozen=True, tag="closed"):
    """The stream is gone, with its rows."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    stream: int


NOTHING_KEPT = "nothing kept"
NO_ROOM = "no room"
"""Details of Made that are told in words of their own."""


class Made(msgspec.Struct, frozen=True, tag="made"):
    """A clip or snapshot lies at its path, of this many seconds and bytes, beginning at `begins`
    (unix seconds on this machine); or `detail` says why not and there is no file."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    ticket: int
    made: bool
    seconds: float = 0.0
    size: int = 0
    begins: float = 0.0
    detail: str = ""


Report = Ready | Opened | Failed | Hidden | Closed | Made
