"""A layer for which nothing in the program brings data yet: it is listed and says so.

A city that has the data gives the layer another kind in its `layers.toml`: `geojson` with a file,
`points`, `positions`... (docs/howto-layer.md).
"""

from typing import Any

from app.gis.content import EMPTY, Content
from app.gis.layer import Ask, Ground, Layer, LayerConfig


class Absent(Layer, kind="absent"):
    """Nothing, and not connected."""

    ages = False
    every_ms = 60_000

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.brought = False

    def make(self, taken: Any, ask: Ask) -> Content:
        """Nothing."""
        return EMPTY
