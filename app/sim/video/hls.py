"""HLS: a clip as segments of MPEG-TS, and the list that moves along with its clock (RFC 8216)."""

import io
import math
from fractions import Fraction
from typing import NamedTuple

import av

from app.sim.video.clip import Clip
from app.sim.video.source import Source

LISTED = 3
"""Segments that a list names; a reader begins one GOP behind, as with any camera over HLS."""


class Segment(NamedTuple):
    """From one key picture to the next, in seconds."""

    begin: float
    seconds: float
    data: bytes


def segments(clip: Clip) -> list[Segment]:
    """The clip cut at its key pictures; blocks for some milliseconds."""
    ends = [*clip.keys[1:], len(clip.pictures)]
    made = []
    for first, last in zip(clip.keys, ends, strict=True):
        begin = clip.pictures[first].at
        end = clip.pictures[last].at if last < len(clip.pictures) else clip.seconds
        made.append(Segment(begin, end - begin, _transport(clip, first, last)))
    return made


def _transport(clip: Clip, first: int, last: int) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mpegts") as file:
        stream = file.add_stream(clip.codec.value, rate=Fraction(clip.fps).limit_denominator(1001))
        stream.width, stream.height = clip.width, clip.height
        stream.time_base = Fraction(1, 90_000)
        for picture in clip.pictures[first:last]:
            data = b"".join(b"\0\0\0\1" + unit for unit in picture.units)
            packet = av.Packet(data)
            packet.stream, packet.time_base = stream, Fraction(1, 90_000)
            packet.dts = round(picture.at * 90_000)
            packet.pts = round((picture.at + picture.ahead) * 90_000)
            packet.is_keyframe = picture.key
            file.mux(packet)
    return out.getvalue()


def playlist(source: Source, cut: list[Segment]) -> str:
    """The list at this moment. Each turn of the clip begins anew: it is a discontinuity."""
    turn, within = divmod(max(0.0, source.position()), source.clip.seconds)
    now = sum(segment.begin <= within for segment in cut) - 1
    # The newest is still being made, so it is not listed. A clip has turned before it was served.
    newest = (int(turn) + LISTED) * len(cut) + now
    oldest = newest - LISTED
    longest = math.ceil(max(segment.seconds for segment in cut))
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{longest}"]
    lines.append(f"#EXT-X-MEDIA-SEQUENCE:{oldest}")
    lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{oldest // len(cut)}")
    for number in range(oldest, newest):
        if number % len(cut) == 0 and number != oldest:
            lines.append("#EXT-X-DISCONTINUITY")
        lines.append(f"#EXTINF:{cut[number % len(cut)].seconds:.3f},")
        lines.append(f"{number % len(cut)}.ts")
    return "\n".join(lines) + "\n"
