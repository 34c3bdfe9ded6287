"""The outlines of the city's districts, with their names."""

from typing import Any, ClassVar

from app.core.message import message
from app.core.privacy import Privacy
from app.gis.content import Content, ShapeStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, options_of
from app.gis.layers._districts import Outlines, centre
from app.gis.layers._shapes import Gathered
from app.gis.layers._words import plain


class Districts(Layer, kind="districts"):
    """`regions.geojson` beside the city's `regions.csv`."""

    class Options(LayerOptions, frozen=True):
        """How the lines look."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        line: str = "line2"
        width: float = 1.5
        label_zoom: float = 5.0

    subject = "region"
    ages = False
    every_ms = 60_000

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        self._outlines = Outlines(ground.city)

    def make(self, taken: Any, ask: Ask) -> Content:
        """All of them, or those whose name or code holds the filter."""
        if not self._outlines.all:
            return Content(connected=False, faults=(message("maplayer.no_outlines"),))
        style = ShapeStyle(line=self.options.line, width=self.options.width)
        found = Gathered((style,), closed=True)
        regions = self.ground.city.catalog.regions
        for code, rings in self._outlines.all.items():
            region = regions.get(code)
            name = ask.pick(region.short_zh, region.name_en) if region else code
            if plain(ask.filter) not in plain(f"{code} {name}"):
                continue
            whole = code == self.ground.city.config.code and len(self._outlines.all) > 1
            found.add(code, rings, 0, "" if whole else name, centre(self.ground.city, code))
        shapes = found.shapes(self.options.label_zoom)
        return Content(shapes=(shapes,) if shapes else (), count=len(found))
