"""A field protocol's frames as a platform forwards them: as they are, as hexadecimal text, or as
one field of a JSON message."""

import binascii
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from app.config import FeedConfig
from app.formats._base import DECODE_ERRORS
from app.formats._jmespath import searcher_of

MAX_WRAPPED = 10_000
"""Frames that one JSON message may carry."""


Each = Callable[[bytearray], Iterator[bytes]]
"""Takes the whole frames at the front of a buffer out of it."""


class Unforwarded(ValueError):
    """A payload holds no frame; the argument is the reason's word."""


class Forwarded:
    """Takes frames out of what a platform sends. `wrapped` is the jmespath of the field (a text, or
    a list of texts), `hexadecimal` says that frames are written as hexadecimal digits."""

    def __init__(self, config: FeedConfig, wrapped: str, *, hexadecimal: bool) -> None:
        self._max_bytes = config.limits.max_bytes
        self._hexadecimal = hexadecimal
        self._field = searcher_of(config.id, "format_options.wrapped", wrapped)

    @property
    def plain(self) -> bool:
        """Whether frames come as they are; else a stream is cut at the ends of lines."""
        return self._field is None and not self._hexadecimal

    def frames(self, data: bytes, each: Each) -> Iterator[tuple[int, bytes]]:
        """The frames of a payload with their numbers from 1, and as one more what is left of bytes
        that end in the midst of one or hold none; raises Unforwarded."""
        number = 0
        for stream in self._streams(data):
            buffer, before = bytearray(stream), number
            for frame in each(buffer):
                number += 1
                yield number, frame
            rest = bytes(buffer.strip())
            if rest or number == before:
                number += 1
                yield number, rest

    def _streams(self, data: bytes) -> Iterator[bytes]:
        """The bytes in which frames are to be looked for."""
        if len(data) > self._max_bytes:
            raise Unforwarded("oversized")
        if self._field is None:
            yield self._bare(data)
            return
        try:
            found: Any = self._field(msgspec.json.decode(data))
        except DECODE_ERRORS as error:
            raise Unforwarded("not_json") from error
        texts = found if isinstance(found, list) else [found]
        if len(texts) > MAX_WRAPPED:
            raise Unforwarded("too_many_records")
        for text in texts:
            if not isinstance(text, str):
                raise Unforwarded("missing" if text is None else "wrong_type")
            yield self._bare(text.encode("utf-8", "replace"))

    def _bare(self, data: bytes) -> bytes:
        if not self._hexadecimal:
            return data
        try:
            return binascii.unhexlify(b"".join(data.split()))
        except binascii.Error as error:
            raise Unforwarded("not_hexadecimal") from error
