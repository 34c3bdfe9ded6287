"""A panel as a picture: what is on the screen, over a line that says where it is from."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from app.live.export import ExportOrder
from widgets.export.trace import Notes, foot_of, mark_of, metadata
from widgets.paint import text as lettering
from widgets.panels._base import Panel
from widgets.theme import Role, Theme


def panel_image(panel: Panel, order: ExportOrder) -> QImage:
    """The picture, at the pixels of the screen. Made on the GUI thread, encoded elsewhere."""
    ratio = panel.devicePixelRatioF()
    size = _size(panel)
    image = QImage(size * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    _paint(painter, panel, order, size)
    painter.end()
    return image


def png(image: QImage, notes: Notes) -> bytes:
    """The bytes of a picture with its notes in its text fields; needs no GUI thread."""
    for name, text in metadata(notes).items():
        image.setText(name, text)
    pixels = QByteArray()
    buffer = QBuffer(pixels)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs say bytes, Qt wants str
    return bytes(pixels.data())


def svg(panel: Panel, order: ExportOrder, title: str) -> bytes:
    """The panel as vectors. Made on the GUI thread: it is painted once more."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    size = _size(panel)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(0, 0), size))
    generator.setResolution(96)
    generator.setTitle(title)
    generator.setDescription(foot_of(panel.context, order, title))
    painter = QPainter(generator)
    _paint(painter, panel, order, size)
    painter.end()
    return bytes(content.data())


def _size(panel: Panel) -> QSize:
    return QSize(panel.width(), panel.height() + _foot_height(panel.context.theme))


def _foot_height(theme: Theme) -> int:
    return round(theme.line(Role.CAPTION) * 1.4)


def _paint(painter: QPainter, panel: Panel, order: ExportOrder, size: QSize) -> None:
    theme = panel.context.theme
    painter.fillRect(QRect(QPoint(0, 0), size), theme.canvas)
    painter.save()
    panel.render(painter, QPoint(0, 0))
    painter.restore()
    title = panel.title() or panel.kind
    foot = QRectF(0, panel.height(), size.width(), _foot_height(theme))
    inner = foot.adjusted(theme.px(8), 0, -theme.px(8), 0)
    mark = mark_of(panel.context)
    room = inner.width()
    if mark:
        room -= theme.width(mark, Role.CAPTION, True) + theme.px(16)
        lettering.draw_in(painter, theme, inner, mark, Role.CAPTION, theme.text1, True, right=True)
    said = lettering.fit(theme, foot_of(panel.context, order, title), Role.CAPTION, room)
    painter.setPen(Qt.PenStyle.NoPen)
    lettering.draw_in(painter, theme, inner, said, Role.CAPTION, theme.text2)
