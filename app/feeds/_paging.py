"""Answers that come in pages: what to ask for next, and when to stop.

`next` follows an address in the answer, `link` one in the `Link` header (RFC 8288), `number`,
`offset` and `cursor` count on. A page that is empty, short, the last by the total, or the same
again ends it.
"""

import re
from typing import Annotated, Any, ClassVar, Literal

import httpx
import msgspec

from app.core.message import message
from app.core.privacy import Privacy
from app.feeds._base import Lost
from app.feeds._http_call import Answer, address, origin
from app.feeds._outline import outline
from app.formats._jmespath import Search, searcher_of
from app.options import bad, said

_LINK = re.compile(r"<([^<>]*)>([^,<]*)")
_MAX_CURSOR = 4096


class PageOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`page` of an `http-json` feed's options."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    way: Annotated[
        Literal["", "next", "link", "number", "offset", "cursor"], said("none where left out")
    ] = ""
    next: Annotated[str, said("jmespath of the next page's address or of the cursor")] = ""
    param: Annotated[str, said("of number, offset or cursor; left out where {page} stands")] = ""
    size_param: Annotated[str, said("of the page's size")] = ""
    size: Annotated[int, msgspec.Meta(gt=0, le=100_000), said("records in a page")] = 1000
    first: Annotated[int, msgspec.Meta(ge=0), said("number of the first page")] = 1
    items: Annotated[str, said("jmespath of a page's records; left out: that of the mapping")] = ""
    total: Annotated[str, said("jmespath of how many records there are")] = ""
    max_pages: Annotated[int, msgspec.Meta(gt=0, le=10_000), said("of one poll")] = 100


class Pager:
    """Knows a feed's way of paging; construction raises ConfigError."""

    def __init__(self, feed: str, options: PageOptions, each: str) -> None:
        self.options = options
        self._next = searcher_of(feed, "options.page.next", options.next)
        # The mapping of a feed without pages may find its records by XPath.
        items = options.items or each if options.way else ""
        self._items = searcher_of(feed, "options.page.items", items)
        self._total = searcher_of(feed, "options.page.total", options.total)
        if options.way in ("next", "cursor") and self._next is None:
            raise bad(feed, "options.page.next", "left out")

    def start(self) -> "Pages":
        """The pages of one poll."""
        return Pages(self)

    def look(self, data: bytes) -> tuple[Any, int, int | None]:
        """Of one page: what `next` finds, how many records it holds, and how many there are."""
        try:
            value = outline(data)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise Lost(message("feed.http_pages")) from error
        items = value if self._items is None else _search(self._items, value)
        if isinstance(items, dict) and self.options.way in ("number", "offset"):
            raise Lost(message("feed.http_pages"))  # one could not tell when to stop
        total = _search(self._total, value)
        count = len(items) if isinstance(items, list) else 0
        return _search(self._next, value), count, total if isinstance(total, int) else None


class Pages:
    """Where one poll stands. `values` fill the gaps {page}, {offset}, {cursor} and {size}; `url` is
    an address that the server gave for the next page, "" for the feed's own."""

    def __init__(self, pager: Pager) -> None:
        options = pager.options
        self._pager = pager
        self._seen = 0
        self._marks: set[str] = set()
        self.url = ""
        self.taken = 0
        self.more = True
        self.values: dict[str, str | int] = {
            "page": options.first,
            "offset": 0,
            "cursor": "",
            "size": options.size,
        }

    @property
    def cut(self) -> bool:
        """Whether it ends for having come too far."""
        return self.more and self.taken >= self._pager.options.max_pages

    def params(self) -> dict[str, str]:
        """The parameters of the next page."""
        options, values = self._pager.options, self.values
        if self.url or not options.way:
            return {}
        count = {"number": "page", "offset": "offset", "cursor": "cursor"}.get(options.way, "")
        found = {options.param: str(values[count])} if options.param and count else {}
        if options.size_param:
            found[options.size_param] = str(options.size)
        return {name: value for name, value in found.items() if value}

    def took(self, answer: Answer) -> None:
        """A page came; afterwards `more` says whether there is another. Raises Lost for a page that
        is no JSON."""
        options = self._pager.options
        self.taken += 1
        if not options.way:
            self.more = False
            return
        if options.way == "link":
            self._go_to(_linked(answer.headers.get("link", "")), answer.url)
            return
        mark, count, total = self._pager.look(answer.data)
        self._seen += count
        if options.way == "next":
            self._go_to(mark if isinstance(mark, str) else "", answer.url)
        elif options.way == "cursor":
            text = str(mark)[:_MAX_CURSOR] if isinstance(mark, str | int) else ""
            self.values["cursor"] = text
            self.more = self._new(text)
        else:
            self.values["page"] = int(self.values["page"]) + 1
            self.values["offset"] = self._seen
            ended = count == 0 if total is not None else count < options.size
            self.more = not ended and (total is None or self._seen < total)

    def _go_to(self, target: str, base: str) -> None:
        self.more = bool(target) and self._new(target)
        self.url = joined(base, target) if self.more else ""

    def _new(self, mark: str) -> bool:
        """Whether a mark is one, and was not followed before: else it would go round for ever."""
        if not mark or mark in self._marks:
            return False
        self._marks.add(mark)
        return True


def joined(base: str, target: str) -> str:
    """The address of a link, of the same host as the page it stands in; raises Lost."""
    here = address(base)
    try:
        there = here.join(target)
    except httpx.InvalidURL as error:
        raise Lost(message("feed.http_pages")) from error
    if origin(there) != origin(here):
        raise Lost(message("feed.http_elsewhere", host=there.host[:100] or "-"))
    return str(there)


def _linked(header: str) -> str:
    """The address of `rel="next"` in a Link header."""
    for target, parameters in _LINK.findall(header[:_MAX_CURSOR]):
        if re.search(r';\s*rel="?next"?\s*(;|$)', parameters.strip(), re.IGNORECASE):
            return str(target)
    return ""


def _search(expression: Search | None, value: Any) -> Any:
    return expression(value) if expression is not None else None
