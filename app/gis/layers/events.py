"""Open events: a dot each, larger the more urgent, filled until somebody has it in hand.

An event never wears the shape of a warning (rule 13); an urgent one is a larger dot.
"""

from typing import ClassVar

import numpy as np

from app.core.message import message
from app.core.model import Event, EventStatus, Sourced, Urgency
from app.core.privacy import Privacy
from app.core.visit import listed
from app.gis.content import Content, Marks, MarkStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, options_of
from app.gis.layers._columns import texts
from app.gis.layers._words import fitting
from app.live.hub import Kind
from app.live.picture import Picture

_WAITING = frozenset({EventStatus.NEW, EventStatus.PENDING})
_URGENCIES = tuple(Urgency)
_LOOKS = {
    Urgency.URGENT: (10.0, "text1", "紧急", "Urgent"),
    Urgency.QUICK: (8.0, "text1", "较急", "Quick"),
    Urgency.NORMAL: (6.0, "text2", "一般", "Normal"),
}
_STYLES = tuple(
    MarkStyle(
        colour=colour,
        size=size,
        outline=in_hand,
        name_zh=f"{name_zh}·{'处置中' if in_hand else '待派遣'}",
        name_en=f"{name_en}, {'in hand' if in_hand else 'waiting'}",
    )
    for size, colour, name_zh, name_en in (_LOOKS[urgency] for urgency in _URGENCIES)
    for in_hand in (False, True)
)


class Events(Layer, kind="events"):
    """Events of the picture that are not closed."""

    class Options(LayerOptions, frozen=True):
        """`types` are codes of `event_types.csv`, with `*` for any signs; none: all."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        types: tuple[str, ...] = ()
        cluster: bool = True
        label_zoom: float = 15.0

    needs = frozenset({Kind.EVENT})
    subject = "event"
    every_ms = 500

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        self._types = {item.code: item for item in ground.city.event_types}
        self._known: dict[str, bool] = {}

    def take(self, picture: Picture) -> list[Sourced]:
        """All events, as they are."""
        return list(picture.events.values())

    def make(self, taken: list[Sourced], ask: Ask) -> Content:
        """Those that are open, of its types, within the time."""
        open_ = [
            (item.source, item.record)
            for item in taken
            if isinstance(item.record, Event)
            and item.record.status is not EventStatus.CLOSED
            and self._is_wanted(item.record.type)
            and item.record.occurred >= ask.since
        ]
        fits = fitting(ask.filter, [self._words(event) for _, event in open_])
        if fits is not None:
            open_ = [pair for pair, keep in zip(open_, fits, strict=True) if keep]
        placed = [event for _, event in open_ if event.lon is not None and event.lat is not None]
        nowhere = len(open_) - len(placed)
        moments = [event.observed for event in placed]
        return Content(
            marks=self._marks(placed, ask),
            count=len(placed),
            newest=max(moments, default=0),
            oldest=min(moments, default=0),
            sources=tuple(sorted({source for source, _ in open_})),
            faults=(message("maplayer.no_place", n=nowhere),) if nowhere else (),
        )

    def _is_wanted(self, type_: str) -> bool:
        if not self.options.types:
            return True
        found = self._known.get(type_)
        if found is None:
            found = self._known[type_] = listed(type_, self.options.types)
        return found

    def _words(self, event: Event) -> str:
        """What the filter is asked of: 12345, a class, a word of the title..."""
        own = f"{event.id} {event.type} {event.title} {event.place} {event.region}"
        kind = self._types.get(event.type)
        if kind is None:
            return own
        return f"{own} {kind.source_zh} {kind.source} {kind.class_zh} {kind.item_zh} {kind.item_en}"

    def _marks(self, events: list[Event], ask: Ask) -> Marks:
        style = [
            2 * _URGENCIES.index(event.urgency) + (event.status not in _WAITING) for event in events
        ]
        return Marks(
            ids=texts(event.id for event in events),
            lon=np.array([event.lon for event in events], np.float64),
            lat=np.array([event.lat for event in events], np.float64),
            style=np.array(style, np.uint8),
            styles=_STYLES,
            labels=texts(self._label(event, ask) for event in events),
            label_zoom=self.options.label_zoom,
            cluster=self.options.cluster,
        )

    def _label(self, event: Event, ask: Ask) -> str:
        kind = self._types.get(event.type)
        return ask.pick(kind.item_zh, kind.item_en) if kind else event.title
