"""WebEngine for all maps of the program: profile, scheme, guard, document. Importing this module
loads WebEngine, so only `widgets.map.service` does, with the first map."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QWidget

from widgets.map.guard import Guard, Ledger
from widgets.map.handler import Data, Handler, Tiles
from widgets.map.outbox import Outbox
from widgets.map.preparing import Prepared
from widgets.map.profile import MapPage, make_profile
from widgets.map.said import Fault, Refused, Said
from widgets.map.scheme import register, tell_chromium
from widgets.map.standing import is_root

log = logging.getLogger(__name__)

WINDOW_SYSTEMS = ("xcb", "wayland")  # whose windows Chromium would compose by GL


class Engine(QObject):
    """Made once, when the sandbox is known to work. `said` carries a view's name and what its page
    says."""

    said = Signal(str, object)

    def __init__(
        self, prepared: Prepared, parent: QObject, *, careful: bool, hosts: Sequence[str] = ()
    ) -> None:
        super().__init__(parent)
        register()
        tell_chromium(
            os.environ, root=is_root(), composes=composes_by_gl(), careful=careful, hosts=hosts
        )
        self.ledger = Ledger()
        self.handler = Handler(prepared.page, prepared.assets, self)
        self.handler.said.connect(self._hear)
        self._guard = Guard(self.ledger, self)
        self._profile = make_profile(self.handler, self._guard, self.ledger, self)

    def serve(self, tiles: Tiles, data: Data) -> None:
        """Who answers for tiles and data from now on."""
        self.handler.tiles, self.handler.data = tiles, data

    def open(self, name: str, outbox: Outbox, parent: QWidget) -> QWebEngineView:
        """A web view for a map, with its page; nothing is loaded yet."""
        self.handler.outboxes[name] = outbox
        view = QWebEngineView(parent)
        view.setPage(MapPage(self._profile, self.ledger, view))
        view.page().setBackgroundColor(parent.palette().window().color())
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        view.setAcceptDrops(False)
        return view

    def close(self, name: str) -> None:
        """A view is gone."""
        self.handler.forget(name)

    def flush(self, name: str) -> None:
        """Let a view's page have what waits for it."""
        self.handler.flush(name)

    def _hear(self, view: str, said: Said) -> None:
        match said:
            case Refused(address=address, rule=rule):
                self.ledger.stop(address, rule)
            case Fault(text=text):
                log.warning("map page %s: %s", view, text)
        self.said.emit(view, said)


def composes_by_gl() -> bool:
    """Whether Chromium may compose by GL. Offscreen it needs no telling; under a window system
    without a GPU its view stays empty unless it is told."""
    if QGuiApplication.platformName() not in WINDOW_SYSTEMS:
        return True
    return Path("/dev/dri").is_dir()
