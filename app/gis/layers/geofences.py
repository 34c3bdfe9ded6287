"""电子围栏: the places that are watched now, each with its name and what it speaks of."""

from typing import Any

import numpy as np

from app.catalogue.outline import load_outlines
from app.city import city_folder
from app.core.map_decision import Fence
from app.core.message import Refusal, message
from app.gis.content import Content, ShapeStyle
from app.gis.drawn import Selector
from app.gis.layer import Ask, Ground, Layer, LayerConfig
from app.gis.layers._shapes import Gathered
from app.gis.layers._words import fitting
from app.live.hub import Kind
from app.live.map_area import drawn_area
from app.live.picture import Picture

_STYLES = (
    ShapeStyle(
        line="accent",
        width=2.0,
        dash=(8.0, 4.0),
        fill="accent",
        opacity=0.06,
        name_zh="监视中",
        name_en="Watched",
    ),
)


class Geofences(Layer, kind="geofences"):
    """Those of the city's file and those that were drawn."""

    needs = frozenset({Kind.MAP})
    subject = "fence"
    every_ms = 500

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self._outlines: Any = None

    def take(self, picture: Picture) -> tuple[Fence, ...]:
        """What is watched now."""
        return picture.map.watched(self.ground.clock.now())

    def make(self, taken: tuple[Fence, ...], ask: Ask) -> Content:
        """An outline each, named where it can be read."""
        keep = fitting(ask.filter, [fence.name for fence in taken], [fence.id for fence in taken])
        shapes, bad = Gathered(_STYLES, closed=True), 0
        for number, fence in enumerate(taken):
            if keep is not None and not keep[number]:
                continue
            try:
                shapes.add(fence.id, self._rings(fence), 0, fence.name)
            except (Refusal, ValueError, KeyError):
                bad += 1
        found = shapes.shapes(10.0)
        return Content(
            shapes=(found,) if found is not None else (),
            count=len(shapes),
            faults=(message("maptool.bad_fences", n=bad),) if bad else (),
        )

    def _rings(self, fence: Fence) -> list[Any]:
        if fence.region:
            if self._outlines is None:
                self._outlines = load_outlines(city_folder(self.ground.city.read_from))
            return [np.asarray(ring) for ring in self._outlines[fence.region]]
        return [Selector(drawn_area(fence.form, fence.corners, fence.radius_m)).outline()]
