"""Show an indicator on the map as shades of its districts (色阶图), from wherever it stands."""

import shlex

from app.core.keys import reading_key
from app.live.map_names import may_see
from widgets.panels._act import act, has_scene
from widgets.panels._base import Panel

LAYER, SCENE = "choropleth", "map"
LEAST = 2
"""So many districts must have a value: one shade says nothing."""


def code_on_map(panel: Panel, code: str) -> str:
    """The code itself of an indicator or index by whose values the districts can be shaded; empty
    where the map does not know the districts, or they have no values."""
    seat = panel.context.spine.seat
    names = seat.maps.names
    layer = names.layers.get(LAYER)
    if not code or layer is None or not may_see(layer, panel.context.seat):
        return ""
    whole, held = panel.context.city.code, panel.context.picture.readings
    found = 0
    for region in names.regions:
        found += region != whole and reading_key(code, region) in held
        if found >= LEAST:
            return code
    return ""


def show_on_map(panel: Panel, code: str) -> None:
    """The districts wear it; the map's scene comes up where this window has no map."""
    act(panel, f"show-layer {LAYER} filter={shlex.quote(code)}")
    panels = getattr(panel.window(), "panels", {}).values()
    seen = any(one.kind == SCENE and one.isVisible() for one in panels)
    if not seen and has_scene(panel, SCENE):
        act(panel, f"switch-scene {SCENE}")
