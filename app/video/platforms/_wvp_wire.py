"""What WVP-GB28181-pro answers, as Structs, and its words turned into ours.

Source: the project's own controllers and beans (CommonGBChannel, StreamContent, CommonRecordInfo,
WVPResult), 2.7.x; GB/T 28181-2022 for directions and kinds of dome.
"""

from datetime import datetime
from typing import Annotated, ClassVar, Generic, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from app.core.clock import from_datetime, to_datetime
from app.core.directory import Camera
from app.core.model import Ms
from app.core.privacy import SECRET, Privacy

T = TypeVar("T")
FORMAT = "%Y-%m-%d %H:%M:%S"
PATHS = ("rtsp", "ts", "fmp4", "flv", "hls", "rtmp", "rtsps", "https_flv", "https_hls")
"""Addresses of a stream that our library reads, best first."""

_FORMS = {1: "dome", 2: "dome", 3: "bullet", 4: "bullet", 5: "panorama"}
_HEADINGS = {1: 90.0, 2: 270.0, 3: 180.0, 4: 0.0, 5: 135.0, 6: 45.0, 7: 225.0, 8: 315.0}
"""GB/T 28181: 1 east, 2 west, 3 south, 4 north, 5 south-east, 6 north-east, 7 south-west,
8 north-west."""

_NO_CAMERA = ("200", "215", "216", "111", "118")
"""Digits 11 to 13 of a code: platform, group, virtual organisation, recorders."""


class Envelope(msgspec.Struct, Generic[T], frozen=True):
    """Every answer; a `code` other than 0 is a refusal in the platform's own words."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    code: int
    msg: str | None = None
    data: T | None = None


class Login(msgspec.Struct, frozen=True, rename="camel"):
    """Of `/api/user/login`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    access_token: Annotated[str, SECRET] = ""


class Page(msgspec.Struct, frozen=True):
    """A page of channels; each is decoded by itself, so that one bad row costs one camera."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    list: list[msgspec.Raw]
    total: int = 0


class Channel(msgspec.Struct, frozen=True, rename="camel"):
    """CommonGBChannel. `gb_id` is the platform's own key, which `play` takes."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    gb_id: int
    gb_device_id: str | None = None
    gb_name: str | None = None
    gb_civil_code: str | None = None
    gb_status: str | None = None
    gb_longitude: float | None = None
    gb_latitude: float | None = None
    gb_ptz_type: int | None = None
    gb_direction_type: int | None = None
    gb_address: str | None = None
    stream_id: str | None = None

    @property
    def is_camera(self) -> bool:
        """Whether it has a picture: groups and recorders stand in the same list."""
        code = self.gb_device_id or ""
        return bool(code) and not (len(code) == 20 and code[10:13] in _NO_CAMERA)

    @property
    def online(self) -> bool:
        """Whether the platform believes that it is there."""
        return (self.gb_status or "").upper() == "ON"

    def camera(self, platform: str, link: str) -> Camera:
        """As ours; raises ValidationError for what cannot be one. Without a place it is 0, 0."""
        code = self.gb_device_id or ""
        row = {
            "id": f"{platform}:{code}",
            "name_zh": (self.gb_name or code)[:200],
            "name_en": "",
            "region": (self.gb_civil_code or code)[:6],
            "lon": self.gb_longitude or 0.0,
            "lat": self.gb_latitude or 0.0,
            "form": _FORMS.get(self.gb_ptz_type or 0, ""),
            "heading": _HEADINGS.get(self.gb_direction_type or 0),
            "link": link,
            "address": (self.gb_address or "")[:200],
        }
        return msgspec.convert(row, Camera)


class Media(msgspec.Struct, frozen=True):
    """What the media server knows of a stream."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    width: int | None = None
    height: int | None = None


class Content(msgspec.Struct, frozen=True, rename="camel"):
    """StreamContent: one stream with the ways to read it; those that are not served are null."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stream: str
    app: str = "rtp"
    rtsp: Annotated[str | None, SECRET] = None
    rtsps: Annotated[str | None, SECRET] = None
    ts: Annotated[str | None, SECRET] = None
    fmp4: Annotated[str | None, SECRET] = None
    flv: Annotated[str | None, SECRET] = None
    hls: Annotated[str | None, SECRET] = None
    rtmp: Annotated[str | None, SECRET] = None
    https_flv: Annotated[str | None, SECRET] = msgspec.field(name="https_flv", default=None)
    https_hls: Annotated[str | None, SECRET] = msgspec.field(name="https_hls", default=None)
    media_info: Media | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, (0, 0) unknown."""
        media = self.media_info or Media()
        return (media.width or 0, media.height or 0)

    def addresses(self, wanted: tuple[str, ...]) -> list[str]:
        """Those that are served, in the order that is wanted."""
        found = [getattr(self, name) for name in wanted if name in PATHS]
        return [url for url in found if url]


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """CommonRecordInfo: a stretch of a recording, in the platform's own time."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    start_time: str
    end_time: str


class PresetRow(msgspec.Struct, frozen=True, rename="camel"):
    """A direction that a camera remembers; its number comes as text or as a number."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    preset_id: str | int
    preset_name: str | None = None


class AlarmRow(msgspec.Struct, frozen=True, rename="camel"):
    """Alarm: `alarm_type` by name, `alarm_time` in milliseconds or in the platform's own time."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    id: int | str
    channel_device_id: str | None = None
    alarm_type: str | None = None
    alarm_time: int | str | None = None
    description: str | None = None


class AlarmPage(msgspec.Struct, frozen=True):
    """A page of alarms; each is decoded by itself, so that one bad row costs one alarm."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    list: list[msgspec.Raw]
    total: int = 0


def moment(text: str, zone: ZoneInfo) -> Ms:
    """A moment in the platform's own time; raises ValueError."""
    parsed = datetime.strptime(text[:19].replace("T", " "), FORMAT)  # noqa: DTZ007
    return from_datetime(parsed.replace(tzinfo=zone))


def text_of(at: Ms, zone: ZoneInfo) -> str:
    """A moment as the platform writes it."""
    return to_datetime(at, zone).strftime(FORMAT)
