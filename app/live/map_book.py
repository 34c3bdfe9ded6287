"""What officers put on the map: mark-up, named views, geofences. Read it; only commands write it.

A change is published as `Kind.MAP` with the keys `markup/<id>`, `bookmark/<name>`, `fence/<id>`.
"""

from collections.abc import Iterable
from typing import TypeVar

from app.core.decision import Effect
from app.core.map_decision import Bookmark, Fence, Markup
from app.core.model import Ms

T = TypeVar("T")


class MapBook:
    """The newest of each. `fences` holds what a command said of one, also that it ended;
    `city_fences` those of the city's file."""

    def __init__(self) -> None:
        self.markup: dict[str, Markup] = {}
        self.bookmarks: dict[str, Bookmark] = {}
        self.fences: dict[str, Fence] = {}
        self.city_fences: tuple[Fence, ...] = ()

    def watched(self, now: Ms) -> tuple[Fence, ...]:
        """Every geofence that holds: those of the city, unless a person ended them, and those that
        were drawn."""
        kept = {fence.id: fence for fence in self.city_fences} | self.fences
        return tuple(fence for fence in kept.values() if fence.holds(now))

    def apply(self, effects: Iterable[Effect]) -> tuple[str, ...]:
        """Take what was decided; gives the keys that changed."""
        changed = []
        for effect in effects:
            if isinstance(effect, Markup):
                _keep(self.markup, effect.id, effect, gone=effect.erased)
                changed.append(f"markup/{effect.id}")
            elif isinstance(effect, Bookmark):
                _keep(self.bookmarks, effect.name, effect, gone=effect.forgotten)
                changed.append(f"bookmark/{effect.name}")
            elif isinstance(effect, Fence):
                self.fences[effect.id] = effect
                changed.append(f"fence/{effect.id}")
        return tuple(changed)


def _keep(table: dict[str, T], name: str, row: T, *, gone: bool) -> None:
    if gone:
        table.pop(name, None)
    else:
        table[name] = row
