"""Packets to pictures: in software by one thread, or by an NVIDIA card."""

import logging
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import av
from av.codec.codec import Codec
from av.codec.context import CodecContext
from av.codec.hwaccel import HWAccel
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from app.video.worker.ring import Packet

log = logging.getLogger(__name__)

PARAMETERS = ("h264", "hevc")
"""Codecs whose decoder can be made anew from their parameter sets alone."""


Decode = Callable[[Packet], list[av.VideoFrame]]


class Decoder(Protocol):
    """What a stream needs of a decoder. All of it raises FFmpegError for a packet that is damaged,
    and can go on with the next."""

    name: str
    plain: bool  # without the loop filter
    decode: Decode  # gives the pictures that are complete with a packet

    def drain(self) -> list[av.VideoFrame]:
        """The pictures that it still holds; afterwards it begins with a key frame."""

    def flush(self) -> None:
        """Forget everything; the next packet is a key frame."""


class Software:
    """FFmpeg's decoder with one thread: more of them would take turns on the same cores."""

    name = "software"

    def __init__(self, context: VideoCodecContext, *, plain: bool = False) -> None:
        self._context = context
        self.decode: Decode = context.decode
        self.plain = plain
        context.thread_type = "NONE"
        context.thread_count = 1
        if plain:
            context.options = {"skip_loop_filter": "all"}  # a card does not listen to it

    def drain(self) -> list[av.VideoFrame]:
        """The pictures that it still holds; afterwards it begins with a key frame."""
        frames = self._context.decode(None)
        self._context.flush_buffers()
        return frames

    def flush(self) -> None:
        """Forget everything; the next packet is a key frame."""
        self._context.flush_buffers()


class Nvdec(Software):
    """The decoder of an NVIDIA card; pictures are brought into ordinary memory as NV12. What the
    card cannot decode, FFmpeg decodes in software by itself."""

    name = "nvdec"


class Turn:
    """So many threads decode at once as there are cores for this process, in the order in which
    their packets came, each to the end of its picture. More of them would push each other's
    pictures out of the caches, and take turns at holding the interpreter instead of decoding."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: deque[threading.Lock] = deque()
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        gate.acquire()  # opened by who leaves

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


NVIDIA = Path("/dev/nvidiactl")
"""Where Linux has the driver of a card; without it nobody asks for the card."""


class Decoders:
    """Which decoders this machine has; asked once, because a card takes long to answer. What a card
    cannot do is done in software, and said once."""

    def __init__(self, at_once: int, driver: Path = NVIDIA) -> None:
        self._card = _card(driver)
        self._beyond: set[str] = set()  # codecs that the card does not know
        self.turn = Turn(at_once)

    @property
    def names(self) -> tuple[str, ...]:
        """Best first."""
        return (Nvdec.name, Software.name) if self._card else (Software.name,)

    def make(self, stream: VideoStream, *, plain: bool = False) -> Decoder:
        """A decoder for a stream that was just opened, or for the stream of a clip's form."""
        codec = stream.codec_context.name
        if codec not in PARAMETERS:
            return Software(stream.codec_context)
        context, by_card = self._context(codec)
        assert isinstance(context, VideoCodecContext)
        context.extradata = stream.codec_context.extradata
        kind = Nvdec if by_card else Software
        return kind(context, plain=plain)

    def _context(self, codec: str) -> tuple[CodecContext, bool]:
        if self._card is not None and codec not in self._beyond:
            try:
                return CodecContext.create(codec, "r", self._card), True
            except (av.FFmpegError, NotImplementedError) as error:
                self._beyond.add(codec)
                log.warning("the card does not decode %s: %s", codec, type(error).__name__)
        return CodecContext.create(codec, "r"), False


def _card(driver: Path) -> HWAccel | None:
    """The way to an NVIDIA card, where there is one that decodes H.264."""
    if not (driver.exists() or sys.platform == "win32"):
        return None
    card = HWAccel("cuda", allow_software_fallback=True)
    try:
        card.create(Codec("h264", "r"))
    except (av.FFmpegError, NotImplementedError) as error:
        log.warning("the card does not decode: %s", type(error).__name__)
        return None
    return card
