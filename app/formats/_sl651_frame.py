"""SL 651-2014 frames, in hexadecimal/BCD (7E 7E) and in ASCII (SOH), to stations and elements.

From the text of the standard that an open implementation (aaasoft/Quick.SL651) carries, held
against published frames of several makers. The password is never read.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy
from app.formats import _crc
from app.formats._beijing import beijing

START = b"\x7e\x7e"
ASCII_START = 0x01
_SYN = 0x16
_HEAD = 14  # start, centre, station, password, function, length, start of the text
_TAIL = 3  # end of the text, checksum
_ASCII_HEAD = 24
_ASCII_TAIL = 5
_BINARY = re.compile(rb"\x7e\x7e.{11}[\x02\x16]", re.DOTALL)
_ASCII = re.compile(
    rb"\x01([0-9A-F]{2})([0-9A-F]{10})([0-9A-F]{4})([0-9A-F]{2})([0-9A-F]{4})[\x02\x16]"
)
_PART = re.compile(rb"[0-9A-F]{6}")
_MAX_WRONG = 1000  # frames with a wrong checksum in one payload
_ENDS = frozenset({0x03, 0x17, 0x04, 0x05, 0x06, 0x15, 0x1B})


class Frame(msgspec.Struct, frozen=True):
    """One frame. `body` begins with serial number and time of sending; `part` is (number, of how
    many) of a message in several frames."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    station: str
    function: int
    down: bool
    body: bytes
    ascii: bool = False
    part: tuple[int, int] = (1, 1)

    @property
    def shown(self) -> str:
        """What may be kept as a sample."""
        return f"{self.station} {self.function:02X} {self.body[:500].hex().upper()}"


class BadFrame(ValueError):
    """Bytes that are no frame; the argument is the reason's word."""


def each(buffer: bytearray) -> Iterator[bytes]:
    """The whole frames at the front of a stream, taken out of it one after the other; what does
    not begin a frame is thrown away. A frame whose checksum is wrong is given up to the next
    beginning of one within it, for its length may be what is wrong."""
    wrong = 0
    while True:
        start = _start(buffer)
        if start < 0:
            del buffer[: _unfinished(buffer)]
            return
        del buffer[:start]
        size = _size(buffer)
        if len(buffer) < size:
            return
        frame = bytes(buffer[:size])
        if not _checks(frame):
            following = _start(frame, len(START))
            frame = frame[:following] if following > 0 else frame
            wrong += 1
        del buffer[: len(frame)]
        if wrong > _MAX_WRONG:
            buffer.clear()
        yield frame


def read(frame: bytes) -> Frame:
    """A frame taken apart; raises BadFrame."""
    if _start(frame) != 0:
        raise BadFrame("not_a_frame")
    if len(frame) < _size(frame):
        raise BadFrame("truncated")
    if not _checks(frame):
        raise BadFrame("checksum")
    if frame[0] == ASCII_START:
        return _read_ascii(frame)
    length = int.from_bytes(frame[11:13], "big")
    down = bool(length & 0x8000)
    body = frame[_HEAD : _HEAD + (length & 0x0FFF)]
    part = (1, 1)
    if frame[13] == _SYN and len(body) >= 3:
        both = int.from_bytes(body[:3], "big")
        part, body = (both & 0xFFF, both >> 12), body[3:]
    station = frame[2:7] if down else frame[3:8]
    return Frame(station.hex().upper(), frame[10], down, body, part=part)


def moment(digits: str) -> Ms | None:
    """YYMMDDhhmm or YYMMDDhhmmss of Beijing, of this century; None for what is no time."""
    return beijing(f"20{digits}00" if len(digits) == 10 else f"20{digits}")


def _read_ascii(frame: bytes) -> Frame:
    found = _ASCII.match(frame)
    if found is None:
        raise BadFrame("not_a_frame")
    length = int(found.group(5), 16)
    body = frame[_ASCII_HEAD : _ASCII_HEAD + (length & 0x0FFF)]
    down = bool(length & 0x8000)
    part = (1, 1)
    if frame[_ASCII_HEAD - 1] == _SYN:
        both, body = body[:6], body[6:]
        if not _PART.fullmatch(both):
            raise BadFrame("not_a_frame")
        part = (int(both[3:], 16), int(both[:3], 16))
    station = frame[1:11] if down else found.group(2)
    function = int(found.group(4), 16)
    return Frame(station.decode("ascii"), function, down, body, ascii=True, part=part)


def _start(buffer: bytes | bytearray, after: int = 0) -> int:
    """Where the next head of a frame begins, -1 where there is none."""
    binary = _BINARY.search(buffer, after)
    until = binary.start() + _ASCII_HEAD if binary else len(buffer)
    text = _ASCII.search(buffer, after, until)
    return min((found.start() for found in (binary, text) if found), default=-1)


def _unfinished(buffer: bytearray) -> int:
    """Where a head begins that is not here whole; the end where there is none."""
    tail = max(0, len(buffer) - _ASCII_HEAD + 1)
    places = [buffer.find(mark, tail) for mark in (START[:1], bytes([ASCII_START]))]
    return min((place for place in places if place >= 0), default=len(buffer))


def _size(buffer: bytes | bytearray) -> int:
    """The size of the frame whose head is at the front."""
    if buffer[0] == ASCII_START:
        return _ASCII_HEAD + (int(buffer[19:23], 16) & 0x0FFF) + _ASCII_TAIL
    return _HEAD + (int.from_bytes(buffer[11:13], "big") & 0x0FFF) + _TAIL


def _checks(frame: bytes) -> bool:
    """Whether end and checksum are right."""
    if frame[0] != ASCII_START:
        said = int.from_bytes(frame[-2:], "big")
        return frame[-3] in _ENDS and said == _crc.modbus(frame[:-2])
    try:
        said = int(frame[-4:], 16)
    except ValueError:
        return False
    return frame[-5] in _ENDS and said == _crc.modbus(frame[:-4])
