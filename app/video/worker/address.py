"""Which addresses are opened, and what the library may do on behalf of one.

What a platform answers is hostile until it was looked at: a scheme that is not named here is
refused, and the library gets lists of the protocols, containers and codecs that this kind of
address may lead to, so that a playlist or a redirect cannot read a file of this machine.
"""

import re
import stat
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from app.video.wire import DEVICE, Open, Source

MAX_ADDRESS = 4096
CODECS = (
    "h264,hevc,mjpeg,mpeg4,mpeg2video,vp8,vp9,av1,libdav1d,rawvideo,aac,pcm_alaw,pcm_mulaw,opus"
)
FILES = "mov,matroska,webm,avi,flv,mpegts,mpeg,h264,hevc"
_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")
_OF_DEVICE = {
    "size": ("video_size", re.compile(r"[1-9][0-9]{1,3}x[1-9][0-9]{1,3}")),
    "fps": ("framerate", re.compile(r"[1-9][0-9]?|1[01][0-9]|120")),
    "format": ("input_format", re.compile(r"mjpeg|h264|yuyv422|uyvy422|nv12|yuv420p")),
}
"""What may be asked of a capture card: the library's option, and how its value looks."""
_PROTOCOLS = {
    "rtsp": "rtsp,rtp,udp,tcp",
    "rtsps": "rtsp,rtsps,rtp,udp,tcp,tls",
    "rtmp": "rtmp,tcp",
    "rtmps": "rtmp,rtmps,tcp,tls",
    "http": "http,https,tcp,tls",
    "https": "https,tcp,tls",
}
_CONTAINERS = {
    "rtsp": "rtsp,rtp,sdp",
    "rtsps": "rtsp,rtp,sdp",
    "rtmp": "flv,live_flv",
    "rtmps": "flv,live_flv",
    "http": "flv,live_flv,mpegts,mov,hls",
    "https": "flv,live_flv,mpegts,mov,hls",
}


class BadAddress(ValueError):
    """An address that is not opened; the text names no part of it."""


class Way(NamedTuple):
    """What the library is asked to open. `own_clock` is for what would come faster than it is to
    be seen: the pictures then wait for their time."""

    url: str
    container: str | None
    options: dict[str, str]
    own_clock: bool


def way(order: Open) -> Way:
    """How an order is to be opened; raises BadAddress."""
    if not order.url or len(order.url) > MAX_ADDRESS:
        raise BadAddress("length")
    if order.source is Source.FILE:
        return _file(order.url)
    if order.source is Source.DEVICE:
        return _device(order.url)
    return _network(order)


def _network(order: Open) -> Way:
    if _CONTROL.search(order.url):
        raise BadAddress("characters")
    try:
        parts = urlsplit(order.url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress("form") from error
    scheme = parts.scheme.lower()
    if scheme not in _PROTOCOLS:
        raise BadAddress("scheme")
    if not host:
        raise BadAddress("host")
    limit_us = str(int(order.timeout_s * 1e6))
    options = {
        "protocol_whitelist": _PROTOCOLS[scheme],
        "format_whitelist": _CONTAINERS[scheme],
        "codec_whitelist": CODECS,
        # neither of them waits for twenty pictures to guess a rate that is measured anyway
        "fpsprobesize": "0",
        "flags": "low_delay",
    }
    path = parts.path.lower()
    if scheme in ("rtsp", "rtsps"):
        options |= {"rtsp_transport": "udp" if order.udp else "tcp", "timeout": limit_us}
        if order.udp:
            options["buffer_size"] = "1048576"
    else:
        # rtmp would take `timeout` for an order to listen
        options["rw_timeout"] = limit_us
        if scheme.startswith("rtmp") or path.endswith(".flv"):
            options["analyzeduration"] = "500000"
    return Way(order.url, None, options, path.endswith((".m3u8", ".m3u")))


def _file(path: str) -> Way:
    found = Path(path)
    if "\x00" in path or not found.is_absolute():
        raise BadAddress("path")
    try:
        regular = stat.S_ISREG(found.stat().st_mode)
    except OSError:
        regular = True  # the library says what is wrong with it
    if not regular:
        raise BadAddress("path")
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": FILES,
        "codec_whitelist": CODECS,
    }
    return Way(f"file:{found}", None, options, own_clock=True)


def _device(address: str) -> Way:
    if not DEVICE.fullmatch(address):
        raise BadAddress("device")
    path, _, asked = address.partition("?")
    options = {"codec_whitelist": CODECS}
    for key, value in parse_qsl(asked, keep_blank_values=True):
        option, form = _OF_DEVICE.get(key, ("", None))
        if form is None or not form.fullmatch(value) or option in options:
            raise BadAddress("device")
        options[option] = value
    return Way(path, "v4l2", options, own_clock=False)
