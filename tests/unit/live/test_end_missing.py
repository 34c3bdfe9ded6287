"""What a source no longer counts among what is open leaves the picture; nothing else does."""

import pytest

from app.core.model import (
    AlarmKind,
    DeviceState,
    DeviceStatus,
    Event,
    EventStatus,
    Level,
    Sourced,
    Warning,
    WarningState,
    World,
)
from app.live.batch import Batch, Standing
from app.live.hub import Kind
from app.live.picture import Picture

NOW = 1_790_000_000_000


def event(id_: str, status: EventStatus = EventStatus.HANDLING) -> Event:
    return Event(id_, "t", NOW, NOW, status)


def warning(id_: str, state: WarningState = WarningState.ACTIVE) -> Warning:
    return Warning(id_, AlarmKind.ISSUED, Level.RED, "t", NOW, NOW, state)


def here(*records: Event | Warning | DeviceStatus, source: str = "one", at: int = NOW) -> Picture:
    picture = Picture({}, World.REAL)
    picture.apply_records([Sourced(source, at, record) for record in records])
    return picture


def test_what_is_not_named_is_over() -> None:
    picture = here(event("x:1"), event("x:2"), warning("w:1"), warning("w:2"))
    gone = picture.end_missing({"one": Standing(NOW + 5, frozenset({"x:2", "w:2"}))})
    assert gone == {Kind.EVENT: ["x:1"], Kind.WARNING: ["w:1"]}
    assert list(picture.events) == ["x:2"] and list(picture.warnings) == ["w:2"]


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (here(event("x:1"), source="two"), "another source's"),
        (here(event("x:1"), at=NOW + 9), "came after the list"),
        (here(event("x:1", EventStatus.CLOSED)), "closed: stays its hour"),
        (here(warning("w:1", WarningState.CANCELLED)), "cancelled: stays its hour"),
        (here(DeviceStatus("d:1", NOW, DeviceState.ONLINE)), "no event"),
    ],
)
def test_what_the_list_does_not_speak_of_stays(picture: Picture, why: str) -> None:
    before = (dict(picture.events), dict(picture.warnings), dict(picture.devices))
    assert picture.end_missing({"one": Standing(NOW + 5, frozenset())}) == {}, why
    assert (picture.events, picture.warnings, picture.devices) == before


def test_it_may_come_again_with_the_same_stamp() -> None:
    picture = here(event("x:1"))
    picture.end_missing({"one": Standing(NOW + 5, frozenset())})
    assert picture.apply_records([Sourced("one", NOW + 9, event("x:1"))])
    assert "x:1" in picture.events


def test_of_two_lists_that_wait_the_later_one_counts() -> None:
    batch = Batch(open={"one": Standing(NOW, frozenset({"a"}))}, sequence=4)
    batch.absorb(Batch(open={"one": Standing(NOW + 1, frozenset({"b"}))}))
    assert batch.open["one"].ids == frozenset({"b"})
    assert batch.sequence == 4
