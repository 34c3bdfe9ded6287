"""Rounds of scenes in the windows, by the program's clock."""

from app.live.alarms import red_waits
from app.live.hub import Kind
from app.live.stage import step
from widgets.context import Spine


class Rotator:
    """Moves every rotation of the seat on; call `tick` each second."""

    def __init__(self, spine: Spine) -> None:
        self._spine = spine

    def tick(self) -> None:
        """The next scene where its time is over and no red warning waits to be acknowledged."""
        stage = self._spine.seat.stage
        if not stage.rotating:
            return
        now, red = self._spine.clock.now(), red_unseen(self._spine)
        for window, rotation in list(stage.rotating.items()):
            moved = step(rotation, now, red=red)
            if moved is rotation:
                continue
            stage.rotating[window] = moved
            if moved.at != rotation.at:
                stage.shown[window] = moved.address
            self._spine.hub.publish(Kind.SEAT, ("rotation",))


def red_unseen(spine: Spine) -> bool:
    """Whether a red warning waits for somebody to acknowledge it."""
    return red_waits(spine.board.view().cards)
