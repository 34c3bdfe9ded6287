"""Which scenes show what a feed brings: by what their panels need, and by what they are limited to.

A panel that follows what is chosen on the seat may show anything and is not counted.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.catalog import Catalog
from app.live.hub import Kind
from app.registry import Registry
from widgets.panels._base import Panel
from widgets.scene import LoadedScene
from widgets.scene_book import load_scenes

SEATS = ("hall", "desk", "cockpit")
NEEDS = {
    "reading": frozenset({Kind.READING, Kind.INDEX}),
    "event": frozenset({Kind.EVENT}),
    "warning": frozenset({Kind.WARNING}),
    "devicestatus": frozenset({Kind.DEVICE}),
    "stock": frozenset({Kind.STOCK}),
    "position": frozenset({Kind.POSITION}),
}
FOLLOWING = ("code", "index", "first", "theme")
"""Options that name one thing; where they are empty the panel follows what is chosen."""


@dataclass(frozen=True)
class Showing:
    """A scene of a seat and the kinds of panel in it that show the feed's values."""

    seat: str
    name: str
    name_zh: str
    name_en: str
    panels: tuple[str, ...]


async def all_scenes() -> dict[str, Mapping[str, LoadedScene]]:
    """The product's scenes of every seat, read off the GUI thread."""
    return await asyncio.to_thread(lambda: {seat: load_scenes(seat) for seat in SEATS})


def showing(
    scenes: Mapping[str, Mapping[str, LoadedScene]],
    registry: Registry[Panel],
    catalog: Catalog,
    kinds: Iterable[str],
    codes: frozenset[str],
) -> list[Showing]:
    """The scenes that show records of these kinds, readings of these codes."""
    wanted = frozenset(kind for word in kinds for kind in NEEDS.get(word, ()))
    found = []
    for seat, book in scenes.items():
        for loaded in book.values():
            panels = tuple(dict.fromkeys(_panels(loaded, registry, catalog, wanted, codes)))
            if panels:
                scene = loaded.scene
                found.append(Showing(seat, loaded.name, scene.name_zh, scene.name_en, panels))
    return found


def _panels(
    loaded: LoadedScene,
    registry: Registry[Panel],
    catalog: Catalog,
    wanted: frozenset[Kind],
    codes: frozenset[str],
) -> Iterator[str]:
    for number, spec in enumerate(loaded.scene.panel):
        if spec.edge:
            continue
        kind = registry.load(spec.kind)
        needs = kind.needs & wanted
        if not needs:
            continue
        if needs <= NEEDS["reading"] and not _shows(
            loaded.options(number, kind.Options), catalog, codes
        ):
            continue
        yield spec.kind


def _shows(options: Any, catalog: Catalog, codes: frozenset[str]) -> bool:
    """Whether a panel of readings shows one of these."""
    for name in FOLLOWING:
        limit = getattr(options, name, None)
        if limit == "":
            return False
        if limit is not None and name != "theme":
            return limit in codes
    named = getattr(options, "codes", ())
    if named:
        return bool(codes & frozenset(named))
    known = [catalog.quantities[code] for code in codes if code in catalog.quantities]
    for name in ("bureau", "theme", "dimension"):
        limit = getattr(options, name, "")
        if limit:
            return any(getattr(quantity, name) == limit for quantity in known)
    return any(quantity.is_indicator for quantity in known)
