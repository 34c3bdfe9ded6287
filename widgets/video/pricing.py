"""What a video wall would cost if it were divided otherwise, with all else that is shown; a round
costs what its heaviest step does.

Set as `price` of the seat's layouts, so that a command can refuse what this machine cannot show.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from app.live.round_steps import heaviest, step_of
from app.live.video_plans import Cost
from app.live.video_wall import Look
from app.video.tile import Budget, Demand

Demands = Callable[[Look], Sequence[Demand]]
Turns = Callable[[str, Look], tuple[Sequence[str], int, dict[int, str]]]
"""Of a wall's round: the cameras that may take turns, how many cells they fill, and what stands in
the cells that they do not."""


def no_turns(_: str, look: Look) -> tuple[Sequence[str], int, dict[int, str]]:
    """All of its cameras in all of its cells."""
    return (look.round.cameras if look.round is not None else (), look.size, {})


class Pricing:
    """`service` gives the running video service, None where there is none. Panels that can be seen
    say under their number what they would ask for."""

    def __init__(self, service: Callable[[], Any], turns: Turns = no_turns) -> None:
        self._service = service
        self._turns = turns
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
        look = self._heaviest(wall, look, {demand.camera for demand in others})
        mine = [demand for asks in shown.values() for demand in asks(look)]
        before: Budget = service.fits(others)
        after: Budget = service.fits([*others, *mine])
        keys = max(0, after.keys - before.keys)
        return Cost(after.used, after.allowed, after.streams, after.reduced, keys)

    def _heaviest(self, wall: str, look: Look, elsewhere: set[str]) -> Look:
        """A round at its heaviest step; what stood in its cells before is gone then."""
        if look.round is None:
            return look
        cameras, cells, held = self._turns(wall, look)
        at = heaviest(cameras, cells, elsewhere.union(held.values()))
        step = msgspec.structs.replace(look.round, cameras=step_of(cameras, cells, at))
        return msgspec.structs.replace(look, cameras=held, round=step)
