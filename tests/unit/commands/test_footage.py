"""Saving a camera's picture: who, why, and what stands in the audit."""

import pytest

from app.core.directory import Camera
from app.core.model import World
from app.live.commands import State
from app.live.footage import FootageForm
from app.live.hub import Kind
from app.live.turning import TurnOrder, Way
from app.live.video_names import CameraNames
from tests.unit.commands.desk import Desk


@pytest.fixture
def saving(desk: Desk) -> Desk:
    """A desk with two cameras and somebody at it."""
    cameras = [Camera(f"v:{n}", f"{n}号机", f"Camera {n}", "320812", 119.0, 33.5) for n in (1, 2)]
    desk.seat.videos.cameras = CameraNames(cameras)
    desk.sit()
    return desk


async def test_what_is_saved_is_a_line_of_the_audit_and_an_order_with_its_id(saving: Desk) -> None:
    heard = saving.hub.subscribe()
    clip = await saving.do("save-clip v:1 reason='涵洞积水 取证'")
    shot = await saving.do("save-snapshot v:2 reason=核实 form=png")
    assert "footage" in heard.drain()[Kind.SEAT]
    orders = saving.seat.footage
    assert [(order.stamp.id, order.stamp.person) for order in orders] == [
        (clip.id, "0001"),
        (shot.id, "0001"),
    ]
    assert [(one.camera, one.form, one.reason, one.seconds) for one in orders] == [
        ("v:1", FootageForm.CLIP, "涵洞积水 取证", 30),
        ("v:2", FootageForm.PNG, "核实", 0),
    ]
    rows = saving.rows("SELECT text, person FROM audit ORDER BY seq")
    assert [str(text).split(" ", 2)[:2] for text, _ in rows] == [
        ["save-clip", "v:1"],
        ["save-snapshot", "v:2"],
    ]
    assert all("reason=" in str(text) for text, _ in rows)


async def test_a_telephone_number_in_a_reason_goes_neither_into_the_audit_nor_beside_the_file(
    saving: Desk,
) -> None:
    await saving.do("save-clip v:1 reason='报警人 13812345678 要求'")
    assert "13812345678" not in saving.seat.footage[0].reason
    assert not any("13812345678" in str(row) for row in saving.rows("SELECT text FROM audit"))


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("save-clip v:9 reason=取证", "videowall.no_camera"),
        ("save-clip v:1 reason=' '", "videohand.ask.reason_missing"),
        ("save-snapshot v:1 reason=' '", "videohand.ask.reason_missing"),
    ],
)
async def test_without_a_camera_or_a_reason_nothing_is_saved(
    saving: Desk, text: str, id_: str
) -> None:
    outcome = await saving.do(text)
    assert outcome.state is State.REFUSED and outcome.reason is not None
    assert outcome.reason.id == id_
    assert saving.seat.footage == []


@pytest.mark.parametrize("text", ["save-clip v:1", "save-snapshot v:1"])
def test_the_reason_is_no_option(saving: Desk, text: str) -> None:
    with pytest.raises(Exception, match="reason"):
        saving.commands.parse(text)


async def test_who_may_only_look_saves_nothing(saving: Desk) -> None:
    saving.sit("0009", "visitor")
    outcome = await saving.do("save-snapshot v:1 reason=取证")
    assert outcome.state is State.REFUSED and saving.seat.footage == []


async def test_in_a_replay_the_picture_of_now_is_no_footage(saving: Desk) -> None:
    saving.picture.world = World.REPLAY
    outcome = await saving.do("save-snapshot v:1 reason=取证")
    assert outcome.reason is not None and outcome.reason.id == "videohand.replay"


async def test_every_begun_movement_of_a_camera_is_one_line(saving: Desk) -> None:
    await saving.do("move-camera v:1 way=left")
    await saving.do("move-camera v:1 way=up")
    assert saving.seat.turns == [TurnOrder("v:1", Way.LEFT), TurnOrder("v:1", Way.UP)]
    rows = saving.rows("SELECT text, person FROM audit ORDER BY seq")
    assert rows == [("move-camera v:1 way=left", "0001"), ("move-camera v:1 way=up", "0001")]


@pytest.mark.parametrize("world", [World.DRILL, World.REPLAY])
async def test_a_drill_and_a_replay_turn_no_real_camera(saving: Desk, world: World) -> None:
    saving.picture.world = world
    outcome = await saving.do("move-camera v:1 way=left")
    assert outcome.reason is not None and outcome.reason.id == "videohand.no_turning"
    assert saving.seat.turns == []
