"""A tile in words: what may be claimed of a camera's picture, how old it is, what is wrong."""

from app.core import wording
from app.core.catalog import SECOND
from app.core.directory import Camera
from app.core.i18n import Translator
from app.core.model import Ms, World
from app.video.tile import State, Tile
from app.video.wire import Rung
from widgets.context import Context
from widgets.paint.fresh import Fresh
from widgets.paint.video import Cover, VideoTile
from widgets.video.past_words import past_clock, past_note

STILL_S = 10
TENTH = 100  # ms
DEMO = ("（演示）", " (demo)")
_FRESH = {
    State.CONNECTING: Fresh.PENDING,
    State.LIVE: Fresh.LIVE,
    State.DEGRADED: Fresh.LIVE,
    State.LATE: Fresh.LATE,
    State.FROZEN: Fresh.LATE,
    State.BLACK: Fresh.LATE,
    State.OFFLINE: Fresh.CACHED,
    State.PLAYBACK: Fresh.REPLAY,
}
_COVER = {
    State.CONNECTING: Cover.WAITING,
    State.FORBIDDEN: Cover.WAITING,
    State.CREDENTIALS: Cover.WAITING,
    State.MISMATCH: Cover.WAITING,
    State.NO_SIGNAL: Cover.NO_SIGNAL,
    State.BLACK: Cover.BLACK,
}


def tile_words(
    context: Context,
    name: str,
    tile: Tile | None,
    age: Ms | None,
    *,
    has_still: bool,
    focused: bool,
    drift: Ms | None = None,
) -> VideoTile:
    """What a cell says. `age` is that of the newest picture, where one comes; `has_still`: the last
    good one is there to be shown; `drift` by how much a recording is ahead of others that are
    reviewed with it."""
    if tile is None:
        word = context.text("videowall.state.connecting")
        return VideoTile(name, Fresh.PENDING, "", word, Cover.WAITING, focused)
    state, now = tile.state, context.now()
    fresh = _FRESH.get(state, Fresh.MISSING)
    cover = _COVER.get(state, Cover.NONE)
    if has_still and state in (State.CONNECTING, State.NO_SIGNAL, State.OFFLINE):
        cover, fresh = Cover.NONE, Fresh.CACHED
    if state is State.OFFLINE and not has_still:
        cover, fresh = Cover.NO_SIGNAL, Fresh.MISSING
    return VideoTile(
        name,
        fresh,
        _age(context, tile, age, now),
        _note(context, tile, has_still, drift),
        cover,
        focused,
    )


def camera_name(context: Context, camera: Camera) -> str:
    """Its name without the district that it begins with, and without the mark of a demonstration
    on a screen that wears it as a whole: a wall's strip has room for ten characters."""
    name = context.translator.pick(camera.name_zh, camera.name_en)
    if context.picture.world is World.DEMO:
        for mark in DEMO:
            name = name.replace(mark, "")
    region = context.catalog.regions.get(camera.region)
    for district in (region.name_zh, region.short_zh) if region is not None else ():
        if district and name.startswith(district) and name != district:
            return name.removeprefix(district)
    return name


def _note(context: Context, tile: Tile, has_still: bool, drift: Ms | None) -> str:
    """What is written on the picture or its cover; nothing on one that is as it should be."""
    say, state = context.text, tile.state
    if state is State.LIVE:
        return ""
    if state is State.DEGRADED:
        if tile.rung is Rung.KEYS:
            return say("videowall.state.keys")
        if tile.rung is Rung.STILL:
            return say("videowall.state.still", seconds=STILL_S)
        return say("videowall.state.degraded")
    if state is State.OFFLINE and not has_still:
        return say("videowall.state.offline_none")
    if state is State.PLAYBACK:
        return past_note(context, tile, drift)
    if state is State.CONNECTING and tile.why is not None:
        return context.translator.render(tile.why)
    return say(f"videowall.state.{state.value}")


def _age(context: Context, tile: Tile, age: Ms | None, now: Ms) -> str:
    """How old a living picture is, when the last one was, or since when there is none."""
    translator: Translator = context.translator
    if tile.state in (State.LIVE, State.DEGRADED, State.LATE):
        if age is None:
            return ""
        if age >= 10 * SECOND:
            return wording.duration(age, translator)
        # Never said to be younger than it is: 0.04 s is 0.1 s.
        return wording.delay(-(-age // TENTH) * TENTH, translator)
    if tile.state is State.PLAYBACK and tile.observed:
        return past_clock(context, tile.observed)
    if tile.state is State.OFFLINE and tile.observed:
        return wording.clock(tile.observed, context.zone)
    return wording.duration(now - tile.since, translator)
