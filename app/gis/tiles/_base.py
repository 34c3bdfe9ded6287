"""What every base is: one class with a kind that gives tiles, and says how it is."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

import msgspec

from app.config import ConfigError
from app.core.clock import Clock
from app.core.message import Message, Refusal, message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.feeds._shared import Shared
from app.gis.tiles.config import BaseConfig
from app.registry import Registry
from app.secrets import Secrets

MAX_TILE_BYTES = 4 << 20
MAX_VECTOR_BYTES = 16 << 20  # uncompressed

O = TypeVar("O", bound=msgspec.Struct)  # noqa: E741  (options)

Health = Literal[
    "file",  # it lies here; `since` is when the file was written
    "plain",  # no tiles at all: boundaries on the ground colour
    "live",  # its server answers
    "late",  # its server answers slowly, or not always
    "cached",  # its server does not answer; what was kept is shown, as of `since`
    "lost",  # its server does not answer and nothing was kept
    "refused",  # it cannot be used as it is declared
    "idle",  # nobody has asked yet
]


class NoTile(Refusal):
    """A tile that should be there could not be had; the reason is for the legend."""


class Tile(msgspec.Struct, frozen=True):
    """One tile. `type` is its MIME type, `data` as a browser takes it (vector tiles uncompressed),
    `at` when it came from its server (0: of a file)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    data: bytes
    type: str
    at: Ms = 0


class BaseState(msgspec.Struct, frozen=True):
    """How a base is. `since` is the moment that `health` counts from, `oldest` when the oldest tile
    lately shown came from its server (0: none)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    health: Health
    since: Ms = 0
    oldest: Ms = 0
    reason: Message | None = None
    note: Message | None = None  # of the cache: full, cannot be written


class Place(msgspec.Struct, frozen=True):
    """What bases are made with: `folders` are where a `path` may be relative to (the city's
    first), `cache` is where tiles are kept, None for nowhere; `shared` is what they have in common
    in their loop."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    clock: Clock
    secrets: Secrets
    folders: tuple[Path, ...] = ()
    cache: Path | None = None
    shared: Shared = msgspec.field(default_factory=Shared)


class Base(ABC):
    """The base of every kind. `tile` runs in the loop of the thread `tiles`; whoever waits for a
    disk does so in a thread of his own (`app.gis.tiles.files`)."""

    kind: ClassVar[str] = ""
    Options: ClassVar[type[msgspec.Struct] | None] = None

    def __init_subclass__(cls, *, kind: str = "", **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if kind:
            cls.kind = kind

    def __init__(self, config: BaseConfig, place: Place) -> None:
        """Raises ConfigError where it cannot be used as it is declared."""
        self.config = config
        self.place = place

    @abstractmethod
    async def tile(self, z: int, x: int, y: int) -> Tile | None:
        """A tile of its grid, y from the north; None where it has none. Raises NoTile."""

    @abstractmethod
    def state(self) -> BaseState:
        """How it is; may be asked from any thread."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of files and lines."""

    def covers(self, z: int, x: int, y: int) -> bool:
        """Whether there can be such a tile."""
        within = self.config.min_zoom <= z <= self.config.max_zoom
        return within and 0 <= x < 1 << z and 0 <= y < 1 << z


def bases() -> Registry[Base]:
    """The kinds of base there are."""
    return Registry("app.gis.tiles.kinds", Base)  # type: ignore[type-abstract]


def options_of(config: BaseConfig, into: type[O]) -> O:
    """The kind's own options; raises ConfigError with base and key."""
    try:
        return msgspec.convert(config.options, into)
    except msgspec.ValidationError as error:
        raise bad(config, "options", str(error)[:160]) from error


def bad(config: BaseConfig, key: str, error: str) -> ConfigError:
    """The error of one key of one base."""
    return ConfigError(message("mapbase.key", base=config.id, key=key, error=error))
