"""The named reads of cache.db. Async ones run on the read pool; `load_*` wait, for the start."""

from collections.abc import Mapping, Sequence

from app.core.model import Held, Ms, Sourced
from app.store import (
    backlog,
    cameras,
    feed_history,
    positions,
    records,
    series,
    shown,
    singles,
    spans,
    standing,
)
from app.store.columns import Floats
from app.store.driver import Connection, OperationalError
from app.store.feed_history import FeedSpan, FeedVolume
from app.store.pool import ReadPool
from app.store.records import AsOf
from app.store.series import Series, counts
from app.store.singles import FOREVER
from app.store.standing import Known, Stood


class Queries:
    """History, as far as it is stored. `as_of` is a moment of receiving: what came later is left
    out; for records it is (valid, known), see `app.store.records.AsOf`."""

    def __init__(self, pool: ReadPool, *, unknown_form: bool = False) -> None:
        """`unknown_form`: a later program wrote the file, so its tables may not be as expected."""
        self._pool = pool
        self._unknown_form = unknown_form
        self.priorities: Mapping[str, int] = {}
        """By source, smaller first: who decides a chart where several give one key."""
        self.index_source = ""
        """The source of the indices of ours that count: what other versions of the plan wrote stays
        in the history and is not read with them. Empty: all are read, as for a backup."""

    def load_latest(self) -> list[Held]:
        """The newest reading of every key of every source; waits."""
        try:
            held = self._pool.submit(_latest).result()
        except OperationalError:
            if self._unknown_form:
                return []
            raise
        return [item for item in held if counts(item.source, self.index_source)]

    def load_open(self) -> list[Sourced]:
        """Open events, warnings not cancelled, the state of every device; waits."""
        try:
            return self._pool.submit(records.load_open).result()
        except OperationalError:
            if self._unknown_form:
                return []
            raise

    def load_backlog(self) -> dict[str, backlog.Spans]:
        """What of its history each source that was asked has still to bring; waits."""
        try:
            return self._pool.submit(backlog.load).result()
        except OperationalError:
            if self._unknown_form:
                return {}
            raise

    async def series(
        self, key: str, start: Ms, end: Ms, points: int, as_of: Ms | None = None
    ) -> Series:
        """The curve of a key over [start, end) for a drawing `points` wide."""
        ranks, own = self.priorities, self.index_source
        return await self._pool.run(
            lambda cache: series.series(cache, key, start, end, points, as_of, ranks, own)
        )

    async def sparks(
        self, keys: Sequence[str], start: Ms, end: Ms, buckets: int
    ) -> dict[str, Floats]:
        """For each key the means of equal parts of [start, end), NaN where nothing came."""
        own = self.index_source
        return await self._pool.run(
            lambda cache: series.sparks(cache, keys, start, end, buckets, own)
        )

    async def readings(self, key: str, start: Ms, end: Ms, as_of: Ms | None = None) -> list[Held]:
        """Every reading of a key observed in [start, end), all sources and revisions."""
        own = self.index_source
        held = await self._pool.run(lambda cache: singles.between(cache, key, start, end, as_of))
        return [item for item in held if counts(item.source, own)]

    async def last_readings(self, key: str, count: int) -> Series:
        """The newest `count` moments of a key, oldest first."""
        own = self.index_source
        return await self._pool.run(lambda cache: series.last(cache, key, count, own))

    async def newest(self, key: str, count: int, as_of: Ms | None = None) -> singles.Newest:
        """The newest `count` readings of a key, all sources and revisions, and how many there
        are."""
        own = self.index_source
        return await self._pool.run(lambda cache: singles.newest(cache, key, count, as_of, own))

    async def source_spans(self, key: str) -> list[spans.SourceSpan]:
        """From when to when each source gave a key."""
        return await self._pool.run(lambda cache: spans.spans(cache, key))

    async def standing(self, wanted: Mapping[str, Ms], moment: Ms) -> dict[str, Stood]:
        """For each key the value that stood at a moment, observed no earlier than the moment given
        with the key."""
        ranks, own = self.priorities, self.index_source
        return await self._pool.run(
            lambda cache: standing.standing(cache, wanted, moment, ranks, own)
        )

    async def known(self, wanted: Mapping[str, bool], start: Ms, end: Ms) -> dict[str, Known]:
        """What was known of each key from hour to hour; True asks for its single readings."""
        ranks, own = self.priorities, self.index_source
        return await self._pool.run(
            lambda cache: standing.known(cache, wanted, start, end, ranks, own)
        )

    async def hours_kept(self, source: str, start: Ms, end: Ms) -> dict[str, set[int]]:
        """For each key of a source the hours since the epoch of which anything is stored."""
        return await self._pool.run(lambda cache: standing.hours_kept(cache, source, start, end))

    async def last_observed(self, source: str) -> Ms | None:
        """The newest moment observed that a source has brought: where a refill begins."""
        return await self._pool.run(lambda cache: _last_observed(cache, source))

    async def events(self, as_of: AsOf = (FOREVER, FOREVER)) -> list[Sourced]:
        """Every event as it stood."""
        return await self._pool.run(lambda cache: records.at(cache, records.EVENT, as_of))

    async def warnings(self, as_of: AsOf = (FOREVER, FOREVER)) -> list[Sourced]:
        """Every warning as it stood."""
        return await self._pool.run(lambda cache: records.at(cache, records.WARNING, as_of))

    async def devices(self, as_of: AsOf = (FOREVER, FOREVER)) -> list[Sourced]:
        """Every device's state as it stood."""
        return await self._pool.run(lambda cache: records.at(cache, records.DEVICE, as_of))

    async def event_history(self, start: Ms, end: Ms, known: Ms = FOREVER) -> list[Sourced]:
        """Everything said of events, observed in [start, end)."""
        return await self._pool.run(
            lambda cache: records.history(cache, records.EVENT, start, end, known)
        )

    async def warning_history(self, start: Ms, end: Ms, known: Ms = FOREVER) -> list[Sourced]:
        """Everything said of warnings, observed in [start, end)."""
        return await self._pool.run(
            lambda cache: records.history(cache, records.WARNING, start, end, known)
        )

    async def event(self, id_: str) -> list[Sourced]:
        """Everything said of one event, oldest first."""
        return await self._pool.run(lambda cache: records.of_id(cache, records.EVENT, id_))

    async def feed_volumes(self, feed: str, start: Ms, end: Ms) -> list[FeedVolume]:
        """What a feed brought by the hour in [start, end), oldest first."""
        return await self._pool.run(lambda cache: feed_history.volumes(cache, feed, start, end))

    async def feed_spans(self, feed: str, start: Ms, end: Ms) -> list[FeedSpan]:
        """How a feed's line stood in [start, end), oldest first."""
        return await self._pool.run(lambda cache: feed_history.spans(cache, feed, start, end))

    async def feed_hour(self, hour: int) -> dict[str, tuple[int, Sequence[int]]]:
        """By feed what an hour brought, and the same hour of the weekday in the weeks before."""
        now = await self._pool.run(lambda cache: feed_history.of_hour(cache, hour))
        before = await self._pool.run(lambda cache: feed_history.same_hours(cache, hour))
        return {feed: (now.get(feed, 0), weeks) for feed, weeks in before.items()}

    async def screens(self, start: Ms, end: Ms) -> list[tuple[Ms, str, bytes]]:
        """(at, screen, JSON) of what was on the screens."""
        return await self._pool.run(lambda cache: shown.screens(cache, start, end))

    async def positions(self, moment: Ms) -> list[positions.Snapshot]:
        """Where moving things were at a moment, by layer and source, as far as that is kept."""
        return await self._pool.run(lambda cache: positions.at(cache, moment))

    async def camera_lists(self) -> list[cameras.CameraList]:
        """What video platforms listed."""
        try:
            return await self._pool.run(cameras.load)
        except OperationalError:
            if self._unknown_form:
                return []
            raise

    async def catalogue(self, kind: str, version: str) -> bytes | None:
        """The catalogue, rule file or scene of a version hash."""
        return await self._pool.run(lambda cache: shown.catalogue(cache, kind, version))


def _latest(cache: Connection) -> list[Held]:
    newest: dict[tuple[str, str], Held] = {}
    for key, source, world, origin, *row in cache.execute(
        "SELECT key, source, world, origin, ts, revision, value, lag, extra"
        " FROM latest JOIN series USING (sid) ORDER BY ts, revision"
    ):
        newest[key, source] = singles.held(key, source, world, origin, row)
    return list(newest.values())


def _last_observed(cache: Connection, source: str) -> Ms | None:
    row = cache.execute(
        "SELECT max(ts) FROM latest JOIN series USING (sid) WHERE source = ?", (source,)
    ).fetchone()
    newest: Ms | None = row[0]
    return newest
