"""Has the clips and pictures made that were asked for by command; what became of them is said over
the window's foot."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject

from app.core.message import Message, Refusal, message
from app.live.footage import FOOTAGE, FootageOrder
from app.live.hub import Kind
from app.registry import deferred
from widgets.errands import Errands
from widgets.operator import Operator
from widgets.shell import Shell
from widgets.video.burning import burn

log = logging.getLogger(__name__)

MAKER = "app.video.footage"  # the service with it, not before somebody saves something


class FootageDesk(QObject):
    """Answers `save-clip` and `save-snapshot`. `service` gives the running video service, None
    where there is none; the files go where all that leaves the house goes."""

    def __init__(
        self, shell: Shell, operator: Operator, folder: Path, service: Callable[[], Any]
    ) -> None:
        super().__init__(shell)
        self.folder = folder
        self._shell = shell
        self._operator = operator
        self._service = service
        self.errands = Errands(log, "saving of a camera's picture failed")
        shell.bridge.signal(Kind.SEAT).connect(self._on_seat)

    async def stop(self) -> None:
        """What was begun is finished."""
        await self.errands.finish()

    def _on_seat(self, keys: frozenset[str]) -> None:
        if FOOTAGE not in keys:
            return
        orders = self._shell.spine.seat.footage
        while orders:
            self.errands.begin(self._save(orders.pop(0)))

    async def _save(self, order: FootageOrder) -> None:
        try:
            said = await self._made(order)
        except Refusal as refusal:
            said = refusal.reason
        self._operator.say(said)

    async def _made(self, order: FootageOrder) -> Message:
        """The words for the officer; raises Refusal."""
        service, spine = self._service(), self._shell.spine
        if service is None:
            return message("videohand.no_service")
        camera = spine.seat.videos.cameras.camera(order.camera)
        zone = ZoneInfo(spine.city.config.zone)
        burning = burn if spine.seat.videos.mark.rules.burnt else None
        maker = deferred(MAKER).Footage(service, self.folder, spine.city.name, zone, burning)
        said: Message = await maker.save(order, camera)
        return said
