"""FFmpeg's scaler called directly, so that a picture is scaled into the memory where it is to lie.

PyAV's reformatter makes a picture of its own each time, which is copied afterwards: the bytes of a
tile are written twice and read once more. The library is the one that PyAV brought; its functions
are found through the module of PyAV that is linked against it. Where that does not go (Windows
looks for a name in one library alone), `LIBRARY` is None and PyAV scales.

A picture that becomes smaller is scaled as YUV and made BGRA at its final size: the library has a
loop over whole lines for that, and YUV 4:2:0 is less than half as much to scale as four bytes a
pixel (docs/performance.md).
"""

import ctypes
import logging
import weakref
from typing import NamedTuple

import av
from av.video import reformatter

log = logging.getLogger(__name__)

AREA, FAST_BILINEAR = 0x20, 0x01
"""SWS_AREA and SWS_FAST_BILINEAR of swscale.h."""
LINE = 64
"""Lines begin at so many bytes: what the widest registers want, and what may be written beyond the
last pixel of a line."""
MAX_SIZES = 16
"""So many sizes of pictures are kept memory for."""
_FORMS = {
    "yuv420p": b"yuv420p",
    "yuvj420p": b"yuv420p",
    "yuv422p": b"yuv422p",
    "yuvj422p": b"yuv422p",
    "nv12": b"nv12",
}
"""Formats that are read here; the range is told apart from them."""
_FULL = 2
"""AVCOL_RANGE_JPEG: 0 to 255."""
_COEFFICIENTS = {1: 1, 4: 4, 7: 7, 9: 9, 10: 9}
"""AVColorSpace to SWS_CS_* of swscale.h."""
_BT601, _BT709 = 5, 1
_HD_LINES = 720
"""From so many lines on, what does not say its matrix has that of high definition."""
_UNSAID = frozenset([0, 2, 3])
"""AVColorSpace: RGB (which is none of YUV), unspecified, reserved."""
_UNITY = 1 << 16

_Planes = ctypes.c_void_p * 4
_Strides = ctypes.c_int * 4


def _library() -> ctypes.CDLL | None:
    """libswscale and libavutil, as PyAV uses them."""
    pointer, number = ctypes.c_void_p, ctypes.c_int
    try:
        found = ctypes.CDLL(reformatter.__file__)
        found.av_get_pix_fmt.argtypes = [ctypes.c_char_p]
        found.sws_getContext.argtypes = [
            number, number, number, number, number, number, number, pointer, pointer, pointer,
        ]  # fmt: skip
        found.sws_getContext.restype = pointer
        found.sws_getCoefficients.argtypes = [number]
        found.sws_getCoefficients.restype = pointer
        found.sws_setColorspaceDetails.argtypes = [
            pointer, pointer, number, pointer, number, number, number, number,
        ]  # fmt: skip
        # sws_scale is told no types: what is handed to it has them, and is not looked at each time.
        found.sws_freeContext.argtypes = [pointer]
        found.sws_freeContext.restype = None
    except (OSError, AttributeError):
        log.info("libswscale is not reached directly")
        return None
    return found


LIBRARY = _library()


class Room(NamedTuple):
    """Memory to write into, for as long as somebody keeps it: address and bytes."""

    address: int
    size: int


def room_of(memory: memoryview | bytearray) -> Room:
    """Where a piece of memory lies that may be written."""
    return Room(ctypes.addressof(ctypes.c_char.from_buffer(memory)), len(memory))


class _Kind(NamedTuple):
    """What a picture is and is to become; the same way leads there as long as it is the same."""

    width: int
    height: int
    form: bytes
    matrix: int  # SWS_CS_*
    full: bool
    to_width: int
    to_height: int


class _Scaler:
    """A context of the library from one size and format to another."""

    def __init__(
        self, library: ctypes.CDLL, kind: _Kind, form: tuple[bytes, bytes], flags: int
    ) -> None:
        source, target = (library.av_get_pix_fmt(name) for name in form)
        self.context = ctypes.c_void_p(
            library.sws_getContext(
                kind.width, kind.height, source, kind.to_width, kind.to_height, target, flags,
                None, None, None,
            )
        )  # fmt: skip
        if not self.context:
            raise ValueError("swscale")
        weakref.finalize(self, library.sws_freeContext, self.context).atexit = False
        if form[1] == b"bgra":
            table = library.sws_getCoefficients(kind.matrix)
            library.sws_setColorspaceDetails(
                self.context, table, int(kind.full), table, 1, 0, _UNITY, _UNITY
            )


class _Middle:
    """The YUV of a smaller picture on its way to BGRA."""

    def __init__(self, width: int, height: int) -> None:
        half_height = (height + 1) // 2
        luma, chroma = _aligned(width), _aligned((width + 1) // 2)
        size = luma * height + 2 * chroma * half_height + 2 * LINE
        self._memory = ctypes.create_string_buffer(size)
        begin = _aligned(ctypes.addressof(self._memory))
        second = begin + luma * height
        self.planes = _Planes(begin, second, second + chroma * half_height)
        self.strides = _Strides(luma, chroma, chroma)


class Middles:
    """What lies between two scalers, for all streams of a worker: the one used last lies in the
    processor's caches still. Any thread may take one and give it back."""

    def __init__(self) -> None:
        self._free: dict[tuple[int, int], list[_Middle]] = {}

    def take(self, size: tuple[int, int]) -> _Middle:
        """One of this width and height, for this caller alone."""
        try:
            return self._free[size].pop()
        except (KeyError, IndexError):
            return _Middle(*size)

    def give(self, size: tuple[int, int], middle: _Middle) -> None:
        """Another may have it now."""
        if size not in self._free and len(self._free) >= MAX_SIZES:
            self._free.clear()  # windows were resized; who has one yet gives it back
        self._free.setdefault(size, []).append(middle)


class Straight:
    """From the pictures of a stream to the slots of one row."""

    def __init__(self, middles: Middles | None = None) -> None:
        self._middles = middles or Middles()
        self._kind: tuple[object, ...] = ()  # what the last picture was, and is to become
        self._stride = 0  # bytes from line to line; 0: such pictures are not scaled here
        self._reduce: _Scaler | None = None
        self._convert: _Scaler | None = None
        # Filled anew for each picture: to make them costs more.
        self._planes, self._strides = _Planes(), _Strides()
        self._into, self._into_strides = _Planes(), _Strides()

    def bgra(self, frame: av.VideoFrame, size: tuple[int, int], room: Room) -> int | None:
        """Write a picture as BGRA of this size; gives the bytes from line to line, None where it
        cannot be done here: then nothing was written. Raises ValueError where the library will
        not."""
        lines = frame.height
        form, matrix, levels = frame.format.name, frame.colorspace, frame.color_range
        kind = frame.width, lines, form, matrix, levels, size
        if kind != self._kind:
            self._prepare(frame, size)
            self._kind = kind
        height = size[1]
        if not self._stride or self._stride * height > room.size:
            return None
        planes, strides = self._planes, self._strides
        for at, part in enumerate(frame.planes):
            planes[at], strides[at] = part.buffer_ptr, part.line_size
        self._into[0] = room.address
        assert LIBRARY is not None and self._convert is not None
        scale, done, middle = LIBRARY.sws_scale, 1, None
        if self._reduce is not None:
            context, middle = self._reduce.context, self._middles.take(size)
            done = scale(context, planes, strides, 0, lines, middle.planes, middle.strides)
            planes, strides, lines = middle.planes, middle.strides, height
        context, into, into_strides = self._convert.context, self._into, self._into_strides
        if done <= 0 or scale(context, planes, strides, 0, lines, into, into_strides) <= 0:
            raise ValueError("swscale")
        if middle is not None:
            self._middles.give(size, middle)
        return self._stride

    def _prepare(self, frame: av.VideoFrame, size: tuple[int, int]) -> None:
        """Find the way that such pictures take, as long as they come."""
        self._stride, self._reduce = 0, None
        form = _FORMS.get(frame.format.name)
        if LIBRARY is None or form is None:
            return
        kind = _Kind(frame.width, frame.height, form, _matrix(frame), _is_full(frame), *size)
        width, height = size
        try:
            if width < kind.width or height < kind.height:
                self._reduce = _Scaler(LIBRARY, kind, (form, b"yuv420p"), AREA)
                kind, form = kind._replace(width=width, height=height), b"yuv420p"
            self._convert = _Scaler(LIBRARY, kind, (form, b"bgra"), FAST_BILINEAR)
        except ValueError:
            return
        self._stride = self._into_strides[0] = _aligned(width * 4)


def _matrix(frame: av.VideoFrame) -> int:
    said = int(frame.colorspace)
    if said in _UNSAID and frame.height >= _HD_LINES:
        return _BT709
    return _COEFFICIENTS.get(said, _BT601)


def _is_full(frame: av.VideoFrame) -> bool:
    return frame.color_range == _FULL or frame.format.name.startswith("yuvj")


def _aligned(number: int) -> int:
    return (number + LINE - 1) // LINE * LINE
