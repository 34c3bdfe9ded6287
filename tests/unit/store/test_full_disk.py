"""A full disk: the ballast is given up, what cannot be written is kept, the sentence is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.message import Message
from app.core.model import Reading, Segment
from app.store import migrate
from app.store.ballast import Ballast
from app.store.driver import Connection, DiskFull, Durability, connect
from app.store.recorder import Recorder
from app.store.telemetry import Telemetry
from tests.helpers.store import BALLAST, KEY, NOW, open_store


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Connection]:
    connection = connect(tmp_path / "cache.db", None, Durability.NORMAL)
    migrate.migrate(connection, "cache", "cache.db")
    yield connection
    connection.close()


def limit(connection: Connection, more: int) -> None:
    """Let the database grow by so many pages."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + more}")


def some(count: int, start: int = 0) -> Segment:
    return Segment(
        "river",
        NOW,
        [
            Reading(key=f"{KEY}-{number}", value=1.5, observed=NOW)
            for number in range(start, start + count)
        ],
    )


def test_what_the_disk_refused_waits_and_is_written_once_there_is_room(cache: Connection) -> None:
    said: list[Message] = []
    recorder = Recorder(
        Telemetry(cache), lambda: 0, said.append, lambda: False, max_readings=4000, retry_s=0.0
    )
    limit(cache, 4)
    recorder.submit([some(3000)], [])
    assert recorder.pump(cache)
    assert recorder.pump(cache)
    assert [report.id for report in said] == ["store.disk_full"]
    assert recorder.trouble == said[0]
    assert recorder.waiting == 3000
    assert recorder.counts.retries == 2
    assert not cache.in_transaction
    recorder.submit([some(3000, 3000)], [])  # the wall goes on, the oldest go
    assert recorder.shed == 2000
    limit(cache, 100_000)
    while recorder.pump(cache):
        pass
    assert [report.id for report in said] == ["store.disk_full", "store.saving_again"]
    assert recorder.trouble is None
    assert recorder.counts.written == 4000
    assert cache.execute("SELECT count(*), min(sid) FROM reading").fetchone() == (4000, 1)
    assert cache.execute("SELECT count(*) FROM series").fetchone() == (4000,)


def test_room_given_up_is_used_at_once(cache: Connection) -> None:
    said: list[Message] = []

    def release() -> bool:
        limit(cache, 100_000)
        return True

    recorder = Recorder(Telemetry(cache), lambda: 0, said.append, release)
    limit(cache, 4)
    recorder.submit([some(3000)], [])
    assert recorder.pump(cache)
    assert not recorder.pump(cache)
    assert said == []
    assert recorder.counts.written == 3000


def test_a_decision_gets_the_ballast_and_then_an_error(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert (tmp_path / "ballast").stat().st_size == BALLAST
    store.ops.run_blocking(lambda ops: ops.execute("CREATE TABLE test (a BLOB)"))
    (pages,) = store.ops.run_blocking(lambda ops: ops.execute("PRAGMA page_count").fetchone())
    store.ops.run_blocking(lambda ops: ops.execute(f"PRAGMA max_page_count = {pages + 2}"))
    for _ in range(2):
        with pytest.raises(DiskFull) as caught:
            store.ops.run_blocking(
                lambda ops: ops.execute("INSERT INTO test VALUES (zeroblob(99999))")
            )
        assert caught.value.reason.id == "store.disk_full"
    assert [report.id for report in store.reports] == ["store.ballast_used"]
    assert not (tmp_path / "ballast").exists()
    count = store.ops.run_blocking(lambda ops: ops.execute("SELECT count(*) FROM test").fetchone())
    assert count == (0,)
    store.close()


def test_a_ballast_stands_again_when_there_is_room(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path, 4096)
    assert ballast.place()
    assert ballast.release()
    assert not ballast.release()
    assert ballast.place()
    assert not Ballast(tmp_path / "..", 1 << 60).place()
