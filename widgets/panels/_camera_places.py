"""Cameras by place in their list: near one, looking at one, or in the area drawn on the map."""

import asyncio
import re
from collections.abc import Callable, Collection, Coroutine
from typing import Any

from app.core import wording
from app.live.camera_ground import Near
from app.live.camera_search import NEAREST, By, CameraSearch
from app.live.map_state import MapArea
from app.live.video_names import CameraGroup, CameraNames
from app.registry import deferred
from widgets.context import Context
from widgets.panels._camera_lines import Line
from widgets.video.words import camera_name

SEARCH = "search"
LISTED = 500
"""So many of an area are listed; all are counted."""
TYPED, DRAWN = "app.gis.typed_place", "app.gis.drawn"
_RADIUS = re.compile(r"^(.*\S)\s+(\d{1,5}(?:\.\d+)?)\s*(m|米|km|公里)$", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+[.°度′ ]\s*\d*.*[,，\s].*\d")
Place = tuple[CameraSearch, MapArea | None]


def may_be_place(text: str) -> bool:
    """Whether a typed text may be coordinates: cheap, for every key."""
    return _NUMBERS.search(text) is not None


def typed_search(text: str) -> Place | None:
    """What coordinates look for that were typed into the list, in any usual form, with a radius
    behind them (`118.8,33.5 800m`) or without; None for another text. In a thread: the first time
    it reads the datums."""
    within = _RADIUS.match(text.strip())
    place = deferred(TYPED).typed_place(within[1] if within else text)
    if place is None:
        return None
    if within is None:
        return CameraSearch(By.NEAR, place.lon, place.lat, NEAREST), None
    metres = float(within[2]) * (1 if within[3].lower() in ("m", "米") else 1000)
    return CameraSearch(By.AREA), MapArea("circle", ((place.lon, place.lat),), metres)


class CameraPlaces:
    """What one list looks for by place; `found` belongs to `search`. Worked out in a thread, for
    the columns of 40,000 take a moment the first time."""

    def __init__(
        self,
        context: Context,
        ask: Callable[[Coroutine[Any, Any, None]], object],
        ready: Callable[[], object],
    ) -> None:
        """`ask` begins what is done in the background, `ready` hears that it is done."""
        self._context, self._ask, self._ready = context, ask, ready
        self._asked: tuple[CameraNames, Place | str] | None = None
        self.search: CameraSearch | None = None
        self.area: MapArea | None = None
        self.found = Near()

    def follow(self, names: CameraNames, typed: str) -> None:
        """Look for the coordinates that were typed; where nothing is, for what the seat looks."""
        asked = self._asked_for(typed)
        if asked is None:
            self._asked, self.search = None, None
        elif self._asked is None or self._asked[0] is not names or self._asked[1] != asked:
            self._asked = names, asked
            self._ask(self._look(names, asked))

    def _asked_for(self, typed: str) -> Place | str | None:
        if typed:
            return typed if may_be_place(typed) else None
        seat = self._context.spine.seat
        search = seat.videos.search
        if search is None:
            return None
        area = seat.maps[search.map].area if search.by is By.AREA else None
        return search, area

    async def _look(self, names: CameraNames, asked: Place | str) -> None:
        hidden = names.hidden if self._context.veil is not None else frozenset[str]()
        place, found = await asyncio.to_thread(_find, names, asked, hidden)
        if self._asked is not None and self._asked[1] is asked:
            self.search, self.area = place or (None, None)
            self.found = found
            self._ready()

    # ---- in words

    def lines(
        self, names: CameraNames, among: Callable[[Collection[str]], tuple[int, int]]
    ) -> list[Line]:
        """What was found, the nearest first, under a line that says what it is, and one of what
        could not be told."""
        assert self.search is not None
        there = [id_ for id_ in self.found.ids if id_ in names.cameras]
        group = CameraGroup(SEARCH, SEARCH, "", tuple(there))
        lines = [Line(group, None, *among(there))]
        if untold := self.untold():
            lines.append(Line(group, text=untold))
        for id_, metres, looks in zip(
            self.found.ids, self.found.metres, self.found.looks, strict=True
        ):
            if id_ in names.cameras:
                lines.append(Line(group, names.cameras[id_], detail=self._detail(metres, looks)))
        return lines

    def title(self) -> str:
        """What the cameras that were found have in common."""
        search, say = self.search, self._context.text
        if search is None:
            return ""
        if search.by is By.AREA:
            return self._of_area()
        about = self._about(search)
        if search.by is By.FACING:
            return say("videolist.facing", place=about)
        return say("videolist.near", place=about)

    def _of_area(self) -> str:
        area, say = self.area, self._context.text
        if area is None:
            return say("videolist.no_area_yet")
        if area.form != "circle":
            return say("videolist.in_area")
        lon, lat = area.corners[0]
        radius = metres_text(area.radius_m)
        return say("videolist.in_circle", radius=radius, place=f"{lon:.5f}, {lat:.5f}")

    def _about(self, search: CameraSearch) -> str:
        """What stands there, else where it is."""
        sort, _, id_ = search.about.partition(":")
        picture = self._context.picture
        if sort == "camera" and id_ in self._context.spine.seat.videos.cameras.cameras:
            return camera_name(self._context, self._context.spine.seat.videos.cameras.cameras[id_])
        item = picture.events.get(id_) if sort == "event" else None
        title = getattr(item.record, "title", "") if item is not None else ""
        return str(title) or search.about or f"{search.lon:.5f}, {search.lat:.5f}"

    def untold(self) -> str:
        """Of how many cameras it cannot be said, and how many more there are."""
        found, say = self.found, self._context.text
        assert self.search is not None
        words = []
        if self.search.by is By.FACING:
            words.append(say("videolist.within", reach=metres_text(self.search.reach_m)))
        if self.search.by is By.AREA and found.total > len(found.ids):
            more = wording.number(found.total - len(found.ids))
            words.append(say("videolist.more_in_area", n=more))
        if found.unknown:
            words.append(say("videolist.unknown_facing", n=wording.number(found.unknown)))
        if found.unplaced:
            words.append(say("videolist.unplaced", n=wording.number(found.unplaced)))
        return say("panels.comma").join(words)

    def _detail(self, metres: float, looks: bool) -> str:
        assert self.search is not None
        text = metres_text(metres)
        if looks and self.search.by is By.NEAR:
            return f"{text} {self._context.text('videolist.looks')}"
        return text


def _find(
    names: CameraNames, asked: Place | str, hidden: Collection[str]
) -> tuple[Place | None, Near]:
    """In a thread: what is looked for, and what lies there."""
    place = typed_search(asked) if isinstance(asked, str) else asked
    return place, Near() if place is None else look(names, *place, hidden)


def look(
    names: CameraNames, search: CameraSearch, area: MapArea | None, hidden: Collection[str]
) -> Near:
    """What a search finds; `area` is what is drawn on its map. In a thread: the first time it makes
    the columns of all cameras."""
    ground = names.ground.make()
    if search.by is By.AREA:
        if area is None:
            return Near()
        selector = deferred(DRAWN).Selector(area)
        return ground.within(selector.covers, selector.middle, LISTED, hidden)
    if search.by is By.FACING:
        return ground.facing(search.lon, search.lat, search.reach_m, hidden)
    return ground.nearest(
        search.lon, search.lat, search.count, reach_m=search.reach_m, without=hidden
    )


def metres_text(metres: float) -> str:
    """`620 m`, `1.8 km`."""
    if metres < 1000:
        return f"{wording.number(metres)} m"
    return f"{wording.number(metres / 1000, 1)} km"
