"""HTTP-FLV: the tags of a source, as FLV 10.1 has them for H.264 and enhanced RTMP v2 for H.265."""

import asyncio
import struct

from app.sim.video.clip import Clip
from app.sim.video.nal import Codec, is_parameters, kind
from app.sim.video.rtp import CLOCK
from app.sim.video.source import Sent, Source
from app.sim.video.viewer import MAX_WAITING
from app.sim.video.web import stream_head

HEADER = b"FLV\x01\x01" + struct.pack("!I", 9) + bytes(4)
"""Film without sound; then the length of the tag before the first, which is none."""

_FILM = 9
_KEY, _OTHER = 0x10, 0x20
_AVC = 7
_ENHANCED = 0x80
_HVC1 = b"hvc1"


async def send_flv(source: Source, writer: asyncio.StreamWriter) -> None:
    """Write a source into a connection until its reader goes."""
    writer.write(stream_head("video/x-flv") + HEADER + _tag(0, _configuration(source.clip)))
    reader_gone = asyncio.Event()
    began: list[int] = []
    waiting = [False]

    def watch(sent: Sent) -> None:
        key = sent.picture.key
        if writer.transport.is_closing():
            reader_gone.set()
            return
        full = writer.transport.get_write_buffer_size() > MAX_WAITING
        waiting[0] = full or (waiting[0] and not key)
        if waiting[0]:
            return
        began[:] = began or [sent.ticks]
        at = (sent.ticks - began[0]) * 1000 // CLOCK
        writer.write(_tag(at, _picture(source.clip.codec, sent)))

    source.watch(watch)
    try:
        await reader_gone.wait()
    finally:
        source.leave(watch)


def _tag(at: int, body: bytes) -> bytes:
    """A tag at a moment in milliseconds, and its own length behind it."""
    time = (at & 0xFFFFFF).to_bytes(3, "big") + bytes([at >> 24 & 0x7F])
    tag = bytes([_FILM]) + len(body).to_bytes(3, "big") + time + bytes(3) + body
    return tag + len(tag).to_bytes(4, "big")


def _picture(codec: Codec, sent: Sent) -> bytes:
    key = _KEY if sent.picture.key else _OTHER
    units = [unit for unit in sent.picture.units if not is_parameters(codec, unit)]
    data = b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)
    if codec is Codec.H264:
        return bytes([key | _AVC, 1, 0, 0, 0]) + data
    return bytes([_ENHANCED | key | 3]) + _HVC1 + data  # 3: coded frames, shown when decoded


def _configuration(clip: Clip) -> bytes:
    if clip.codec is Codec.H264:
        return bytes([_KEY | _AVC, 0, 0, 0, 0]) + _avcc(clip.parameters)
    return bytes([_ENHANCED | _KEY]) + _HVC1 + _hvcc(clip.parameters)


def _avcc(sets: list[bytes]) -> bytes:
    """AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3)."""
    own = [unit for unit in sets if kind(Codec.H264, unit) == 7]
    more = [unit for unit in sets if kind(Codec.H264, unit) == 8]
    head = b"\x01" + own[0][1:4] + bytes([0xFF, 0xE0 | len(own)])
    return head + _listed(own) + bytes([len(more)]) + _listed(more)


def _hvcc(sets: list[bytes]) -> bytes:
    """HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3): profile, tier and level lie in the
    SPS behind its header of two bytes and its first byte."""
    general = next(unit for unit in sets if kind(Codec.H265, unit) == 33)[3:15]
    head = b"\x01" + general + b"\xf0\x00\xfc\xfd\xf8\xf8\x00\x00\x0f"
    arrays = [
        (number, [unit for unit in sets if kind(Codec.H265, unit) == number])
        for number in (32, 33, 34)
    ]
    body = b"".join(
        bytes([0x80 | number]) + len(units).to_bytes(2, "big") + _listed(units)
        for number, units in arrays
    )
    return head + bytes([len(arrays)]) + body


def _listed(units: list[bytes]) -> bytes:
    return b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)
