"""A look at the pictures of a stream: did it change, is there light in it?

The luma is read at about a thousand points. Where all of these are as before, the whole luma is
compared, because the seconds that a camera writes into its picture may fall between them; frozen
therefore means the same bit for bit. Light is judged by what lies between the darkest and the
brightest twentieth, which leaves out such writing.
"""

import av
import numpy as np
import numpy.typing as npt

STEP = 16
LINES = 24
"""At least so many lines are read, STEP or more apart."""
DARK = 28
"""Luma of 0 to 255 under which nothing can be seen; black of a limited range is 16."""
FLAT = 8
"""Of one colour where the middle nine tenths are no further apart than this: a covered lens."""
LOOK_S = 0.09
"""A picture is looked at so often at most: a standing one has to be known within three seconds, and
each look costs a thirtieth of what decoding does."""
LIGHT_S = 0.2
"""Light is judged this often; it has to be known within three seconds."""
_EIGHT_BITS = frozenset(
    ["gray", "nv12", "nv16", "nv21"]
    + [f"yuv{full}{form}p" for full in ("", "j") for form in (411, 420, 422, 444)]
)

Plane = npt.NDArray[np.uint8]


def luma_of(frame: av.VideoFrame) -> Plane | None:
    """The luma of a picture, `height x width`, where it has eight bits and a plane of its own."""
    if frame.format.name not in _EIGHT_BITS:
        return None
    plane = frame.planes[0]
    return np.ndarray(
        (frame.height, frame.width), np.uint8, memoryview(plane), 0, (plane.line_size, 1)
    )


class Look:
    """What was seen of a stream; times are those of the pictures given."""

    def __init__(self) -> None:
        self.changed = 0.0
        self.lit = 0.0
        self.luma = 0.0
        self._taken, self._judged = -LOOK_S, -LIGHT_S
        self._points = b""
        self._last: av.VideoFrame | None = None  # kept: its luma lies in the library's memory

    def take(self, frame: av.VideoFrame, now: float) -> None:
        """Look at a picture, unless one was looked at just now; one without a luma that can be
        read counts as changed and lit."""
        if now - self._taken < LOOK_S:
            return
        self._taken = now
        luma = luma_of(frame)
        if luma is None:
            self.changed = self.lit = now
            return
        step = max(STEP, luma.shape[0] // LINES)
        seen = luma[::step, ::step].tobytes()
        if seen != self._points or not self._same(luma):
            self.changed = now
        self._points, self._last = seen, frame
        if now - self._judged < LIGHT_S:
            return
        self._judged = now
        points = np.frombuffer(bytearray(seen), np.uint8)
        last = points.size - 1
        twentieth = points.size // 20
        points.partition((twentieth, last - twentieth))
        low, high = int(points[twentieth]), int(points[last - twentieth])
        if high > DARK and high - low > FLAT:
            self.lit = now
        self.luma = float(np.add.reduce(points, dtype=np.int64)) / points.size

    def forget(self) -> None:
        """Let go of the last picture."""
        self._points, self._last = b"", None

    def _same(self, luma: Plane) -> bool:
        before = luma_of(self._last) if self._last is not None else None
        return before is not None and np.array_equal(before, luma)
