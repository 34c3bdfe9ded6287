"""The layouts that a seat keeps by name, what one costs, and what was asked to be kept."""

from collections.abc import Callable
from typing import ClassVar

import msgspec

from app.core.message import Refusal, message
from app.core.privacy import Privacy
from app.live.video_layout import MAX_CELLS, grid, grid_word, ready
from app.live.video_plan import WallPlan
from app.live.video_wall import Look

PLANS = "video-layouts"
"""Published where there is an order."""
MOST = 200
STEPS = (64, 49, 36, 25, 20, 16, 13, 12, 10, 9, 8, 6, 4, 2, 1)


class Cost(msgspec.Struct, frozen=True):
    """What a wall would cost with everything else that is shown: cores used, cores allowed, its
    streams, those of them with fewer pictures, and of these the ones without a moving picture."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    used: float
    allowed: float
    streams: int
    reduced: int
    keys: int


Price = Callable[[str, Look], Cost | None]
"""What a wall of a name would cost; None where nobody sees it or nothing is known."""

Fewer = Callable[[int], str]
"""The command that asks for the same in so many cells."""


class PlanOrder(msgspec.Struct, frozen=True):
    """A layout to be written, or without a plan to be taken away."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    name: str
    plan: WallPlan | None = None


class Plans:
    """Of one seat. `price` is set by the windows, which also take the orders."""

    def __init__(self) -> None:
        self.known: dict[str, WallPlan] = {}
        self.orders: list[PlanOrder] = []
        self.price: Price | None = None

    def plan(self, name: str) -> WallPlan:
        """The layout of a name; raises Refusal."""
        if name not in self.known:
            known = " ".join(sorted(self.known)) or "-"
            raise Refusal(message("videolayout.unknown", name=name[:60], known=known))
        return self.known[name]

    def divided(self, look: Look, word: str) -> Look:
        """The same cameras in other cells: so many, `3x2`, or the layout of a name; raises
        Refusal."""
        size = grid_word(word)
        if word.isdigit():
            count = int(word)
            if not 1 <= count <= MAX_CELLS:
                raise Refusal(message("videolayout.count", count=word[:6], most=MAX_CELLS))
            return msgspec.structs.replace(look, count=count, layout=ready(count), enlarged=None)
        if size is not None:
            if size[0] * size[1] > MAX_CELLS:
                raise Refusal(message("videolayout.count", count=word, most=MAX_CELLS))
            made = grid(*size)
        else:
            made = self.plan(word).divided()
        count = len(made.cells)
        return msgspec.structs.replace(look, count=count, layout=made, enlarged=None)

    def cost(self, wall: str, look: Look) -> Cost | None:
        """What a wall would cost."""
        return self.price(wall, look) if self.price is not None else None

    def fewer(self, wall: str, look: Look) -> int:
        """The largest count below that of a look whose pictures all move; 0: none is known to."""
        for count in STEPS:
            if count >= look.size:
                continue
            smaller = self.divided(look, str(count))
            cost = self.cost(wall, smaller)
            if cost is not None and not cost.keys:
                return count
        return 0

    def require(
        self, wall: str, look: Look, before: Look, again: str, by: Fewer | None = None
    ) -> None:
        """Raises Refusal where more pictures of a look would not move than of the one before, with
        what can be had instead: `offer` is the command that `by` gives for fewer cells, and where
        these do not help, or there is none, the same as `again`, which takes the key frames."""
        cost, now = self.cost(wall, look), self.cost(wall, before)
        if cost is None or not cost.keys or (now is not None and cost.keys <= now.keys):
            return
        said: dict[str, str | int | float] = {
            "n": look.size,
            "used": f"{cost.used:.1f}",
            "allowed": f"{cost.allowed:.1f}",
            "keys": cost.keys,
            "again": again,
        }
        is_round = look.round is not None
        fewer = self.fewer(wall, look) if by is not None else 0
        if by is not None and fewer:
            id_ = "videolayout.round_too_many" if is_round else "videolayout.too_many"
            raise Refusal(message(id_, offer=by(fewer), fewer=fewer, **said))
        id_ = "videolayout.round_too_much" if is_round else "videolayout.too_much"
        raise Refusal(message(id_, offer=again, **said))
