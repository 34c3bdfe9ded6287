"""A panel onto whose cells cameras fall that are dragged from a list of the same program."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent

from widgets.panels._painted import Painted
from widgets.video.dragging import taken

COPY = Qt.DropAction.CopyAction


class CameraTarget(Painted):
    """Takes none before it is told how."""

    _aim: Callable[[QPoint | None], bool]
    _fall: Callable[[str, QPoint], None]

    def receive(
        self, aim: Callable[[QPoint | None], bool], fall: Callable[[str, QPoint], None]
    ) -> None:
        """Let cameras fall here. `aim` is called with the point below one that is held over the
        panel (None: no more) and says whether it can stand there; `fall` takes it."""
        self._aim, self._fall = aim, fall
        self.setAcceptDrops(True)

    def _camera(self, event: QDropEvent) -> str:
        return taken(event, self.context.spine.seat.videos.cameras)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A camera of this seat is let in, though it may enter beside the cells."""
        event.setDropAction(COPY)
        event.setAccepted(bool(self._camera(event)))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """The cell below it is shown, where it can stand in it."""
        point = event.position().toPoint()
        event.setDropAction(COPY)
        event.setAccepted(bool(self._camera(event)) and self._aim(point))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It is elsewhere."""
        self._aim(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """It stands there."""
        camera, point = self._camera(event), event.position().toPoint()
        stands = bool(camera) and self._aim(point)
        event.setDropAction(COPY)
        event.setAccepted(stands)
        self._aim(None)
        if stands:
            self._fall(camera, point)
