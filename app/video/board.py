"""The board: one row per picture on a screen, in memory that windows and workers share.

A worker writes its rows, nobody else does; the windows look at `seq` each frame and draw what is
new, without a message and without waiting: `seq`, the row, the pixels, and `seq` once more, which
may have grown by one meanwhile. Times are seconds of `time.monotonic()`, which all processes of a
machine have in common; `arrived` is the moment the packet of the picture came in.
"""

import struct
from typing import Any, NamedTuple

import numpy as np

from app.video.wire import PixelFormat

ROWS = 256
SLOTS = 3
"""With two, a picture is written over while it is drawn: 96 % of 25 live streams were seen."""

ROW = np.dtype(
    [
        ("seq", "i8"),  # of the newest picture, written last; it lies in slot seq % SLOTS; 0: none
        ("width", "i4"),
        ("height", "i4"),
        ("stride", "i4"),
        ("format", "i4"),  # wire.PixelFormat
        ("matrix", "i4"),  # of YUV: 601, 709, 2020; 0 unknown
        ("full", "i4"),  # of YUV: 1 where it uses 0 to 255
        ("pts", "f8"),  # seconds of the stream's clock
        ("arrived", "f8"),  # when the picture's packet came
        ("written", "f8"),  # when the picture was complete here
        ("packet", "f8"),  # when the newest packet came, decoded or not
        ("changed", "f8"),  # when the picture last differed from the one before
        ("lit", "f8"),  # when it was last neither black nor of one colour
        ("packets", "i8"),  # of video, since it was opened
        ("decoded", "i8"),  # pictures
        ("corrupt", "i8"),  # pictures and packets that were damaged
        ("bytes", "i8"),
        ("cpu", "f8"),  # seconds of processor that the stream's thread has used
        ("fps", "f4"),  # as the stream says, or as measured
        ("luma", "f4"),  # mean of the newest picture, 0 to 255
        ("rung", "i4"),  # wire.Rung that is done now
        ("lag", "f4"),  # seconds that the stream's clock is behind the earliest it ever came
    ]
)
"""136 bytes."""
BYTES = ROWS * ROW.itemsize

_HEAD = struct.Struct("=q4i")

Rows = np.ndarray[tuple[int], np.dtype[Any]]


class Row(NamedTuple):
    """What stood in a row at one moment, in the order of `ROW`: taken out of the array at once,
    because each figure of it by itself costs as much."""

    seq: int
    width: int
    height: int
    stride: int
    format: int
    matrix: int
    full: int
    pts: float
    arrived: float
    written: float
    packet: float
    changed: float
    lit: float
    packets: int
    decoded: int
    corrupt: int
    bytes: int
    cpu: float
    fps: float
    luma: float
    rung: int
    lag: float


def read(record: Any) -> Row:
    """A row of the board, as it stands now."""
    return Row._make(record.item())


class Head(NamedTuple):
    """How a row begins: which picture is the newest, and how it lies in its slot."""

    seq: int
    width: int
    height: int
    stride: int
    format: int


def begin_of(rows: Rows, number: int) -> memoryview:
    """The bytes with which a row begins, for `head`."""
    begin = number * ROW.itemsize
    return rows.view(np.uint8)[begin : begin + _HEAD.size].data


def head(begin: memoryview) -> Head:
    """The begin of a row as it stands now, which is all that drawing needs."""
    return Head._make(_HEAD.unpack(begin))


def rows(memory: memoryview | bytearray) -> Rows:
    """The rows that lie in a piece of memory of at least BYTES; they keep no reference to it."""
    return np.frombuffer(memory, ROW, ROWS)


def slot_bytes(width: int, height: int, format_: PixelFormat) -> int:
    """How large a slot is that takes pictures of this size; lines of BGRA may begin at 64 bytes."""
    if format_ is PixelFormat.BGRA:
        return (width * 4 + 63) // 64 * 64 * height
    stride = width + width % 2
    return stride * height + stride * ((height + 1) // 2)
