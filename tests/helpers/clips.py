"""Clips for tests of video: real H.264 and H.265, with a number in each picture that code can read.

The number is written as 12 blocks of a fortieth of the width each, along the upper edge: white,
black, then ten bits with the lowest first. It counts the pictures of a clip from 0. Behind it runs
a pattern that moves and never repeats, so that no two pictures of a clip are the same.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import av.video
import numpy as np
import numpy.typing as npt

FPS = 25
GOP = 50
BLOCKS = 12
Pixels = npt.NDArray[np.uint8]
Paint = Callable[[int, int, int], Pixels]
"""Luma of a picture by its number, width and height."""

OPTIONS = {
    "libx264": {"preset": "veryfast", "tune": "zerolatency", "profile": "main", "bf": "0"},
    "libx265": {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "x265-params": "log-level=none:bframes=0:scenecut=0:keyint=50:min-keyint=50",
    },
}


def moving(number: int, width: int, height: int) -> Pixels:
    """A pattern that differs from one picture to the next."""
    across = np.arange(width).astype(np.uint8) * np.uint8(2) + np.uint8(number * 7 % 256)
    luma: Pixels = np.add.outer(np.arange(height).astype(np.uint8), across)
    return luma


def still(number: int, width: int, height: int) -> Pixels:
    """The same at each number."""
    return moving(0, width, height)


def dark(number: int, width: int, height: int) -> Pixels:
    """Black, with the noise of a sensor."""
    noise = np.random.default_rng(number).integers(0, 5, (height, width))
    return (16 + noise).astype(np.uint8)


def mark(luma: Pixels, number: int) -> None:
    """Write a number into a picture."""
    block = luma.shape[1] // 40
    bits = [1, 0, *((number >> bit) & 1 for bit in range(10))]
    for at, bit in enumerate(bits):
        luma[:block, at * block : (at + 1) * block] = 235 if bit else 16


def number_of(bgra: npt.NDArray[Any]) -> int:
    """The number in a picture of `height x width x 4` bytes; -1 where there is none."""
    block = bgra.shape[1] / 40
    row = min(bgra.shape[0] - 1, int(block / 2))
    green = [int(bgra[row, int((at + 0.5) * block), 1]) > 110 for at in range(BLOCKS)]
    if not green[0] or green[1]:
        return -1
    return sum(1 << bit for bit in range(10) if green[bit + 2])


def write_clip(
    path: Path,
    *,
    codec: str = "libx264",
    size: tuple[int, int] = (640, 360),
    seconds: float = 4.0,
    paint: Paint = moving,
    numbered: bool = True,
    title: str = "",
    container: str | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Write a clip in the container that the path's suffix names, without B pictures."""
    width, height = size
    with av.open(str(path), "w", format=container) as out:
        if title:
            out.metadata["title"] = title
        stream = out.add_stream(codec, rate=FPS, options=OPTIONS.get(codec, {}) | (options or {}))
        assert isinstance(stream, av.video.stream.VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.gop_size = GOP
        for number in range(round(seconds * FPS)):
            luma = paint(number, width, height)
            if numbered:
                mark(luma, number)
            colour = np.full((height // 2, width), 128, np.uint8)
            frame = av.VideoFrame.from_ndarray(np.vstack([luma, colour]), format="yuv420p")
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path
