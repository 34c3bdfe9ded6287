"""kill -9 while cameras stand on the wall: who saw which is in the audit, from its first second."""

import asyncio
import time
from pathlib import Path

import pytest

from app.core.clock import SystemClock
from app.core.model import World
from app.live.seat import Seat
from app.live.view_keeper import ViewKeeper
from app.store import viewings
from app.store.verify import verify
from app.store.viewings import Ending, Seen
from tests.helpers.program import running
from tests.helpers.store import ask, open_store

pytestmark = pytest.mark.e2e


def begun(folder: Path) -> int:
    """How many views began, as the file says while the program runs."""
    if not (folder / "ops.db").exists() or ask(folder, "PRAGMA user_version", "ops.db") < [(8,)]:
        return 0
    ((count,),) = ask(folder, "SELECT count(*) FROM viewing WHERE times = 0", "ops.db")
    return int(count)  # type: ignore[call-overload, no-any-return]


@pytest.mark.timeout(200)
def test_what_was_seen_when_the_program_was_killed_is_known(tmp_path, expect_log):
    before = round(time.time() * 1000)
    with running(tmp_path, "--seat", "desk", "--scene", "video") as program:
        program.wait(lambda _: begun(program.data) > 0, "a view that began is on the disk", 90)
        program.process.kill()
        program.process.wait()
    killed = round(time.time() * 1000)
    expect_log("views were cut off")
    left = begun(program.data)

    store = open_store(program.data, SystemClock())
    try:
        open_views = store.ops.run_blocking(lambda db: viewings.seen(db, "", before, killed, 1000))
        assert {row.ending for row in open_views} == {Ending.OPEN}
        keeper = ViewKeeper(Seat("desk"), store.ops, SystemClock(), World.DEMO)
        assert asyncio.run(keeper.write())
        rows: list[Seen] = store.ops.run_blocking(
            lambda db: viewings.seen(db, "", before, killed, 1000)
        )
        assert len(rows) == len(open_views) == left > 0
        for row in rows:
            assert row.ending is Ending.LOST and row.view.camera and row.view.wall
            assert before <= row.view.since <= row.view.until <= killed
        assert not store.ops.run_blocking(verify).findings
    finally:
        store.close()
