"""`isc`: Hikvision's iSecure Center by its signed OpenAPI."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, ClassVar

import msgspec

from app.config import PlatformConfig
from app.core.directory import Camera
from app.core.message import message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.options import said, zone_of
from app.video.platform import (
    Ability,
    CameraAlarm,
    CameraPlatform,
    CameraState,
    Move,
    PlatformError,
    Played,
    Preset,
    Profile,
    Recording,
    Stream,
    VideoSurroundings,
)
from app.video.platforms._address import readable
from app.video.platforms._each_row import each_row
from app.video.platforms._http import PlatformHttp, options_of
from app.video.platforms._isc_wire import (
    Address,
    CameraRow,
    Envelope,
    EventRow,
    EventSource,
    OnlineRow,
    Page,
    Past,
    Presets,
    moment,
    signed,
    text_of,
)
from app.video.wire import Fault

MAX_CAMERAS = 500_000
ONLINE = msgspec.json.Decoder(OnlineRow)
EVENT = msgspec.json.Decoder(EventRow)
_DENIED = "0x0240"
"""The gateway's codes for keys and signatures that it does not accept begin so."""


class IscOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[platform.options]` of iSecure Center."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    context: Annotated[str, said("path before that of every call")] = "/artemis"
    allow_plain: Annotated[bool, said("send signed requests without TLS")] = False
    udp: Annotated[bool, said("RTP over UDP instead of within the connection")] = False
    page: Annotated[int, msgspec.Meta(ge=1, le=1000), said("cameras asked for at a time")] = 500
    storage: Annotated[str, said("of recordings: 0 the centre's, 1 the device's")] = "0"
    zone: Annotated[str, said("of the platform's times; of none: the city's")] = ""


class Isc(CameraPlatform, kind="isc"):
    """iSecure Center 1.4 and later (综合安防管理平台): catalogue, states, main and sub streams,
    PTZ, presets, recordings; events that its rules link (联动事件) as alarms. The credential is
    `app key:app secret`; an address is good once, so each reconnect asks for another."""

    abilities = frozenset(
        {
            Ability.CATALOGUE,
            Ability.STATUS,
            Ability.PTZ,
            Ability.PRESETS,
            Ability.RECORDS,
            Ability.ALARMS,
        }
    )
    settings = IscOptions
    example = """
[[platform]]
id = "park"
kind = "isc"
name_zh = "园区安防平台"
name_en = "Park security platform"
url = "https://10.4.0.10:443"
credential = "park-isc"              # app key:app secret
"""

    def __init__(self, config: PlatformConfig, around: VideoSurroundings) -> None:
        super().__init__(config, around)
        self._options = options_of(config, IscOptions)
        self._http = PlatformHttp(config, around)
        self._zone = zone_of(config.id, "options.zone", self._options.zone or around.zone)
        self._link = config.depends[0] if config.depends else ""
        self._turning: dict[str, str] = {}  # the command that a camera follows

    async def _call(self, path: str, into: type[Any], **fields: str | int) -> Any:
        """The data of an answer, None where it has none. Raises PlatformError."""
        secret = self._http.secret()
        if secret is None:
            raise self._denied()
        key, word = secret.pair
        whole = self._options.context + path
        body = msgspec.json.encode(fields)
        headers = signed(whole, body, key, word, self.around.clock.now())
        answer = await self._http.ask(whole, method="POST", headers=headers, body=body)
        envelope = self._http.decoded(answer.data, Envelope[into])  # type: ignore[valid-type]
        if envelope.code == "0":
            return envelope.data
        if envelope.code.startswith(_DENIED):
            raise self._denied()
        words = f"{envelope.code} {envelope.msg or ''}"[:200]
        raise PlatformError(
            message("videoplatform.refused", platform=self.config.id, words=words), Fault.REFUSED
        )

    def _denied(self) -> PlatformError:
        return PlatformError(
            message("videoplatform.login", platform=self.config.id), Fault.CREDENTIALS, whole=True
        )

    # ---- streams

    async def play(self, camera: str, profile: Profile) -> Played:
        """Ask for an address; the sub stream is another address of the same camera."""
        found: Address | None = await self._call(
            "/api/video/v2/cameras/previewURLs",
            Address,
            cameraIndexCode=self.own(camera),
            streamType=1 if profile is Profile.SUB else 0,
            protocol="rtsp",
            transmode=0 if self._options.udp else 1,
        )
        return self._played(found.url if found is not None else "", profile)

    def _played(self, url: str, profile: Profile) -> Played:
        if not url:
            raise PlatformError(
                message("videoplatform.no_way", platform=self.config.id), Fault.NOT_FOUND
            )
        url = readable(url, self.config.id, self.config.hosts)
        return Played((Stream(url, udp=self._options.udp, profile=profile),))

    # ---- what there is

    async def _pages(self, path: str) -> AsyncIterator[list[msgspec.Raw]]:
        number, seen = 1, 0
        while seen < MAX_CAMERAS:
            page: Page | None = await self._call(
                path, Page, pageNo=number, pageSize=self._options.page
            )
            rows = (page.rows if page is not None else None) or []
            if page is None or not rows:
                return
            yield rows
            seen, number = seen + len(rows), number + 1
            if seen >= page.total:
                return

    async def catalogue(self) -> AsyncIterator[list[Camera]]:
        """All cameras, a page at a time; rows that cannot be read are left out and counted."""
        async for rows in self._pages("/api/resource/v1/cameras"):
            yield each_row(rows, self._camera, self.config.id, "cameras")

    def _camera(self, raw: msgspec.Raw) -> Camera:
        return msgspec.json.decode(raw, type=CameraRow).camera(self.config.id, self._link)

    async def states(self) -> list[CameraState]:
        """Which cameras the platform believes to be online."""
        now = self.around.clock.now()
        found: list[CameraState] = []
        async for rows in self._pages("/api/nms/v1/online/camera/get"):
            for row in each_row(rows, ONLINE.decode, self.config.id, "states"):
                online = str(row.online) == "1"
                found.append(CameraState(f"{self.config.id}:{row.index_code}", online, now))
        return found

    async def alarms(self, begin: Ms, end: Ms) -> list[CameraAlarm]:
        """Events of cameras in a time, as far as one page holds them; rows that cannot be read are
        left out and counted."""
        page: Page | None = await self._call(
            "/api/els/v1/events/search",
            Page,
            startTime=text_of(begin, self._zone),
            endTime=text_of(end, self._zone),
            pageNo=1,
            pageSize=self._options.page,
        )
        raws = (page.rows if page is not None else None) or []
        rows = each_row(raws, EVENT.decode, self.config.id, "events")
        cameras = [(row, one) for row in rows for one in row.sources or [] if one.is_camera]
        return each_row(cameras, self._alarm, self.config.id, "alarms")

    def _alarm(self, given: tuple[EventRow, EventSource]) -> CameraAlarm:
        """Of a camera that an event came from; raises ValueError for its time."""
        row, source = given
        return CameraAlarm(
            id=f"{self.config.id}:{(source.id or row.id)[:60]}",
            camera=f"{self.config.id}:{source.res_index_code}",
            kind=(source.event_type_name or row.event_type_name or "")[:60],
            at=moment(source.start_time or row.start_time or "", self._zone),
            text=(row.rule_name or "")[:500],
        )

    # ---- turning

    async def move(self, camera: str, move: Move) -> None:
        """Turn until the next `move`; what is followed now is ended first. It turns or zooms."""
        command = _command(move)
        before = self._turning.pop(camera, "")
        if before and before != command:
            await self._control(camera, before, 1, 1)
        if command:
            self._turning[camera] = command
            strength = max(abs(move.pan), abs(move.tilt)) or abs(move.zoom)
            await self._control(camera, command, 0, max(1, min(100, round(strength * 100))))

    async def _control(self, camera: str, command: str, action: int, speed: int) -> None:
        await self._call(
            "/api/video/v1/ptzs/controlling",
            object,
            cameraIndexCode=self.own(camera),
            action=action,
            command=command,
            speed=speed,
        )

    async def presets(self, camera: str) -> list[Preset]:
        """Directions that it remembers."""
        found: Presets | None = await self._call(
            "/api/video/v1/presets/searches", Presets, cameraIndexCode=self.own(camera)
        )
        return [
            Preset(str(row.preset_point_index), (row.preset_point_name or "")[:100])
            for row in (found.rows if found is not None else None) or []
        ]

    async def go_to(self, camera: str, preset: str) -> None:
        """Turn to one of them."""
        await self._call(
            "/api/video/v1/ptzs/controlling",
            object,
            cameraIndexCode=self.own(camera),
            action=0,
            command="GOTO_PRESET",
            presetIndex=int(preset) if preset.isdecimal() else 0,
        )

    # ---- the past

    async def _past(self, camera: str, begin: Ms, end: Ms) -> Past:
        found: Past | None = await self._call(
            "/api/video/v2/cameras/playbackURLs",
            Past,
            cameraIndexCode=self.own(camera),
            recordLocation=self._options.storage,
            protocol="rtsp",
            transmode=0 if self._options.udp else 1,
            beginTime=text_of(begin, self._zone),
            endTime=text_of(end, self._zone),
        )
        return found if found is not None else Past()

    async def records(self, camera: str, begin: Ms, end: Ms) -> list[Recording]:
        """What was recorded in a time, oldest first."""
        found: list[Recording] = []
        for piece in (await self._past(camera, begin, end)).rows or []:
            try:
                first, last = (
                    moment(piece.begin_time, self._zone),
                    moment(piece.end_time, self._zone),
                )
            except ValueError:
                continue
            if last > first:
                found.append(Recording(first, last))
        return sorted(found, key=lambda one: one.begin)

    async def play_back(self, camera: str, begin: Ms, end: Ms) -> Played:
        """A stream of the past; another moment of it is another `play_back`."""
        past = await self._past(camera, begin, end)
        return self._played(past.url or "", Profile.MAIN)

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()


def _command(move: Move) -> str:
    level = "RIGHT" if move.pan > 0 else "LEFT" if move.pan < 0 else ""
    vertical = "UP" if move.tilt > 0 else "DOWN" if move.tilt < 0 else ""
    turned = "_".join(filter(None, (level, vertical)))
    if turned or not move.zoom:
        return turned
    return "ZOOM_IN" if move.zoom > 0 else "ZOOM_OUT"
