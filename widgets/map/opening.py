"""What stands in a map's place until its page has drawn something: a quiet sentence on the map's
own ground, so that nothing flashes when the page takes its place."""

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.context import Context
from widgets.paint import text as lettering
from widgets.theme import Role

SLOW_MS = 8000
"""A map that takes longer says that it does, and that all else goes on."""
BARE_MS = 1500
"""A page that stands and has nothing to draw is shown after this."""


class Opening(QWidget):
    """Lies over the page of the view `parent`; `end()` uncovers it."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._slow = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._late = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._late.timeout.connect(self._say_slow)
        self._bare = QTimer(self, singleShot=True, interval=BARE_MS)
        self._bare.timeout.connect(self.end)
        self.begin()

    def begin(self) -> None:
        """Cover the page: it is loaded, or loaded anew."""
        self._slow = False
        self._bare.stop()
        self._late.start()
        parent = self.parentWidget()
        assert parent is not None
        self.resize(parent.size())
        self.raise_()
        self.show()

    def stands(self) -> None:
        """The page stands; what it draws first uncovers it."""
        if not self.isHidden():
            self._bare.start()

    def end(self) -> None:
        """There is something to be seen, or a sentence that says why not."""
        self._late.stop()
        self._bare.stop()
        self.hide()

    def _say_slow(self) -> None:
        self._slow = True
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground of the map and the sentence."""
        painter = QPainter(self)
        paint_opening(painter, QRectF(self.rect()), self._context, slow=self._slow)
        painter.end()


def paint_opening(painter: QPainter, rect: QRectF, context: Context, *, slow: bool = False) -> None:
    """地图正在打开…, in the middle of where the map will be; `slow` adds that all else goes on."""
    theme = context.theme
    painter.fillRect(rect, theme.canvas)
    step = theme.line(Role.CAPTION)
    lines = ["mapview.opening", *(["mapview.opening.slow"] if slow else [])]
    for number, id_ in enumerate(lines):
        text = context.text(id_)
        wide = min(rect.width(), theme.width(text, Role.CAPTION) + 1)
        line = QRectF(rect.center().x() - wide / 2, 0, wide, step)
        line.moveTop(rect.center().y() + (number - 0.5) * step)
        lettering.draw_in(painter, theme, line, text, Role.CAPTION, theme.text3)
