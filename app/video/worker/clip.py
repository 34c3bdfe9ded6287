"""Files made of what a stream kept: a clip that is not encoded anew, a picture of now."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import av
from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from app.video.wire import Made
from app.video.worker.mask import CLEAR, Mask
from app.video.worker.ring import Kept, Packet, Spell

PART = ".part"
RAW = "rawvideo"
"""Pictures as they are: a capture card's that does not encode."""
_QUALITY = {"qmin": "2", "qmax": "4"}


class NothingKept(ValueError):
    """There is no packet that a picture could begin with."""


def form_of(stream: VideoStream) -> VideoStream:
    """A stream like this one that outlives its container. Raises ValueError for what MP4 cannot
    hold, but for the raw pictures of a capture card, of which no clip is made."""
    container = "nut" if stream.codec_context.name == RAW else "mp4"
    return av.open(os.devnull, "w", format=container).add_stream_from_template(stream, opaque=True)


def parameters_of(packet: Packet) -> bytes:
    """The parameter sets that a key frame brings along; empty where it brings none."""
    copy = _copy(packet)
    copy.is_keyframe = True
    for found in av.BitStreamFilterContext("extract_extradata", packet.stream).filter(copy):
        if found.has_sidedata("new_extradata"):
            return bytes(found.get_sidedata("new_extradata"))
    return b""


def write_clip(kept: Sequence[Kept], path: Path, ticket: int) -> Made:
    """Write packets as MP4. Raises NothingKept, FileExistsError, OSError or FFmpegError; then
    there is no file."""
    if not kept or kept[-1].spell.codec == RAW:
        raise NothingKept
    if path.exists():
        raise FileExistsError(path.name)
    part = path.with_name(path.name + PART)
    try:
        _mux(kept, part)
        size = _settle(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    seconds = kept[-1].arrived - kept[0].arrived
    begins = time.time() - (time.monotonic() - kept[0].arrived)
    return Made(ticket, made=True, seconds=seconds, size=size, begins=begins)


def _mux(kept: Sequence[Kept], part: Path) -> None:
    with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        stream = out.add_stream_from_template(kept[0].spell.form, opaque=True)
        base = kept[0].packet.time_base
        spell: Spell | None = None
        shift, last = 0, -1
        for one in kept:
            packet = one.packet
            came = round((one.arrived - kept[0].arrived) / base)
            copy = _copy(packet)
            dts = packet.dts if packet.dts is not None else packet.pts
            if dts is None:  # the library tells no time of a stream's first packet
                copy.dts = copy.pts = last = max(last + 1, came)
            else:
                if spell is not one.spell or not (last < dts + shift < came + 5 / base):
                    shift = max(came, last + 1) - dts  # another opening, or its clock was set anew
                    spell = one.spell
                copy.dts = last = max(last + 1, dts + shift)
                copy.pts = max(last, (packet.pts if packet.pts is not None else dts) + shift)
            copy.time_base, copy.is_keyframe = base, packet.is_keyframe
            copy.stream = stream
            out.mux_one(copy)


def _copy(packet: Packet) -> Packet:
    """Its bytes; the times of what is kept are not touched."""
    return cast(Packet, av.Packet(bytes(packet)))


def newest_picture(group: Sequence[Kept]) -> av.VideoFrame:
    """Decode a group of packets to its last picture; raises NothingKept."""
    if not group:
        raise NothingKept
    form = group[0].spell.form
    decoder = CodecContext.create(form.codec_context.name, "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.extradata = form.codec_context.extradata
    if form.codec_context.name == RAW:  # which says nothing of itself
        decoder.width, decoder.height = form.codec_context.width, form.codec_context.height
        decoder.pix_fmt = form.codec_context.pix_fmt
    decoder.thread_count = 1
    newest: av.VideoFrame | None = None
    for one in (*group, None):
        try:
            frames = decoder.decode(one.packet if one else None)
        except av.FFmpegError:
            continue  # a damaged packet; the stream counts these
        newest = frames[-1] if frames else newest
    if newest is None:
        raise NothingKept
    return newest


def write_picture(frame: av.VideoFrame, path: Path, ticket: int, mask: Mask = CLEAR) -> Made:
    """Write a picture as PNG or JPEG, by the path's suffix, with what is covered. Raises as
    `write_clip` does."""
    if path.exists():
        raise FileExistsError(path.name)
    lossless = path.suffix.lower() == ".png"
    encoder = CodecContext.create("png" if lossless else "mjpeg", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height = frame.width, frame.height
    encoder.pix_fmt = "rgb24" if lossless else "yuvj420p"
    encoder.framerate = 1  # type: ignore[assignment]
    encoder.thread_count = 1
    if not lossless:
        encoder.options = dict(_QUALITY)
    shown = frame.reformat(format=encoder.pix_fmt, dst_color_range="JPEG", threads=1)
    if mask:
        mask.frame(shown, (frame.width, frame.height))
    shown.pts = 0
    data = b"".join(bytes(packet) for packet in (*encoder.encode(shown), *encoder.encode(None)))
    part = path.with_name(path.name + PART)
    try:
        part.write_bytes(data)
        size = _settle(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Made(ticket, made=True, size=size, begins=time.time())


def _settle(part: Path, path: Path) -> int:
    """Let a finished file be on the disk before it has its name."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
    part.replace(path)
    return size
