"""The two sides of a comparison (叠加对比): what each of them shows at the same place."""

from typing import ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.map_fit import lost_by_half
from app.live.map_state import MAX_ZOOM, MIN_ZOOM, Comparison, LayerChoice, MapPlace, MapState

SWIPE, BESIDE = "swipe", "side"
"""The forms of a comparison: over each other with a line between them, or two maps."""


class Side(msgspec.Struct, frozen=True):
    """Layers, a moment (0: now) and a base (empty: the city's first)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    layers: tuple[LayerChoice, ...]
    at: Ms
    base: str


def compare(state: MapState, comparison: Comparison | None) -> None:
    """Begin, change or end a comparison. Two maps side by side have half the width each: the middle
    stays, and they look from so much further off as what was seen around it needs; with one map
    again that is taken back. A map that nobody moved is fitted to its new size anyhow."""
    had = state.comparison is not None and state.comparison.form == BESIDE
    has = comparison is not None and comparison.form == BESIDE
    state.comparison = comparison
    if has and not had:
        state.narrowed = lost_by_half(state.size)
        _zoom(state, -state.narrowed)
    elif had and not has:
        _zoom(state, state.narrowed)
        state.narrowed = 0.0


def _zoom(state: MapState, by: float) -> None:
    if by and (state.moves or state.moved_by):
        place = state.place
        zoom = min(MAX_ZOOM, max(MIN_ZOOM, place.zoom + by))
        state.fly(MapPlace(place.lon, place.lat, zoom))


def sides_of(state: MapState) -> tuple[Side, Side | None]:
    """The map's own side, and the other one while it compares; what the comparison does not name
    is the same on both."""
    mine, compare = Side(state.layers, state.at, state.base), state.comparison
    if compare is None:
        return mine, None
    return mine, Side(compare.layers or state.layers, compare.at, compare.base or state.base)
