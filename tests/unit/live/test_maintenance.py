"""Planned work silences what is ours, never an authority, and nothing is taken from the board."""

from app.core.clock import ManualClock
from app.core.decision import Maintenance
from app.core.model import AlarmKind, Level, Sourced, Warning, World
from app.live.alarms import Board
from app.live.picture import Picture
from app.live.seat import Seat

NOON = 1_784_289_600_000
HOUR = 3_600_000


def picture(*kinds: AlarmKind) -> Picture:
    made = Picture({}, World.REAL)
    made.through = {"rain": frozenset({"net"})}
    made.apply_records(
        Sourced("rain", NOON, Warning(f"w:{kind}", kind, Level.RED, "x", NOON, NOON))
        for kind in kinds
    )
    return made


def heard(made: Picture, at: int = NOON) -> set[str]:
    found = Board(made, ManualClock(at)).sounding(Seat("desk"))
    return set(found.warnings) if found else set()


def test_work_on_the_link_silences_limits_and_hints_and_not_what_an_authority_issued() -> None:
    made = picture(AlarmKind.LIMIT, AlarmKind.HINT, AlarmKind.ISSUED)
    assert heard(made) == {"w:limit", "w:hint", "w:issued"}
    made.maintenance["1"] = Maintenance("1", "net", NOON, NOON + HOUR, NOON, "1", "shift_head")
    assert heard(made) == {"w:issued"}
    assert len(Board(made, ManualClock(NOON)).view().cards) == 3, "silent is not hidden"
    assert heard(made, NOON + HOUR) == {"w:limit", "w:hint", "w:issued"}


def test_work_on_one_feed_leaves_the_others_alone() -> None:
    made = picture(AlarmKind.LIMIT)
    made.maintenance["1"] = Maintenance("1", "level", NOON, NOON + HOUR, NOON, "1", "shift_head")
    assert heard(made) == {"w:limit"}
    made.maintenance["2"] = Maintenance("2", "rain", NOON, NOON + HOUR, NOON, "1", "shift_head")
    assert heard(made) == set()
