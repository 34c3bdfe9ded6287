"""The geometry of a scene at the size of a window, for a miniature: pure arithmetic, no Qt."""

from typing import NamedTuple

from widgets.grid import Placed, Seams, choose_screen, place
from widgets.scene import LoadedScene


class Block(NamedTuple):
    """A panel: its kind and where it stands, in pixels of the window."""

    kind: str
    placed: Placed
    is_edge: bool


class Sketch(NamedTuple):
    """What would stand where in a window of that size."""

    width: int
    height: int
    blocks: tuple[Block, ...]
    seams: Seams
    screen: str  # the entry of the scene that is used
    pages: int


def sketch(
    scene: LoadedScene,
    width: int,
    height: int,
    unit: float,
    seams: Seams,
    page: int = 0,
) -> Sketch:
    """A page of a scene as a window of so many pixels would show it; `unit` is pixels per design
    unit."""
    spec = choose_screen(scene.scene.screen, page, width / unit, height / unit)
    numbered = enumerate(scene.scene.panel)
    panels = [(number, panel) for number, panel in numbered if panel.screen == spec.id]
    by_number = dict(panels)
    blocks = tuple(
        Block(by_number[item.number].kind, item, bool(by_number[item.number].edge))
        for item in place(spec, panels, width, height, unit, seams)
        if not item.drawer
    )
    return Sketch(width, height, blocks, seams, spec.id, scene.scene.pages)
