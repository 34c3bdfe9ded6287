"""What the commands about recordings share: what is played there, and what can be asked of it."""

from collections.abc import Iterable

from app.core.message import Refusal, message
from app.live.command import Room
from app.live.video_past import Past, Replays, reference
from app.live.video_wall import VideoWall


def require_playing(wall: VideoWall, camera: str) -> Past:
    """The recording of a camera that a wall shows; raises Refusal."""
    past = wall.look.past.get(camera)
    if past is None:
        raise Refusal(message("videopast.not_playing"))
    return past


def common_speeds(wall: VideoWall, replays: Replays, cameras: Iterable[str]) -> list[float]:
    """The speeds at which the recordings of all of these cameras can run, slowest first; standing
    still is understood (where a platform cannot, nothing is read). Empty where one of them can only
    run as it was recorded."""
    found: set[float] | None = None
    for camera in cameras:
        past = wall.look.past.get(camera)
        speeds = set(replays.speeds(camera, past)) if past is not None else set[float]()
        found = speeds if found is None else found & speeds
    return sorted(found or ())


def require_speed(room: Room, wall: VideoWall, camera: str, speed: float) -> None:
    """The platforms of all cameras that go together can do that; raises Refusal with what they
    can."""
    speeds = common_speeds(wall, room.seat.videos.replays, wall.beside(camera))
    if not speeds and speed not in (0, 1):
        raise Refusal(message("videopast.one_speed"))
    if speed and speed != 1 and speed not in speeds:
        known = " ".join(f"{one:g}" for one in speeds)
        raise Refusal(message("videopast.no_speed", speed=f"{speed:g}", known=known))


def seen(room: Room, wall: VideoWall, camera: str) -> int:
    """The moment from which a step is counted: what is seen of a recording, of several on one time
    line what they have in common."""
    replays, past = room.seat.videos.replays, wall.look.past
    together = wall.beside(camera)
    known = reference(replays.seen(one, past[one]) for one in together if one in past)
    return known or replays.moment(camera, past[camera])
