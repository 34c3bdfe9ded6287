"""The exit: what must be written is, a long backlog does not hold it up, what is lost is said."""

import threading
from pathlib import Path
from typing import Any

from app.core.model import DeviceState, DeviceStatus, Reading, Sourced
from app.store.recorder import Recorder
from app.store.telemetry import Telemetry
from tests.helpers.store import KEY, NOW, ask, cache_file, open_store, segment, some_warning, until

COUNT = 5000


def backlog() -> list[Reading]:
    return [Reading(key=KEY, value=1.0, observed=NOW + number) for number in range(COUNT)]


def records() -> list[Sourced]:
    device = DeviceStatus(id="wvp1:1", observed=NOW, state=DeviceState.FAULT)
    return [Sourced("cma", NOW, some_warning()), Sourced("wvp1", NOW, device)]


def test_time_is_up_with_a_backlog(tmp_path: Path, expect_log: Any) -> None:
    expect_log(rf"closed with {COUNT} readings and 0 records not written")
    store = open_store(tmp_path)
    store.ops.run_blocking(lambda ops: ops.execute("CREATE TABLE t (n INTEGER)"))
    gate, entered = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        entered.set()
        assert gate.wait(30)

    held_up = threading.Thread(target=lambda: store.ops.run_blocking(hold))
    decided = threading.Thread(
        target=lambda: store.ops.run_blocking(lambda ops: ops.execute("INSERT INTO t VALUES (4)"))
    )
    held_up.start()
    assert entered.wait(30)
    store.recorder.submit([segment(backlog())], records())
    decided.start()
    until(lambda: store.ops.waiting == 1)
    closing = threading.Thread(target=lambda: store.close(within_s=0.0))
    closing.start()
    until(lambda: store.recorder.finishing)
    gate.set()
    for thread in (closing, held_up, decided):
        thread.join(30)
    assert store.recorder.counts.abandoned == COUNT
    assert ask(tmp_path, "SELECT count(*) FROM reading") == [(0,)]
    assert ask(tmp_path, "SELECT id FROM record ORDER BY id") == [("cma:7",), ("wvp1:1",)]
    assert ask(tmp_path, "SELECT n FROM t", "ops.db") == [(4,)]


def test_with_time_left_everything_is_written(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.recorder.submit([segment(backlog())], records())
    store.close()
    assert store.recorder.counts.abandoned == 0
    assert ask(tmp_path, "SELECT count(*) FROM reading") == [(COUNT,)]


def test_what_a_full_disk_did_not_take_is_counted(expect_log: Any) -> None:
    expect_log(rf"closed with {COUNT} readings and 2 records not written")
    with cache_file() as cache:
        recorder = Recorder(Telemetry(cache), lambda: 0, lambda _: None, lambda: False)
        (pages,) = cache.execute("PRAGMA page_count").fetchone()
        cache.execute(f"PRAGMA max_page_count = {pages}")
        recorder.submit([segment(backlog())], records())
        assert recorder.pump(cache)
        assert not recorder.pump(cache)  # not yet: it is tried again in a few seconds
        recorder.finish(30.0)
        assert recorder.pump(cache)  # but at the exit at once
        assert recorder.counts.retries == 2
        recorder.count_left()
        assert (recorder.counts.abandoned, recorder.counts.abandoned_records) == (COUNT, 2)
