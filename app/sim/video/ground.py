"""Grounds of the drawn scenes, seen from above, and the eye of a camera on a pole above them."""

import numpy as np

from app.sim.video.encode import Pixels

ACROSS = 480
DEEP = 720
"""Size of a ground in its own dots: the camera stands at the near edge, in the middle."""

HORIZON = 0.22
"""Share of the picture's height that is sky."""


def plain(colour: tuple[int, int, int], random: np.random.Generator, rough: int = 10) -> Pixels:
    """A ground of one colour, grainy."""
    grain = (
        random.integers(-rough, rough + 1, (DEEP // 4, ACROSS // 4, 1)).repeat(4, 0).repeat(4, 1)
    )
    return np.clip(np.array(colour) + grain, 0, 255).astype(np.uint8)


def fill(
    ground: Pixels, x: float, y: float, width: float, deep: float, colour: tuple[int, int, int]
) -> None:
    """A rectangle by its middle; what lies outside is cut off."""
    left, top = max(0, round(x - width / 2)), max(0, round(y - deep / 2))
    right, bottom = max(0, round(x + width / 2)), max(0, round(y + deep / 2))
    ground[top:bottom, left:right] = colour


class Eye:
    """Where each dot of a picture lies on the ground, and the sky above it."""

    def __init__(self, width: int, height: int, dusk: bool = False) -> None:
        self._horizon = round(height * HORIZON)
        rows = np.arange(self._horizon, height) - self._horizon + 1.0
        near = height - self._horizon
        away = near / rows  # 1 at the lower edge, more further away
        depth = np.minimum((away - 1) / 6.0, 1.0)
        self._y = np.clip((DEEP - 1) * (1 - depth), 0, DEEP - 1).astype(int)[:, None]
        columns = (np.arange(width) - width / 2) / width
        spread = columns[None, :] * away[:, None] * ACROSS * 0.45 + ACROSS / 2
        self._x = np.clip(spread, 0, ACROSS - 1).astype(int)
        self._haze = (np.clip(depth, 0, 1) ** 2 * 0.75)[:, None, None]
        top, low = ((14, 18, 30), (40, 42, 52)) if dusk else ((150, 178, 206), (206, 214, 218))
        share = np.linspace(0, 1, self._horizon)[:, None, None]
        sky = np.array(top) * (1 - share) + np.array(low) * share
        self._sky = np.broadcast_to(sky, (self._horizon, width, 3)).astype(np.uint8).copy()
        self._far = np.array(low, dtype=float)
        self._skyline(dusk)

    def _skyline(self, dusk: bool) -> None:
        random = np.random.default_rng(7)
        width = self._sky.shape[1]
        at = 0
        while at < width:
            wide = int(random.integers(width // 40, width // 14))
            high = int(random.integers(self._horizon // 6, self._horizon * 3 // 4))
            shade = np.array((26, 30, 40) if dusk else (138, 150, 162)) + random.integers(-8, 8)
            self._sky[self._horizon - high :, at : at + wide] = shade
            if dusk:
                lit = random.random((high // 5 + 1, wide // 5 + 1)) < 0.25
                for row, column in zip(*np.nonzero(lit), strict=True):
                    y, x = self._horizon - high + row * 5 + 1, at + column * 5 + 1
                    self._sky[y : y + 2, x : min(x + 2, at + wide)] = (214, 180, 96)
            at += wide + int(random.integers(0, width // 60))

    def see(self, ground: Pixels) -> Pixels:
        """The picture of a ground."""
        below = ground[self._y, self._x] * (1 - self._haze) + self._far * self._haze
        return np.vstack([self._sky, below.astype(np.uint8)])
