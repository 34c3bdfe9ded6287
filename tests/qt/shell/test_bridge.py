"""The bridge: one signal per kind and frame, whatever was published."""

from app.live.hub import Kind


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
