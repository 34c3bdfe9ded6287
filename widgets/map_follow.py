"""One view follows one map of the seat: what it shows goes to its page; what a hand does there
comes back as a command, or as another place."""

import logging
import shlex
from collections.abc import Callable
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from app.core.model import Ms
from app.gis.frames import encode_drop, encode_json
from app.gis.mark_finder import MarkFinder
from app.live.hub import Kind
from app.live.map_fit import fit, size_of
from app.live.map_orders import shared_or
from app.live.map_sides import SWIPE, Side, sides_of
from app.live.map_state import (
    MAX_ZOOM,
    MIN_ZOOM,
    Comparison,
    LayerChoice,
    MapPlace,
    MapState,
)
from app.live.maps import map_key
from widgets.context import Context
from widgets.map.said import Clicked, Drawn, Drew, Moved, Ready, Said
from widgets.map.view import MapView
from widgets.map_house import MapHouse
from widgets.tokens import Role

log = logging.getLogger(__name__)

FLY_MS = 600
FOOT_EM = 1.6
"""A line at the foot of a page, in its own size of text (`assets/web/map/page.css`)."""
NARROW_EM = 45
PER_ORDER = 1000
"""How many layers of one order can lie above each other."""


class MapFollower(QObject):
    """Joins a view to the map of a name. `show()` while it can be seen, `hide()` else, `stop()`
    before the view goes. `moved` comes with each new place of the page, `drew` with the layer that
    is on the screen."""

    moved = Signal()
    drew = Signal(str)
    did = Signal(str)  # the text of a command that a hand gave

    def __init__(
        self,
        house: MapHouse,
        context: Context,
        view: MapView,
        wanted: str,
        *,
        by_hand: bool,
        beside: bool = False,
    ) -> None:
        """`beside`: it shows the other side of a comparison, at the same place."""
        super().__init__(view)
        self._house, self._context, self._view = house, context, view
        self._wanted, self._by_hand, self._beside = wanted, by_hand, beside
        house.speak(context.translator.language)
        self._composer = house.composer(context)
        self._keys: tuple[str, ...] = ()
        self._sent: set[str] = set()  # keys of which the page holds something
        self._told: dict[str, Any] = {}
        self._finder = MarkFinder()
        self._ringed: tuple[Any, ...] = ()  # where the page was last told the picked thing is
        self._moves = -1
        self._name = self.name
        self._seen = False
        self._settled = False  # the page looks where it was told
        self.here: Moved | None = None  # where the page looks
        self.on_drawn: Callable[[Drawn], None] | None = None
        self.renderer, self.webgl = "", False
        self._composer.on_frame.append(self._on_frame)
        self._composer.on_content.append(self._on_content)
        view.said.connect(self._on_said)
        context.bridge.signal(Kind.SEAT).connect(self._on_seat)
        for said in (view.ready, view.here):  # a page may stand before there is an atlas
            if said is not None:
                self._on_said(said)

    # ---- life

    @property
    def name(self) -> str:
        """The map that it follows now."""
        return self._context.spine.seat.maps.name_of(self._context.window, self._wanted)

    @property
    def state(self) -> MapState:
        """What that map shows."""
        return self._context.spine.seat.maps[self.name]

    @property
    def side(self) -> Side:
        """What of that map this view shows."""
        mine, other = sides_of(self.state)
        return other if self._beside and other is not None else mine

    @property
    def keys(self) -> tuple[str, ...]:
        """The layers that it shows, as the composer calls them, in the order of `side`."""
        return self._keys

    def show(self) -> None:
        """The view can be seen: layers are made for it."""
        if not self._seen:
            self._seen = True
            self._house.begin()
            self._measure()
            self.tell()

    def _measure(self) -> bool:
        """How much there is room for above the foot, which takes two lines of a narrow page."""
        wide, high = float(self._view.width()), float(self._view.height())
        caption = self._context.theme.size(Role.CAPTION)
        self.state.size = (wide, high)
        self.state.foot = caption * (FOOT_EM if wide > NARROW_EM * caption else 2 * FOOT_EM)
        return self._fit_home()

    def _fit_home(self) -> bool:
        """A map that nobody has moved yet shows the whole city; whether it had to be moved."""
        state, home = self.state, self._context.spine.seat.maps.names.home
        if home is None or state.moves or state.moved_by:
            return False
        before, state.place = state.place, fit(home, state.size, state.foot)
        return state.place != before

    def hide(self) -> None:
        """Nobody can see it: nothing is made for it."""
        if self._seen:
            self._seen = False
            self._house.end()
            self._composer.forget(self._id)
            self._composer.forget(self._other)

    def stop(self) -> None:
        """Let go of everything."""
        self.hide()
        self._composer.on_frame.remove(self._on_frame)
        self._composer.on_content.remove(self._on_content)
        self._view.said.disconnect(self._on_said)
        self._context.bridge.signal(Kind.SEAT).disconnect(self._on_seat)

    @property
    def _id(self) -> str:
        return self._view.name

    @property
    def _other(self) -> str:
        return f"{self._view.name}/other"

    # ---- to the page

    def tell(self) -> None:
        """Let the page show what the map shows now."""
        if not self._seen:
            return
        state, side = self.state, self.side
        self._keys = self._want(self._id, side.layers, side.at)
        other: tuple[str, ...] = ()
        swiped = self._swiped(state)
        if swiped is not None:
            choices = swiped.layers or state.layers
            other = self._want(self._other, choices, swiped.at)
        else:
            self._composer.forget(self._other)
        wanted = dict.fromkeys((*self._keys, *other))
        for key in self._sent - wanted.keys():
            self._view.send(encode_drop(key))
        new = [key for key in wanted if key not in self._sent]
        self._sent = set(wanted)
        words = self._words(state, other)
        if words != self._told:  # a hand that drags changes nothing but the place, which it knows
            self._told = words
            self._view.send(encode_json("state", words))
        for key in new:
            for frame in self._composer.frames(key):
                self._view.send(frame)
        self._tell_ring()

    def _tell_ring(self) -> None:
        """Where the picked thing is now: what moves takes its ring along, whatever comes and goes
        beside it."""
        picked = self._picked(self.state)
        if picked is None or not picked["layer"]:
            self._ringed = ()
            return
        content = self._composer.contents.get(picked["layer"])
        marks = content.marks if content is not None else None
        place = self._finder.place(marks, picked["id"])
        if place is None:
            return
        at = self._finder.index(marks, picked["id"])
        told = (picked["layer"], picked["id"], at, *place, len(marks.ids))
        if told != self._ringed:
            self._ringed = told
            ring = {"of": told[0], "id": told[1], "index": at, "lon": place[0], "lat": place[1]}
            self._view.send(encode_json("ring", ring))

    @staticmethod
    def _swiped(state: MapState) -> Comparison | None:
        """What lies over this map in the page; what stands beside it has a page of its own."""
        compare = state.comparison
        return compare if compare is not None and compare.form == SWIPE else None

    def _want(self, view: str, choices: tuple[LayerChoice, ...], at: Ms) -> tuple[str, ...]:
        state, here = self.state, self.here
        zoom = here.zoom if here is not None else state.place.zoom
        box = (here.west, here.south, here.east, here.north) if here is not None else None
        span = state.span_ms
        if box is None:
            return tuple(self._composer.want(view, choices, zoom, since=span, at=at))
        return tuple(self._composer.want(view, choices, zoom, box, since=span, at=at))

    def _words(self, state: MapState, other: tuple[str, ...]) -> dict[str, Any]:
        flies = state.moves != self._moves
        mine = state.moved_by == self._id and not flies
        self._moves, self._name = state.moves, self.name
        compare, side = self._swiped(state), self.side
        words: dict[str, Any] = {
            "layers": self._lying(self._keys, side.layers),
            "base": self._house.bases.shown(side.base, webgl=self.webgl)[0],
            "tool": state.tool,
            "at": side.at,
            "picked": self._picked(state),
            "area": msgspec.to_builtins(state.area),
            "region": state.region,
            "interactive": self._by_hand,
            "moves": state.moves,
            "compare": None,
        }
        if compare is not None:
            words["compare"] = {
                "form": compare.form,
                "at": compare.at,
                "base": compare.base,
                "layers": self._lying(other, compare.layers or state.layers),
            }
        if not mine:
            place = state.place
            still = self.here is None or self._context.theme.reduced
            words |= {"lon": place.lon, "lat": place.lat, "zoom": place.zoom}
            words["fly_ms"] = FLY_MS if flies and not still else 0
        return words

    def _picked(self, state: MapState) -> dict[str, Any] | None:
        """What is ringed, with its layer as the composer calls it."""
        if state.picked is None:
            return None
        ids = [choice.id for choice in self.side.layers]
        layer = state.picked.layer
        key = self._keys[ids.index(layer)] if layer in ids else ""
        return {**msgspec.to_builtins(state.picked), "layer": key}

    def _lying(
        self, keys: tuple[str, ...], choices: tuple[LayerChoice, ...]
    ) -> list[dict[str, Any]]:
        """The layers with their heights: by `order`, among equals the later above."""
        configs = self._house.atlas.configs
        zoom = self.here.zoom if self.here is not None else self.state.place.zoom
        told = []
        for number, (key, choice) in enumerate(zip(keys, choices, strict=True)):
            config = configs.get(choice.id)
            if config is None:
                continue
            told.append(
                {
                    "id": key,
                    "layer": choice.id,
                    "opacity": choice.opacity,
                    "visible": config.min_zoom <= zoom <= config.max_zoom,
                    "min_zoom": config.min_zoom,
                    "max_zoom": config.max_zoom,
                    "z": config.order * PER_ORDER + number,
                }
            )
        return told

    def _on_frame(self, key: str, frame: bytes) -> None:
        if self._seen and key in self._sent:
            self._view.send(frame)

    def _on_content(self, key: str) -> None:
        """All that was made of a layer is sent."""
        if self._seen and key in self._sent:
            self._tell_ring()

    def _on_seat(self, keys: frozenset[str]) -> None:
        if map_key(self._name) in keys or map_key(self.name) in keys:
            self.tell()

    # ---- from the page

    def _on_said(self, said: Said) -> None:
        if isinstance(said, Moved):
            self._on_moved(said)
        elif isinstance(said, Clicked):
            self._on_clicked(said)
        elif isinstance(said, Drawn) and self.on_drawn is not None:
            self.on_drawn(said)
        elif isinstance(said, Drew):
            self._house.drawn()
            self.drew.emit(said.layer)
        elif isinstance(said, Ready):
            self.renderer, self.webgl = said.renderer, said.webgl
            self._moves, self._told, self._settled = -1, {}, False
            self._measure()
            self.here = None
            self.tell()

    def _on_moved(self, said: Moved) -> None:
        crossed = self._crossed(said)
        # A flight that begins stops the one before, and the page tells of the place it stood at.
        stood = self.here is not None and _is_there(said, _place(self.here))
        # A page that got another size keeps its middle, to a pixel: that is no hand either.
        stood = stood or (self._resized(said) and _is_seen(said, self.state.place))
        self.here = said
        state = self.state
        # A page begins where its document says, and tells so before it was told where to look.
        self._settled = self._settled or said.by == "state" or _is_there(said, state.place)
        settled = self._settled and self._view.is_ready  # not so while one comes back
        # A hand of before an order is on its way while the order is: it does not undo it.
        settled = settled and said.moves == state.moves
        if said.by == "hand" and self._by_hand and settled and not stood:
            state.drag(_place(said), self._id)
            self._context.hub.publish(Kind.SEAT, (map_key(self.name),))
        if self._seen:
            self._want(self._id, self.side.layers, self.side.at)
            if self._measure() or crossed:
                self.tell()
        self.moved.emit()

    def _resized(self, said: Moved) -> bool:
        """Whether the page has another size than when it told last."""
        sizes = (_size(one) for one in (said, self.here or said))
        return max(abs(a - b) for a, b in zip(*sizes, strict=True)) > 1

    def _crossed(self, said: Moved) -> bool:
        """Whether a layer comes or goes with the new zoom."""
        before = self.here.zoom if self.here is not None else said.zoom
        low, high = sorted((before, said.zoom))
        configs = (self._house.atlas.configs.get(one.id) for one in self.side.layers)
        edges = (edge for c in configs if c is not None for edge in (c.min_zoom, c.max_zoom))
        return any(low < edge <= high for edge in edges)

    def _on_clicked(self, said: Clicked) -> None:
        if not self._by_hand:
            return
        choice, thing = None, None
        if said.layer in self._keys:
            choice = self.side.layers[self._keys.index(said.layer)]
            thing = self._composer.thing(said.layer, said.index, said.seq)
        if choice is None or thing is None:
            if self.state.picked is not None:
                self.did.emit(f"pick ''{shared_or(self.name)}")
            return
        place = f"{said.lon:.6f},{said.lat:.6f}"
        named = shlex.quote(thing)
        self.did.emit(f"pick {named} layer={choice.id} place={place}{shared_or(self.name)}")


def _place(said: Moved) -> MapPlace:
    """Where a page looks, as a place on the earth."""
    zoom = min(MAX_ZOOM, max(MIN_ZOOM, said.zoom))
    lon = (said.lon + 180.0) % 360.0 - 180.0
    return MapPlace(lon, min(85.0, max(-85.0, said.lat)), zoom)


def _size(said: Moved) -> tuple[float, float]:
    return size_of((said.west, said.south, said.east, said.north), said.zoom)


def _is_seen(said: Moved, place: MapPlace) -> bool:
    """Whether a page looks at a place, to a pixel of its own."""
    pixel = (said.east - said.west) / max(1.0, _size(said)[0])
    apart = max(abs(said.lon - place.lon), abs(said.lat - place.lat))
    return apart < 1.5 * pixel and abs(said.zoom - place.zoom) < 1e-3


def _is_there(said: Moved, place: MapPlace) -> bool:
    """Whether a page looks at a place, to a pixel of any zoom."""
    apart = max(abs(said.lon - place.lon), abs(said.lat - place.lat))
    return apart < 1e-6 and abs(said.zoom - place.zoom) < 1e-3
