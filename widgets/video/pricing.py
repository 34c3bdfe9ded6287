"""What a video wall would cost if it were divided otherwise, with all else that is shown.

Set as `price` of the seat's layouts, so that a command can refuse what this machine cannot show.
"""

from collections.abc import Callable, Sequence
from typing import Any

from app.live.video_plans import Cost
from app.live.video_wall import Look
from app.video.tile import Budget, Demand

Demands = Callable[[Look], Sequence[Demand]]


class Pricing:
    """`service` gives the running video service, None where there is none. Panels that can be seen
    say under their number what they would ask for."""

    def __init__(self, service: Callable[[], Any]) -> None:
        self._service = service
        self._panels: dict[int, tuple[str, Demands]] = {}
        self._wanted: dict[str, Demand] = {}

    def see(self, number: int, wall: str, demands: Demands) -> None:
        """A panel shows a wall; its views begin with its number."""
        self._panels[number] = (wall, demands)

    def leave(self, number: int) -> None:
        """Nobody sees that panel."""
        self._panels.pop(number, None)

    def want(self, view: str, demand: Demand | None) -> None:
        """What a view asks for now."""
        if demand is None:
            self._wanted.pop(view, None)
        else:
            self._wanted[view] = demand

    def cost(self, wall: str, look: Look) -> Cost | None:
        """What all would cost if a wall showed a look; None where nobody sees it, or nobody
        decodes. Streams that show key frames whatever the wall does are not counted to it."""
        service = self._service()
        shown = {number: asks for number, (name, asks) in self._panels.items() if name == wall}
        if service is None or not shown:
            return None
        others = [
            demand
            for view, demand in self._wanted.items()
            if not view.partition("/")[0].isdigit() or int(view.partition("/")[0]) not in shown
        ]
        mine = [demand for asks in shown.values() for demand in asks(look)]
        before: Budget = service.fits(others)
        after: Budget = service.fits([*others, *mine])
        keys = max(0, after.keys - before.keys)
        return Cost(after.used, after.allowed, after.streams, after.reduced, keys)
