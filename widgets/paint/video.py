"""A camera's tile: the picture, what is wrong with it, its name and delay.

An old picture is darkened and says so on itself; where it is in doubt which camera a frame belongs
to there is no picture at all. The presenter hands in the frame; this file knows no stream.
"""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.core.i18n import Translator
from widgets.paint.base import centred, drawing, focus_frame, hatch, too_small
from widgets.paint.fresh import Fresh, age_tint, paint_fresh, tint
from widgets.paint.text import baseline, draw, draw_in, draw_right, fit
from widgets.paint.video_mark import paint_mark
from widgets.paint.video_sound import paint_sound
from widgets.theme import Role, Theme

CAPTION_HEIGHT = 32


class Cover(StrEnum):
    """What stands in place of a picture."""

    NONE = "none"
    WAITING = "waiting"  # connecting, or not allowed: a plain surface with words
    NO_SIGNAL = "no_signal"
    BLACK = "black"


@dataclass(frozen=True, slots=True)
class VideoTile:
    """A camera in words; `note` is written on the picture or its cover, `mark` (who looks) lightly
    over it. `sound`: None where nobody listens, else whether it can be heard."""

    name: str
    state: Fresh
    age: str = ""
    note: str = ""
    cover: Cover = Cover.NONE
    focused: bool = False
    mark: str = ""
    sound: bool | None = None

    @property
    def old(self) -> bool:
        """Whether the picture is not of now and must be darkened."""
        return self.state in (Fresh.LATE, Fresh.CACHED)


def paint_video(
    painter: QPainter, rect: QRectF, data: VideoTile, frame: QImage | None, theme: Theme
) -> None:
    """The tile with its caption strip below. Without a frame and a cover nothing is claimed."""
    if too_small(rect):
        return
    with drawing(painter, rect):
        picture, caption = parts(rect, theme)
        if picture.height() > 0:
            paint_picture(painter, picture, data, frame, theme)
        paint_caption(painter, caption, data, theme)
        if data.focused:
            focus_frame(painter, rect, theme)


def parts(rect: QRectF, theme: Theme) -> tuple[QRectF, QRectF]:
    """The picture of a tile and the strip below it."""
    strip = min(theme.px(CAPTION_HEIGHT), rect.height())
    picture = rect.adjusted(0, 0, 0, -strip)
    return picture, QRectF(rect.x(), picture.bottom(), rect.width(), strip)


def paint_caption(painter: QPainter, rect: QRectF, data: VideoTile, theme: Theme) -> None:
    """Name left, glyph and age right. Where both have no room, a live picture goes without its
    tenths of a second, which the glyph says well enough, rather than without its name."""
    painter.fillRect(rect, theme.panel)
    pad, side = theme.px(6), theme.px(14)
    level = baseline(theme, Role.CAPTION, rect.y(), rect.height())
    right = rect.right() - pad
    age = fit(theme, data.age, Role.CAPTION, rect.width() * 0.5)
    wanted = theme.width(data.name, Role.CAPTION) + theme.width(age, Role.CAPTION)
    marks = 2 if data.sound is not None else 1
    if data.state is Fresh.LIVE and wanted + marks * (side + pad) + 3 * pad > rect.width():
        age = ""
    ink = age_tint(theme, data.state)
    right -= draw_right(painter, theme, (right, level), age, Role.CAPTION, ink)
    glyph = QRectF(right - side, rect.center().y() - side / 2, side, side)
    if age:
        glyph.translate(-pad, 0)
    paint_fresh(painter, glyph, data.state, theme)
    left = rect.x() + pad
    if data.sound is not None:
        square = QRectF(left, rect.center().y() - side / 2, side, side)
        paint_sound(painter, square, theme, heard=data.sound)
        left += side + pad
    room = QRectF(left, rect.y(), max(0.0, glyph.x() - pad - left), rect.height())
    draw_in(painter, theme, room, data.name, Role.CAPTION, theme.text1)


def is_plain(data: VideoTile) -> bool:
    """Whether `paint_picture` adds nothing to the picture."""
    return data.cover is Cover.NONE and not (data.old or data.mark or data.note)


def paint_picture(
    painter: QPainter, rect: QRectF, data: VideoTile, frame: QImage | None, theme: Theme
) -> None:
    """The newest picture with what is wrong with it, or the cover in its place. What the picture
    leaves free of `rect` stays as it was: it is asked for at the size of its place."""
    if data.cover is not Cover.NONE or frame is None:
        _cover(painter, rect, data, theme)
        return
    painter.drawImage(rect, frame)
    if data.old:
        veil = QColor(Qt.GlobalColor.black)
        veil.setAlphaF(0.5)
        painter.fillRect(rect, veil)
    paint_mark(painter, rect, data.mark, theme)
    if data.note:
        paint_note(painter, rect, data, theme)


def _cover(painter: QPainter, rect: QRectF, data: VideoTile, theme: Theme) -> None:
    black = QColor(Qt.GlobalColor.black)
    painter.fillRect(rect, black if data.cover is Cover.BLACK else theme.raised)
    if data.cover is Cover.NO_SIGNAL:
        painter.fillRect(rect, theme.canvas)
        hatch(painter, rect, theme.line2, theme)
    _note_on_cover(painter, rect, data, theme)


def _note_on_cover(painter: QPainter, rect: QRectF, data: VideoTile, theme: Theme) -> None:
    if not data.note:
        return
    width = min(rect.width(), theme.width(data.note, Role.BODY) + theme.px(16))
    height = min(rect.height(), theme.line(Role.BODY) * 1.2)
    box = QRectF(rect.center().x() - width / 2, rect.center().y() - height / 2, width, height)
    ink = theme.text2
    if data.cover is Cover.NO_SIGNAL:
        painter.fillRect(box, theme.raised)
    elif data.cover is Cover.BLACK and theme.light:
        ink = theme.band
    centred(painter, box, data.note, Role.BODY, ink, theme)


def paint_note(painter: QPainter, rect: QRectF, data: VideoTile, theme: Theme) -> None:
    """The state on the picture itself, top left."""
    pad, side = theme.px(6), theme.px(14)
    room = rect.width() - 5 * pad - side
    text = fit(theme, data.note, Role.CAPTION, max(0.0, room))
    width = theme.width(text, Role.CAPTION) + side + 3 * pad
    box = QRectF(rect.x() + pad, rect.y() + pad, width, theme.px(20))
    painter.fillRect(box, theme.canvas)
    glyph = QRectF(box.x() + pad, box.center().y() - side / 2, side, side)
    paint_fresh(painter, glyph, data.state, theme)
    level = baseline(theme, Role.CAPTION, box.y(), box.height())
    at = (glyph.right() + pad, level)
    draw(painter, theme, at, text, Role.CAPTION, tint(theme, data.state))


def accessible_text(data: VideoTile, translator: Translator) -> str:
    """Name, what is wrong, delay."""
    parts = (data.name, data.note, data.age)
    return translator.text("paint.pause").join(part for part in parts if part)
