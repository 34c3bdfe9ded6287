"""A camera is dragged from a list onto a cell of a wall in the same program.

What is carried is the id alone, under a type of our own. It is taken only from a widget of this
program and only where the seat knows such a camera: anybody could put anything into a drag.
"""

from PySide6.QtCore import QMimeData, QPointF, QRect, Qt
from PySide6.QtGui import QDrag, QDropEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app.core.directory import Camera
from app.live.video_names import CameraNames
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import overlay_ground
from widgets.theme import Role
from widgets.video.words import camera_name

MIME = "application/x-chengmai-camera"
MOST_BYTES = 360
"""120 characters of UTF-8, as a command takes them."""


def payload(camera: Camera) -> QMimeData:
    """What a drag of a camera carries."""
    data = QMimeData()
    data.setData(MIME, camera.id.encode())
    return data


def camera_of(data: QMimeData, names: CameraNames) -> str:
    """The camera that a drag carries; empty for anything else."""
    carried = data.data(MIME)
    if not 0 < carried.size() <= MOST_BYTES:
        return ""
    try:
        id_ = bytes(carried.data()).decode()
    except UnicodeDecodeError:
        return ""
    return id_ if id_ in names.cameras else ""


class CameraDrag:
    """Lets the cameras of a list be dragged away: the panel hands on its presses and moves."""

    def __init__(self, panel: QWidget, context: Context) -> None:
        self._panel = panel
        self._context = context
        self._pressed: tuple[QPointF, Camera] | None = None

    def press(self, event: QMouseEvent, camera: Camera | None) -> None:
        """The camera that the pointer went down on, if any."""
        left = event.button() is Qt.MouseButton.LeftButton
        self._pressed = (event.position(), camera) if left and camera is not None else None

    def move(self, event: QMouseEvent) -> None:
        """A press is a drag when it has moved far enough; it ends where it is let go."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        begin, camera = self._pressed
        if (event.position() - begin).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self.made(camera).exec(Qt.DropAction.CopyAction)

    def made(self, camera: Camera) -> QDrag:
        """The drag, with the camera's name under the pointer."""
        drag = QDrag(self._panel)
        drag.setMimeData(payload(camera))
        drag.setPixmap(self._label(camera_name(self._context, camera)))
        return drag

    def _label(self, name: str) -> QPixmap:
        theme, ratio = self._context.theme, self._panel.devicePixelRatioF()
        pad, high = theme.px(8), theme.px(28)
        wide = theme.width(name, Role.CAPTION) + 2 * pad
        pixmap = QPixmap(round(wide * ratio), round(high * ratio))
        pixmap.setDevicePixelRatio(ratio)
        painter = QPainter(pixmap)
        try:
            rect = QRect(0, 0, round(wide), round(high))
            overlay_ground(painter, rect, rect, theme)
            room = rect.toRectF().adjusted(pad, 0, -pad, 0)
            lettering.draw_in(painter, theme, room, name, Role.CAPTION, theme.text1)
        finally:
            painter.end()
        return pixmap


def taken(event: QDropEvent, names: CameraNames) -> str:
    """The camera of a drag that began in this program; empty for any other."""
    return camera_of(event.mimeData(), names) if event.source() is not None else ""
