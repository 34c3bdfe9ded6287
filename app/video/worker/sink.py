"""Where the pictures of a stream go: a row of the board and three slots of shared memory."""

import struct
from typing import ClassVar

import av
import msgspec
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from app.core.privacy import Privacy
from app.video.board import BYTES, ROW, SLOTS, slot_bytes
from app.video.segments import attach
from app.video.wire import PixelFormat, Rung, Show
from app.video.worker.mask import CLEAR, Mask, Pixels
from app.video.worker.swscale import Middles, Room, Straight, room_of

_FACTS = struct.Struct("=6i6d4qd2fif")
"""A row without its `seq`, in the order of `app.video.board.ROW`."""
_MATRICES = {1: 709, 5: 601, 6: 601, 7: 601, 9: 2020, 10: 2020}
"""Of FFmpeg's AVColorSpace."""
_FULL = 2
_BGRA = int(PixelFormat.BGRA)
_HD_LINES = 720
"""From so many lines on, what does not say its matrix has that of high definition."""
_NAMES = {PixelFormat.BGRA: "bgra", PixelFormat.I420: "yuv420p", PixelFormat.NV12: "nv12"}
_SAME = {PixelFormat.I420: ("yuv420p", "yuvj420p"), PixelFormat.NV12: ("nv12",)}


class Facts(msgspec.Struct):
    """What a row says of the stream; the columns of the board of the same names."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    pts: float = 0.0
    arrived: float = 0.0
    written: float = 0.0
    packet: float = 0.0
    changed: float = 0.0
    lit: float = 0.0
    packets: int = 0
    decoded: int = 0
    corrupt: int = 0
    bytes: int = 0
    cpu: float = 0.0
    fps: float = 0.0
    luma: float = 0.0
    rung: Rung = Rung.FULL
    lag: float = 0.0


class Sink:
    """One row. Raises OSError or ValueError where its segment cannot be had, or is too small for
    the picture that was asked for. `seq` goes on from where the row stands, so that a window that
    looks at it sees the next picture as new."""

    def __init__(self, board: memoryview, show: Show, middles: Middles | None = None) -> None:
        if not (0 < show.width <= 16384 and 0 < show.height <= 16384):
            raise ValueError("size")
        if not 0 <= show.row * ROW.itemsize < BYTES:
            raise ValueError("row")
        self.show = show
        memory, size = attach(show.segment, write=True), show.slot_bytes
        if not 0 < size * SLOTS <= len(memory):
            raise ValueError("segment")
        if show.format is PixelFormat.BGRA and show.width * show.height * 4 > show.slot_bytes:
            raise ValueError("slot")
        self._slots = [memory[size * slot : size * (slot + 1)] for slot in range(SLOTS)]
        self._rooms = [room_of(slot) for slot in self._slots]
        begin = show.row * ROW.itemsize
        self._row = board[begin : begin + ROW.itemsize]
        self._seq = board[begin : begin + 8].cast("q")
        self._number = self._seq[0]
        self._shape: tuple[int, ...] = (0, 0, 0, int(PixelFormat.NONE), 0, 0)
        self._scaler = VideoReformatter()
        self._straight = Straight(middles)
        self._camera = (0, 0)  # width and height of the pictures that come

    def picture(self, frame: av.VideoFrame, facts: Facts, mask: Mask = CLEAR) -> None:
        """Write a picture, then its facts, then the number that says that it is there. What is
        covered never lies in the slot, because a window may still draw what lay there before."""
        slot = (self._number + 1) % SLOTS
        memory = self._slots[slot]
        self._camera = frame.width, frame.height
        if mask:
            covered = bytearray(len(memory))
            self._write(frame, covered, room_of(covered))
            self._cover(np.frombuffer(covered, np.uint8), mask)
            memory[:] = covered
        else:
            self._write(frame, memory, self._rooms[slot])
        self._shown(facts)

    def _write(self, frame: av.VideoFrame, memory: memoryview | bytearray, room: Room) -> None:
        if self.show.format is not PixelFormat.BGRA:
            self._shape = self._yuv(frame, memory)
            return
        width, height = self.show.width, self.show.height
        stride = self._straight.bgra(frame, (width, height), room)
        if stride is None:
            stride = self._bgra(frame, memory)
        self._shape = width, height, stride, _BGRA, 0, 0

    def cover(self, mask: Mask, facts: Facts) -> None:
        """The picture that stands is covered from now on."""
        if not self._number or self._shape[3] == PixelFormat.NONE or not mask:
            return
        standing = bytearray(self._slots[self._number % SLOTS])
        self._cover(np.frombuffer(standing, np.uint8), mask)
        self._slots[(self._number + 1) % SLOTS][:] = standing
        self._shown(facts)

    def _shown(self, facts: Facts) -> None:
        self.facts(facts)
        self._number += 1
        self._seq[0] = self._number

    def facts(self, facts: Facts) -> None:
        """Write what is known of the stream; the picture stays."""
        _FACTS.pack_into(self._row, 8, *self._shape, *msgspec.structs.astuple(facts))

    def _cover(self, memory: Pixels, mask: Mask) -> None:
        width, height, stride, form = self._shape[:4]
        luma = memory[: stride * height].reshape(height, stride)
        if form == PixelFormat.BGRA:
            mask.packed(luma[:, : width * 4].reshape(height, width, 4), self._camera)
            return
        rest = (height + 1) // 2
        step = stride if form == PixelFormat.NV12 else stride // 2
        size = rest * step
        count = 1 if form == PixelFormat.NV12 else 2
        begins = [stride * height + at * size for at in range(count)]
        chroma = [memory[at : at + size].reshape(rest, step) for at in begins]
        mask.planes([luma[:, :width], *chroma], self._camera)

    def _bgra(self, frame: av.VideoFrame, memory: memoryview | bytearray) -> int:
        """By PyAV's scaler; gives the bytes from line to line."""
        width, height = self.show.width, self.show.height
        smaller = width < frame.width or height < frame.height
        scaled = self._scaler.reformat(
            frame,
            width,
            height,
            "bgra",
            src_colorspace=_matrix_of(frame),
            interpolation=Interpolation.AREA if smaller else Interpolation.FAST_BILINEAR,
            dst_color_range=ColorRange.JPEG,
            threads=1,
        )
        plane = scaled.planes[0]
        stride = plane.line_size
        if stride * height <= len(memory):
            memory[: stride * height] = memoryview(plane)[: stride * height]
        else:
            lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, stride)
            stride = width * 4
            np.frombuffer(memory, np.uint8)[: stride * height].reshape(height, stride)[:] = lines[
                :height, :stride
            ]
        return stride

    def _yuv(self, frame: av.VideoFrame, memory: memoryview | bytearray) -> tuple[int, ...]:
        """Planes of the stream's own size; halved until they fit the slot, because a camera may
        grow while it is watched."""
        wanted = self.show.format
        width, height = frame.width, frame.height
        while slot_bytes(width, height, wanted) > len(memory):
            width, height = max(2, width // 2), max(2, height // 2)
        if frame.format.name not in _SAME[wanted] or (width, height) != (frame.width, frame.height):
            frame = self._scaler.reformat(frame, width, height, _NAMES[wanted], threads=1)
        stride = width + width % 2
        out = np.frombuffer(memory, np.uint8)
        at = 0
        for number, plane in enumerate(frame.planes):
            step = stride if number == 0 or wanted is PixelFormat.NV12 else stride // 2
            rows = height if number == 0 else (height + 1) // 2
            lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
            used = min(step, plane.line_size)
            out[at : at + step * rows].reshape(rows, step)[:, :used] = lines[:rows, :used]
            at += step * rows
        matrix = _MATRICES.get(frame.colorspace, 0)
        return width, height, stride, int(wanted), matrix, int(frame.color_range == _FULL)


def _matrix_of(frame: av.VideoFrame) -> Colorspace | None:
    """What the library is to take for the matrix where the stream does not say."""
    if frame.colorspace in _MATRICES or frame.height < _HD_LINES:
        return None
    return Colorspace.ITU709
