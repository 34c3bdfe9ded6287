"""Hikvision's signed OpenAPI (iSecure Center, Artemis): the signature and what it answers.

Source: the public developer documents of the OpenAPI (open.hikvision.com, 综合安防管理平台) and the
published text of its signature: method, Accept, Content-MD5, Content-Type, Date, the signed headers
in the order of their names, and the path, each on its line; HMAC-SHA256 with the secret, Base64.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Generic, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from app.core.clock import from_datetime, to_datetime
from app.core.directory import Camera
from app.core.model import Ms
from app.core.privacy import SECRET, Privacy

T = TypeVar("T")
_SIGNED = ("x-ca-key", "x-ca-nonce", "x-ca-timestamp")
_FORMS = {"0": "bullet", "1": "dome", "2": "dome", "3": "bullet"}
"""`cameraType`: 0 bullet, 1 half dome, 2 fast dome, 3 bullet that turns."""


def signed(
    path: str, body: bytes, key: str, secret: str, now: Ms, nonce: str = ""
) -> dict[str, str]:
    """The headers of a POST."""
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    headers = {
        "Accept": "*/*",
        "Content-MD5": base64.b64encode(digest).decode(),
        "Content-Type": "application/json",
        "Date": datetime.fromtimestamp(now / 1000, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "x-ca-key": key,
        "x-ca-nonce": nonce or secrets.token_hex(16),
        "x-ca-timestamp": str(now),
    }
    plain = [headers[name] for name in ("Accept", "Content-MD5", "Content-Type", "Date")]
    named = [f"{name}:{headers[name]}" for name in _SIGNED]
    text = "\n".join(["POST", *plain, *named, path])
    proof = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    headers["x-ca-signature-headers"] = ",".join(_SIGNED)
    headers["x-ca-signature"] = base64.b64encode(proof).decode()
    return headers


class Envelope(msgspec.Struct, Generic[T], frozen=True):
    """Every answer; a `code` other than "0" is a refusal."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    code: str
    msg: str | None = None
    data: T | None = None


class Page(msgspec.Struct, frozen=True):
    """A page; each row is decoded by itself, so that one bad row costs one camera."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    rows: list[msgspec.Raw] | None = msgspec.field(name="list", default=None)
    total: int = 0


class CameraRow(msgspec.Struct, frozen=True, rename="camel"):
    """A 监控点 of `/api/resource/v1/cameras`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    camera_index_code: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    camera_name: str | None = None
    camera_type: int | str | None = None
    longitude: str | float | None = None
    latitude: str | float | None = None
    gb_index_code: str | None = None

    def camera(self, platform: str, link: str) -> Camera:
        """As ours; raises ValidationError or ValueError. Without a place it is 0, 0."""
        row = {
            "id": f"{platform}:{self.camera_index_code}",
            "name_zh": (self.camera_name or self.camera_index_code)[:200],
            "name_en": "",
            "region": (self.gb_index_code or "")[:6],
            "lon": float(self.longitude or 0.0),
            "lat": float(self.latitude or 0.0),
            "form": _FORMS.get(str(self.camera_type), ""),
            "link": link,
        }
        return msgspec.convert(row, Camera)


class OnlineRow(msgspec.Struct, frozen=True, rename="camel"):
    """Of `/api/nms/v1/online/camera/get`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    index_code: str
    online: int | str | None = None


class Address(msgspec.Struct, frozen=True):
    """An address that is good once, for five minutes."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    url: Annotated[str, SECRET] = ""


class Piece(msgspec.Struct, frozen=True, rename="camel"):
    """A stretch of a recording; times in ISO 8601 with their zone."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    begin_time: str
    end_time: str


class Past(msgspec.Struct, frozen=True):
    """Recordings of a time and the address of their first."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    url: Annotated[str | None, SECRET] = None
    rows: list[Piece] | None = msgspec.field(name="list", default=None)


class EventSource(msgspec.Struct, frozen=True, rename="camel"):
    """What an event came from: a resource of the platform, by its index code."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    id: str | None = None
    event_type_name: str | None = None
    res_index_code: str | None = None
    res_type: str | None = None
    start_time: str | None = None

    @property
    def is_camera(self) -> bool:
        """Whether it names one: doors and sensors raise events too."""
        return bool(self.res_index_code) and self.res_type in (None, "", "camera")


class EventRow(msgspec.Struct, frozen=True, rename="camel"):
    """A 联动事件 of `/api/els/v1/events/search`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    id: str
    rule_name: str | None = None
    event_type_name: str | None = None
    start_time: str | None = None
    sources: list[EventSource] | None = msgspec.field(name="eventLogSrcList", default=None)


class PresetRow(msgspec.Struct, frozen=True, rename="camel"):
    """A direction that a camera remembers."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    preset_point_index: int | str
    preset_point_name: str | None = None


class Presets(msgspec.Struct, frozen=True):
    """Of `/api/video/v1/presets/searches`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    rows: list[PresetRow] | None = msgspec.field(name="list", default=None)


def moment(text: str, zone: ZoneInfo) -> Ms:
    """A moment in ISO 8601, in the platform's zone where it says none; raises ValueError."""
    parsed = datetime.fromisoformat(text)
    return from_datetime(parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=zone))


def text_of(at: Ms, zone: ZoneInfo) -> str:
    """A moment as the platform reads it: ISO 8601 with milliseconds and zone."""
    return to_datetime(at, zone).isoformat(timespec="milliseconds")
