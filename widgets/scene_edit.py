"""A scene changed by hand: a panel moved, resized, taken away, added. Pure, no Qt.

Every function gives a new scene or raises Refusal; panels along an edge stay where they are.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from app.core.i18n import LANGUAGES, translator
from app.core.message import Refusal, message
from widgets.names import panel_name
from widgets.scene import PanelSpec, Scene, ScreenSpec


class Place(NamedTuple):
    """Cells of a grid: the first column and row, how many of each."""

    column: int
    row: int
    columns: int = 1
    rows: int = 1

    def moved(self, columns: int, rows: int) -> "Place":
        """So many cells further to the right and down."""
        return self._replace(column=self.column + columns, row=self.row + rows)

    def grown(self, columns: int, rows: int) -> "Place":
        """So many cells wider and higher, at the right and lower edge; at least one."""
        return self._replace(columns=max(1, self.columns + columns), rows=max(1, self.rows + rows))

    def stretched(self, left: int, top: int, right: int, bottom: int) -> "Place":
        """Each edge moved by cells; an edge never passes the one opposite."""
        left, top = min(left, self.columns - 1), min(top, self.rows - 1)
        columns, rows = self.columns - left + right, self.rows - top + bottom
        return Place(self.column + left, self.row + top, max(1, columns), max(1, rows))

    def meets(self, other: "Place") -> bool:
        """Whether they share a cell."""
        return (
            self.column < other.column + other.columns
            and other.column < self.column + self.columns
            and self.row < other.row + other.rows
            and other.row < self.row + self.rows
        )


def place_of(panel: PanelSpec) -> Place:
    """Where a panel stands."""
    return Place(panel.column, panel.row, panel.columns, panel.rows)


def on_grid(scene: Scene, screen: str) -> list[int]:
    """The numbers of the panels of a screen that can be moved, row by row."""
    found = [
        number
        for number, panel in enumerate(scene.panel)
        if panel.screen == screen and not panel.edge
    ]
    return sorted(found, key=lambda number: (scene.panel[number].row, scene.panel[number].column))


def put(scene: Scene, number: int, place: Place) -> Scene:
    """Move and resize panel `number`; raises Refusal outside the grid and over another panel."""
    panel = scene.panel[number]
    check(scene, panel.screen, place, number)
    changed = msgspec.structs.replace(panel, **place._asdict())
    return _with(scene, (*scene.panel[:number], changed, *scene.panel[number + 1 :]))


def remove(scene: Scene, number: int) -> Scene:
    """Take a panel away; raises Refusal for the last one of its screen."""
    if on_grid(scene, scene.panel[number].screen) == [number]:
        raise Refusal(message("walls.edit.last"))
    return _with(scene, (*scene.panel[:number], *scene.panel[number + 1 :]))


def add(scene: Scene, screen: str, kind: str) -> Scene:
    """A panel of a kind in the largest free place, as the last one; raises Refusal where the grid
    is full."""
    place = free(scene, screen)
    if place is None:
        raise Refusal(message("walls.edit.full"))
    return _with(scene, (*scene.panel, PanelSpec(kind, screen, **place._asdict())))


def check(scene: Scene, screen: str, place: Place, but: int = -1) -> None:
    """Raises Refusal where panel `but` (or a new one) cannot stand."""
    grid = grid_of(scene, screen)
    inside = 0 <= place.column <= len(grid.columns) - place.columns
    if not inside or not 0 <= place.row <= len(grid.rows) - place.rows:
        raise Refusal(message("walls.edit.outside"))
    for number in on_grid(scene, screen):
        if number != but and place.meets(place_of(scene.panel[number])):
            names = {
                f"panel_{language[:2]}": panel_name(translator(language), scene.panel[number].kind)
                for language in LANGUAGES
            }
            raise Refusal(message("walls.edit.overlap", **names))


def free(scene: Scene, screen: str) -> Place | None:
    """The largest free place, the first of equals; None where every cell is taken."""
    return max(_free(scene, screen), key=lambda place: place.columns * place.rows, default=None)


def grid_of(scene: Scene, screen: str) -> ScreenSpec:
    """The screen entry of an id."""
    return next(spec for spec in scene.screen if spec.id == screen)


def _free(scene: Scene, screen: str) -> Iterator[Place]:
    """From each free cell as far to the right as there is room, then as far down."""
    grid = grid_of(scene, screen)
    taken = [place_of(scene.panel[number]) for number in on_grid(scene, screen)]

    def is_free(place: Place) -> bool:
        return not any(place.meets(other) for other in taken)

    for row in range(len(grid.rows)):
        for column in range(len(grid.columns)):
            place = Place(column, row)
            if not is_free(place):
                continue
            while column + place.columns < len(grid.columns) and is_free(place.grown(1, 0)):
                place = place.grown(1, 0)
            while row + place.rows < len(grid.rows) and is_free(place.grown(0, 1)):
                place = place.grown(0, 1)
            yield place


def _with(scene: Scene, panels: tuple[PanelSpec, ...]) -> Scene:
    return msgspec.structs.replace(scene, panel=panels)
