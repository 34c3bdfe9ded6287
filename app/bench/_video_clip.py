"""Clips for `bench video`: as busy as a street at the bit rate of a camera, with a number in each
picture: 12 blocks of a fortieth of the width along the upper edge, white, black, then ten bits."""

from pathlib import Path

import av
import av.video
import numpy as np
import numpy.typing as npt

FPS = 25
GOP = 50
SECONDS = 20
KBITS = {360: 800, 720: 2500}
"""What cameras send at this height, thousands of bits a second."""

Pixels = npt.NDArray[np.uint8]


def make_clip(folder: Path, height: int) -> Path:
    """H.264 main profile without B pictures, a key frame each two seconds, as MP4."""
    path = folder / f"street_{height}.mp4"
    width = height * 16 // 9
    rate = f"{KBITS[height]}k"
    options = {
        "preset": "veryfast",
        "tune": "zerolatency",
        "profile": "main",
        "bf": "0",
        "b": rate,
        "maxrate": rate,
        "bufsize": rate,
    }
    noise = np.random.default_rng(7).integers(0, 9, (height * 2, width * 2), dtype=np.uint8)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FPS, options=options)
        assert isinstance(stream, av.video.stream.VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.gop_size = GOP
        colour = np.full((height // 2, width), 120, np.uint8)
        for number in range(SECONDS * FPS):
            luma = _street(number, width, height, noise)
            _mark(luma, number)
            frame = av.VideoFrame.from_ndarray(np.vstack([luma, colour]), format="yuv420p")
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def number_of(bgra: Pixels) -> int:
    """The number in a picture of `height x width x 4`; -1 where there is none."""
    block = bgra.shape[1] / 40
    row = min(bgra.shape[0] - 1, int(block / 2))
    bits = [int(bgra[row, int((at + 0.5) * block), 1]) > 110 for at in range(12)]
    if not bits[0] or bits[1]:
        return -1
    return sum(1 << bit for bit in range(10) if bits[bit + 2])


def _street(number: int, width: int, height: int, noise: Pixels) -> Pixels:
    """Houses that stand, cars that pass, the noise of a sensor over both."""
    across = np.arange(width)
    down = np.arange(height)
    houses = ((across // 37 * 53) % 97)[None, :] + ((down // 29 * 41) % 71)[:, None] + 40
    luma = houses.astype(np.uint8)
    size = height // 9
    for car in range(8):
        top = height // 3 + car * size * 2 // 3
        left = (number * (3 + car) * width // 640 + car * width // 5) % (width + size) - size
        piece = luma[top : top + size // 2, max(0, left) : max(0, left + size)]
        piece[:] = 60 + car * 20 + across[: piece.shape[1]] % 16
    shift = number * 7919
    y, x = shift % height, shift // 3 % width
    luma += noise[y : y + height, x : x + width]
    return luma


def _mark(luma: Pixels, number: int) -> None:
    block = luma.shape[1] // 40
    for at, bit in enumerate([1, 0, *((number >> bit) & 1 for bit in range(10))]):
        luma[:block, at * block : (at + 1) * block] = 235 if bit else 16
