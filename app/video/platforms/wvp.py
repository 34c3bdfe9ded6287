"""`wvp`: GB/T 28181 through WVP-GB28181-pro and its media server (decision 0010)."""

from collections.abc import AsyncIterator
from typing import Annotated, ClassVar

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
from app.video.platforms._http import options_of
from app.video.platforms._wvp_session import WvpSession
from app.video.platforms._wvp_wire import (
    PATHS,
    AlarmPage,
    AlarmRow,
    Channel,
    Content,
    Page,
    PresetRow,
    Record,
    moment,
    text_of,
)
from app.video.wire import Fault

MAX_CHANNELS = 500_000
MAX_KNOWN = 200_000
ROOT = "/api/common/channel"
CHANNEL = msgspec.json.Decoder(Channel)
ALARM = msgspec.json.Decoder(AlarmRow)


class WvpOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[platform.options]` of WVP."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    api_key: Annotated[
        bool, said("the credential is a permanent key, sent as the header api-key")
    ] = False
    allow_plain: Annotated[bool, said("send the credential without TLS")] = False
    prefer: Annotated[tuple[str, ...], said("ways to read a stream, best first")] = PATHS
    udp: Annotated[bool, said("RTP over UDP instead of within the connection")] = False
    title: Annotated[
        str,
        said("what a stream is called in its SDP, of {app} {stream}; of none: unknown"),
    ] = ""
    page: Annotated[int, msgspec.Meta(ge=1, le=5000), said("channels asked for at a time")] = 1000
    zone: Annotated[str, said("of the platform's times; of none: the city's")] = ""
    play_s: Annotated[
        float, msgspec.Meta(gt=0, le=60), said("how long the platform may take to bring a stream")
    ] = 18.0


class Wvp(CameraPlatform, kind="wvp"):
    """WVP-GB28181-pro 2.7: login with a token that is renewed, catalogue in pages, live streams,
    PTZ, presets, recordings, snapshots, alarms. One channel has one stream: asked for a sub stream
    it gives the main one."""

    abilities = frozenset(Ability)
    speeds = (0.25, 0.5, 1.0, 2.0, 4.0)  # those that its PlaybackController takes
    settings = WvpOptions
    example = """
[[platform]]
id = "police-video"
kind = "wvp"
name_zh = "公安视频平台"
name_en = "Police video platform"
url = "https://10.2.0.8:18080"
credential = "police-video"          # user:password
hosts = {"192.168.1.20" = "10.2.0.9"}
"""

    def __init__(self, config: PlatformConfig, around: VideoSurroundings) -> None:
        super().__init__(config, around)
        self._options = options_of(config, WvpOptions)
        self._session = WvpSession(
            config, around, api_key=self._options.api_key, answer_s=self._options.play_s
        )
        self._zone = zone_of(config.id, "options.zone", self._options.zone or around.zone)
        self._link = config.depends[0] if config.depends else ""
        self._numbers: dict[str, int] = {}  # GB code to the platform's own key
        self._devices: dict[str, str] = {}  # GB code to that of the device it hangs on
        self._speeds: dict[str, float] = {}  # of playbacks, by stream

    # ---- channels

    async def _number(self, camera: str) -> int:
        """The platform's own key of a camera."""
        code = self.own(camera)
        if code not in self._numbers:
            page = await self._session.get(f"{ROOT}/list", Page, page=1, count=10, query=code)
            for channel in self._channels(page):
                self._known(channel)
        if code not in self._numbers:
            raise self.unknown(code)
        return self._numbers[code]

    def _known(self, channel: Channel) -> None:
        code = channel.gb_device_id or ""
        if len(self._numbers) < MAX_KNOWN:
            self._numbers[code] = channel.gb_id
            if channel.stream_id and "_" in channel.stream_id:
                self._devices[code] = channel.stream_id.partition("_")[0]

    def _channels(self, page: Page | None) -> list[Channel]:
        raws = page.list if page is not None else []
        channels = each_row(raws, CHANNEL.decode, self.config.id, "channels")
        return [channel for channel in channels if channel.is_camera]

    # ---- streams

    async def play(self, camera: str, profile: Profile) -> Played:
        """Ask for a live stream; the platform answers when it runs."""
        number = await self._number(camera)
        try:
            content = await self._session.get(f"{ROOT}/play", Content, channelId=number)
        except PlatformError as error:
            if error.fault is Fault.REFUSED:
                del self._numbers[self.own(camera)]  # the channel may have been made anew
            raise
        return self._played(camera, content, "live")

    def _played(self, camera: str, content: Content | None, kind: str) -> Played:
        if content is None:
            raise PlatformError(
                message("videoplatform.empty", platform=self.config.id), Fault.REFUSED
            )
        title = self._options.title
        if title:
            title = title.replace("{app}", content.app).replace("{stream}", content.stream)
        streams = tuple(
            Stream(
                url=readable(url, self.config.id, self.config.hosts),
                udp=self._options.udp and url.startswith("rtsp"),
                title=title if url.startswith("rtsp") else "",
                size=content.size,
            )
            for url in content.addresses(self._options.prefer)
        )
        if not streams:
            raise PlatformError(
                message("videoplatform.no_way", platform=self.config.id), Fault.UNREADABLE
            )
        self._devices[self.own(camera)] = content.stream.partition("_")[0]
        return Played(streams, f"{kind}:{content.stream}")

    async def stop(self, camera: str, played: Played) -> None:
        """Nobody here watches any more; the platform ends the stream when nobody at all does."""
        kind, _, stream = played.session.partition(":")
        number = await self._number(camera)
        if kind == "live":
            await self._session.get(f"{ROOT}/play/stop", object, channelId=number)
        else:
            name = stream.partition("@")[0]
            self._speeds.pop(name, None)
            await self._session.get(f"{ROOT}/playback/stop", object, channelId=number, stream=name)

    # ---- what there is

    async def catalogue(self) -> AsyncIterator[list[Camera]]:
        """All cameras, a page at a time; rows that cannot be read are left out and counted."""
        async for channels in self._pages():
            yield each_row(channels, self._camera, self.config.id, "cameras")

    def _camera(self, channel: Channel) -> Camera:
        return channel.camera(self.config.id, self._link)

    async def _pages(self) -> AsyncIterator[list[Channel]]:
        number, seen, count = 1, 0, self._options.page
        while seen < MAX_CHANNELS:
            page = await self._session.get(f"{ROOT}/list", Page, page=number, count=count)
            if page is None or not page.list:
                return
            channels = self._channels(page)
            for channel in channels:
                self._known(channel)
            yield channels
            seen += len(page.list)
            number += 1
            if seen >= page.total:
                return

    async def states(self) -> list[CameraState]:
        """Which cameras the platform believes to be online."""
        now = self.around.clock.now()
        return [
            CameraState(f"{self.config.id}:{channel.gb_device_id}", channel.online, now)
            async for channels in self._pages()
            for channel in channels
        ]

    async def snapshot(self, camera: str) -> bytes:
        """The platform's newest picture as JPEG."""
        code = self.own(camera)
        path = f"/api/device/query/snap/{self._devices.get(code, code)}/{code}"
        return await self._session.picture(path)

    async def alarms(self, begin: Ms, end: Ms) -> list[CameraAlarm]:
        """Alarms of cameras in a time, as far as one page holds them."""
        page = await self._session.get(
            "/api/alarm/list",
            AlarmPage,
            page=1,
            count=self._options.page,
            beginTime=text_of(begin, self._zone),
            endTime=text_of(end, self._zone),
        )
        raws = page.list if page is not None else []
        rows = each_row(raws, ALARM.decode, self.config.id, "alarms")
        return [self._alarm(row, row.channel_device_id) for row in rows if row.channel_device_id]

    def _alarm(self, row: AlarmRow, camera: str) -> CameraAlarm:
        return CameraAlarm(
            id=f"{self.config.id}:{row.id}",
            camera=f"{self.config.id}:{camera}",
            kind=(row.alarm_type or "")[:60],
            at=self._moment(row.alarm_time),
            text=(row.description or "")[:500],
        )

    def _moment(self, given: int | str | None) -> Ms:
        if isinstance(given, int):
            return given
        try:
            return moment(given or "", self._zone)
        except ValueError:
            return self.around.clock.now()

    # ---- turning

    async def move(self, camera: str, move: Move) -> None:
        """Turn until the next `move`; what stands still is stopped. A camera turns or zooms."""
        vertical = "up" if move.tilt > 0 else "down" if move.tilt < 0 else ""
        level = "right" if move.pan > 0 else "left" if move.pan < 0 else ""
        command = vertical + level
        if not command and move.zoom:
            command = "zoomin" if move.zoom > 0 else "zoomout"
        number = await self._number(camera)
        await self._session.get(
            f"{ROOT}/front-end/ptz",
            object,
            channelId=number,
            command=command or "stop",
            panSpeed=_speed(move.pan),
            tiltSpeed=_speed(move.tilt),
            zoomSpeed=_speed(move.zoom),
        )

    async def presets(self, camera: str) -> list[Preset]:
        """Directions that it remembers."""
        number = await self._number(camera)
        path = f"{ROOT}/front-end/preset/query"
        rows: list[PresetRow] = (
            await self._session.get(path, list[PresetRow], channelId=number) or []
        )
        return [
            Preset(str(row.preset_id), (row.preset_name or str(row.preset_id))[:100])
            for row in rows or []
        ]

    async def go_to(self, camera: str, preset: str) -> None:
        """Turn to one of them."""
        number = await self._number(camera)
        path = f"{ROOT}/front-end/preset/call"
        await self._session.get(path, object, channelId=number, presetId=preset)

    # ---- the past

    async def records(self, camera: str, begin: Ms, end: Ms) -> list[Recording]:
        """What was recorded in a time, oldest first."""
        times = {"startTime": text_of(begin, self._zone), "endTime": text_of(end, self._zone)}
        number = await self._number(camera)
        path = f"{ROOT}/playback/query"
        rows: list[Record] = (
            await self._session.get(path, list[Record], channelId=number, **times) or []
        )
        found = []
        for row in rows:
            try:
                first, last = moment(row.start_time, self._zone), moment(row.end_time, self._zone)
            except ValueError:
                continue
            if last > first:
                found.append(Recording(first, last))
        return sorted(found, key=lambda one: one.begin)

    async def play_back(self, camera: str, begin: Ms, end: Ms) -> Played:
        """A stream of the past; its session remembers when it begins."""
        times = {"startTime": text_of(begin, self._zone), "endTime": text_of(end, self._zone)}
        number = await self._number(camera)
        content = await self._session.get(f"{ROOT}/playback", Content, channelId=number, **times)
        played = self._played(camera, content, "past")
        return Played(played.streams, f"{played.session}@{begin}")

    async def seek(self, camera: str, played: Played, at: Ms | None, speed: float) -> None:
        """Go to a moment of a playback, in whole seconds from its begin, and on at a speed; 0
        stands still."""
        stream, _, begin = played.session.partition(":")[2].partition("@")
        number = await self._number(camera)
        known: dict[str, str | int] = {"channelId": number, "stream": stream}
        path, before = f"{ROOT}/playback", self._speeds.get(stream, 1.0)
        if before == 0 and speed:
            await self._session.get(f"{path}/resume", object, **known)
        if at is not None:
            seconds = max(0, round((at - int(begin)) / 1000))
            await self._session.get(f"{path}/seek", object, seekTime=seconds, **known)
        if speed == 0 and before:
            await self._session.get(f"{path}/pause", object, **known)
        elif speed not in (0, before):
            await self._session.get(f"{path}/speed", object, speed=f"{speed:g}", **known)
        self._speeds[stream] = speed

    async def close(self) -> None:
        """Let go of connections."""
        await self._session.close()


def _speed(part: float) -> int:
    """0 to 100, of which the platform takes 50 where none is given."""
    return min(100, max(1, round(abs(part) * 100))) if part else 0
