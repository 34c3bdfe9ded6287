"""A large JSON as far as it must be known to page through it, without making all of it.

Ten megabytes become objects in a tenth of a second, in which the ingest loop stands still. Whether
an answer is good, how many records it has and where the next page is stands around its long list.
"""

from typing import Any

import msgspec

LARGE = 262_144

_table = msgspec.json.Decoder(dict[str, msgspec.Raw])
_list = msgspec.json.Decoder(list[msgspec.Raw])


def outline(data: bytes | memoryview) -> Any:
    """The value of a JSON text; of a list longer than LARGE bytes all but the first and the last
    item are None. Raises msgspec.DecodeError, UnicodeError, RecursionError."""
    if len(data) <= LARGE:
        return msgspec.json.decode(data)
    first = bytes(data[:64]).lstrip()[:1]
    if first == b"{":
        return {name: outline(memoryview(raw)) for name, raw in _table.decode(data).items()}
    if first == b"[":
        raws = _list.decode(data)
        values: list[Any] = [None] * len(raws)
        for place in {0, len(raws) - 1} if raws else ():
            values[place] = outline(memoryview(raws[place]))
        return values
    return msgspec.json.decode(data)
