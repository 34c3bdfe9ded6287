"""`onvif`: cameras and recorders that are asked themselves, by ONVIF Profile S."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from app.config import PlatformConfig
from app.core.directory import Camera
from app.core.message import Message, message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.feeds._shared import Shared
from app.options import said
from app.video.platform import (
    Ability,
    CameraAlarm,
    CameraPlatform,
    Move,
    PlatformError,
    Played,
    Preset,
    Profile,
    Stream,
    VideoSurroundings,
)
from app.video.platforms import _onvif_soap as soap
from app.video.platforms._address import readable, signed_in
from app.video.platforms._http import PlatformHttp, options_of
from app.video.platforms._http_digest import digest
from app.video.platforms._onvif_alarms import Listeners, Listening, Place
from app.video.platforms._onvif_pullpoint import PullPoint
from app.video.platforms._own_rows import OwnRow, by_id, cameras_of
from app.video.wire import Fault

MAX_PROFILES = 200


class OnvifCamera(OwnRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One device, or one channel of a recorder (`source`). `url` is its device service."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    url: str
    source: str = ""  # token of its video source; of none: the first


class OnvifOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[platform.options]` of ONVIF."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    camera: Annotated[list[OnvifCamera], said("the devices")] = []
    udp: Annotated[bool, said("RTP over UDP instead of within the connection")] = False
    alarms: Annotated[
        tuple[Literal["motion", "tamper", "signal", "input"], ...],
        said("what is told of that devices notice; none: they are not asked"),
    ] = ("motion", "tamper", "signal", "input")


class MediaProfile(msgspec.Struct, frozen=True):
    """One of a device's streams; `size` in pixels, (0, 0) unknown. `eye` is the token of how its
    video source is set, by which devices name it in events."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    token: str
    source: str
    size: tuple[int, int]
    turns: bool
    eye: str = ""


class Device:
    """What is known of one camera, asked once and again after an error."""

    def __init__(self, row: OnvifCamera, http: PlatformHttp, calls: soap.Soap) -> None:
        self.row = row
        self.http = http
        self.calls = calls
        self.media = self.ptz = self.events = ""
        self.profiles: list[MediaProfile] = []
        self.eyes: dict[str, str] = {}  # tokens of all its video sources, also by their settings

    def forget(self) -> None:
        """Ask again next time."""
        self.profiles = []

    def profile(self, wanted: Profile) -> MediaProfile:
        """The largest as main, the smallest as sub stream."""
        ordered = sorted(self.profiles, key=lambda one: one.size[0] * one.size[1])
        return ordered[0] if wanted is Profile.SUB else ordered[-1]


class Onvif(CameraPlatform, kind="onvif"):
    """Cameras by ONVIF Profile S: their profiles as main and sub stream, PTZ, presets, snapshots;
    what they notice (movement, tampering, a lost signal, an input) by PullPoint. The
    password goes out as a digest only; an address that a device gives is opened at the device's
    own host."""

    abilities = frozenset(
        {Ability.PTZ, Ability.PRESETS, Ability.SNAPSHOT, Ability.CATALOGUE, Ability.ALARMS}
    )
    settings = OnvifOptions
    example = """
[[platform]]
id = "hall"
kind = "onvif"
name_zh = "大厅摄像机"
name_en = "Hall cameras"
credential = "hall-cameras"          # user:password

[[platform.options.camera]]
id = "door"
url = "http://10.9.1.30/onvif/device_service"
name_zh = "大厅正门"
region = "320812"
"""

    def __init__(self, config: PlatformConfig, around: VideoSurroundings) -> None:
        super().__init__(config, around)
        options = options_of(config, OnvifOptions)
        self._udp = options.udp
        self._shared = Shared()
        self._devices: dict[str, Device] = {}
        for row in by_id(config, options.camera).values():
            own = msgspec.structs.replace(config, url=row.url)
            http = PlatformHttp(own, around, shared=self._shared)
            self._devices[row.id] = Device(row, http, soap.Soap(http, around.clock, config.id))
        self._kinds = options.alarms
        self._listeners = Listeners(self._listening)

    # ---- devices

    async def _device(self, camera: str) -> Device:
        """The device with its profiles."""
        device = self._devices.get(self.own(camera))
        if device is None:
            raise self.unknown(camera)
        if not device.profiles:
            await self._ask(device)
        return device

    async def _ask(self, device: Device) -> None:
        secret, url = self.secret(device.row.credential), device.http.url
        found = await device.calls.call(url, soap.get_capabilities(), secret)
        device.media = _text(found, "Media", "XAddr") or url
        device.ptz = _text(found, "PTZ", "XAddr")
        device.events = _text(found, "Events", "XAddr")
        answer = await device.calls.call(device.media, soap.get_profiles(), secret)
        profiles = [_profile(item) for item in answer[:MAX_PROFILES]]
        device.eyes = {one.source: one.source for one in profiles if one.source}
        device.eyes |= {one.eye: one.source for one in profiles if one.eye not in device.eyes}
        source = device.row.source or (profiles[0].source if profiles else "")
        device.profiles = [one for one in profiles if one.source == source and one.token]
        if not device.profiles:
            raise PlatformError(
                message("videoplatform.no_way", platform=self.config.id), Fault.NOT_FOUND
            )

    # ---- streams

    async def play(self, camera: str, profile: Profile) -> Played:
        """Ask the device for an address; one with a single profile gives its main stream."""
        device = await self._device(camera)
        chosen = device.profile(profile)
        secret = self.secret(device.row.credential)
        try:
            answer = await device.calls.call(
                device.media, soap.get_stream_uri(chosen.token), secret
            )
        except PlatformError:
            device.forget()
            raise
        url = _text(answer, "Uri")
        host = readable(url, self.config.id, {})  # what it is, before it is carried home
        url = readable(self._at_home(device, host), self.config.id, self.config.hosts)
        kind = Profile.MAIN if chosen is device.profile(Profile.MAIN) else Profile.SUB
        stream = Stream(signed_in(url, secret), udp=self._udp, profile=kind, size=chosen.size)
        return Played((stream,), chosen.token)

    def _at_home(self, device: Device, url: str) -> str:
        """A stream at the host of the settings, unless `hosts` says where it is."""
        host = soap.host_of(url)
        own = soap.host_of(device.http.url)
        if host == own or host in self.config.hosts:
            return url
        return soap.with_host(url, own)

    async def snapshot(self, camera: str) -> bytes:
        """The device's own picture of now."""
        device = await self._device(camera)
        secret = self.secret(device.row.credential)
        token = device.profile(Profile.MAIN).token
        answer = await device.calls.call(device.media, soap.get_snapshot_uri(token), secret)
        url = readable(device.calls.at_home(_text(answer, "Uri")), self.config.id, {})
        status, headers, data = await device.http.exchange(url, "GET", {}, b"")
        if status == 401 and secret is not None:
            proof = digest(headers.get("www-authenticate", ""), "GET", url, secret)
            status, _, data = await device.http.exchange(url, "GET", proof, b"")
        if status == 401:
            raise PlatformError(
                message("videoplatform.login", platform=self.config.id), Fault.CREDENTIALS
            )
        if status != 200 or not data.startswith(b"\xff\xd8"):
            raise PlatformError(
                message("videoplatform.empty", platform=self.config.id), Fault.NOT_FOUND
            )
        return data

    async def catalogue(self) -> AsyncIterator[list[Camera]]:
        """The cameras that have a name, in one page."""
        yield cameras_of(self.config, (device.row for device in self._devices.values()))

    # ---- alarms

    async def alarms(self, begin: Ms, end: Ms) -> list[CameraAlarm]:
        """What devices noticed since this was asked last: they keep no history to be asked for."""
        return self._listeners.take() if self._kinds else []

    def unheard(self) -> Mapping[str, Message]:
        """Devices that could not be asked for events last."""
        return self._listeners.unheard

    def _listening(self) -> list[Listening]:
        """One for each device: the channels of a recorder are told by it together."""
        tick, made = asyncio.get_running_loop().time, []
        for url in dict.fromkeys(device.row.url for device in self._devices.values()):
            channels = [one for one in self._devices.values() if one.row.url == url]
            name = f"{self.config.id}:{channels[0].row.id}"
            calls = soap.Soap(channels[0].http, self.around.clock, name)
            point = PullPoint(calls, self.around.clock, name, tick)
            find = partial(self._events_of, channels)
            secret = partial(self.secret, channels[0].row.credential)
            made.append(Listening(name, point, find, secret, self._kinds))
        return made

    async def _events_of(self, channels: list[Device]) -> Place:
        """Where a device tells events, and of which of its channels."""
        first = channels[0]
        await self._ask(first)
        if not first.events:
            raise PlatformError(
                message("video.cannot", platform=self.config.id, ability=Ability.ALARMS.value),
                Fault.REFUSED,
            )
        default = first.profiles[0].source
        cameras = {one.row.source or default: f"{self.config.id}:{one.row.id}" for one in channels}
        found = {token: cameras[eye] for token, eye in first.eyes.items() if eye in cameras}
        only = f"{self.config.id}:{first.row.id}" if len(channels) == 1 else ""
        return Place(first.events, found, only)

    # ---- turning

    async def _turning(self, camera: str) -> tuple[Device, str]:
        device = await self._device(camera)
        token = next((one.token for one in device.profiles if one.turns), "")
        if not device.ptz or not token:
            raise PlatformError(
                message("video.cannot", platform=self.config.id, ability=Ability.PTZ.value),
                Fault.REFUSED,
            )
        return device, token

    async def _turn(self, device: Device, body: str) -> Any:
        return await device.calls.call(device.ptz, body, self.secret(device.row.credential))

    async def move(self, camera: str, move: Move) -> None:
        """Turn until the next `move`; without one the device itself stops after five seconds."""
        device, token = await self._turning(camera)
        still = move == Move()
        body = soap.continuous_move(token, move.pan, move.tilt, move.zoom)
        await self._turn(device, soap.stop(token) if still else body)

    async def presets(self, camera: str) -> list[Preset]:
        """Directions that it remembers."""
        device, token = await self._turning(camera)
        answer = await self._turn(device, soap.get_presets(token))
        return [
            Preset(
                item.get("token", "")[:100], (_text(item, "Name") or item.get("token", ""))[:100]
            )
            for item in answer
            if item.get("token")
        ]

    async def go_to(self, camera: str, preset: str) -> None:
        """Turn to one of them."""
        device, token = await self._turning(camera)
        await self._turn(device, soap.goto_preset(token, preset))

    async def close(self) -> None:
        """Let go of connections."""
        await self._listeners.close()
        await self._shared.close()


def _text(element: Any, *path: str) -> str:
    """The text at a path of local names, empty where there is none."""
    for name in path:
        element = next((one for one in element.iter() if _local(one) == name), None)
        if element is None:
            return ""
    return (element.text or "").strip()


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _profile(element: Any) -> MediaProfile:
    children = {_local(one): one for one in element}
    encoder = children.get("VideoEncoderConfiguration")
    source = children.get("VideoSourceConfiguration")
    size = (0, 0)
    if encoder is not None:
        width, height = _text(encoder, "Width"), _text(encoder, "Height")
        if width.isdecimal() and height.isdecimal():
            size = (min(int(width), 16384), min(int(height), 16384))
    return MediaProfile(
        token=element.get("token", "")[:200],
        source=_text(source, "SourceToken") if source is not None else "",
        size=size,
        turns="PTZConfiguration" in children,
        eye=source.get("token", "")[:200] if source is not None else "",
    )
