"""The body of an HTTP answer: taken up to a limit *after* decompression, in small steps.

gzip (RFC 1952) and deflate (RFC 1950, and raw as some servers send it) are undone here, because a
megabyte of compressed zeros is a gigabyte in memory before a library's limit would be looked at.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator

import httpx

from app.core.message import message
from app.feeds._base import Lost

STEP = 262_144
"""The most that one step of decompression makes; between steps other feeds have a turn."""

_GZIP = 16 + zlib.MAX_WBITS


class Oversized(Lost):
    """More than `limits.max_bytes`."""

    def __init__(self, limit: int) -> None:
        super().__init__(message("feed.http_oversized", limit=limit))


class Unpacker:
    """Undoes one content coding, in steps. Raises Lost for a coding that is none of ours and for
    bytes that do not follow it."""

    def __init__(self, coding: str) -> None:
        self._coding = coding.strip().lower()
        if self._coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise Lost(message("feed.http_coding", coding=self._coding[:40]))
        self._inflate: zlib._Decompress | None = None

    @property
    def whole(self) -> bool:
        """Whether what was undone so far has come to its end."""
        return self._inflate is None or self._inflate.eof

    def steps(self, data: bytes) -> Iterator[bytes]:
        """What the next bytes become, at most STEP at a time."""
        if self._coding in ("", "identity"):
            yield data
            return
        while data:
            if self._inflate is None or self._inflate.eof:
                self._inflate = zlib.decompressobj(self._window(data[0]))
            yield from self._inflated(self._inflate, data)
            data = self._inflate.unused_data  # a further member of a gzip

    def _inflated(self, inflate: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
        while True:
            try:
                made = inflate.decompress(data, STEP)
            except zlib.error as error:
                raise Lost(message("feed.http_coding", coding=self._coding)) from error
            data = inflate.unconsumed_tail
            yield made
            if inflate.eof or (not data and len(made) < STEP):
                return

    def _window(self, first: int) -> int:
        if self._coding != "deflate":
            return _GZIP
        zlib_head = first & 0x0F == zlib.DEFLATED and first >> 4 <= 7  # RFC 1950, 2.2
        return zlib.MAX_WBITS if zlib_head else -zlib.MAX_WBITS


async def read_body(response: httpx.Response, limit: int) -> bytes:
    """All of an answer's body within a limit (see `taken`)."""
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise Oversized(limit)
    coding = response.headers.get("content-encoding", "")
    return await taken(response.aiter_raw(), coding, limit)


async def taken(chunks: AsyncIterator[bytes], coding: str, limit: int) -> bytes:
    """All bytes of a body without its coding, as they come; raises Oversized, or Lost for one that
    is cut or not of that coding."""
    unpacker = Unpacker(coding)
    parts: list[bytes] = []
    size = raw = 0
    async for chunk in chunks:
        raw += len(chunk)
        if raw > limit:
            raise Oversized(limit)
        for made in unpacker.steps(chunk):
            size += len(made)
            if size > limit:
                raise Oversized(limit)
            parts.append(made)
            if len(made) >= STEP:
                await asyncio.sleep(0)
    if not unpacker.whole:
        raise Lost(message("feed.http_cut"))
    return b"".join(parts)
