"""What kind of picture bytes are, and how large it says it is, from its head alone.

PNG: W3C PNG, 11.2.2. JPEG: ITU-T T.81, B.2.2. WebP: RFC 9649, 2.5 to 2.7. GIF: GIF89a, 18. A head
that promises a huge picture is refused before a browser unpacks it.
"""

from typing import ClassVar

import msgspec

from app.core.privacy import Privacy

SIZES = frozenset({256, 512, 1024})
"""Edges of tiles in use, in pixels."""

_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0..SOF15 but DHT, JPG, DAC
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


class Head(msgspec.Struct, frozen=True):
    """A picture's MIME type and its size in pixels."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    type: str
    width: int
    height: int

    @property
    def is_tile(self) -> bool:
        """Square, and of a size that tiles have."""
        return self.width == self.height and self.width in SIZES


def head_of(data: bytes) -> Head | None:
    """The head of a picture; None for bytes that are none of the four kinds, or cut off in it."""
    if data.startswith(_PNG):
        return _png(data)
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data)
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return Head("image/gif", _little(data, 6, 2), _little(data, 8, 2))
    return None


def _png(data: bytes) -> Head | None:
    if len(data) < 24 or data[12:16] != b"IHDR":
        return None
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    return Head("image/png", width, height)


def _jpeg(data: bytes) -> Head | None:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill bytes
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker in _FRAMES:
            if at + 9 > len(data):
                return None
            height = int.from_bytes(data[at + 5 : at + 7], "big")
            return Head("image/jpeg", int.from_bytes(data[at + 7 : at + 9], "big"), height)
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return None


def _webp(data: bytes) -> Head | None:
    form = data[12:16]
    if form == b"VP8X" and len(data) >= 30:
        return Head("image/webp", _little(data, 24, 3) + 1, _little(data, 27, 3) + 1)
    if form == b"VP8L" and len(data) >= 25 and data[20] == 0x2F:
        bits = _little(data, 21, 4)
        return Head("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if form == b"VP8 " and len(data) >= 30 and data[23:26] == b"\x9d\x01\x2a":
        return Head("image/webp", _little(data, 26, 2) & 0x3FFF, _little(data, 28, 2) & 0x3FFF)
    return None


def _little(data: bytes, at: int, count: int) -> int:
    return int.from_bytes(data[at : at + count], "little")
