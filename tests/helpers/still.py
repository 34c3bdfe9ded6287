"""A city that stands still: the product's runtime filled by the product's simulator at one moment.

The same seed and moment give the same values, so that a screen of it can be compared with a
picture. Nothing runs: no feed, no child, no clock.
"""

from collections.abc import Sequence
from pathlib import Path

from app.city import load_city
from app.core import keys
from app.core.catalog import DAY
from app.core.clock import ManualClock
from app.core.health import FeedHealth, FeedState
from app.core.model import Reading, Segment, Sourced
from app.live.batch import Batch
from app.runtime import Runtime
from app.serving.topics import Topics
from app.sim.__main__ import build
from app.sim.weather import Scenario
from tests.helpers.seat import NOW

SEED = 20800
PART = 5000


class Still:
    """One seat of a city at `NOW` (14:03:22 on 17 July 2026 in the city)."""

    def __init__(self, folder: Path, seat: str, city: str = "huaian", days: int = 2) -> None:
        self.clock = ManualClock(NOW)
        self.city = load_city(city)
        self.runtime = Runtime(self.city, folder, seat, clock=self.clock)
        self._feed = {}
        for feed in reversed(self.city.config.feed):
            self._feed[feed.bureau] = feed.id
        self._sim = build(city, SEED, Scenario.STORM, NOW - DAY)
        self._fill(days)

    def _fill(self, days: int) -> None:
        health = {
            feed.id: FeedHealth(
                feed.id, feed.name_zh, feed.name_en, FeedState.LIVE, NOW, feed.bureau,
                last_message=NOW - 1000, connected_since=NOW - DAY, slots=(9,) * 24,
            )
            for feed in self.city.config.feed
            if feed.enabled
        }  # fmt: skip
        self._apply(Batch(health=health))
        self._remember(days)
        for told in self._sim.now(NOW, PART):
            records = [*told.events, *told.warnings, *told.devices]
            self._apply(Batch(records=[Sourced("events", NOW - 1000, item) for item in records]))
            latest: dict[str, dict[str, Reading]] = {}
            for reading in told.readings:
                latest.setdefault(self._source(reading), {})[reading.key] = reading
            self._apply(Batch(latest=latest, received=dict.fromkeys(latest, NOW - 1000)))
        self.runtime.indices.renew()
        self.runtime.device_book.look(len(self.city.devices))

    def _remember(self, days: int) -> None:
        """The city's own series of the last days, and none of its districts and devices."""
        topics = Topics([f"reading/+/{self.city.config.code}"])
        recorder, wanted = self.runtime.store.recorder, 0
        for readings in self._sim.history(NOW - days * DAY, NOW, NOW, topics):
            if readings:
                recorder.submit([Segment(self._source(readings[0]), NOW, readings)], [])
                wanted += len(readings)
        while recorder.counts.written < wanted:
            self.runtime.store.upkeep()  # takes its turn on the writer thread

    def _source(self, reading: Reading) -> str:
        quantity = self.city.catalog.quantities.get(keys.parse(reading.key).code)
        return self._feed.get(quantity.bureau if quantity else "", "events")

    def _apply(self, batch: Batch) -> None:
        for _ in self.runtime.apply(batch):
            pass

    async def learn(self) -> None:
        """The past of the indices, their moves since yesterday, and the verdict."""
        await self.runtime.index_history.fill()
        await self.runtime.index_history.compare()
        self.runtime.indices.renew()
        self.runtime.briefer.renew()

    def silence(self, feeds: Sequence[str]) -> None:
        """The lines of these feeds were lost twenty minutes ago."""
        for feed in feeds:
            held = self.runtime.picture.feeds[feed]
            self._apply(
                Batch(
                    health={
                        feed: FeedHealth(
                            feed, held.name_zh, held.name_en, FeedState.LOST, NOW, held.bureau,
                            last_message=NOW - 1_200_000, lost_since=NOW - 1_200_000, attempts=6,
                        )
                    }
                )
            )  # fmt: skip
        self.runtime.indices.renew()

    def close(self) -> None:
        """The end; no loop is needed for what never ran."""
        self.runtime.store.close()
        self.runtime.executor.shutdown()
