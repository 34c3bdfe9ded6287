"""Key places of the city by their kind: schools, hospitals, pumping stations, spots that flood."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from app.core.directory import Point
from app.core.privacy import Privacy
from app.gis.content import EMPTY, Content, Form, Marks, MarkStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, options_of
from app.gis.layers._columns import check_places, texts
from app.gis.layers._words import fitting


class Points(Layer, kind="points"):
    """Rows of the city's `points.csv` of one or more kinds; none of them: not connected."""

    class Options(LayerOptions, frozen=True):
        """`kinds` are codes of `point_kinds.csv`; `icon` is a pictogram of the map."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        kinds: tuple[str, ...]
        icon: str = ""
        form: Form = "box"
        colour: str = "text2"
        size: float = 16.0
        cluster: bool = True
        label_zoom: float = 14.0

    subject = "point"
    ages = False
    every_ms = 60_000

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        wanted = set(self.options.kinds)
        self._points: Sequence[Point] = [
            point for point in ground.city.points if point.kind in wanted
        ]
        self.brought = bool(self._points)
        kinds = [kind for kind in ground.city.point_kinds if kind.code in wanted]
        self._classes = {kind.code: number for number, kind in enumerate(kinds)}
        look = self.options
        self._styles = tuple(
            MarkStyle(
                form=look.form,
                colour=look.colour,
                size=look.size,
                icon=look.icon,
                name_zh=kind.name_zh,
                name_en=kind.name_en,
            )
            for kind in kinds
        )

    def make(self, taken: Any, ask: Ask) -> Content:
        """All of them; the filter is asked of name, kind and district."""
        if not self._points:
            return EMPTY
        points = self._points
        names = [ask.pick(point.name_zh, point.name_en) for point in points]
        keep = fitting(
            ask.filter,
            [point.name_zh for point in points],
            [point.name_en for point in points],
            [point.kind for point in points],
            [point.region for point in points],
        )
        lon = np.array([point.lon for point in points])
        lat = np.array([point.lat for point in points])
        config = self.ground.city.config
        checked = check_places(lon, lat, (config.lon, config.lat))
        keep = checked.good if keep is None else checked.good & keep
        style = np.array([self._classes[point.kind] for point in points], np.uint8)
        return Content(
            marks=Marks(
                ids=texts(point.id for point in points)[keep],
                lon=lon[keep],
                lat=lat[keep],
                style=style[keep],
                styles=self._styles,
                labels=texts(names)[keep],
                label_zoom=self.options.label_zoom,
                cluster=self.options.cluster,
            ),
            count=int(keep.sum()),
            faults=checked.faults,
        )
