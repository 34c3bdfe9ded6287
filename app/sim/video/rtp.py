"""Payloads of RTP for H.264 (RFC 6184) and H.265 (RFC 7798), and the header (RFC 3550)."""

import struct

from app.sim.video.nal import Codec

CLOCK = 90_000
"""Ticks of a video clock in a second."""

PAYLOAD_BYTES = 1400
"""Under the Ethernet's 1500 with room for IP, UDP, RTP and a tunnel."""

PAYLOAD_TYPE = 96
MARKER = 0x80
_HEADER = struct.Struct("!BBHII")
HEADER_BYTES = _HEADER.size

Payload = tuple[bool, bytes]
"""Whether it ends a picture, and its bytes."""


def payloads(codec: Codec, units: list[bytes]) -> list[Payload]:
    """A picture's units as payloads: one a unit where it fits, fragments (FU) where not."""
    cut: list[Payload] = []
    for index, unit in enumerate(units):
        pieces = [unit] if len(unit) <= PAYLOAD_BYTES else _fragments(codec, unit)
        last = index == len(units) - 1
        cut += [(last and number == len(pieces), piece) for number, piece in enumerate(pieces, 1)]
    return cut


def _fragments(codec: Codec, unit: bytes) -> list[bytes]:
    if codec is Codec.H264:
        head, kind, body = bytes([unit[0] & 0xE0 | 28]), unit[0] & 0x1F, unit[1:]
    else:
        head = bytes([unit[0] & 0x81 | 49 << 1, unit[1]])
        kind, body = unit[0] >> 1 & 0x3F, unit[2:]
    pieces = []
    for at in range(0, len(body), PAYLOAD_BYTES):
        begins, ends = at == 0, at + PAYLOAD_BYTES >= len(body)
        flags = kind | begins << 7 | ends << 6
        pieces.append(head + bytes([flags]) + body[at : at + PAYLOAD_BYTES])
    return pieces


def packet(payload: Payload, seq: int, ticks: int, ssrc: int) -> bytes:
    """A payload behind its header."""
    kind = PAYLOAD_TYPE | (MARKER if payload[0] else 0)
    return _HEADER.pack(0x80, kind, seq & 0xFFFF, ticks & 0xFFFFFFFF, ssrc) + payload[1]


def renumbered(data: bytes, seq: int, ssrc: int) -> bytes:
    """The same packet under another number and source."""
    _, kind, _, ticks, _ = _HEADER.unpack_from(data)
    return _HEADER.pack(0x80, kind, seq & 0xFFFF, ticks, ssrc) + data[HEADER_BYTES:]


def interleaved(data: bytes, channel: int) -> bytes:
    """A packet as it lies in an RTSP connection (RFC 2326, 10.12)."""
    return b"$" + bytes([channel]) + len(data).to_bytes(2, "big") + data
