"""用户水印 in a picture that is saved: who asked for it, as it stands over pictures on a screen."""

from pathlib import Path

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from widgets.fonts import make_font
from widgets.paint.video_mark import ACROSS, DOWN, EDGE, INK

LINES = 40
"""A picture is so many lines of it high: it is read on a print, and hides little."""
LEAST = 9  # pixels
QUALITY = 95


def burn(path: Path, text: str) -> None:
    """Write a text into the picture at a path, again and again. May run in any thread; raises
    OSError, with the file as it was."""
    image = QImage(str(path))
    if image.isNull():
        raise OSError(f"no picture: {path.name}")
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    font = make_font(max(LEAST, image.height() // LINES), False)
    painter = QPainter(image)
    try:
        _write(painter, image, text, font)
    finally:
        painter.end()
    part = path.with_name(f"{path.name}.part")
    if not image.save(str(part), path.suffix.lstrip(".").upper(), QUALITY):
        part.unlink(missing_ok=True)
        raise OSError(f"not written: {path.name}")
    part.replace(path)


def _write(painter: QPainter, image: QImage, text: str, font: QFont) -> None:
    metrics = QFontMetricsF(font)
    wide, high = metrics.horizontalAdvance(text), metrics.height()
    painter.setFont(font)
    black, white = QColor(0, 0, 0), QColor(255, 255, 255)
    black.setAlphaF(EDGE)
    white.setAlphaF(INK)
    level, row = high * DOWN / 4 + metrics.ascent(), 0
    while level < image.height():
        left = wide * 0.1 - (wide * ACROSS / 2 if row % 2 else 0.0)
        while left < image.width():
            for ink, shift in ((black, 1.0), (white, 0.0)):
                painter.setPen(ink)
                painter.drawText(QPointF(left + shift, level + shift), text)
            left += wide * ACROSS
        level, row = level + high * DOWN, row + 1
