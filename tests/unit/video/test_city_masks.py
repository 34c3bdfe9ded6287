"""What a city's `video.toml` covers holds in the running seat, also after it was read anew, and so
does what is drawn."""

from pathlib import Path

import msgspec
import numpy as np

from app.city import City, load_city
from app.core.camera_mask import areas_text, read_areas
from app.core.decision import CameraMask
from app.core.video_rules import VideoRules, Watermark
from app.live.hub import Kind
from app.video.board import SLOTS
from app.video.segments import attach
from app.video.tile import Demand
from app.video.worker.mask import LUMA
from tests.helpers.pooling import until
from tests.unit.video.test_city_video import House, running

LEFT, RIGHT = read_areas("0,0 0.5,1"), read_areas("0.5,0 1,1")
WIDTH, HEIGHT = 320, 180


def ruled(city: City, **masks: object) -> City:
    rules = VideoRules(masks, Watermark(("hall",)))  # type: ignore[arg-type]
    return msgspec.structs.replace(city, video=rules)


def halves(house: House) -> tuple[bool, bool] | None:
    """Whether the left and the right half of the newest picture are covered."""
    service = house.video.service
    place = service.tiles["v"].place if "v" in service.tiles else None
    if place is None or service.board is None or not service.board[place.row]["seq"]:
        return None
    row = service.board[place.row]
    at = int(row["seq"]) % SLOTS * place.slot_bytes
    stride = int(row["stride"])
    lines = np.frombuffer(attach(place.segment), np.uint8, stride * HEIGHT, at)
    picture = lines.reshape(HEIGHT, stride)[:, : WIDTH * 4].reshape(HEIGHT, WIDTH, 4)[..., :3]
    sides = picture[:, : WIDTH // 2 - 4], picture[:, WIDTH // 2 + 4 :]
    return bool((sides[0] == LUMA).all()), bool((sides[1] == LUMA).all())


async def test_what_files_and_hands_cover_holds_while_it_changes(tmp_path: Path) -> None:
    city = load_city("yiyuan")
    camera = city.cameras[0].id
    async with running(ruled(city, **{camera: LEFT}), tmp_path) as house:
        house.video.service.want("v", Demand(camera, WIDTH, HEIGHT))
        assert house.seat.videos.mark.worn("hall")
        await until(lambda: halves(house) is not None, 20)
        assert halves(house) == (True, False)
        row = CameraMask(camera, areas_text(RIGHT), 1, "0001", "shift_head")
        house.hub.publish(Kind.SEAT, house.seat.videos.masks.take([row]))
        await until(lambda: halves(house) == (True, True), 2)
        house.video.use(ruled(city))  # the file covers nothing any more
        await until(lambda: halves(house) == (False, True), 2)
        assert house.seat.videos.masks.cameras() == [camera]
