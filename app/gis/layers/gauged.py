"""Rivers, lakes and reservoirs of a file with the newest level of their gauge.

A thing names the key of the reading in its column `gauge`: `reading/water.level/320812/jiangba`.
Its options are those of the kind `file`; the column of its name is `label`.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from app.core.model import Held
from app.gis.content import Content, Flags
from app.gis.features import Features
from app.gis.layer import Ask
from app.gis.layers._columns import texts
from app.gis.layers._numbers import unit_of, written
from app.gis.layers.file import File
from app.live.hub import Kind
from app.live.picture import Picture

COLUMN = "gauge"


class Gauged(File, kind="gauged"):
    """The things of one file, with values."""

    needs = frozenset({Kind.READING})
    ages = True
    every_ms = 5000

    def take(self, picture: Picture) -> Mapping[str, Held]:
        """The table of readings; `make` looks up the few keys that the file names."""
        return picture.readings

    def make(self, taken: Mapping[str, Held], ask: Ask) -> Content:
        """The things, each with its newest level in its label."""
        features = self._loaded()
        keys = () if features is None else _column(features, COLUMN)
        self._held = [taken.get(key) if key else None for key in keys]
        self._ask = ask
        content = super().make(taken, ask)
        found = [held for held in self._held if held is not None]
        moments = [held.reading.as_of for held in found]
        return msgspec.structs.replace(
            content,
            newest=max(moments, default=0),
            oldest=min(moments, default=0),
            sources=tuple(sorted({held.source for held in found})),
        )

    def _labels(self, features: Features, kept: Flags) -> Any:
        names = _column(features, self.options.label)
        return texts(
            f"{names[row]} {self._level(self._held[row])}".strip() for row in np.flatnonzero(kept)
        )

    def _level(self, held: Held | None) -> str:
        if held is None:
            return ""
        quantity = self.ground.city.catalog.quantity(held.reading.key)
        if quantity is None:
            return written(held.reading.value, 2)
        return f"{written(held.reading.value, quantity.decimals)} {unit_of(quantity, self._ask)}"


def _column(features: Features, name: str) -> tuple[str, ...]:
    if name not in features.columns:
        return ("",) * features.count
    return features.cells[features.columns.index(name)]
