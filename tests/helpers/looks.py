"""Looking at pictures: absolute difference, greyscale, and what must survive a thumbnail."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from widgets.theme import CAP_RATIO, Role, Theme

RENEW = "CHENGMAI_RENEW_GOLDEN"
"""Set to 1 to write what was painted as the new golden pictures, then look at them."""
STEP = 24  # of 255; smaller differences come from how an edge is smoothed
ALLOWED = 12  # pixels that may differ by more than STEP
THUMBNAIL_WIDTH = 480
VERDICT_PX = 5.0

Array = npt.NDArray[np.int16]


def paint(
    width: int, height: int, theme: Theme, draw: Callable[[QPainter, QRectF], None]
) -> QImage:
    """What a painter makes of a rectangle, on the theme's canvas."""
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(theme.canvas)
    painter = QPainter(picture)
    draw(painter, QRectF(0, 0, width, height))
    painter.end()
    return picture


def array(picture: QImage) -> Array:
    """Height x width x 3, blue first."""
    flat = picture.convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(flat.constBits(), np.uint8)
    return raw.reshape(flat.height(), flat.width(), 4)[:, :, :3].astype(np.int16)


def grey(picture: QImage) -> Array:
    """Luma, as a black-and-white print shows it."""
    weights = np.array([0.114, 0.587, 0.299])
    return (array(picture) @ weights).astype(np.int16)


def differing(one: QImage, other: QImage) -> int:
    """How many pixels differ by more than STEP in any channel, in absolute value."""
    if one.size() != other.size():
        return max(one.width() * one.height(), other.width() * other.height())
    return int((np.abs(array(one) - array(other)).max(axis=2) > STEP).sum())


def agrees_with_golden(picture: QImage, golden: Path) -> bool:
    """Whether a picture is the golden one but for smoothing; with RENEW it becomes it."""
    if os.environ.get(RENEW) == "1":
        golden.parent.mkdir(exist_ok=True)
        assert picture.save(str(golden), None, 0)
    stored = QImage(str(golden))
    assert not stored.isNull(), f"{golden.name} is missing: run once with {RENEW}=1 and look at it"
    found = differing(picture, stored)
    return found <= ALLOWED


def survives_thumbnail(theme: Theme, role: Role, screen_width: float) -> bool:
    """Whether a verdict in this role is still 5 px high on a picture 480 px wide."""
    return theme.size(role) * CAP_RATIO * THUMBNAIL_WIDTH / screen_width >= VERDICT_PX
