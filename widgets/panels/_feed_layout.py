"""Where any number of feeds stand on a panel: the troubled large, the calm small, all without
scrolling as long as a square of each has room."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF

from app.live.health import FeedHealth


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


def laid_out(
    groups: Sequence[Group], width: float, height: float, px: float, *, headed: bool
) -> list[Placed]:
    """Everything in the largest forms with which all have room; in the smallest where none have.

    `px` is a desk pixel on this seat. Without `headed` there are headings only where squares are:
    all larger forms say the state themselves, and flow on.
    """
    placed: list[Placed] = []
    merged = [_merged(groups)] if groups else []
    for forms in FORMS:
        named = headed or (forms[1] is Form.SQUARE and len(groups) > 1)
        placed = _placed(groups if named else merged, forms, width, px, headed=named)
        if max((item.place.bottom() for item in placed), default=0.0) <= height + 0.5:
            break
    return placed


def _merged(groups: Sequence[Group]) -> Group:
    troubled = tuple(feed for group in groups for feed in group.troubled)
    return Group("", troubled, tuple(feed for group in groups for feed in group.calm))


def _placed(
    groups: Sequence[Group],
    forms: tuple[Form, Form, float],
    width: float,
    px: float,
    *,
    headed: bool,
) -> list[Placed]:
    """In squares the headings stand at the left of their group and groups side by side, else the
    heading stands above its group."""
    beside = forms[1] is Form.SQUARE and width > 3 * GUTTER * px
    columns = max(1, int(width // (BLOCK * px))) if headed and forms[0] is Form.SQUARE else 1
    wide = width / columns
    found: list[Placed] = []
    top = low = 0.0
    for number, group in enumerate(groups):
        column = number % columns
        top = top if column else low
        at = (column * wide, top, wide)
        part = _group(group, forms, at, px, headed=headed, beside=beside)
        low = max(low, max(item.place.bottom() for item in part) + (GAP * px if headed else 0.0))
        found += part
    return sorted(found, key=lambda item: (item.place.y(), item.place.x()))


def _group(
    group: Group,
    forms: tuple[Form, Form, float],
    at: tuple[float, float, float],
    px: float,
    *,
    headed: bool,
    beside: bool,
) -> list[Placed]:
    """One group at a place: left edge, top, width."""
    left, y, width = at
    found: list[Placed] = []
    if headed:
        wide = GUTTER * px if beside else width
        found.append(Placed(group.heading, QRectF(left, y, wide, HEADING * px), Form.LINE))
        if beside:
            left, width = left + wide, width - wide
        else:
            y += HEADING * px
    parts = [(group.troubled, forms[0]), (group.calm, forms[1])]
    if forms[0] is forms[1]:
        parts = [(group.troubled + group.calm, forms[0])]
    for feeds, form in parts:
        cells = _cells(feeds, form, (left, y, width), px, forms[2])
        found += cells
        y = cells[-1].place.bottom() if cells else y
    return found


def _cells(
    feeds: Sequence[FeedHealth],
    form: Form,
    at: tuple[float, float, float],
    px: float,
    wider: float,
) -> list[Placed]:
    left, top, width = at
    least, high = (length * px for length in SIZES[form])
    least *= wider
    columns = max(1, int(width // least))
    if form is not Form.SQUARE:
        least = width / columns
    return [
        Placed(
            feed, QRectF(left + n % columns * least, top + n // columns * high, least, high), form
        )
        for n, feed in enumerate(feeds)
    ]
