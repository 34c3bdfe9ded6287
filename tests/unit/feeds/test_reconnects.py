"""The line in which feeds wait for their turn to connect, by a clock that jumps."""

import asyncio

from app.feeds._reconnects import FIRST_AT_ONCE, Reconnects, Turn
from tests.helpers.jumping_loop import run


async def went(line: Reconnects, turn: Turn, name: int, log: list[tuple[int, float]]) -> None:
    await line.turn(turn)
    log.append((name, asyncio.get_running_loop().time()))


def most_in_a_second(times: list[float]) -> int:
    return max(sum(begin <= time < begin + 1 for time in times) for begin in times)


def test_after_a_cut_of_500_feeds_at_most_20_a_second_in_the_order_of_coming() -> None:
    async def cut() -> list[tuple[int, float]]:
        line, log = Reconnects(), []
        await asyncio.gather(*(went(line, Turn.AGAIN, name, log) for name in range(500)))
        return log

    log = run(cut())
    assert [name for name, _ in log] == list(range(500))
    times = [time for _, time in log]
    assert 15 <= most_in_a_second(times) <= 20
    assert times[-1] - times[0] < 30


def test_those_who_fail_again_wait_behind_those_who_did_not_try_yet() -> None:
    async def cut() -> list[int]:
        line, log = Reconnects(), []

        async def stubborn(name: int) -> None:
            for _ in range(3):
                await went(line, Turn.AGAIN, name, log)

        await asyncio.gather(*(stubborn(name) for name in range(50)))
        return [name for name, _ in log]

    assert run(cut()) == list(range(50)) * 3


def test_a_start_of_500_is_quick_and_does_not_let_the_lost_starve() -> None:
    async def start() -> list[tuple[int, float]]:
        line, log = Reconnects(), []
        await asyncio.gather(*(went(line, Turn.FIRST, name, log) for name in range(500)))
        return log

    times = [time for _, time in run(start())]
    assert times[FIRST_AT_ONCE - 1] == times[0], "a small city begins at once"
    assert times[-1] - times[0] < 5
    assert most_in_a_second(times) <= 100 + FIRST_AT_ONCE + 1


def test_who_is_asked_for_by_a_person_goes_before_all_others() -> None:
    async def cut() -> list[int]:
        line, log = Reconnects(), []
        lost = [asyncio.ensure_future(went(line, Turn.AGAIN, n, log)) for n in range(40)]
        await lost[9]
        asked = asyncio.ensure_future(went(line, Turn.ASKED, 99, log))
        await asyncio.gather(asked, *lost)
        return [name for name, _ in log]

    order = run(cut())
    assert order.index(99) == 10
    assert [name for name in order if name != 99] == list(range(40))


def test_who_gives_up_takes_nobodys_place() -> None:
    async def cut() -> list[tuple[int, float]]:
        line, log = Reconnects(), []
        tasks = [asyncio.ensure_future(went(line, Turn.AGAIN, n, log)) for n in range(30)]
        await asyncio.sleep(0)
        for task in tasks[1:29]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return log

    log = run(cut())
    assert [name for name, _ in log] == [0, 29]
    assert log[1][1] - log[0][1] < 0.1
