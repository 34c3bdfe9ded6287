"""What may be claimed of a picture: decided from its row, its stream's story and the clock alone.

A picture is live when packets come, pictures change and are not black, and they are no older than
they should be. What is not, is said within 3 s.
"""

from enum import StrEnum
from typing import ClassVar, NamedTuple

import msgspec

from app.core.message import Message, message
from app.core.privacy import Privacy
from app.video.meter import Facts
from app.video.tile import State
from app.video.wire import Fault, Rung

QUIET_S = 2.7
"""Longest that packets may stay away, a picture the same or black; with a look every 250 ms what is
frozen is found within 3 s."""
SLOW_S = 1.0
"""Packets that stay away for so long, or pictures that are done so long after them, are late."""
BEHIND_S = 1.5
SLOW_SHARE = 0.5
"""Of the pictures that should come: fewer are late."""
DAMAGED_SHARE = 0.05
PERIODS = 2.5
"""Of a stream that sends seldom: so many periods are waited for."""


class Phase(StrEnum):
    """Where a stream stands."""

    WAITING = "waiting"  # for its turn, its platform or its first picture
    OPEN = "open"  # a first picture came
    DOWN = "down"  # the last attempt failed, or it broke off; tried again


class Story(msgspec.Struct, frozen=True):
    """What happened to a stream. `failures` count since its last picture; `broke` means that it was
    open and the attempt to open it again is not over; `cut` that its platform's line is down, said
    by its links or by the platform's silence; `promised` and `found` are titles where the platform
    named one."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    phase: Phase = Phase.WAITING
    fault: Fault | None = None
    why: Message | None = None
    failures: int = 0
    broke: bool = False
    cut: bool = False
    promised: str = ""
    found: str = ""
    hidden: bool = False  # the seat may not show this camera now
    playback: bool = False
    still: bool = False  # a playback that stands
    over: bool = False  # a playback that came to its end


class Verdict(NamedTuple):
    """A state, with a sentence where there is more to say."""

    state: State
    why: Message | None = None


def judge(story: Story, facts: Facts | None) -> Verdict:
    """The state of a picture; `facts` are those of its row, None where it has none yet."""
    if story.hidden:
        return Verdict(State.FORBIDDEN, message("videostate.hidden"))
    if story.phase is Phase.OPEN and story.promised and story.found != story.promised:
        return Verdict(
            State.MISMATCH,
            message("videostate.mismatch", found=story.found[:80], promised=story.promised[:80]),
        )
    if story.over:
        return Verdict(State.PLAYBACK, message("videostate.over"))
    if story.phase is Phase.OPEN and facts is not None and facts.pictures:
        return _seen(story, facts)
    return _unseen(story)


def _seen(story: Story, facts: Facts) -> Verdict:
    if story.playback and story.still:
        return Verdict(State.PLAYBACK)
    stopped = facts.packet > max(QUIET_S, PERIODS * facts.spacing)
    if stopped:
        if story.cut:
            return Verdict(State.OFFLINE, message("videostate.cut"))
        return Verdict(State.FROZEN, message("videostate.stopped", seconds=round(facts.packet)))
    quiet = max(QUIET_S, PERIODS * facts.period)
    # Of what no packet was heard of nothing is claimed: when packets stay away, the last picture
    # grows old as well, and was neither black nor the same.
    if facts.lit > quiet and facts.lit - facts.packet > QUIET_S - SLOW_S:
        return Verdict(State.BLACK, message("videostate.black", seconds=round(facts.lit)))
    if facts.changed > quiet and facts.changed - facts.packet > QUIET_S - SLOW_S:
        return Verdict(State.FROZEN, message("videostate.same", seconds=round(facts.changed)))
    late = _late(facts)
    if late is not None:
        return Verdict(State.LATE, late)
    if story.playback:
        return Verdict(State.PLAYBACK)
    if facts.damaged > DAMAGED_SHARE:
        percent = round(100 * facts.damaged)
        return Verdict(State.DEGRADED, message("videostate.damaged", percent=percent))
    if facts.rung > Rung.FULL:
        return Verdict(State.DEGRADED)
    return Verdict(State.LIVE)


def _late(facts: Facts) -> Message | None:
    if facts.packet > max(SLOW_S, PERIODS * facts.spacing):
        return message("videostate.waiting", seconds=round(facts.packet, 1))
    if facts.latency > SLOW_S:
        return message("videostate.slow", seconds=round(facts.latency, 1))
    if facts.behind > BEHIND_S:
        return message("videostate.behind", seconds=round(facts.behind, 1))
    if facts.settled and facts.rung is Rung.FULL and facts.rate < SLOW_SHARE * facts.due:
        rate, due = round(facts.rate, 1), round(facts.due, 1)
        return message("videostate.few", rate=rate, due=due)
    return None


_OF_FAULT = {
    Fault.UNREACHABLE: State.OFFLINE,
    Fault.CREDENTIALS: State.CREDENTIALS,
    Fault.NOT_FOUND: State.NO_SIGNAL,
    Fault.REFUSED: State.NO_SIGNAL,
    Fault.TIMEOUT: State.NO_SIGNAL,
    Fault.ENDED: State.NO_SIGNAL,
    Fault.UNREADABLE: State.NO_SIGNAL,
    Fault.ADDRESS: State.NO_SIGNAL,
    Fault.MISSING: State.NO_SIGNAL,
    Fault.BUSY: State.NO_SIGNAL,
    Fault.WORKER: State.CONNECTING,
}


def _unseen(story: Story) -> Verdict:
    if story.fault is Fault.CREDENTIALS:
        return Verdict(State.CREDENTIALS, story.why)
    if story.cut:
        return Verdict(State.OFFLINE, message("videostate.cut"))
    if story.fault is None or story.broke or story.fault is Fault.WORKER:
        return Verdict(State.CONNECTING)
    return Verdict(_OF_FAULT[story.fault], story.why or said(story.fault))


def said(fault: Fault) -> Message:
    """The officer's sentence of a fault."""
    return message(f"videostate.fault.{fault.value}")
