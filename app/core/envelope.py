"""The envelope of the `ws-json` feed: our own frames over a WebSocket, one JSON object each.

Described for others in docs/asyncapi.yaml. The client subscribes by topic and gets a snapshot,
then deltas. Every snapshot and delta has a sequence number of the server's session and names the
one before it that this subscription was sent (`prev`), so a client with any choice of topics
finds a gap and asks for a refill. A new session means the sequence began anew.

Topics are keys with MQTT's wildcards (`reading/water.level/+/jiangba`, `reading/#`), and the words
`event`, `warning`, `device`, `stock` and `position/<layer>` (also `position/#`).

A gatherer (`python main.py gather`) serves many sources on one line: each of its frames of records
states the `source` it came from, and `Health` frames tell how every source is doing. A client that
knows no sources may ignore both. A server that says in `open` which events and warnings are open
lets its clients end what was closed while they were away.
"""

from collections.abc import Sequence as SequenceOf
from typing import Annotated, ClassVar

import msgspec

from app.core.health import FeedHealth
from app.core.model import (
    DeviceStatus,
    Event,
    Identity,
    Name,
    OutsideTime,
    Position,
    Reading,
    Stock,
    Warning,
    World,
)
from app.core.privacy import SECRET, Privacy

VERSION = 1
MOST_IMPOSSIBLE = 1000
Sequence = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Topics = Annotated[
    list[Annotated[str, msgspec.Meta(max_length=200)]], msgspec.Meta(max_length=1000)
]


class _Tagged(msgspec.Struct, frozen=True, tag_field="t", omit_defaults=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL


# ---- client to server


class Subscribe(_Tagged, frozen=True, tag="subscribe"):
    """Ask for topics. With `session` and `after` of an earlier connection the server sends what
    was missed as a refill where it still has it, and a snapshot where it has not. With `bundles`
    it may send several frames in one message, as an array of them."""

    topics: Topics
    session: Annotated[str, msgspec.Meta(max_length=200)] = ""
    after: Sequence = 0
    token: Annotated[str, SECRET, msgspec.Meta(max_length=16_384)] = ""
    bundles: bool = False


class Refill(_Tagged, frozen=True, tag="refill"):
    """Ask again for the frames of this session with first <= seq <= last."""

    first: Sequence
    last: Sequence


class History(_Tagged, frozen=True, tag="history"):
    """Ask for readings observed from `since` until `until` (ms UTC), sent at a bounded rate."""

    since: OutsideTime
    until: OutsideTime
    topics: Topics


ClientFrame = Subscribe | Refill | History

# ---- server to client


class Welcome(_Tagged, frozen=True, tag="welcome"):
    """First frame of a connection."""

    session: Identity
    version: int = VERSION
    server: str = ""
    world: World = World.REAL
    now: OutsideTime = 0


class _Records(_Tagged, frozen=True, gc=False):
    # `open`: the ids of all events and warnings of the source that are open as of this frame; what
    # a client holds of the source and is not named is over. None: not stated.
    seq: Sequence
    prev: Sequence = 0
    sent: OutsideTime = 0
    readings: SequenceOf[Reading] = ()
    events: SequenceOf[Event] = ()
    warnings: SequenceOf[Warning] = ()
    devices: SequenceOf[DeviceStatus] = ()
    positions: SequenceOf[Position] = ()
    stocks: SequenceOf[Stock] = ()
    source: Name = ""
    open: SequenceOf[Identity] | None = None


class Snapshot(_Records, frozen=True, gc=False, tag="snapshot"):
    """The newest of everything subscribed to; may come in parts, the last one is `final`."""

    final: bool = True


class Delta(_Records, frozen=True, gc=False, tag="delta"):
    """What changed since the frame `prev`."""


class Refilled(_Records, frozen=True, gc=False, tag="refilled"):
    """An old frame again (its own `seq`), or a part of a history (`seq` 0); the last is `final`."""

    final: bool = False


class Gone(_Tagged, frozen=True, tag="gone"):
    """The server no longer holds these frames: the gap stays, and is counted."""

    first: Sequence
    last: Sequence


class Health(_Tagged, frozen=True, tag="health"):
    """How sources are doing: those whose row is new; the first frame has all and is `complete`.
    Sent at least every few seconds, if need be without a row: the server is there. `impossible` are
    keys of readings that were refused because their value cannot be, with the moment of the newest
    such value: what measures them is in doubt."""

    sent: OutsideTime
    feeds: Annotated[SequenceOf[FeedHealth], msgspec.Meta(max_length=10_000)] = ()
    complete: bool = False
    impossible: Annotated[
        dict[Identity, OutsideTime], msgspec.Meta(max_length=MOST_IMPOSSIBLE)
    ] = {}


class Refused(_Tagged, frozen=True, tag="refused"):
    """The server does not serve this client; the connection is closed after it."""

    reason: Annotated[str, msgspec.Meta(max_length=400)] = ""


ServerFrame = Welcome | Snapshot | Delta | Refilled | Gone | Health | Refused


def matches(pattern: str, topic: str) -> bool:
    """Whether a topic falls under a pattern with `+` (one level) and a last `#` (all below)."""
    wanted, given = pattern.split("/"), topic.split("/")
    for position, part in enumerate(wanted):
        if part == "#":
            return True
        if position >= len(given) or part not in ("+", given[position]):
            return False
    return len(wanted) == len(given)
