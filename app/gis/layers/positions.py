"""What moves: buses, ships, planes, vehicles and people in the field, from the newest columns.

A mark points where the thing heads. One older than ten minutes, or for which its source no longer
vouches, is hollow; one whose track cannot be right is a cross: bad data, not a place.
"""

from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np

from app.core.catalog import MINUTE
from app.core.keys import own_id
from app.core.message import Message, message
from app.core.privacy import Privacy
from app.gis.content import EMPTY, Content, Flags, Floats, Form, Marks, MarkStyle, Starts
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, options_of
from app.gis.layers._columns import check_places
from app.gis.layers._words import fitting
from app.gis.trails import Trails
from app.live.batch import PositionColumns
from app.live.hub import Kind
from app.live.picture import Picture

OLD_MS = 10 * MINUTE
NOW, OLD, BAD = 0, 1, 2
_COLUMNS = ("ids", "lon", "lat", "observed", "heading", "speed", "expires", "suspect", "names")

Table = dict[str, np.ndarray[Any, Any]]


class Positions(Layer, kind="positions"):
    """The columns of one or more layers of positions, of all sources."""

    class Options(LayerOptions, frozen=True):
        """`layers` are names of layers of positions as feeds give them; `kinds` keeps things of
        these kinds; what is older than `gone_min` minutes is counted and not shown; `trail` is
        how many places of its way each draws behind it."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        layers: tuple[str, ...]
        kinds: tuple[str, ...] = ()
        form: Form = "arrow"
        colour: str = "text1"
        size: float = 9.0
        icon: str = ""
        trail: Annotated[int, msgspec.Meta(ge=0, le=120)] = 0
        gone_min: Annotated[float, msgspec.Meta(gt=0)] = 60.0
        label_zoom: float = 13.0
        cluster: bool = False

    needs = frozenset({Kind.POSITION})
    follows_view = True  # for the names of what is in view
    subject = "position"

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        look = self.options = options_of(config, self.Options)
        self._wanted = frozenset(look.layers)
        self._trails: dict[str, Trails] = {}  # by source
        now = MarkStyle(form=look.form, colour=look.colour, size=look.size, icon=look.icon)
        self._styles = (
            now,
            MarkStyle(
                form="ring",
                colour="text3",
                size=look.size,
                name_zh="10 分钟以上未更新",
                name_en="Not heard for 10 min",
            ),
            MarkStyle(
                form="cross", colour="text3", size=look.size, name_zh="坏数据", name_en="Bad data"
            ),
        )

    def take(self, picture: Picture) -> list[PositionColumns]:
        """Its columns."""
        return [
            columns for (_, layer), columns in picture.positions.items() if layer in self._wanted
        ]

    def make(self, taken: list[PositionColumns], ask: Ask) -> Content:
        """All that are there and not gone."""
        if ask.at and not taken:
            return Content(faults=(message("maplayer.no_past_positions"),))
        if not taken:
            return EMPTY
        table = _joined(taken)
        keep, faults = self._kept(table, taken, ask)
        way_lon, way_lat, way_start = self._ways(taken, keep, ask)
        if ask.at:
            faults = (*faults, message("maplayer.past_positions"))
        if not keep.all():
            table = {name: column[keep] for name, column in table.items()}
        old = (ask.now - table["observed"] > OLD_MS) | _lapsed(table, ask.now)
        style = np.where(table["suspect"], BAD, np.where(old, OLD, NOW)).astype(np.uint8)
        moments = table["observed"]
        return Content(
            marks=Marks(
                ids=table["ids"],
                lon=table["lon"],
                lat=table["lat"],
                style=style,
                styles=self._styles,
                observed=moments,
                heading=table["heading"],
                speed=table["speed"],
                labels=self._labels(table, ask),
                label_zoom=self.options.label_zoom,
                cluster=self.options.cluster,
                trail_lon=way_lon,
                trail_lat=way_lat,
                trail_start=way_start,
            ),
            count=len(moments),
            newest=int(moments.max()) if len(moments) else 0,
            oldest=int(moments.min()) if len(moments) else 0,
            sources=tuple(sorted({columns.source for columns in taken})),
            faults=faults,
        )

    def _labels(self, table: Table, ask: Ask) -> np.ndarray[Any, np.dtype[np.object_]] | None:
        """Names of what is in view, where the view is near enough to show any: of 200,000 things
        nobody reads the names, and making them holds up the windows."""
        if ask.zoom < self.options.label_zoom - 1.0:
            return None
        west, south, east, north = ask.box
        wide, high = (east - west) / 2.0, (north - south) / 2.0
        lon, lat = table["lon"], table["lat"]
        near = (lon >= west - wide) & (lon <= east + wide)
        near &= (lat >= south - high) & (lat <= north + high)
        labels = np.full(len(lon), "", object)
        names = table["names"][near]
        own = [own_id(str(id_)) for id_ in table["ids"][near]]
        labels[near] = np.where(names == "", np.array(own, object), names)
        return labels

    def _ways(
        self, taken: list[PositionColumns], keep: Flags, ask: Ask
    ) -> tuple[Floats | None, Floats | None, Starts | None]:
        """The trails of what is kept, in its order."""
        if not self.options.trail or ask.at:  # what is remembered here is the present's
            return None, None, None
        found = []
        begin = 0
        for columns in taken:
            trails = self._trails.setdefault(columns.source, Trails(self.options.trail))
            trails.update(columns.ids, columns.lon, columns.lat, columns.observed, columns.suspect)
            end = begin + len(columns.ids)
            found.append(trails.columns(columns.ids[keep[begin:end]]))
            begin = end
        sizes = np.concatenate([np.diff(start.astype(np.int64)) for _, _, start in found])
        start = np.concatenate(([0], np.cumsum(sizes))).astype(np.uint32)
        lon, lat = (np.concatenate([way[axis] for way in found]) for axis in (0, 1))
        return lon, lat, start

    def _kept(
        self, table: Table, taken: list[PositionColumns], ask: Ask
    ) -> tuple[Flags, tuple[Message, ...]]:
        """Which rows are shown, and what is said of the others."""
        config = self.ground.city.config
        checked = check_places(table["lon"], table["lat"], (config.lon, config.lat))
        gone = ask.now - table["observed"] > self.options.gone_min * MINUTE
        said = list(checked.faults)
        if gone.any():
            said.append(
                message("maplayer.gone", n=int(gone.sum()), minutes=round(self.options.gone_min))
            )
        if table["suspect"].any():
            said.append(message("maplayer.suspect", n=int(table["suspect"].sum())))
        keep = checked.good & ~gone
        if ask.since:
            keep &= table["observed"] >= ask.since
        kinds = np.concatenate([columns.kinds for columns in taken])
        if self.options.kinds:
            keep &= np.isin(kinds.astype(str), self.options.kinds)
        if not ask.filter.strip():
            return keep, tuple(said)
        words = fitting(ask.filter, table["ids"].tolist(), table["names"].tolist(), kinds.tolist())
        return keep if words is None else keep & words, tuple(said)


def _lapsed(table: Table, now: int) -> Flags:
    """For which the source no longer vouches."""
    return np.asarray((table["expires"] > 0) & (table["expires"] <= now))


def _joined(taken: list[PositionColumns]) -> Table:
    if len(taken) == 1:
        return {name: getattr(taken[0], name) for name in _COLUMNS}
    return {name: np.concatenate([getattr(item, name) for item in taken]) for name in _COLUMNS}
