"""A recording in words: that it is one, how fast it runs, how far it is from the others."""

from app.core import wording
from app.core.clock import to_datetime
from app.core.model import Ms
from app.video.tile import Tile
from widgets.context import Context

TOGETHER_MS = 500
"""Cameras that differ by less, at the speed of the clock, are together: tiles are told four times a
second."""


def past_note(context: Context, tile: Tile, drift: Ms | None) -> str:
    """What is written on the picture of a recording; `drift` by how much it is ahead of the others
    on its time line."""
    say, playback = context.text, tile.playback
    speed = playback.speed if playback is not None else 1.0
    parts = [say("videowall.state.playback"), pace_word(context, speed)]
    if tile.why is not None:
        parts.append(context.translator.render(tile.why))
    elif drift is not None:
        parts.append(drift_word(context, drift, speed))
    return say("paint.pause").join(part for part in parts if part)


def pace_word(context: Context, speed: float) -> str:
    """`暂停`, `×2`; nothing at the speed of the clock."""
    if speed == 0:
        return context.text("videopast.paused")
    return "" if speed == 1 else f"×{speed:g}"


def drift_word(context: Context, drift: Ms, speed: float) -> str:
    """Whether it is with the others, and else by how much it is not."""
    if is_together(drift, speed):
        return context.text("videopast.together")
    name = "videopast.ahead" if drift > 0 else "videopast.behind"
    return context.text(name, span=wording.delay(abs(drift), context.translator))


def is_together(drift: Ms, speed: float) -> bool:
    """Whether nobody would see that it is not."""
    return abs(drift) < TOGETHER_MS * max(1.0, speed)


def past_clock(context: Context, moment: Ms) -> str:
    """A moment of a recording to the second, with its day where that is another one."""
    clock = wording.clock(moment, context.zone)
    then, today = (to_datetime(at, context.zone).date() for at in (moment, context.now()))
    if then == today:
        return clock
    day = wording.day(moment, context.now(), context.zone, context.translator)
    return f"{day} {clock}"
