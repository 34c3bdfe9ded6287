"""Makes what the maps show: takes out of the picture on the main loop, makes in the thread `map`.

Only layers that a view wants are made, at most as often as each wants, one after the other; what
changed meanwhile is seen once. A layer that fails says so on itself and stops no other.
"""

import asyncio
import logging
import math
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from app.core.clock import Clock, to_datetime
from app.core.message import Refusal, message
from app.core.model import Ms
from app.gis._composition import Composition, Variant
from app.gis.content import Content
from app.gis.frames import Origin, encode_json
from app.gis.layer import Ask, Layer
from app.gis.past import PastBook
from app.live.hub import Hub
from app.live.map_state import LayerChoice
from app.live.picture import Picture

log = logging.getLogger(__name__)

AGEING_S = 15.0
"""A layer whose things age is made anew after so long although nothing changed."""
RESTS_S = 1.0
"""So often it is looked whether something aged, where nothing waits."""
TAKES_S = 0.002
"""The longest that one tick goes on taking; the rest is taken in the next (rule 6)."""
Box = tuple[float, float, float, float]
WORLD: Box = (-180.0, -85.0, 180.0, 85.0)


class LayerBook(Protocol):
    """Where layers come from: `app.gis.atlas.Atlas`."""

    def layer(self, id_: str) -> Layer:
        """The layer, made on first use; raises Refusal or LookupError."""
        ...


class _View(NamedTuple):
    keys: tuple[str, ...]
    zoom: float
    box: Box


class _Job(NamedTuple):
    composition: Composition
    layer: Layer
    taken: Any
    ask: Ask


class Composer:
    """One per program, on the main loop. `start()`, then `tick()` each frame, `await stop()`.

    `contents`, `sequences` hold the newest by key: a layer's id, or `id~n` where views ask for it
    with a filter, a span or a moment of the past (`key`). What is encoded goes to `on_frame` with
    its key, once for all views; `frames` gives a view that comes later all that it needs.
    `on_content` hears the key of every content, also where nothing has to be drawn anew.
    """

    def __init__(
        self,
        atlas: LayerBook,
        picture: Picture,
        hub: Hub,
        clock: Clock,
        origin: Origin,
        *,
        zone: Any = None,
        language: str = "zh_CN",
        monotonic: Callable[[], float] = time.monotonic,
        past: PastBook | None = None,
    ) -> None:
        self.contents: dict[str, Content] = {}
        self.sequences: dict[str, int] = {}
        self.on_frame: list[Callable[[str, bytes], None]] = []
        self.on_content: list[Callable[[str], None]] = []
        self.language = language
        self.origin = origin
        self._atlas, self._picture, self._hub, self._clock = atlas, picture, hub, clock
        self._zone, self._monotonic = zone, monotonic
        self._past = past
        if past is not None:
            past.on_ready.append(self._past_came)
        self._subscription = hub.subscribe(self._hear)
        self._views: dict[str, _View] = {}
        self._variants: dict[Variant, str] = {}
        self._compositions: dict[str, Composition] = {}
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = asyncio.Event()
        self._rests_until = 0.0  # nothing can be due before, unless something changes

    def start(self) -> None:
        """Begin to make; in the main loop."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._work, name="map", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Make no more, and wait for what is being made."""
        self._hub.unsubscribe(self._subscription)
        self._views.clear()
        if self._thread is not None:
            self._jobs.put(None)
            await self._ended.wait()
            self._thread.join()
            self._thread = None

    def layer(self, key: str) -> Layer:
        """The layer behind a key that a view showed; raises LookupError before it was made."""
        composition = self._compositions.get(key)
        if composition is None or composition.layer is None:
            raise LookupError(key)
        return composition.layer

    @property
    def busy(self) -> bool:
        """Whether something is being made now."""
        return any(composition.busy for composition in self._compositions.values())

    def key(self, choice: LayerChoice, *, since: Ms = 0, at: Ms = 0) -> str:
        """The key of a layer as a view asks for it; its id where it asks for nothing special."""
        variant = Variant(choice.id, choice.filter, since, at)
        if variant == Variant(choice.id):
            return choice.id
        found = self._variants.get(variant)
        if found is None:
            found = self._variants[variant] = f"{choice.id}~{len(self._variants) + 1}"
        return found

    def want(
        self,
        view: str,
        choices: tuple[LayerChoice, ...],
        zoom: float = 10.0,
        box: Box = WORLD,
        *,
        since: Ms = 0,
        at: Ms = 0,
    ) -> tuple[str, ...]:
        """What a view shows: its layers, zoom, and box in degrees; gives their keys in order.
        `since` is how far back, in ms (`MapState.span_ms`; 0: no limit); `at` a moment of the past.
        A view that shows two moments asks twice, under two names."""
        keys = []
        for choice in choices:
            key = self.key(choice, since=since, at=at)
            keys.append(key)
            if key not in self._compositions:
                variant = Variant(choice.id, choice.filter, since, at)
                self._compositions[key] = Composition(key, variant)
        self._rests_until = 0.0
        old = self._views.get(view)
        new = self._views[view] = _View(tuple(keys), zoom, box)
        if old is None or (old.zoom, old.box) != (new.zoom, new.box):
            for key in keys:
                self._compositions[key].moved = True
        return new.keys

    def forget(self, view: str) -> None:
        """The view is gone, or shows nothing now."""
        self._views.pop(view, None)

    def drop(self, layer: str) -> None:
        """A layer is gone, or another one has its id now: nothing is left of what was made."""
        for key in [k for k, one in self._compositions.items() if one.variant.layer == layer]:
            del self._compositions[key]
            self.contents.pop(key, None)
            self.sequences.pop(key, None)
        for name, view in self._views.items():
            kept = tuple(key for key in view.keys if key in self._compositions)
            self._views[name] = view._replace(keys=kept)

    def renew(self, key: str = "") -> None:
        """Make a layer anew although nothing changed in the picture (its file, its filter); all
        without a key, as when the language changes."""
        self._rests_until = 0.0
        for composition in self._compositions.values():
            if key in ("", composition.key, composition.variant.layer):
                composition.dirty = True

    def frames(self, key: str) -> tuple[bytes, ...]:
        """All that a view needs which did not hear of a layer yet; empty while it is not made."""
        composition = self._compositions.get(key)
        if composition is None or not composition.sent:
            return ()
        return (encode_json("clock", {"now": self._clock.now()}), *composition.sent.values())

    def thing(self, key: str, index: int, seq: int = 0) -> str | None:
        """The id of what a page picked: `index` as it said it, in what it showed by its frame `seq`
        (0: the newest). None where that is not known any more."""
        composition = self._compositions.get(key)
        return None if composition is None else composition.thing(index, seq)

    def tick(self) -> None:
        """Once per frame: see what changed, take what is due. Costs nothing when nothing is."""
        if self._subscription:
            self._rests_until = 0.0
            changed = self._subscription.drain().keys()
            for composition in self._compositions.values():
                if composition.layer is not None and not composition.layer.needs.isdisjoint(
                    changed
                ):
                    composition.dirty = True
        now = self._monotonic()
        if now < self._rests_until:
            return
        shown = [found for found in map(self._compositions.get, self._wanted()) if found]
        due = [found for found in shown if not found.busy and self._is_due(found, now)]
        if not any(found.busy or found.waits for found in shown):
            self._rests_until = now + RESTS_S
        for composition in sorted(due, key=lambda found: found.started):
            self._take(composition, now)
            if self._monotonic() - now > TAKES_S:
                return

    def _hear(self) -> None:
        """Something changed: look as soon as all that changed with it is known."""
        if self._loop is not None and self._views:
            self._loop.call_soon(self.tick)

    def _wanted(self) -> dict[str, None]:
        return {key: None for view in self._views.values() for key in view.keys}

    def _is_due(self, composition: Composition, now: float) -> bool:
        layer = composition.layer
        if layer is None:
            return composition.dirty
        waited = now - composition.started
        dirty = composition.dirty or (composition.moved and layer.follows_view)
        if composition.variant.at:
            dirty = dirty and (composition.seq == 0 or layer.follows_view)  # the past stands
        elif layer.ages and waited >= AGEING_S:
            dirty = True
        return dirty and waited * 1000.0 >= layer.every_ms

    def _take(self, composition: Composition, now: float) -> None:
        composition.started = now
        try:
            layer = composition.layer or self._atlas.layer(composition.variant.layer)
        except (Refusal, LookupError) as error:
            self._done(composition, composition.refused(error), [])
            return
        composition.layer = layer
        composition.dirty = composition.moved = False
        picture = self._seen_at(composition.variant.at)
        if picture is None:  # it is being read, or nobody remembers it
            if self._past is None:
                self._done(composition, Content(faults=(message("maplayer.no_past"),)), [])
            return
        try:
            taken = layer.take(picture)
        except Exception as error:  # noqa: BLE001  (whatever a layer does, the others go on)
            self._done(composition, composition.failed(error), [])
            return
        composition.busy = True
        self._jobs.put(_Job(composition, layer, taken, self._ask(composition)))

    def _seen_at(self, at: Ms) -> Picture | None:
        """The picture of a moment (0: now)."""
        if not at:
            return self._picture
        return self._past.picture(at) if self._past is not None else None

    def _past_came(self, at: Ms) -> None:
        """A moment of the past can be shown."""
        for composition in self._compositions.values():
            if composition.variant.at == at:
                composition.dirty = True
                composition.started = -math.inf  # it waited long enough
        self._rests_until = 0.0
        self._hear()

    def _ask(self, composition: Composition) -> Ask:
        views = [view for view in self._views.values() if composition.key in view.keys]
        variant, now = composition.variant, self._clock.now()
        return Ask(
            now=variant.at or now,
            zoom=max(view.zoom for view in views),
            box=_around([view.box for view in views]),
            filter=variant.filter,
            since=(variant.at or now) - variant.since if variant.since else 0,
            at=variant.at,
            language=self.language,
        )

    def _work(self) -> None:
        """The thread."""
        loop = self._loop
        assert loop is not None
        while (job := self._jobs.get()) is not None:
            composition = job.composition
            try:
                content = job.layer.make(job.taken, job.ask)
                content, frames = composition.encode(
                    content, job.ask, self.origin, self._minutes(job.ask), self._monotonic()
                )
            except Exception as error:  # noqa: BLE001  (as in taking)
                content, frames = composition.failed(error), []
            loop.call_soon_threadsafe(self._done, composition, content, frames)
        loop.call_soon_threadsafe(self._ended.set)

    def _minutes(self, ask: Ask) -> int:
        """How far the city's clocks are ahead of UTC."""
        if self._zone is None:
            return 0
        offset = to_datetime(ask.at or ask.now, self._zone).utcoffset()
        return 0 if offset is None else round(offset.total_seconds() / 60)

    def _done(self, composition: Composition, content: Content, frames: list[bytes]) -> None:
        """Back on the main loop."""
        composition.busy = False
        self._rests_until = 0.0
        if self._compositions.get(composition.key) is not composition:
            return  # its layer is gone
        composition.arrived(content, frames)
        self.contents[composition.key] = content
        self.sequences[composition.key] = composition.seq
        for listener in self.on_frame:
            for frame in frames:
                listener(composition.key, frame)
        for hearer in self.on_content:
            hearer(composition.key)


def _around(boxes: list[Box]) -> Box:
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)
