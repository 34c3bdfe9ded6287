"""The bridge: one signal per kind and frame, whatever was published."""

from app.live.hub import Kind
from widgets.bridge import BUDGET_S


def test_a_frame_carries_each_kind_once_with_every_key(seat, bridge):
    got, frames = [], []
    bridge.reading_changed.connect(lambda keys: got.append(("reading", keys)))
    bridge.warning_changed.connect(lambda keys: got.append(("warning", keys)))
    bridge.frame.connect(lambda: frames.append(len(got)))
    for number in range(1000):
        seat.hub.publish(Kind.READING, (f"reading/a/{number % 3}",))
    seat.hub.publish(Kind.WARNING, ("cma:1",))

    bridge.drain()

    assert sorted(got) == [
        ("reading", frozenset({"reading/a/0", "reading/a/1", "reading/a/2"})),
        ("warning", frozenset({"cma:1"})),
    ]
    assert frames == [2]
    assert (bridge.frames, bridge.changes) == (1, 4)


def test_a_frame_without_change_says_nothing(bridge):
    frames = []
    bridge.frame.connect(lambda: frames.append(1))

    bridge.drain()

    assert not frames
    assert bridge.frames == 0


def test_every_kind_of_change_has_a_signal(bridge):
    for kind in Kind:
        heard = []
        bridge.signal(kind).connect(heard.append)
        bridge.signal(kind).emit(frozenset({"x"}))
        assert heard == [frozenset({"x"})]


class Costly:
    """Who takes most of a frame."""

    cost_s = BUDGET_S * 0.7

    def __init__(self, turns, name):
        self.turns, self.name = turns, name

    def take_turn(self):
        self.turns.append(self.name)


def test_those_that_find_no_room_in_a_frame_come_in_the_next_in_their_order(bridge):
    turns = []
    a, b, c = (Costly(turns, name) for name in "abc")

    for who in (a, b, c, b):
        bridge.turn(who)
    assert turns == ["a"]
    bridge.drain()
    assert turns == ["a", "b"]
    bridge.turn(a)
    bridge.drain()
    bridge.drain()
    assert turns == ["a", "b", "c", "a"]


def test_a_turn_that_is_not_wanted_any_more_is_not_given(bridge):
    turns = []
    a, b = Costly(turns, "a"), Costly(turns, "b")
    bridge.turn(a)
    bridge.turn(b)
    bridge.forget(b)

    bridge.drain()

    assert turns == ["a"]


def test_what_is_left_for_the_next_turn_waits_for_a_frame(bridge):
    turns = []
    cheap = Costly(turns, "cheap")
    bridge.next_turn(cheap)
    assert turns == []

    bridge.drain()

    assert turns == ["cheap"]
