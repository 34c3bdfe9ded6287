"""Type to find a layer, a plate or a place: plain text at once; pinyin and initials once the
dictionaries are read (off the GUI thread)."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.registry import deferred
from widgets.names import SEARCH_MODULE
from widgets.panels._typing import typed

MOST = 60
Entry = tuple[str, str, str, str, tuple[str, ...]]
"""Sort, id, Chinese name, English name, other words."""


class NameFinder:
    """`text` is what is typed while `active`; `found` keeps the order in which the entries came."""

    def __init__(self) -> None:
        self.text = ""
        self.active = False
        self.left_out = 0  # names that fit less well than those that `found` gave
        self._entries: tuple[Entry, ...] = ()
        self._index: Any = None
        self._making: object = None

    async def prepare(self, entries: Sequence[Entry], ready: Callable[[], None]) -> None:
        """Index other entries than before."""
        held = tuple(entries)
        if held == self._entries:
            return
        self._entries, self._index = held, None
        index = await asyncio.to_thread(_index, held)
        if self._entries is held:
            self._index = index
            ready()

    async def prepare_index(self, make: Callable[[], Any], ready: Callable[[], None]) -> None:
        """Find in an index of tens of thousands, which is made in a thread. Until then those of
        before are found."""
        self._making = make
        found = await asyncio.to_thread(make)
        if self._making is make:  # nobody asked for others meanwhile
            self._making = None
            self._entries, self._index = (), found
            ready()

    @property
    def is_ready(self) -> bool:
        """Whether pinyin and initials find, too."""
        return self._index is not None and self._making is None

    def found(self, sort: str) -> set[str] | None:
        """The ids of a sort that the text is of; None: all of them."""
        self.left_out = 0
        if not self.text:
            return None
        if self._index is not None and not self._entries:  # it finds parts of words, too
            return self._indexed(sort)
        wanted = self.text.casefold()
        hits = {
            id_
            for kind, id_, zh, en, more in self._entries
            if kind == sort and any(wanted in word.casefold() for word in (id_, zh, en, *more))
        }
        if self._index is not None:
            hits |= self._indexed(sort)
        return hits

    def _indexed(self, sort: str) -> set[str]:
        found = self._index.find(self.text, MOST, kinds=(sort,))
        self.left_out = found.total - len(found.names)
        return {name.id for name in found.names}

    def typed(self, event: QKeyEvent) -> bool:
        """Take a key while finding; Esc ends it."""
        if event.key() == Qt.Key.Key_Escape:
            self.active, self.text = False, ""
        elif (text := typed(self.text, event)) is not None:
            self.text = text
        else:
            return False
        return True


def _index(entries: Sequence[Entry]) -> Any:
    search: Any = deferred(SEARCH_MODULE)
    return search.Index(search.Name(*entry) for entry in entries)
