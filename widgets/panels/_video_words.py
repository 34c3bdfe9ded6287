"""What a video panel says beside its pictures: the round, the counts, the budget, each cell."""

from app.core import wording
from app.core.model import Freshness, Origin
from app.live.video_names import ALL
from app.live.video_wall import Round
from app.video.tile import Budget, State, Tile
from widgets.context import Context
from widgets.panels._names import bureau_name, listed, region_name
from widgets.panels._painted import Note
from widgets.panels._video import VideoCell
from widgets.screen_item import ScreenItem, record_item
from widgets.video.past_words import past_note

FRESHNESS = {
    State.LIVE: Freshness.LIVE,
    State.DEGRADED: Freshness.LIVE,
    State.LATE: Freshness.LATE,
    State.FROZEN: Freshness.LATE,
    State.OFFLINE: Freshness.CACHED,
}


def round_note(context: Context, tour: Round) -> Note:
    """The round that runs."""
    name = group_name(context, tour.name)
    text = context.text("videowall.round", name=name, seconds=tour.dwell_ms // 1000)
    return Note(text, context.theme.text2)


def group_name(context: Context, id_: str) -> str:
    """What a group of cameras is called."""
    if id_ == ALL:
        return context.text("videowall.everything")
    sort, _, code = id_.partition(":")
    if sort == "region":
        return region_name(context, code)
    if sort == "bureau":
        return bureau_name(context, code)
    return listed(context, "point_kinds", code) if sort == "kind" else id_


def count_note(context: Context, known: int, there: int) -> Note:
    """How many cameras are there."""
    return Note(context.text("videowall.count", n=known, online=there), context.theme.text2)


def budget_notes(context: Context, budget: Budget) -> list[Note]:
    """What decoding costs, and how many streams give way."""
    used, allowed = wording.number(budget.used, 1), wording.number(budget.allowed, 1)
    text = context.text("videowall.budget", used=used, allowed=allowed)
    notes = [Note(text, context.theme.text2)]
    if budget.reduced:
        text = context.text("videowall.reduced", n=budget.reduced)
        notes.append(Note(text, context.theme.freshness["late"]))
    return notes


def cell_item(context: Context, cell: VideoCell, now: int) -> ScreenItem:
    """A cell with its state."""
    tile = cell.tile
    state = State.CONNECTING if tile is None else tile.state
    return record_item(
        f"camera/{cell.camera.id}",
        context.translator.pick(cell.camera.name_zh, cell.camera.name_en),
        context.text("videohand.no_recording")
        if cell.lacks_recording
        else _state_word(context, tile, state),
        observed=tile.observed if tile is not None else 0,
        now=now,
        world=context.picture.world,
        freshness=FRESHNESS.get(state, Freshness.NONE),
        origin=Origin.MEASURED,
    )


def _state_word(context: Context, tile: Tile | None, state: State) -> str:
    """How it is; of a recording how it runs."""
    if tile is not None and state is State.PLAYBACK:
        return past_note(context, tile, None)
    return context.text(f"videowall.state.{state.value}")
