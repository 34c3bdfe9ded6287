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
from app.video.tile import Demand, Place, State, Tile
from app.video.tiles import Tiles
from app.video.wire import PixelFormat, Rung

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
        camera, state = demand.camera, verdict.state
        since = self._tiles.since(view, camera, state, moment)
        if state in _COVERED:
            return Tile(view, camera, state, since, why=verdict.why)
        seen = _picture(standing, moment, now)
        snapshot = None
        if seen.observed == 0 and state in _STANDING:
            snapshot = self._snapshots.find(camera)
        opened = life.opened if life is not None else None
        return Tile(
            view,
            camera,
            state,
            since,
            observed=seen.observed if snapshot is None else snapshot.taken,
            why=verdict.why,
            rung=seen.rung,
            sent_fps=seen.sent_fps,
            shown_fps=seen.shown_fps,
            width=opened.width if opened is not None else 0,
            height=opened.height if opened is not None else 0,
            codec=opened.codec if opened is not None else "",
            latency_ms=seen.latency_ms,
            place=seen.place,
            snapshot="" if snapshot is None else str(snapshot.path),
            next_try=_next_try(life, moment, now),
            audio=opened.audio if opened is not None else False,
            playback=life.playing if life is not None else None,
        )

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
        story = life.story
        if story.cut is not facts["cut"]:
            story = msgspec.structs.replace(story, cut=facts["cut"])
        mine = standing is not None and standing.life is life
        seen = standing.shown.facts if mine and standing is not None else None
        verdict = judge(story, seen)
        lacks = verdict.state is State.CONNECTING and story.phase is Phase.OPEN
        if lacks and life.lacking:
            return Verdict(State.NO_SIGNAL, message("videostate.no_room"))
        if verdict.state is State.CONNECTING and life.asked and now - life.asked > QUIET_S:
            return Verdict(State.CONNECTING, message("videostate.no_picture"))
        return verdict


class _Picture(NamedTuple):
    """What a tile says of the picture that stands there, as far as there is one."""

    place: Place | None = None
    observed: Ms = 0
    latency_ms: float = 0.0
    sent_fps: float = 0.0
    shown_fps: float = 0.0
    rung: Rung = Rung.FULL


_NO_PICTURE = _Picture()


def _picture(standing: Standing | None, moment: Ms, now: float) -> _Picture:
    if standing is None:
        return _NO_PICTURE
    life, shown = standing
    facts, is_settled = shown.facts, shown.facts.settled
    return _Picture(
        shown.place,
        shown.moment(life.dating, moment, now),
        _tenth(facts.latency * 1000),
        _tenth(facts.due or facts.rate) if is_settled else 0.0,
        _tenth(facts.rate) if is_settled else 0.0,
        facts.rung,
    )


def _tenth(figure: float) -> float:
    """To a tenth, as `round` does: that takes ten times as long, also where nothing is to do."""
    tenths = figure * 10.0
    return tenths / 10.0 if tenths.is_integer() else round(figure, 1)


def _next_try(life: Life | None, moment: Ms, now: float) -> Ms:
    """When what is not open is tried again; 0: at once."""
    if life is None or life.opened is not None:
        return 0
    wait = life.next_try - now
    return moment + round(wait * 1000) if wait > 0 else 0
