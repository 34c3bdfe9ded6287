"""TOML to Structs, with the file, the line and the key in every error."""

import re
import tomllib
from importlib.resources.abc import Traversable
from typing import Annotated, Any, ClassVar, Literal, TypeVar

import msgspec

from app.core.message import Message, Refusal, message
from app.core.model import World
from app.core.privacy import SECRET, Privacy

T = TypeVar("T", bound=msgspec.Struct)


class ConfigError(Refusal):
    """A settings file that cannot be used; the message names file, line and key."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much one feed may send before it is slowed and what is over is counted."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    max_bytes: Annotated[int, msgspec.Meta(gt=0)] = 4_194_304  # one frame or message
    max_rate: Annotated[int, msgspec.Meta(gt=0)] = 2_000_000  # records per second
    max_depth: Annotated[int, msgspec.Meta(gt=0)] = 1_000_000  # records waiting for the store
    max_nesting: Annotated[int, msgspec.Meta(gt=0)] = 32


class Tls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Verification is always on; a private authority and a client certificate may be named."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    ca: str = ""
    certificate: str = ""
    key: str = ""


class FeedConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[feed]]` of a city. `options` and `map` belong to the transport and the mapping.

    `credential` names a secret in the environment, a 0600 file or the keyring; a secret itself
    never stands here.
    """

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    kind: str
    name_zh: str
    name_en: str = ""
    url: str = ""
    bureau: str = ""
    world: World = World.REAL
    priority: int = 100  # smaller wins where two feeds give one key
    expected_period_s: Annotated[float, msgspec.Meta(gt=0)] = 60.0
    usual_lag_s: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    credential: Annotated[str, SECRET] = ""
    limits: Limits = Limits()
    format: str = ""  # what the bytes mean; of none: our own records, or `map`
    format_options: dict[str, Any] = {}
    also: tuple[str, ...] = ()  # further addresses of the same source, taken in order
    source_address: str = ""  # of this machine: the network plane to go out on
    proxy: str = ""
    depends: tuple[str, ...] = ()  # ids of `[[link]]`: what this feed goes through
    trial: bool = False  # 试运行: on desks only, until a person releases it
    tls: Tls = Tls()
    options: dict[str, Any] = {}
    map: dict[str, Any] = {}
    enabled: bool = True


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line or a platform that feeds and cameras go through; when it is cut, one message says so.
    `depends` are the links that it goes through itself; `cameras` the authorities (what stands
    before the colon of their ids) whose cameras go through it."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    name_zh: str
    name_en: str = ""
    kind: Literal["line", "platform", "plane"] = "line"
    depends: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()


class PlatformConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A video platform: who knows cameras. `id` stands before the colon of their ids; `hosts`
    replaces hosts in the addresses that it gives, where it stands behind another network."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    kind: str
    name_zh: str
    name_en: str = ""
    url: str = ""
    credential: Annotated[str, SECRET] = ""
    hosts: dict[str, str] = {}
    proxy: str = ""
    depends: tuple[str, ...] = ()  # ids of `[[link]]`
    tls: Tls = Tls()
    options: dict[str, Any] = {}
    enabled: bool = True


class PageConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A web page of another system that a panel may show. Beside the host of `url` only `hosts`
    (`host` or `host:port`) are reached from it. `credential` is sent as `sign_in` says, to the
    address's own origin alone; what a page may be worked with, not only looked at, is
    `interactive`. Every `ask_s` seconds its server is asked whether it is there; 0: never."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    name_zh: str
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[a-z0-9.\-]+(:[0-9]{1,5})?(/[!-~]*)?$")]
    name_en: str = ""
    hosts: tuple[Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9.\-]+(:[0-9]{1,5})?$")], ...] = ()
    credential: Annotated[str, SECRET] = ""
    sign_in: Literal["basic", "bearer"] = "basic"
    allow_plain: bool = False  # http to another machine than this one
    interactive: bool = False
    visitors: bool = False  # it stays while visitors look
    ask_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 15.0
    depends: tuple[str, ...] = ()  # ids of `[[link]]`
    tls: Tls = Tls()
    enabled: bool = True


class Simulator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The child process that serves the demonstration city; absent for a real one. `cameras` is how
    many its video platform lists; those that are not in cameras.csv are made up."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    seed: int = 1
    module: str = "app.sim"
    cameras: Annotated[int, msgspec.Meta(ge=0, le=200_000)] = 0


class CityConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`city.toml`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    name_zh: str
    name_en: str
    centre_name_zh: str  # of the command centre, in the top bar
    centre_name_en: str
    zone: str = "Asia/Shanghai"
    world: World = World.REAL
    lon: float = 0.0
    lat: float = 0.0
    attribution_zh: str = ""
    attribution_en: str = ""
    simulator: Simulator | None = None
    feed: list[FeedConfig] = []
    link: list[Link] = []
    platform: list[PlatformConfig] = []
    page: list[PageConfig] = []


def load_toml(path: Traversable, into: type[T]) -> T:
    """Read a TOML file into a Struct type; raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(message("config.not_utf8", file=path.name, byte=error.start)) from error
    return parse_toml(text, into, path.name)


def parse_toml(text: str, into: type[T], file: str) -> T:
    """Read TOML text into a Struct type; raises ConfigError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_syntax(str(error), text, file)) from error
    try:
        return msgspec.convert(data, into)
    except msgspec.ValidationError as error:
        raise ConfigError(_validation(str(error), text, file)) from error


def _syntax(error: str, text: str, file: str) -> Message:
    found = re.search(r"\(at line (\d+)", error)
    line = int(found.group(1)) if found else len(text.splitlines())  # "(at end of document)"
    return message("config.syntax", file=file, line=line, error=error.split(" (at", maxsplit=1)[0])


def _validation(error: str, text: str, file: str) -> Message:
    reason, _, path = error.partition(" - at `")
    key = path.rstrip("`").removeprefix("$").lstrip(".")
    if unknown := re.search(r"unknown field `([^`]+)`", reason):
        key = f"{key}.{unknown.group(1)}".lstrip(".")
        return message("config.unknown_key", file=file, line=locate(text, key), key=key)
    line = locate(text, key)
    if missing := re.search(r"missing required field `([^`]+)`", reason):
        key = f"{key}.{missing.group(1)}".lstrip(".")
        return message("config.missing_key", file=file, line=line, key=key)
    if wrong := re.fullmatch(r"Expected `([^`]+)`, got `([^`]+)`", reason):
        expected, got = wrong.groups()
        return message("config.type", file=file, line=line, key=key, expected=expected, got=got)
    if "matching regex" in reason and key.endswith("id"):
        return message("config.id", file=file, line=line, key=key)
    return message("config.key", file=file, line=line, key=key or "-", error=reason)


def locate(text: str, key: str) -> int:
    """The line (from 1) of a key such as `feed[2].url` in a TOML text.

    A key that is missing is reported at the head of its table, which for the file's own table is
    line 1.
    """
    lines = text.splitlines()
    start = 0
    for part in re.findall(r"[^.\[\]]+|\[\d+\]|\[\.\.\.\]", key):
        if part.startswith("["):
            continue
        index = re.search(rf"(?:^|\.){re.escape(part)}\[(\d+)\]", key)
        name = re.escape(part)
        head = rf"\s*(?:\[{{1,2}}(?:[\w.-]+\.)?{name}\]|((?:[\w-]+\.)*{name}\s*=))"
        found = [(at, re.match(head, line)) for at, line in enumerate(lines[start:], start)]
        hits = [at for at, match in found if match]
        first = next((match for _, match in found if match), None)
        # The items of an array stand behind its key; tables stand one below the other.
        wanted = int(index.group(1)) if index and not (first and first.group(1)) else 0
        if len(hits) > wanted:
            start = hits[wanted]
    return start + 1
