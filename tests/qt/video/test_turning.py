"""Turning of cameras with the real service and a platform that writes down what it was told."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from app.live.seat import Seat
from app.live.turning import TURNS, TurnOrder, Way
from app.video.platform import Ability, Move
from app.video.ptz import STILL
from tests.helpers.pooling import until
from tests.helpers.video_desk import Answers, Desk, desk
from widgets.video.turning import SPEED, Turning, move_of

Run = Callable[[Awaitable[Any]], Any]
SEEN = frozenset({TURNS})


def begin(turning: Turning, seat: Seat, way: Way) -> None:
    seat.turns.append(TurnOrder("p:one", way))
    turning.on_seat(SEEN)


def over(folder: Path, work: Callable[[Desk, Turning, Seat], Awaitable[None]]) -> Awaitable[None]:
    """A running service with a hand before it."""

    async def done() -> None:
        answers = Answers({}, abilities=frozenset({Ability.PTZ}))
        async with desk(folder, answers) as wall:
            await until(lambda: wall.service.board is not None)
            assert wall.service.abilities("p:one") == {Ability.PTZ}
            assert wall.service.abilities("other:one") == frozenset()
            parent, seat = QObject(), Seat("desk")
            turning = Turning(seat, lambda: wall.service, parent)
            await work(wall, turning, seat)
            await turning.stop()

    return done()


def test_it_turns_for_as_long_as_the_key_is_held_and_stops_with_it(
    run: Run, tmp_path: Path
) -> None:
    async def work(wall: Desk, turning: Turning, seat: Seat) -> None:
        moves = wall.answers.moves
        turning.hold("p:one", Way.RIGHT)
        begin(turning, seat, Way.RIGHT)
        await until(lambda: len(moves) == 1)
        held = wall.service._ptz
        ticks: list[None] = []
        turning._timer.timeout.connect(lambda: ticks.append(None))
        await until(lambda: len(ticks) == 6)  # twice as long as the service waits for a hand
        assert held is not None and held.turning == {"p:one"}
        turning.hold("p:one", Way.UP)
        begin(turning, seat, Way.UP)
        await until(lambda: len(moves) == 2)
        turning.release("p:one", Way.RIGHT)
        turning.release("p:one", Way.UP)
        await until(lambda: not held.turning)
        right, up = Move(SPEED), Move(0, SPEED)
        assert moves[:2] == [("p:one", right), ("p:one", Move(SPEED, SPEED))]
        assert moves[-1] == ("p:one", STILL) and moves[2:-1] in ([], [("p:one", up)])
        assert turning.cameras == frozenset()

    run(over(tmp_path, work))


def test_what_was_typed_is_a_step(run: Run, tmp_path: Path) -> None:
    async def work(wall: Desk, turning: Turning, seat: Seat) -> None:
        begin(turning, seat, Way.IN)
        await until(lambda: len(wall.answers.moves) == 2)
        assert wall.answers.moves == [("p:one", Move(0, 0, SPEED)), ("p:one", STILL)]

    run(over(tmp_path, work))


def test_a_platform_that_cannot_says_so_once_and_the_key_turns_nothing_more(
    run: Run, tmp_path: Path
) -> None:
    async def work(wall: Desk, turning: Turning, seat: Seat) -> None:
        told: list[Any] = []
        turning.trouble.connect(told.append)
        turning.hold("other:one", Way.LEFT)
        seat.turns.append(TurnOrder("other:one", Way.LEFT))
        turning.on_seat(SEEN)
        await until(lambda: bool(told))
        turning.release("other:one", Way.LEFT)
        assert [one.id for one in told] == ["videohand.cannot_turn"]
        assert turning.cameras == frozenset() and wall.answers.moves == []

    run(over(tmp_path, work))


@pytest.mark.parametrize(
    ("ways", "move"),
    [
        ({Way.LEFT}, Move(-SPEED)),
        ({Way.LEFT, Way.RIGHT}, STILL),
        ({Way.DOWN, Way.RIGHT}, Move(SPEED, -SPEED)),
        ({Way.OUT}, Move(0, 0, -SPEED)),
        (set(), STILL),
    ],
    ids=["left", "against each other", "slanting", "wider", "none"],
)
def test_keys_together(ways: set[Way], move: Move) -> None:
    assert move_of(dict.fromkeys(ways, 1)) == move
