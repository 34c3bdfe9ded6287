"""The board and the sound: known answers."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import ManualClock
from app.core.decision import Acknowledgement
from app.core.model import (
    AlarmKind,
    Level,
    Ms,
    Sourced,
    Warning,
    WarningState,
    WarningStatus,
    World,
)
from app.live.alarms import (
    Board,
    BoardView,
    Card,
    Group,
    Storm,
    board,
    red_waits,
    sounding,
    waiting,
)
from app.live.picture import Picture
from app.live.seat import Mute, Seat

NOON = 1_784_289_600_000
MINUTE = 60_000


def warning(
    id_: str,
    level: Level = Level.YELLOW,
    issued: Ms = NOON,
    kind: AlarmKind = AlarmKind.LIMIT,
    received: Ms | None = None,
    **fields: object,
) -> Sourced:
    record = Warning(id_, kind, level, id_, issued, issued, **fields)  # type: ignore[arg-type]
    return Sourced("feed", issued if received is None else received, record)


def acknowledged(*ids: str, level: Level = Level.RED) -> dict[str, Acknowledgement]:
    return {i: Acknowledgement(i, NOON, "0001", "shift_head", level=level) for i in ids}


def ids(view: BoardView) -> list[str]:
    return [row.warning.id if isinstance(row, Card) else "storm" for row in view.rows]


def storm(view: BoardView) -> Storm:
    (found,) = [row for row in view.rows if isinstance(row, Storm)]
    return found


def many(count: int, level: Level = Level.YELLOW, step: int = 1000) -> list[Sourced]:
    return [warning(f"w:{n}", level, NOON + n * step) for n in range(count)]


def test_unacknowledged_come_first_then_the_gravest_then_the_newest() -> None:
    view = board(
        [
            warning("blue", Level.BLUE),
            warning("red-taken", Level.RED),
            warning("red-old", Level.RED, NOON - MINUTE),
            warning("red-new", Level.RED, NOON),
            warning("target", Level.RED, kind=AlarmKind.TARGET),
            warning("orange", Level.ORANGE),
        ],
        acknowledged("red-taken"),
        NOON,
    )
    assert ids(view) == ["red-new", "red-old", "orange", "blue", "target", "red-taken"]


def test_the_three_kinds_are_counted_apart() -> None:
    view = board(
        [
            warning("a", Level.RED, kind=AlarmKind.ISSUED),
            warning("b", Level.RED, kind=AlarmKind.ISSUED),
            warning("c", Level.ORANGE, kind=AlarmKind.HINT),
            warning("d", Level.BLUE, kind=AlarmKind.LIMIT),
            warning("e", Level.NONE, kind=AlarmKind.TARGET),
        ],
        acknowledged("b", "d"),
        NOON,
    )
    assert {group: view.total(group) for group in Group} == {
        Group.ISSUED: 2,
        Group.OURS: 2,
        Group.TARGET: 1,
        Group.PRACTICE: 0,
    }
    assert {group: view.unacknowledged(group) for group in Group} == {
        Group.ISSUED: 1,
        Group.OURS: 1,
        Group.TARGET: 1,
        Group.PRACTICE: 0,
    }


def test_cancelled_and_expired_ones_leave() -> None:
    warnings = [
        warning("cancelled", state=WarningState.CANCELLED),
        warning("expiring", expires=NOON + MINUTE),
        warning("open"),
    ]
    assert sorted(ids(board(warnings, {}, NOON + MINUTE - 1))) == ["expiring", "open"]
    assert ids(board(warnings, {}, NOON + MINUTE)) == ["open"]


def test_an_acknowledgement_does_not_cover_what_is_graver() -> None:
    view = board([warning("w", Level.RED)], acknowledged("w", level=Level.ORANGE), NOON)
    assert view.cards[0].acknowledged is None
    view = board([warning("w", Level.ORANGE)], acknowledged("w", level=Level.ORANGE), NOON)
    assert view.cards[0].acknowledged is not None


def test_ten_are_no_storm_and_eleven_are() -> None:
    assert len(ids(board(many(10), {}, NOON))) == 10
    view = board(many(11), {}, NOON)
    assert ids(view) == ["storm"]
    assert (storm(view).total, storm(view).unacknowledged) == (11, 11)
    assert (storm(view).since, storm(view).until) == (NOON, NOON + 10_000)


def test_eleven_in_ten_minutes_and_not_in_more() -> None:
    assert ids(board(many(11, step=MINUTE), {}, NOON)) != ["storm"]  # the last after 10 min
    assert ids(board(many(11, step=MINUTE - 1), {}, NOON)) == ["storm"]


def test_a_storm_counts_by_kind_and_level_and_keeps_an_open_red_in_sight() -> None:
    warnings = [
        *many(6, Level.YELLOW),
        *[warning(f"o:{n}", Level.ORANGE, NOON + n, AlarmKind.ISSUED) for n in range(4)],
        warning("red", Level.RED, NOON + 5),
        warning("red-taken", Level.RED, NOON + 6),
    ]
    view = board(warnings, acknowledged("red-taken", "w:0"), NOON)
    assert ids(view) == ["red", "storm"]
    assert storm(view).level is Level.ORANGE
    counts = [(c.group, c.level, c.total, c.unacknowledged) for c in storm(view).counts]
    assert counts == [
        (Group.ISSUED, Level.ORANGE, 4, 4),
        (Group.OURS, Level.RED, 2, 1),
        (Group.OURS, Level.YELLOW, 6, 5),
    ]
    assert view.total(Group.OURS) == 8


def test_a_storm_stays_folded_when_its_ten_minutes_are_over() -> None:
    picture, clock = Picture({}, World.DEMO), ManualClock(NOON)
    picture.apply_records([*many(12), warning("before", issued=NOON - 60 * MINUTE)])
    view = Board(picture, clock)
    assert ids(view.view()) == ["storm", "before"]
    clock.advance(5 * 60 * MINUTE)
    assert ids(view.view()) == ["storm", "before"]


def test_two_storms_are_two_cards() -> None:
    later = [warning(f"l:{n}", issued=NOON + 60 * MINUTE + n) for n in range(11)]
    view = board([*many(11), *later], {}, NOON)
    assert ids(view) == ["storm", "storm"]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 40 * MINUTE),
            st.sampled_from(list(Level)),
            st.sampled_from(list(AlarmKind)),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_nothing_is_lost_and_no_open_red_is_out_of_sight(
    given_: list[tuple[int, Level, AlarmKind, bool]],
) -> None:
    warnings = [
        warning(f"w:{n}", level, NOON + at, kind) for n, (at, level, kind, _) in enumerate(given_)
    ]
    taken = acknowledged(*[f"w:{n}" for n, item in enumerate(given_) if item[3]])
    view = board(warnings, taken, NOON)
    shown = Counter(row.warning.id for row in view.rows if isinstance(row, Card))
    folded = Counter(
        card.warning.id for row in view.rows if isinstance(row, Storm) for card in row.cards
    )
    assert shown + folded == Counter(item.record.id for item in warnings)
    for n, (_, level, _, taken_) in enumerate(given_):
        if level is Level.RED and not taken_:
            assert shown[f"w:{n}"] == 1
    assert sum(count.total for count in view.counts) == len(warnings)


# ---- sound


@pytest.fixture
def seat() -> Seat:
    return Seat("desk")


def heard(picture: Picture, seat: Seat, now: Ms) -> tuple[Level, tuple[str, ...]] | None:
    found = Board(picture, ManualClock(now)).sounding(seat)
    return None if found is None else (found.level, found.warnings)


def test_red_and_orange_sound_until_acknowledged(seat: Seat) -> None:
    picture = Picture({}, World.DEMO)
    picture.apply_records(
        [
            warning("yellow", Level.YELLOW),
            warning("target", Level.RED, kind=AlarmKind.TARGET),
        ]
    )
    assert heard(picture, seat, NOON) is None
    picture.apply_records([warning("orange", Level.ORANGE), warning("red", Level.RED)])
    assert heard(picture, seat, NOON) == (Level.RED, ("red",))
    picture.acknowledged.update(acknowledged("red"))
    assert heard(picture, seat, NOON + 60 * MINUTE) == (Level.ORANGE, ("orange",))
    picture.acknowledged.update(acknowledged("orange"))
    assert heard(picture, seat, NOON) is None


def test_muted_until_the_time_said_and_a_later_red_sounds(seat: Seat) -> None:
    picture = Picture({}, World.DEMO)
    picture.apply_records([warning("red", Level.RED)])
    seat.mute = Mute(NOON + 1, NOON + 5 * MINUTE, "0001")
    assert heard(picture, seat, NOON + 2) is None
    picture.apply_records([warning("orange", Level.ORANGE, NOON + MINUTE)])
    assert heard(picture, seat, NOON + MINUTE) is None
    picture.apply_records([warning("red-2", Level.RED, NOON + MINUTE)])
    assert heard(picture, seat, NOON + MINUTE) == (Level.RED, ("red-2",))
    assert heard(picture, seat, NOON + 5 * MINUTE) == (Level.RED, ("red-2", "red"))


# ---- what is not meant

EXERCISE = {"status": WarningStatus.EXERCISE, "kind": AlarmKind.ISSUED, "level": Level.RED}
TEST = {**EXERCISE, "status": WarningStatus.TEST}


@pytest.mark.parametrize(
    "fields",
    [EXERCISE, TEST, {"kind": AlarmKind.ISSUED, "level": Level.RED, "world": World.DRILL}],
)
@pytest.mark.parametrize("world", [World.REAL, World.DEMO])
def test_what_is_not_meant_is_apart_and_silent(fields: dict[str, object], world: World) -> None:
    view = board(
        [
            warning("x", **fields),  # type: ignore[arg-type]
            warning("blue", Level.BLUE, kind=AlarmKind.ISSUED),
            warning("taken", Level.BLUE),
        ],
        acknowledged("taken"),
        NOON,
        world,
    )
    assert ids(view) == ["blue", "taken", "x"]
    assert (view.total(Group.ISSUED), view.total(Group.PRACTICE)) == (1, 1)
    assert not red_waits(view.cards) and not waiting(view.cards)
    assert sounding(view.cards, Seat("desk"), NOON) is None


def test_in_a_drill_its_exercises_are_what_it_is_about_but_a_test_never_is() -> None:
    exercise, test = warning("x", **EXERCISE), warning("t", **TEST)  # type: ignore[arg-type]
    view = board([exercise, test], {}, NOON, World.DRILL)
    assert (view.total(Group.ISSUED), view.total(Group.PRACTICE)) == (1, 1)
    heard = sounding(view.cards, Seat("desk"), NOON)
    assert heard is not None and heard.warnings == ("x",)


def test_a_storm_of_exercises_folds_none_that_is_meant() -> None:
    practice = [
        warning(f"x{n}", issued=NOON + n, **EXERCISE)  # type: ignore[arg-type]
        for n in range(12)
    ]
    view = board([*practice, warning("real", Level.YELLOW, NOON)], {}, NOON)
    assert ids(view) == ["real", "storm"]
    assert storm(view).practice and storm(view).total == 12
