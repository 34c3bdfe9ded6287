"""Who may cover a part of a camera's picture, who may show it again, and what a mask forbids."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.core.camera_mask import read_areas
from app.core.directory import Camera
from app.core.video_rules import Watermark
from app.live.camera_rebinding import kept_anew
from app.live.footage import FootageOrder
from app.live.hub import Kind
from app.live.video_mark import MARK
from app.live.video_names import CameraNames
from app.store.verify import verify
from tests.unit.commands.desk import Desk

FLAT = "0.1,0.2 0.4,0.5"
ROOF = "0.6,0.1 0.9,0.1 0.9,0.4"


def seated(desk: Desk) -> Desk:
    """A desk with two cameras and a duty officer, who may not lift masks."""
    cameras = [Camera(f"v:{n}", f"{n}号机", f"Camera {n}", "320812", 119.0, 33.5) for n in (1, 2)]
    desk.seat.videos.cameras = CameraNames(cameras)
    desk.sit("0002", "duty_officer")
    return desk


@pytest.fixture
def masks(desk: Desk) -> Desk:
    """The same, ended by the fixture."""
    return seated(desk)


async def done(desk: Desk, *texts: str) -> None:
    for text in texts:
        outcome = await desk.do(text)
        assert outcome.done, (text, outcome.reason)


def of(desk: Desk, camera: str = "v:1") -> Sequence[object]:
    return desk.seat.videos.masks.of(camera)


async def test_what_is_drawn_is_added_told_and_holds_over_a_restart(tmp_path: Path) -> None:
    seat = seated(Desk(tmp_path))
    heard = seat.hub.subscribe()
    await done(seat, f"mask-camera v:1 area='{FLAT}'", f"mask-camera v:1 area='{ROOF}'")
    assert "mask/v:1" in heard.drain()[Kind.SEAT]
    assert of(seat) == read_areas(f"{FLAT}; {ROOF}")
    assert of(seat, "v:2") == ()
    texts = [str(text) for (text,) in seat.rows("SELECT text FROM audit ORDER BY seq")]
    assert texts[0] == f"mask-camera v:1 area='{FLAT}'"
    seat = seated(seat.again())
    try:
        assert of(seat) == read_areas(f"{FLAT}; {ROOF}")
        assert not seat.ops.run_blocking(verify).findings
        await done(seat, "undo-mask v:1")
        assert of(seat) == read_areas(FLAT)
    finally:
        seat.close()


@pytest.mark.parametrize(
    "area",
    ["0.1,0.2", "0.1,0.1 0.1,0.9", "0.1,0.2 1.4,0.5", "nan,0.2 0.4,0.5", "a,b c,d", "0.1 0.2", ";"],
)
async def test_an_area_that_hides_nothing_is_refused(masks: Desk, area: str) -> None:
    assert await masks.refused(f"mask-camera v:1 area='{area}'") == "videomask.area"
    assert await masks.refused(f"mask-camera v:7 area='{FLAT}'") == "videowall.no_camera"
    assert of(masks) == ()


async def test_only_who_may_see_it_shows_it_to_others(masks: Desk) -> None:
    await done(masks, f"mask-camera v:1 area='{FLAT}; {ROOF}'")
    assert await masks.refused("unmask-camera v:1") == "command.unmask-camera.not_allowed"
    assert of(masks)
    masks.sit("0003", "duty_officer")
    assert await masks.refused("undo-mask v:1") == "videomask.undo_other"
    masks.sit()
    assert await masks.refused("unmask-camera v:1 area=3") == "videomask.no_area"
    await done(masks, "unmask-camera v:1 area=1")
    assert of(masks) == read_areas(ROOF)
    await done(masks, "unmask-camera v:1")
    assert of(masks) == ()
    await done(masks, "undo-mask v:1")
    assert of(masks) == read_areas(ROOF)
    assert await masks.refused("unmask-camera v:2") == "videomask.none"


async def test_who_drew_it_wrongly_takes_it_back(masks: Desk) -> None:
    await done(masks, f"mask-camera v:1 area='{FLAT}'", "undo-mask v:1")
    assert of(masks) == ()
    assert await masks.refused("undo-mask v:1") == "videomask.no_undo"


async def test_what_the_city_covers_is_lifted_in_its_file_only(masks: Desk) -> None:
    masks.seat.videos.masks.fixed = {"v:1": read_areas(FLAT)}
    masks.sit()
    assert await masks.refused("unmask-camera v:1") == "videomask.fixed"
    await done(masks, f"mask-camera v:1 area='{ROOF}'", "unmask-camera v:1")
    assert of(masks) == read_areas(FLAT)


def saved(desk: Desk) -> FootageOrder:
    return desk.seat.footage[-1]


async def test_a_clip_of_a_camera_with_a_mask_is_for_those_who_may_see_all(masks: Desk) -> None:
    masks.sit()
    await done(masks, f"mask-camera v:1 area='{FLAT}'", "save-clip v:1 reason=取证")
    assert saved(masks).unmasked
    masks.sit("0002", "duty_officer")
    assert await masks.refused("save-clip v:1 reason=取证") == "videomask.clip"
    await done(masks, "save-snapshot v:1 reason=取证", "save-clip v:2 reason=取证")
    assert not saved(masks).unmasked


async def test_a_camera_with_a_mask_is_not_turned(masks: Desk) -> None:
    await done(masks, f"mask-camera v:1 area='{FLAT}'", "move-camera v:2 way=left")
    assert await masks.refused("move-camera v:1 way=left") == "videomask.turn"


async def test_a_camera_that_is_numbered_anew_keeps_all_that_covers_it(masks: Desk) -> None:
    masks.seat.videos.masks.fixed = {"v:1": read_areas(FLAT)}
    await done(masks, f"mask-camera v:1 area='{ROOF}'")
    stamp = masks.seat.videos.masks.last("v:1")
    assert stamp is not None
    rows = kept_anew(masks.seat, {"v:1": "v:9"}, stamp)  # type: ignore[arg-type]
    masks.seat.videos.masks.take(rows)
    assert of(masks, "v:9") == read_areas(f"{FLAT}; {ROOF}")


async def test_a_seat_wears_its_watermark_and_says_so_beside_what_it_saves(masks: Desk) -> None:
    mark, heard = masks.seat.videos.mark, masks.hub.subscribe()
    await done(masks, "save-snapshot v:1 reason=取证")
    assert saved(masks).watermark == ""
    masks.seat.maps.names.zone = "Asia/Shanghai"
    await done(masks, "mark-video on", "save-snapshot v:1 reason=取证")
    assert MARK in heard.drain()[Kind.SEAT]
    assert mark.worn("desk")
    assert saved(masks).watermark == "0002 desk 2026-07-17 20:00"
    await done(masks, "mark-video off")
    assert not mark.worn("desk")
    mark.rules = Watermark(("desk",))
    assert await masks.refused("mark-video off") == "videomask.mark_required"
    assert mark.worn("desk") and not mark.worn("hall")
