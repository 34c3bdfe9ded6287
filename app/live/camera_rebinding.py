"""Everything of a seat that names cameras, bound to the ids under which they go on."""

from collections.abc import Mapping

from app.core.camera_mask import areas_text
from app.core.decision import CameraMask, KeptCamera, Stamp
from app.live.seat import Seat
from app.live.video_wall import video_key


def kept_anew(
    seat: Seat, ids: Mapping[str, str], stamp: Stamp
) -> tuple[KeptCamera | CameraMask, ...]:
    """The rows by which cameras at hand stay so under other ids, and nobody sees more of them."""
    rows: list[KeptCamera | CameraMask] = [
        CameraMask(new, areas_text(areas), stamp.at, stamp.person, stamp.role)
        for new, areas in seat.videos.masks.rebound(ids)
    ]
    for old, new in ids.items():
        if old in seat.videos.kept:
            for camera, dropped in ((old, True), (new, False)):
                rows.append(
                    KeptCamera(camera, seat.id, stamp.at, stamp.person, stamp.role, dropped)
                )
    return tuple(rows)


def rebind_walls(seat: Seat, ids: Mapping[str, str]) -> list[str]:
    """Let walls, rounds and what they go back to show the same cameras; gives the keys of those
    that changed."""
    videos = seat.videos
    videos.recent = [ids.get(camera, camera) for camera in videos.recent]
    return [video_key(name) for name in videos.names() if videos[name].rebind(ids)]
