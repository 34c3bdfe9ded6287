"""Rivers, lakes and reservoirs of a GeoJSON file with the newest level of their gauge.

A feature names the key of the reading in its property `gauge`:
`reading/water.level/320812/jiangba`.
"""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from app.core.model import Held
from app.core.privacy import Privacy
from app.gis.content import Content
from app.gis.layer import Ask, Ground, LayerConfig, LayerOptions, options_of
from app.gis.layers._file import Placed
from app.gis.layers._numbers import unit_of, written
from app.gis.layers.geojson import GeoJson, GeoJsonOptions
from app.live.hub import Kind
from app.live.picture import Picture


class GaugedOptions(GeoJsonOptions, frozen=True):
    """`gauge` is the property that holds the key of a reading."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    gauge: str = "gauge"


class Gauged(GeoJson, kind="gauged"):
    """The features of one file, with values."""

    Options: ClassVar[type[LayerOptions]] = GaugedOptions
    needs = frozenset({Kind.READING})
    ages = True
    every_ms = 5000

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        own = options_of(config, GaugedOptions)
        shown = {name: value for name, value in config.options.items() if name != "gauge"}
        super().__init__(msgspec.structs.replace(config, options=shown), ground)
        self._gauge = own.gauge

    def take(self, picture: Picture) -> Mapping[str, Held]:
        """The table of readings; `make` looks up the few keys that the file names."""
        return picture.readings

    def make(self, taken: Mapping[str, Held], ask: Ask) -> Content:
        """The features, each with its newest level in its label."""
        content = super().make(taken, ask)
        if self._read is None:
            return content
        found = [held for key in self._keys(self._read[1]) if (held := taken.get(key)) is not None]
        moments = [held.reading.as_of for held in found]
        return msgspec.structs.replace(
            content,
            newest=max(moments, default=0),
            oldest=min(moments, default=0),
            sources=tuple(sorted({held.source for held in found})),
        )

    def names(self, placed: Placed, taken: Mapping[str, Held], ask: Ask) -> tuple[str, ...]:
        """Name and level."""
        pairs = zip(placed.names, self._keys(placed), strict=True)
        return tuple(f"{name} {self._level(taken.get(key), ask)}".strip() for name, key in pairs)

    def _keys(self, placed: Placed) -> tuple[str, ...]:
        columns = dict(zip(placed.features.columns, placed.features.cells, strict=True))
        return columns.get(self._gauge, ("",) * placed.features.count)

    def _level(self, held: Held | None, ask: Ask) -> str:
        if held is None:
            return ""
        quantity = self.ground.city.catalog.quantity(held.reading.key)
        if quantity is None:
            return written(held.reading.value, 2)
        return f"{written(held.reading.value, quantity.decimals)} {unit_of(quantity, ask)}"
