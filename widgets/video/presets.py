"""Has cameras turned to the presets that were ordered by command."""

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.core.message import Refusal, message
from app.live.presets import PRESETS, PresetOrder
from app.live.seat import Seat
from widgets.errands import Errands

log = logging.getLogger(__name__)


class Presets(QObject):
    """One per program. `service` gives the running video service; `trouble` carries a Message."""

    trouble = Signal(object)

    def __init__(self, seat: Seat, service: Callable[[], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._seat = seat
        self._service = service
        self.errands = Errands(log, "a camera could not be turned to a preset")

    def on_seat(self, keys: frozenset[str]) -> None:
        """Do what was ordered."""
        if PRESETS not in keys:
            return
        orders = self._seat.videos.presets
        while orders:
            self.errands.begin(self._go(orders.pop(0)))

    async def stop(self) -> None:
        """What was begun is finished."""
        await self.errands.finish()

    async def _go(self, order: PresetOrder) -> None:
        service = self._service()
        if service is None:
            self.trouble.emit(message("videohand.no_turning_service"))
            return
        try:
            await service.go_to(order.camera, order.preset)
        except Refusal as refusal:
            self.trouble.emit(refusal.reason)
