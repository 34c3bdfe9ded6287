"""WVP as a platform, against the demonstration's server of its API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import av
import pytest

from app.config import ConfigError, PlatformConfig
from app.secrets import Secrets
from app.sim.faults import Trouble
from app.video.platform import Move, PlatformError, Profile, VideoSurroundings
from app.video.platforms.wvp import Wvp
from app.video.wire import Fault
from tests.conftest import Watch
from tests.helpers.clips import number_of, write_clip
from tests.helpers.http_server import Reply, http_server, json_reply
from tests.helpers.video_platform import NOON, PlatformServer, camera, platform_server

CAMERAS = [camera(number) for number in range(1, 26)]
FIRST = f"police:{CAMERAS[0].code}"
HOUR = 3_600_000


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {"street": write_clip(folder / "street.mp4", size=(320, 180))}


def made(url: str, secret: str = "", **more: Any) -> Wvp:
    """The platform; `secret` is user:password."""
    environment = {"CHENGMAI_SECRET_POLICE": secret} if secret else {}
    config = PlatformConfig(
        id="police",
        kind="wvp",
        name_zh="公安视频平台",
        url=url,
        credential="police" if secret else "",
        **more,
    )
    clock = type("Clock", (), {"now": lambda self: NOON})()
    around = VideoSurroundings(
        clock=clock, secrets=Secrets(None, environment), zone="Asia/Shanghai"
    )
    return Wvp(config, around)


@asynccontextmanager
async def both(
    clips: dict[str, Path], secret: str = "", options: dict[str, Any] | None = None, **more: Any
) -> AsyncIterator[tuple[PlatformServer, Wvp]]:
    """A server and a platform that asks it."""
    async with platform_server(clips, CAMERAS, **more) as server:
        platform = made(server.url, secret, options=options or {})
        try:
            yield server, platform
        finally:
            await platform.close()


async def test_a_camera_is_played_and_seen(clips: dict[str, Path]) -> None:
    """From the camera's 20 digits to a picture, by the way that is best."""
    async with both(clips, options={"title": "{app}/{stream}"}) as (server, platform):
        played = await platform.play(FIRST, Profile.MAIN)
        best = played.streams[0]
        assert best.url.startswith(server.rtsp.url) and len(played.streams) == 3
        code = CAMERAS[0].code
        assert best.title == f"rtp/{code}_{code}" and played.session == f"live:{code}_{code}"

        def first_picture() -> tuple[str, int]:
            with av.open(best.url, options={"rtsp_transport": "tcp"}, timeout=5.0) as file:
                frame = next(file.decode(video=0))
                return file.metadata["title"], number_of(frame.to_ndarray(format="bgra"))

        title, number = await asyncio.to_thread(first_picture)
        assert title == best.title and number in (0, 50)
        await platform.stop(FIRST, played)
        assert server.live.running(f"rtp/{code}_{code}") is None


@pytest.mark.parametrize("way", ["flv", "hls"])
async def test_the_other_ways_lead_to_the_same_picture(clips: dict[str, Path], way: str) -> None:
    async with both(clips, options={"prefer": [way]}) as (_, platform):
        (stream,) = (await platform.play(FIRST, Profile.MAIN)).streams

        def pictures() -> list[int]:
            options = {"analyzeduration": "100000", "fpsprobesize": "0"}
            with av.open(stream.url, options=options, timeout=5.0) as file:
                frames = file.decode(video=0)
                return [number_of(next(frames).to_ndarray(format="bgra")) for _ in range(20)]

        numbers = await asyncio.to_thread(pictures)
    assert numbers == list(range(numbers[0], numbers[0] + 20)) and numbers[0] in (0, 50)


async def test_all_cameras_are_listed_page_by_page(clips: dict[str, Path]) -> None:
    async with both(clips, options={"page": 10}) as (_, platform):
        pages = [page async for page in platform.catalogue()]
        states = await platform.states()
    assert [len(page) for page in pages] == [10, 10, 5]
    first = pages[0][0]
    assert (first.id, first.name_zh, first.region) == (FIRST, "测试1号机", "320812")
    assert (first.lon, first.lat, first.form, first.heading) == (119.001, 33.5, "dome", 90.0)
    assert len({row.id for page in pages for row in page}) == 25
    assert all(state.online and state.observed == NOON for state in states) and len(states) == 25


async def test_a_row_that_is_no_camera_costs_that_row(expect_log: Watch) -> None:
    rows = [
        {"gbId": 1, "gbDeviceId": "34020000001320000001", "gbName": "好", "gbStatus": "ON"},
        {"gbId": 2, "gbDeviceId": "34020000002160000001", "gbName": "一个分组"},
        {"gbId": "three", "gbDeviceId": "34020000001320000003"},
        {"gbId": 4, "gbDeviceId": "34020000001320000004", "gbLongitude": 999.0},
        {"gbId": 5, "gbDeviceId": None},
    ]
    expect_log("1 channels cannot be read")
    expect_log("1 cameras cannot be read")
    async with http_server() as server:
        page = {"code": 0, "msg": "", "data": {"total": 5, "list": rows}}
        server.on("/api/common/channel/list", lambda *_: _given(page))
        platform = made(server.url("").rstrip("/"))
        found = [row.id async for page in platform.catalogue() for row in page]
        await platform.close()
    assert found == ["police:34020000001320000001"]


async def test_one_bad_alarm_costs_one_alarm(expect_log: Watch) -> None:
    rows: list[Any] = [
        {"id": 1, "channelDeviceId": "3402", "alarmType": "VideoLoss", "alarmTime": NOON},
        {"id": "a", "channelDeviceId": "3403", "alarmTime": "2025-12-01 11:59:00"},
        {"id": 3, "channelDeviceId": 7},
        {"id": 4, "channelDeviceId": None},
        "nonsense",
    ]
    expect_log("2 alarms cannot be read")
    async with http_server() as server:
        page = {"code": 0, "msg": "", "data": {"total": 5, "list": rows}}
        server.on("/api/alarm/list", lambda *_: _given(page))
        platform = made(server.url("").rstrip("/"))
        found = await platform.alarms(NOON - HOUR, NOON)
        await platform.close()
    assert [(one.id, one.camera, one.kind, one.at) for one in found] == [
        ("police:1", "police:3402", "VideoLoss", NOON),
        ("police:a", "police:3403", "", NOON - 60_000),
    ]


async def _given(value: Any) -> Reply:
    return json_reply(value)


async def test_the_token_is_fetched_once_and_renewed(clips: dict[str, Path]) -> None:
    """Ten who ask at once log in once; a token that is forgotten is fetched anew, once."""
    async with both(clips, "duty:secret", users={"duty": "secret"}) as (server, platform):
        await asyncio.gather(*(platform.presets(f"police:{one.code}") for one in CAMERAS[:10]))
        assert len(server.wvp._tokens) == 1
        server.wvp.forget_tokens()
        await asyncio.gather(*(platform.presets(f"police:{one.code}") for one in CAMERAS[:10]))
        assert len(server.wvp._tokens) == 1


async def test_a_wrong_password_is_told_without_it(clips: dict[str, Path]) -> None:
    async with both(clips, "duty:gue55ed", users={"duty": "secret"}) as (_, platform):
        with pytest.raises(PlatformError) as raised:
            await platform.play(FIRST, Profile.MAIN)
    assert raised.value.fault is Fault.CREDENTIALS and raised.value.whole
    assert "gue55ed" not in str(raised.value) + repr(raised.value.__cause__)


async def test_a_password_goes_over_no_open_line() -> None:
    platform = made("http://192.0.2.1:18080", "duty:secret")
    with pytest.raises(PlatformError) as raised:
        await platform.play(FIRST, Profile.MAIN)
    assert raised.value.reason.id == "feed.plain_credential"
    await platform.close()


@pytest.mark.parametrize(("trouble", "fault"), [(Trouble.OFFLINE, Fault.REFUSED)], ids=["offline"])
async def test_a_camera_that_is_off_is_refused(
    clips: dict[str, Path], trouble: Trouble, fault: Fault
) -> None:
    troubles = {CAMERAS[0].id: trouble}
    async with both(clips, troubles=troubles) as (_, platform):
        with pytest.raises(PlatformError) as raised:
            await platform.play(FIRST, Profile.MAIN)
        states = {state.camera: state.online for state in await platform.states()}
        alarms = await platform.alarms(NOON - HOUR, NOON)
    assert raised.value.fault is fault and not raised.value.whole
    assert not states[FIRST] and sum(states.values()) == 24
    troubled, seen = alarms[:1], alarms[1:]
    assert [(one.camera, one.kind, one.at) for one in troubled] == [(FIRST, "VideoLoss", NOON)]
    assert 14 <= len(seen) <= 16 and all("演示" in one.text for one in seen)
    assert len({one.id for one in alarms}) == len(alarms)


async def test_an_unknown_camera_is_not_found(clips: dict[str, Path]) -> None:
    async with both(clips) as (_, platform):
        with pytest.raises(PlatformError) as raised:
            await platform.play("police:99999999991329999999", Profile.MAIN)
    assert raised.value.fault is Fault.NOT_FOUND


async def test_a_platform_that_is_down_concerns_all(clips: dict[str, Path]) -> None:
    async with both(clips) as (server, platform):
        await platform.play(FIRST, Profile.MAIN)
        await server.web.stop()
        with pytest.raises(PlatformError) as raised:
            await platform.play(FIRST, Profile.MAIN)
        assert raised.value.fault is Fault.UNREACHABLE and raised.value.whole
        await server.web.start(server.web.port)
        assert (await platform.play(FIRST, Profile.MAIN)).streams


@pytest.mark.parametrize(
    ("move", "command", "speed"),
    [
        (Move(pan=0.5), "right", 50),
        (Move(pan=-1.0, tilt=1.0), "upleft", 100),
        (Move(tilt=-0.2), "down", 20),
        (Move(zoom=0.004), "zoomin", 1),
        (Move(zoom=-1.0), "zoomout", 100),
        (Move(), "stop", 0),
    ],
    ids=["right", "upleft", "down", "zoomin", "zoomout", "stop"],
)
async def test_a_hand_turns_the_camera(
    clips: dict[str, Path], move: Move, command: str, speed: int
) -> None:
    async with both(clips) as (server, platform):
        await platform.move(FIRST, move)
        assert server.wvp.moves == [(CAMERAS[0].code, command, speed)]


async def test_presets_are_listed_and_gone_to(clips: dict[str, Path]) -> None:
    async with both(clips) as (server, platform):
        presets = await platform.presets(FIRST)
        await platform.go_to(FIRST, presets[1].id)
        assert [one.name for one in presets] == ["正面", "入口", "全景"]
        assert server.wvp.moves == [(CAMERAS[0].code, "preset", 2)]


async def test_the_past_is_searched_played_and_sought(clips: dict[str, Path]) -> None:
    async with both(clips) as (server, platform):
        found = await platform.records(FIRST, NOON - 3 * HOUR, NOON)
        assert found and found == sorted(found, key=lambda one: one.begin)
        assert all(NOON - 3 * HOUR <= one.begin < one.end <= NOON for one in found)
        begin = found[0].begin
        played = await platform.play_back(FIRST, begin, found[0].end)
        name = played.session.partition(":")[2].partition("@")[0]
        running = server.live.running(f"rtp/{name}")
        assert running is not None and running.begin == begin
        source = running.offer.source
        await platform.seek(FIRST, played, begin + 3000, 2.0)
        assert source.speed == 2.0
        assert source.position() >= 2.0  # the key picture before 3 s
        await platform.seek(FIRST, played, begin + 1000, 0.0)
        assert source.speed == 0.0 and source.position() < 0.5
        stood = source.position()
        await platform.seek(FIRST, played, None, 4.0)
        assert source.speed == 4.0 and source.position() - stood < 0.5
        with pytest.raises(PlatformError):
            await platform.seek(FIRST, played, None, 8.0)
        await platform.stop(FIRST, played)
        assert server.live.running(f"rtp/{name}") is None


async def test_a_snapshot_is_a_picture(clips: dict[str, Path]) -> None:
    async with both(clips) as (server, platform):
        data = await platform.snapshot(FIRST)
        server.faults.troubles = {CAMERAS[0].id: Trouble.OFFLINE}
        with pytest.raises(PlatformError):
            await platform.snapshot(FIRST)
    frame = av.CodecContext.create("mjpeg", "r").decode(av.Packet(data))[0]
    assert (frame.width, frame.height) == (320, 180)
    assert number_of(frame.to_ndarray(format="bgra")) in (0, 50)


@pytest.mark.parametrize(
    ("hosts", "given", "expected"),
    [
        ({"192.168.1.20": "10.2.0.9"}, "rtsp://192.168.1.20:554/a", "rtsp://10.2.0.9:554/a"),
        (
            {"192.168.1.20:554": "10.2.0.9:8554"},
            "rtsp://192.168.1.20:554/a",
            "rtsp://10.2.0.9:8554/a",
        ),
        ({"other": "x"}, "rtsp://192.168.1.20/a", "rtsp://192.168.1.20/a"),
        ({}, "file:///etc/passwd", None),
        ({}, "concat:/etc/passwd", None),
        ({}, "rtsp:///nohost", None),
        ({}, "rtsp://a b/", None),
    ],
    ids=["host", "port", "other", "file", "concat", "nohost", "space"],
)
async def test_an_address_is_looked_at_before_it_is_opened(
    hosts: dict[str, str], given: str, expected: str | None
) -> None:
    channel = {"gbId": 1, "gbDeviceId": CAMERAS[0].code}
    async with http_server() as server:
        page = {"code": 0, "data": {"total": 1, "list": [channel]}}
        content = {"code": 0, "data": {"app": "rtp", "stream": "a_b", "rtsp": given}}
        server.on("/api/common/channel/list", lambda *_: _given(page))
        server.on("/api/common/channel/play", lambda *_: _given(content))
        platform = made(server.url("").rstrip("/"), hosts=hosts)
        if expected is None:
            with pytest.raises(PlatformError) as raised:
                await platform.play(FIRST, Profile.MAIN)
            assert raised.value.fault is Fault.ADDRESS and "passwd" not in str(raised.value)
        else:
            assert (await platform.play(FIRST, Profile.MAIN)).streams[0].url == expected
        await platform.close()


@pytest.mark.parametrize(
    "answer",
    [b"<html>", b"{", b'{"code": "x"}', b'{"code":0,"data":7}', b"[" * 100_000],
    ids=["html", "cut", "code", "data", "deep"],
)
async def test_an_answer_that_makes_no_sense_is_an_error_with_a_name(answer: bytes) -> None:
    async with http_server() as server:
        server.on("/api/common/channel/list", lambda *_: _raw(answer))
        platform = made(server.url("").rstrip("/"))
        with pytest.raises(PlatformError):
            await platform.play(FIRST, Profile.MAIN)
        await platform.close()


async def _raw(body: bytes) -> Reply:
    return Reply(body)


@pytest.mark.parametrize(
    ("url", "options"),
    [("rtsp://x", {}), ("http://x", {"pages": 1}), ("http://x", {"zone": "Mars/Base"})],
    ids=["scheme", "unknown", "zone"],
)
def test_settings_that_cannot_be_used_are_refused(url: str, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        made(url, options=options)


async def test_before_the_demonstration_is_served_it_waits() -> None:
    platform = made("sim://wvp")
    with pytest.raises(PlatformError) as raised:
        await platform.play(FIRST, Profile.MAIN)
    assert raised.value.reason.id == "videoplatform.not_served"
    await platform.close()
