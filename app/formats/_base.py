"""What every format is: bytes of a payload to our records, or the reasons why not.

A format knows nothing of lines, files or brokers; a transport (`app.feeds`) nothing of what its
bytes mean. So any format comes over any transport: `kind` and `format` of a `[[feed]]`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

import msgspec

from app.config import ConfigError, FeedConfig
from app.core.catalog import Catalog
from app.core.message import message
from app.core.model import Ms, Record
from app.core.privacy import Privacy
from app.registry import Registry, UnknownKind

DECODE_ERRORS = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What msgspec raises at bytes that are not what they should be."""

Refuse = Callable[[str, object], None]
"""Told of a record that cannot be used: the reason's word and a sample."""


class Payload(msgspec.Struct, frozen=True, gc=False):
    """What arrived at once: a message, a file, an answer.

    `topic` are the levels of a broker's topic, `name` a file's name or the address that answered,
    `retained` says that a broker gave its last value again.
    """

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    data: bytes
    received: Ms
    topic: tuple[str, ...] = ()
    retained: bool = False
    name: str = ""


class Made(msgspec.Struct, frozen=True):
    """What became of one foreign record: a record of ours, or the reason why not.

    `reason` is a word of which `feed.reason.<word>` says the sentence; `field` names the field that
    was wrong, `number` the foreign record in its payload from 1 (0: the payload itself). Neither
    record nor reason is a breath (`BREATH`): nothing has come of the bytes so far, others may run.
    """

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    sample: Any
    number: int = 0
    record: Record | None = None
    reason: str = ""
    field: str = ""


BREATH = Made(None)
"""Given by a format that works long without a record, so that a slice can end there."""


REPEATED = "repeated"
"""The reason of a record that a format knows to be here already; counted as a repetition."""


class Format(ABC):
    """One meaning of bytes. A subclass states its kind in the class line and gives `read`.

    One instance belongs to one feed and may remember what came before (parts of a message, the
    revisions of an event). Construction raises ConfigError for settings that can never work.

    What has to be known again after a restart goes out as lines (`news`) and comes back as them
    (`recall`); a format of which that is so states how much of it, in bytes (`memory_bytes`).
    """

    kind: ClassVar[str] = ""
    settings: ClassVar[type[msgspec.Struct] | None] = None  # of `[feed.format_options]`
    example: ClassVar[str] = ""  # a whole `[[feed]]` that can be used as it stands
    memory_bytes: ClassVar[int] = 0

    def __init_subclass__(cls, *, kind: str = "", **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if kind:
            cls.kind = kind

    def __init__(self, config: FeedConfig, catalog: Catalog, zone: str) -> None:
        """`zone` is the city's, for times that state none."""
        self.config = config
        self.catalog = catalog
        self.zone = zone
        self.keep: Callable[[bytes], None] | None = None
        """Writes what `news` gave, once the store has the records; None: nothing is kept."""

    def news(self) -> bytes:
        """What came since this was asked last and has to outlive a restart: whole lines."""
        return b""

    def recall(self, lines: Iterable[bytes]) -> None:
        """Know again what was kept, the oldest first; a line that is none is passed over."""
        raise NotImplementedError  # of a format that keeps something only

    @property
    def urgent(self) -> bool:
        """Whether any of its messages may be a warning, which is never gathered with others."""
        return True

    @abstractmethod
    def read(self, payload: Payload) -> Iterator[Made]:
        """What a payload becomes, in the order of its records. Nothing is raised, whatever the
        bytes are. It is consumed in slices (app/feeds/_intake.py): no step may take long."""

    def cut(self, buffer: bytearray) -> list[bytes]:
        """The whole frames at the front of a stream of bytes, taken out of the buffer; lines where
        a format says nothing else."""
        *lines, rest = buffer.split(b"\n")
        buffer[:] = rest
        return [bytes(line) for line in lines if line.strip()]


def formats() -> Registry[Format]:
    """The formats there are."""
    return Registry("app.formats", Format)  # type: ignore[type-abstract]


def format_of(config: FeedConfig, catalog: Catalog, zone: str) -> Format:
    """The format that a feed states, `mapping` for one with a `[feed.map]`, else our own records;
    raises ConfigError."""
    name = config.format or ("mapping" if config.map else "records")
    try:
        kind = formats().load(name)
    except UnknownKind as error:
        raise ConfigError(
            message("feed.option", feed=config.id, key="format", error=str(error))
        ) from error
    return kind(config, catalog, zone)
