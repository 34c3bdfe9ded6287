"""Small worded marks: the mode of the room and the demonstration mark."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from widgets.paint.base import centred, drawing, frame, hatch, too_small
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.paint.text import baseline, draw, fit
from widgets.theme import Role, Theme


class Mode(StrEnum):
    """What the room is doing; the words are `mode.<value>`."""

    PEACE = "peace"
    WAR = "war"
    DRILL = "drill"


@dataclass(frozen=True, slots=True)
class ModeCell:
    """The cell at the top left of every screen, with its word in the screen's language."""

    mode: Mode
    word: str
    framed: bool = False


def mode_width(data: ModeCell, theme: Theme) -> float:
    """How wide the cell wants to be."""
    margin = 44 if data.mode is Mode.DRILL else 28 if data.framed else 32
    return theme.width(data.word, Role.BODY, True) + theme.px(margin)


def paint_mode(painter: QPainter, rect: QRectF, data: ModeCell, theme: Theme) -> None:
    """Plain in peace, inverted in war, hatched in a drill: read from the door without colour."""
    if too_small(rect):
        return
    with drawing(painter, rect):
        ink, box = theme.text1, rect
        if data.mode is Mode.WAR:
            painter.fillRect(rect, theme.text1)
            ink = theme.panel if theme.light else theme.ink
        elif data.mode is Mode.DRILL:
            hatch(painter, rect, theme.text3, theme)
            width = theme.width(data.word, Role.BODY, True) + theme.px(12)
            inner = min(rect.width(), width)
            box = QRectF(rect.center().x() - inner / 2, rect.y(), inner, rect.height())
            painter.fillRect(box, theme.panel)
        if data.framed and data.mode is Mode.PEACE:
            frame(painter, rect, theme.line2, theme, 0.0)
        centred(painter, box, data.word, Role.BODY, ink, theme, bold=True)


def demo_width(word: str, theme: Theme) -> float:
    """How wide the boxed mark wants to be."""
    return theme.width(word, Role.CAPTION) + theme.px(16 + 6 + 20)


def paint_demo(painter: QPainter, rect: QRectF, word: str, theme: Theme) -> None:
    """The boxed mark of a screen that shows no real city; cannot be hidden."""
    if too_small(rect):
        return
    with drawing(painter, rect):
        frame(painter, rect, theme.line2, theme, 0.0)
        side = theme.px(16)
        x = rect.x() + theme.px(10)
        glyph = QRectF(x, rect.center().y() - side / 2, side, side)
        paint_fresh(painter, glyph, Fresh.DEMO, theme)
        x = glyph.right() + theme.px(6)
        text = fit(theme, word, Role.CAPTION, max(0.0, rect.right() - x))
        level = baseline(theme, Role.CAPTION, rect.y(), rect.height())
        draw(painter, theme, (x, level), text, Role.CAPTION, theme.text2)
