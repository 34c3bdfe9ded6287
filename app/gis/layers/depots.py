"""Stores of emergency resources.

A depot stands where `depots.csv` says, else where its stock is told to lie; one of which nobody
says a place is counted, not drawn.
"""

from typing import ClassVar

import numpy as np

from app.core.directory import Depot
from app.core.message import message
from app.core.model import Sourced, Stock
from app.core.privacy import Privacy
from app.gis.content import EMPTY, Content, Marks, MarkStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, options_of
from app.gis.layers._columns import texts
from app.gis.layers._words import fitting
from app.live.hub import Kind
from app.live.picture import Picture


class Depots(Layer, kind="depots"):
    """The city's `depots.csv` and the stocks of the picture."""

    class Options(LayerOptions, frozen=True):
        """How they look."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        icon: str = ""
        colour: str = "text2"
        size: float = 18.0
        label_zoom: float = 11.0

    needs = frozenset({Kind.STOCK})
    subject = "depot"
    every_ms = 2000

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        look = self.options
        self._styles = (MarkStyle(form="box", colour=look.colour, size=look.size, icon=look.icon),)

    def take(self, picture: Picture) -> list[Sourced]:
        """All stocks, as they are."""
        return list(picture.stocks.values())

    def make(self, taken: list[Sourced], ask: Ask) -> Content:
        """A box for each that the filter fits."""
        depots = self.ground.city.depots
        if not depots and not taken:
            return EMPTY
        stocks = [(item.source, item.record) for item in taken if isinstance(item.record, Stock)]
        keep = fitting(
            ask.filter, [f"{depot.name_zh} {depot.name_en} {depot.focus}" for depot in depots]
        )
        shown = [depot for n, depot in enumerate(depots) if keep is None or keep[n]]
        placed = [(depot, place) for depot in shown if (place := _place(depot, stocks))]
        nowhere = len(shown) - len(placed)
        places = np.array([place for _, place in placed], np.float64).reshape(-1, 2)
        moments = [stock.observed for _, stock in stocks]
        return Content(
            marks=Marks(
                ids=texts(depot.code for depot, _ in placed),
                lon=places[:, 0].copy(),
                lat=places[:, 1].copy(),
                style=np.zeros(len(placed), np.uint8),
                styles=self._styles,
                labels=texts(ask.pick(depot.name_zh, depot.name_en) for depot, _ in placed),
                label_zoom=self.options.label_zoom,
            ),
            count=len(placed),
            newest=max(moments, default=0),
            oldest=min(moments, default=0),
            sources=tuple(sorted({source for source, _ in stocks})),
            faults=(message("maplayer.no_place", n=nowhere),) if nowhere else (),
        )


def _place(depot: Depot, stocks: list[tuple[str, Stock]]) -> tuple[float, float] | None:
    if depot.lon is not None and depot.lat is not None:
        return depot.lon, depot.lat
    for _, stock in stocks:
        if stock.depot == depot.code and stock.lon is not None and stock.lat is not None:
            return stock.lon, stock.lat
    return None
