"""What the video service knows of recordings, for commands and windows of the seat."""

from collections.abc import Iterable

from app.core.model import Ms
from app.live.video_past import Replays
from app.video.service import VideoService
from app.video.tile import State, Tile

_PLAYED = frozenset({State.PLAYBACK, State.LATE, State.FROZEN, State.BLACK})


def moments_of(tiles: Iterable[Tile]) -> dict[tuple[str, Ms], Ms]:
    """The moments that are seen, by camera and end of the stretch that is played."""
    return {
        (tile.camera, tile.playback.end): tile.observed
        for tile in tiles
        if tile.playback is not None and tile.state in _PLAYED and tile.observed
    }


def tell(replays: Replays, service: VideoService, platforms: Iterable[str]) -> None:
    """Bring what the seat knows up to now."""
    replays.put(moments_of(service.tiles.values()))
    if not replays.powers:
        found = {platform: service.powers(platform) for platform in platforms}
        replays.powers = {platform: one for platform, one in found.items() if one is not None}
