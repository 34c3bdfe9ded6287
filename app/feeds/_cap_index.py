"""The list of current warnings that an office keeps: Atom or RSS whose entries link to CAP."""

import re
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

import msgspec

from app.core.privacy import Privacy
from app.formats._xml import Element, children, elements, local, text_of

CAP_TYPE = "application/cap+xml"
MOST_ENTRIES = 20_000
_ALERT = re.compile(rb"<(?:[\w.-]+:)?alert[\s>/]")


class Entry(msgspec.Struct, frozen=True):
    """One entry: where its document lies, and what changes when the document does."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    url: str
    version: str


def holds_alerts(data: bytes) -> bool:
    """Whether a document holds warnings itself, alone or in an envelope."""
    return _ALERT.search(data) is not None


def entries(data: bytes, max_bytes: int, base: str) -> Iterator[Entry | None]:
    """The entries of an index in its order, None after every piece of it; raises BadXml."""
    tag = "{*}entry" if b"entry>" in data else "{*}item"
    count = 0
    for element in elements(data, max_bytes, tag):
        if element is None:
            yield None
            continue
        count += 1
        if count > MOST_ENTRIES:
            return
        link = _atom_link(element) if local(element) == "entry" else _rss_link(element)
        if link:
            version = text_of(element, "updated") or text_of(element, "pubDate")
            yield Entry(_absolute(base, link), version[:100])


def allowed(url: str, base: str, hosts: tuple[str, ...]) -> bool:
    """Whether a document may be fetched: from where the index came, or a host that is named; never
    less secret than the index."""
    try:
        there, here = urlsplit(url), urlsplit(base)
        same = (there.hostname, there.port) == (here.hostname, here.port)
    except ValueError:
        return False
    if there.scheme not in ("http", "https") or (here.scheme, there.scheme) == ("https", "http"):
        return False
    return same or (there.hostname or "") in hosts


def _atom_link(entry: Element) -> str:
    """The link that says it is CAP, else the entry's page, the source of its content, its id."""
    links = children(entry, "link")
    for link in links:
        if _attribute(link, "type").lower() == CAP_TYPE:
            return _attribute(link, "href")
    for link in links:
        if _attribute(link, "rel") in ("", "alternate") and _attribute(link, "href"):
            return _attribute(link, "href")
    for content in children(entry, "content"):
        if _attribute(content, "src"):
            return _attribute(content, "src")
    id_ = text_of(entry, "id")
    return id_ if id_.startswith(("http://", "https://")) else ""


def _rss_link(item: Element) -> str:
    for enclosure in children(item, "enclosure"):
        if _attribute(enclosure, "type").lower() == CAP_TYPE:
            return _attribute(enclosure, "url")
    return text_of(item, "link") or text_of(item, "guid")


def _attribute(element: Any, name: str) -> str:
    return str(element.get(name, "")).strip()[:2000]


def _absolute(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return link
