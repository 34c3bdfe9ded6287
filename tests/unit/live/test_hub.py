"""The hub: every consumer learns of every change once, however often it happened."""

import pytest

from app.live.hub import Hub, Kind


def test_changes_are_gathered_until_they_are_drained() -> None:
    hub = Hub()
    subscription = hub.subscribe()
    for _ in range(1000):
        hub.publish(Kind.READING, ["a", "b"])
    hub.publish(Kind.READING, ["c"])
    hub.publish(Kind.WARNING, ["w1"])
    assert subscription
    assert subscription.drain() == {Kind.READING: {"a", "b", "c"}, Kind.WARNING: {"w1"}}
    assert not subscription
    assert subscription.drain() == {}


def test_each_consumer_has_its_own_heap() -> None:
    hub = Hub()
    first = hub.subscribe()
    hub.publish(Kind.FEED, ["a"])
    second = hub.subscribe()
    hub.publish(Kind.FEED, ["b"])
    assert first.drain() == {Kind.FEED: {"a", "b"}}
    assert second.drain() == {Kind.FEED: {"b"}}


def test_an_iterator_reaches_every_consumer() -> None:
    hub = Hub()
    both = [hub.subscribe(), hub.subscribe()]
    hub.publish(Kind.EVENT, (name for name in ("a", "b")))
    assert [one.drain() for one in both] == [{Kind.EVENT: {"a", "b"}}] * 2


def test_who_has_gone_is_told_nothing() -> None:
    hub = Hub()
    subscription = hub.subscribe()
    hub.unsubscribe(subscription)
    hub.publish(Kind.EVENT, ["a"])
    assert not subscription
    with pytest.raises(ValueError, match="not in list"):
        hub.unsubscribe(subscription)
