"""How the state of a feed is said: shared by the health panel and the bottom bar."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter

from app.core import wording
from app.core.catalog import HOUR, MINUTE
from app.core.health import FeedHealth, FeedState
from app.core.model import Ms
from app.live.outage import Outage
from app.live.outage_words import name_of_cut
from widgets.context import Context
from widgets.paint.feed_cell import FeedMark
from widgets.paint.fresh import Fresh

_GLYPHS = {
    FeedState.STARTING: Fresh.PENDING,
    FeedState.LIVE: Fresh.LIVE,
    FeedState.LATE: Fresh.LATE,
    FeedState.LOST: Fresh.CACHED,
    FeedState.REFUSED: Fresh.CACHED,
    FeedState.STOPPED: Fresh.MISSING,
}
_MARKS = {
    FeedState.STARTING: FeedMark.STARTING,
    FeedState.LIVE: FeedMark.LIVE,
    FeedState.LATE: FeedMark.LATE,
    FeedState.LOST: FeedMark.LOST,
    FeedState.REFUSED: FeedMark.REFUSED,
    FeedState.STOPPED: FeedMark.STOPPED,
}
_RANK = {mark: number for number, mark in enumerate(FeedMark)}
CALM = (FeedMark.STARTING, FeedMark.LIVE)
"""Of all others a person should know."""


def mark_of(health: FeedHealth) -> FeedMark:
    """How a feed stands: its state, and whether a line that stands is to be believed."""
    if health.state is FeedState.LIVE:  # nearly all are; to look an enum up costs ten times this
        return FeedMark.DOUBT if health.suspicion else FeedMark.LIVE
    return _MARKS[health.state]


def is_troubled(health: FeedHealth) -> bool:
    """Whether a person should know of it."""
    return mark_of(health) not in CALM


def trials(context: Context) -> frozenset[str]:
    """The feeds that are on trial: on desks only, until a person releases them."""
    return frozenset(context.picture.trial.feeds)


def row_of_cut(context: Context, outage: Outage, now: Ms) -> FeedHealth:
    """A cut in the shape of a feed that is lost: one row in place of those behind it."""
    name = name_of_cut(outage, context.translator)
    word = "causes.row.planned" if outage.planned else "causes.row.cut"
    said = context.text(word, n=len(outage.feeds), name=name)
    return FeedHealth(
        f"outage/{outage.id}",
        said,
        said,
        FeedState.LOST,
        now,
        last_message=outage.since,
        lost_since=outage.since,
    )


def doubts_of(context: Context, health: FeedHealth) -> str:
    """Why a feed is not to be believed, in words; empty for one that is."""
    said = [context.translator.render(word) for word in health.suspicion]
    return context.text("panels.comma").join(said)


def fresh_of_feed(health: FeedHealth) -> Fresh:
    """The glyph of a feed's state."""
    return Fresh.LIVE if health.state is FeedState.LIVE else _GLYPHS[health.state]


def state_glyph(state: FeedState) -> Fresh:
    """The glyph of a state by itself."""
    return _GLYPHS[state]


def name_of(context: Context, health: FeedHealth) -> str:
    """Its name in the window's language."""
    return context.translator.pick(health.name_zh, health.name_en) or health.feed


def losses(health: FeedHealth) -> int:
    """Records that came and did not get through, and numbers that never came."""
    return health.dropped + health.rejected + health.gaps


def sorted_worst_first(feeds: Iterable[FeedHealth]) -> list[FeedHealth]:
    """By state and doubt, then by losses, then by name; the order does not move while nothing
    changes."""
    return census(feeds).feeds


@dataclass(frozen=True)
class Census:
    """All feeds gone over once: the worst first, with the mark of each and what was lost in all."""

    feeds: list[FeedHealth]
    marks: list[FeedMark]
    counts: dict[FeedMark, int]
    rejected: int
    gaps: int
    dropped: int

    @property
    def troubled(self) -> list[FeedHealth]:
        """Those that a person should know of."""
        both = zip(self.feeds, self.marks, strict=True)
        return [health for health, mark in both if mark not in CALM]


def census(feeds: Iterable[FeedHealth]) -> Census:
    """The order of `sorted_worst_first`; hundreds of feeds are looked at each second."""
    rows: list[tuple[int, int, str, FeedMark, FeedHealth]] = []
    calm: list[tuple[int, str, FeedHealth]] = []
    rejected = gaps = dropped = 0
    for item in feeds:
        rejected += item.rejected
        gaps += item.gaps
        dropped += item.dropped
        lost = item.dropped + item.rejected + item.gaps
        if item.state is FeedState.LIVE and not item.suspicion:
            calm.append((-lost, item.feed, item))
        else:
            mark = mark_of(item)
            rows.append((_RANK[mark], -lost, item.feed, mark, item))
    rows.sort(key=itemgetter(0, 1, 2))
    calm.sort(key=itemgetter(0, 1))
    marks = [row[3] for row in rows]
    counts = dict(Counter(marks))
    if calm:
        counts[FeedMark.LIVE] = len(calm)
    return Census(
        feeds=[row[4] for row in rows] + [row[2] for row in calm],
        marks=marks + [FeedMark.LIVE] * len(calm),
        counts=counts,
        rejected=rejected,
        gaps=gaps,
        dropped=dropped,
    )


def age_of(context: Context, health: FeedHealth, now: Ms) -> str:
    """When its last message came: an age while it is there, the moment once it is gone."""
    if not health.last_message:
        return context.text("panels.feeds.never")
    if health.connected and now - health.last_message < wording.RELATIVE_UP_TO:
        return wording.ago(now - health.last_message, context.translator)
    return wording.moment(health.last_message, now, context.zone, context.translator)


def loss_of(context: Context, health: FeedHealth) -> str:
    """What did not get through; empty where nothing was lost."""
    return context.text("panels.comma").join(_losses(context, health))


def _losses(context: Context, health: FeedHealth) -> list[str]:
    return [
        context.text(f"panels.feeds.note.{name}", count=wording.number(count))
        for name, count in (
            ("dropped", health.dropped),
            ("rejected", health.rejected),
            ("gaps", health.gaps),
        )
        if count
    ]


def note_of(context: Context, health: FeedHealth) -> str:
    """What was lost first, then rate and delay; a narrow row is cut from the end."""
    parts = _losses(context, health)
    if health.state is FeedState.REFUSED:
        parts.insert(0, context.text("panels.feeds.state.refused"))
    parts.append(rate_of(context, health))
    # A month's value is weeks old when it comes: that is its age, and no delay of the line's.
    if health.connected and 0 < health.delay_ms < HOUR:
        delay = wording.delay(round(health.delay_ms), context.translator)
        parts.append(context.text("panels.feeds.delay", delay=delay))
    return context.text("panels.comma").join(parts)


def rate_of(context: Context, health: FeedHealth) -> str:
    """Records a second, or a minute where they are few."""
    if health.rate >= 1:
        return context.text("panels.feeds.per_second", rate=wording.number(health.rate))
    per_minute = health.rate * MINUTE / 1000
    return context.text("panels.feeds.per_minute", rate=wording.number(per_minute))


def state_and_age(context: Context, health: FeedHealth, now: Ms) -> str:
    """`迟到 26 分钟`, `断开 07:40`: for the bottom bar."""
    word = context.text(f"panels.feeds.state.{health.state.value}")
    if not health.last_message:
        return word
    if health.connected:
        span = wording.duration(now - health.last_message, context.translator, long=True)
        return f"{word} {span}"
    return f"{word} {wording.moment(health.last_message, now, context.zone, context.translator)}"
