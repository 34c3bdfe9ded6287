"""One Cursor-on-Target event, whether it came as XML or as TAK protobuf.

Fields of the XML: MITRE's base schema (`event`, `point`) and the details that ATAK and WinTAK send;
of the protobuf: the messages of the package `takproto` (WIRE.md 2). 9999999 (999999 in protobuf)
means that a height is not known.
"""

import math
import re
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from takproto.proto import TakMessage  # type: ignore[import-untyped]

from app.core.model import Ms
from app.core.privacy import Privacy
from app.formats._xml import BadXml, Element, parse

_NO_HEIGHT = 999_999.0
_MAX_SPEED = 500.0
_LATEST = 4_102_444_800_000  # 2100, as everywhere in the model
_VIDEO = ("rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "udp", "rtp", "srt", "tcp")
_SECRET = re.compile(r"pass|pwd|token|key|auth|secret|sign|user", re.IGNORECASE)
_VIDEO_LENGTH = 400


class Cot(msgspec.Struct, frozen=True, gc=False):
    """What an event says; None where it is not said. Times in ms, `course` in degrees from north,
    `speed` in m/s, `battery` from 0 to 1, `video` an address without any credential."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    type: str
    uid: str
    time: Ms
    start: Ms
    stale: Ms
    lon: float
    lat: float
    opex: str = ""
    altitude: float | None = None
    callsign: str = ""
    course: float | None = None
    speed: float | None = None
    battery: float | None = None
    video: str = ""
    emergency: str = ""
    cancelled: bool = False


class BadCot(ValueError):
    """What cannot be read; the text is the reason's word."""


def of_xml(data: bytes, max_bytes: int) -> Cot:
    """An event of XML; raises BadCot."""
    try:
        event = parse(data, max_bytes)
    except BadXml as error:
        raise BadCot(error.reason) from error
    point = event.find("point")
    if event.tag != "event" or point is None:
        raise BadCot("not_cot")
    detail = event.find("detail")
    return Cot(
        type=event.get("type", "")[:100],
        uid=event.get("uid", ""),
        time=_time(event.get("time", "")),
        start=_time(event.get("start", "") or event.get("time", "")),
        stale=_time(event.get("stale", "") or event.get("time", "")),
        opex=event.get("opex", "")[:100],
        lon=_degrees(point.get("lon"), 180.0),
        lat=_degrees(point.get("lat"), 90.0),
        altitude=_height(_number(point.get("hae"))),
        **({} if detail is None else _details(detail)),
    )


def of_proto(data: bytes, max_bytes: int) -> Cot | None:
    """An event of a TakMessage, None for one that is only control; raises BadCot. What stands in
    its XML detail goes before its own fields, as the protocol says."""
    message = TakMessage()
    try:
        message.ParseFromString(data)
    except (DecodeError, UnicodeError, ValueError) as error:
        raise BadCot("not_cot") from error
    if not message.HasField("cotEvent"):
        return None
    event = message.cotEvent
    said = _typed(event.detail)
    if event.detail.xmlDetail:
        try:
            detail = parse(b"<d>%s</d>" % event.detail.xmlDetail.encode(), max_bytes)
        except (BadXml, UnicodeError) as error:
            raise BadCot("not_xml") from error
        said |= {name: value for name, value in _details(detail).items() if value not in (None, "")}
    return Cot(
        type=event.type[:100],
        uid=event.uid,
        time=_moment(event.sendTime),
        start=_moment(event.startTime),
        stale=_moment(event.staleTime),
        opex=event.opex[:100],
        lon=_degrees(event.lon, 180.0),
        lat=_degrees(event.lat, 90.0),
        altitude=_height(event.hae),
        **said,
    )


def _typed(detail: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"callsign": _text(detail.contact.callsign)}
    if detail.HasField("status"):
        said["battery"] = _share(detail.status.battery)
    if detail.HasField("track"):
        said["course"] = _course(detail.track.course)
        said["speed"] = _speed(detail.track.speed)
    return said


def _details(detail: Element) -> dict[str, Any]:
    track, status, contact = detail.find("track"), detail.find("status"), detail.find("contact")
    emergency = detail.find("emergency")
    said: dict[str, Any] = {"video": _video(detail)}
    if contact is not None:
        said["callsign"] = _text(contact.get("callsign", ""))
    if track is not None:
        said["course"] = _course(_number(track.get("course")))
        said["speed"] = _speed(_number(track.get("speed")))
    if status is not None and status.get("battery"):
        said["battery"] = _share(_number(status.get("battery")))
    if emergency is not None:
        said["emergency"] = _text(emergency.get("type", ""))
        said["cancelled"] = emergency.get("cancel", "").lower() == "true"
    return said


def _video(detail: Element) -> str:
    for name in ("__video", "_video"):
        video = detail.find(name)
        if video is None:
            continue
        entry = video.find("ConnectionEntry")
        url = video.get("url", "") or ("" if entry is None else _entry(entry))
        return without_credentials(url)
    return ""


def _entry(entry: Element) -> str:
    """The address of a `ConnectionEntry`, which may be whole or in parts."""
    address = str(entry.get("address", ""))
    if "://" in address or not address:
        return address
    port, path = entry.get("port", ""), entry.get("path", "").lstrip("/")
    place = f"{address}:{port}" if port.isdecimal() else address
    return f"{entry.get('protocol', 'rtsp')}://{place}/{path}"


def without_credentials(url: str) -> str:
    """An address of a picture, without user, password and what looks like a key among its
    parameters; "" for one that is no such address."""
    try:
        parts = urlsplit(url)
        if parts.scheme.lower() not in _VIDEO or not parts.hostname:
            return ""
        place = parts.netloc.rpartition("@")[2]
        query = [pair for pair in parse_qsl(parts.query) if not _SECRET.search(pair[0])]
    except ValueError:
        return ""
    clean = urlunsplit((parts.scheme, place, parts.path, urlencode(query), ""))
    return clean if len(clean) <= _VIDEO_LENGTH else ""


def _time(text: str) -> Ms:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise BadCot("bad_time")
        return _moment(round(moment.timestamp() * 1000))
    except (ValueError, OverflowError) as error:
        raise BadCot("bad_time") from error


def _moment(stated: int) -> Ms:
    if not 0 < stated <= _LATEST:
        raise BadCot("bad_time")
    return int(stated)


def _degrees(given: str | float | None, most: float) -> float:
    value = _number(given)
    if value is None or abs(value) > most:
        raise BadCot("no_place")
    return value


def _number(given: str | float | None) -> float | None:
    try:
        value = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _height(value: float | None) -> float | None:
    return value if value is not None and abs(value) < _NO_HEIGHT else None


def _course(value: float | None) -> float | None:
    return value % 360.0 if value is not None and abs(value) < 1e6 else None


def _speed(value: float | None) -> float | None:
    return value if value is not None and 0 <= value <= _MAX_SPEED else None


def _share(value: float | None) -> float | None:
    return value / 100 if value is not None and 0 <= value <= 100 else None


def _text(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable()).strip()[:200]
