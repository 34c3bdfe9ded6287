"""The picture: the newest of everything, the one truth that widgets read for live state.

Only the main loop touches it. It is filled from the store at start (rule 5) and by feeds after.
"""

from collections.abc import Iterable, Mapping

from app.config import Link
from app.core.condition import DeviceCondition
from app.core.decision import Acknowledgement, Maintenance
from app.core.directory import Camera
from app.core.finding import Finding
from app.core.health import FeedHealth, FeedState
from app.core.model import (
    DeviceStatus,
    Event,
    EventStatus,
    Held,
    Matter,
    Ms,
    Reading,
    Sourced,
    Warning,
    WarningState,
    World,
)
from app.live.batch import PositionColumns, Standing, supersedes
from app.live.briefing import Briefing
from app.live.feed_detail import FeedDetail, FeedWatchers
from app.live.hub import Kind
from app.live.index_book import IndexBook
from app.live.map_book import MapBook
from app.live.outage import Outage
from app.live.trial import TrialBook
from app.rules.baseline import Baseline

GRACE_MS = 10_000
"""A line that is back within it changes no state on the screen: nothing flickers."""
KEPT_MS = 3_600_000
"""A closed event and a warning that is over stay this long, then only their stamp does."""
STAMP_KEPT_MS = 7 * 24 * 3_600_000


class Picture:
    """Latest value per key, and the open sets. Read it; only Runtime and commands write it."""

    is_veiled = False  # no visitor looks

    def __init__(self, priorities: Mapping[str, int], world: World) -> None:
        self.world = world
        self.readings: dict[str, Held] = {}
        self.events: dict[str, Sourced] = {}
        self.warnings: dict[str, Sourced] = {}
        self.devices: dict[str, Sourced] = {}
        self.conditions: dict[str, DeviceCondition] = {}  # of the city's devices, by id
        self.stocks: dict[str, Sourced] = {}
        self.positions: dict[tuple[str, str], PositionColumns] = {}
        self.feeds: dict[str, FeedHealth] = {}
        self.listed: tuple[Camera, ...] = ()  # by video platforms, with a place
        self.hidden_cameras: frozenset[str] = frozenset()  # of all: what visitors must not see
        self.links: dict[str, Link] = {}  # what feeds and cameras go through, by id
        self.through: dict[str, frozenset[str]] = {}  # of a feed: every link it goes through
        self.outages: dict[str, Outage] = {}  # what is cut now, by its links
        self.past_outages: tuple[Outage, ...] = ()  # ended within a day, newest first
        self.maintenance: dict[str, Maintenance] = {}  # windows planned or under way, by id
        self.trial = TrialBook()
        self.feed_details: dict[str, FeedDetail] = {}  # only of those that are watched
        self.watchers = FeedWatchers()
        self.acknowledged: dict[str, Acknowledgement] = {}
        self.indices = IndexBook()
        self.briefing = Briefing()
        self.map = MapBook()  # mark-up, named views, geofences
        self.findings: dict[str, tuple[Finding, ...]] = {}  # by the key of a reading, newest first
        self.past_findings: tuple[Finding, ...] = ()  # ended within a day, newest first
        self.baselines: dict[str, Baseline] = {}  # what is usual for a key, where it is known
        self.own: set[str] = set()  # sources inside this program: their line is never down
        self._priorities = priorities
        self._ended: dict[tuple[Kind, str], tuple[Ms, int]] = {}  # observed, revision
        self.ignored = 0  # readings older than what is held, or outranked

    def connected(self, source: str, now: Ms) -> bool:
        """Whether the feed that brought a value is there, or was until a moment ago."""
        if source in self.own:
            return True
        health = self.feeds.get(source)
        if health is None:
            return False
        return health.connected or (health.lost_since > 0 and now - health.lost_since < GRACE_MS)

    def all_connected(self, sources: Iterable[str], now: Ms) -> list[bool]:
        """`connected` of each: the indices ask for hundreds in every round."""
        feeds, live = self.feeds, FeedState.LIVE
        return [
            ((health := feeds.get(source)) is not None and health.state is live)
            or self.connected(source, now)
            for source in sources
        ]

    def outage(self, now: Ms) -> Ms | None:
        """Since when every line is down; None while one is up, or before any was ever up."""
        if not self.feeds or any(self.connected(feed, now) for feed in self.feeds):
            return None
        return max(health.lost_since for health in self.feeds.values()) or None

    def maintained(self, target: str, now: Ms) -> bool:
        """Whether planned work is under way on a feed or a link, or on what a feed goes through."""
        targets = self.through.get(target, frozenset()) | {target}
        return any(
            window.target in targets and window.holds(now) for window in self.maintenance.values()
        )

    def excused(self, source: str, now: Ms) -> bool:
        """Whether a feed's silence is told already: by planned work on it, or by a common cause."""
        return self.maintained(source, now) or any(
            source in outage.feeds for outage in self.outages.values()
        )

    def apply_readings(
        self, source: str, received: Ms, readings: Iterable[tuple[str, Reading]]
    ) -> list[str]:
        """Take readings of one source; gives the keys that changed."""
        changed: list[str] = []
        held_by_key = self.readings
        for key, reading in readings:
            held = held_by_key.get(key)
            if held is None or self._takes_over(source, reading, held):
                held_by_key[key] = Held(reading, source, received)
                changed.append(key)
            else:
                self.ignored += 1
        return changed

    def _takes_over(self, source: str, reading: Reading, held: Held) -> bool:
        if source == held.source:
            return supersedes(reading, held.reading)
        # Two feeds give one key: the better one decides for as long as it is there.
        mine, theirs = self._priority(source), self._priority(held.source)
        better = self.feeds.get(held.source)
        if mine > theirs and better is not None and better.connected:
            return False
        return mine < theirs or supersedes(reading, held.reading)

    def _priority(self, source: str) -> int:
        return self._priorities.get(source, 1_000_000)

    def apply_records(self, records: Iterable[Sourced]) -> dict[Kind, list[str]]:
        """Take events, warnings and device states; gives the ids that changed, by kind."""
        changed: dict[Kind, list[str]] = {}
        for sourced in records:
            record = sourced.record
            kind, table = self._table(record)
            held = table.get(record.id)
            stamp = _stamp(held.record) if held else self._ended.get((kind, record.id))
            if stamp is None or _stamp(record) > stamp:
                table[record.id] = sourced
                changed.setdefault(kind, []).append(record.id)
        return changed

    def end_missing(self, open_: Mapping[str, Standing]) -> dict[Kind, list[str]]:
        """Let go of what a source no longer counts among what is open: it was over while nobody
        listened, and nobody said how. Gives the ids by kind. No stamp stays, so that it may come
        again; the history keeps what was said."""
        gone: dict[Kind, list[str]] = {}
        for kind, table in ((Kind.EVENT, self.events), (Kind.WARNING, self.warnings)):
            for id_, sourced in list(table.items()) if open_ else ():
                standing = open_.get(sourced.source)
                if (
                    standing is not None
                    and id_ not in standing.ids
                    and sourced.received < standing.at
                    and stands(sourced.record)
                ):
                    del table[id_]
                    gone.setdefault(kind, []).append(id_)
        return gone

    def forget_ended(self, now: Ms) -> dict[Kind, list[str]]:
        """Let go of what was over an hour ago (the store has it); gives the ids by kind.

        A stamp stays for a week, so that an old state that a refill brings does not reopen it.
        """
        gone: dict[Kind, list[str]] = {}
        for kind, table in ((Kind.EVENT, self.events), (Kind.WARNING, self.warnings)):
            for id_, sourced in list(table.items()):
                ended = _ended_at(sourced.record)
                if ended is not None and now - ended > KEPT_MS:
                    self._ended[kind, id_] = _stamp(sourced.record)
                    del table[id_]
                    gone.setdefault(kind, []).append(id_)
        if gone:
            old = now - STAMP_KEPT_MS
            self._ended = {key: stamp for key, stamp in self._ended.items() if stamp[0] > old}
        return gone

    def _table(self, record: Matter) -> tuple[Kind, dict[str, Sourced]]:
        if isinstance(record, Event):
            return Kind.EVENT, self.events
        if isinstance(record, Warning):
            return Kind.WARNING, self.warnings
        if isinstance(record, DeviceStatus):
            return Kind.DEVICE, self.devices
        return Kind.STOCK, self.stocks


def _stamp(record: Matter) -> tuple[Ms, int]:
    return (record.observed, record.revision)


def stands(record: Matter) -> bool:
    """Whether the last word of a matter was that it is open."""
    if isinstance(record, Event):
        return record.status is not EventStatus.CLOSED
    return isinstance(record, Warning) and record.state is not WarningState.CANCELLED


def _ended_at(record: Matter) -> Ms | None:
    """When a matter was over, or None while it is open."""
    if isinstance(record, Event) and record.status is EventStatus.CLOSED:
        return record.observed
    if isinstance(record, Warning):
        if record.state is WarningState.CANCELLED:
            return record.observed
        return record.expires or None
    return None
