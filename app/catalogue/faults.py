"""What is wrong with a city's files: all faults at once, each with file, line and key."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from app.config import ConfigError
from app.core.message import Arg, Message, message

T = TypeVar("T")


class CityFaults(ConfigError):
    """A city that cannot be used. `faults` are all that were found, `reason` is the first."""

    def __init__(self, faults: Sequence[Message]) -> None:
        super().__init__(faults[0])
        self.faults = tuple(faults)


class Faults:
    """Gathers what is wrong while a city is read."""

    def __init__(self) -> None:
        self._found: list[Message] = []

    def add(self, id_: str, file: str, line: int, column: str, **args: Arg) -> None:
        """One fault; `column` is a column of a CSV file or a key of a TOML file."""
        self._found.append(message(id_, file=file, line=line, column=column, **args))

    def say(self, fault: Message) -> None:
        """One fault that is in words already."""
        self._found.append(fault)

    def trying(self, read: Callable[[], T], instead: T) -> T:
        """What `read` gives, or `instead` where its file cannot be read."""
        try:
            return read()
        except ConfigError as error:
            self._found.append(error.reason)
            return instead

    @property
    def all(self) -> tuple[Message, ...]:
        """All that was found, in its order."""
        return tuple(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def end(self) -> None:
        """Raises CityFaults where anything was found."""
        if self._found:
            raise CityFaults(self._found)
