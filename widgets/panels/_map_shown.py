"""What a hand picked or marked on a map can be read: in the drawer where the window keeps it there,
in the map's own scene where the window has no place for it."""

from widgets.panels._act import act, has_scene
from widgets.panels._base import Panel

SCENE = "map"
READ_IN = (("pick ", "map-card"), ("select-area ", "map-list"))
"""The beginning of a command and the kind of panel that tells what it found."""
NOTHING = "pick ''"


def bring_up(panel: Panel, text: str) -> None:
    """After a command that a hand gave on the map of `panel`."""
    kind = next((kind for start, kind in READ_IN if text.startswith(start)), "")
    if not kind or text.startswith(NOTHING):
        return
    window = panel.window()
    panels = getattr(window, "panels", {}).values()
    there = next((one for one in panels if one.kind == kind), None)
    if there is None and has_scene(panel, SCENE):
        act(panel, f"switch-scene {SCENE}")
    elif there is not None and not there.isVisible() and hasattr(window, "toggle_drawer"):
        window.toggle_drawer(opened=True)
