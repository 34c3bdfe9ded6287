"""What may not be done while a red warning waits."""

from app.core.message import Refusal, message
from app.live.alarms import board, red_waits
from app.live.command import Room


def require_calm(room: Room) -> None:
    """Raises Refusal while a red warning waits: nothing may stand before the wall then."""
    picture = room.picture
    view = board(picture.warnings.values(), picture.acknowledged, room.clock.now(), picture.world)
    if red_waits(view.cards):
        raise Refusal(message("visit.red_first"))
