"""What every feed is: one class with a kind, its options, and the life of one connection."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.core.clock import Clock
from app.core.message import Message, Refusal, message
from app.core.model import Backlog, Ms
from app.core.privacy import Privacy
from app.feeds._endpoints import Endpoints
from app.feeds._kept_lines import KeptLines
from app.feeds._shared import Shared
from app.feeds._sink import Sink
from app.formats._base import Format, format_of
from app.options import bad
from app.registry import Registry
from app.secrets import Secrets

LOCAL = ("127.0.0.1", "::1", "localhost")
"""Hosts to which a credential may go without TLS."""


_PLAIN = FeedConfig(id="plain", kind="", name_zh="")


class Lost(Exception):
    """The line is gone, or never came up; it is tried again soon."""

    def __init__(self, reason: Message, after: float = 0.0) -> None:
        """`after`: the source asked not to be tried again for so many seconds."""
        super().__init__(str(reason))
        self.reason = reason
        self.after = after


class Refused(Refusal):
    """Credentials or certificate were not accepted; trying quickly would only lock us out."""


class Surroundings(msgspec.Struct, frozen=True):
    """What a feed may use besides its own config. `past(source)` says what the store holds of a
    source's history, None for one that was never asked; `zone` is the city's; `shared` holds what
    feeds of one loop have in common."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    catalog: Catalog
    clock: Clock
    secrets: Secrets
    endpoints: Mapping[str, str] = {}
    past: Callable[[str], Backlog | None] = lambda _source: None
    zone: str = "Asia/Shanghai"
    folder: Path | None = None  # where a feed may remember; without one it changes nothing outside
    shared: Shared = msgspec.field(default_factory=Shared)


class Feed(ABC):
    """One source of records. A subclass states its kind in the class line and gives `run`.

    `settings` is the Struct of its `[feed.options]`, each field with a description; `example` a
    whole `[[feed]]` that can be used as it stands; `without` the keys of a `[[feed]]` that it has
    no use for and therefore refuses: a proxy passed over in silence is a way round the wall.
    docs/reference-feeds.md is made from them.
    """

    kind: ClassVar[str] = ""
    settings: ClassVar[type[msgspec.Struct] | None] = None
    example: ClassVar[str] = ""
    without: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, kind: str = "", **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if kind:
            cls.kind = kind

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        self.config = config
        self.around = around
        self.endpoints = Endpoints((config.url, *config.also))
        for key in self.without:
            if getattr(config, key) != getattr(_PLAIN, key):
                raise bad(config.id, key, f"{self.kind} has no use for it")

    @abstractmethod
    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """One connection, from opening it to its end; `up` is called when the line stands.

        Raises Lost (or OSError, TimeoutError) when it ends, Refused where trying again is useless.
        Returning means that the source has nothing more to give.
        """

    def steer(self, *, speed: float | None = None, at: Ms | None = None) -> bool:
        """Change how a recording is played; False for a source that cannot be steered."""
        return False

    def format(self) -> Format:
        """What this feed's bytes mean; a transport makes it once, in its construction, because a
        format remembers what came before. Raises ConfigError."""
        return self.made_of(self.config)

    def made_of(self, config: FeedConfig) -> Format:
        """The format of some settings of this feed, with what it knew before the last restart."""
        made = format_of(config, self.around.catalog, self.around.zone)
        folder = self.around.folder
        if folder is not None and made.memory_bytes:
            kept = KeptLines(folder / f"{config.id}.{made.kind}", config.id, made.memory_bytes)
            made.recall(kept.load())
            made.keep = kept.add
        return made

    def url(self) -> str:
        """Where to connect now (fail-over changes it between connections)."""
        return self.resolve(self.endpoints.url)

    def resolve(self, url: str) -> str:
        """A placeholder such as `sim://ws` becomes the address it stands for."""
        for placeholder, real in self.around.endpoints.items():
            if url == placeholder or url.startswith(placeholder + "/"):
                return real + url.removeprefix(placeholder)
        if url.startswith("sim://"):
            raise Lost(message("feed.no_endpoint", url=url))
        return url

    @property
    def plane(self) -> tuple[str, int] | None:
        """The address of this machine to go out from, as asyncio wants it; None for any."""
        return (self.config.source_address, 0) if self.config.source_address else None


def feeds() -> Registry[Feed]:
    """The kinds of feed there are."""
    return Registry("app.feeds", Feed)  # type: ignore[type-abstract]
