"""What went wrong with a stream, in our words: the library's errors hold addresses."""

import errno

from av.error import (
    ConnectionRefusedError,
    DecoderNotFoundError,
    DemuxerNotFoundError,
    EOFError,
    FFmpegError,
    FileNotFoundError,
    HTTPClientError,
    HTTPNotFoundError,
    HTTPServerError,
    HTTPUnauthorizedError,
    InvalidDataError,
    PatchWelcomeError,
    ProtocolNotFoundError,
    TimeoutError,
)

from app.video.wire import Fault, Source
from app.video.worker.address import BadAddress

_FAULTS: tuple[tuple[type[Exception], Fault], ...] = (
    (HTTPUnauthorizedError, Fault.CREDENTIALS),
    (HTTPNotFoundError, Fault.NOT_FOUND),
    (HTTPClientError, Fault.REFUSED),
    (HTTPServerError, Fault.REFUSED),
    (FileNotFoundError, Fault.NOT_FOUND),
    (ConnectionRefusedError, Fault.UNREACHABLE),
    (TimeoutError, Fault.TIMEOUT),
    (EOFError, Fault.ENDED),
    (ProtocolNotFoundError, Fault.ADDRESS),
    (BadAddress, Fault.ADDRESS),
    (InvalidDataError, Fault.UNREADABLE),
    (DecoderNotFoundError, Fault.UNREADABLE),
    (DemuxerNotFoundError, Fault.UNREADABLE),
    (PatchWelcomeError, Fault.UNREADABLE),
    (ValueError, Fault.UNREADABLE),  # also FFmpeg's EINVAL: a container that is not on the list
)


_OF_DEVICE = {
    errno.ENOENT: Fault.MISSING,
    errno.ENODEV: Fault.MISSING,
    errno.ENXIO: Fault.MISSING,
    errno.EIO: Fault.MISSING,
    errno.EBUSY: Fault.BUSY,
    errno.EACCES: Fault.REFUSED,
    errno.EPERM: Fault.REFUSED,
}
"""What a driver says (V4L2, `open` and `VIDIOC_DQBUF`)."""


def fault_of(error: Exception, source: Source = Source.NETWORK) -> Fault:
    """The kind of a failure; what is not known counts as a line that is down."""
    if source is Source.DEVICE and isinstance(error, OSError) and error.errno in _OF_DEVICE:
        return _OF_DEVICE[error.errno]
    return next((fault for kind, fault in _FAULTS if isinstance(error, kind)), Fault.UNREACHABLE)


def detail_of(error: Exception) -> str:
    """The library's sentence, without the address that it would add."""
    if isinstance(error, FFmpegError):
        return f"{type(error).__name__}: {error.strerror}"
    if isinstance(error, BadAddress):
        return f"address refused: {error}"
    return type(error).__name__
