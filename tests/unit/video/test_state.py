"""What is claimed of a picture follows from its row, its story and the clock."""

import msgspec
import pytest

from app.core.i18n import LANGUAGES, translator
from app.core.message import message
from app.video.meter import Facts
from app.video.state import DAMAGED_SHARE, QUIET_S, Phase, Story, judge, said
from app.video.tile import State
from app.video.wire import Fault, Rung

GOOD = Facts(
    pictures=100, packet=0.03, changed=0.04, lit=0.04, rate=25, due=25, latency=0.02, settled=True
)
OPEN = Story(Phase.OPEN)


def of(story: Story = OPEN, **facts: object) -> State:
    return judge(story, msgspec.structs.replace(GOOD, **facts)).state


def test_a_good_picture_is_live_and_says_nothing_more() -> None:
    assert judge(OPEN, GOOD) == (State.LIVE, None)


@pytest.mark.parametrize(
    ("facts", "state", "word"),
    [
        ({"packet": 3.0}, State.FROZEN, "stopped"),
        ({"packet": 3.0, "changed": 3.0, "lit": 9.0}, State.FROZEN, "stopped"),
        ({"changed": 3.0}, State.FROZEN, "same"),
        ({"lit": 3.0}, State.BLACK, "black"),
        ({"lit": 3.0, "changed": 3.0}, State.BLACK, "black"),
        ({"packet": 1.2}, State.LATE, "waiting"),
        # packets stopped; the last picture, a moment older, was good
        ({"packet": 2.68, "changed": 2.72, "lit": 2.72}, State.LATE, "waiting"),
        ({"packet": 1.2, "lit": 9.0}, State.BLACK, "black"),
        ({"packet": 1.2, "changed": 9.0}, State.FROZEN, "same"),
        ({"latency": 1.2}, State.LATE, "slow"),
        ({"behind": 2.0}, State.LATE, "behind"),
        ({"rate": 9.0}, State.LATE, "few"),
        ({"damaged": 0.1}, State.DEGRADED, "damaged"),
    ],
)
def test_what_is_wrong_with_a_picture_is_said(
    facts: dict[str, float], state: State, word: str
) -> None:
    found = judge(OPEN, msgspec.structs.replace(GOOD, **facts))
    assert found.state is state
    assert found.why is not None and found.why.id == f"videostate.{word}"


@pytest.mark.parametrize("rung", [Rung.FEWER, Rung.PLAIN, Rung.KEYS, Rung.STILL])
def test_fewer_pictures_than_sent_are_degraded_never_live(rung: Rung) -> None:
    assert of(rung=rung, rate=1.0, period=2.0) is State.DEGRADED


def test_frozen_and_black_are_found_within_three_seconds_of_looks() -> None:
    for name in ("packet", "changed", "lit"):
        assert of(**{name: QUIET_S - 0.01}) in (State.LIVE, State.LATE)
        assert of(**{name: QUIET_S + 0.25}) in (State.FROZEN, State.BLACK)
    assert QUIET_S + 0.25 < 3.0


def test_a_camera_that_sends_a_picture_in_four_seconds_is_not_frozen_between_them() -> None:
    seldom = {"period": 4.0, "spacing": 4.0, "rate": 0.25, "due": 0.25}
    assert of(packet=3.9, changed=3.9, lit=3.9, **seldom) is State.LIVE
    assert of(packet=10.5, changed=10.5, lit=10.5, **seldom) is State.FROZEN


def test_key_frames_are_waited_for_but_their_packets_are_not() -> None:
    keys = {"rung": Rung.KEYS, "period": 4.0, "rate": 0.25}
    assert of(changed=5.0, lit=5.0, **keys) is State.DEGRADED
    assert of(changed=11.0, **keys) is State.FROZEN
    assert of(packet=3.0, changed=3.0, **keys) is State.FROZEN


def test_a_rate_is_not_spoken_of_before_it_was_seen() -> None:
    assert of(rate=3.0, settled=False) is State.LIVE


def test_damage_begins_at_its_share() -> None:
    assert of(damaged=DAMAGED_SHARE) is State.LIVE
    assert of(damaged=DAMAGED_SHARE + 0.001) is State.DEGRADED


def test_another_cameras_picture_is_never_shown() -> None:
    story = Story(Phase.OPEN, promised="cam-7", found="cam-8")
    verdict = judge(story, GOOD)
    assert verdict.state is State.MISMATCH
    assert verdict.why == message("videostate.mismatch", found="cam-8", promised="cam-7")
    assert judge(msgspec.structs.replace(story, found="cam-7"), GOOD).state is State.LIVE


def test_a_hidden_camera_is_forbidden_whatever_comes() -> None:
    assert judge(Story(Phase.OPEN, hidden=True), GOOD).state is State.FORBIDDEN


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault.UNREACHABLE, State.OFFLINE),
        (Fault.CREDENTIALS, State.CREDENTIALS),
        (Fault.NOT_FOUND, State.NO_SIGNAL),
        (Fault.REFUSED, State.NO_SIGNAL),
        (Fault.TIMEOUT, State.NO_SIGNAL),
        (Fault.ENDED, State.NO_SIGNAL),
        (Fault.UNREADABLE, State.NO_SIGNAL),
        (Fault.ADDRESS, State.NO_SIGNAL),
    ],
)
def test_what_failed_is_named_and_stays_named_while_it_is_tried_again(
    fault: Fault, state: State
) -> None:
    for phase in (Phase.DOWN, Phase.WAITING):
        verdict = judge(Story(phase, fault, failures=2), GOOD)
        assert verdict == (state, None if fault is Fault.CREDENTIALS else said(fault))


def test_a_reason_of_the_platform_stands_before_the_general_one() -> None:
    why = message("video.cannot", platform="p", ability="ptz")
    assert judge(Story(Phase.DOWN, Fault.REFUSED, why), None).why == why


def test_what_just_broke_is_connecting_until_the_first_attempt_failed() -> None:
    assert judge(Story(Phase.DOWN, Fault.ENDED, broke=True), GOOD).state is State.CONNECTING
    assert judge(Story(), None).state is State.CONNECTING
    assert judge(OPEN, None).state is State.CONNECTING


def test_every_fault_has_its_state_and_its_sentence() -> None:
    for fault in Fault:
        for phase in (Phase.DOWN, Phase.WAITING):
            verdict = judge(Story(phase, fault, failures=1), None)
            assert verdict.state not in (State.LIVE, State.DEGRADED, State.PLAYBACK)
            if verdict.why is not None:
                for language in LANGUAGES:
                    assert "⟦" not in translator(language).render(verdict.why)
    assert judge(Story(Phase.DOWN, Fault.WORKER), None).state is State.CONNECTING


def test_a_cut_line_is_offline_once_pictures_stop_and_not_before() -> None:
    assert of(Story(Phase.OPEN, cut=True)) is State.LIVE
    assert of(Story(Phase.OPEN, cut=True), packet=3.0) is State.OFFLINE
    assert judge(Story(Phase.DOWN, Fault.TIMEOUT, cut=True), None).state is State.OFFLINE
    assert judge(Story(cut=True), None).state is State.OFFLINE


def test_a_refused_password_is_not_covered_by_a_cut_line() -> None:
    assert judge(Story(Phase.DOWN, Fault.CREDENTIALS, cut=True), None).state is State.CREDENTIALS


def test_a_recording_is_playback_standing_still_or_over() -> None:
    assert of(Story(Phase.OPEN, playback=True)) is State.PLAYBACK
    assert of(Story(Phase.OPEN, playback=True, still=True), packet=60.0) is State.PLAYBACK
    assert of(Story(Phase.OPEN, playback=True), packet=3.0) is State.FROZEN
    over = judge(Story(Phase.DOWN, Fault.ENDED, playback=True, over=True), GOOD)
    assert over == (State.PLAYBACK, message("videostate.over"))
