"""The sink of one feed: where its records become part of the next batch, checked and counted.

Only the ingest thread touches it. A transport decodes; everything that must be true of a record
whoever brought it is checked here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.core.clock import Clock
from app.core.envelope import MOST_IMPOSSIBLE
from app.core.health import FeedHealth, FeedState
from app.core.message import Message
from app.core.model import (
    Event,
    Matter,
    Ms,
    Position,
    Reading,
    Record,
    Segment,
    Sourced,
    Span,
    Warning,
    World,
)
from app.feeds._columns import Layer
from app.feeds._gate import FUTURE_MS, Gate
from app.feeds._meter import Meter
from app.feeds._quarantine import Quarantine
from app.feeds._trace import Trace
from app.live.batch import Batch, Standing
from app.live.feed_detail import FeedDetail

R = TypeVar("R", bound=msgspec.Struct)
_SEEN = 100_000
_MAX_LAYERS = 64
_MANY = 16  # positions that are worth to be taken together
_PART = 2_500  # positions that become columns before the windows may go first
_LATE_AFTER_PERIODS = 2
_STANDING_TOLD_MS = 10_000
_IMPOSSIBLE = frozenset({"out_of_range", "not_finite"})


class Sink:
    """Takes what one feed decoded. `urgent` is called when a warning came in."""

    def __init__(
        self,
        config: FeedConfig,
        catalog: Catalog,
        clock: Clock,
        *,
        city_world: World,
        urgent: Callable[[], None],
        waiting: Callable[[], int],
        give_way: Callable[[], None] = lambda: None,
    ) -> None:
        self.config = config
        self.clock = clock
        self.quarantine = Quarantine()
        self.last_observed: Ms = 0
        self._city_world = city_world
        self._urgent = urgent
        self._waiting = waiting
        self.give_way = give_way
        """To be called between two pieces of the work on one delivery: the windows go first."""
        self._world = config.world
        self._gate = Gate(catalog, self._refuse)
        self._meter = Meter(slot_ms=max(60_000, round(config.expected_period_s * 1000)))
        period_ms, lag_ms = config.expected_period_s * 1000, config.usual_lag_s * 1000
        self._trace = Trace(config.id, round(period_ms), round(lag_ms))
        self._latest: dict[str, Reading] = {}
        self._log: list[Segment] = []
        self._depth = 0
        self._records: list[Sourced] = []
        self._backlog: tuple[Span, ...] | None = None
        self._open: Standing | None = None
        self._receipts: list[Callable[[], None]] = []
        self._impossible: dict[str, Ms] = {}  # by key: the newest value that cannot be
        self._layers: dict[str, Layer] = {}
        self._seen: dict[tuple[type, str], tuple[Ms, int]] = {}
        self._received: Ms = 0
        self._allowance = float(config.limits.max_rate)
        self._allowed_at: Ms = 0
        self._health = FeedHealth(
            feed=config.id,
            name_zh=config.name_zh,
            name_en=config.name_en or config.name_zh,
            state=FeedState.STARTING,
            at=clock.now(),
            bureau=config.bureau,
            expected_period_ms=round(config.expected_period_s * 1000),
            slot_ms=self._meter.slot_ms,
        )
        self._accepted = 0
        self._repeated = 0
        self._late = 0
        self._gaps = 0
        self._refilled = 0
        self._dropped = 0
        self.changed = True

    # ---- what a transport calls

    def serves(self, world: World) -> None:
        """The server says which world its records belong to; it can only take reality away."""
        if self.config.world is World.REAL:
            self._world = world

    def touch(self) -> Ms:
        """Something was heard, whatever it says. Gives the moment."""
        self.give_way()
        now = self.clock.now()
        self._received = now
        return now

    def readings(self, readings: list[Reading], *, refilled: bool = False) -> None:
        """Take readings that arrived together, in the order of arrival."""
        if not readings:
            return
        now = self.touch()
        readings = self._within_limits(readings, now)
        late = self._gate.late
        accepted = self._gate.admit(self._stamp(readings), self._latest, now)
        if refilled:
            self._gate.late = late  # old because we asked for it
        if not accepted:
            return
        newest = accepted[-1]
        self._accepted += len(accepted)
        if refilled:
            self._refilled += len(accepted)
        else:
            self._meter.delayed(now, now - newest.as_of)
        self._meter.count(now, len(accepted))
        self._trace.readings(now, accepted, timely=not refilled and not self._just_up(now))
        self.last_observed = max(self.last_observed, newest.observed)
        self._depth += len(accepted)
        if self._log and self._log[-1].received == now:
            self._log[-1].readings.extend(accepted)
        else:
            self._log.append(Segment(self.config.id, now, accepted))

    def records(self, records: Iterable[Matter]) -> None:
        """Take events, warnings, device states and stocks. A warning is handed on at once."""
        now = self.touch()
        taken: list[Matter] = []
        for record in records:
            checked = self._check(record, now)
            if checked is None:
                continue
            taken.append(record)
            self._records.append(Sourced(self.config.id, now, self._stamped(checked)))
            self.last_observed = max(self.last_observed, min(record.observed, now))
            if isinstance(checked, Warning):
                self._urgent()
        self._note(now, taken)

    def positions(self, positions: Iterable[Position]) -> None:
        """Take positions into the columns of their layers."""
        now = self.touch()
        came, taken = list(positions), []
        for start in range(0, len(came), _PART):
            part = came[start : start + _PART]
            taken += part if self._at_once(part, now) else self._one_by_one(part, now)
            self.give_way()
        self._note(now, taken)

    def _at_once(self, positions: list[Position], now: Ms) -> bool:
        """The quick way of many that are all good and of one layer."""
        if len(positions) < _MANY or len({position.layer for position in positions}) > 1:
            return False
        layer = self._layers.get(positions[0].layer)
        newest = max(position.observed for position in positions)
        if layer is None or newest > now + FUTURE_MS or not layer.put_all(positions):
            return False
        layer.count(len(positions), now)
        self.last_observed = max(self.last_observed, newest)
        return True

    def _one_by_one(self, positions: list[Position], now: Ms) -> list[Position]:
        """Those that were taken."""
        taken: list[Position] = []
        for position in positions:
            why = "future" if position.observed > now + FUTURE_MS else self._place(position)
            if why == "late":
                self._late += 1
            elif why == "repeated":
                self._repeated += 1
            elif why:
                self.reject(why, position)
            else:
                taken.append(position)
                self.last_observed = max(self.last_observed, position.observed)
        return taken

    def take(self, records: Iterable[Record]) -> None:
        """Take records of any kind, as a mapping gives them."""
        readings: list[Reading] = []
        positions: list[Position] = []
        others: list[Matter] = []
        for record in records:
            if isinstance(record, Reading):
                readings.append(record)
            elif isinstance(record, Position):
                positions.append(record)
            else:
                others.append(record)
        if readings:
            self.readings(readings)
        if others:
            self.records(others)
        if positions:
            self.positions(positions)

    def reject(self, reason: str, sample: object, count: int = 1) -> None:
        """Something could not be used; counted, and a masked sample kept."""
        now = self.touch()
        self.quarantine.put(now, reason, sample, count)
        if reason == "future" and isinstance(sample, Position | Matter):
            self._trace.delayed(now - sample.observed)

    def drop(self, reason: str, count: int) -> None:
        """Something over a limit was thrown away; counted."""
        self._dropped += count
        self.quarantine.reasons[reason] += count

    def repeated(self, count: int) -> None:
        """Records came again that a sequence number already proved to be here."""
        self._repeated += count

    def gap(self, missing: int) -> None:
        """Sequence numbers are missing; negative when a refill brought them."""
        self._gaps += missing
        self._trace.gap(self.clock.now(), missing)

    def backlog(self, spans: tuple[Span, ...]) -> None:
        """What the source has to bring of its history beside what was taken until now."""
        self._backlog = spans

    def receipt(self, saved: Callable[[], None]) -> None:
        """`saved` is called, in a thread of the store, when all that was taken until now is on the
        disk; never, where the disk refuses it or there is no store. It must not raise."""
        self._receipts.append(saved)

    def stand(self, ids: Iterable[str]) -> None:
        """All events and warnings of the source that are open; what is not named may come anew."""
        self._open = Standing(self.clock.now(), frozenset(ids))
        self._seen = {
            identity: version
            for identity, version in self._seen.items()
            if identity[0] not in (Event, Warning) or identity[1] in self._open.ids
        }

    def forget(self) -> None:
        """The source was wound back: what was seen before says nothing about what comes now."""
        self._gate.forget()
        self._trace.forget()
        self._seen.clear()
        self._layers.clear()

    def state(self, state: FeedState, trouble: Message | None = None, **changes: int) -> None:
        """The line changed; goes out with the next batch."""
        self._health = msgspec.structs.replace(
            self._health, state=state, trouble=trouble, **changes
        )
        self.changed = True

    def doubt(self, impossible: Mapping[str, Ms]) -> None:
        """Values of these keys were refused as impossible where they were judged, by a gatherer."""
        room = MOST_IMPOSSIBLE - len(self._impossible)
        self._impossible.update(list(impossible.items())[-room:] if room > 0 else ())

    # ---- what the ingest thread calls

    @property
    def received(self) -> Ms:
        """When something was last heard."""
        return self._received

    @property
    def depth(self) -> int:
        """Readings gathered since the last batch."""
        return self._depth

    def pour(self, batch: Batch) -> bool:
        """Move what was gathered into a batch; gives whether there was anything."""
        source = self.config.id
        filled = bool(self._log or self._records)
        if self._latest:
            batch.latest[source] = self._latest
            self._latest = {}
        if filled:
            batch.received[source] = self._received
            batch.log.extend(self._log)
            batch.records.extend(self._records)
            # Emptied and not made anew: of 500 feeds these lists were most of what is young.
            self._log.clear()
            self._records.clear()
            self._depth = 0
        if self._open is not None:
            batch.open[source], self._open = self._open, None
            filled = True
        if self._backlog is not None:
            batch.backlog[source], self._backlog = self._backlog, None
            filled = True
        if self._impossible:
            batch.impossible.update(self._impossible)
            self._impossible, filled = {}, True
        if self._receipts:
            batch.receipts += self._receipts
            self._receipts, filled = [], True
        now = self.clock.now()
        for name, layer in self._layers.items():
            if layer.dirty and layer.is_whole(now):
                batch.positions[(source, name)] = layer.columns(self._received)
                filled = True
        return filled

    def health(self) -> FeedHealth:
        """How the feed is doing now."""
        now = self.clock.now()
        base = self._health
        state = base.state
        if base.connected:
            limit = _LATE_AFTER_PERIODS * base.expected_period_ms
            silent = now - max(self._received, base.connected_since)
            state = FeedState.LATE if silent > limit else FeedState.LIVE
        rejected = self.quarantine.reasons.total() - self._dropped
        return msgspec.structs.replace(
            base,
            state=state,
            at=now,
            last_message=self._received,
            last_observed=self.last_observed,
            rate=self._meter.rate(now),
            delay_ms=self._meter.delay(now),
            accepted=self._accepted,
            rejected=rejected,
            duplicates=self._repeated + self._gate.duplicates,
            late=self._late + self._gate.late,
            gaps=self._gaps,
            refilled=self._refilled,
            dropped=self._dropped,
            reasons=dict(self.quarantine.reasons),
            slots=self._meter.slots(now),
            suspicion=self._trace.suspicion(now, self._accepted, rejected),
        )

    def detail(self) -> FeedDetail:
        """What was seen of the feed, for who looks at it closely."""
        return self._trace.detail(self.clock.now(), self.quarantine)

    # ---- checks

    def _note(self, now: Ms, taken: Sequence[Matter | Position]) -> None:
        if taken:
            self._accepted += len(taken)
            self._meter.count(now, len(taken))
            self._trace.records(now, taken, timely=not self._just_up(now))

    def _just_up(self, now: Ms) -> bool:
        """Whether what comes may be what stands: told when a line comes up, as old as it is and not
        late."""
        return now - self._health.connected_since < _STANDING_TOLD_MS

    def _refuse(self, reason: str, reading: Reading) -> None:
        self.quarantine.put(self._received, reason, reading)
        if reason in _IMPOSSIBLE and len(self._impossible) < MOST_IMPOSSIBLE:
            self._impossible[reading.key] = min(reading.observed, self._received)
        if reason == "future":
            self._trace.delayed(self._received - reading.observed)

    def _within_limits(self, readings: list[Reading], now: Ms) -> list[Reading]:
        limits = self.config.limits
        elapsed, self._allowed_at = now - self._allowed_at, now
        full = float(limits.max_rate)
        self._allowance = min(full, self._allowance + max(0, elapsed) * full / 1000)
        room = limits.max_depth - self._depth - self._waiting()
        if len(readings) <= room and len(readings) <= self._allowance:
            self._allowance -= len(readings)
            return readings
        allowed = max(0, min(int(self._allowance), room, len(readings)))
        self._allowance -= allowed
        if allowed < len(readings):
            reason = "depth" if room < self._allowance else "rate"
            self.drop(reason, len(readings) - allowed)
            return readings[len(readings) - allowed :]  # the newest are worth most
        return readings

    def _stamp(self, readings: list[Reading]) -> list[Reading]:
        world = self._world
        if world is World.REAL or world is self._city_world:
            return readings
        return [
            reading
            if reading.world is not None and reading.world is not World.REAL
            else msgspec.structs.replace(reading, world=world)
            for reading in readings
        ]

    def _stamped(self, record: R) -> R:
        world = self._world
        own = getattr(record, "world", None)
        if world in (World.REAL, self._city_world) or own not in (None, World.REAL):
            return record
        return msgspec.structs.replace(record, world=world)

    def _check(self, record: Matter, now: Ms) -> Matter | None:
        version = (record.observed, record.revision)
        identity = (type(record), record.id)
        held = self._seen.get(identity)
        if held is not None and version <= held:
            if version == held:
                self._repeated += 1
                return None
            self._late += 1
        else:
            self._remember(identity, version)
        if record.observed <= now + FUTURE_MS:
            return record
        self._seen.pop(identity, None)
        self.reject("future", record)
        if isinstance(record, Warning):  # never dropped: a wrong clock must not hide an alarm
            self._remember(identity, version)
            return msgspec.structs.replace(record, observed=now)
        return None

    def _remember(self, identity: tuple[type, str], version: tuple[Ms, int]) -> None:
        self._seen.pop(identity, None)
        self._seen[identity] = version
        if len(self._seen) > _SEEN:
            del self._seen[next(iter(self._seen))]

    def _place(self, position: Position) -> str:
        layer = self._layers.get(position.layer)
        if layer is None:
            if len(self._layers) >= _MAX_LAYERS:
                return "too_many_layers"
            layer = self._layers[position.layer] = Layer(self.config.id, position.layer)
        return layer.put(position)
