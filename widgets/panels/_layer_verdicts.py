"""What the coordinates of a layer look like beside the known boundaries: asked for by hand, worked
out off the GUI thread, and told below the layer's row until it is asked again."""

import asyncio
from collections.abc import Callable
from typing import Any

from app.gis.content import Content
from app.registry import deferred
from widgets.context import Context
from widgets.map_house import MapHouse

COMPARE, REFERENCE = "app.gis.compare", "app.gis.reference"
LINES = 4


class LayerVerdicts:
    """`texts` by layer, in the window's language."""

    def __init__(self, context: Context, changed: Callable[[], object]) -> None:
        self._context, self._changed = context, changed
        self.texts: dict[str, str] = {}

    def drop(self, layer: str) -> bool:
        """Say no more of it; whether something was said."""
        return self.texts.pop(layer, None) is not None

    async def ask(self, house: MapHouse, layer: str, content: Content) -> None:
        """Compare what the layer shows now."""
        say, render = self._context.text, self._context.translator.render
        self.texts[layer] = say("mapwords.comparing")
        self._changed()
        verdict = await asyncio.to_thread(_compared, house, content)
        if layer in self.texts:
            told = [render(verdict.text)]
            if verdict.compared:
                told.append(say("mapwords.compared", n=verdict.compared, matched=verdict.matched))
            self.texts[layer] = " ".join(told)
            self._changed()


def _compared(house: MapHouse, content: Content) -> Any:
    """In a thread; the boundaries are read once."""
    if house.reference is None:
        house.reference = deferred(REFERENCE).of_city(house.city)
    return deferred(COMPARE).compare_content(content, house.reference)
