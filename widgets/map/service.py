"""The one way to WebEngine: asks first whether it can work here, loads it with the first map, and
has the sentence where it cannot."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.core.message import Message, message
from app.live.map_state import MapPlace
from app.registry import deferred
from widgets.map.sandbox import Sandbox
from widgets.map.standing import is_root

log = logging.getLogger(__name__)

NAME = "map-service"


class MapService(QObject):
    """One per program (`service_of`). `said` carries a view's name and a Struct of
    `widgets.map.said`. `tiles` and `data` answer the page's requests (see
    `widgets.map.handler`)."""

    said = Signal(str, object)

    def __init__(self, home: MapPlace, kept: Path | None, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(NAME)
        self.home = home
        self.reason: Message | None = None  # why there are no maps
        self.engine: Any = None  # widgets.map.engine.Engine, once it is loaded
        self._kept = kept
        self._tiles: Callable[..., Any] | None = None
        self._data: Callable[..., Any] | None = None
        self._waiting: list[Callable[[], None]] = []
        self._numbers = 0
        self._sandbox: Sandbox | None = None

    def want(self, then: Callable[[], None]) -> None:
        """Call `then` once WebEngine is there, or it is known that it will not be (`reason`)."""
        self._waiting.append(then)
        if self.engine is not None or self.reason is not None:
            QTimer.singleShot(0, self, self._tell)
        elif self._sandbox is None:
            self._sandbox = Sandbox(self)
            self._sandbox.told.connect(self._open)
            if is_root():
                QTimer.singleShot(0, self, lambda: self._open(True))
            else:
                self._sandbox.ask()

    def try_again(self, then: Callable[[], None]) -> None:
        """Somebody mended the machine, or wants to see whether it mended itself."""
        if self.engine is None:
            self.reason = self._sandbox = None
        self.want(then)

    def serve(self, tiles: Callable[..., Any], data: Callable[..., Any]) -> None:
        """Who answers for tiles and data."""
        self._tiles, self._data = tiles, data
        if self.engine is not None:
            self.engine.serve(tiles, data)

    def new_name(self, name: str) -> str:
        """A name that no other view has."""
        self._numbers += 1
        return f"{name or 'map'}-{self._numbers}"

    def flush(self, name: str) -> None:
        """Let a view's page have what waits for it."""
        if self.engine is not None:
            self.engine.flush(name)

    def close(self, name: str) -> None:
        """A view is gone."""
        if self.engine is not None:
            self.engine.close(name)

    def _open(self, can_be_boxed: bool) -> None:
        if not can_be_boxed:
            self.reason = message("mapview.no_sandbox")
        else:
            try:
                self.engine = deferred("widgets.map.engine").Engine(self.home, self._kept, self)
            except ImportError as error:
                log.error("WebEngine cannot be loaded, there are no maps: %s", error)
                self.reason = message("mapview.no_webengine", what=str(error)[:200])
            else:
                self.engine.said.connect(self.said)
                if self._tiles is not None and self._data is not None:
                    self.engine.serve(self._tiles, self._data)
        self._tell()

    def _tell(self) -> None:
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()


def service_of(owner: QObject, home: MapPlace, kept: Path | None = None) -> MapService:
    """The program's service, made by the first who asks; it ends with its owner (the bridge).
    `home` is where maps begin, `kept` a folder for what the next start need not do again."""
    options = Qt.FindChildOption.FindDirectChildrenOnly
    found = owner.findChild(MapService, NAME, options)
    return found if isinstance(found, MapService) else MapService(home, kept, owner)
