"""What a first map needs from the disk, gathered in a thread: the windows do not wait for it."""

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import msgspec
from PySide6.QtCore import QObject, Signal

from app.core.message import Refusal
from app.core.privacy import Privacy
from app.gis.document import document_of, wish_of
from app.live.map_state import MapPlace
from widgets.map.files import File, file_of, load_assets
from widgets.map.trial import GIVE_UP, Trial

log = logging.getLogger(__name__)

FOLDER = "map"
"""Of what is kept, in the data folder."""


class Prepared(msgspec.Struct, frozen=True):
    """The page's document and its files by name; how many programs ended while they opened a map;
    why there can be no map (empty: there can)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    page: Mapping[str, File] = {}
    assets: Mapping[str, File] = {}
    ends: int = 0
    fault: str = ""


class Preparing(QObject):
    """Works once; `done` carries a Prepared, in the loop's thread."""

    done = Signal(object)

    def __init__(self, home: MapPlace, kept: Path | None, trial: Trial, parent: QObject) -> None:
        super().__init__(parent)
        self._home, self._kept, self._trial = home, kept, trial
        self._thread = threading.Thread(target=self._work, name="map-files", daemon=True)

    def start(self) -> None:
        """Begin; the answer comes later."""
        self._thread.start()

    def _work(self) -> None:
        try:
            found = self._prepare()
        except (OSError, Refusal, ValueError) as error:
            log.error("the page of the maps cannot be made: %s", error)
            found = Prepared(fault=str(error) or type(error).__name__)
        try:
            self.done.emit(found)
        except RuntimeError:  # Qt's: the object is gone, and with it who wanted a map
            log.info("the windows closed before their map was opened")

    def _prepare(self) -> Prepared:
        ends = self._trial.ends()
        if ends < GIVE_UP:
            self._trial.begin()
        home = self._home
        built = document_of(
            wish_of(home.lon, home.lat, home.zoom),
            None if self._kept is None else self._kept / FOLDER,
        )
        page = {name: file_of(name, text.encode()) for name, text in built.files.items()}
        return Prepared(page, load_assets(), ends)
