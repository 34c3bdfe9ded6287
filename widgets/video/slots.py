"""The pictures of one row of the board as images of Qt, without a copy."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtGui import QImage

from app.video.board import SLOTS, Head, Rows, begin_of, head, read
from app.video.tile import Place
from app.video.wire import PixelFormat

Attach = Callable[[str], memoryview]
"""Gives the memory of a segment by its name (`app.video.segments`); raises FileNotFoundError."""


_BGRA = int(PixelFormat.BGRA)


class Planes(NamedTuple):
    """A picture in YUV 4:2:0: size in pixels, bytes from line to line of the luma (the others have
    half), the three planes, the matrix (601, 709, 2020; 0 unknown), whether it uses 0 to 255."""

    width: int
    height: int
    stride: int
    parts: tuple[memoryview, memoryview, memoryview]
    matrix: int
    full: bool


class Slots:
    """Where a view's pictures lie. `newest` gives a picture that is good until three more came, so
    it is drawn at once and not kept."""

    def __init__(self, place: Place, attach: Attach) -> None:
        self.place = place
        self._memory = attach(place.segment)
        self._rows: Rows | None = None  # whose row begins with `_begin`
        self._begin = memoryview(b"")
        self._images: dict[int, tuple[tuple[int, int, int], QImage]] = {}

    def newest(self, rows: Rows) -> tuple[int, QImage | None]:
        """The newest picture with its number, both of one moment; None where there is none yet."""
        if rows is not self._rows:
            self._rows, self._begin = rows, begin_of(rows, self.place.row)
        row = head(self._begin)
        sequence = row.seq
        if not sequence or row.format != _BGRA:
            return sequence, None
        kept = self._images.get(sequence % SLOTS)
        if kept is not None and kept[0] == row[1:4]:
            return sequence, kept[1]
        return sequence, self._seen(row)

    def _seen(self, row: Head) -> QImage | None:
        """The picture in its slot. The worker may be between two sizes: what does not fit is not
        drawn."""
        width, height, stride, slot = row.width, row.height, row.stride, row.seq % SLOTS
        if width <= 0 or height <= 0 or stride < 4 * width:
            return None
        if stride * height > self.place.slot_bytes:
            return None
        begin = slot * self.place.slot_bytes
        memory = self._memory[begin : begin + stride * height]
        image = QImage(memory, width, height, stride, QImage.Format.Format_RGB32)
        self._images[slot] = (width, height, stride), image
        return image

    def planes(self, rows: Rows) -> Planes | None:
        """The newest picture as planes of YUV in the memory itself; None where there is none."""
        row = read(rows[self.place.row])
        sequence = row.seq
        if not sequence or row.format != PixelFormat.I420:
            return None
        width, height, stride = row.width, row.height, row.stride
        rest, half = (height + 1) // 2, stride // 2
        ends = (stride * height, stride * height + half * rest, stride * height + 2 * half * rest)
        if width <= 0 or height <= 0 or stride < width or ends[2] > self.place.slot_bytes:
            return None
        begin = sequence % SLOTS * self.place.slot_bytes
        memory = self._memory[begin : begin + ends[2]]
        parts = (memory[: ends[0]], memory[ends[0] : ends[1]], memory[ends[1] :])
        return Planes(width, height, stride, parts, row.matrix, bool(row.full))

    def close(self) -> None:
        """Let the memory go; its images first, they point into it."""
        self._images.clear()
        self._rows, self._begin = None, memoryview(b"")
        self._memory.release()
