"""NAL units of H.264 and H.265: cut from a stream, told apart, and their parameter sets."""

import re
from enum import StrEnum

_START = re.compile(rb"\x00\x00\x01")


class Codec(StrEnum):
    """What the pictures are coded with, by the name that PyAV gives."""

    H264 = "h264"
    H265 = "hevc"


def annex_b(data: bytes) -> list[bytes]:
    """The units between start codes (H.264 Annex B)."""
    places = [match.end() for match in _START.finditer(data)]
    ends = [*(begin - 3 for begin in places[1:]), len(data)][: len(places)]
    cut = [data[begin:end].rstrip(b"\0") for begin, end in zip(places, ends, strict=True)]
    return [unit for unit in cut if unit]


def with_lengths(data: bytes, size: int) -> list[bytes]:
    """The units of a picture as MP4 keeps it, each behind its length of `size` bytes; what does not
    fit is left away."""
    units, at = [], 0
    while at + size <= len(data):
        length = int.from_bytes(data[at : at + size], "big")
        unit = data[at + size : at + size + length]
        if not unit or len(unit) < length:
            break
        units.append(unit)
        at += size + length
    return units


def kind(codec: Codec, unit: bytes) -> int:
    """`nal_unit_type`."""
    return unit[0] & 0x1F if codec is Codec.H264 else (unit[0] >> 1) & 0x3F


def is_parameters(codec: Codec, unit: bytes) -> bool:
    """Whether it is a VPS, SPS or PPS."""
    return kind(codec, unit) in ((7, 8) if codec is Codec.H264 else (32, 33, 34))


def is_key(codec: Codec, unit: bytes) -> bool:
    """Whether decoding can begin at it: IDR of H.264, IRAP of H.265."""
    number = kind(codec, unit)
    return number == 5 if codec is Codec.H264 else 16 <= number <= 21


def header_units(codec: Codec, extradata: bytes) -> tuple[list[bytes], int]:
    """Parameter sets of a stream's header and the size of its lengths (0: Annex B). Reads
    AVCDecoderConfigurationRecord and HEVCDecoderConfigurationRecord (ISO/IEC 14496-15)."""
    if extradata[:1] != b"\x01":
        return [unit for unit in annex_b(extradata) if is_parameters(codec, unit)], 0
    if codec is Codec.H264:
        return _avcc(extradata), (extradata[4] & 3) + 1
    return _hvcc(extradata), (extradata[21] & 3) + 1


def _avcc(data: bytes) -> list[bytes]:
    units: list[bytes] = []
    at = 5
    for mask in (0x1F, 0xFF):  # SPS, then PPS
        count, at = data[at] & mask, at + 1
        at = _take(data, at, count, units)
    return units


def _hvcc(data: bytes) -> list[bytes]:
    units: list[bytes] = []
    at = 23
    for _ in range(data[22]):
        count = int.from_bytes(data[at + 1 : at + 3], "big")
        at = _take(data, at + 3, count, units)
    return [unit for unit in units if is_parameters(Codec.H265, unit)]


def _take(data: bytes, at: int, count: int, units: list[bytes]) -> int:
    for _ in range(count):
        length = int.from_bytes(data[at : at + 2], "big")
        units.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    return at
