"""The surface of a video wall on a graphics card: pictures below, words and covers above."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QOffscreenSurface, QOpenGLContext, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QRhiWidget, QWidget

from app.video.board import Rows
from app.video.wire import PixelFormat
from widgets.paint.base import focus_frame
from widgets.paint.video import Cover, paint_caption, paint_note, paint_picture
from widgets.paint.video_mark import paint_mark
from widgets.theme import Theme
from widgets.video.rhi import Pictures
from widgets.video.surface import Shown

GL_RENDERER = 0x1F01
SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software", "basic render")
"""In the names of renderers that are no graphics card."""


def renderer() -> str:
    """What draws OpenGL here; empty where nothing does. Takes about 0.1 s, so it is asked once."""
    surface = QOffscreenSurface()
    surface.create()
    context = QOpenGLContext()
    if not context.create() or not context.makeCurrent(surface):
        return ""
    name = str(context.functions().glGetString(GL_RENDERER) or "")
    context.doneCurrent()
    return name


def is_card(name: str) -> bool:
    """Whether a renderer of this name is a graphics card."""
    return bool(name) and not any(word in name.casefold() for word in SOFTWARE)


class CardSurface(QWidget):
    """The same face as `Surface`; its pictures are asked for as planes in the stream's own size."""

    format = PixelFormat.I420

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._below = Pictures(theme.panel, self)
        self._below.setApi(QRhiWidget.Api.OpenGL)
        self._above = _Above(theme, self)

    @property
    def pictures(self) -> int:
        """New ones that were drawn."""
        return self._below.drawn

    def wear(self, theme: Theme) -> None:
        """Look otherwise from now on."""
        self._below.ground = theme.panel
        self._above.theme = theme
        self._below.update()
        self._above.update()

    def show_cells(self, cells: tuple[Shown, ...]) -> None:
        """What stands where."""
        moving = tuple(cell for cell in cells if cell.words.cover is Cover.NONE)
        self._below.show_cells(moving)
        self._above.show_cells(cells)

    def poll(self, rows: Rows) -> None:
        """Draw what is new."""
        self._below.poll(rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Both fill it."""
        super().resizeEvent(event)
        self._below.setGeometry(self.rect())
        self._above.setGeometry(self.rect())


class _Above(QWidget):
    """Strips, notes, covers and pictures that do not move."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.theme = theme
        self._cells: tuple[Shown, ...] = ()

    def show_cells(self, cells: tuple[Shown, ...]) -> None:
        """What stands where."""
        if cells != self._cells:
            self._cells = cells
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cells that the event meets."""
        painter = QPainter(self)
        try:
            for cell in self._cells:
                if event.region().intersects(cell.all):
                    self._paint(painter, cell)
        finally:
            painter.end()

    def _paint(self, painter: QPainter, cell: Shown) -> None:
        words, theme, picture = cell.words, self.theme, QRectF(cell.picture)
        if words.cover is not Cover.NONE:
            paint_picture(painter, picture, words, None, theme)
        elif cell.slots is None and cell.still is not None:
            paint_picture(painter, QRectF(cell.fitted), words, cell.still, theme)
        else:
            paint_mark(painter, QRectF(cell.fitted), words.mark, theme)
            if words.note:
                paint_note(painter, QRectF(cell.fitted), words, theme)
        paint_caption(painter, QRectF(cell.caption), words, theme)
        if words.focused:
            focus_frame(painter, QRectF(cell.all), theme)
