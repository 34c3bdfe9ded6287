"""Where is it? Everything with a place, found while one types: districts, towns, villages, grids,
key places, cameras, sensors, depots, crossings, addresses, lamp posts, kilometre stakes, open
events, kept views, and coordinates in any usual form.

Names are found as everywhere in the program (`app.core.search`: characters, pinyin, initials,
codes); coordinates and stakes stand before them, because they say exactly what they mean. Make it
off the GUI thread: half a second for 50,000 names.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from app.city import City, city_folder
from app.core.corners import corners_of
from app.core.map_decision import Bookmark
from app.core.message import Message, message
from app.core.model import Event, Sourced
from app.core.search import Index
from app.core.search_all import Indexes
from app.core.text import Name, folded
from app.gis.numbered import Numbered
from app.gis.places import Place, read_grids, read_tables
from app.gis.stakes import Stakes, parse_stake
from app.gis.typed_place import typed_place
from app.live.camera_index import CAMERA
from app.live.map_names import FoundPlace, RegionPlace
from app.live.map_state import MapPlace
from app.live.video_names import CameraNames

CLOSE, DISTRICT = 16.0, 10.0
COORDINATES, STAKE, REGION, EVENT, BOOKMARK = "at", "stake", "region", "event", "bookmark"
LISTED = (REGION, "point", CAMERA, "device")
"""What the lists of a city hold."""
_SLOW = 4000  # open events beyond this many are looked through by their beginning only


class Gazetteer:
    """The places of one city, in the order of `kinds` where they fit equally well."""

    def __init__(
        self,
        places: Iterable[Place],
        faults: Sequence[Message] = (),
        cameras: Callable[[], CameraNames] = CameraNames,
    ) -> None:
        """`cameras` gives those that the seat knows now: platforms list others meanwhile."""
        self.faults = tuple(faults)
        self._cameras = cameras
        self._places = {(place.kind, place.id): place for place in places}
        self._index = Index(
            Name(place.kind, place.id, place.name_zh, place.name_en, place.aliases)
            for place in self._places.values()
        )
        self._order = _with_cameras(place.kind for place in self._places.values())
        self._stakes = Stakes(self._places.values())
        self._numbered = Numbered(self._places.values())
        self._beyond = sorted({place.kind for place in self._places.values()} - set(LISTED))
        self._folded: dict[str, tuple[Event, str]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def find(
        self,
        text: str,
        limit: int,
        *,
        kinds: Sequence[str] = (),
        events: Mapping[str, Sourced] | None = None,
        bookmarks: Mapping[str, Bookmark] | None = None,
    ) -> list[FoundPlace]:
        """The best for a text; none for an empty one."""
        if not text.strip():
            return []
        found = [] if kinds else self._exact(text)
        numbered = self._numbered.find(text, limit, kinds)
        told = {(place.kind, place.id) for place in numbered}
        others = [place for place in self._named(text, limit, kinds) if place.key not in told]
        hits = [_hit(place) for place in (*numbered, *others)][:limit]
        if bookmarks and (not kinds or BOOKMARK in kinds):
            found += _of_bookmarks(text, bookmarks)
        if events and (not kinds or EVENT in kinds):
            hits = _mixed(hits, self._of_events(text, events, limit), limit)
        return (found + hits)[:limit]

    def _named(self, text: str, limit: int, kinds: Sequence[str]) -> list[Place]:
        cameras = self._cameras()
        index = cameras.index.made if not kinds or CAMERA in kinds else None
        if index is None:
            names = self._index.find(text, limit, kinds=kinds).names
            return [self._places[name.kind, name.id] for name in names]
        both = Indexes((self._index, index), self._order)
        found = []
        for name in both.find(text, limit, kinds=kinds).names:
            place = self._places.get((name.kind, name.id)) or _camera(cameras, name.id)
            if place is not None:
                found.append(place)
        return found

    def beyond(
        self, text: str, limit: int, events: Mapping[str, Sourced] | None = None
    ) -> list[FoundPlace]:
        """What a text means beyond the city's own lists, which the palette has already; `events`
        are the open ones, as far as whoever asks may see them."""
        if not text.strip():
            return []
        hits = self._exact(text)
        kinds = (*self._beyond, EVENT)
        return (hits + self.find(text, limit, kinds=kinds, events=events))[:limit]

    def place(self, key: str) -> MapPlace | None:
        """Where a thing lies by its key (`camera:…`, `stake:G25 K12+300`); for `fly-to`."""
        kind, _, id_ = key.partition(":")
        place = self._places.get((kind, id_))
        if place is None and kind == CAMERA:
            place = _camera(self._cameras(), id_)
        if place is not None:
            return MapPlace(place.lon, place.lat, place.zoom)
        stake = parse_stake(id_) if kind == STAKE else None
        found = self._stakes.find(stake) if stake is not None else None
        return MapPlace(found.lon, found.lat, CLOSE) if found is not None else None

    def _exact(self, text: str) -> list[FoundPlace]:
        """What a text says by itself: coordinates, a kilometre stake."""
        typed = typed_place(text)
        if typed is not None:
            name = f"{typed.lon:.6f}, {typed.lat:.6f}"
            note = message("maptool.typed", crs=typed.crs)
            if typed.swapped:
                note = message("maptool.typed_swapped", crs=typed.crs)
            return [FoundPlace(COORDINATES, "", name, name, typed.lon, typed.lat, CLOSE, note)]
        stake = parse_stake(text)
        found = self._stakes.find(stake) if stake is not None else None
        if stake is None or found is None:
            return []
        name, (before, after) = stake.text(), found.between
        reckoned = message("maptool.between", before=before, after=after)
        said = reckoned if before != after else None
        return [FoundPlace(STAKE, f"{STAKE}:{name}", name, name, found.lon, found.lat, CLOSE, said)]

    def _of_events(self, text: str, events: Mapping[str, Sourced], limit: int) -> list[FoundPlace]:
        """Open events whose title, place or id holds the text; their words are folded once."""
        wanted, found = folded(text), []
        if len(self._folded) > 2 * len(events) + 100:
            self._folded = {id_: held for id_, held in self._folded.items() if id_ in events}
        for number, (id_, sourced) in enumerate(events.items()):
            event = sourced.record
            if not isinstance(event, Event) or event.lon is None or event.lat is None:
                continue
            held = self._folded.get(id_)
            if held is None or held[0] is not event:
                if number >= _SLOW:
                    break
                held = event, folded(f"{event.title}\n{event.place}\n{event.id}")
                self._folded[id_] = held
            if wanted in held[1]:
                name = event.title or event.place or id_
                found.append(FoundPlace(EVENT, f"event:{id_}", name, name, event.lon, event.lat))
                if len(found) >= limit:
                    break
        return found


def gazetteer_of(
    city: City,
    regions: Mapping[str, RegionPlace],
    data: Path | None = None,
    cameras: Callable[[], CameraNames] = CameraNames,
) -> Gazetteer:
    """Everything of a city that has a place, and the `cameras` of the seat; in a thread. Tables
    that cannot be used are told in `faults`, the others stand."""
    folder = city_folder(city.read_from)
    tables, faults = read_tables(folder, data)
    short = {code: region.short_zh for code, region in city.catalog.regions.items()}
    places = [
        Place(
            REGION,
            region.id,
            region.name_zh,
            region.name_en,
            (region.box[0] + region.box[2]) / 2,
            (region.box[1] + region.box[3]) / 2,
            DISTRICT,
            (short.get(region.id, ""),),
        )
        for region in regions.values()
        if region.box is not None
    ]
    try:
        places += read_grids(folder)
    except msgspec.DecodeError as error:
        faults.append(message("maptool.bad_grids", error=str(error)))
    for kind, items in (("point", city.points), ("device", city.devices)):
        places += [
            Place(kind, item.id, item.name_zh, item.name_en, item.lon, item.lat) for item in items
        ]
    return Gazetteer([*places, *tables], faults, cameras)


def _with_cameras(kinds: Iterable[str]) -> list[str]:
    """The kinds in the order in which they came, cameras before sensors as in every list."""
    order = [kind for kind in dict.fromkeys(kinds) if kind != CAMERA]
    at = order.index("device") if "device" in order else len(order)
    return [*order[:at], CAMERA, *order[at:]]


def _hit(place: Place) -> FoundPlace:
    key = f"{place.kind}:{place.id}"
    name_en = place.name_en or place.name_zh
    return FoundPlace(place.kind, key, place.name_zh, name_en, place.lon, place.lat, place.zoom)


def _camera(cameras: CameraNames, id_: str) -> Place | None:
    """Where a camera stands; None where its platform does not say."""
    one = cameras.cameras.get(id_)
    if one is None or not (one.lon or one.lat):
        return None
    return Place(CAMERA, one.id, one.name_zh, one.name_en, one.lon, one.lat)


def _of_bookmarks(text: str, bookmarks: Mapping[str, Bookmark]) -> list[FoundPlace]:
    wanted, found = folded(text), []
    for name, kept in bookmarks.items():
        if wanted in folded(name):
            ((lon, lat),) = corners_of(kept.place, 1, 1)
            found.append(
                FoundPlace(BOOKMARK, f"{BOOKMARK}:{name}", name, name, lon, lat, kept.zoom)
            )
    return found


def _mixed(names: list[FoundPlace], events: list[FoundPlace], limit: int) -> list[FoundPlace]:
    """Names first, but events get a third of the room where there are many names."""
    room = max(limit - len(events), 2 * limit // 3)
    return names[:room] + events
