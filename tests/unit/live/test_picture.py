"""The picture: the newest per key, the better of two sources, and the open sets."""

import pytest

from app.core.health import FeedHealth, FeedState
from app.core.model import (
    AlarmKind,
    DeviceState,
    DeviceStatus,
    Event,
    EventStatus,
    Level,
    Reading,
    Sourced,
    Warning,
    WarningState,
    World,
)
from app.live.hub import Kind
from app.live.picture import KEPT_MS, Picture

KEY = "reading/water.level/320812/jiangba"


@pytest.fixture
def picture() -> Picture:
    made = Picture({"best": 1, "second": 2}, World.REAL)
    for feed in ("best", "second", "other"):
        connect(made, feed, FeedState.LIVE)
    return made


def connect(picture: Picture, feed: str, state: FeedState) -> None:
    picture.feeds[feed] = FeedHealth(feed, "名", "name", state, at=0)


def take(picture: Picture, source: str, value: float, observed: int, revision: int = 0) -> bool:
    reading = Reading(key=KEY, value=value, observed=observed, revision=revision)
    return picture.apply_readings(source, observed, [(KEY, reading)]) == [KEY]


def value(picture: Picture) -> float:
    return picture.readings[KEY].reading.value


def test_the_newest_stays(picture: Picture) -> None:
    assert take(picture, "best", 12.0, 10)
    assert not take(picture, "best", 11.0, 9)
    assert take(picture, "best", 13.0, 11)
    assert value(picture) == 13.0
    assert picture.ignored == 1


def test_a_correction_replaces_its_reading(picture: Picture) -> None:
    take(picture, "best", 12.0, 10)
    assert take(picture, "best", 12.5, 10, revision=1)
    assert not take(picture, "best", 12.0, 10)
    assert value(picture) == 12.5


def test_the_better_source_decides_while_it_is_there(picture: Picture) -> None:
    take(picture, "second", 2.0, 10)
    assert take(picture, "best", 1.0, 10)
    assert not take(picture, "second", 2.0, 20)
    assert (value(picture), picture.readings[KEY].source) == (1.0, "best")


@pytest.mark.parametrize("state", [FeedState.LOST, FeedState.REFUSED, FeedState.STOPPED])
def test_the_second_takes_over_when_the_better_is_gone(picture: Picture, state: FeedState) -> None:
    take(picture, "best", 1.0, 10)
    connect(picture, "best", state)
    assert not take(picture, "second", 2.0, 9)
    assert take(picture, "second", 2.0, 20)
    connect(picture, "best", FeedState.LATE)
    assert take(picture, "best", 1.5, 21)
    assert not take(picture, "second", 2.5, 30)


def test_a_source_without_priority_comes_last(picture: Picture) -> None:
    take(picture, "second", 2.0, 10)
    assert not take(picture, "other", 3.0, 20)


def test_what_is_not_known_is_not_connected(picture: Picture) -> None:
    assert not picture.connected("no-such-feed", 0)


def test_open_sets_by_kind(picture: Picture) -> None:
    event = Event(id="hotline:1", type="HL001", occurred=1, observed=1)
    warning = Warning(
        id="cma:1", kind=AlarmKind.ISSUED, level=Level.RED, title="暴雨", issued=1, observed=1
    )
    device = DeviceStatus(id="iot:1", observed=1, state=DeviceState.FAULT)
    found = picture.apply_records([Sourced("f", 2, record) for record in (event, warning, device)])
    assert found == {
        Kind.EVENT: ["hotline:1"],
        Kind.WARNING: ["cma:1"],
        Kind.DEVICE: ["iot:1"],
    }
    assert picture.events["hotline:1"].record is event
    assert picture.warnings["cma:1"].record is warning
    assert picture.devices["iot:1"].record is device


def test_an_old_state_of_an_event_changes_nothing(picture: Picture) -> None:
    def at(observed: int, status: EventStatus) -> Sourced:
        record = Event(id="e:1", type="HL001", occurred=1, observed=observed, status=status)
        return Sourced("f", observed, record)

    picture.apply_records([at(5, EventStatus.HANDLING)])
    assert picture.apply_records([at(4, EventStatus.NEW), at(5, EventStatus.NEW)]) == {}
    assert picture.apply_records([at(6, EventStatus.CLOSED)]) == {Kind.EVENT: ["e:1"]}


def an_event(status: EventStatus, observed: int, revision: int = 0) -> Sourced:
    event = Event("hotline:1", "HL001", 1, observed, status=status, revision=revision)
    return Sourced("best", observed, event)


def test_what_is_over_leaves_after_an_hour_and_does_not_come_back(picture: Picture) -> None:
    picture.apply_records(
        [an_event(EventStatus.HANDLING, 1_000), an_event(EventStatus.CLOSED, 2_000)]
    )
    assert picture.forget_ended(2_000 + KEPT_MS) == {}
    assert picture.forget_ended(2_001 + KEPT_MS) == {Kind.EVENT: ["hotline:1"]}
    assert picture.apply_records([an_event(EventStatus.HANDLING, 1_500)]) == {}, "a refilled state"
    assert picture.apply_records([an_event(EventStatus.CLOSED, 2_000)]) == {}, "the same again"
    reopened = picture.apply_records([an_event(EventStatus.NEW, 3_000)])
    assert reopened == {Kind.EVENT: ["hotline:1"]}


def test_an_expired_or_cancelled_warning_leaves_an_open_one_stays(picture: Picture) -> None:
    def warning(id_: str, **fields: object) -> Sourced:
        made = Warning(id_, AlarmKind.ISSUED, Level.RED, "暴雨", 1, 1, **fields)  # type: ignore[arg-type]
        return Sourced("best", 1, made)

    picture.apply_records(
        [
            warning("cma:open"),
            warning("cma:expired", expires=5_000),
            warning("cma:cancelled", state=WarningState.CANCELLED),
        ]
    )
    gone = picture.forget_ended(5_001 + KEPT_MS)
    assert sorted(gone[Kind.WARNING]) == ["cma:cancelled", "cma:expired"]
    assert list(picture.warnings) == ["cma:open"]
