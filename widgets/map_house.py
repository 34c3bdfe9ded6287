"""What every map of the program shares: the atlas, what is made for each audience, and the engine.

Nothing of it is loaded before the first picture stands: the atlas is read in a thread, the engine
(QtWebEngine) with the first map that a window shows.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.city import City, city_folder
from app.core.clock import Clock
from app.core.message import Message, Refusal
from app.live.hub import Hub, Kind
from app.live.map_fit import fit
from app.live.map_kept import restore
from app.live.map_names import OnlinePlaces, PlateName, choices_of
from app.live.map_state import SHARED, SIZE, LayerChoice
from app.live.maps import map_key
from app.live.picture import Picture
from app.live.seat import Seat, SeatKind
from app.live.unnamed import unnamed
from app.live.video_names import CameraNames
from app.live.video_wall import VideoWalls
from app.live.visit import Veil, VeiledPicture
from app.registry import deferred
from app.secrets import Secrets

log = logging.getLogger(__name__)

TICK_MS = 33
PATIENCE_S = 5.0
"""So long at most what nobody waits for waits for the first map."""
RESTS_MS = 500
"""After the first layer is drawn: the others come in this time."""
GEOCODER = "app.gis.geocoder"
GAZETTEER = "app.gis.gazetteer"
ATLAS, COMPOSER, NAMING = "app.gis.atlas", "app.gis.composer", "app.gis.naming"
PAST = "app.gis.past"
GROUND, FRAMES, OUTLINES = "app.gis.layer", "app.gis.frames", "app.live.station_coverage"
VIEW, BASES, PLACE = "widgets.map.view", "widgets.map.bases", "app.gis.tiles._base"
TILES = "tiles"
"""The folder of kept tiles, in the data folder."""
DOCUMENT = "app.gis.document"
FIRST = ("region_boundary", "bus_vehicle", "event_point", "incident", "warning_area")
"""What is on at a desk, and where a city has no plate for a seat."""
OWN = "layers"
"""The folder of imported layers, in the data folder."""


class MapHouse(QObject):
    """One per program, made with the windows; `await prepare()` in the loop, `await stop()` there.

    `ready` comes when the atlas is known; `renewed` with the key of a layer that was made anew.
    An audience is a picture: the officers', the wall's without what is not public and without
    names, the visitors' behind their veil. Each has a composer and layers of its own, so nothing
    that one may not see can reach it.
    """

    ready = Signal()
    renewed = Signal(str)
    offered = Signal(object, str)  # files (list of Path) that were let fall on the map of a name

    def __init__(
        self,
        city: City,
        picture: Picture,
        hub: Hub,
        clock: Clock,
        seat: Seat,
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.city, self.hub, self.clock, self.seat = city, hub, clock, seat
        self.picture = picture
        self.folder = folder
        self.atlas: Any = None
        self.gazetteer: Any = None
        self.geocoder: Any = None  # of the network; None where the city has none
        self._unusable: tuple[Message, ...] = ()  # what was wrong with its settings
        self.reference: Any = None  # what is known to lie right, once somebody compared with it
        self.language = "zh_CN"
        self.flown: dict[tuple[str, str], str] = {}  # by map and subject: what was gone to last
        self._composers: dict[tuple[int, bool], tuple[Picture, Any]] = {}
        self._past: Any = None
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self.bases: Any = None
        self.broken = False  # the layers could not be read
        self._views = 0
        self._stopped = False
        self._opened = asyncio.Event()
        self._opened.set()  # until it is prepared there is no map to wait for

    # ---- what there is

    async def prepare(self) -> None:
        """Read the atlas in a thread, leave its names with the seat, open the first plates."""
        self._opened.clear()
        loop = asyncio.get_running_loop()
        read = partial(_read, self.city, self.clock, self.folder / OWN)
        try:
            atlas, regions, home = await loop.run_in_executor(None, read)
        except Exception:
            log.exception("the layers could not be read, there are no maps")
            self.broken = True
            self._opened.set()
            self.hub.publish(Kind.SEAT, [map_key(SHARED)])
            return
        if self._stopped:
            return
        self.atlas = atlas
        maps = self.seat.maps
        maps.names.zone, maps.names.regions = self.city.config.zone, regions
        maps.names.home = home
        maps.names.centre = (self.city.config.lon, self.city.config.lat)
        if home is not None:
            maps.home = fit(home, SIZE)
        self.tell_names()
        for name in dict.fromkeys((SHARED, *self.seat.stage.walls, *maps.kept)):
            self._open_first(name)
        self.hub.publish(Kind.SEAT, [map_key(name) for name in maps.all()])
        self.ready.emit()
        if self._views <= 0:
            self._opened.set()
        await self._know_places(regions)

    async def opened(self) -> None:
        """Until the first map that a window shows is drawn, or is known not to come: what nobody
        waits for at a start would take the processor and the interpreter's lock from it."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._opened.wait()
        except TimeoutError:
            log.info("the first map takes long")

    def drawn(self) -> None:
        """Something of a layer is on the screen, or there will be no map."""
        if not self._opened.is_set():
            QTimer.singleShot(RESTS_MS, self, self._opened.set)

    async def _know_places(self, regions: Any) -> None:
        """Places by their pinyin are half of all that is read, and no map waits for them."""
        await self.opened()
        cameras = partial(_cameras_of, self.seat.videos)
        places = partial(_read_places, self.city, regions, self.folder, cameras)
        try:
            found = await asyncio.get_running_loop().run_in_executor(None, places)
        except Exception:
            log.exception("the places of the map could not be read, they cannot be searched")
            return
        names, self.gazetteer = self.seat.maps.names, found
        names.search = found.beyond
        names.find = found.place
        await self._know_geocoder()

    async def _know_geocoder(self) -> None:
        """A service for addresses, where the city's settings name one; it is not asked here."""
        read = partial(_read_geocoder, self.city, self.clock, self.folder)
        try:
            found = await asyncio.get_running_loop().run_in_executor(None, read)
        except Refusal as refusal:
            log.error("the geocoder cannot be used: %s", refusal)
            self._unusable = (refusal.reason,)
            return
        if found is not None and not self._stopped:
            self.geocoder, config = found, found.config
            host = urlsplit(config.url).hostname or config.url
            self.seat.maps.names.online = OnlinePlaces(
                config.name_zh, config.name_en, host, found.ask
            )

    def tell_names(self) -> None:
        """What may be named, again: a layer was imported."""
        deferred(NAMING).tell(self.seat.maps.names, self.atlas)

    def add_layer(self, config: Any, folder: Path) -> None:
        """A layer was imported: it can be named and shown from now on."""
        self._let_go(config.id)
        self.atlas.add(config, folder)
        self._tell_layer(config.id)

    def remove_layer(self, id_: str) -> None:
        """An imported layer is gone, from every map."""
        maps = self.seat.maps
        for name in maps.all():
            state = maps[name]
            state.layers = tuple(choice for choice in state.layers if choice.id != id_)
            if state.picked is not None and state.picked.layer == id_:
                state.picked = None
        self.hub.publish(Kind.SEAT, [map_key(name) for name in maps.all()])
        self._let_go(id_)
        self.atlas.remove(id_)
        self._tell_layer(id_)

    def _let_go(self, id_: str) -> None:
        for _, composer in self._composers.values():
            composer.drop(id_)

    def _tell_layer(self, id_: str) -> None:
        self.tell_names()
        self.hub.publish(Kind.MAP, [f"layer/{id_}"])
        self.renewed.emit(id_)

    def _open_first(self, name: str) -> None:
        """The plate that a seat begins with, where nothing is on yet."""
        maps, wall = self.seat.maps, name in self.seat.stage.walls
        kind = SeatKind.HALL.value if wall else self.seat.kind.value
        state, plate = maps[name], self.atlas.first_plate(kind)
        if state.moves == 0 and not state.moved_by:
            state.place = maps.home  # until a view is opened, and its size known
        kept = maps.kept.get(name)
        if kept is not None and not state.moves and not state.moved_by:
            restore(state, kept, maps.names, kind)
            (maps.apart.add if kept.apart else maps.apart.discard)(name)
            if not kept.layers:
                return  # somebody switched all of them off
        if plate is not None and kind != SeatKind.DESK and not state.layers:
            state.plate = plate.code
            state.layers = choices_of(maps.names, maps.names.plates[plate.code], kind)
        elif not state.layers:
            bare = PlateName("", "", "", choices=tuple(map(LayerChoice, FIRST)))
            state.layers = choices_of(maps.names, bare, kind)

    @property
    def faults(self) -> tuple[Message, ...]:
        """What is wrong with the files of layers, plates and bases."""
        if self.atlas is None:
            return ()
        places = () if self.gazetteer is None else self.gazetteer.faults
        return (*self.atlas.faults, *places, *self._unusable)

    # ---- what is made

    def composer(self, context: Any) -> Any:
        """What makes the layers for who looks at a window; made and started on first use, in the
        loop. On a wall nobody is named."""
        picture, public = context.picture, context.seat == SeatKind.HALL
        held = self._composers.get((id(picture), public))
        if held is None:
            first = not self._composers
            config = self.city.config
            made = deferred(COMPOSER).Composer(
                self.atlas if first else self.atlas.anew(),
                unnamed(picture) if public else picture,
                self.hub,
                self.clock,
                deferred(FRAMES).Origin(config.lon, config.lat),
                zone=ZoneInfo(config.zone),
                language=self.language,
                past=self._past_of(context, public=public),
            )
            made.on_frame.append(self._on_frame)
            made.start()
            held = self._composers[id(picture), public] = (picture, made)
        return held[1]

    def _past_of(self, context: Any, *, public: bool) -> Any:
        """Moments of the past, as whoever looks at a window may see them."""
        module = deferred(PAST)
        if self._past is None:
            self._past = module.Past(lambda: context.queries, self.city, self.picture.world)
        veiled = isinstance(context.picture, VeiledPicture)

        def hide(picture: Picture) -> Picture:
            seen = Veil(picture, self.city.catalog).picture if veiled else picture
            return unnamed(seen) if public else seen

        return module.Seen(self._past, hide)

    def contents(self, context: Any) -> Mapping[str, Any]:
        """What was made last for who looks at a window, by key; empty before the first."""
        held = self._composers.get((id(context.picture), context.seat == SeatKind.HALL))
        return held[1].contents if held is not None else {}

    def speak(self, language: str) -> None:
        """Another language: labels are made anew."""
        if language != self.language:
            self.language = language
            for _, composer in self._composers.values():
                composer.language = language
                composer.renew()

    def _on_frame(self, key: str, _: bytes) -> None:
        self.renewed.emit(key)

    def _on_tick(self) -> None:
        for _, composer in tuple(self._composers.values()):
            composer.tick()

    # ---- what shows it

    def view(self, context: Any, parent: QWidget) -> Any:
        """A view of a map, with a sentence instead of a page where the engine cannot run."""
        view = self.bare_view(context, parent)
        self.give_bases(view)
        return view

    def bare_view(self, context: Any, parent: QWidget) -> Any:
        """A view whose page can load before there is an atlas; then it wants its bases."""
        view = deferred(VIEW).MapView(context, context.window, kept=self.folder, parent=parent)
        view.reason_changed.connect(self.drawn)
        return view

    def give_bases(self, view: Any) -> None:
        """What lies under a view, once there is an atlas."""
        self.open_bases()
        view.service.serve(self.bases.tile, _no_data)
        view.send(self.bases.frame())

    def open_bases(self) -> Any:
        """What lies under the maps; made and started on first use."""
        if self.bases is None:
            folders = [path for path in (_folder(self.city), self.folder) if path is not None]
            place = deferred(PLACE).Place(
                self.clock, Secrets(self.folder), tuple(folders), self.folder / TILES
            )
            self.bases = deferred(BASES).MapBases(self.atlas.bases, place)
        return self.bases

    def begin(self) -> None:
        """A view is seen: layers are made."""
        self._views += 1
        self._tick.start()

    def end(self) -> None:
        """A view is not seen any more; without any nothing is made."""
        self._views -= 1
        if self._views <= 0:
            self._tick.stop()

    async def stop(self) -> None:
        """After the windows: no thread and no process of the engine is left."""
        self._stopped = True
        self._opened.set()
        self._tick.stop()
        for _, composer in self._composers.values():
            await composer.stop()
        self._composers.clear()
        if self._past is not None:
            await self._past.stop()
        if self.bases is not None:
            await self.bases.stop()
        if self.geocoder is not None:
            await self.geocoder.close()


def _read(city: City, clock: Clock, own: Path) -> tuple[Any, Any, Any]:
    """In a thread: the atlas, the districts, the whole city's box."""
    naming = deferred(NAMING)
    for module in (COMPOSER, DOCUMENT, BASES):  # dear to import, and wanted next
        deferred(module)
    atlas = deferred(ATLAS).Atlas(
        deferred(GROUND).Ground(city, clock, secrets=Secrets(own.parent), data=own.parent), own
    )
    outlines = deferred(OUTLINES).outlines_of(city.read_from)
    regions = naming.regions_of(city, outlines)
    return atlas, regions, naming.home_of(outlines)


def _read_places(city: City, regions: Any, kept: Path, cameras: Callable[[], CameraNames]) -> Any:
    """In a thread: where listed things lie."""
    return deferred(GAZETTEER).gazetteer_of(city, regions, kept, cameras)


def _cameras_of(videos: VideoWalls) -> CameraNames:
    """Those that the seat knows now."""
    return videos.cameras


def _read_geocoder(city: City, clock: Clock, kept: Path) -> Any:
    """In a thread: who is asked for addresses on the network; None without settings."""
    return deferred(GEOCODER).geocoder_of(city_folder(city.read_from), clock, Secrets(kept))


def _folder(city: City) -> Path | None:
    """The city's folder, where it lies in the file system."""
    folder = city_folder(city.read_from)
    return folder if isinstance(folder, Path) else None


def _no_data(path: str) -> None:
    """Nothing is kept for the pages beside tiles yet."""
