"""Common causes: which link or platform explains that several feeds fell silent at once.

A link is suspected when everything known to go through it is down, and at least two things do: of
one alone its own row says enough. Of suspects the one that explains most is told and what it
explains is not told again. Links behind which the same feeds stand cannot be told apart, so they
are told together. What is neither up nor down (just starting, refused for its password) says
nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import ClassVar

import msgspec

from app.core.privacy import Privacy

FEWEST = 2


class Cause(msgspec.Struct, frozen=True):
    """`links` that may be cut (one, or several that cannot be told apart), and the feeds that are
    down behind them, both sorted."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    links: tuple[str, ...]
    feeds: tuple[str, ...]


def closure(depends: Iterable[str], above: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Everything that something goes through, directly or by another; a ring does no harm."""
    found: set[str] = set()
    waiting = list(depends)
    while waiting:
        link = waiting.pop()
        if link not in found:
            found.add(link)
            waiting += above.get(link, ())
    return frozenset(found)


def causes(
    feeds: Mapping[str, Iterable[str]],
    above: Mapping[str, Iterable[str]],
    down: Collection[str],
    up: Collection[str],
) -> tuple[Cause, ...]:
    """The fewest causes for what is down, the widest first.

    `feeds` gives the links that each feed depends on, `above` those that each link depends on.
    """
    behind: dict[str, set[str]] = {}
    for feed, depends in feeds.items():
        if feed in down or feed in up:
            for link in closure(depends, above):
                behind.setdefault(link, set()).add(feed)
    suspects: dict[frozenset[str], list[str]] = {}
    for link, there in behind.items():
        if len(there) >= FEWEST and all(feed in down for feed in there):
            suspects.setdefault(frozenset(there), []).append(link)
    explained: set[str] = set()
    found: list[Cause] = []
    for group in sorted(suspects, key=lambda one: (-len(one), sorted(one))):
        if not group <= explained:
            explained |= group
            found.append(Cause(tuple(sorted(suspects[group])), tuple(sorted(group))))
    return tuple(found)
