"""What each view is told, and when it is worth telling: a caption is not painted four times a
second because a delay is a millisecond longer."""

from collections.abc import Iterable
from operator import attrgetter

from app.core.catalog import SECOND
from app.core.model import Ms
from app.video.tile import State, Tile

RATE_STEP = 2.0
"""Pictures a second that make a difference to who reads them."""
LATENCY_STEP_MS = 50.0

_FIGURES = frozenset({"observed", "sent_fps", "shown_fps", "latency_ms"})
_plain = attrgetter(*(name for name in Tile.__struct_fields__ if name not in _FIGURES))
"""Of a tile what every change of is told."""


class Tiles:
    """The newest tile of every view; belongs to the video thread."""

    def __init__(self) -> None:
        self._newest: dict[str, Tile] = {}
        self._told: dict[str, Tile] = {}

    def __getitem__(self, view: str) -> Tile:
        return self._newest[view]

    def since(self, view: str, camera: str, state: State, now: Ms) -> Ms:
        """When a view's camera came into a state: now, or when it was first seen in it."""
        before = self._newest.get(view)
        same = before is not None and before.camera == camera and before.state is state
        return before.since if same and before is not None else now

    def put(self, tiles: Iterable[Tile]) -> set[str]:
        """All tiles there are now; gives the views that read otherwise than they were told,
        those that are gone among them."""
        self._newest = {tile.view: tile for tile in tiles}
        news = self._told.keys() - self._newest.keys()
        for view in news:
            del self._told[view]
        for view, tile in self._newest.items():
            told = self._told.get(view)
            if told is None or differs(told, tile):
                self._told[view] = tile
                news = news | {view}
        return set(news)

    @property
    def newest(self) -> dict[str, Tile]:
        """By view."""
        return self._newest


def differs(before: Tile, now: Tile) -> bool:
    """Whether a reader would see that it is another one."""
    if _plain(before) != _plain(now):
        return True
    return (
        abs(before.sent_fps - now.sent_fps) >= RATE_STEP
        or abs(before.shown_fps - now.shown_fps) >= RATE_STEP
        or abs(before.latency_ms - now.latency_ms) >= LATENCY_STEP_MS
        or (now.place is None and before.observed != now.observed)
        or (now.playback is not None and before.observed // SECOND != now.observed // SECOND)
    )
