"""A camera is stopped when the hand is gone."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.core.message import message
from app.video.platform import Move, PlatformError
from app.video.ptz import HOLD_S, STILL, STOP_WAITS_S, Ptz
from app.video.wire import Fault
from tests.helpers.jumping_loop import passes, run

LEFT = Move(pan=-0.5)
UP = Move(tilt=1.0)


class Camera:
    """Writes down what it is told and when; `fails` of its answers are errors."""

    def __init__(self, took_s: float = 0.0) -> None:
        self.told: list[tuple[float, Move]] = []
        self.fails = 0
        self.took_s = took_s

    async def send(self, camera: str, move: Move) -> None:
        assert camera == "p:1"
        self.told.append((round(asyncio.get_running_loop().time() - self.begin, 2), move))
        if self.took_s:
            await passes(self.took_s)
        if self.fails:
            self.fails -= 1
            raise PlatformError(message("videostate.no_answer"), Fault.TIMEOUT)

    def play(self, what: Callable[[Ptz], Awaitable[None]]) -> None:
        async def whole() -> None:
            self.begin = asyncio.get_running_loop().time()
            ptz = Ptz(self.send)
            await what(ptz)
            await passes(30)
            assert not ptz.turning

        run(whole())


def test_what_is_not_repeated_is_stopped_after_half_a_second() -> None:
    camera = Camera()

    async def once(ptz: Ptz) -> None:
        await ptz.move("p:1", LEFT)
        assert ptz.turning == {"p:1"}

    camera.play(once)
    assert camera.told == [(0.0, LEFT), (HOLD_S, STILL)]


def test_who_repeats_turns_on_and_the_platform_is_told_once() -> None:
    camera = Camera()

    async def held(ptz: Ptz) -> None:
        for _ in range(10):
            await ptz.move("p:1", LEFT)
            await passes(0.3)
        await ptz.move("p:1", UP)

    camera.play(held)
    assert camera.told == [(0.0, LEFT), (3.0, UP), (3.5, STILL)]


def test_letting_go_stops_at_once_and_is_waited_for() -> None:
    camera = Camera()

    async def let_go(ptz: Ptz) -> None:
        await ptz.move("p:1", LEFT)
        await passes(0.1)
        await ptz.move("p:1", STILL)
        assert not ptz.turning
        await ptz.move("p:1", STILL)  # twice does no harm

    camera.play(let_go)
    assert camera.told == [(0.0, LEFT), (0.1, STILL)]


def test_a_slow_platform_is_told_the_last_order_and_then_to_stop() -> None:
    camera = Camera(took_s=0.4)

    async def hasty(ptz: Ptz) -> None:
        await ptz.move("p:1", LEFT)
        await passes(0.1)
        await ptz.move("p:1", UP)
        await ptz.move("p:1", LEFT)
        await ptz.move("p:1", UP)

    camera.play(hasty)
    assert camera.told == [(0.0, LEFT), (0.4, UP), (0.8, STILL)]


def test_a_stop_that_fails_is_tried_again() -> None:
    camera = Camera()

    async def broken(ptz: Ptz) -> None:
        await ptz.move("p:1", LEFT)
        await passes(0.1)
        camera.fails = 2
        await ptz.move("p:1", STILL)

    camera.play(broken)
    times = [at for at, move in camera.told if move == STILL]
    assert times == pytest.approx([0.1, 0.1 + STOP_WAITS_S[0], 0.1 + sum(STOP_WAITS_S[:2])])


def test_a_camera_that_cannot_be_stopped_is_told_of(expect_log) -> None:  # type: ignore[no-untyped-def]
    expect_log("camera p:1 may still turn")
    camera = Camera()

    async def dead(ptz: Ptz) -> None:
        await ptz.move("p:1", LEFT)
        await asyncio.sleep(0)
        camera.fails = 99
        with pytest.raises(PlatformError):
            await ptz.move("p:1", STILL)

    camera.play(dead)
    assert len(camera.told) == 1 + 1 + len(STOP_WAITS_S)


def test_an_order_that_was_refused_is_said_to_who_repeats_it() -> None:
    camera = Camera()
    camera.fails = 1

    async def refused(ptz: Ptz) -> None:
        await ptz.move("p:1", LEFT)
        await passes(0.1)
        with pytest.raises(PlatformError):
            await ptz.move("p:1", LEFT)

    camera.play(refused)
    assert camera.told[-1][1] == STILL


def test_the_end_of_the_program_stops_all() -> None:
    camera = Camera()

    async def ended(ptz: Ptz) -> None:
        await ptz.move("p:1", LEFT)
        await passes(0.2)
        await ptz.close()
        assert not ptz.turning

    camera.play(ended)
    assert camera.told == [(0.0, LEFT), (0.2, STILL)]
