"""The kept map: what a map showed last, as a row that outlives a restart, and a map as such a row
says."""

from collections.abc import Callable
from typing import TypeVar

from app.core.corners import corners_of, corners_text
from app.core.map_decision import KeptMap
from app.core.message import Refusal
from app.core.model import Ms
from app.live.map_names import MapNames, may_see
from app.live.map_state import MAX_ZOOM, MIN_ZOOM, LayerChoice, MapArea, MapPlace, MapState
from app.live.view_text import layers_of, layers_text

T = TypeVar("T")
BY = "kept"
"""Who moved a map that stands where it stood: no view, so every view is told."""


def row_of(seat: str, name: str, state: MapState, at: Ms, *, apart: bool) -> KeptMap:
    """Place, layers, plate, base, district, span and marked area. A moment of the past, a tool, a
    picked thing and a comparison end with the program: nobody should find them unasked."""
    area = state.area
    marked = f"{area.form} {area.radius_m:.0f} {corners_text(area.corners)}" if area else ""
    place = state.place
    return KeptMap(
        seat=seat, name=name, lon=round(place.lon, 6), lat=round(place.lat, 6),
        zoom=round(place.zoom, 3), moved=bool(state.moves or state.moved_by),
        layers=layers_text(state.layers), plate=state.plate, base=state.base,
        region=state.region, span_ms=state.span_ms, area=marked, apart=apart, at=at,
    )  # fmt: skip


def restore(state: MapState, kept: KeptMap, names: MapNames, seat: str) -> None:
    """Let a map show what it showed, as far as that is still there and a seat may see it."""
    if kept.moved and abs(kept.lon) <= 180 and abs(kept.lat) <= 85:
        zoom = min(MAX_ZOOM, max(MIN_ZOOM, kept.zoom))
        state.place, state.moved_by = MapPlace(kept.lon, kept.lat, zoom), BY
    none: tuple[LayerChoice, ...] = ()
    state.layers = tuple(
        choice
        for choice in _trying(lambda: layers_of(kept.layers), none)
        if choice.id in names.layers and may_see(names.layers[choice.id], seat)
    )
    plate = names.plates.get(kept.plate)
    state.plate = plate.id if plate is not None and may_see(plate, seat) else ""
    state.base = kept.base if kept.base in names.bases else ""
    state.region = kept.region if kept.region in names.regions else ""
    state.span_ms = max(0, kept.span_ms)
    state.area = _trying(lambda: _area(kept.area), None)


def _area(text: str) -> MapArea | None:
    form, _, rest = text.partition(" ")
    radius, _, corners = rest.partition(" ")
    if form not in ("circle", "box", "polygon", "lasso"):
        return None
    return MapArea(form, corners_of(corners), float(radius))  # type: ignore[arg-type]


def _trying(read: Callable[[], T], other: T) -> T:
    """A row that was spoilt by hand is no reason to have no map."""
    try:
        return read()
    except (ValueError, Refusal):
        return other
