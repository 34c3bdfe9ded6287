"""The two sides of a comparison (叠加对比): what each of them shows at the same place."""

from typing import ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.map_state import LayerChoice, MapState

SWIPE, BESIDE = "swipe", "side"
"""The forms of a comparison: over each other with a line between them, or two maps."""


class Side(msgspec.Struct, frozen=True):
    """Layers, a moment (0: now) and a base (empty: the city's first)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    layers: tuple[LayerChoice, ...]
    at: Ms
    base: str


def sides_of(state: MapState) -> tuple[Side, Side | None]:
    """The map's own side, and the other one while it compares; what the comparison does not name
    is the same on both."""
    mine, compare = Side(state.layers, state.at, state.base), state.comparison
    if compare is None:
        return mine, None
    return mine, Side(compare.layers or state.layers, compare.at, compare.base or state.base)
