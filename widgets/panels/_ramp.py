"""The shades of a map from low to high in one line, each limit under its edge."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.gis.content import LegendStep
from widgets.paint import text as lettering
from widgets.paint.map_mark import paint_swatch
from widgets.theme import Role, Theme

DASH = " – "
HIGH = 9.0
"""Of the shades, in desk px."""


def ranges(steps: Sequence[LegendStep]) -> tuple[list[str], list[str]]:
    """The colours of the classes and their limits, one more; what is no range (no value) is left
    out."""
    found = [step for step in steps if DASH in step.text]
    limits = [step.text.partition(DASH)[0] for step in found]
    limits += [step.text.partition(DASH)[2] for step in found[-1:]]
    return [step.colour for step in found], limits


def ramp_height(theme: Theme) -> float:
    """The shades and their numbers."""
    return theme.px(HIGH + 2) + theme.line(Role.CAPTION)


def paint_ramp(
    painter: QPainter, inner: QRectF, shades: Sequence[str], limits: Sequence[str], theme: Theme
) -> None:
    """From the top of the rectangle; a limit that has no room beside the last is left out."""
    if not shades:
        return
    wide, gap = inner.width() / len(shades), theme.px(1)
    for number, shade in enumerate(shades):
        box = QRectF(inner.x() + number * wide, inner.y(), wide - gap, theme.px(HIGH))
        paint_swatch(painter, box, shade, theme)
    top, taken = inner.y() + theme.px(HIGH + 2), inner.x() - theme.px(20)
    for number, text in enumerate(limits):
        long = theme.width(text, Role.CAPTION)
        x = min(max(inner.x() + number * wide - long / 2, inner.x()), inner.right() - long)
        if x < taken + theme.px(6):
            continue
        line = QRectF(x, top, long + 1, theme.line(Role.CAPTION))
        lettering.draw_in(painter, theme, line, text, Role.CAPTION, theme.text3)
        taken = x + long
