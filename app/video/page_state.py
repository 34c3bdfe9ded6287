"""What may be claimed of an embedded web page: decided from what was measured of it alone.

A page is live when it answers (its main thread runs what it is asked), draws (two frames after the
question), and its server says something when asked. That the figures on it are of now nobody
but the page can know, and nothing here claims it.
"""

from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.message import Message, message
from app.core.privacy import Privacy
from app.video.state import Verdict
from app.video.tile import State
from app.video.wire import Fault

ASK_S = 1.0
"""A page is asked so often."""
LATE_S = 2.5
FROZEN_S = 4.0
"""Without an answer, or without a frame after one, since the last that was good. What is asked each
second and drawn a moment later is known a second after that."""
HUNG_S = 15.0
"""A page that says nothing for so long is ended and opened again."""
OPEN_S = 20.0
"""A page that did not load after so long is tried again later."""


class PageFault(StrEnum):
    """Why a page is not there."""

    PLAIN = "plain"  # http to another machine, and nobody allowed it
    NOT_GIVEN = "not_given"  # the credential that is to be sent is nowhere
    NAME = "name"  # no such host
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    CREDENTIALS = "credentials"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    REFUSED = "refused"  # any other status of the server
    ABROAD = "abroad"  # it leads to a host that is not on its list
    DIED = "died"  # its process ended
    HUNG = "hung"  # and was ended by us


class PageFacts(msgspec.Struct, frozen=True):
    """What was measured. Seconds on a monotonic clock: `answered` since it last answered, `drawn`
    since it last was known to draw; `silent`: its server does not answer though it did; `cut`: its
    line is down, as the links say; `status` what HTTP said (RFC 9110)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    loaded: bool = False
    drew: bool = False  # at least once since it was loaded
    fault: PageFault | None = None
    status: int = 0
    answered: float = 0.0
    drawn: float = 0.0
    silent: bool = False
    cut: bool = False


_STATES = {
    PageFault.PLAIN: State.FORBIDDEN,
    PageFault.NOT_GIVEN: State.CREDENTIALS,
    PageFault.NAME: State.NO_SIGNAL,
    PageFault.UNREACHABLE: State.OFFLINE,
    PageFault.TIMEOUT: State.NO_SIGNAL,
    PageFault.CERTIFICATE: State.FORBIDDEN,
    PageFault.CREDENTIALS: State.CREDENTIALS,
    PageFault.FORBIDDEN: State.FORBIDDEN,
    PageFault.NOT_FOUND: State.NO_SIGNAL,
    PageFault.REFUSED: State.NO_SIGNAL,
    PageFault.ABROAD: State.FORBIDDEN,
    PageFault.DIED: State.CONNECTING,
    PageFault.HUNG: State.CONNECTING,
}
SLOW = frozenset(
    {
        PageFault.PLAIN,
        PageFault.NOT_GIVEN,
        PageFault.CREDENTIALS,
        PageFault.FORBIDDEN,
        PageFault.CERTIFICATE,
        PageFault.ABROAD,
    }
)
"""Tried again after minutes: nothing mends itself there, and systems lock out who tries quickly."""


def judge_page(facts: PageFacts) -> Verdict:
    """The state of a page, with a sentence where there is more to say."""
    if facts.fault is not None:
        if facts.cut and facts.fault not in SLOW:
            return Verdict(State.OFFLINE, message("webpage.cut"))
        return Verdict(_STATES[facts.fault], said_of(facts.fault, facts.status))
    if facts.cut:
        return Verdict(State.OFFLINE, message("webpage.cut"))
    if not facts.loaded:
        return Verdict(State.CONNECTING)
    if facts.answered > FROZEN_S:
        return Verdict(State.FROZEN, message("webpage.no_answer", seconds=round(facts.answered)))
    if facts.drawn > FROZEN_S:
        return Verdict(State.FROZEN, message("webpage.no_frame", seconds=round(facts.drawn)))
    if facts.silent:
        return Verdict(State.OFFLINE, message("webpage.silent"))
    if not facts.drew:
        return Verdict(State.CONNECTING)
    slow = max(facts.answered, facts.drawn)
    if slow > LATE_S:
        return Verdict(State.LATE, message("webpage.slow", seconds=round(slow, 1)))
    return Verdict(State.LIVE)


def said_of(fault: PageFault, status: int = 0) -> Message:
    """The officer's sentence of a fault; of no part of the address."""
    return message(f"webpage.fault.{fault.value}", status=status)


def wait_as(fault: PageFault) -> Fault:
    """Which wait of `app.video.reconnect` a fault has."""
    return Fault.CREDENTIALS if fault in SLOW else Fault.UNREACHABLE
