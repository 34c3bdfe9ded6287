"""XML from outside: without document types, entities, network and what is too large or too deep.

The parser is libxml2 through lxml. A document type is found by reading the prolog ourselves,
before the parser sees it, because entities in attributes are expanded whatever the parser is told;
so only encodings of which that prolog can be read are accepted (XML 1.0, productions 22 to 29 and
appendix F). libxml2's own limits stand: depth 256, a text or a name at most 10 MB.
"""

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

Element = Any
"""An element of lxml, which states no types."""

PIECE_BYTES = 128 * 1024
"""What the parser is given at once by `elements`; some 10 ms of its work at the most."""

_PROLOG_BYTES = 64 * 1024
_MAX_MARKUP = 3_000_000  # tags of one document; a tree takes about 100 bytes for each
_BLANKS = re.compile(r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DECLARED = re.compile(r"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z][\w.-]*)[\"']")
_ENCODINGS = frozenset(
    {
        "utf-8",
        "ascii",
        "gb2312",
        "gbk",
        "gb18030",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "iso8859-1",
        "cp1252",
        "big5",
    }
)
_LIMITS = frozenset({"ERR_RESOURCE_LIMIT", "ERR_NAME_TOO_LONG"})  # of libxml2


class BadXml(ValueError):
    """XML that is not used; `reason` is the word of which `feed.reason.<word>` says the sentence:
    oversized, encoding, xml_doctype, xml_limit, not_xml."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(data: bytes, max_bytes: int) -> Element:
    """The root element of a whole document; raises BadXml. It holds the loop for 15 ms a megabyte:
    what can be large is read with `elements`."""
    _refuse_early(data, max_bytes)
    try:
        root = etree.fromstring(data, etree.XMLParser(**_SETTINGS))
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise _bad(error) from error
    return _sound(root)


def elements(
    data: bytes, max_bytes: int, tag: str, wanted: Callable[[Element], bool] = lambda _: True
) -> Iterator[Element | None]:
    """The elements of a tag (`row`, `{uri}row`, or `{*}row` of any namespace) one after the other,
    each with all that it holds, and None after every piece of the document, so that who reads can
    let others run. An element is emptied when the next one is asked for; what stands before it and
    around it is there (`getparent()`, `getroottree()`). `wanted` leaves out others of that tag.

    Raises BadXml, also after some elements: what came before a fault has been given by then.
    """
    _refuse_early(data, max_bytes)
    parser = etree.XMLPullParser(events=("start", "end"), tag=tag, **_SETTINGS)
    ended = _Ended(parser, wanted)
    for start in range(0, len(data), PIECE_BYTES):
        fault = _fed(parser, data[start : start + PIECE_BYTES])
        yield from ended
        if fault is not None:
            raise fault
        yield None
    try:
        root = parser.close()
    except etree.LxmlError as error:
        raise _bad(error) from error
    yield from ended
    _sound(root)


def xpath(expression: str, namespaces: Mapping[str, str] | None = None) -> Callable[[Element], Any]:
    """An XPath 1.0 expression with its prefixes, compiled; raises ValueError. The function gives
    what lxml gives (a list of elements or texts, a text, a number, a truth value) and raises
    nothing for an element."""
    try:
        compiled = etree.XPath(expression, namespaces=dict(namespaces or {}), smart_strings=False)
        compiled(etree.Element("x"))  # an unknown prefix or function is only found by asking
    except etree.XPathError as error:
        raise ValueError(f"{expression}: {error}") from error

    def find(element: Element) -> Any:
        try:
            return compiled(element)
        except etree.XPathError:
            return []

    return find


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, name: str) -> list[Element]:
    """The children of a name, whatever their namespace: the versions of one standard differ in
    that alone."""
    return list(element.iterchildren(f"{{*}}{name}"))


def child(element: Element, name: str) -> Element | None:
    """The first child of a name, whatever its namespace."""
    return next(element.iterchildren(f"{{*}}{name}"), None)


def text_of(element: Element, name: str, default: str = "") -> str:
    """The text of the first child of a name without the blanks around it, or the default."""
    found = child(element, name)
    return (found.text or "").strip() if found is not None else default


_SETTINGS: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "huge_tree": False,
    "recover": False,
    "remove_comments": True,
    "remove_pis": True,
}


class _Ended:
    """The wanted elements that have ended since the last time; the one before is emptied."""

    def __init__(self, parser: Any, wanted: Callable[[Element], bool]) -> None:
        self._parser = parser
        self._wanted = wanted
        self._before: Element | None = None
        self._open = 0

    def __iter__(self) -> Iterator[Element]:
        for event, element in self._parser.read_events():
            if event == "start":
                self._open += 1
                continue
            self._open -= 1
            if self._open:  # inside another of its name, which needs it still
                if self._wanted(element):
                    yield element
                continue
            self._drop_before()
            self._before = element
            if self._wanted(element):
                yield element

    def _drop_before(self) -> None:
        """Never the element that has just ended: the parser may still add the text behind it."""
        before = self._before
        parent = before.getparent() if before is not None else None
        if parent is not None:
            parent.remove(before)


def _fed(parser: Any, piece: bytes) -> BadXml | None:
    """Give the parser a piece; its error comes after what had ended before it."""
    try:
        parser.feed(piece)
    except (etree.LxmlError, ValueError, LookupError) as error:
        return _bad(error)
    return None


def _refuse_early(data: bytes, max_bytes: int) -> None:
    if len(data) > max_bytes:
        raise BadXml("oversized")
    if data.count(b"<") > _MAX_MARKUP:
        raise BadXml("xml_limit")
    head = _head(data)
    prolog = _BLANKS.match(head)
    root = head[prolog.end() :] if prolog else ""
    if root[:9].upper() == "<!DOCTYPE":
        raise BadXml("xml_doctype")
    if len(root) < 2 or root[0] != "<" or root[1] in "!?/":
        raise BadXml("not_xml")


def _head(data: bytes) -> str:
    """The start of a document as text; raises BadXml for an encoding that is not accepted."""
    head = data[:_PROLOG_BYTES]
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) or head.startswith(b"\0\0"):
        raise BadXml("encoding")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head[: len(head) // 2 * 2].decode("utf-16", "replace")
    elif head[1:2] == b"\0" or head[:1] == b"\0":
        raise BadXml("encoding")  # UTF-16 without its mark
    else:
        text = head.removeprefix(codecs.BOM_UTF8).decode("latin-1")
    declared = _DECLARED.match(text)
    if declared and _encoding(declared.group(1)) not in _ENCODINGS:
        raise BadXml("encoding")
    return text


def _encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _bad(error: Exception) -> BadXml:
    entry = getattr(error, "error_log", None)
    last = entry.last_error if entry is not None else None
    return BadXml("xml_limit" if last is not None and last.type_name in _LIMITS else "not_xml")


def _sound(root: Element) -> Element:
    """The second look: no document type came past the first."""
    if root.getroottree().docinfo.doctype:
        raise BadXml("xml_doctype")
    return root
