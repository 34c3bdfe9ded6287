"""Views that nobody asked for by command are in the audit too: who, which camera, when."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.audit import command
from app.core.decision import Viewing
from app.core.directory import Camera
from app.live.commands import State
from app.live.seat import Seat, SignedOn
from app.live.video_names import CameraNames
from app.live.video_wall import Look, Round, VideoWall
from app.live.view_book import GAP_MS
from app.live.view_keeper import ViewKeeper
from app.registry import Registry
from app.store import viewings
from app.store.driver import Database, Durability, as_sqlite, connect
from app.store.migrate import Migration, steps
from app.store.verify import verify
from app.store.viewings import Ending
from tests.conftest import Watch
from tests.unit.commands.desk import NOON, Desk


@pytest.fixture
def videos(desk: Desk) -> Desk:
    cameras = [Camera(f"v:{n}", f"{n}号机", f"Camera {n}", "320812", 119.0, 33.5) for n in (1, 2)]
    desk.seat.videos.cameras = CameraNames(cameras)
    desk.sit()
    return desk


def keeper_of(desk: Desk) -> ViewKeeper:
    return ViewKeeper(desk.seat, desk.ops, desk.clock, desk.picture.world)


async def test_a_shift_sees_what_it_saw_and_the_chain_holds(videos: Desk) -> None:
    keeper, book = keeper_of(videos), videos.seat.views
    keeper.start()
    book.see("1/0", "v:1", "scene:重点视频", "main", NOON)
    videos.clock.advance(90_000)
    keeper.look()
    videos.sit("0002", "duty_officer")
    videos.clock.advance(30_000)
    keeper.look()
    videos.clock.advance(60_000)
    await keeper.stop()
    rows = await videos.ops.read(lambda db: viewings.seen(db, "v:1", NOON, NOON + 3_600_000, 10))
    assert [(row.person, row.view.until - row.view.since) for row in rows] == [
        ("0002", 60_000),
        ("0001", 120_000),
    ]
    assert {row.ending for row in rows} == {Ending.KNOWN}
    assert {(row.seat, row.view.by, row.view.wall) for row in rows} == {
        ("desk", "scene:重点视频", "main")
    }
    lines = videos.rows("SELECT verb, outcome, text FROM audit ORDER BY seq")
    assert {line[:2] for line in lines} == {("viewed", "noted")}
    assert not (await videos.ops.read(verify)).findings


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("view_row", "since = since + 1"),
        ("view_row", "camera = wall"),
        ("view_name", "text = 'v:2' WHERE text = 'v:1'"),
        ("view_line", "command = '01J' WHERE id = 1"),
    ],
)
async def test_what_was_seen_and_is_changed_afterwards_is_found(
    videos: Desk, table: str, change: str
) -> None:
    keeper = keeper_of(videos)
    keeper.start()
    videos.seat.views.see("1/0", "v:1", "hand", "main", NOON)
    videos.clock.advance(1000)
    await keeper.stop()
    assert not (await videos.ops.read(verify)).findings
    videos.rows(f"DROP TRIGGER {table}_no_update")
    videos.rows(f"UPDATE {table} SET {change}")
    findings = (await videos.ops.read(verify)).findings
    assert findings and {finding.id for finding in findings} == {"audit.rows_changed"}


async def test_a_second_of_a_busy_wall_is_one_line(videos: Desk) -> None:
    keeper, book = keeper_of(videos), videos.seat.views
    keeper.start()
    for number in range(500):
        book.see(f"1/{number % 25}", f"v:{number}", "hand", "main", NOON + number)
    keeper.look()
    await keeper.write()
    assert videos.rows("SELECT count(*) FROM audit") == [(1,)]
    assert videos.rows("SELECT count(*), sum(times) FROM viewing") == [(500, 0)]
    videos.clock.advance(20_000)
    keeper.look()
    await keeper.write()
    assert videos.rows("SELECT count(*) FROM audit") == [(2,)]
    assert videos.rows("SELECT count(*), sum(times) FROM viewing") == [(975, 475)]
    await keeper.stop()
    assert videos.rows("SELECT count(*), sum(times) FROM viewing") == [(1000, 500)]


async def test_what_a_program_that_was_killed_left_open_is_ended_by_the_next(
    videos: Desk, expect_log: Watch
) -> None:
    expect_log("3 views were cut off")
    keeper, book = keeper_of(videos), videos.seat.views
    book.see("1/0", "v:1", "scene:视频", "main", NOON)
    book.see("1/1", "v:2", "round:all", "main", NOON + 500)
    book.see("1/2", "v:3", "hand", "main", NOON + 600)
    book.see("2/2", "v:3", "hand", "main", NOON + 600)  # the same in another window
    videos.clock.advance(1000)
    keeper.start()
    keeper.look()
    await keeper.write()
    videos.clock.advance(30_000)
    book.leave("2/2", videos.clock.now())
    videos.clock.advance(GAP_MS + 1)
    keeper.look()
    await keeper.write()
    known = videos.clock.now()
    # Nobody stops it; the next start is a day later, with another person at the seat.
    seen = await videos.ops.read(lambda db: viewings.seen(db, "", NOON, NOON + 1000, 10))
    assert {(row.view.camera, row.ending) for row in seen} >= {
        ("v:1", Ending.OPEN), ("v:2", Ending.OPEN), ("v:3", Ending.KNOWN),
    }  # fmt: skip
    videos.clock.advance(86_400_000)
    other = Seat("hall")
    other.person = SignedOn("0002", "duty_officer", videos.clock.now())
    after = ViewKeeper(other, videos.ops, videos.clock, videos.picture.world)
    await after.write()
    seen = await videos.ops.read(lambda db: viewings.seen(db, "", NOON, NOON + 1000, 10))
    lost = [row for row in seen if row.ending is Ending.LOST]
    assert {row.view.camera: row.view for row in lost} == {
        "v:1": Viewing("v:1", "scene:视频", "main", NOON, known, known - NOON),
        "v:2": Viewing("v:2", "round:all", "main", NOON + 500, known, 0),
        "v:3": Viewing("v:3", "hand", "main", NOON + 600, known, known - NOON - 600),
    }
    assert {(row.person, row.role, row.seat) for row in lost} == {("0001", "shift_head", "desk")}
    assert not [row for row in seen if row.ending is Ending.OPEN]
    (line,) = videos.rows("SELECT at, outcome FROM audit WHERE verb = 'view-unended'")
    assert line == (videos.clock.now(), "noted")
    assert not (await videos.ops.read(verify)).findings
    again = ViewKeeper(other, videos.ops, videos.clock, videos.picture.world)
    await again.write()  # it is said once
    assert len(videos.rows("SELECT 1 FROM audit WHERE verb = 'view-unended'")) == 1
    book.leave("1/0", 0)
    await keeper.stop()


async def test_a_start_after_an_end_in_order_finds_nothing_to_end(videos: Desk) -> None:
    keeper = keeper_of(videos)
    keeper.start()
    videos.seat.views.see("1/0", "v:1", "round:all", "main", NOON)
    videos.clock.advance(5000)
    await keeper.stop()
    assert videos.rows("SELECT count(*), sum(times) FROM viewing") == [(2, 1)]
    assert await videos.ops.read(viewings.unended) == []


async def test_rows_of_a_database_before_the_views_table_are_kept(tmp_path: Path) -> None:
    """A file of the form of 2026-11: its chain holds and its rows are read as they were."""
    connection = connect(tmp_path / "ops.db", None, Durability.FULL)
    for number in range(1, 8):
        kind = steps("ops")[number - 1]
        Registry("app.store.migrations", Migration).load(kind)().up(Database(as_sqlite(connection)))
    rows = [
        ("01A", 0, "v:1", "hand", "main", 10, 70, 60, 1),
        ("01A", 1, "v:1", "hand", "", 5, 9, 4, 2),
    ]
    connection.executemany("INSERT INTO viewing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    Registry("app.store.migrations", Migration).load("ops-0008-views")().up(
        Database(as_sqlite(connection))
    )
    assert connection.execute("SELECT * FROM viewing ORDER BY place").fetchall() == rows
    assert viewings.of_command(connection, "01A") == [
        Viewing("v:1", "hand", "main", 10, 70, 60), Viewing("v:1", "hand", "", 5, 9, 4, 2),
    ]  # fmt: skip
    connection.close()


def test_who_put_a_camera_there_is_known() -> None:
    wall = VideoWall(Look(4, cameras={0: "v:1", 1: "v:2"}))
    assert wall.opened_by(0, "重点视频") == "scene:重点视频"
    wall.change(Look(4, cameras={0: "v:1", 1: "v:3"}))
    assert (wall.opened_by(0, "s"), wall.opened_by(1, "s")) == ("scene:s", "hand")
    wall.locked.add(0)
    wall.look = Look(4, cameras={0: "v:1", 1: "v:9"}, round=Round("kind:bridge", ("v:9",)))
    assert (wall.opened_by(0, "s"), wall.opened_by(1, "s")) == ("scene:s", "round:kind:bridge")


async def test_who_listens_is_in_the_audit_with_the_camera(videos: Desk) -> None:
    wall = videos.seat.videos["main"]
    wall.look = Look(4, cameras={0: "v:1"})
    outcome = await videos.do("hear-cell 2")
    assert outcome.state is State.REFUSED and outcome.reason is not None
    assert outcome.reason.id == "videosound.no_camera"
    assert (await videos.do("hear-cell 1")).done and wall.sound == 0
    assert (await videos.do("video-volume 30")).done and videos.seat.videos.volume == 30
    assert (await videos.do("hear-cell 0")).done and wall.sound is None
    rows = await videos.ops.read(lambda db: viewings.seen(db, "v:1", NOON, NOON + 1, 10))
    assert [(row.person, row.view.by, row.view.wall) for row in rows] == [("0001", "sound", "main")]
    assert not (await videos.ops.read(verify)).findings


async def test_the_command_line_says_who_saw_a_camera(
    videos: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = keeper_of(videos)
    keeper.start()
    for number in (1, 2):
        videos.seat.views.see(f"1/{number}", f"v:{number}", "scene:视频", "main", NOON)
    videos.clock.advance(5000)
    await keeper.stop()
    monkeypatch.setattr("app.cli.audit.time.time", lambda: (NOON + 60_000) / 1000)
    done = CliRunner().invoke(command, ["views", "--data", str(videos.folder), "--camera", "v:2"])
    first, last = done.output.splitlines()
    assert (
        first.startswith("v:2  2026-07-17 ") and "  5 秒  1 次  scene:视频  墙 main  0001" in first
    )
    assert last == "共 1 条查看记录。"
