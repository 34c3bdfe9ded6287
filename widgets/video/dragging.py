"""A camera is dragged from a list onto a cell of a wall in the same program.

What is carried is the id alone, under a type of our own. It is taken only from a widget of this
program and only where the seat knows such a camera: anybody could put anything into a drag.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt
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
LEFT = Qt.MouseButton.LeftButton
_TOWARDS = (QEvent.Type.DragEnter, QEvent.Type.DragMove)


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


class CameraDrag(QObject):
    """Lets the cameras of a list be dragged away; `camera_at` gives the one at a point of it."""

    def __init__(
        self, panel: QWidget, context: Context, camera_at: Callable[[QPointF], Camera | None]
    ) -> None:
        super().__init__(panel)
        self._panel = panel
        self._context = context
        self._camera_at = camera_at
        self._pressed: tuple[QPointF, Camera] | None = None
        panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A press is a drag when it has moved far enough."""
        if isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonPress and event.button() is LEFT:
                camera = self._camera_at(event.position())
                self._pressed = None if camera is None else (event.position(), camera)
            elif event.type() == QEvent.Type.MouseButtonRelease:
                self._pressed = None
            elif event.type() == QEvent.Type.MouseMove and self._pressed is not None:
                begin, camera = self._pressed
                away = (event.position() - begin).manhattanLength()
                if event.buttons() & LEFT and away >= QApplication.startDragDistance():
                    self._pressed = None
                    self.made(camera).exec(Qt.DropAction.CopyAction)
                    return True
        return super().eventFilter(watched, event)

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
            rect = QPixmap(round(wide), round(high)).rect()
            overlay_ground(painter, rect, rect, theme)
            room = rect.toRectF().adjusted(pad, 0, -pad, 0)
            lettering.draw_in(painter, theme, room, name, Role.CAPTION, theme.text1)
        finally:
            painter.end()
        return pixmap


class CameraDrop(QObject):
    """Lets cameras fall on a panel. `aim` is called with the point under the pointer (None: gone)
    and says whether a camera can stand there; `fall` with the camera and the point."""

    def __init__(
        self,
        panel: QWidget,
        names: Callable[[], CameraNames],
        aim: Callable[[QPoint | None], bool],
        fall: Callable[[str, QPoint], None],
    ) -> None:
        super().__init__(panel)
        self._names = names
        self._aim = aim
        self._fall = fall
        panel.setAcceptDrops(True)
        panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Only a camera of the seat, out of this program, over a cell that takes it."""
        if event.type() == QEvent.Type.DragLeave:
            self._aim(None)
            return True
        if not isinstance(event, QDropEvent):  # which those before it are too
            return super().eventFilter(watched, event)
        camera = camera_of(event.mimeData(), self._names()) if event.source() is not None else ""
        point = event.position().toPoint()
        taken = bool(camera) and self._aim(point)
        # A drag that enters beside the cells may still come over one.
        entering = bool(camera) and event.type() == QEvent.Type.DragEnter
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(taken or entering)
        if event.type() not in _TOWARDS:
            self._aim(None)
            if taken:
                self._fall(camera, point)
        return True
