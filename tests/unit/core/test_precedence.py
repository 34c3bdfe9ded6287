"""Whoever gives way waits for the windows, never longer than it may, and never without them."""

import threading
from collections.abc import Callable

import pytest

from app.core import precedence as module
from app.core.precedence import Courtesy, Precedence

PATIENCE_S = 10.0
FOR_EVER_S = 60.0


class Counted(Precedence):
    """Tells how often somebody waited."""

    def __init__(self) -> None:
        super().__init__()
        self.waited = 0

    def wait(self, most_s: float) -> bool:
        """Wait as ever, and count it."""
        self.waited += 1
        return super().wait(most_s)


def _waits_until(precedence: Counted, lets_go: Callable[[], None]) -> None:
    """A thread stands still in `give_way`, and goes on when it is let go."""
    inside = threading.Event()

    def work() -> None:
        inside.set()
        Courtesy(precedence).give_way()

    thread = threading.Thread(target=work)
    thread.start()
    assert inside.wait(PATIENCE_S)
    thread.join(0.05)
    assert thread.is_alive()
    lets_go()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert precedence.waited == 1


def test_who_gives_way_waits_until_the_windows_are_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_S", FOR_EVER_S)
    precedence = Counted()
    precedence.busy()
    _waits_until(precedence, precedence.idle)


def test_nobody_waits_for_windows_that_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_S", FOR_EVER_S)
    precedence = Counted()
    precedence.busy()
    _waits_until(precedence, precedence.end)
    Courtesy(precedence).give_way()
    assert precedence.waited == 1


def test_windows_that_are_always_busy_starve_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_S", 0.001)
    monkeypatch.setattr(module, "LEAST_S", FOR_EVER_S)
    precedence = Counted()
    precedence.busy()
    courtesy = Courtesy(precedence)
    for _ in range(1000):  # the first waits in vain, the others are the work it is owed
        courtesy.give_way()
    assert precedence.waited == 1
    Courtesy(precedence).give_way()  # what one thread is owed is no other's
    assert precedence.waited == 2


def test_without_windows_nobody_waits_or_lets_go(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: float) -> None:
        raise AssertionError("it slept")

    monkeypatch.setattr(module, "sleep", never)
    monkeypatch.setattr(module, "WORK_S", 0.0)
    precedence = Counted()
    Courtesy(precedence).give_way()
    assert precedence.waited == 0


def test_who_works_long_lets_the_windows_say_that_they_are_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    precedence = Counted()
    precedence.busy()
    precedence.idle()
    slept: list[float] = []

    def door(length: float) -> None:
        slept.append(length)
        precedence.busy()

    monkeypatch.setattr(module, "sleep", door)
    monkeypatch.setattr(module, "MOST_S", 0.001)
    courtesy = Courtesy(precedence)
    courtesy.give_way()
    assert slept == [module.DOOR_S]
    assert precedence.waited == 1


def test_work_is_busy_until_who_listens_ends_it_and_nobody_waits_without_a_listener() -> None:
    precedence = Precedence()
    precedence.begin()
    assert not precedence.is_busy
    told: list[bool] = []
    precedence.listen(lambda: told.append(precedence.is_busy))
    precedence.begin()
    precedence.begin()
    assert told == [True]
    assert precedence.is_busy
    precedence.idle()
    precedence.begin()
    precedence.end()
    assert told == [True, True]
    assert not precedence.is_busy
    precedence.begin()
    assert not precedence.is_busy
