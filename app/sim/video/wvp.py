"""The API of WVP-GB28181-pro 2.7 as far as a video wall uses it, and the media server's pages.

Stands in for WVP in the demonstration and in tests: paths, parameters and envelopes are those of
its controllers (CommonChannelController, ChannelFrontEndController, UserController, PlayController)
and its media server's addresses (`/rtp/<stream>.live.flv`, `/rtp/<stream>/hls.m3u8`).
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from app.core.catalog import DAY, HOUR
from app.core.clock import Clock, from_datetime
from app.core.model import Ms
from app.sim.faults import Trouble
from app.sim.video.cameras import SimCamera
from app.sim.video.channels import FORMAT, alarms, channel, content, records
from app.sim.video.flv import send_flv
from app.sim.video.hls import Segment, playlist, segments
from app.sim.video.live import Live, Refused
from app.sim.video.picture import jpeg
from app.sim.video.rtsp import RtspServer
from app.sim.video.web import Ask, Page

TOKEN_S = 30 * 60.0
RECORDED = 7 * DAY
MAX_PAGE = 2000
ERROR = 100
COMMANDS = (
    *("left", "right", "up", "down", "upleft", "upright", "downleft", "downright"),
    *("zoomin", "zoomout", "stop"),
)
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""That its PlaybackController takes."""
PRESETS = ((1, "正面"), (2, "入口"), (3, "全景"))

Called = Callable[[Ask], Awaitable[Any]]


class Wvp:
    """Answers requests. `users` maps a name to the MD5 of its password; where there are none the
    interface is open, as in WVP with `interfaceAuthentication` off."""

    def __init__(
        self,
        cameras: Sequence[SimCamera],
        live: Live,
        rtsp: RtspServer,
        clock: Clock,
        zone: str,
        users: Mapping[str, str] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.cameras = list(cameras)
        self._by_number = {camera.number: camera for camera in cameras}
        self._by_code = {camera.code: camera for camera in cameras}
        self._live = live
        self._rtsp = rtsp
        self._clock = clock
        self._zone = ZoneInfo(zone)
        self._users = dict(users or {})
        self._monotonic = monotonic
        self._tokens: dict[str, float] = {}
        self._cut: dict[str, list[Segment]] = {}
        self.moves: list[tuple[str, str, int]] = []
        """Commands that cameras were given: code, command, speed of the first axis."""
        self._calls: dict[str, Called] = {
            "/api/user/login": self._login,
            "/api/common/channel/list": self._list,
            "/api/common/channel/one": self._one,
            "/api/common/channel/play": self._play,
            "/api/common/channel/play/stop": self._stop,
            "/api/common/channel/playback/query": self._records,
            "/api/common/channel/playback": self._play_back,
            "/api/common/channel/playback/stop": self._stop,
            "/api/common/channel/playback/pause": self._pause,
            "/api/common/channel/playback/resume": self._resume,
            "/api/common/channel/playback/seek": self._seek,
            "/api/common/channel/playback/speed": self._speed,
            "/api/common/channel/front-end/ptz": self._ptz,
            "/api/common/channel/front-end/preset/query": self._presets,
            "/api/common/channel/front-end/preset/call": self._preset,
            "/api/alarm/list": self._alarms,
        }

    async def __call__(self, ask: Ask, writer: asyncio.StreamWriter) -> Page | None:
        """See `app.sim.video.web.Handler`."""
        if not ask.path.startswith("/api/"):
            return await self._media(ask, writer)
        if ask.path != "/api/user/login" and not self._known(ask):
            return _envelope(None, 401, "请登录后重新请求", status=401)
        if ask.path.startswith("/api/device/query/snap/"):
            return await self._snap(ask)
        called = self._calls.get(ask.path)
        if called is None:
            return _envelope(None, 404, "not found", status=404)
        try:
            data = await called(ask)
        except Refused as error:
            return _envelope(None, ERROR, str(error))
        except (KeyError, ValueError):
            return _envelope(None, 400, "参数异常", status=400)
        token = {"access-token": data["accessToken"]} if called == self._login else {}
        return _envelope(data, headers=token)

    def forget_tokens(self) -> None:
        """As a restart of the platform does."""
        self._tokens.clear()

    def _known(self, ask: Ask) -> bool:
        token = ask.headers.get("access-token") or ask.query.get("access-token", "")
        return not self._users or self._tokens.get(token, 0.0) > self._monotonic()

    async def _login(self, ask: Ask) -> dict[str, Any]:
        name = ask.query["username"]
        given = ask.query["password"].lower()
        if self._users and not secrets.compare_digest(
            self._users.get(name, "").encode(), given.encode()
        ):
            raise Refused("用户名或密码错误")
        token = secrets.token_urlsafe(32)
        self._tokens = {
            held: until for held, until in self._tokens.items() if until > self._monotonic()
        }
        self._tokens[token] = self._monotonic() + TOKEN_S
        return {"id": 1, "username": name, "accessToken": token}

    def _camera(self, ask: Ask) -> SimCamera:
        found = self._by_number.get(int(ask.query["channelId"]))
        if found is None:
            raise Refused("通道不存在")
        return found

    async def _list(self, ask: Ask) -> dict[str, Any]:
        page, count = int(ask.query["page"]), min(MAX_PAGE, int(ask.query["count"]))
        if page < 1 or count < 1:
            raise ValueError("page")
        words, civil = ask.query.get("query", ""), ask.query.get("civilCode", "")
        online = ask.query.get("online", "")
        found = self.cameras
        if words in self._by_code:
            found = [self._by_code[words]]
        elif words or civil:
            found = [
                camera
                for camera in found
                if (words in camera.name or words in camera.code)
                and camera.region.startswith(civil)
            ]
        if online:
            found = [item for item in found if self._online(item) == (online == "true")]
        first = (page - 1) * count
        rows = [self._channel(camera) for camera in found[first : first + count]]
        pages = -(-len(found) // count)
        return {
            "total": len(found),
            "list": rows,
            "pageNum": page,
            "pageSize": count,
            "size": len(rows),
            "pages": pages,
        }

    def _online(self, camera: SimCamera) -> bool:
        return self._live.trouble(camera) is not Trouble.OFFLINE

    def _channel(self, camera: SimCamera) -> dict[str, Any]:
        stream = f"{camera.code}_{camera.code}"
        running = self._live.running(f"rtp/{stream}") is not None
        return channel(camera, self._online(camera), stream if running else None)

    async def _one(self, ask: Ask) -> dict[str, Any]:
        found = self._by_number.get(int(ask.query["id"]))
        if found is None:
            raise Refused("通道不存在")
        return self._channel(found)

    async def _play(self, ask: Ask) -> dict[str, Any]:
        path = await self._live.play(self._camera(ask))
        return content(path, self._rtsp.host, self._rtsp.port, _port(ask))

    async def _play_back(self, ask: Ask) -> dict[str, Any]:
        camera = self._camera(ask)
        begin, end = self._moment(ask.query["startTime"]), self._moment(ask.query["endTime"])
        now = self._clock.now()
        if not now - RECORDED <= begin < end or begin > now:
            raise Refused("该时间段没有录像")
        found = records(camera, begin, min(end, now), self._zone)
        if not found:
            raise Refused("该时间段没有录像")
        # In a gap a device plays what comes next.
        path = await self._live.play_back(camera, self._moment(found[0]["startTime"]))
        return content(path, self._rtsp.host, self._rtsp.port, _port(ask))

    async def _stop(self, ask: Ask) -> None:
        camera = self._camera(ask)
        stream = ask.query.get("stream") or f"{camera.code}_{camera.code}"
        self._live.stop(f"rtp/{stream}")

    def _past(self, ask: Ask) -> Any:
        running = self._live.running(f"rtp/{ask.query['stream']}")
        if running is None or not running.playback or running.camera is not self._camera(ask):
            raise Refused("流不存在")
        return running.offer.source

    async def _pause(self, ask: Ask) -> None:
        self._past(ask).move(speed=0.0)

    async def _resume(self, ask: Ask) -> None:
        self._past(ask).move(speed=1.0)

    async def _seek(self, ask: Ask) -> None:
        path = f"rtp/{ask.query['stream']}"
        source, running = self._past(ask), self._live.running(path)
        assert running is not None
        source.move(running.place(running.begin + int(ask.query["seekTime"]) * 1000))

    async def _speed(self, ask: Ask) -> None:
        speed = float(ask.query["speed"])
        if speed not in SPEEDS:
            raise Refused("不支持的speed（0.25 0.5 1、2、4）")
        self._past(ask).move(speed=speed)

    async def _records(self, ask: Ask) -> list[dict[str, str]]:
        camera = self._camera(ask)
        begin, end = self._moment(ask.query["startTime"]), self._moment(ask.query["endTime"])
        now = self._clock.now()
        return records(camera, max(begin, now - RECORDED), min(end, now), self._zone)

    async def _ptz(self, ask: Ask) -> None:
        camera, command = self._camera(ask), ask.query["command"]
        speeds = [int(ask.query.get(f"{axis}Speed", "50")) for axis in ("pan", "tilt", "zoom")]
        if command not in COMMANDS or not all(0 <= speed <= 100 for speed in speeds):
            raise ValueError(command)
        self._told(camera, command, speeds[2] if command.startswith("zoom") else max(speeds[:2]))

    async def _presets(self, ask: Ask) -> list[dict[str, str]]:
        self._camera(ask)
        return [{"presetId": str(number), "presetName": name} for number, name in PRESETS]

    async def _preset(self, ask: Ask) -> None:
        number = int(ask.query["presetId"])
        if number not in dict(PRESETS):
            raise Refused("预置位不存在")
        self._told(self._camera(ask), "preset", number)

    def _told(self, camera: SimCamera, command: str, value: int) -> None:
        self.moves.append((camera.code, command, value))
        del self.moves[:-1000]

    async def _alarms(self, ask: Ask) -> dict[str, Any]:
        page, count = int(ask.query["page"]), min(MAX_PAGE, int(ask.query["count"]))
        now = self._clock.now()
        begin = self._moment(ask.query["beginTime"]) if "beginTime" in ask.query else now - HOUR
        end = min(now, self._moment(ask.query["endTime"]) if "endTime" in ask.query else now)
        found = alarms(self.cameras[:1000], self._live.spell, max(begin, now - DAY), end)
        rows = found[(page - 1) * count : page * count]
        return {"total": len(found), "list": rows, "pageNum": page, "pageSize": count}

    async def _snap(self, ask: Ask) -> Page:
        camera = self._by_code.get(ask.path.rpartition("/")[2])
        if camera is None:
            return _envelope(None, ERROR, "通道不存在")
        try:
            source = await self._live.picture_of(camera)
        except Refused as error:
            return _envelope(None, ERROR, str(error))
        return Page(await asyncio.to_thread(jpeg, source.clip, source.position()), "image/jpeg")

    async def _media(self, ask: Ask, writer: asyncio.StreamWriter) -> Page | None:
        path, _, last = ask.path.strip("/").rpartition("/")
        if last.endswith(".live.flv"):
            offer = await self._live.offer(f"{path}/{last.removesuffix('.live.flv')}")
            if offer is not None and not offer.faults.auth:
                await send_flv(offer.source, writer)
                return None
        offer = await self._live.offer(path)
        if offer is None or offer.faults.auth:
            return Page(b"", "text/plain", 404)
        clip = offer.source.clip
        if clip.name not in self._cut:
            self._cut[clip.name] = await asyncio.to_thread(segments, clip)
        cut = self._cut[clip.name]
        if last == "hls.m3u8":
            return Page(playlist(offer.source, cut).encode(), "application/vnd.apple.mpegurl")
        number, _, kind = last.partition(".")
        if kind == "ts" and number.isdecimal() and int(number) < len(cut):
            return Page(cut[int(number)].data, "video/mp2t")
        return Page(b"", "text/plain", 404)

    def _moment(self, text: str) -> Ms:
        parsed = datetime.strptime(text, FORMAT)  # noqa: DTZ007 - the platform's own zone
        return from_datetime(parsed.replace(tzinfo=self._zone))


def _port(ask: Ask) -> int:
    """The port that a request came to, for the addresses of its answer."""
    port = ask.headers.get("host", "").rpartition(":")[2]
    return int(port) if port.isdecimal() else 80


def _envelope(
    data: Any,
    code: int = 0,
    words: str = "成功",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Page:
    body = msgspec.json.encode({"code": code, "msg": words, "data": data})
    return Page(body, "application/json", status, dict(headers or {}))
