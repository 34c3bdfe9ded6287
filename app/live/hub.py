"""The hub: gathers what changed and hands it out once per frame.

Publishing is cheap and never calls anybody; a consumer drains its own subscription on its tick,
so 50,000 changes a second cost the consumer one look per frame (rule 6).
"""

from collections.abc import Callable, Iterable
from enum import StrEnum


class Kind(StrEnum):
    """What a change is about; the values of `Subscription.drain` are keys or ids of that kind."""

    READING = "reading"
    EVENT = "event"
    WARNING = "warning"
    DEVICE = "device"
    STOCK = "stock"
    POSITION = "position"
    FEED = "feed"
    OUTAGE = "outage"  # common causes, windows of maintenance, feeds on trial
    MODE = "mode"
    SEAT = "seat"  # person, scene, sound: what commands change
    MAP = "map"  # mark-up, named views, geofences: `markup/<id>`, `bookmark/<name>`, `fence/<id>`
    VIDEO = "video"  # views whose tile reads otherwise than before; `budget`
    JOURNAL = "journal"
    INDEX = "index"  # keys of indices: `reading/index.pressure/320800`
    FINDING = "finding"  # keys of readings about which something odd was found or went away
    BRIEFING = "briefing"  # the verdict in words and the facts, and which were released
    HISTORY = "history"  # a source's last day, or all of its history, has come and can be read


class Subscription:
    """One consumer's own heap of changes. `heard` is told when there is the first of a heap, from
    within the publishing: it may only ask to be called later."""

    def __init__(self, heard: Callable[[], object] | None = None) -> None:
        self._pending: dict[Kind, set[str]] = {}
        self._heard = heard

    def add(self, kind: Kind, keys: Iterable[str]) -> None:
        """Remember that these changed."""
        if self._heard is not None and not self._pending:
            self._heard()
        self._pending.setdefault(kind, set()).update(keys)

    def drain(self) -> dict[Kind, set[str]]:
        """What changed since the last call."""
        pending, self._pending = self._pending, {}
        return pending

    def __bool__(self) -> bool:
        return bool(self._pending)


class Hub:
    """Where the one truth says that it changed."""

    def __init__(self) -> None:
        self._subscriptions: list[Subscription] = []

    def subscribe(self, heard: Callable[[], object] | None = None) -> Subscription:
        """A new consumer; it sees what is published from now on."""
        subscription = Subscription(heard)
        self._subscriptions.append(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """The consumer is gone."""
        self._subscriptions.remove(subscription)

    def publish(self, kind: Kind, keys: Iterable[str]) -> None:
        """Say that these keys or ids of a kind changed."""
        changed = tuple(keys)
        for subscription in self._subscriptions:
            subscription.add(kind, changed)
