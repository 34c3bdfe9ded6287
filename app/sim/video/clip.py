"""A clip: the coded pictures of a film, ready to be sent; none is ever decoded here."""

from pathlib import Path
from typing import NamedTuple

import av

from app.sim.video.nal import Codec, annex_b, header_units, is_key, is_parameters, with_lengths
from app.sim.video.rtp import Payload, payloads

FPS = 25.0
"""Of a raw .h264 or .h265 file, which knows no time."""

MAX_BYTES = 256 << 20


class ClipError(Exception):
    """There is no film of a known codec in the file."""


class Picture(NamedTuple):
    """One coded picture. `at` is when it is due, in seconds from the clip's begin; `ahead` by how
    much later than that it is shown, where pictures stand in another order."""

    units: list[bytes]
    payloads: list[Payload]
    key: bool
    at: float
    ahead: float


class Clip(NamedTuple):
    """A film that begins with a key picture. `parameters` are its VPS, SPS and PPS; `packets` says
    for each picture how many RTP packets come before it, and at the end how many there are."""

    name: str
    codec: Codec
    width: int
    height: int
    fps: float
    seconds: float
    parameters: list[bytes]
    pictures: list[Picture]
    packets: list[int]
    keys: list[int]

    def key_before(self, index: int) -> int:
        """The newest key picture that is not behind `index`."""
        return max(key for key in self.keys if key <= index)


def read_clip(path: Path, name: str = "") -> Clip:
    """Read an MP4, or raw Annex B by its name (.h264, .h265); blocks. Raises ClipError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ClipError(f"{path.name} is larger than {MAX_BYTES} bytes")
        with av.open(str(path)) as file:
            if not file.streams.video:
                raise ClipError(f"{path.name} has no film")
            return _read(name or path.stem, file, file.streams.video[0])
    except (av.FFmpegError, OSError, ValueError, IndexError) as error:
        raise ClipError(f"{path.name} cannot be read") from error


def _read(
    name: str, file: av.container.InputContainer, stream: av.video.stream.VideoStream
) -> Clip:
    codec = Codec(stream.codec_context.name)
    parameters, size = header_units(codec, bytes(stream.codec_context.extradata or b""))
    pictures: list[Picture] = []
    rate = float(stream.average_rate or FPS)
    if not size:
        rate = FPS
    base = float(stream.time_base or 0)
    first = None
    for packet in file.demux(stream):
        data = bytes(packet)
        units = with_lengths(data, size) if size else annex_b(data)
        if not units:
            continue
        key = any(is_key(codec, unit) for unit in units)
        parameters = parameters or [unit for unit in units if is_parameters(codec, unit)]
        if not pictures and not key:
            continue
        if key and not any(is_parameters(codec, unit) for unit in units):
            units = [*parameters, *units]
        if packet.dts is None or not size:
            at, ahead = len(pictures) / rate, 0.0
        else:
            first = packet.dts if first is None else first
            at = (packet.dts - first) * base
            ahead = ((packet.pts if packet.pts is not None else packet.dts) - packet.dts) * base
        pictures.append(Picture(units, payloads(codec, units), key, at, ahead))
    if not pictures or not parameters:
        raise ClipError(f"{name} has no picture that decoding could begin with")
    packets = [0]
    for picture in pictures:
        packets.append(packets[-1] + len(picture.payloads))
    context = stream.codec_context
    keys = [index for index, picture in enumerate(pictures) if picture.key]
    seconds = pictures[-1].at + 1 / rate
    size_of = context.width, context.height
    return Clip(name, codec, *size_of, rate, seconds, parameters, pictures, packets, keys)
