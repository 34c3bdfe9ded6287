"""A place drawn on a map, as commands take it: form, corners as text, radius."""

from typing import Annotated

import msgspec

from app.core.corners import MAX_CORNERS, corners_of, corners_text
from app.core.map_decision import AreaForm
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.map_state import MapArea

CornersText = Annotated[str, PUBLIC, msgspec.Meta(max_length=7600)]
Radius = Annotated[int, msgspec.Meta(ge=0, le=500_000)]

_LEAST = {AreaForm.CIRCLE: 1, AreaForm.BOX: 2, AreaForm.POLYGON: 3, AreaForm.LASSO: 3}
_MOST = {AreaForm.CIRCLE: 1, AreaForm.BOX: 2}


def drawn_area(form: AreaForm, text: str, radius_m: int) -> MapArea:
    """A place as it was drawn; raises Refusal where it holds nothing."""
    corners = corners_of(text, _LEAST[form], _MOST.get(form, MAX_CORNERS))
    if form is AreaForm.CIRCLE and radius_m < 1:
        raise Refusal(message("maptool.no_radius"))
    if form is AreaForm.BOX and (corners[0][0] == corners[1][0] or corners[0][1] == corners[1][1]):
        raise Refusal(message("maptool.flat"))
    if len(set(corners)) < _LEAST[form]:
        raise Refusal(message("maptool.flat"))
    return msgspec.convert(
        {"form": form.value, "corners": corners, "radius_m": float(radius_m)}, MapArea
    )


def area_text(area: MapArea) -> str:
    """The corners of a place as a command takes them."""
    return corners_text(area.corners)
