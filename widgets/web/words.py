"""An embedded page in words: what may be claimed of it, and what covers it when it is away."""

from PySide6.QtGui import QColor

from app.core import wording
from app.core.i18n import Translator
from app.core.model import Freshness, Ms
from app.video.state import Verdict
from app.video.tile import State
from widgets.context import Context
from widgets.paint.fresh import Fresh, tint
from widgets.paint.message import MessageCard, Tone
from widgets.paint.video import Cover, VideoTile

FRESHNESS = {
    State.LIVE: Freshness.LIVE,
    State.LATE: Freshness.LATE,
    State.FROZEN: Freshness.LATE,
    State.OFFLINE: Freshness.CACHED,
}
_FRESH = {
    State.LIVE: Fresh.LIVE,
    State.LATE: Fresh.LATE,
    State.FROZEN: Fresh.LATE,
    State.OFFLINE: Fresh.CACHED,
    State.CONNECTING: Fresh.PENDING,
}
KEEPS = (State.CONNECTING, State.FROZEN, State.OFFLINE, State.NO_SIGNAL)
"""Where the last good picture stands, darkened; who may not look sees none."""


def state_word(context: Context, verdict: Verdict) -> str:
    """The state in a word or two."""
    return context.text(f"webpage.state.{verdict.state.value}")


def state_ink(context: Context, verdict: Verdict) -> QColor:
    """Its colour, never alone."""
    return tint(context.theme, _FRESH.get(verdict.state, Fresh.MISSING))


def cover_card(context: Context, verdict: Verdict) -> MessageCard | None:
    """The state and its sentence, where there is one."""
    if verdict.why is None:
        return None
    why = context.translator.render(verdict.why)
    fresh = _FRESH.get(verdict.state, Fresh.MISSING)
    return MessageCard(state_word(context, verdict), why, Tone.ERROR, fresh)


def cover_words(
    context: Context, name: str, verdict: Verdict, observed: Ms, *, has_still: bool
) -> VideoTile | None:
    """What covers the page; None where the page itself may be seen."""
    state = verdict.state
    if state in (State.LIVE, State.LATE):
        return None
    translator: Translator = context.translator
    word = state_word(context, verdict)
    why = translator.render(verdict.why) if verdict.why is not None else ""
    keeps = has_still and state in KEEPS
    if keeps:
        at = wording.clock(observed, context.zone)
        note = context.text("webpage.still", at=at, state=word)
        return VideoTile(name, Fresh.CACHED, "", f"{note} {why}".strip(), Cover.NONE)
    cover = Cover.NO_SIGNAL if state in (State.NO_SIGNAL, State.OFFLINE) else Cover.WAITING
    return VideoTile(name, _FRESH.get(state, Fresh.MISSING), "", why or word, cover)
