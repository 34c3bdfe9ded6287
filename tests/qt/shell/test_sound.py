"""The seat's sound follows the board, and says honestly that it cannot be heard."""

import wave
from importlib import resources

import pytest

from app.core.decision import Acknowledgement
from app.core.model import AlarmKind, Level, Sourced, Warning
from app.live.hub import Kind
from app.live.seat import Mute
from tests.helpers.seat import NOW
from widgets.sound import FILES, Sound


def warn(seat, level, id_="cma:1"):
    record = Warning(
        id=id_, kind=AlarmKind.ISSUED, level=level, title="暴雨", issued=NOW, observed=NOW
    )
    seat.picture.apply_records([Sourced("cma", NOW, record)])
    seat.hub.publish(Kind.WARNING, (id_,))


def acknowledge(seat, level, id_="cma:1"):
    seat.picture.acknowledged[id_] = Acknowledgement(id_, NOW, "0001", "duty_officer", level)
    seat.hub.publish(Kind.WARNING, (id_,))


@pytest.fixture
def sound(seat, bridge, run, expect_log):
    sound = Sound(seat, bridge)
    run(sound.open())
    if not seat.seat.audible:
        expect_log("no sound|PulseAudio")
    yield sound
    sound.close()
    sound.deleteLater()


def test_red_and_orange_sound_until_acknowledged(sound, seat, bridge):
    warn(seat, Level.ORANGE)
    bridge.drain()
    assert sound.playing is Level.ORANGE
    warn(seat, Level.RED, "cma:2")
    bridge.drain()
    assert sound.playing is Level.RED
    acknowledge(seat, Level.RED, "cma:2")
    bridge.drain()
    assert sound.playing is Level.ORANGE
    acknowledge(seat, Level.ORANGE)
    bridge.drain()
    assert sound.playing is Level.NONE


def test_yellow_is_seen_and_not_heard(sound, seat, bridge):
    warn(seat, Level.YELLOW)
    bridge.drain()
    assert sound.playing is Level.NONE


def test_a_mute_ends_by_itself(sound, seat, bridge):
    warn(seat, Level.ORANGE)
    seat.seat.mute = Mute(NOW, NOW + 60_000, "0001")
    bridge.drain()
    assert sound.playing is Level.NONE
    seat.clock.advance(60_000)
    bridge.tick.emit()
    assert sound.playing is Level.ORANGE


@pytest.mark.parametrize("level", list(FILES))
def test_the_sounds_are_there_and_not_silent(level):
    path = resources.files("assets") / "sounds" / FILES[level]
    with path.open("rb") as raw, wave.open(raw) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert 1.0 < file.getnframes() / file.getframerate() < 4.0
        samples = memoryview(file.readframes(file.getnframes())).cast("h")
        assert max(samples) > 10_000
