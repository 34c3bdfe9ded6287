"""A picture of a clip as JPEG, for the platform's snapshots."""

import av
import av.video

from app.sim.video.clip import Clip


def jpeg(clip: Clip, position: float) -> bytes:
    """The key picture before a moment of the clip; blocks for some milliseconds."""
    at = position % clip.seconds
    index = max(key for key in clip.keys if key == 0 or clip.pictures[key].at <= at)
    decoder = av.CodecContext.create(clip.codec.value, "r")
    data = b"".join(b"\0\0\0\1" + unit for unit in clip.pictures[index].units)
    assert isinstance(decoder, av.video.codeccontext.VideoCodecContext)
    frame = [*decoder.decode(av.Packet(data)), *decoder.decode(None)][0]
    encoder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, av.video.codeccontext.VideoCodecContext)
    encoder.width, encoder.height = clip.width, clip.height
    encoder.pix_fmt, encoder.time_base = "yuvj420p", 1  # type: ignore[assignment]
    picture = frame.reformat(format="yuvj420p")
    picture.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)])
