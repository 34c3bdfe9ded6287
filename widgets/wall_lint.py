"""What cannot be read on a wall: each text and symbol of a window as it was really painted.

The floors are LANGUAGE.md section 3: digits of 16 arc minutes, dots of 12, shapes of 20 from the
furthest seat; contrast 4.5 for text and 3 for symbols (WCAG 2.2, 1.4.3 and 1.4.11).
"""

import math
from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar

import msgspec
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QColor, QImage

from app.core.privacy import Privacy
from widgets.look import HALL
from widgets.paint.ledger import Drawn
from widgets.paint.text import ELLIPSIS
from widgets.panels._base import Panel
from widgets.scene import LoadedScene
from widgets.theme import CAP_RATIO, Theme, WallProfile
from widgets.window import Window

DOT, TEXT, SHAPE = 12.0, 16.0, 20.0  # arc minutes
TEXT_CONTRAST, SYMBOL_CONTRAST = 4.5, 3.0
ROUNDED = 0.98  # font sizes are whole pixels
_EDGE = 1.0  # px that smoothing may reach over
SAMPLED = 2000  # pixels that are looked at for the ground of a text
LEAST_GROUND = 0.1  # of the pixels about a text
Pixels = npt.NDArray[np.uint8]


class FaultKind(StrEnum):
    """What is wrong with it."""

    SMALL = "small"  # arc minutes in the hall, px elsewhere
    CONTRAST = "contrast"
    SEAM = "seam"  # px from the middle of the seam
    CUT = "cut"  # px that are missing
    SHORT = "short"  # ends in …


class Fault(msgspec.Struct, frozen=True):
    """One text or symbol that cannot be read, and the panel of which scene file it is in."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    kind: FaultKind
    file: str
    line: int
    panel: str
    text: str
    measured: float
    limit: float


def arcmin(px: float, wall: WallProfile) -> float:
    """The angle under which a height in logical px is seen from the furthest seat."""
    height_mm = px * wall.dpr * wall.pitch_mm
    return 120 * math.degrees(math.atan(height_mm / (2 * wall.farthest_m * 1000)))


def contrast(one: QColor, other: QColor) -> float:
    """WCAG's ratio of two opaque colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lint_window(window: Window, wall: WallProfile) -> list[Fault]:
    """Everything in a window that cannot be read, panel by panel; it is painted for this once."""
    scene, theme = window.scene, window.theme
    if scene is None or theme is None:
        return []
    found: dict[tuple[FaultKind, int, str], Fault] = {}
    for number, panel in window.panels.items():
        if not panel.isVisible():
            continue
        place = _Place(scene, number, panel, theme, wall, window.seat == HALL)
        for fault in place.faults():
            found.setdefault((fault.kind, number, fault.text), fault)
    return list(found.values())


class _Place:
    """One panel, painted and looked at."""

    def __init__(
        self,
        scene: LoadedScene,
        number: int,
        panel: Panel,
        theme: Theme,
        wall: WallProfile,
        is_hall: bool,
    ) -> None:
        self.scene, self.number, self.panel = scene, number, panel
        self.theme, self.wall, self.is_hall = theme, wall, is_hall
        theme.ledger.begin()
        picture = panel.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        self.drawn = theme.ledger.take()
        self.whole = QRectF(picture.rect())
        raw = np.frombuffer(picture.constBits(), np.uint8)
        # A copy: the bits go with the picture.
        self.pixels: Pixels = raw.reshape(picture.height(), -1, 4)[..., :3].copy()
        self.corner = panel.mapTo(panel.window(), QPoint(0, 0))
        self.line = scene.error(f"panel[{number}].kind", "").reason.args["line"]

    def faults(self) -> Iterator[Fault]:
        """What is wrong with each thing that could be seen at all."""
        for drawn in self.drawn:
            seen = drawn.rect & self.whole & (drawn.clip if drawn.clip.isValid() else self.whole)
            if seen.isEmpty() or not drawn.text.strip() or not drawn.colour.alpha():
                continue
            yield from self._size(drawn)
            yield from self._colours(drawn, seen)
            yield from self._seams(drawn)
            missing = max(drawn.rect.width() - seen.width(), drawn.rect.height() - seen.height())
            if missing > _EDGE:
                yield self._fault(FaultKind.CUT, drawn, missing, 0.0)
            if not drawn.symbol and drawn.text.endswith(ELLIPSIS):
                yield self._fault(FaultKind.SHORT, drawn, len(drawn.text), 0.0)

    def _size(self, drawn: Drawn) -> Iterator[Fault]:
        if not self.is_hall:
            least = self.theme.floor_px * CAP_RATIO
            if not drawn.symbol and drawn.height < least * ROUNDED:
                yield self._fault(FaultKind.SMALL, drawn, drawn.height, least)
            return
        least = TEXT if not drawn.symbol else DOT if drawn.dot else SHAPE
        angle = arcmin(drawn.height, self.wall)
        if angle < least * ROUNDED:
            yield self._fault(FaultKind.SMALL, drawn, angle, least)

    def _colours(self, drawn: Drawn, seen: QRectF) -> Iterator[Fault]:
        ground = self._ground(drawn, seen)
        ratio = contrast(_over(drawn.colour, ground), ground)
        least = SYMBOL_CONTRAST if drawn.symbol else TEXT_CONTRAST
        if ratio < least:
            yield self._fault(FaultKind.CONTRAST, drawn, ratio, least)

    def _seams(self, drawn: Drawn) -> Iterator[Fault]:
        if not self.wall.has_edges or not self.is_hall:
            return
        box = drawn.rect.translated(self.corner)
        half = self.wall.seam_px / 2
        sides = (
            (self.wall.seams_x, box.left(), box.right()),
            (self.wall.seams_y, box.top(), box.bottom()),
        )
        for seams, near, far in sides:
            for seam in seams:
                if near < seam + half and far > seam - half:
                    yield self._fault(FaultKind.SEAM, drawn, min(seam - near, far - seam), half)
                    return

    def _ground(self, drawn: Drawn, seen: QRectF) -> QColor:
        """What lies behind: the commonest colour around a text, or just outside a symbol."""
        pad = max(2.0, drawn.rect.height() * (0.3 if drawn.symbol else 0.1))
        box = (drawn.rect if drawn.symbol else seen).adjusted(-pad, -pad, pad, pad) & self.whole
        left, top = math.floor(box.left()), math.floor(box.top())
        right, bottom = math.ceil(box.right()), math.ceil(box.bottom())
        patch = self.pixels[top:bottom, left:right]
        if not drawn.symbol:
            step = max(1, math.isqrt(patch.shape[0] * patch.shape[1] // SAMPLED))
            patch = patch[::step, ::step]
        patch = patch.astype(np.uint32)
        packed = (patch[..., 2] << 16) | (patch[..., 1] << 8) | patch[..., 0]
        if drawn.symbol:
            packed = np.concatenate((packed[0], packed[-1], packed[:, 0], packed[:, -1]))
        # Bold characters may cover more than what is behind them: their own colour is no ground,
        # unless there is nothing else.
        others = packed[packed != (drawn.colour.rgb() & 0xFFFFFF)]
        if others.size >= packed.size * LEAST_GROUND:
            packed = others
        values, counts = np.unique(packed, return_counts=True)
        return QColor(int(values[counts.argmax()]))

    def _fault(self, kind: FaultKind, drawn: Drawn, measured: float, limit: float) -> Fault:
        return Fault(
            kind=kind,
            file=self.scene.file,
            line=self.line,
            panel=self.panel.kind,
            text=drawn.text,
            measured=round(measured, 2),
            limit=round(limit, 2),
        )


def _over(colour: QColor, ground: QColor) -> QColor:
    """A colour that is not opaque, as it is seen."""
    share = colour.alphaF()
    mixed = (
        round(one * share + other * (1 - share))
        for one, other in zip(colour.getRgb()[:3], ground.getRgb()[:3], strict=True)  # type: ignore[index]
    )
    return QColor(*mixed)


def _luminance(colour: QColor) -> float:
    """Relative luminance, WCAG 2.2."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
