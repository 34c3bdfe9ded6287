"""The description of a stream (SDP, RFC 4566; RFC 6184 and RFC 7798 for the `fmtp`)."""

import base64

from app.sim.video.clip import Clip
from app.sim.video.nal import Codec
from app.sim.video.rtp import CLOCK, PAYLOAD_TYPE


def describe(clip: Clip, title: str, host: str) -> str:
    """The SDP of a clip; `title` is the stream's own name (`s=`), on one line."""
    sets = [base64.b64encode(unit).decode() for unit in clip.parameters]
    if clip.codec is Codec.H264:
        name = "H264"
        profile = clip.parameters[0][1:4].hex()
        form = f"packetization-mode=1;profile-level-id={profile}"
        form += f";sprop-parameter-sets={','.join(sets)}"
    else:
        name = "H265"
        kinds = ("sprop-vps", "sprop-sps", "sprop-pps")
        form = ";".join(f"{kind}={text}" for kind, text in zip(kinds, sets, strict=False))
    named = " ".join(title.split()) or "-"
    lines = [
        "v=0",
        f"o=- 1 1 IN IP4 {host}",
        f"s={named}",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=control:*",
        "a=range:npt=0-",
        f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
        f"a=rtpmap:{PAYLOAD_TYPE} {name}/{CLOCK}",
        f"a=fmtp:{PAYLOAD_TYPE} {form}",
        f"a=framerate:{clip.fps:g}",
        "a=control:track1",
    ]
    return "\r\n".join(lines) + "\r\n"
