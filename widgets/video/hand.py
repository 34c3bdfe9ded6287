"""Keys that turn the camera under the hand while they are held."""

import shlex
from collections.abc import Collection

from PySide6.QtCore import Qt

from app.core.directory import Camera
from app.live.turning import Way
from widgets.panels._base import Panel
from widgets.refused import refusal_of
from widgets.video.turning import Turning

WAYS = {
    Qt.Key.Key_Left: Way.LEFT,
    Qt.Key.Key_Right: Way.RIGHT,
    Qt.Key.Key_Up: Way.UP,
    Qt.Key.Key_Down: Way.DOWN,
    Qt.Key.Key_Plus: Way.IN,
    Qt.Key.Key_Equal: Way.IN,
    Qt.Key.Key_Minus: Way.OUT,
}


class Hand:
    """Of one panel. The camera is the one that was under it when the key went down."""

    def __init__(self, panel: Panel, turning: Turning) -> None:
        self._panel = panel
        self._turning = turning
        self._down: dict[Qt.Key, str] = {}

    def press(self, key: Qt.Key, camera: Camera) -> None:
        """A key of `WAYS` went down: one command, however long it is held."""
        if key in self._down:
            return
        way = WAYS[key]
        self._down[key] = camera.id
        self._turning.hold(camera.id, way)
        self._panel.ask(self._begin(f"move-camera {shlex.quote(camera.id)} way={way.value}"))

    async def _begin(self, text: str) -> None:
        """A refusal is told where a camera's own would be."""
        reason = await refusal_of(self._panel.context.commands, text)
        if reason is not None:
            self._turning.trouble.emit(reason)

    def lift(self, key: Qt.Key) -> bool:
        """A key came up; False where it turned nothing."""
        camera = self._down.pop(key, None)
        if camera is not None:
            self._turning.release(camera, WAYS[key])
        return camera is not None

    def let_go(self, but: Collection[str] = ()) -> None:
        """All keys are up, but those that turn a camera of these."""
        for key in [key for key, camera in self._down.items() if camera not in but]:
            self.lift(key)
