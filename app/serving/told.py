"""What a server tells: lists of records, and where they came from."""

from collections.abc import AsyncGenerator, Iterator
from typing import ClassVar, Protocol

import msgspec

from app.core import envelope
from app.core.model import DeviceStatus, Event, Position, Reading, Stock, Warning
from app.core.privacy import Privacy
from app.serving.topics import Topics


class Told(msgspec.Struct, frozen=True):
    """Everything that is told in a span of time, each list in the order of coming."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    readings: list[Reading] = []
    events: list[Event] = []
    warnings: list[Warning] = []
    devices: list[DeviceStatus] = []
    positions: list[Position] = []
    stocks: list[Stock] = []

    def chosen(self, topics: Topics) -> "Told":
        """What a client with these topics is told."""
        if topics.everything:
            return self
        return Told(
            readings=[item for item in self.readings if topics.wants(item.key)],
            events=self.events if topics.wants("event") else [],
            warnings=self.warnings if topics.wants("warning") else [],
            devices=self.devices if topics.wants("device") else [],
            positions=[item for item in self.positions if topics.wants(f"position/{item.layer}")],
            stocks=self.stocks if topics.wants("stock") else [],
        )

    @property
    def size(self) -> int:
        """How many records."""
        return sum(len(getattr(self, name)) for name in self.__struct_fields__)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__struct_fields__)


class Part(msgspec.Struct, frozen=True):
    """A part of what one source tells; `open` as in the envelope's frames of records."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    told: Told
    source: str = ""
    open: tuple[str, ...] | None = None

    def chosen(self, topics: Topics) -> "Part":
        """What a client with these topics is told. Of what is open nothing can be said to one who
        does not ask for events or warnings."""
        if topics.everything:
            return self
        asked = topics.wants("event") or topics.wants("warning")
        return Part(self.told.chosen(topics), self.source, self.open if asked else None)

    def __bool__(self) -> bool:
        return bool(self.told) or self.open is not None


class Book(Protocol):
    """What stands behind the frames of a server."""

    def newest(self, topics: Topics, part: int) -> Iterator[Part]:
        """How everything wanted stands, in parts of at most so many records; alarms first."""
        ...

    def history(self, request: envelope.History) -> AsyncGenerator[envelope.Refilled, None]:
        """The frames of an answer, the last one final, at a rate that leaves others time."""
        ...
