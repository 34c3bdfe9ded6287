"""HJ 212 frames: `##`, four digits of length, the data segment, CRC16 in hexadecimal, CR LF.

From the published text of HJ 212-2017 (6.3 structure, annex A checksum) as reproduced by open
implementations; the checksum is held against published frames in the tests. The password (PW) is
taken out of everything here, so that no caller can show it.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

import msgspec

from app.core.privacy import Privacy
from app.formats import _crc

HEAD = b"##"
_HEAD_SIZE = 6
_CRC_SIZE = 4
_LENGTH = re.compile(rb"##([0-9]{4})")
_PASSWORD = re.compile(r"PW=[^;&,]*;?", re.IGNORECASE)
_SHOWN = 2000


class Frame(msgspec.Struct, frozen=True):
    """A good frame: its head fields (QN, ST, CN, MN, Flag, PNUM, PNO; never PW) and the pairs of
    its CP in order. `text` is the segment as it may be shown."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    head: dict[str, str]
    pairs: tuple[tuple[str, str], ...]
    text: str


class BadFrame(ValueError):
    """Bytes that are no frame; the argument is the reason's word."""


def each(buffer: bytearray) -> Iterator[bytes]:
    """The whole frames at the front of a stream, taken out of it one after the other.

    What lies before `##` and a length is thrown away. A frame that the next `##` interrupts is
    given up to there, and the search goes on with that next one: no segment holds a `##`.
    """
    while True:
        found = _LENGTH.search(buffer)
        if found is None:
            half = buffer.find(b"#", max(0, len(buffer) - _HEAD_SIZE + 1))
            del buffer[: half if half >= 0 else len(buffer)]
            return
        start, size = found.start(), _HEAD_SIZE + int(found.group(1)) + _CRC_SIZE
        del found  # it holds the buffer
        del buffer[:start]
        following = buffer.find(HEAD, len(HEAD), size)
        if following < 0 and len(buffer) < size:
            return
        end = size if following < 0 else following
        frame = bytes(buffer[:end])
        del buffer[:end]
        while buffer.startswith((b"\r", b"\n")):
            del buffer[:1]
        yield frame


def read(frame: bytes) -> Frame:
    """A frame taken apart; raises BadFrame."""
    length = _LENGTH.match(frame)
    if length is None:
        raise BadFrame("not_a_frame")
    if len(frame) < _HEAD_SIZE + int(length.group(1)) + _CRC_SIZE:
        raise BadFrame("truncated")
    if not _checks(frame):
        raise BadFrame("checksum")
    end = _HEAD_SIZE + int(length.group(1))
    text = _PASSWORD.sub("", frame[_HEAD_SIZE:end].decode("utf-8", "replace"))
    head, _, rest = text.partition("CP=&&")
    fields = dict(_pair(item) for item in head.split(";") if "=" in item)
    inner = rest.rpartition("&&")[0]
    pairs = tuple(_pair(item) for item in re.split("[;,]", inner) if "=" in item)
    return Frame(fields, pairs, text[:_SHOWN])


def shown(data: bytes) -> str:
    """Bytes as they may be kept as a sample: without password."""
    return _PASSWORD.sub("", data[:_SHOWN].decode("utf-8", "replace"))


def _pair(item: str) -> tuple[str, str]:
    name, _, value = item.partition("=")
    return name.strip(), value.strip()


def _checks(frame: bytes) -> bool:
    end = _HEAD_SIZE + int(frame[2:_HEAD_SIZE])
    try:
        said = int(frame[end : end + _CRC_SIZE], 16)
    except ValueError:
        return False
    return said == _crc.hj212(frame[_HEAD_SIZE:end])
