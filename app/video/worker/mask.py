"""Covers what nobody may see of a camera, before its picture leaves this process.

What an area touches is covered, a pixel more on each side and one more of the camera's own, because
a scaler lets neighbours run into one another. The decoder's pictures are never touched: others are
made from them. For each size the places are worked out once.
"""

import math
from typing import Any, NamedTuple

import av
import numpy as np
import numpy.typing as npt

from app.core.camera_mask import Area, Areas, corners

LUMA, CHROMA = 96, 128
"""A grey that is neither black nor lit."""
SIZES = 8
"""So many are remembered: a stream is shown in a few."""
WORD = 4
"""Bytes that are written at once."""

Pixels = npt.NDArray[np.uint8]
Covered = npt.NDArray[np.bool_]


class Patch(NamedTuple):
    """A rectangle of pixels that is covered: all of it, or where `shape` says."""

    rows: slice
    columns: slice
    shape: Covered | None

    def cover(self, lines: Pixels, value: int) -> None:
        """Write a value over it; `lines` is `height x width` or `height x width x channels`."""
        place: npt.NDArray[Any] = lines[self.rows, self.columns]
        if place.ndim == 3 and place.shape[2] == WORD:  # four bytes at once
            place, value = place.view(np.uint32)[..., 0], value * 0x01010101
        if self.shape is None:
            place[:] = value
        else:
            np.copyto(place, value, where=self.shape if place.ndim == 2 else self.shape[..., None])


class Mask:
    """The covered areas of one camera; empty ones cover nothing. `number` tells it from others."""

    def __init__(self, areas: Areas = ()) -> None:
        self.areas = areas
        self._patches: dict[tuple[int, ...], list[Patch]] = {}

    def __bool__(self) -> bool:
        return bool(self.areas)

    def packed(self, lines: Pixels, camera: tuple[int, int]) -> None:
        """Cover a picture of `height x width x channels`; `camera` is the width and height that
        it was scaled from."""
        height, width = lines.shape[:2]
        for patch in self._of(width, height, camera, 1):
            patch.cover(lines, LUMA)

    def planes(self, planes: list[Pixels], camera: tuple[int, int]) -> None:
        """Cover a picture in YUV 4:2:0: luma first, then U and V of half its size, or both in one
        plane whose pairs lie side by side (NV12)."""
        height, width = planes[0].shape
        for patch in self._of(width, height, camera, 1):
            patch.cover(planes[0], LUMA)
        for patch in self._of(width, height, camera, 2):
            for plane in planes[1:]:
                pairs = plane.reshape(plane.shape[0], -1, 2) if len(planes) == 2 else plane
                patch.cover(pairs, CHROMA)

    def frame(self, frame: av.VideoFrame, camera: tuple[int, int]) -> None:
        """Cover a picture that is nobody else's: RGB, or YUV 4:2:0 in three planes."""
        lines = [lines_of(plane) for plane in frame.planes]
        if len(lines) == 1:
            used = lines[0][:, : frame.width * 3]
            self.packed(used.reshape(frame.height, frame.width, 3), camera)
            return
        half = (frame.height + 1) // 2, (frame.width + 1) // 2
        sizes = [(frame.height, frame.width), half, half]
        self.planes(
            [plane[:high, :wide] for plane, (high, wide) in zip(lines, sizes, strict=True)], camera
        )

    def _of(self, width: int, height: int, camera: tuple[int, int], step: int) -> list[Patch]:
        key = (width, height, *camera, step)
        found = self._patches.get(key)
        if found is None:
            while len(self._patches) >= SIZES:
                del self._patches[next(iter(self._patches))]
            found = self._patches[key] = _patches(self.areas, width, height, camera, step)
        return found


CLEAR = Mask()


def lines_of(plane: av.video.plane.VideoPlane) -> Pixels:
    """The lines of a plane of a picture, with what lies behind their ends."""
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)


def _patches(
    areas: Areas, width: int, height: int, camera: tuple[int, int], step: int
) -> list[Patch]:
    # What one pixel of the camera is here, and one more on each side.
    margin = 1 + max(math.ceil(width / max(1, camera[0])), math.ceil(height / max(1, camera[1])))
    found = []
    for area in areas:
        box = _box(area, width, height, margin)
        shape = _shape(area, width, height, margin, box)
        top, bottom, left, right = box
        if step > 1:
            top, left = top // step * step, left // step * step
            shape = np.pad(shape, ((box[0] - top, 0), (box[2] - left, 0)))
            shape = _halved(shape)
            top, left = top // step, left // step
            bottom, right = top + shape.shape[0], left + shape.shape[1]
        whole = None if shape.all() else shape
        found.append(Patch(slice(top, bottom), slice(left, right), whole))
    return found


def _box(area: Area, width: int, height: int, margin: int) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of what is covered at most."""
    xs, ys = [x * width for x, _ in area], [y * height for _, y in area]
    return (
        max(0, math.floor(min(ys)) - margin),
        min(height, math.ceil(max(ys)) + margin),
        max(0, math.floor(min(xs)) - margin),
        min(width, math.ceil(max(xs)) + margin),
    )


def _shape(
    area: Area, width: int, height: int, margin: int, box: tuple[int, int, int, int]
) -> Covered:
    """Which pixels of a box are covered: those whose centre lies within (winding number, so that
    one that crosses itself has no hole), those that an edge meets, and `margin` around both."""
    top, bottom, left, right = box
    ring = np.array(corners(area), float) * (width, height)
    x, y = np.arange(left, right) + 0.5, np.arange(top, bottom)[:, None] + 0.5
    turns = np.zeros((bottom - top, right - left), np.int32)
    edges = np.zeros(turns.shape, np.bool_)
    for (ax, ay), (bx, by) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        side = (bx - ax) * (y - ay) - (x - ax) * (by - ay)
        turns += ((ay <= y) & (by > y) & (side > 0)).astype(np.int32)
        turns -= ((ay > y) & (by <= y) & (side < 0)).astype(np.int32)
        steps = max(2, math.ceil(2 * max(abs(bx - ax), abs(by - ay))) + 1)
        across = np.floor(np.linspace(ax, bx, steps)).astype(int) - left
        down = np.floor(np.linspace(ay, by, steps)).astype(int) - top
        edges[np.clip(down, 0, bottom - top - 1), np.clip(across, 0, right - left - 1)] = True
    return _grown((turns != 0) | edges, margin)


def _grown(shape: Covered, by: int) -> Covered:
    for _ in range(by):
        wide = shape.copy()
        wide[1:] |= shape[:-1]
        wide[:-1] |= shape[1:]
        shape = wide.copy()
        shape[:, 1:] |= wide[:, :-1]
        shape[:, :-1] |= wide[:, 1:]
    return shape


def _halved(shape: Covered) -> Covered:
    """Of 2 x 2 pixels one, covered where any of them is."""
    height, width = shape.shape
    shape = np.pad(shape, ((0, height % 2), (0, width % 2)))
    fours = shape.reshape((height + 1) // 2, 2, (width + 1) // 2, 2)
    return np.asarray(fours.any(axis=(1, 3)))
