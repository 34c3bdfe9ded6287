"""What a window and its panels are given: the one truth, and how it is to look and speak here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from app.config import CityConfig
from app.core.catalog import Catalog
from app.core.clock import Clock
from app.core.i18n import Translator
from app.core.model import Ms
from app.live.alarms import Board
from app.live.hub import Hub
from app.live.picture import Picture
from app.live.seat import Seat
from app.live.stage import MAIN
from app.live.view import ValueView, value_view
from app.live.visit import Veil
from widgets.bridge import Bridge
from widgets.grid import Seams
from widgets.map_house import MapHouse
from widgets.scene import LoadedScene
from widgets.selection import Selection
from widgets.theme import Theme, WallProfile
from widgets.video_house import VideoHouse


class CityFiles(Protocol):
    """What the windows need of `app.city.City`."""

    @property
    def name(self) -> str:
        """The folder's name, as on the command line."""
        ...

    @property
    def config(self) -> CityConfig:
        """Names, centre, zone, world."""
        ...


class History(Protocol):
    """What the windows need of `app.store.store.Store`."""

    @property
    def queries(self) -> Any:
        """The named queries (async), the only source of history."""
        ...


class Spine(Protocol):
    """What the windows need of the running program; `app.runtime.Runtime` is one."""

    @property
    def picture(self) -> Picture:
        """The newest of everything."""
        ...

    @property
    def catalog(self) -> Catalog:
        """What the values mean."""
        ...

    @property
    def city(self) -> CityFiles:
        """Name, centre, zone, world."""
        ...

    @property
    def clock(self) -> Clock:
        """What time it is; a replay hands in its own."""
        ...

    @property
    def hub(self) -> Hub:
        """Where changes are said."""
        ...

    @property
    def store(self) -> History:
        """Where history is."""
        ...

    @property
    def seat(self) -> Seat:
        """Who is signed on, which scene is wanted, until when the sound is off."""
        ...

    @property
    def board(self) -> Board:
        """Which warnings are open, and what must be heard."""
        ...

    @property
    def commands(self) -> Any:
        """Where every action of an officer goes."""
        ...


@dataclass(frozen=True)
class Walls:
    """The windows that a desk drives for the hall, for the panel that shows them.

    `windows` gives each with its name on the seat's stage (`.group`), `scenes` what may stand in
    them; `unit` is pixels per design unit of a window's size, `seams` where the wall's panels meet.
    """

    windows: Callable[[], Sequence[Any]]
    scenes: Callable[[], Mapping[str, LoadedScene]]
    unit: Callable[[int, int], float]
    seams: Callable[[Theme], Seams]


@dataclass(frozen=True)
class Context:
    """Handed to every panel. Read `picture` for what is live, ask `queries` for history.

    `seat` is hall, desk or cockpit; `theme` is made for this window's size; `profile` is the wall
    it is seen on; `zone` is the city's. `window` is its name on `seat.stage`, `scene` what its
    scene is called in Chinese and English. `walls` is a desk's that drives some.
    """

    spine: Spine
    bridge: Bridge
    selection: Selection
    theme: Theme
    profile: WallProfile
    translator: Translator
    seat: str
    zone: ZoneInfo
    window: str = MAIN
    scene: tuple[str, str] = ("", "")
    walls: Walls | None = None
    veil: Veil | None = None  # visitors see this window
    maps: MapHouse | None = None  # None: no map is shown here, as in the pictures of tests
    videos: VideoHouse | None = None

    @property
    def picture(self) -> Picture:
        """The one truth for live state; without what visitors must not see, where they look."""
        return self.spine.picture if self.veil is None else self.veil.picture

    @property
    def catalog(self) -> Catalog:
        """What the values mean."""
        return self.spine.catalog

    @property
    def city(self) -> CityConfig:
        """The city's names and world."""
        return self.spine.city.config

    @property
    def clock(self) -> Clock:
        """What time it is."""
        return self.spine.clock

    @property
    def hub(self) -> Hub:
        """Where changes are said."""
        return self.spine.hub

    @property
    def queries(self) -> Any:
        """The store's named queries."""
        return self.spine.store.queries

    @property
    def commands(self) -> Any:
        """Where actions go."""
        return self.spine.commands

    def now(self) -> Ms:
        """Milliseconds UTC by the program's clock."""
        return self.spine.clock.now()

    def view(self, key: str) -> ValueView:
        """How one key stands now: the only way a panel reads a value."""
        return value_view(self.picture, self.spine.catalog, key, self.now())

    def text(self, id_: str, /, **args: object) -> str:
        """A sentence of the interface in this window's language."""
        return self.translator.text(id_, **args)

    def label(self, view: ValueView) -> str:
        """The name of a value in this window's language; of a hidden one it says that it is."""
        name = self.translator.pick(view.label_zh, view.label_en)
        hidden = self.veil is not None and self.veil.hides_reading(view.key)
        return self.text("visit.label", name=name) if hidden else name

    def unit(self, view: ValueView) -> str:
        """The unit of a value in this window's language."""
        return self.translator.pick(view.unit, view.unit_en)
