"""A layer of the map. A new one is a TOML table; a new kind is one file in `app/gis/layers`.

    class Points(Layer, kind="points"):
        class Options(LayerOptions):
            points: tuple[str, ...]
        needs = frozenset({Kind.DEVICE})

How to write one: docs/howto-layer.md.
"""

import re
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

import msgspec

from app.city import City
from app.config import ConfigError
from app.core.clock import Clock
from app.core.message import message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.gis.content import Content
from app.live.hub import Kind
from app.live.picture import Picture
from app.secrets import Secrets


class LayerOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a layer's table may set in `options`; each kind derives its own."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC


class LayerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[layer]]`. `order` stacks: water 100, admin fill 200, roads 300, heat 400, closures
    450, cones 500, force 600, events 700, warnings 800, selection 900. `source` says in words where
    a layer of files comes from; feeds name themselves."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")]
    kind: str
    name_zh: str
    name_en: str
    group: str = ""  # heading in the list of layers
    order: int = 600
    opacity: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    min_zoom: float = 0.0
    max_zoom: float = 24.0
    crs: str = ""  # of a file: wgs84, cgcs2000, gcj02, bd09, EPSG:n; a file without is refused
    source_zh: str = ""
    source_en: str = ""
    licence: str = ""
    audience: tuple[str, ...] = ()  # seats that may see it; none: all
    options: dict[str, Any] = {}


class Ground(msgspec.Struct, frozen=True):
    """What a layer is made with: the city, the clock, the folder that `file` options are relative
    to; for layers that ask a server, the secrets, and the data folder where what they were given
    is kept (None: nowhere)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    city: City
    clock: Clock
    folder: Path | None = None
    secrets: Secrets = msgspec.field(default_factory=Secrets)
    data: Path | None = None


class Ask(msgspec.Struct, frozen=True):
    """The circumstances of one content: the moment, the finest zoom and the box (west, south,
    east, north) of the views that show it, a filter of the layer's own, how far back (0: no
    limit), and the language of its labels (one of `app.core.i18n.LANGUAGES`)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    now: Ms
    zoom: float = 10.0
    box: tuple[float, float, float, float] = (-180.0, -85.0, 180.0, 85.0)
    filter: str = ""
    since: Ms = 0
    at: Ms = 0  # a moment of the past instead of now; 0: now
    language: str = "zh_CN"

    def pick(self, name_zh: str, name_en: str) -> str:
        """Of two names carried by data, the one of this language; the other where it lacks."""
        first, second = (name_zh, name_en) if self.language == "zh_CN" else (name_en, name_zh)
        return first or second


O = TypeVar("O", bound=LayerOptions)  # noqa: E741  (options)


def options_of(config: LayerConfig, into: type[O]) -> O:
    """The options of a layer; raises ConfigError with the layer and the key that is wrong."""
    try:
        return msgspec.convert(config.options, into)
    except msgspec.ValidationError as error:
        raise bad_option(config, *_told(str(error))) from error


def bad_option(config: LayerConfig, key: str, error: str) -> ConfigError:
    """The error of one option of a layer."""
    return ConfigError(message("maplayer.option", layer=config.id, key=key, error=error))


def _told(error: str) -> tuple[str, str]:
    """The key of `options` that an error of msgspec is about, and the reason."""
    reason, _, path = error.partition(" - at `")
    key = path.rstrip("`").removeprefix("$").lstrip(".")
    unknown = re.search(r"(?:unknown|missing required) field `([^`]+)`", reason)
    parts = ("options", key, unknown.group(1) if unknown else "")
    return ".".join(part for part in parts if part), reason


class LayerType(type):
    """Lets a class line carry `kind="..."`."""

    def __new__(
        mcs, name: str, bases: tuple[type, ...], body: dict[str, Any], kind: str = ""
    ) -> Any:
        """The class with its kind."""
        return super().__new__(mcs, name, bases, {**body, "kind": kind})

    def __init__(
        cls, name: str, bases: tuple[type, ...], body: dict[str, Any], kind: str = ""
    ) -> None:
        super().__init__(name, bases, body)


class Layer(metaclass=LayerType):
    """The base of every kind. `take` runs on the main loop and only refers to what it needs, well
    under 1 ms; `make` runs in the map's thread on what was taken, and may be slow. A layer may
    remember things between two `make`s (trails), never between `take`s."""

    kind: ClassVar[str]
    Options: ClassVar[type[LayerOptions]] = LayerOptions
    needs: ClassVar[frozenset[Kind]] = frozenset()
    every_ms: ClassVar[int] = 250  # at most so often
    ages: ClassVar[bool] = True  # made anew now and then although nothing changed
    follows_view: ClassVar[bool] = False  # made anew where the box or zoom of the views changes
    subject: ClassVar[str] = ""
    """What an id of it is: event, warning, device, camera, point, region, position, file."""

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        """Raises ConfigError where its options cannot be used."""
        self.config = config
        self.ground = ground
        self.brought = True  # False: the city's files hold nothing for it, so nothing ever will

    def take(self, picture: Picture) -> Any:
        """On the main loop: references to what `make` needs."""
        return None

    def make(self, taken: Any, ask: Ask) -> Content:
        """In the map's thread: what is to be shown. Faults go into the content, never out of it."""
        raise NotImplementedError

    def properties(self, id_: str) -> tuple[tuple[str, str], ...]:
        """What a thing's file says of it beyond its name, for its card: names and values as they
        stand there. Plain text from outside: never to be taken for markup."""
        return ()
