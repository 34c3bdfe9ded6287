"""Cameras at hand, those looked at last, and lists of platforms that are taken and taken back."""

from functools import partial

import pytest

from app.core.directory import Camera
from app.live.camera_offers import CameraOffer, Loss
from app.live.hub import Kind
from app.live.recent_keeper import RecentKeeper
from app.live.video_names import CameraNames
from app.live.video_plan import WallPlan
from app.store.kept_cameras import looked_at
from tests.unit.commands.desk import Desk

DIGEST = "0123456789ab"


@pytest.fixture
def videos(desk: Desk) -> Desk:
    """A desk with six cameras, and a platform that lists some of them otherwise."""
    ids = ["v:1", "v:2", "v:3", "v:4", "v:5", "v:6", "v:20"]
    desk.seat.videos.cameras = CameraNames(
        Camera(id_, id_, id_, "320812", 119.0, 33.5) for id_ in ids
    )
    lists = desk.seat.videos.lists
    lists.platforms = frozenset({"v"})
    lists.offers["v"] = CameraOffer(
        "v", DIGEST, 1, 5, gone=frozenset({"v:1"}), rebound={"v:2": "v:20"}
    )
    desk.sit()
    return desk


async def test_cameras_are_kept_at_hand_and_dropped(videos: Desk) -> None:
    heard = videos.hub.subscribe()
    for camera in ("v:3", "v:1", "v:2"):
        await videos.do(f"keep-camera {camera}")
    await videos.do("drop-camera v:1")
    assert list(videos.seat.videos.kept) == ["v:3", "v:2"]
    assert "cameras/kept" in heard.drain()[Kind.SEAT]
    assert await videos.refused("drop-camera v:1") == "videolist.not_kept"
    assert await videos.refused("keep-camera v:99") == "videowall.no_camera"
    rows = videos.rows("SELECT camera, dropped FROM kept_camera ORDER BY rowid")
    assert [tuple(row) for row in rows] == [("v:3", 0), ("v:1", 0), ("v:2", 0), ("v:1", 1)]


async def test_a_new_start_knows_what_was_kept_and_looked_at(videos: Desk) -> None:
    await videos.do("keep-camera v:3")
    for camera in ("v:4", "v:5", "v:4"):
        await videos.do(f"watch-camera {camera}")
    assert videos.seat.videos.recent == ["v:4", "v:5"]
    videos.seat.videos.kept, videos.seat.videos.recent = {}, []
    videos.commands.load()
    assert list(videos.seat.videos.kept) == ["v:3"]
    assert videos.seat.videos.recent == ["v:4", "v:5"]


async def test_cameras_looked_at_last_are_kept_however_they_came(videos: Desk) -> None:
    seat = videos.seat
    keeper = RecentKeeper(seat, videos.ops, videos.clock)
    keeper.start()
    seat.plans.known["flood"] = WallPlan((2, 1), cameras=("v:6", "v:2"))
    await videos.do("watch-cameras 'v:4 v:5'")
    await videos.do("watch-layout flood")
    await videos.do(f"take-cameras v digest={DIGEST}")
    assert seat.videos.recent == ["v:20", "v:6", "v:4", "v:5"]
    await keeper.stop()
    videos.clock.advance(1000)
    await videos.do("watch-cameras 'v:1 v:3'")  # and killed before it is kept
    assert seat.videos.recent == ["v:1", "v:3", "v:20", "v:6", "v:4", "v:5"]
    seat.videos.recent = []
    videos.commands.load()  # as a start does
    assert seat.videos.recent == ["v:1", "v:3", "v:20", "v:6", "v:4", "v:5"]
    assert videos.ops.run_blocking(partial(looked_at, seat="wall-1")) == ([], [])


async def test_all_that_a_list_would_break_is_told_before_it_is_taken(videos: Desk) -> None:
    await videos.do("watch-camera v:1")
    await videos.do("watch-camera v:3")
    await videos.do("keep-camera v:2")
    offer = videos.seat.videos.lists.offer("v")
    assert videos.seat.videos.losses(offer, {"v:1", "v:6"}) == [
        Loss("wall", "main", "v:1"),
        Loss("favourite", "", "v:2", "v:20"),
        Loss("key", "", "v:1"),
    ]
    await videos.do("start-round all dwell=20")
    told = {(loss.sort, loss.camera, loss.to) for loss in videos.seat.videos.losses(offer, ())}
    assert told >= {("round", "v:1", ""), ("round", "v:2", "v:20")}


async def test_a_list_is_taken_with_walls_rounds_and_those_at_hand_and_taken_back(
    videos: Desk,
) -> None:
    seat, wall = videos.seat, videos.seat.videos["main"]
    await videos.do("watch-camera v:2")
    await videos.do("watch-camera v:3")
    await videos.do("keep-camera v:2")
    assert await videos.refused("take-cameras v digest=ffffffffffff") == "videolist.another"
    await videos.do(f"take-cameras v digest={DIGEST}")
    assert wall.look.cameras == {0: "v:20", 1: "v:3"}
    assert list(seat.videos.kept) == ["v:20"] and seat.videos.recent == ["v:3", "v:20"]
    assert seat.videos.lists.orders == [("take", "v")]
    await videos.do("undo-video")
    assert wall.look.cameras == {0: "v:20"}  # also what stood before is bound anew
    seat.videos.lists.taken["v"] = seat.videos.lists.offers.pop("v")
    assert await videos.refused(f"take-cameras v digest={DIGEST}") == "videolist.nothing"
    await videos.do("undo-cameras v")
    assert wall.look.cameras == {0: "v:2"} and list(seat.videos.kept) == ["v:2"]
    assert seat.videos.lists.orders[1:] == [("undo", "v")]
    texts = [str(text) for (text,) in videos.rows("SELECT text FROM audit ORDER BY seq")]
    assert f"take-cameras v digest={DIGEST}" in texts and "undo-cameras v" in texts


async def test_what_cannot_be_done_is_refused_in_words(videos: Desk) -> None:
    assert await videos.refused("undo-cameras v") == "videolist.nothing_taken"
    assert await videos.refused("list-cameras w") == "videolist.no_platform"
    await videos.do("list-cameras v")
    await videos.do("list-cameras v")
    assert videos.seat.videos.lists.orders == [("list", "v")]
