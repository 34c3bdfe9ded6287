"""What a source has still to bring: known at the next start, never before its readings are."""

from pathlib import Path

from app.core.model import Reading
from tests.helpers.store import DAY, KEY, NOW, ask, open_store, segment


def test_it_is_kept_for_the_next_start_and_replaced_per_source(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert store.queries.load_backlog() == {}
    store.keep_backlog({"river": ((NOW - 3 * DAY, NOW - DAY),), "air": ()})
    store.keep_backlog({"river": ((NOW - 3 * DAY, NOW - 2 * DAY), (NOW - DAY, NOW))})
    store.close()
    store = open_store(tmp_path)
    expected = {"river": ((NOW - 3 * DAY, NOW - 2 * DAY), (NOW - DAY, NOW)), "air": ()}
    assert store.queries.load_backlog() == expected
    store.close()


def test_the_readings_before_it_are_written_first(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.recorder.submit([segment([Reading(KEY, 1.0, NOW - DAY)])], [])
    store.keep_backlog({"river": ()})
    counts: list[object] = []
    store.recorder.hurry()
    while not ask(tmp_path, "SELECT * FROM backlog"):
        counts = ask(tmp_path, "SELECT ts FROM reading")
    counts = ask(tmp_path, "SELECT ts FROM reading")
    store.close()
    assert counts == [(NOW - DAY,)]
