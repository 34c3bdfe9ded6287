"""A video platform: who knows cameras and gives the addresses of their streams.

    class Wvp(CameraPlatform, kind="wvp"):
        settings = WvpOptions

One object per `[[platform]]` of a city, on the loop of the video thread. A platform decodes nothing
and keeps no stream: `play` is asked again at every reconnect, because addresses die with the
streams that nobody watches. How to write one: docs/howto-camera-platform.md.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec

from app.config import PlatformConfig
from app.core.clock import Clock
from app.core.directory import Camera
from app.core.message import Message, Refusal, message
from app.core.model import Ms
from app.core.privacy import SECRET, Privacy
from app.registry import Registry
from app.secrets import Secret, Secrets
from app.video.wire import Fault, Source


class PlatformError(Refusal):
    """What was asked of a platform cannot be had now. `fault` says how to go on: CREDENTIALS is
    tried again slowly, because cameras and platforms lock out. `whole` says that it concerns the
    platform and not the one camera (it does not answer, its login is refused): then one of its
    cameras tries again for all of them."""

    def __init__(
        self, reason: Message, fault: Fault = Fault.UNREACHABLE, *, whole: bool = False
    ) -> None:
        super().__init__(reason)
        self.fault = fault
        self.whole = whole


class Ability(StrEnum):
    """What a platform can do beyond giving live streams."""

    PTZ = "ptz"
    PRESETS = "presets"
    RECORDS = "records"  # recordings can be searched and played
    SEEK = "seek"  # a playback goes to another moment, at another speed, or stands still
    SNAPSHOT = "snapshot"
    ALARMS = "alarms"
    STATUS = "status"  # it says which cameras are online
    CATALOGUE = "catalogue"  # it lists its cameras itself


class Profile(StrEnum):
    """Which stream of a camera."""

    MAIN = "main"
    SUB = "sub"  # smaller; the same as MAIN where a camera has one stream


class Stream(msgspec.Struct, frozen=True):
    """An address to read, and what it must turn out to be. `title` is the stream's own name where
    the platform says which: another one is another camera's picture and is never shown. `udp` asks
    for RTP over UDP; `size` is what the platform believes, (0, 0) unknown."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    url: Annotated[str, SECRET]
    source: Source = Source.NETWORK
    udp: bool = False
    title: str = ""
    profile: Profile = Profile.MAIN
    loop: bool = False  # a file that begins anew
    size: tuple[int, int] = (0, 0)


class Played(msgspec.Struct, frozen=True):
    """Streams of one camera, best way first; `session` is the platform's name of it, for `stop`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    streams: tuple[Stream, ...]
    session: str = ""


class CameraState(msgspec.Struct, frozen=True):
    """Whether a platform believes that a camera is there."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    camera: str
    online: bool
    observed: Ms


class Move(msgspec.Struct, frozen=True):
    """How a camera is to turn: each -1 to 1, 0 stands still; `pan` right, `tilt` up, `zoom` in."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 0.0


class Preset(msgspec.Struct, frozen=True):
    """A direction that a camera remembers."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    name: str


class Recording(msgspec.Struct, frozen=True):
    """A stretch of a camera's past that can be played."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    begin: Ms
    end: Ms
    file: str = ""


class CameraAlarm(msgspec.Struct, frozen=True):
    """What a camera or its platform noticed; `kind` is the platform's own word for it."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    id: str
    camera: str
    kind: str
    at: Ms
    text: str = ""


class VideoSurroundings(msgspec.Struct, frozen=True):
    """What a platform may use besides its config. `endpoints` fills `sim://` placeholders;
    `cameras` are those of the city's files whose ids begin with the platform's id and a colon."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    clock: Clock
    secrets: Secrets
    zone: str
    cameras: tuple[Camera, ...] = ()
    endpoints: Mapping[str, str] = {}
    city_folder: Path | None = None


class CameraPlatform(ABC):
    """Every method raises PlatformError, or CancelledError; none takes longer than its timeout.

    A camera's id is `<platform id>:<the platform's own id>`.
    """

    kind: ClassVar[str] = ""
    abilities: ClassVar[frozenset[Ability]] = frozenset()
    speeds: ClassVar[tuple[float, ...]] = ()
    """Of a playback, where it can SEEK; that it can stand still is understood."""
    settings: ClassVar[type[msgspec.Struct] | None] = None
    example: ClassVar[str] = ""

    def __init_subclass__(cls, *, kind: str = "", **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if kind:
            cls.kind = kind

    def __init__(self, config: PlatformConfig, around: VideoSurroundings) -> None:
        self.config = config
        self.around = around

    def own(self, camera: str) -> str:
        """The platform's own id of a camera."""
        return camera.removeprefix(f"{self.config.id}:")

    def secret(self, credential: str = "") -> Secret | None:
        """The secret that a camera's row names, else the platform's; None where neither does.
        Raises PlatformError where it cannot be had."""
        name = credential or self.config.credential
        if not name:
            return None
        try:
            return self.around.secrets.find(name)
        except Refusal as error:
            raise PlatformError(error.reason, Fault.CREDENTIALS) from error

    def unknown(self, camera: str) -> PlatformError:
        """What is said of a camera that the platform does not know."""
        platform, own = self.config.id, self.own(camera)[:60]
        reason = message("videoplatform.unknown", platform=platform, camera=own)
        return PlatformError(reason, Fault.NOT_FOUND)

    @abstractmethod
    async def play(self, camera: str, profile: Profile) -> Played:
        """Ask for a live stream; a camera without a sub stream gives its main one."""

    async def stop(self, camera: str, played: Played) -> None:
        """Nobody watches any more."""
        return

    def catalogue(self) -> AsyncIterator[list[Camera]]:
        """All cameras of the platform, a page at a time."""
        raise _cannot(self.config, Ability.CATALOGUE)

    async def states(self) -> list[CameraState]:
        """Which cameras it believes to be online."""
        raise _cannot(self.config, Ability.STATUS)

    async def snapshot(self, camera: str) -> bytes:
        """A picture of now as JPEG."""
        raise _cannot(self.config, Ability.SNAPSHOT)

    async def alarms(self, begin: Ms, end: Ms) -> list[CameraAlarm]:
        """What cameras noticed in a time."""
        raise _cannot(self.config, Ability.ALARMS)

    def unheard(self) -> Mapping[str, Message]:
        """Devices whose alarms do not arrive now, with why: of a platform that listens to each of
        them itself."""
        return {}

    async def move(self, camera: str, move: Move) -> None:
        """Turn until the next `move`; who calls this repeats it, and stops it when the hand is
        gone (`app.video.ptz`)."""
        raise _cannot(self.config, Ability.PTZ)

    async def presets(self, camera: str) -> list[Preset]:
        """Directions that it remembers."""
        raise _cannot(self.config, Ability.PRESETS)

    async def go_to(self, camera: str, preset: str) -> None:
        """Turn to one of them."""
        raise _cannot(self.config, Ability.PRESETS)

    async def records(self, camera: str, begin: Ms, end: Ms) -> list[Recording]:
        """What was recorded in a time, oldest first."""
        raise _cannot(self.config, Ability.RECORDS)

    async def play_back(self, camera: str, begin: Ms, end: Ms) -> Played:
        """A stream of the past."""
        raise _cannot(self.config, Ability.RECORDS)

    async def seek(self, camera: str, played: Played, at: Ms | None, speed: float) -> None:
        """Go to a moment of a playback (None: stay where it is) and on at a speed; 0 stands
        still."""
        raise _cannot(self.config, Ability.SEEK)

    async def close(self) -> None:
        """Let go of connections."""
        return


def _cannot(config: PlatformConfig, ability: Ability) -> PlatformError:
    return PlatformError(
        message("video.cannot", platform=config.id, ability=ability.value), Fault.REFUSED
    )


def platforms() -> Registry[CameraPlatform]:
    """The kinds of platform there are."""
    return Registry("app.video.platforms", CameraPlatform)  # type: ignore[type-abstract]
