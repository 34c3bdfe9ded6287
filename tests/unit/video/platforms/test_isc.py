"""iSecure Center's signed OpenAPI against a gateway that checks the signature."""

import base64
import hashlib
import hmac
from typing import Any

import msgspec
import pytest

from app.config import PlatformConfig
from app.core.clock import ManualClock
from app.secrets import Secrets
from app.video.platform import (
    CameraAlarm,
    Move,
    PlatformError,
    Preset,
    Profile,
    VideoSurroundings,
)
from app.video.platforms._isc_wire import signed
from app.video.platforms.isc import Isc
from app.video.wire import Fault
from tests.conftest import Watch
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server, json_reply

NOON = 1_764_561_600_000  # 2025-12-01T12:00:00 in China
HOUR = 3_600_000
CAMERA = "park:b3a11fc9110a49c1a5ae327911f91d6d"


class Gateway:
    """Answers POSTs whose signature is right; `answers` by path, `asked` what was wanted."""

    def __init__(self, server: HttpServer, answers: dict[str, Any]) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._answers = answers
        for path in answers:
            server.on(f"/artemis{path}", self._answer)

    async def _answer(self, _server: HttpServer, asked: Asked, _writer: object) -> Reply:
        if not self._right(asked):
            return json_reply({"code": "0x02401003", "msg": "Invalid Signature!"})
        path = asked.path.removeprefix("/artemis")
        self.asked.append((path, msgspec.json.decode(asked.body)))
        answer = self._answers[path]
        data = answer(self.asked[-1][1]) if callable(answer) else answer
        return json_reply({"code": "0", "msg": "success", "data": data})

    def _right(self, asked: Asked) -> bool:
        headers = asked.headers
        if headers.get("x-ca-key") != "key1":
            return False
        digest = base64.b64encode(hashlib.md5(asked.body).digest()).decode()
        named = headers["x-ca-signature-headers"].split(",")
        text = "POST\n*/*\n" + digest + "\napplication/json\n" + headers["date"] + "\n"
        text += "".join(f"{name}:{headers[name]}\n" for name in sorted(named)) + asked.target
        proof = hmac.new(b"word", text.encode(), "sha256").digest()
        return headers["x-ca-signature"] == base64.b64encode(proof).decode()


def made(server: HttpServer, secret: str = "key1:word", **more: Any) -> Isc:
    config = PlatformConfig(
        id="park",
        kind="isc",
        name_zh="园区",
        url=server.url("").rstrip("/"),
        credential="park",
        **more,
    )
    around = VideoSurroundings(
        clock=ManualClock(NOON),
        secrets=Secrets(None, {"CHENGMAI_SECRET_PARK": secret}),
        zone="Asia/Shanghai",
    )
    return Isc(config, around)


def test_the_signature_is_that_of_the_documents() -> None:
    """Worked out with `openssl dgst -sha256 -hmac word -binary | base64` over the eight lines."""
    headers = signed("/artemis/api/x", b"{}", "key1", "word", NOON, "n1")
    assert headers["Date"] == "Mon, 01 Dec 2025 04:00:00 GMT"
    assert headers["Content-MD5"] == "mZFLkyvTelC5g8XnyQrpOw=="
    assert headers["x-ca-signature-headers"] == "x-ca-key,x-ca-nonce,x-ca-timestamp"
    assert headers["x-ca-signature"] == "rZ1XdQhvPVhH0lAqhLGB41muVobksScqYHft86wyMBg="


async def test_main_and_sub_stream_are_two_addresses() -> None:
    def preview(wanted: dict[str, Any]) -> dict[str, str]:
        return {"url": f"rtsp://10.4.0.11:554/openUrl/{wanted['streamType']}"}

    async with http_server() as server:
        gateway = Gateway(server, {"/api/video/v2/cameras/previewURLs": preview})
        platform = made(server, hosts={"10.4.0.11": "172.16.0.11"})
        (main,) = (await platform.play(CAMERA, Profile.MAIN)).streams
        (sub,) = (await platform.play(CAMERA, Profile.SUB)).streams
        await platform.close()
    assert main.url == "rtsp://172.16.0.11:554/openUrl/0"
    assert (sub.url, sub.profile) == ("rtsp://172.16.0.11:554/openUrl/1", Profile.SUB)
    wanted = gateway.asked[0][1]
    assert wanted["cameraIndexCode"] == CAMERA.partition(":")[2] and wanted["protocol"] == "rtsp"


async def test_a_wrong_secret_is_a_matter_of_credentials() -> None:
    async with http_server() as server:
        Gateway(server, {"/api/video/v2/cameras/previewURLs": {}})
        platform = made(server, "key1:gue55ed")
        with pytest.raises(PlatformError) as raised:
            await platform.play(CAMERA, Profile.MAIN)
        await platform.close()
    assert raised.value.fault is Fault.CREDENTIALS and raised.value.whole
    assert "gue55ed" not in str(raised.value)


async def test_cameras_and_states_come_in_pages(expect_log: Watch) -> None:
    rows = [
        {
            "cameraIndexCode": f"c{number}",
            "cameraName": f"{number}号",
            "longitude": "119.05",
            "latitude": "33.5",
            "cameraType": 2,
        }
        for number in range(5)
    ]
    rows[3]["longitude"] = "east"
    expect_log("1 cameras cannot be read")

    def page(wanted: dict[str, Any]) -> dict[str, Any]:
        first = (wanted["pageNo"] - 1) * wanted["pageSize"]
        return {"total": 5, "list": rows[first : first + wanted["pageSize"]]}

    def online(wanted: dict[str, Any]) -> dict[str, Any]:
        return {"total": 2, "list": [{"indexCode": "c0", "online": 1}, {"indexCode": "c1"}]}

    async with http_server() as server:
        paths = {"/api/resource/v1/cameras": page, "/api/nms/v1/online/camera/get": online}
        Gateway(server, paths)
        platform = made(server, options={"page": 2})
        pages = [page async for page in platform.catalogue()]
        states = await platform.states()
        await platform.close()
    assert [[row.name_zh for row in page] for page in pages] == [["0号", "1号"], ["2号"], ["4号"]]
    assert (pages[0][0].id, pages[0][0].lon, pages[0][0].form) == ("park:c0", 119.05, "dome")
    assert [(state.camera, state.online) for state in states] == [
        ("park:c0", True),
        ("park:c1", False),
    ]


async def test_a_hand_turns_it_and_every_turn_is_ended() -> None:
    async with http_server() as server:
        gateway = Gateway(server, {"/api/video/v1/ptzs/controlling": None})
        platform = made(server)
        for move in (Move(pan=0.3, tilt=0.6), Move(zoom=-1.0), Move(), Move()):
            await platform.move(CAMERA, move)
        await platform.go_to(CAMERA, "7")
        await platform.close()
    told = [(body["command"], body["action"], body.get("speed")) for _, body in gateway.asked]
    assert told == [
        ("RIGHT_UP", 0, 60),
        ("RIGHT_UP", 1, 1),
        ("ZOOM_OUT", 0, 100),
        ("ZOOM_OUT", 1, 1),
        ("GOTO_PRESET", 0, None),
    ]
    assert gateway.asked[-1][1]["presetIndex"] == 7


async def test_presets_and_the_past() -> None:
    pieces = [
        {"beginTime": "2025-12-01T11:00:00.000+08:00", "endTime": "2025-12-01T11:30:00.000+08:00"},
        {"beginTime": "2025-12-01T10:00:00.000", "endTime": "2025-12-01T11:00:00.000"},
        {"beginTime": "yesterday", "endTime": "today"},
    ]
    past = {"url": "rtsp://10.4.0.11/past", "list": pieces}
    presets = {"list": [{"presetPointIndex": 3, "presetPointName": "门口"}]}
    async with http_server() as server:
        paths = {
            "/api/video/v2/cameras/playbackURLs": past,
            "/api/video/v1/presets/searches": presets,
        }
        gateway = Gateway(server, paths)
        platform = made(server)
        assert await platform.presets(CAMERA) == [Preset("3", "门口")]
        found = await platform.records(CAMERA, NOON - 2 * HOUR, NOON)
        played = await platform.play_back(CAMERA, found[0].begin, NOON)
        await platform.close()
    assert [(one.begin, one.end) for one in found] == [
        (NOON - 2 * HOUR, NOON - HOUR),
        (NOON - HOUR, NOON - HOUR // 2),
    ]
    assert played.streams[0].url == "rtsp://10.4.0.11/past"
    assert gateway.asked[1][1]["beginTime"] == "2025-12-01T10:00:00.000+08:00"


@pytest.mark.parametrize("data", [None, {}, {"url": ""}], ids=["null", "empty", "no address"])
async def test_no_address_is_no_stream(data: Any) -> None:
    async with http_server() as server:
        Gateway(server, {"/api/video/v2/cameras/previewURLs": data})
        platform = made(server)
        with pytest.raises(PlatformError) as raised:
            await platform.play(CAMERA, Profile.MAIN)
        await platform.close()
    assert raised.value.fault is Fault.NOT_FOUND


async def test_events_of_cameras_are_alarms(expect_log: Watch) -> None:
    expect_log("video platform park: 1 events cannot be read")
    expect_log("video platform park: 1 alarms cannot be read")
    source = {
        "id": "s1",
        "eventTypeName": "越界侦测",
        "resIndexCode": "cam1",
        "resType": "camera",
        "startTime": "2025-12-01T11:59:00.000+08:00",
    }
    rows = [
        {"id": "e1", "ruleName": "夜间越界", "eventLogSrcList": [source]},
        {
            "id": "e2",
            "eventTypeName": "视频丢失",
            "startTime": "2025-12-01T11:58:00.000+08:00",
            "eventLogSrcList": [{"resIndexCode": "cam2"}, {"id": "x", "resType": "door"}],
        },
        {
            "id": "e3",
            "eventLogSrcList": [
                {**source, "startTime": "yesterday"},
                {**source, "id": "s3", "resIndexCode": "cam3"},
            ],
        },
        {"id": 7},
        {"id": "e4", "eventLogSrcList": None},
    ]
    async with http_server() as server:
        gateway = Gateway(server, {"/api/els/v1/events/search": {"total": 5, "list": rows}})
        platform = made(server)
        found = await platform.alarms(NOON - HOUR, NOON)
        await platform.close()
    assert found == [
        CameraAlarm("park:s1", "park:cam1", "越界侦测", NOON - 60_000, "夜间越界"),
        CameraAlarm("park:e2", "park:cam2", "视频丢失", NOON - 120_000, ""),
        CameraAlarm("park:s3", "park:cam3", "越界侦测", NOON - 60_000, ""),
    ]
    ((_, asked),) = gateway.asked
    assert asked["startTime"] == "2025-12-01T11:00:00.000+08:00"
    assert asked["endTime"] == "2025-12-01T12:00:00.000+08:00"
