"""The one way to WebEngine: asks first whether it can work here, loads it with the first map, and
has the sentence where it cannot."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.config import CityConfig
from app.core.message import Message, message
from app.live.map_state import MapPlace
from app.registry import deferred
from app.video.page_rules import reachable
from widgets.map.preparing import Prepared, Preparing
from widgets.map.said import Ready, Said
from widgets.map.sandbox import Sandbox
from widgets.map.standing import is_root
from widgets.map.trial import CAREFUL, GIVE_UP, Trial

log = logging.getLogger(__name__)

NAME = "map-service"
ENGINE = "widgets.map.engine"


class MapService(QObject):
    """One per program (`service_of`). `said` carries a view's name and a Struct of
    `widgets.map.said`."""

    said = Signal(str, object)

    def __init__(
        self, home: MapPlace, kept: Path | None, parent: QObject, hosts: Sequence[str] = ()
    ) -> None:
        super().__init__(parent)
        self.setObjectName(NAME)
        self.home = home
        self.reason: Message | None = None  # why there are no maps
        self.engine: Any = None  # widgets.map.engine.Engine, once it is loaded
        self._kept = kept
        self._hosts = hosts
        self._trial = Trial(kept)
        self._prepared: Prepared | None = None
        self._can_be_boxed: bool | None = None
        self._is_opening = False
        self._tiles: Callable[..., Any] | None = None
        self._data: Callable[..., Any] | None = None
        self._waiting: list[Callable[[], None]] = []
        self._numbers = 0

    def want(self, then: Callable[[], None]) -> None:
        """Call `then` once WebEngine is there, or it is known that it will not be (`reason`)."""
        self._waiting.append(then)
        if self.engine is not None or self.reason is not None:
            QTimer.singleShot(0, self, self._tell)
        elif not self._is_opening:
            self._begin()

    def try_again(self, then: Callable[[], None]) -> None:
        """Somebody mended the machine, or wants to see whether it mended itself."""
        if self.engine is None and not self._is_opening:
            self.reason = None
            self._trial.passed()
        self.want(then)

    def serve(self, tiles: Callable[..., Any], data: Callable[..., Any]) -> None:
        """Who answers for `city://map/tiles/` and `data/` (see `widgets.map.handler`)."""
        self._tiles, self._data = tiles, data
        if self.engine is not None:
            self.engine.serve(tiles, data)

    def new_name(self, name: str) -> str:
        """A name that no other view has."""
        self._numbers += 1
        return f"{name or 'map'}-{self._numbers}"

    def lived(self) -> None:
        """A page stands, and the program with it."""
        self._trial.passed()

    def flush(self, name: str) -> None:
        """Let a view's page have what waits for it."""
        if self.engine is not None:
            self.engine.flush(name)

    def silent_s(self, name: str) -> float:
        """How long a view's page did not ask for more (see `Handler.silent_s`)."""
        return 0.0 if self.engine is None else float(self.engine.handler.silent_s(name))

    def close(self, name: str) -> None:
        """A view is gone."""
        if self.engine is not None:
            self.engine.close(name)

    def _begin(self) -> None:
        """Ask and gather at once; neither holds up the windows."""
        self._is_opening = True
        self._prepared = self._can_be_boxed = None
        preparing = Preparing(self.home, self._kept, self._trial, self)
        preparing.done.connect(self._on_prepared)
        preparing.start()
        if is_root():
            self._can_be_boxed = True  # there is no sandbox as root
        else:
            sandbox = Sandbox(self)
            sandbox.told.connect(self._on_told)
            sandbox.ask()

    def _on_told(self, can_be_boxed: bool) -> None:
        self._can_be_boxed = can_be_boxed
        self._open()

    def _on_prepared(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._open()

    def _open(self) -> None:
        prepared = self._prepared
        if prepared is None or self._can_be_boxed is None:
            return
        if not self._can_be_boxed:
            self._give_up(message("mapview.no_sandbox"))
        elif prepared.fault:
            self._give_up(message("mapview.no_page", what=prepared.fault[:200]))
        elif prepared.ends >= GIVE_UP:
            self.reason = message("mapview.ended_before", n=prepared.ends)
        else:
            self._import(prepared)
            return
        self._tell()

    def _import(self, prepared: Prepared) -> None:
        """Importing, starting Chromium and making a view take some 50 ms each: between them the
        windows have their turn."""
        try:
            module = deferred(ENGINE)
        except ImportError as error:
            log.error("WebEngine cannot be loaded, there are no maps: %s", error)
            self._give_up(message("mapview.no_webengine", what=str(error)[:200]))
            self._tell()
            return
        QTimer.singleShot(0, self, lambda: self._load(module, prepared))

    def _load(self, module: Any, prepared: Prepared) -> None:
        careful = prepared.ends >= CAREFUL
        engine = module.Engine(prepared, self, careful=careful, hosts=self._hosts)
        engine.said.connect(self._hear)
        if self._tiles is not None and self._data is not None:
            engine.serve(self._tiles, self._data)
        self.engine = engine
        QTimer.singleShot(0, self, self._tell)

    def _give_up(self, reason: Message) -> None:
        """There is no map, and it was no end of the program."""
        self._trial.passed()
        self.reason = reason

    def _hear(self, view: str, said: Said) -> None:
        if isinstance(said, Ready):
            self.lived()
        self.said.emit(view, said)

    def _tell(self) -> None:
        self._is_opening = False
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()


def service_of(owner: QObject, city: CityConfig, kept: Path | None = None) -> MapService:
    """The program's service, made by the first who asks; it ends with its owner (the bridge). Maps
    begin in the middle of `city`, whose pages may be reached; `kept` is the data folder; without
    one nothing is remembered."""
    options = Qt.FindChildOption.FindDirectChildrenOnly
    found = owner.findChild(MapService, NAME, options)
    if isinstance(found, MapService):
        return found
    return MapService(MapPlace(city.lon, city.lat), kept, owner, reachable(city.page))
