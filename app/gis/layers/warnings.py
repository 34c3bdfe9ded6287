"""Warnings in force: where each holds, and its symbol in the middle.

An authority's is solid, a hint of a model of ours or a limit crossed is in outline, an exercise or
a test is a layer of its own (`practice`). A warning that says no place stands at its district.
"""

from typing import ClassVar

import numpy as np

from app.core.message import message
from app.core.model import AlarmKind, Area, Level, Sourced, Warning, World
from app.core.outline import Ring
from app.core.privacy import Privacy
from app.gis.content import Content, Marks, MarkStyle, ShapeStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, options_of
from app.gis.layers._columns import check_places, texts
from app.gis.layers._districts import Outlines
from app.gis.layers._rounds import circle
from app.gis.layers._shapes import Gathered, middle
from app.gis.layers._words import fitting
from app.live.hub import Kind
from app.live.picture import Picture
from app.live.unnamed import without_place
from app.live.warnings import is_open, is_practice

_LEVELS = tuple(Level)
_NAMES = {
    Level.RED: ("红色", "Red"),
    Level.ORANGE: ("橙色", "Orange"),
    Level.YELLOW: ("黄色", "Yellow"),
    Level.BLUE: ("蓝色", "Blue"),
    Level.NONE: ("未定级", "No level"),
}
_KINDS = (("预警", "warning"), ("研判提示或超限", "hint or limit of ours"))


def _colour(level: Level) -> str:
    return f"warning.{level.value}" if level.value else "text2"


_MARKS = tuple(
    MarkStyle(
        form="warning",
        colour=_colour(level),
        size=20.0 if not ours else 16.0,
        level=level,
        outline=bool(ours),
        name_zh=f"{_NAMES[level][0]}{_KINDS[ours][0]}",
        name_en=f"{_NAMES[level][1]} {_KINDS[ours][1]}",
    )
    for level in _LEVELS
    for ours in (0, 1)
)
_AREAS = tuple(
    ShapeStyle(line=_colour(level), width=2.0, dash=(6, 4) if ours else ())
    for level in _LEVELS
    for ours in (0, 1)
)


class Warnings(Layer, kind="warnings"):
    """Warnings of the picture that stand."""

    class Options(LayerOptions, frozen=True):
        """`practice` shows exercises and tests instead of what is meant; `hazards` keeps warnings
        whose hazard or title holds one of these words; `kinds` keeps kinds of alarm."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        practice: bool = False
        hazards: tuple[str, ...] = ()
        kinds: tuple[AlarmKind, ...] = (AlarmKind.ISSUED, AlarmKind.HINT, AlarmKind.LIMIT)

    needs = frozenset({Kind.WARNING})
    subject = "warning"
    every_ms = 200

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        self._outlines = Outlines(ground.city)

    def take(self, picture: Picture) -> tuple[list[Sourced], World]:
        """All warnings, as they are, and the world they are looked at in."""
        return list(picture.warnings.values()), picture.world

    def make(self, taken: tuple[list[Sourced], World], ask: Ask) -> Content:
        """Areas below, symbols above."""
        shown = self._shown(taken, ask)
        found = Gathered(_AREAS, closed=True)
        placed: list[tuple[Warning, tuple[float, float]]] = []
        bad = 0
        for _, warning in shown:
            rings, wrong = self._rings(warning)
            bad += wrong
            for ring in rings:
                found.add(warning.id, [ring], _style(warning))
            place = self._place(warning, rings)
            if place is not None:
                placed.append((warning, place))
        moments = [warning.observed for _, warning in shown]
        shapes = found.shapes()
        said = []
        if len(placed) < len(shown):
            said.append(message("maplayer.no_place", n=len(shown) - len(placed)))
        if bad:
            said.append(message("maplayer.out_of_range", n=bad))
        return Content(
            marks=_marks(placed),
            shapes=(shapes,) if shapes else (),
            count=len(shown),
            newest=max(moments, default=0),
            oldest=min(moments, default=0),
            sources=tuple(sorted({source for source, _ in shown})),
            faults=tuple(said),
        )

    def _shown(self, taken: tuple[list[Sourced], World], ask: Ask) -> list[tuple[str, Warning]]:
        records, world = taken
        shown = [
            (item.source, item.record)
            for item in records
            if isinstance(item.record, Warning)
            and is_open(item.record, ask.now)
            and is_practice(item.record, world) is self.options.practice
            and item.record.kind in self.options.kinds
            and item.record.issued >= ask.since
            and self._is_hazard(item.record)
        ]
        words = [f"{item.title} {item.hazard} {item.issuer}" for _, item in shown]
        fits = fitting(ask.filter, words)
        if fits is None:
            return shown
        return [pair for pair, keep in zip(shown, fits, strict=True) if keep]

    def _is_hazard(self, warning: Warning) -> bool:
        about = f"{warning.hazard} {warning.title} {warning.model}"
        return not self.options.hazards or any(word in about for word in self.options.hazards)

    def _rings(self, warning: Warning) -> tuple[list[Ring], int]:
        """The rings of its areas, and how many cannot be."""
        rings: list[Ring] = []
        bad = 0
        for area in warning.areas:
            for ring in _of_area(area):
                if len(ring) >= 3 and check_places(ring[:, 0], ring[:, 1], self._home).good.all():
                    rings.append(_closed(ring))
                else:
                    bad += 1
            for code in area.regions:
                rings.extend(self._outlines.all.get(code, [])[:1])
        return rings, bad

    @property
    def _home(self) -> tuple[float, float]:
        config = self.ground.city.config
        return config.lon, config.lat

    def _place(self, warning: Warning, rings: list[Ring]) -> tuple[float, float] | None:
        if warning.lon is not None and warning.lat is not None:
            return warning.lon, warning.lat
        if rings:
            return middle(max(rings, key=_size))
        for area in warning.areas:
            if area.circles:
                return area.circles[0][:2]
        if warning.region == self.ground.city.config.code:
            return self._home
        region = self.ground.city.catalog.regions.get(warning.region)
        if region is not None and region.lon is not None and region.lat is not None:
            return region.lon, region.lat
        outline = self._outlines.all.get(warning.region)
        return middle(outline[0]) if outline else None


def _style(warning: Warning) -> int:
    return 2 * _LEVELS.index(warning.level) + (warning.kind is not AlarmKind.ISSUED)


def _of_area(area: Area) -> list[Ring]:
    rings = [np.array(polygon, np.float64).reshape(-1, 2) for polygon in area.polygons]
    # A circle without a radius is a place, not an area: its symbol stands there.
    return rings + [circle(lon, lat, km * 1000.0) for lon, lat, km in area.circles if km > 0.0]


def _closed(ring: Ring) -> Ring:
    return ring if (ring[0] == ring[-1]).all() else np.concatenate((ring, ring[:1]))


def _size(ring: Ring) -> float:
    wide, high = ring.max(axis=0) - ring.min(axis=0)
    return float(wide * high)


def _marks(placed: list[tuple[Warning, tuple[float, float]]]) -> Marks:
    # The gravest is drawn last, so that it lies on top.
    placed = sorted(placed, key=lambda pair: (pair[0].level.rank, pair[0].issued))
    places = np.array([place for _, place in placed], np.float64).reshape(-1, 2)
    return Marks(
        ids=texts(warning.id for warning, _ in placed),
        lon=places[:, 0].copy(),
        lat=places[:, 1].copy(),
        style=np.array([_style(warning) for warning, _ in placed], np.uint8),
        styles=_MARKS,
        labels=texts(without_place(warning.title, warning.place) for warning, _ in placed),
        label_zoom=9.0,
    )
