"""Many series in one transaction or one reading at a time: the files hold the same."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.model import Held, Reading, Segment
from app.store.driver import Connection
from app.store.history import read
from app.store.rollup import STEPS
from app.store.telemetry import Telemetry
from app.store.upkeep import pack_closed
from app.store.writer import transact
from tests.helpers.store import DAY, KEY, NOW, cache_file, naive_rollup

MIDNIGHT = (NOW // DAY - 2) * DAY  # between two closed days
HOUR = 3_600_000
SERIES = 3

readings = st.builds(
    lambda series, hour, second, value, revision, lag: Held(
        Reading(
            key=f"{KEY}-{series}",
            value=value / 4,
            observed=MIDNIGHT + hour * HOUR + second * 1000,
            revision=revision,
            published=5 if (series + second) % 3 == 1 else 0,  # the same for a repeat
        ),
        "river",
        MIDNIGHT + hour * HOUR + lag,
    ),
    st.integers(0, SERIES - 1),
    st.integers(-2, 2),
    st.integers(0, 8).map(lambda number: number * 23),
    st.integers(-2, 2),
    st.integers(0, 1),
    st.integers(-5, 5),
)


def written(arrivals: list[list[Held]], packed_after: int) -> dict[str, list[object]]:
    """What the history and the roll-ups hold after these transactions."""
    with cache_file() as cache:
        telemetry = Telemetry(cache)
        for number, arrival in enumerate(arrivals):
            segments = [Segment(item.source, item.received, [item.reading]) for item in arrival]
            transact(cache, "cache.db", lambda db, part=segments: telemetry.write(db, part, 0))
            if number == packed_after:
                _pack(cache)
        found: dict[str, list[object]] = {
            step.table: cache.execute(
                f"SELECT key, t, n, sum, min, max, last, known FROM {step.table}"
                " JOIN series USING (sid) ORDER BY key, t"
            ).fetchall()
            for step in STEPS
        }
        sids = dict(cache.execute("SELECT key, sid FROM series").fetchall())
        found["history"] = [
            (key, *row) for key in sorted(sids) for row in read(cache, sids[key], 0, 1 << 43).rows()
        ]
        found["latest"] = cache.execute(
            "SELECT key, ts, revision, value, lag FROM latest JOIN series USING (sid) ORDER BY key"
        ).fetchall()
    return found


def _pack(cache: Connection) -> None:
    for (sid,) in cache.execute("SELECT sid FROM series").fetchall():
        transact(cache, "cache.db", lambda db, sid=sid: pack_closed(db, sid, NOW, worth=1))


@given(
    st.lists(readings, min_size=1, max_size=40),
    st.lists(readings, min_size=1, max_size=40),
    st.booleans(),
)
def test_together_or_one_by_one(before: list[Held], after: list[Held], packed: bool) -> None:
    together = written([before, after], 0 if packed else -1)
    singly = written([[item] for item in before + after], len(before) - 1 if packed else -1)
    assert together == singly
    for step in STEPS:
        for number in range(SERIES):
            key = f"{KEY}-{number}"
            expected = naive_rollup((x for x in before + after if x.reading.key == key), step.ms)
            rows = [row for row in together[step.table] if row[0] == key]  # type: ignore[index]
            assert {t: tuple(rest) for _, t, *rest, _ in rows} == expected  # type: ignore[misc]
