"""What feeds on trial (试运行) bring: kept apart from the picture until a person admits them.

Nothing of it is counted, judged, stored as history or shown on a wall, so that a wrong mapping can
do no harm. A desk shows it beside what the city shows now.
"""

from collections.abc import Iterable, Mapping

from app.core.model import Held, Matter, Ms, Reading, Sourced
from app.live.batch import Batch, supersedes

MOST_READINGS = 20_000
MOST_RECORDS = 5_000
"""Of one feed; what is over waits for the feed to be admitted and is not kept."""


class TrialBook:
    """`feeds` are on trial now. Only `Runtime` and the commands that admit write it."""

    def __init__(self) -> None:
        self.feeds: set[str] = set()
        self.readings: dict[str, dict[str, Held]] = {}  # by feed, then by key
        self.records: dict[str, dict[str, Sourced]] = {}  # by feed, then by id

    def take(self, batch: Batch) -> Batch:
        """Take what feeds on trial brought out of a batch; gives the batch without it."""
        if not self.feeds:
            return batch
        mine = self.feeds
        for source in mine & batch.latest.keys():
            received = batch.received.get(source, 0)
            self._readings(source, received, batch.latest.pop(source))
        for sourced in batch.records:
            if sourced.source in mine:
                self._record(sourced)
        batch.records = [one for one in batch.records if one.source not in mine]
        batch.log = [segment for segment in batch.log if segment.source not in mine]
        batch.positions = {
            place: columns for place, columns in batch.positions.items() if place[0] not in mine
        }
        return batch

    def admit(self, feed: str) -> tuple[dict[str, Held], list[Sourced]]:
        """The trial is over; gives what the feed brought last."""
        self.feeds.discard(feed)
        return self.readings.pop(feed, {}), list(self.records.pop(feed, {}).values())

    def _readings(self, source: str, received: Ms, latest: Mapping[str, Reading]) -> None:
        there = self.readings.setdefault(source, {})
        for key, reading in latest.items():
            held = there.get(key)
            if held is None and len(there) >= MOST_READINGS:
                continue
            if held is None or supersedes(reading, held.reading):
                there[key] = Held(reading, source, received)

    def _record(self, sourced: Sourced) -> None:
        there = self.records.setdefault(sourced.source, {})
        held = there.get(sourced.record.id)
        if held is None and len(there) >= MOST_RECORDS:
            return
        if held is None or _stamp(sourced.record) > _stamp(held.record):
            there[sourced.record.id] = sourced


def on_trial(configured: Iterable[str], decided: Mapping[str, bool]) -> set[str]:
    """The feeds on trial: what a person decided last (True: admitted), else what the city's
    settings say."""
    named = set(configured)
    return {feed for feed in named if not decided.get(feed, False)} | {
        feed for feed, admitted in decided.items() if not admitted
    }


def _stamp(record: Matter) -> tuple[Ms, int]:
    return record.observed, record.revision
