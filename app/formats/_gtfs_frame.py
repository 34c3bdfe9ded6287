"""The entities of a GTFS-Realtime message, found without making them: a message of 4 MB may hold a
million empty ones, and each that is made costs memory.

Layout from gtfs-realtime.proto 2.0 (FeedMessage: header = 1, entity = 2) and the protobuf encoding:
a key of field number and wire type, then a varint, 8 bytes, a counted run, or 4 bytes.
"""

from collections.abc import Iterator

HEADER, ENTITY = 1, 2
_VARINT, _EIGHT, _COUNTED, _FOUR = 0, 1, 2, 5
_LONGEST_VARINT = 10


class BadMessage(ValueError):
    """Bytes that are no such message; the word of the reason is its argument."""


def parts(data: bytes, most: int) -> tuple[bytes, list[bytes]]:
    """The header's bytes and those of every entity; raises BadMessage for what is cut short, no
    protobuf, or has more entities than `most`."""
    header = b""
    entities: list[bytes] = []
    for field, value in _fields(data):
        if field == HEADER:
            header += value  # a message that is given twice is merged
        elif field == ENTITY:
            if len(entities) >= most:
                raise BadMessage("too_many_records")
            entities.append(value)
    if not header:
        raise BadMessage("not_gtfs")
    return header, entities


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The counted fields of a message; others are stepped over."""
    at, end, strange = 0, len(data), 0
    while at < end:
        key, at = _varint(data, at)
        kind = key & 7
        if kind == _COUNTED:
            length, at = _varint(data, at)
            if length > end - at:
                raise BadMessage("truncated")
            if key >> 3 in (HEADER, ENTITY):
                yield key >> 3, data[at : at + length]
            at += length
        elif kind == _VARINT:
            _, at = _varint(data, at)
        elif kind in (_EIGHT, _FOUR):
            at += 8 if kind == _EIGHT else 4
        else:
            raise BadMessage("not_gtfs")
        if key >> 3 not in (HEADER, ENTITY) or kind != _COUNTED:
            strange += 1
            if strange > 1000:  # extensions are few; a text or a picture is nothing else
                raise BadMessage("not_gtfs")
    if at > end:
        raise BadMessage("truncated")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at a place, and the place behind it."""
    value = shift = 0
    for index in range(at, min(at + _LONGEST_VARINT, len(data))):
        byte = data[index]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, index + 1
        shift += 7
    raise BadMessage("truncated" if len(data) - at < _LONGEST_VARINT else "not_gtfs")
