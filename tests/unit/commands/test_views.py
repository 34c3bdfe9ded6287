"""Views that nobody asked for by command are in the audit too: who, which camera, when."""

import pytest
from click.testing import CliRunner

from app.cli.audit import command
from app.core.directory import Camera
from app.live.commands import State
from app.live.video_names import CameraNames
from app.live.video_wall import Look, Round, VideoWall
from app.live.view_keeper import ViewKeeper
from app.store import viewings
from app.store.verify import verify
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
        ("0001", 30_000),
        ("0001", 90_000),
    ]
    assert {(row.seat, row.view.by, row.view.wall) for row in rows} == {
        ("desk", "scene:重点视频", "main")
    }
    lines = videos.rows("SELECT verb, outcome, text FROM audit ORDER BY seq")
    assert {line[:2] for line in lines} == {("viewed", "noted")} and len(lines) == 2
    assert not (await videos.ops.read(verify)).findings


async def test_what_was_seen_and_is_changed_afterwards_is_found(videos: Desk) -> None:
    keeper = keeper_of(videos)
    keeper.start()
    videos.seat.views.see("1/0", "v:1", "hand", "main", NOON)
    videos.clock.advance(1000)
    await keeper.stop()
    videos.rows("DROP TRIGGER viewing_no_update")
    videos.rows("UPDATE viewing SET camera = 'v:2'")
    (finding,) = (await videos.ops.read(verify)).findings
    assert finding.id == "audit.rows_changed"


async def test_a_minute_of_a_busy_wall_is_one_line(videos: Desk) -> None:
    keeper, book = keeper_of(videos), videos.seat.views
    keeper.start()
    for number in range(500):
        book.see(f"1/{number % 25}", f"v:{number}", "hand", "main", NOON + number * 100)
    videos.clock.advance(120_000)
    keeper.look()
    await keeper.write()
    assert videos.rows("SELECT count(*) FROM audit") == [(1,)]
    (count,) = videos.rows("SELECT count(*) FROM viewing")[0]
    assert count == 500
    await keeper.stop()


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
