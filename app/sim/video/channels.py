"""What the demonstration's video platform says of its channels, streams, recordings and alarms."""

from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from app.core.catalog import HOUR, MINUTE
from app.core.clock import to_datetime
from app.core.model import Ms
from app.sim.faults import Spell, Trouble
from app.sim.noise import salt
from app.sim.video.cameras import SimCamera

FORMAT = "%Y-%m-%d %H:%M:%S"
PTZ = {"dome": 1, "panorama": 2, "bullet": 3}
"""`gbPtzType`: 1 dome, 2 half dome, 3 fixed."""

DIRECTIONS = (4, 6, 1, 5, 3, 7, 2, 8)
"""`gbDirectionType` of north, north-east and on, by GB/T 28181: 1 east, 2 west, 3 south, 4 north,
5 south-east, 6 north-east, 7 south-west, 8 north-west."""

_ALARMS = {
    Trouble.STUCK: "VideoLoss",
    Trouble.DRIFT: "VideoOcclusion",
    Trouble.OFFLINE: "VideoLoss",
    Trouble.BATTERY: "DeviceTamper",
}

ALARM_EVERY = 4 * MINUTE
"""One camera raises an alarm in so long, besides those in trouble."""
_SEEN = (("IntrusionDetection", "禁入区域有人"), ("CrowdGathering", "广场人员增多"))


def channel(camera: SimCamera, online: bool, stream: str | None) -> dict[str, Any]:
    """A camera as CommonGBChannel; what is unknown is null, as there."""
    return {
        "gbId": camera.number,
        "gbDeviceId": camera.code,
        "gbName": camera.name,
        "gbManufacturer": "Chengmai",
        "gbModel": None,
        "gbCivilCode": camera.region,
        "gbAddress": camera.address,
        "gbParentId": f"{camera.region}00002160000001",
        "gbBusinessGroupId": f"{camera.region[:4]}0000002150000001",
        "gbStatus": "ON" if online else "OFF",
        "gbLongitude": camera.lon,
        "gbLatitude": camera.lat,
        "gbPtzType": PTZ.get(camera.form, 3),
        "gbDirectionType": DIRECTIONS[round(camera.heading / 45) % 8],
        "gbResolution": None,
        "dataType": 1,
        "streamId": stream,
    }


def content(path: str, host: str, rtsp: int, http: int) -> dict[str, Any]:
    """The addresses of a stream as StreamContent; those that are not served are null."""
    app, _, stream = path.partition("/")
    base = f"http://{host}:{http}/{path}"
    nothing = dict.fromkeys(("ws_flv", "fmp4", "ws_fmp4", "ts", "rtmp", "rtc", "rtsps"))
    return {
        "app": app,
        "stream": stream,
        "ip": host,
        "rtsp": f"rtsp://{host}:{rtsp}/{path}",
        "flv": f"{base}.live.flv",
        "hls": f"{base}/hls.m3u8",
        "mediaServerId": "chengmai",
        **nothing,
    }


def stamp(at: Ms, zone: ZoneInfo) -> str:
    """A moment in the platform's own time."""
    return to_datetime(at, zone).strftime(FORMAT)


def records(camera: SimCamera, begin: Ms, end: Ms, zone: ZoneInfo) -> list[dict[str, str]]:
    """Recordings of an hour each between two moments; every so often one is missing."""
    found = []
    for hour in range(begin // HOUR, -(-end // HOUR)):
        if salt(0, "record", camera.code, str(hour)) % 40:
            first, last = max(begin, hour * HOUR), min(end, (hour + 1) * HOUR)
            times = {"startTime": stamp(first, zone), "endTime": stamp(last, zone)}
            found.append({**times, "fileSize": ""})
    return found


def alarms(
    cameras: Sequence[SimCamera], spell: Callable[[SimCamera], Spell | None], begin: Ms, end: Ms
) -> list[dict[str, Any]]:
    """Alarms between two moments, newest first as WVP lists them: of cameras in trouble when it
    began, and now and then one of what a camera claims to see, marked as a demonstration."""
    found = [
        _alarm(camera, _ALARMS[held.trouble], held.since)
        for camera in cameras
        if (held := spell(camera)) is not None and begin <= held.since <= end
    ]
    for turn in range(begin // ALARM_EVERY, end // ALARM_EVERY + 1) if cameras else ():
        chance = salt(0, "video alarm", str(turn))
        at = turn * ALARM_EVERY + chance % ALARM_EVERY
        if begin <= at <= end:
            kind, words = _SEEN[chance // 7 % len(_SEEN)]
            camera = cameras[chance // 31 % len(cameras)]
            found.append(_alarm(camera, kind, at, f"（演示）{words}"))
    return sorted(found, key=lambda one: -int(one["alarmTime"]))


def _alarm(camera: SimCamera, kind: str, at: Ms, words: str | None = None) -> dict[str, Any]:
    return {
        "id": salt(0, "alarm", camera.code, kind, str(at)) % (1 << 31),
        "channelId": camera.number,
        "channelDeviceId": camera.code,
        "channelName": camera.name,
        "description": words,
        "snapPath": None,
        "recordPath": None,
        "longitude": camera.lon,
        "latitude": camera.lat,
        "alarmType": kind,
        "alarmTime": at,
    }
