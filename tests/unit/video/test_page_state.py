"""What is claimed of an embedded page follows from what was measured of it."""

import msgspec
import pytest

from app.core.i18n import LANGUAGES, translator
from app.video.page_state import (
    FROZEN_S,
    LATE_S,
    SLOW,
    PageFacts,
    PageFault,
    judge_page,
    said_of,
    wait_as,
)
from app.video.state import Verdict
from app.video.tile import State
from app.video.wire import Fault

GOOD = PageFacts(loaded=True, drew=True, answered=0.4, drawn=1.1)


@pytest.mark.parametrize(
    ("facts", "state", "word"),
    [
        ({}, State.LIVE, ""),
        ({"loaded": False}, State.CONNECTING, ""),
        ({"drew": False}, State.CONNECTING, ""),
        ({"drew": False, "drawn": 9.0}, State.FROZEN, "no_frame"),
        ({"answered": 3.0}, State.LATE, "slow"),
        ({"drawn": 3.0}, State.LATE, "slow"),
        ({"answered": 5.0}, State.FROZEN, "no_answer"),
        ({"drawn": 5.0}, State.FROZEN, "no_frame"),
        ({"silent": True}, State.OFFLINE, "silent"),
        ({"silent": True, "answered": 5.0}, State.FROZEN, "no_answer"),
        ({"cut": True}, State.OFFLINE, "cut"),
        ({"cut": True, "loaded": False}, State.OFFLINE, "cut"),
        ({"cut": True, "fault": PageFault.TIMEOUT}, State.OFFLINE, "cut"),
        ({"cut": True, "fault": PageFault.CREDENTIALS}, State.CREDENTIALS, "fault.credentials"),
        ({"fault": PageFault.UNREACHABLE}, State.OFFLINE, "fault.unreachable"),
        ({"fault": PageFault.NOT_FOUND}, State.NO_SIGNAL, "fault.not_found"),
        ({"fault": PageFault.CERTIFICATE}, State.FORBIDDEN, "fault.certificate"),
    ],
)
def test_what_was_measured_decides(facts: dict[str, object], state: State, word: str) -> None:
    found = judge_page(msgspec.structs.replace(GOOD, **facts))
    why = found.why.id.removeprefix("webpage.") if found.why is not None else ""
    assert (found.state, why) == (state, word)


def test_a_page_with_a_fault_is_never_live() -> None:
    for fault in PageFault:
        state = judge_page(msgspec.structs.replace(GOOD, fault=fault)).state
        assert state not in (State.LIVE, State.LATE, State.DEGRADED)


def test_the_times_follow_each_other() -> None:
    assert judge_page(msgspec.structs.replace(GOOD, answered=LATE_S)) == Verdict(State.LIVE)
    assert judge_page(msgspec.structs.replace(GOOD, drawn=FROZEN_S)).state is State.LATE


def test_who_locks_out_is_asked_slowly() -> None:
    assert {fault for fault in PageFault if wait_as(fault) is Fault.CREDENTIALS} == SLOW
    assert PageFault.CREDENTIALS in SLOW and PageFault.UNREACHABLE not in SLOW


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_has_a_sentence(language: str) -> None:
    for fault in PageFault:
        assert "⟦" not in translator(language).render(said_of(fault, 404))
