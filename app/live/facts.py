"""The few facts that a leader is told of, put together by rule: open warnings (the three kinds
apart), a network that is cut, what moved an index most, missed targets. Never an order.

A fact is pinned: it says what was so at its moment, and stays word for word until what it rests on
is another (a graver or revised warning, a move of another size or cause). Then it is a new
sentence with another digest, and whoever released the old one has not released it.
"""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from app.core.index import IndexMove
from app.core.model import Ms, Warning
from app.live.alarms import BoardView, Group
from app.live.fact import SEEN, Evidence, Fact, Rests, leading
from app.live.headline import Ground, Headline
from app.live.index_book import IndexBook
from app.live.outage import Outage

MOST = 3
WORTH = 1.0
"""A move of an index of so many points since yesterday is told."""
RESTATED = 1.0
"""A move that has become so much larger or smaller is told anew."""


def facts(
    board: BoardView,
    headline: Headline | None,
    book: IndexBook,
    now: Ms,
    before: Sequence[Fact] = (),
    count: int = MOST,
    outages: Iterable[Outage] = (),
) -> tuple[Fact, ...]:
    """The facts of now; one that says the same as before stays the one that was pinned."""
    held = {fact.id: fact for fact in before}
    found: dict[str, Fact] = {}
    for fact in _candidates(board, headline, book, now, outages):
        if len(found) >= count:
            break
        pinned = held.get(fact.id)
        kept = pinned if pinned is not None and _says_the_same(pinned, fact) else fact
        found.setdefault(fact.id, kept)
    return tuple(found.values())


def _candidates(
    board: BoardView,
    headline: Headline | None,
    book: IndexBook,
    now: Ms,
    outages: Iterable[Outage],
) -> Iterable[Fact]:
    """One of each kind first, so that a storm of one does not hide the others; then the rest. What
    is not meant is no fact."""
    cards = [card for card in board.cards if card.group is not Group.PRACTICE]
    warnings = [_of_warning(card.warning, now) for card in cards]
    of_kind = {
        group: [fact for fact, card in zip(warnings, cards, strict=True) if card.group is group]
        for group in Group
    }
    moved = _moved(headline, book, now)
    for group in (Group.ISSUED, Group.OURS):
        yield from of_kind[group][:1]
    cut = sorted((one for one in outages if not one.planned), key=lambda one: -len(one.feeds))
    yield from (_of_outage(one, now) for one in cut)
    yield from moved[:1]
    yield from of_kind[Group.TARGET][:1]
    yield from warnings
    yield from moved


def _of_warning(warning: Warning, now: Ms) -> Fact:
    evidence = [Evidence(Rests.WARNING, warning.id, warning.observed)]
    if warning.key:
        evidence.append(Evidence(Rests.READING, warning.key, warning.observed))
    fact = Fact(f"warning:{warning.id}", now, tuple(evidence), warning=warning)
    return msgspec.structs.replace(fact, digest=_digest(warning))


def _of_outage(outage: Outage, now: Ms) -> Fact:
    evidence = tuple(Evidence(Rests.FEED, feed, outage.since) for feed in outage.feeds)
    fact = Fact(f"outage:{outage.id}", now, evidence, outage=outage)
    return msgspec.structs.replace(fact, digest=_digest((outage.id, outage.since, outage.feeds)))


def _moved(headline: Headline | None, book: IndexBook, now: Ms) -> list[Fact]:
    """The moves that are worth telling, of what the sentence names first, then the largest."""
    if headline is None:
        return []
    named = {ground.key for ground in headline.named}
    found = []
    for ground in headline.grounds:
        move = book.moves.get(ground.key)
        if ground.value is None or move is None or abs(move.amount) < WORTH:
            continue
        found.append(_of_move(ground, move, now))
    found.sort(key=lambda fact: (fact.id.removeprefix("index:") not in named, -_amount(fact)))
    return found


def _of_move(ground: Ground, move: IndexMove, now: Ms) -> Fact:
    moment = ground.evidence or move.until
    parts = [part for part in move.contributions if abs(part.amount) >= SEEN]
    evidence = [Evidence(Rests.INDEX, ground.key, moment)]
    evidence += [Evidence(Rests.READING, part.key, moment) for part in parts]
    fact = Fact(f"index:{ground.key}", now, tuple(evidence), ground=ground, move=move)
    said = (move.version, round(move.amount, 1), round(move.after, 1), leading(move))
    return msgspec.structs.replace(fact, digest=_digest(said))


def _says_the_same(pinned: Fact, fact: Fact) -> bool:
    if pinned.move is None and fact.move is None:
        return pinned.digest == fact.digest
    if pinned.move is None or fact.move is None:
        return False
    same_cause = [part.code for part in pinned.named] == [part.code for part in fact.named]
    nearly = abs(pinned.move.amount - fact.move.amount) < RESTATED
    return pinned.move.version == fact.move.version and same_cause and nearly


def _amount(fact: Fact) -> float:
    return abs(fact.move.amount) if fact.move is not None else 0.0


def _digest(said: object) -> str:
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:12]
