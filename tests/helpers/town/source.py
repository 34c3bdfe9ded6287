"""What every source of the town is: a server, a `[[feed]]`, and words that it says in turns."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.core.model import Ms
from tests.helpers.town.ledger import Ledger

SHANGHAI = ZoneInfo("Asia/Shanghai")
REGION = "320812"


class Source(ABC):
    """`feed` is its id. `start` and `stop` may be called again and again; the address stays."""

    feed = ""
    rests = False
    """Whether its server stays when the others are stopped, because it is ours or none."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    async def start(self) -> None:
        """Run the server, where it has one of its own."""
        return

    async def stop(self) -> None:
        """Cut it off."""
        return

    @abstractmethod
    def toml(self) -> str:
        """Its `[[feed]]`."""

    @abstractmethod
    async def say(self, turn: int) -> None:
        """Something new, written into the ledger."""


class Shelf(Source):
    """One whose words wait until they are fetched: none is lost while nobody listens."""

    async def say(self, turn: int) -> None:
        """One word."""
        await self.much(turn, 1)

    @abstractmethod
    async def much(self, turn: int, count: int) -> None:
        """So many words at once."""


def key_of(code: str, name: str = "") -> str:
    """The key of a reading of the town."""
    return f"reading/town.{code}/{REGION}" + (f"/{name}" if name else "")


def beijing(at: Ms, pattern: str) -> str:
    """A moment as a clock on the wall there shows it."""
    return datetime.fromtimestamp(at / 1000, SHANGHAI).strftime(pattern)


def zulu(at: Ms) -> str:
    """A moment in ISO 8601, UTC, to the millisecond."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
