"""What a session of the envelope is made of, without its connections."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Annotated, ClassVar

import msgspec

from app.core.clock import Clock
from app.core.envelope import MOST_IMPOSSIBLE
from app.core.health import FeedHealth
from app.core.model import Ms, World
from app.core.privacy import SECRET, Privacy
from app.rules.device_health import REFUSED_FOR
from app.serving.ring import Ring
from app.serving.told import Book


class Manners(msgspec.Struct, frozen=True):
    """How a server serves. `token`: what a client must show, none where it is empty.

    `ring_frames` and `ring_records` bound what is held for a refill; `waiting_frames` and
    `waiting_bytes` what waits for one client that reads slowly: what is over is lost to it, and it
    asks again.
    """

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    name: str
    world: World
    token: Annotated[str, SECRET] = ""
    max_clients: int = 128
    ring_frames: int = 2400
    ring_records: int = 2_000_000
    waiting_frames: int = 120
    waiting_bytes: int = 16_777_216


class State:
    """Name, numbers and what is held. A client takes 0 for "nothing yet", so the numbers begin
    after 1."""

    def __init__(self, book: Book, clock: Clock, manners: Manners) -> None:
        self.id = f"{manners.name}-{token_hex(8)}"
        self.book = book
        self.clock = clock
        self.manners = manners
        self.ring = Ring(manners.ring_frames, manners.ring_records)
        self.seq = 1
        self.health: dict[str, FeedHealth] = {}
        self.impossible: dict[str, Ms] = {}  # see envelope.Health; the newest stand last

    def doubt(self, impossible: Mapping[str, Ms]) -> None:
        """Remember the newest values that cannot be, as long as they doubt a device."""
        over = self.clock.now() - REFUSED_FOR
        kept = {key: at for key, at in self.impossible.items() if at > over}
        for key, at in impossible.items():
            kept[key] = max(at, kept.pop(key, 0))
        self.impossible = dict(list(kept.items())[-MOST_IMPOSSIBLE:])
