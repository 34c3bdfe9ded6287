"""ONVIF against a device that checks who asks."""

from typing import Any

import pytest

from app.config import ConfigError, PlatformConfig
from app.core.clock import ManualClock
from app.secrets import Secret, Secrets
from app.video.platform import Move, PlatformError, Preset, Profile, VideoSurroundings
from app.video.platforms._http_digest import digest
from app.video.platforms.onvif import Onvif
from app.video.wire import Fault
from tests.helpers.http_server import HttpServer, Reply, http_server
from tests.helpers.onvif_device import OnvifDevice, envelope

SKEW_S = 86_400 * 3  # the camera's clock is three days ahead


def made(url: str, secret: str = "duty:secret", camera: dict[str, Any] | None = None) -> Onvif:
    row = {"id": "door", "url": url, "name_zh": "正门"} | (camera or {})
    config = PlatformConfig(
        id="hall", kind="onvif", name_zh="大厅", credential="hall", options={"camera": [row]}
    )
    around = VideoSurroundings(
        clock=ManualClock(1_700_000_000_000),
        secrets=Secrets(None, {"CHENGMAI_SECRET_HALL": secret}),
        zone="Asia/Shanghai",
    )
    return Onvif(config, around)


def standing(server: HttpServer) -> tuple[OnvifDevice, str]:
    device = OnvifDevice("duty", "secret", 1_700_000_000.0 + SKEW_S)
    device.stand(server)
    return device, server.url("/onvif/device_service")


async def test_a_device_whose_clock_is_wrong_is_played() -> None:
    """The largest profile is the main stream, the smallest the sub stream; the second eye of the
    device is another camera. The address is at the host that the settings name."""
    async with http_server() as server:
        device, url = standing(server)
        platform = made(url)
        (main,) = (await platform.play("hall:door", Profile.MAIN)).streams
        (sub,) = (await platform.play("hall:door", Profile.SUB)).streams
        await platform.close()
    assert main.url == "rtsp://duty:secret@127.0.0.1:554/big?a=1&b=2"
    assert (main.size, main.profile) == ((1920, 1080), Profile.MAIN)
    assert sub.url == "rtsp://duty:secret@127.0.0.1:554/small?a=1&b=2"
    assert (sub.size, sub.profile) == ((640, 360), Profile.SUB)
    assert device.asked.count("GetProfiles") == 1
    assert not any("secret" in body for body in device.bodies)


async def test_a_recorders_second_channel_has_one_stream() -> None:
    async with http_server() as server:
        _, url = standing(server)
        platform = made(url, camera={"source": "eye2"})
        (stream,) = (await platform.play("hall:door", Profile.SUB)).streams
        await platform.close()
    assert "/other?" in stream.url and stream.profile is Profile.MAIN


async def test_a_wrong_password_is_told_without_it() -> None:
    async with http_server() as server:
        _, url = standing(server)
        platform = made(url, "duty:gue55ed")
        with pytest.raises(PlatformError) as raised:
            await platform.play("hall:door", Profile.MAIN)
        await platform.close()
    assert raised.value.fault is Fault.CREDENTIALS and not raised.value.whole
    assert "gue55ed" not in str(raised.value)


async def test_a_hand_turns_it_and_lets_go() -> None:
    async with http_server() as server:
        device, url = standing(server)
        platform = made(url)
        await platform.move("hall:door", Move(pan=-0.5, zoom=1.0))
        moved = device.bodies[-1]
        await platform.move("hall:door", Move())
        presets = await platform.presets("hall:door")
        await platform.go_to("hall:door", presets[0].id)
        await platform.close()
    assert 'x="-0.5" y="0"' in moved and 'x="1"' in moved and "PT5S" in moved
    assert device.asked[-3:] == ["Stop", "GetPresets", "GotoPreset"]
    assert presets == [Preset("1", "门口"), Preset("2", "2")]


async def test_a_snapshot_is_fetched_with_a_digest() -> None:
    async with http_server() as server:
        _, url = standing(server)
        platform = made(url)
        data = await platform.snapshot("hall:door")
        await platform.close()
        sent = [asked.headers for asked in server.asked if asked.path == "/snap.jpg"]
    assert data == b"\xff\xd8picture"
    assert len(sent) == 2 and "authorization" not in sent[0]


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_digest_is_that_of_rfc_7616(algorithm: str, expected: str) -> None:
    """Its examples in 3.9.1."""
    nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
    asks = f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
    asks += f'nonce="{nonce}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    own = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    secret = Secret("Mufasa:Circle of Life")
    url = "http://www.example.org/dir/index.html"
    sent = digest(asks, "GET", url, secret, own)["Authorization"]
    assert f'response="{expected}"' in sent and 'uri="/dir/index.html"' in sent
    assert "Circle" not in sent


@pytest.mark.parametrize("asks", ['Basic realm="x"', 'Digest realm="x", algorithm=SHA-512-256'])
def test_no_password_is_sent_to_be_read(asks: str) -> None:
    assert digest(asks, "GET", "http://x/", Secret("a:b")) == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>not SOAP</html>",
        b"<a" + b">" * 10,
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        envelope(""),
        envelope("<R/>"),
    ],
    ids=["empty", "html", "broken", "entity", "no body", "nothing"],
)
async def test_an_answer_that_makes_no_sense_is_an_error_with_a_name(body: bytes) -> None:
    async def answer(*_: object) -> Reply:
        return Reply(body)

    async with http_server() as server:
        server.on("/onvif/device_service", answer)
        platform = made(server.url("/onvif/device_service"))
        with pytest.raises(PlatformError):
            await platform.play("hall:door", Profile.MAIN)
        await platform.close()


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError):
        made("rtsp://10.0.0.1/")


async def test_its_cameras_are_those_of_the_settings() -> None:
    platform = made("http://10.0.0.1/onvif/device_service")
    pages = [page async for page in platform.catalogue()]
    assert [row.name_zh for page in pages for row in page] == ["正门"]
