"""The seat's sound: plays what `app.live.alarms` says must be heard, and says when it cannot.

QtMultimedia is dear to import (0.2 s) and speaks to the sound server, so `open` imports it in a
thread after the first paint. Without a device warnings are shown only: that is logged once and
stands in the seat's state, and the sound returns by itself when a device is plugged in.
"""

import asyncio
import logging
from importlib import resources
from typing import Any

from PySide6.QtCore import QLoggingCategory, QObject, QUrl

from app.core.model import Level
from app.live.hub import Kind
from app.registry import deferred
from widgets.bridge import Bridge
from widgets.context import Spine

log = logging.getLogger(__name__)

MULTIMEDIA = "PySide6.QtMultimedia"
FILES = {Level.RED: "red.wav", Level.ORANGE: "orange.wav"}
# What its plugins miss of a machine's libraries concerns nobody who reads our log.
QUIET = "qt.multimedia.*=false"


class Sound(QObject):
    """Make it, `await open()`, `close()` at the end. `playing` is the level heard now."""

    def __init__(self, spine: Spine, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.playing = Level.NONE
        self._spine = spine
        self._bridge = bridge
        self._devices: Any = None
        self._effects: dict[Level, Any] = {}

    async def open(self) -> None:
        """Find the device and begin to listen to warnings."""
        QLoggingCategory.setFilterRules(QUIET)
        loop = asyncio.get_running_loop()
        try:
            multimedia = await loop.run_in_executor(None, deferred, MULTIMEDIA)
        except ImportError as error:  # a bare machine without the sound libraries
            log.warning("no sound: %s", error)
            self._hear(audible=False)
            return
        self._devices = multimedia.QMediaDevices(self)
        self._devices.audioOutputsChanged.connect(self._find_device)
        self._make = multimedia.QSoundEffect
        self._find_device()
        self._bridge.signal(Kind.WARNING).connect(self._on_warning)
        self._bridge.signal(Kind.SEAT).connect(self._on_seat)
        self._bridge.tick.connect(self.follow)
        self.follow()

    def close(self) -> None:
        """Be silent."""
        if self._devices is not None:
            self._bridge.signal(Kind.WARNING).disconnect(self._on_warning)
            self._bridge.signal(Kind.SEAT).disconnect(self._on_seat)
            self._bridge.tick.disconnect(self.follow)
            self._devices.audioOutputsChanged.disconnect(self._find_device)
        self._silence()
        self._effects = {}

    def follow(self) -> None:
        """Play what must be heard now; nothing changes while it stays the same."""
        sounding = self._spine.board.sounding(self._spine.seat)
        wanted = sounding.level if sounding is not None else Level.NONE
        if wanted is self.playing:
            return
        self._silence()
        self.playing = wanted
        if wanted in self._effects:
            self._effects[wanted].setLoopCount(self._make.Loop.Infinite.value)
            self._effects[wanted].play()

    def play_once(self) -> None:
        """The gravest sound once, for the test at the start of a shift."""
        if self.playing is Level.NONE and Level.RED in self._effects:
            self._effects[Level.RED].setLoopCount(1)
            self._effects[Level.RED].play()

    def _silence(self) -> None:
        for effect in self._effects.values():
            effect.stop()
        self.playing = Level.NONE

    def _find_device(self) -> None:
        audible = bool(self._devices.audioOutputs())
        self._silence()
        self._effects = {}
        if audible:
            folder = resources.files("assets") / "sounds"
            for level, name in FILES.items():
                effect = self._make(self)
                effect.setSource(QUrl.fromLocalFile(str(folder / name)))
                self._effects[level] = effect
            self.follow()
        elif self._spine.seat.audible:
            log.warning("no sound device: warnings are shown, but not heard")
        self._hear(audible=audible)

    def _hear(self, *, audible: bool) -> None:
        if self._spine.seat.audible is not audible:
            self._spine.seat.audible = audible
            self._spine.hub.publish(Kind.SEAT, ("sound",))

    def _on_warning(self, _: frozenset[str]) -> None:
        self.follow()

    def _on_seat(self, keys: frozenset[str]) -> None:
        self.follow()
        if "test-sound" in keys:
            self.play_once()
