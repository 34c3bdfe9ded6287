"""Emergencies (突发事件): a pin each, larger than events and never a warning's shape.

Which kinds of event count as such is the city's to say: an emergency is not merely an urgent call.
"""

from typing import ClassVar

import numpy as np

from app.core.message import message
from app.core.model import Event, EventStatus, Sourced
from app.core.privacy import Privacy
from app.core.visit import listed
from app.gis.content import EMPTY, Content, Marks, MarkStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, options_of
from app.gis.layers._columns import texts
from app.gis.layers._words import fitting
from app.live.hub import Kind
from app.live.picture import Picture

_WAITING = frozenset({EventStatus.NEW, EventStatus.PENDING})
_STYLES = (
    MarkStyle(form="pin", colour="text1", size=22.0, name_zh="处置中", name_en="In hand"),
    MarkStyle(form="pin", colour="text1", size=22.0, outline=True, name_zh="待接报", name_en="New"),
)


class Incidents(Layer, kind="incidents"):
    """Open events of the kinds that are emergencies."""

    class Options(LayerOptions, frozen=True):
        """`types` are codes of `event_types.csv`, with `*` for any signs; none: not connected."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        types: tuple[str, ...] = ()

    needs = frozenset({Kind.EVENT})
    subject = "event"
    every_ms = 500

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        self.brought = bool(self.options.types)

    def take(self, picture: Picture) -> list[Sourced]:
        """All events, as they are."""
        return list(picture.events.values())

    def make(self, taken: list[Sourced], ask: Ask) -> Content:
        """A pin for each, the newest on top."""
        if not self.options.types:
            return EMPTY
        open_ = [
            (item.source, item.record)
            for item in taken
            if isinstance(item.record, Event)
            and item.record.status is not EventStatus.CLOSED
            and listed(item.record.type, self.options.types)
            and item.record.occurred >= ask.since
        ]
        words = [f"{event.id} {event.title} {event.place}" for _, event in open_]
        keep = fitting(ask.filter, words)
        if keep is not None:
            open_ = [pair for pair, fits in zip(open_, keep, strict=True) if fits]
        placed = [event for _, event in open_ if event.lon is not None and event.lat is not None]
        placed.sort(key=lambda event: event.occurred)
        nowhere = len(open_) - len(placed)
        moments = [event.observed for event in placed]
        return Content(
            marks=Marks(
                ids=texts(event.id for event in placed),
                lon=np.array([event.lon for event in placed], np.float64),
                lat=np.array([event.lat for event in placed], np.float64),
                style=np.array([event.status in _WAITING for event in placed], np.uint8),
                styles=_STYLES,
                labels=texts(event.title for event in placed),
                label_zoom=11.0,
            ),
            count=len(placed),
            newest=max(moments, default=0),
            oldest=min(moments, default=0),
            sources=tuple(sorted({source for source, _ in open_})),
            faults=(message("maplayer.no_place", n=nowhere),) if nowhere else (),
        )
