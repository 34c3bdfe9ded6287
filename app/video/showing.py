"""Which picture a view shows, and the tile that says what may be claimed of it.

A view goes over to another stream of its camera when that one has a picture; until then it shows
the one before. It never shows a stream of another camera.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from app.core.clock import Clock
from app.core.message import message
from app.core.model import Ms
from app.video.life import Life
from app.video.shown import Shown
from app.video.snapshots import Snapshots
from app.video.state import QUIET_S, Phase, Verdict, judge
from app.video.streams import Size
from app.video.tile import Demand, State, Tile
from app.video.tiles import Tiles
from app.video.wire import PixelFormat

_COVERED = frozenset({State.MISMATCH, State.FORBIDDEN})
_STANDING = frozenset(
    {State.CONNECTING, State.NO_SIGNAL, State.OFFLINE, State.CREDENTIALS, State.FROZEN}
)


class Standing(NamedTuple):
    """What a view shows now."""

    life: Life
    shown: Shown


def size_of(demand: Demand) -> Size:
    """How a view wants its pictures."""
    if demand.format is PixelFormat.BGRA:
        return Size(demand.width, demand.height, demand.format)
    return Size(0, 0, demand.format)


def stand(demand: Demand, target: Life | None, before: Standing | None) -> Standing | None:
    """What a view is to show from now on."""
    if before is not None and not _fits(demand, before):
        before = None
    shown = target.shown.get(size_of(demand)) if target is not None else None
    if target is None or shown is None:
        return before
    if before is None or (before.life is target and before.shown is shown):
        return Standing(target, shown)
    return Standing(target, shown) if shown.facts.pictures else before


def _fits(demand: Demand, standing: Standing) -> bool:
    """Whether it is a picture of the camera that is wanted, and still there."""
    life = standing.life
    return (
        life.held.camera == demand.camera
        and (life.held.playback is None) == (demand.playback is None)
        and life.has(standing.shown)
    )


class Teller:
    """Makes the tiles; belongs to the video thread."""

    def __init__(self, tiles: Tiles, snapshots: Snapshots, clock: Clock) -> None:
        self._tiles = tiles
        self._snapshots = snapshots
        self._clock = clock

    def tile(
        self,
        view: str,
        demand: Demand,
        target: Life | None,
        standing: Standing | None,
        facts: Mapping[str, bool],
        now: float,
    ) -> Tile:
        """The tile of a view. `facts`: `hidden` and `cut`, of its camera; `now` monotonic."""
        life = target
        if standing is not None and standing.life.story.phase is Phase.OPEN:
            life = standing.life
        verdict = self._verdict(demand, life, standing, facts, now)
        moment = self._clock.now()
        tile = Tile(
            view,
            demand.camera,
            verdict.state,
            self._tiles.since(view, demand.camera, verdict.state, moment),
            why=verdict.why,
        )
        if verdict.state in _COVERED:
            return tile
        if standing is not None:
            tile = _with_picture(tile, standing, moment, now)
        if tile.observed == 0 and verdict.state in _STANDING:
            found = self._snapshots.find(demand.camera)
            if found is not None:
                tile = msgspec.structs.replace(tile, snapshot=str(found.path), observed=found.taken)
        return _with_stream(tile, life, moment, now)

    @staticmethod
    def _verdict(
        demand: Demand,
        life: Life | None,
        standing: Standing | None,
        facts: Mapping[str, bool],
        now: float,
    ) -> Verdict:
        if facts["hidden"]:
            return Verdict(State.FORBIDDEN, message("videostate.hidden"))
        if life is None:
            return Verdict(State.CONNECTING)
        story = msgspec.structs.replace(life.story, cut=facts["cut"])
        mine = standing is not None and standing.life is life
        seen = standing.shown.facts if mine and standing is not None else None
        verdict = judge(story, seen)
        lacks = verdict.state is State.CONNECTING and story.phase is Phase.OPEN
        if lacks and life.lacking:
            return Verdict(State.NO_SIGNAL, message("videostate.no_room"))
        if verdict.state is State.CONNECTING and life.asked and now - life.asked > QUIET_S:
            return Verdict(State.CONNECTING, message("videostate.no_picture"))
        return verdict


def _with_picture(tile: Tile, standing: Standing, moment: Ms, now: float) -> Tile:
    shown = standing.shown
    return msgspec.structs.replace(
        tile,
        place=shown.place,
        observed=shown.moment(standing.life.dating, moment, now),
        latency_ms=round(shown.facts.latency * 1000, 1),
        sent_fps=round(shown.facts.due or shown.facts.rate, 1) if shown.facts.settled else 0.0,
        shown_fps=round(shown.facts.rate, 1) if shown.facts.settled else 0.0,
        rung=shown.facts.rung,
    )


def _with_stream(tile: Tile, life: Life | None, moment: Ms, now: float) -> Tile:
    if life is None:
        return tile
    if life.playing is not None:
        tile = msgspec.structs.replace(tile, playback=life.playing)
    opened = life.opened
    if opened is not None:
        return msgspec.structs.replace(
            tile,
            width=opened.width,
            height=opened.height,
            codec=opened.codec,
            audio=opened.audio,
        )
    wait = life.next_try - now
    return msgspec.structs.replace(tile, next_try=moment + round(wait * 1000)) if wait > 0 else tile
