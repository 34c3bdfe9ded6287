"""Where any number of feeds stand on a panel: the troubled large, the calm small, all without
scrolling as long as a square of each has room."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF

from app.core.health import FeedHealth


class Form(StrEnum):
    """How large a feed is."""

    ROW = "row"  # a line of everything, across the list
    BOX = "box"  # two lines: age, bars, note
    LINE = "line"  # one line: name and age
    SQUARE = "square"  # a glyph


SIZES: dict[Form, tuple[float, float]] = {
    Form.ROW: (640.0, 36.0),
    Form.BOX: (232.0, 56.0),
    Form.LINE: (208.0, 28.0),
    Form.SQUARE: (24.0, 24.0),
}
"""The least width and the height in desk px."""

FORMS: tuple[tuple[Form, Form, float], ...] = (
    (Form.ROW, Form.ROW, 1.0),
    (Form.BOX, Form.BOX, 1.4),
    (Form.BOX, Form.BOX, 1.0),
    (Form.BOX, Form.LINE, 1.0),
    (Form.LINE, Form.LINE, 1.4),
    (Form.LINE, Form.LINE, 1.0),
    (Form.BOX, Form.SQUARE, 1.0),
    (Form.LINE, Form.SQUARE, 1.0),
    (Form.SQUARE, Form.SQUARE, 1.0),
)
"""For the troubled and for the calm, and how much wider than the least; the largest first."""

HEADING, GUTTER = 24.0, 132.0
BLOCK = 540.0
"""The least width of a group of squares that stands beside others."""
GAP = 6.0


@dataclass(frozen=True)
class Heading:
    """Of a group: its code, how many feeds it has and how many of them are troubled."""

    code: str
    count: int
    troubled: int


@dataclass(frozen=True)
class Placed:
    """An entry, its place in the list, and the form of a feed."""

    entry: FeedHealth | Heading
    place: QRectF
    form: Form


@dataclass(frozen=True)
class Group:
    """Feeds that stand together, the worst first."""

    code: str
    troubled: tuple[FeedHealth, ...]
    calm: tuple[FeedHealth, ...]

    @property
    def heading(self) -> Heading:
        """What is said above it."""
        count = len(self.troubled) + len(self.calm)
        return Heading(self.code, count, len(self.troubled))


@dataclass(frozen=True)
class _Plan:
    """One way to lay all out: the groups, the forms of troubled and calm, what stands where."""

    groups: Sequence[Group]
    troubled: Form
    calm: Form
    wider: float
    width: float
    px: float
    headed: bool

    @property
    def beside(self) -> bool:
        """Of squares the headings stand at the left of their group, else above it."""
        return self.headed and self.calm is Form.SQUARE and self.width > 3 * GUTTER * self.px

    @property
    def columns(self) -> int:
        """How many groups of nothing but squares stand side by side."""
        narrow = self.headed and self.troubled is Form.SQUARE
        return max(1, int(self.width // (BLOCK * self.px))) if narrow else 1

    def corners(self) -> tuple[list[tuple[float, float]], float]:
        """The upper left corner of each group, and the height of all: only counted, for the plan
        may not fit."""
        wide, gap = self.width / self.columns, GAP * self.px if self.headed else 0.0
        found: list[tuple[float, float]] = []
        top = low = 0.0
        for number, group in enumerate(self.groups):
            column = number % self.columns
            top = top if column else low
            found.append((column * wide, top))
            low = max(low, top + self._height(group) + gap)
        return found, low - gap

    def _parts(self, group: Group) -> tuple[tuple[Sequence[FeedHealth], Form], ...]:
        if self.troubled is self.calm:
            return ((group.troubled + group.calm, self.calm),)
        return (group.troubled, self.troubled), (group.calm, self.calm)

    def _room(self) -> float:
        """The width that the feeds of a group have."""
        return self.width / self.columns - (GUTTER * self.px if self.beside else 0.0)

    def _grid(self, form: Form) -> tuple[int, float, float]:
        """How many stand side by side; width and height of each."""
        least, high = (length * self.px for length in SIZES[form])
        least *= self.wider
        room = self._room()
        count = max(1, int(room // least))
        return count, least if form is Form.SQUARE else room / count, high

    def _height(self, group: Group) -> float:
        head = HEADING * self.px if self.headed else 0.0
        cells = 0.0
        for feeds, form in self._parts(group):
            count, _, high = self._grid(form)
            cells += -(-len(feeds) // count) * high
        return max(head, cells) if self.beside else head + cells

    def placed(self) -> list[Placed]:
        """Everything in its place, from the top."""
        found: list[Placed] = []
        for group, (left, top) in zip(self.groups, self.corners()[0], strict=True):
            if self.headed:
                high = HEADING * self.px
                wide = GUTTER * self.px if self.beside else self.width / self.columns
                found.append(Placed(group.heading, QRectF(left, top, wide, high), Form.LINE))
                left, top = (left + wide, top) if self.beside else (left, top + high)
            for feeds, form in self._parts(group):
                count, wide, high = self._grid(form)
                found += [
                    Placed(
                        feed,
                        QRectF(left + n % count * wide, top + n // count * high, wide, high),
                        form,
                    )
                    for n, feed in enumerate(feeds)
                ]
                top += -(-len(feeds) // count) * high
        if self.columns > 1:
            found.sort(key=lambda item: (item.place.y(), item.place.x()))
        return found


def laid_out(
    groups: Sequence[Group], width: float, height: float, px: float, *, headed: bool
) -> list[Placed]:
    """Everything in the largest forms with which all have room; in the smallest where none have.

    `px` is a desk pixel on this seat. Without `headed` there are headings only where squares are:
    all larger forms say the state themselves, and flow on.
    """
    if not groups:
        return []
    merged = [_merged(groups)]
    plans = (
        _Plan(groups if named else merged, *forms, width, px, named)
        for forms in FORMS
        for named in (headed or (forms[1] is Form.SQUARE and len(groups) > 1),)
    )
    last = None
    for last in plans:
        if last.corners()[1] <= height + 0.5:
            break
    return last.placed() if last is not None else []


def _merged(groups: Sequence[Group]) -> Group:
    troubled = tuple(feed for group in groups for feed in group.troubled)
    return Group("", troubled, tuple(feed for group in groups for feed in group.calm))
