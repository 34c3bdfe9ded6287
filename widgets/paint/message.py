"""What to say when a panel has nothing to show: what, since when, what still works, what to do."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core.i18n import Translator
from widgets.paint.bars import paint_share
from widgets.paint.base import drawing, too_small
from widgets.paint.button import KeyHint, paint_keys
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.paint.text import draw_in, wrap
from widgets.theme import Role, Theme


class Tone(StrEnum):
    """What kind of message stands in place of content."""

    EMPTY = "empty"
    ERROR = "error"
    LOADING = "loading"


@dataclass(frozen=True, slots=True)
class MessageCard:
    """What happened, since when, what still works, what to do. `progress` 0 to 1 while loading."""

    title: str
    text: str = ""
    tone: Tone = Tone.EMPTY
    state: Fresh | None = None
    progress: float | None = None
    keys: tuple[KeyHint, ...] = ()


def paint_message(painter: QPainter, rect: QRectF, data: MessageCard, theme: Theme) -> None:
    """Title, text, then a bar or the keys; no spinner, no apology."""
    if too_small(rect):
        return
    with drawing(painter, rect):
        painter.fillRect(rect, theme.panel)
        pad = min(theme.px(16), rect.width() / 8)
        inner = rect.adjusted(pad, pad, -pad, -pad)
        height, side = theme.line(Role.BODY), theme.px(18)
        x = inner.x()
        state = data.state or (Fresh.CACHED if data.tone is Tone.ERROR else None)
        if state is not None:
            glyph = QRectF(x, inner.y() + (height - side) / 2, side, side)
            paint_fresh(painter, glyph, state, theme)
            x += side + theme.px(8)
        line = QRectF(x, inner.y(), max(0.0, inner.right() - x), height)
        draw_in(painter, theme, line, data.title, Role.BODY, theme.text1, True)
        y = inner.y() + height + theme.px(6)
        step = theme.line(Role.CAPTION)
        # The officer's words first; what a library said, in lines below them, is quieter.
        said, _, detail = data.text.partition("\n")
        for words, ink in ((said, theme.text2), (detail, theme.text3)):
            room = max(0, int((inner.bottom() - y) / step))
            shown = wrap(theme, words, Role.CAPTION, inner.width(), room) if words and room else ()
            for text in shown:
                # A closing mark may hang over the edge: it is never cut for it.
                row = QRectF(inner.x(), y, inner.width() + theme.size(Role.CAPTION), step)
                draw_in(painter, theme, row, text, Role.CAPTION, ink)
                y += step
        if data.progress is not None and y + theme.px(20) <= inner.bottom():
            bar = QRectF(inner.x(), y + theme.px(14), inner.width(), theme.px(6))
            paint_share(painter, bar, data.progress, theme)
        elif data.keys and y + theme.px(32) <= inner.bottom() + 1:
            row = QRectF(inner.x(), y + theme.px(10), inner.width(), theme.px(22))
            paint_keys(painter, row, data.keys, theme)


def message_text(data: MessageCard, translator: Translator) -> str:
    """Title and text."""
    parts = (data.title, data.text.replace("\n", " "))
    return translator.text("paint.pause").join(part for part in parts if part)
