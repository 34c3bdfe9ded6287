"""Keys of the keyboard and buttons, each with its word."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from app.core.i18n import Translator
from widgets.paint.base import centred, drawing, frame, too_small
from widgets.paint.text import baseline, draw, fit
from widgets.theme import Role, Theme


def key_width(key: str, theme: Theme) -> float:
    """How wide a key cap is."""
    return max(theme.px(22), theme.width(key, Role.CAPTION) + theme.px(14))


def paint_key(
    painter: QPainter, rect: QRectF, key: str, theme: Theme, on: QColor | None = None
) -> None:
    """A key of the keyboard, 22 px high in the design."""
    if too_small(rect):
        return
    ink = on or theme.text2
    frame(painter, rect, on or theme.line2, theme, theme.radius)
    centred(painter, rect, key, Role.CAPTION, ink, theme)


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key and what it does."""

    key: str
    word: str


def key_places(
    rect: QRectF, hints: Sequence[KeyHint], theme: Theme, right: bool = False
) -> list[QRectF]:
    """Where hints stand side by side, each with its word, from the left or to the right edge; what
    does not fit is left out."""
    widths = [key_hint_width(hint, theme) for hint in hints]
    gap = theme.px(12)
    while widths and sum(widths) + gap * (len(widths) - 1) > rect.width():
        widths.pop()
    used = sum(widths) + gap * max(0, len(widths) - 1)
    x = rect.right() - used if right else rect.x()
    places = []
    for width in widths:
        places.append(QRectF(x, rect.y(), width, rect.height()))
        x += width + gap
    return places


def paint_keys(
    painter: QPainter,
    rect: QRectF,
    hints: tuple[KeyHint, ...],
    theme: Theme,
    right: bool = False,
) -> float:
    """Hints at their places; gives the width that they took."""
    places = key_places(rect, hints, theme, right)
    height = min(theme.px(22), rect.height())
    level = baseline(theme, Role.CAPTION, rect.y(), rect.height())
    for hint, place in zip(hints, places, strict=False):
        top = rect.center().y() - height / 2
        cap = QRectF(place.x(), top, key_width(hint.key, theme), height)
        paint_key(painter, cap, hint.key, theme)
        at = (cap.right() + theme.px(8), level)
        draw(painter, theme, at, hint.word, Role.CAPTION, theme.text2)
    return places[-1].right() - places[0].x() if places else 0.0


def key_hint_width(hint: KeyHint, theme: Theme) -> float:
    """How wide a key with its word is."""
    return key_width(hint.key, theme) + theme.px(8) + theme.width(hint.word, Role.CAPTION)


class ButtonLook(StrEnum):
    """How a button stands."""

    PLAIN = "plain"
    PRIMARY = "primary"
    PENDING = "pending"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Button:
    """A button in words, with its key where it has one."""

    word: str
    look: ButtonLook = ButtonLook.PLAIN
    key: str = ""
    focused: bool = False


def button_width(data: Button, theme: Theme) -> float:
    """How wide a button wants to be."""
    bold = data.look is ButtonLook.PRIMARY
    key = key_width(data.key, theme) + theme.px(10) if data.key else 0.0
    return theme.width(data.word, Role.BODY, bold) + key + theme.px(32)


def paint_button(painter: QPainter, rect: QRectF, data: Button, theme: Theme) -> None:
    """40 px high in the design; a dashed frame means sent and not yet answered."""
    if too_small(rect):
        return
    with drawing(painter, rect.adjusted(-4, -4, 4, 4)):
        primary = data.look is ButtonLook.PRIMARY
        colours = {
            ButtonLook.PLAIN: (theme.line2, theme.text1),
            ButtonLook.PRIMARY: (theme.accent, theme.accent_ink),
            ButtonLook.PENDING: (theme.pending, theme.text1),
            ButtonLook.DISABLED: (theme.line1, theme.text4),
        }
        edge, ink = colours[data.look]
        frame(
            painter,
            rect,
            edge,
            theme,
            theme.radius,
            fill=theme.accent if primary else None,
            dashed=data.look is ButtonLook.PENDING,
        )
        if data.focused:
            outer = theme.px(2)
            grown = rect.adjusted(-outer, -outer, outer, outer)
            frame(painter, grown, theme.accent, theme, theme.radius, width=theme.px(2))
        if not data.key:
            centred(painter, rect, data.word, Role.BODY, ink, theme, bold=primary)
            return
        level = baseline(theme, Role.BODY, rect.y(), rect.height())
        pad, height = theme.px(12), min(theme.px(22), rect.height())
        width = key_width(data.key, theme)
        cap = QRectF(rect.right() - pad - width, rect.center().y() - height / 2, width, height)
        paint_key(painter, cap, data.key, theme, theme.accent_ink if primary else None)
        room = max(0.0, cap.x() - pad - rect.x() - pad)
        text = fit(theme, data.word, Role.BODY, room, primary)
        draw(painter, theme, (rect.x() + pad, level), text, Role.BODY, ink, primary)


def button_text(data: Button, translator: Translator) -> str:
    """The button's word, and that it cannot be used."""
    if data.look is ButtonLook.DISABLED:
        return f"{data.word}{translator.text('paint.pause')}{translator.text('paint.disabled')}"
    return data.word
