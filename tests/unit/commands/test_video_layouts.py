"""Dividing a video wall: by count, by grid, by name, by hand; what is refused, and what instead."""

import pytest

from app.core.directory import Camera
from app.live.commands import State
from app.live.video_layout import Span, grid
from app.live.video_names import CameraNames
from app.live.video_plan import WallPlan, parse_plan, plan_text
from app.live.video_plans import MOST, Cost
from app.live.video_wall import Look
from tests.unit.commands.desk import Desk


@pytest.fixture
def videos(desk: Desk) -> Desk:
    """A desk with nine cameras, on a wall of three by three."""
    cameras = [
        Camera(f"v:{n}", f"{n}号机", f"Camera {n}", "320812", 119.0, 33.5) for n in range(1, 10)
    ]
    desk.seat.videos.cameras = CameraNames(cameras)
    desk.seat.videos["main"].look = Look(9, cameras={n: f"v:{n + 1}" for n in range(9)})
    desk.sit()
    return desk


async def test_cells_are_merged_split_and_had_back(videos: Desk) -> None:
    wall = videos.seat.videos["main"]
    before = wall.look
    await videos.do("merge-cells 5 to=1")
    assert wall.look.layout is not None and wall.look.layout.cells[0] == Span(0, 0, 2, 2)
    assert wall.look.cameras == {0: "v:5", 1: "v:3", 2: "v:6", 3: "v:7", 4: "v:8", 5: "v:9"}
    await videos.do("split-cell 1")
    assert (wall.look.size, wall.look.layout) == (9, grid(3, 3))
    assert wall.look.cameras == {0: "v:5", 2: "v:3", 5: "v:6", 6: "v:7", 7: "v:8", 8: "v:9"}
    await videos.do("undo-video")
    await videos.do("undo-video")
    assert wall.look == before


async def test_a_merged_cell_shows_a_camera_that_stood_in_it(videos: Desk) -> None:
    wall = videos.seat.videos["main"]
    await videos.do("clear-cell 1")
    await videos.do("merge-cells 1 to=2")
    assert wall.look.cameras[0] == "v:2"


async def test_a_wall_is_divided_by_count_by_grid_and_by_name(videos: Desk) -> None:
    wall = videos.seat.videos["main"]
    videos.seat.plans.known["two"] = WallPlan((2, 1), cameras=("v:8",))
    await videos.do("video-layout 6")
    assert wall.look.size == 6 and wall.layout.cells[0] == Span(0, 0, 2, 2)
    await videos.do("video-layout 4x2")
    assert (wall.look.size, wall.layout) == (8, grid(4, 2))
    await videos.do("video-layout two")
    assert (wall.look.size, wall.look.cameras[0]) == (2, "v:1")
    await videos.do("video-layout 16")
    assert (wall.look.size, wall.look.layout, len(wall.look.cameras)) == (16, None, 9)
    assert videos.rows("SELECT text FROM audit") == []


async def test_a_called_layout_brings_its_cameras_and_is_audited(videos: Desk) -> None:
    wall = videos.seat.videos["main"]
    videos.seat.plans.known["flood"] = WallPlan((2, 1), cameras=("v:8", "gone"))
    videos.seat.plans.known["empty"] = WallPlan((2, 1), cameras=("gone",))
    assert await videos.refused("watch-layout empty") == "videolayout.no_cameras"
    await videos.do("watch-layout flood")
    assert (wall.look.size, wall.look.cameras) == (2, {0: "v:8"})
    texts = [text for (text,) in videos.rows("SELECT text FROM audit ORDER BY seq")]
    assert texts == ["watch-layout empty", "watch-layout flood"]
    await videos.do("lock-cell 1")
    assert await videos.refused("watch-layout flood") == "videolayout.locked"
    videos.sit("0009", "visitor")
    assert (await videos.do("watch-layout flood")).state is State.REFUSED


async def test_what_is_saved_is_what_stands_there(videos: Desk) -> None:
    await videos.do("merge-cells 1 to=5")
    await videos.do("save-layout flood")
    (order,) = videos.seat.plans.orders
    assert order.name == "flood" and order.plan is not None
    assert order.plan.cells[0] == Span(0, 0, 2, 2) and order.plan.cameras[0] == "v:1"
    assert parse_plan(plan_text(order.plan), "x") == order.plan
    assert videos.rows("SELECT text FROM audit") == [("save-layout flood",)]
    videos.seat.plans.known["flood"] = order.plan
    await videos.do("drop-layout flood")
    assert videos.seat.plans.orders[1].plan is None


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("merge-cells 3 to=3", "videolayout.one_cell"),
        ("merge-cells 3 to=10", "videowall.no_cell"),
        ("merge-cells 4 to=6", "videowall.locked"),
        ("split-cell 5", "videowall.locked"),
        ("split-cell 0", "videowall.no_cell"),
        ("split-cell 1 columns=1 rows=1", "videolayout.one_part"),
        ("split-cell 1 columns=8 rows=8", "videolayout.too_fine"),
        ("video-layout 0", "videolayout.count"),
        ("video-layout 65", "videolayout.count"),
        ("video-layout 9x8", "videolayout.count"),
        ("video-layout night", "videolayout.unknown"),
        ("watch-layout night", "videolayout.unknown"),
        ("drop-layout night", "videolayout.unknown"),
        ("save-layout night wall=nowhere", "videowall.no_wall"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_reason(
    videos: Desk, text: str, id_: str
) -> None:
    await videos.do("lock-cell 5")
    before = videos.seat.videos["main"].look
    assert await videos.refused(text) == id_
    assert videos.seat.videos["main"].look == before


@pytest.mark.parametrize("name", ["9lives", "../x", "A", "", "a b"])
def test_a_name_that_could_be_a_count_or_a_path_is_no_name(videos: Desk, name: str) -> None:
    with pytest.raises(Exception, match=r"commands\."):
        videos.commands.parse(f"save-layout '{name}'")


async def test_no_more_layouts_are_kept_than_can_be_found(videos: Desk) -> None:
    plan = WallPlan((1, 1))
    videos.seat.plans.known = {f"n{number}": plan for number in range(MOST)}
    assert await videos.refused("save-layout other") == "videolayout.too_many_kept"
    assert (await videos.do("save-layout n0")).done


def costing(per_cell: float, allowed: float) -> object:
    """A machine where each camera costs as much; what is over the top shows key frames."""

    def price(wall: str, look: Look) -> Cost | None:
        shown = sum(cell < look.size for cell in look.cameras)
        keys = max(0, shown - int(allowed / per_cell))
        return Cost(shown * per_cell, allowed, shown, keys, keys) if wall == "main" else None

    return price


async def test_what_cannot_be_carried_is_refused_with_what_can(videos: Desk) -> None:
    wall = videos.seat.videos["main"]
    videos.seat.plans.price = costing(0.4, 2.0)  # type: ignore[assignment]
    await videos.do("video-layout 4")
    said = await videos.refusal("video-layout 16")
    assert said.id == "videolayout.too_many"
    assert said.args == {
        "n": 16, "used": "3.6", "allowed": "2.0", "keys": 4,
        "fewer": 4, "offer": "video-layout 4 wall=main", "again": "video-layout 16 anyway=true",
    }  # fmt: skip
    assert wall.look.count == 4
    await videos.do(str(said.args["again"]))
    assert wall.look.count == 16
    await videos.do(str(said.args["offer"]))
    assert wall.look.count == 4


async def test_where_fewer_do_not_help_only_key_frames_are_offered(videos: Desk) -> None:
    videos.seat.plans.price = costing(3.0, 2.0)  # type: ignore[assignment]
    await videos.do("video-layout 4 anyway=true")
    said = await videos.refusal("video-layout 9")
    assert (said.id, said.args["offer"]) == ("videolayout.too_much", "video-layout 9 anyway=true")


async def test_of_a_layout_with_its_cameras_fewer_cells_are_no_offer(videos: Desk) -> None:
    videos.seat.plans.price = costing(3.0, 2.0)  # type: ignore[assignment]
    videos.seat.plans.known["flood"] = WallPlan((2, 1), cameras=("v:8",))
    await videos.do("clear-cell 0")
    said = await videos.refusal("watch-layout flood")
    assert (said.id, said.args["offer"]) == (
        "videolayout.too_much",
        "watch-layout flood anyway=true",
    )
    assert (await videos.do(str(said.args["offer"]))).done


async def test_a_wall_that_is_over_already_may_become_lighter(videos: Desk) -> None:
    videos.seat.plans.price = costing(0.4, 1.0)  # type: ignore[assignment]
    assert (await videos.do("video-layout 6")).done  # four key frames instead of seven
    assert (await videos.refusal("video-layout 9")).args["keys"] == 7


async def test_a_wall_that_nobody_sees_is_not_judged(videos: Desk) -> None:
    videos.seat.plans.price = costing(3.0, 2.0)  # type: ignore[assignment]
    videos.seat.stage.walls = ("wall-1",)
    assert (await videos.do("video-layout 64 wall=wall-1")).done


async def test_a_round_is_refused_with_the_same_round_in_fewer_cells(videos: Desk) -> None:
    def price(wall: str, look: Look) -> Cost | None:
        shown = len(look.cameras) if look.round is None else min(9, look.size)
        keys = max(0, shown - 5)
        return Cost(shown * 0.4, 2.0, shown, keys, keys)

    wall = videos.seat.videos["main"]
    await videos.do("clear-cell 0")
    videos.seat.plans.price = price
    said = await videos.refusal("start-round all dwell=20")
    assert said.id == "videolayout.round_too_many" and wall.look.round is None
    assert said.args == {
        "n": 9, "used": "3.6", "allowed": "2.0", "keys": 4, "fewer": 4,
        "offer": "start-round all dwell=20 cells=4",
        "again": "start-round all dwell=20 anyway=true",
    }  # fmt: skip
    assert (await videos.do(str(said.args["offer"]))).done
    assert wall.look.size == 4 and sorted(wall.look.cameras) == [0, 1, 2, 3]
    assert wall.look.round is not None and wall.look.round.dwell_ms == 20_000
    await videos.do("undo-video")
    assert wall.look.size == 9
    assert (await videos.do(str(said.args["again"]))).done
    assert wall.look.size == 9 and len(wall.look.cameras) == 9
    # What it shows now costs as much: the same again is no worse.
    assert (await videos.do("start-round all dwell=30")).done


async def test_a_round_where_fewer_cells_do_not_help_offers_key_frames(videos: Desk) -> None:
    def price(wall: str, look: Look) -> Cost | None:
        return Cost(3.0, 2.0, 1, 1, 1) if look.round is not None else Cost(0.0, 2.0, 0, 0, 0)

    videos.seat.plans.price = price
    said = await videos.refusal("start-round all")
    assert (said.id, said.args["offer"]) == (
        "videolayout.round_too_much",
        "start-round all anyway=true",
    )
