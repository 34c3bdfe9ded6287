"""The warnings board and the sound: what is open, what nobody has acknowledged, what is to hear.

Without Qt and without state of its own: everything follows from the picture, the seat and the
clock, so two screens cannot disagree.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.clock import Clock
from app.core.decision import Acknowledgement
from app.core.model import AlarmKind, Level, Ms, Sourced, Warning, World
from app.core.privacy import Privacy
from app.live.picture import Picture
from app.live.seat import Seat
from app.live.warnings import holds, is_open, is_practice

STORM_WINDOW_MS = 600_000
STORM_MORE_THAN = 10
"""More than ten in ten minutes are more than one person can read (EEMUA 191's flood)."""
AUDIBLE = (Level.RED, Level.ORANGE)
LEVELS = (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE)


class Group(StrEnum):
    """The three kinds of rule 13, counted apart and never looking alike; and what is not meant."""

    ISSUED = "issued"  # an authority's
    OURS = "ours"  # a model's hint, or a limit crossed by measurement
    TARGET = "target"  # missed; never a warning's shape
    PRACTICE = "practice"  # an exercise or a test: never counted with, nor heard as, the others


MEANT = (Group.ISSUED, Group.OURS)
"""Those that somebody must answer for."""

_GROUPS = {
    AlarmKind.ISSUED: Group.ISSUED,
    AlarmKind.HINT: Group.OURS,
    AlarmKind.LIMIT: Group.OURS,
    AlarmKind.TARGET: Group.TARGET,
}


class Card(msgspec.Struct, frozen=True):
    """One open warning; `acknowledged` is None while nobody has taken it as grave as it is.
    `practice` says that it is not meant."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    warning: Warning
    source: str
    received: Ms
    acknowledged: Acknowledgement | None = None
    practice: bool = False

    @property
    def group(self) -> Group:
        """Which of the three kinds, or none of them."""
        return Group.PRACTICE if self.practice else _GROUPS[self.warning.kind]

    @property
    def level(self) -> Level:
        """The warning's own."""
        return self.warning.level


class Count(msgspec.Struct, frozen=True):
    """How many of a group have a level, and how many of those nobody acknowledged."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    group: Group
    level: Level
    total: int
    unacknowledged: int


class Storm(msgspec.Struct, frozen=True):
    """More than ten in ten minutes, as one card.

    `counts` tells of all of it. `cards` are those that are not shown by themselves: an
    unacknowledged red is counted here and keeps its own card.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    since: Ms  # first and last issued
    until: Ms
    total: int
    counts: tuple[Count, ...]
    cards: tuple[Card, ...]

    @property
    def level(self) -> Level:
        """The gravest of those folded away: of the unacknowledged while there are any."""
        waiting = [card for card in self.cards if card.acknowledged is None]
        levels = (card.warning.level for card in waiting or self.cards)
        return max(levels, key=lambda level: level.rank)

    @property
    def practice(self) -> bool:
        """Whether none of it is meant; a storm is never of both."""
        return self.cards[0].practice

    @property
    def unacknowledged(self) -> int:
        """How many of those folded away nobody acknowledged."""
        return sum(card.acknowledged is None for card in self.cards)


Row = Card | Storm


class BoardView(msgspec.Struct, frozen=True):
    """The board at a moment: rows in the order in which they are read."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    rows: tuple[Row, ...]
    counts: tuple[Count, ...]
    cards: tuple[Card, ...]  # every open one, folded or not

    def total(self, group: Group) -> int:
        """How many of a group are open."""
        return sum(count.total for count in self.counts if count.group is group)

    def unacknowledged(self, group: Group) -> int:
        """How many of a group nobody acknowledged."""
        return sum(count.unacknowledged for count in self.counts if count.group is group)


class Sounding(msgspec.Struct, frozen=True):
    """What the seat must let be heard: the gravest level, and for how many warnings."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    level: Level
    warnings: tuple[str, ...]


class Board:
    """The board of a picture."""

    def __init__(self, picture: Picture, clock: Clock) -> None:
        self._picture = picture
        self._clock = clock

    def view(self) -> BoardView:
        """The board now."""
        picture = self._picture
        now = self._clock.now()
        return board(picture.warnings.values(), picture.acknowledged, now, picture.world)

    def sounding(self, seat: Seat) -> Sounding | None:
        """What this seat must sound now, or None. An alarm of ours about what is being worked on
        by plan is silent; an authority's warning never is."""
        now, picture = self._clock.now(), self._picture
        cards = [
            card
            for card in self.view().cards
            if card.group is not Group.OURS or not picture.maintained(card.source, now)
        ]
        return sounding(cards, seat, now)


def board(
    warnings: Iterable[Sourced],
    acknowledged: dict[str, Acknowledgement],
    now: Ms,
    world: World = World.REAL,
) -> BoardView:
    """The board of these warnings at a moment. Cancelled and expired ones are not on it; in the
    world of a drill its exercises are what it is about."""
    cards = [
        Card(
            item.record,
            item.source,
            item.received,
            _held(acknowledged, item.record),
            is_practice(item.record, world),
        )
        for item in warnings
        if isinstance(item.record, Warning) and is_open(item.record, now)
    ]
    rows: list[Row] = [card for card in cards if card.group is Group.TARGET]
    for practice in (False, True):
        alike = [card for card in cards if card.practice is practice]
        for run in _runs([card for card in alike if card.group is not Group.TARGET]):
            rows += _rows(run)
    rows.sort(key=_order)
    cards.sort(key=_order)
    return BoardView(tuple(rows), _count(cards), tuple(cards))


def red_waits(cards: Iterable[Card]) -> bool:
    """Whether a red warning waits for somebody to acknowledge it; a missed target and an exercise
    are none."""
    return any(
        card.warning.level is Level.RED and card.acknowledged is None and card.group in MEANT
        for card in cards
    )


def waiting(cards: Iterable[Card]) -> list[Card]:
    """Red and orange that nobody has acknowledged; a missed target and an exercise are none."""
    return [
        card
        for card in cards
        if card.acknowledged is None and card.group in MEANT and card.warning.level in AUDIBLE
    ]


def sounding(cards: Iterable[Card], seat: Seat, now: Ms) -> Sounding | None:
    """Red and orange sound until acknowledged; a missed target never does.

    Muted, only a red that came or was changed after the mute was asked for is heard.
    """
    due = waiting(cards)
    if seat.mute is not None and seat.muted_until(now) is not None:
        since = seat.mute.since
        due = [c for c in due if c.warning.level is Level.RED and c.received > since]
    if not due:
        return None
    level = max((card.warning.level for card in due), key=lambda item: item.rank)
    return Sounding(level, tuple(card.warning.id for card in due if card.warning.level is level))


def _held(acknowledged: dict[str, Acknowledgement], warning: Warning) -> Acknowledgement | None:
    found = acknowledged.get(warning.id)
    return found if holds(found, warning) else None


def _order(row: Row) -> tuple[bool, int, int, Ms]:
    """Unacknowledged first, targets last among their like and exercises after all that is meant,
    then the gravest, then the newest."""
    if isinstance(row, Storm):
        last = 2 * row.practice
        return (row.practice or row.unacknowledged == 0, last, -row.level.rank, -row.until)
    warning = row.warning
    last = 2 * row.practice or int(row.group is Group.TARGET)
    taken = row.practice or row.acknowledged is not None
    return (taken, last, -warning.level.rank, -warning.issued)


def _runs(cards: Sequence[Card]) -> list[tuple[bool, list[Card]]]:
    """The cards by time of issue in runs that are a storm or are none.

    A card is in a storm where some ten minutes that hold it hold more than ten.
    """
    ordered = sorted(cards, key=lambda card: card.warning.issued)
    times = [card.warning.issued for card in ordered]
    stormy_until = -1  # index of the last card of a full window
    runs: list[tuple[bool, list[Card]]] = []
    for index, card in enumerate(ordered):
        last = index + STORM_MORE_THAN
        if last < len(times) and times[last] - times[index] < STORM_WINDOW_MS:
            begins = index > stormy_until
            stormy_until = last
            if begins:
                runs.append((True, []))
        stormy = index <= stormy_until
        if not runs or runs[-1][0] is not stormy:
            runs.append((stormy, []))
        runs[-1][1].append(card)
    return runs


def _rows(run: tuple[bool, list[Card]]) -> list[Row]:
    stormy, cards = run
    if not stormy:
        return list(cards)
    own = [card for card in cards if _stays_in_sight(card)]
    folded = [card for card in cards if not _stays_in_sight(card)]
    if not folded:
        return list(own)
    storm = Storm(
        since=cards[0].warning.issued,
        until=cards[-1].warning.issued,
        total=len(cards),
        counts=_count(cards),
        cards=tuple(sorted(folded, key=_order)),
    )
    return [*own, storm]


def _stays_in_sight(card: Card) -> bool:
    return card.warning.level is Level.RED and card.acknowledged is None and not card.practice


def _count(cards: Sequence[Card]) -> tuple[Count, ...]:
    """Counts by group and level, gravest first, without those that are none."""
    found: list[Count] = []
    for group in Group:
        for level in (*LEVELS, Level.NONE):
            held = [c for c in cards if c.group is group and c.warning.level is level]
            if held:
                open_ = sum(card.acknowledged is None for card in held)
                found.append(Count(group, level, len(held), open_))
    return tuple(found)
