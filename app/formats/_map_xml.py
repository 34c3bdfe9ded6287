"""The records of an XML payload: found while it is read, where `each` is a plain path.

`/rows/row`, `//row`, `rows/row` (below the root) and names with prefixes are plain; any other XPath
needs the whole tree first.
"""

import re
from collections.abc import Iterator, Mapping

from app.formats._jmespath import PathError
from app.formats._xml import Element, elements, parse, xpath

_PLAIN = re.compile(
    r"(//|/|)((?:[^\W\d][\w.-]*:)?[^\W\d][\w.-]*(?:/(?:[^\W\d][\w.-]*:)?[^\W\d][\w.-]*)*)"
)


class XmlRecords:
    """Raises PathError for an `each` that is no XPath. Without one the root is the record."""

    def __init__(self, each: str, namespaces: Mapping[str, str]) -> None:
        plain = _PLAIN.fullmatch(each)
        self._start, self._tags = "", [""]
        try:
            self._find = xpath(each or ".", namespaces)
        except ValueError as error:
            raise PathError(str(error)) from error
        self._plain = plain is not None
        if plain is not None:
            self._start = plain.group(1)
            self._tags = [_clark(step, namespaces) for step in plain.group(2).split("/")]

    def __call__(self, data: bytes, max_bytes: int) -> Iterator[Element | None]:
        """The records, and None where others may run; raises BadXml, also after some records."""
        if self._plain:
            yield from elements(data, max_bytes, self._tags[-1], self._wanted)
            return
        root = parse(data, max_bytes)
        yield None
        found = self._find(root)
        for item in found if isinstance(found, list) else []:
            if hasattr(item, "tag"):
                yield item

    def _wanted(self, element: Element) -> bool:
        """Whether the names above an element are those of the path."""
        above = element
        for tag in reversed(self._tags):
            if above is None or above.tag != tag:
                return False
            last, above = above, above.getparent()
        if self._start == "//":
            return True
        if self._start == "/":
            return above is None
        return above is not None and above.getparent() is None and last is not above


def _clark(step: str, namespaces: Mapping[str, str]) -> str:
    prefix, _, name = step.rpartition(":")
    return f"{{{namespaces[prefix]}}}{name}" if prefix else name
