"""The seat's own state: who is signed on, which scene it shows, until when its sound is off."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.export import ExportOrder
from app.live.footage import FootageOrder
from app.live.map_import import ImportOrder
from app.live.map_state import MapPlace
from app.live.maps import Maps
from app.live.presentation import Presentation
from app.live.stage import MAIN, Stage
from app.live.turning import TurnOrder
from app.live.video_plans import Plans
from app.live.video_wall import VideoWalls
from app.live.view_book import ViewBook
from app.live.visit import Visit

SHIFT_MS = 12 * 3600 * 1000
"""The longest shift of the roster (两班): after it the sound must be tested anew."""

_NOWHERE = MapPlace(105.0, 35.0, 4.0)


class SeatKind(StrEnum):
    """What a seat is for."""

    HALL = "hall"  # the wall: a device's identity, never a person, changes nothing
    DESK = "desk"
    COCKPIT = "cockpit"


class SignedOn(msgspec.Struct, frozen=True):
    """The person at the seat: a work number and a post of the roster; no name."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    number: str
    role: str
    since: Ms


class Mute(msgspec.Struct, frozen=True):
    """Sound is off from a moment until another."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    since: Ms
    until: Ms
    by: str


class SoundTest(msgspec.Struct, frozen=True):
    """When somebody last heard the alarm at this seat."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    at: Ms
    by: str


class Seat:
    """One seat. Read it; only commands write it. Every change is published as `Kind.SEAT`."""

    def __init__(self, kind: str, id_: str = "", home: MapPlace = _NOWHERE) -> None:
        self.kind = SeatKind(kind)
        self.id = id_ or kind
        self.stage = Stage()  # what its windows show
        self.maps = Maps(home)  # what its maps show
        self.videos = VideoWalls()  # which cameras stand where
        self.plans = Plans()  # layouts of video walls by name
        self.stage.locked = self.kind is SeatKind.HALL
        self.language = ""  # of its windows, one of LANGUAGES; empty without windows
        self.theme = ""  # one of `themes`
        self.themes: tuple[str, ...] = ()  # what its windows may wear
        self.compared = ""  # a key or code that waits for another to be set beside it
        self.person: SignedOn | None = None
        self.views = ViewBook()  # which cameras stand on its screens
        self.visit: Visit | None = None
        self.presentation = Presentation()  # scripts, the step that stands, covered windows
        self.mute: Mute | None = None
        self.sound_test: SoundTest | None = None
        self.audible = True  # set by the windows where no sound device is found
        self.exports: list[ExportOrder] = []  # taken by the windows as they make the files
        self.footage: list[FootageOrder] = []  # taken by the windows as they have it made
        self.turns: list[TurnOrder] = []  # cameras to be turned, taken by the windows
        self.imports: list[ImportOrder] = []  # taken by the windows as they do them

    @property
    def scene(self) -> str:
        """The scene of its own monitors."""
        return self.stage.shown[MAIN].partition("#")[0].partition("/")[0]

    @scene.setter
    def scene(self, address: str) -> None:
        self.stage.shown[MAIN] = address

    @property
    def scenes(self) -> tuple[str, ...]:
        """What `switch-scene` may name; empty: anything."""
        return self.stage.scenes

    @scenes.setter
    def scenes(self, names: tuple[str, ...]) -> None:
        self.stage.scenes = names

    def muted_until(self, now: Ms) -> Ms | None:
        """Until when the sound is off, or None where it is on."""
        return self.mute.until if self.mute is not None and now < self.mute.until else None

    def sound_test_due(self, now: Ms) -> bool:
        """Whether the alarm must be heard once: somebody else has the shift, or a new one began."""
        if self.person is None:
            return False
        test = self.sound_test
        return test is None or test.by != self.person.number or now - test.at >= SHIFT_MS
