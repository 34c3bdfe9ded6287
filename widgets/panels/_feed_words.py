"""How many feeds are how, in words: for the city, for a bureau, for one feed."""

from collections import Counter
from collections.abc import Iterable, Mapping

from app.core import wording
from app.core.catalog import MINUTE, SECOND
from app.core.health import FeedHealth
from app.core.model import Ms
from widgets.context import Context
from widgets.paint.feed_cell import FeedMark
from widgets.panels._feeds import doubts_of
from widgets.panels._names import bureau_name

MOST_BUREAUS = 4


def mark_word(context: Context, mark: FeedMark) -> str:
    """实时, 迟到, 断开, 被拒, 存疑 ..."""
    return context.text(f"feeds_page.mark.{mark.value}")


def tally(context: Context, counts: Mapping[FeedMark, int], trial: int = 0) -> str:
    """`数据源 345，实时 331，断开 4，存疑 2，试运行 3`: what is nought is not said."""
    parts = [
        context.text("feeds_page.total", n=sum(counts.values())),
        *(
            context.text("feeds_page.count", word=mark_word(context, mark), n=counts.get(mark, 0))
            for mark in (FeedMark.LIVE, *(m for m in FeedMark if m is not FeedMark.LIVE))
            if counts.get(mark) or mark is FeedMark.LIVE
        ),
    ]
    if trial:
        parts.append(context.text("feeds_page.trials", n=trial))
    return context.text("panels.comma").join(parts)


def by_bureau(context: Context, feeds: Iterable[FeedHealth], troubled: Iterable[FeedHealth]) -> str:
    """`城管局 12 个中 3 个不好；水利局 ...`: the bureaus with troubled feeds, the worst first."""
    bad = Counter(health.bureau for health in troubled)
    if not bad:
        return ""
    total = Counter(health.bureau for health in feeds)
    worst = sorted(bad, key=lambda code: (-bad[code], code))
    parts = [
        context.text(
            "feeds_page.bureau",
            name=owner_name(context, code),
            n=bad[code],
            total=total[code],
        )
        for code in worst[:MOST_BUREAUS]
    ]
    if len(worst) > MOST_BUREAUS:
        parts.append(context.text("feeds_page.more_bureaus", n=len(worst) - MOST_BUREAUS))
    return context.text("feeds_page.semicolon").join(parts)


def owner_name(context: Context, code: str) -> str:
    """Whose feeds they are; of none that nobody is named."""
    return bureau_name(context, code) if code else context.text("feeds_page.no_bureau")


def told_of(context: Context, health: FeedHealth, now: Ms) -> str:
    """What is wrong with one feed and since when, else what it brought; without addresses, for a
    wall, the sentence of the line itself is left out."""
    parts = []
    if doubts := doubts_of(context, health):
        parts.append(context.text("feeds_page.doubt", why=doubts))
    if health.trouble is not None and context.seat != "hall" and context.veil is None:
        parts.append(context.translator.render(health.trouble))
    if health.lost_since:
        parts += _since_lost(context, health, now)
    if not parts:
        parts.append(counts_of(context, health))
    return " ".join(parts)


def counts_of(context: Context, health: FeedHealth) -> str:
    """Accepted, delay, refused, missing, dropped."""
    return context.text(
        "panels.feeds.counts_of",
        accepted=wording.number(health.accepted),
        delay=delay_text(context, round(health.delay_ms)),
        rejected=wording.number(health.rejected),
        gaps=wording.number(health.gaps),
        dropped=wording.number(health.dropped),
    )


def delay_text(context: Context, delay: Ms) -> str:
    """`0.3 秒`, `48 秒`, `1 小时 12 分`: a month's figure is weeks old when it comes."""
    if delay < MINUTE:
        return wording.delay(delay, context.translator)
    return wording.duration(delay, context.translator)


def _since_lost(context: Context, health: FeedHealth, now: Ms) -> list[str]:
    zone = context.zone
    last = wording.clock(health.last_message, zone) if health.last_message else wording.NO_VALUE
    since = wording.clock(health.lost_since, zone)
    attempts = health.attempts
    said = [context.text("panels.feeds.lost_line", since=since, attempts=attempts, last=last)]
    if health.next_attempt > now:
        wait = (health.next_attempt - now) // SECOND
        said.append(context.text("panels.feeds.retry", seconds=wait))
    return said


def group_title(context: Context, code: str, group_by: str) -> str:
    """The heading of a group: a state's word or a bureau's name."""
    if group_by == "bureau":
        return owner_name(context, code)
    return mark_word(context, FeedMark(code))
