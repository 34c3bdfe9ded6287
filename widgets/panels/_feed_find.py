"""Type to find a feed: by its id, its names, its bureau, by pinyin and initials once the
dictionaries are read (off the GUI thread)."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from app.core.health import FeedHealth
from app.registry import deferred
from widgets.context import Context
from widgets.names import SEARCH_MODULE
from widgets.panels._feed_words import owner_name

MOST = 600
KIND = "feed"


class FeedFinder:
    """Plain text at once; `prepare` adds pinyin."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._index: Any = None
        self._known: frozenset[str] = frozenset()
        self.text = ""
        self.active = False

    async def prepare(self, feeds: Iterable[FeedHealth], ready: Callable[[], None]) -> None:
        """Read the dictionaries and index the feeds that are there now."""
        held = list(feeds)
        names = frozenset(health.feed for health in held)
        if self._index is not None and names == self._known:
            return
        rows = [
            (KIND, item.feed, item.name_zh, item.name_en, (self._owner(item),)) for item in held
        ]

        def build() -> Any:
            search: Any = deferred(SEARCH_MODULE)
            return search.Index(search.Name(*row) for row in rows)

        self._index = await asyncio.to_thread(build)
        self._known = names
        ready()

    def matches(self, feeds: list[FeedHealth]) -> list[FeedHealth]:
        """The feeds that the text is of, in the order in which they came; all for no text."""
        if not self.active or not self.text:
            return feeds
        wanted = self.text.casefold()
        found = {item.feed for item in feeds if wanted in self._words(item)}
        if self._index is not None:
            names = self._index.find(self.text, MOST).names
            found |= {name.id for name in names}
        return [item for item in feeds if item.feed in found]

    def _words(self, health: FeedHealth) -> str:
        words = (health.feed, health.name_zh, health.name_en, self._owner(health))
        return " ".join(words).casefold()

    def _owner(self, health: FeedHealth) -> str:
        return owner_name(self._context, health.bureau) if health.bureau else ""
