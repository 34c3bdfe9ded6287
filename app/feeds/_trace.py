"""What is kept of one feed to look at it closely: its last records, delays, gaps, and whether its
times and values can be believed.

Bounded, and nothing before the first record: of 500 feeds most are idle. Records are kept as they
are and only masked when somebody looks; when each came stands in a list beside them, for a pair of
both for each of 10,000 records a second was most of what the collector of cycles went through.
"""

from collections import deque
from collections.abc import Sequence

from app.core.message import Message, message
from app.core.model import Ms, Reading, Record
from app.feeds._quarantine import Quarantine, describe
from app.live.feed_detail import (
    DELAY_EDGES,
    LAST,
    FeedDetail,
    Missing,
    Taken,
    delay_part,
)
from app.rules.feed_suspicion import Renewals, all_refused, clock_hours, frozen

MEASURED = 32
"""Delays of one delivery that are measured; of a larger one they stand for the others."""
NEWEST_DELAYS = 120
WATCHED_KEYS = 24
JUDGED_EVERY_MS = 10_000
JUDGED_BACK = 60
"""Ten minutes of judging: what was accepted before says nothing about now."""


class Trace:
    """Of one feed; only the ingest thread touches it."""

    def __init__(self, feed: str, period_ms: int, usual_lag_ms: int) -> None:
        self._feed = feed
        self._period_ms = period_ms
        self._usual_lag_ms = usual_lag_ms
        self._last: deque[Record] | None = None
        self._came: deque[Ms] | None = None  # when each of them did
        self._delays: list[int] | None = None
        self._newest: deque[int] | None = None
        self._gaps: deque[Missing] | None = None
        self._values: dict[str, tuple[Ms, float, int]] | None = None  # observed, value, same
        self._kinds: set[type] = set()
        self._judged: Ms = 0
        self._suspicion: tuple[Message, ...] = ()
        self._seen: deque[tuple[int, int]] = deque(maxlen=JUDGED_BACK)  # accepted, refused

    # ---- what the sink says

    def readings(self, now: Ms, readings: Sequence[Reading], *, timely: bool = True) -> None:
        """Readings were accepted; without `timely` they are of before, and no delay is measured."""
        self._keep(now, readings)
        if not timely:
            return
        step = -(-len(readings) // MEASURED)
        for reading in readings[::step]:
            self.delayed(now - reading.as_of, step)
        self._renew(readings[-MEASURED:])

    def records(self, now: Ms, records: Sequence[Record], *, timely: bool = True) -> None:
        """Records of other kinds were accepted; without `timely` no delay is measured."""
        self._keep(now, records)
        if not timely:
            return
        step = -(-len(records) // MEASURED)
        for record in records[::step]:
            self.delayed(now - record.observed, step)

    def delayed(self, delay: int, records: int = 1) -> None:
        """So many records came so late; also those that were refused for the time they bear."""
        if self._delays is None or self._newest is None:
            self._delays = [0] * (len(DELAY_EDGES) + 1)
            self._newest = deque(maxlen=NEWEST_DELAYS)
        self._delays[delay_part(delay)] += records
        self._newest.append(delay)

    def gap(self, now: Ms, missing: int) -> None:
        """Sequence numbers are missing, or a refill brought some (negative)."""
        if self._gaps is None:
            self._gaps = deque(maxlen=LAST)
        self._gaps.append(Missing(now, missing))

    def forget(self) -> None:
        """The source was wound back: its values come again, and rightly."""
        self._values = None

    # ---- what is asked

    def suspicion(self, now: Ms, accepted: int, refused: int) -> tuple[Message, ...]:
        """Why this feed is not to be believed, judged anew every ten seconds from its counts since
        the start; empty where nothing is odd."""
        if not self._judged or not 0 <= now - self._judged < JUDGED_EVERY_MS:
            self._judged = now
            self._suspicion = tuple(self._judge(accepted, refused))
        return self._suspicion

    def _judge(self, accepted: int, refused: int) -> list[Message]:
        found = []
        newest = self._newest or ()
        hours = clock_hours(tuple(newest), self._period_ms, self._usual_lag_ms)
        if hours:
            word = "behind" if hours > 0 else "ahead"
            found.append(message(f"feed.suspicion.clock_{word}", hours=abs(hours)))
        self._seen.append((accepted, refused))
        before = self._seen[0]
        if all_refused(accepted - before[0], refused - before[1]):
            found.append(message("feed.suspicion.all_refused", count=refused - before[1]))
        values = (self._values or {}).values()
        if frozen([Renewals(same, value) for _, value, same in values]):
            least = min(same for _, value, same in values if value)
            found.append(message("feed.suspicion.frozen", count=least))
        return found

    def detail(self, now: Ms, quarantine: Quarantine) -> FeedDetail:
        """Everything, masked, newest first."""
        last = zip(reversed(self._came or ()), reversed(self._last or ()), strict=True)
        return FeedDetail(
            feed=self._feed,
            at=now,
            taken=tuple(_taken(received, record) for received, record in last),
            refused=tuple(reversed(quarantine.samples())),
            delays=tuple(self._delays or ()),
            gaps=tuple(reversed(self._gaps or ())),
            kinds=tuple(sorted(kind.__name__.lower() for kind in self._kinds)),
        )

    # ---- inside

    def _keep(self, now: Ms, records: Sequence[Record]) -> None:
        if self._last is None or self._came is None:
            self._last, self._came = deque(maxlen=LAST), deque(maxlen=LAST)
        if len(records) == 1:  # most messages bring one
            self._last.append(records[0])
            self._came.append(now)
        else:
            newest = records[-LAST:]
            self._last.extend(newest)
            self._came.extend([now] * len(newest))
        self._kinds.add(type(records[-1]))

    def _renew(self, readings: Sequence[Reading]) -> None:
        values = self._values
        if values is None:
            values = self._values = {}
        for reading in readings:
            known = values.get(reading.key)
            if known is None:
                if len(values) < WATCHED_KEYS:
                    values[reading.key] = (reading.observed, reading.value, 0)
            elif reading.observed > known[0]:
                same = known[2] + 1 if reading.value == known[1] else 0
                values[reading.key] = (reading.observed, reading.value, same)


def _taken(received: Ms, record: Record) -> Taken:
    return Taken(received, _moment(record), type(record).__name__.lower(), describe(record))


def _moment(record: Record) -> Ms:
    return record.as_of if isinstance(record, Reading) else record.observed
