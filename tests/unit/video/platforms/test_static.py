"""Cameras of the city's own files."""

from pathlib import Path
from typing import Any

import pytest

from app.config import ConfigError, PlatformConfig
from app.core.clock import SystemClock
from app.secrets import Secrets
from app.video.platform import Ability, Move, PlatformError, Profile, VideoSurroundings
from app.video.platforms.static import Static
from app.video.wire import Fault, Source

CSV = """id,url,sub_url,name_zh,region,lon,lat,heading
north,rtsp://10.9.1.20/main,rtsp://10.9.1.20/sub,北门,320812,119.1,33.5,90
film,films/gate.mp4,,院内,320812,119.1,33.5,0
nameless,rtsp://10.9.1.21/main,,,,,,
"""
TOML = '[[camera]]\nid = "north"\nurl = "rtsp://10.9.1.20/main"\nudp = true\ntitle = "北门"\n'


def made(
    folder: Path | None, options: dict[str, Any], secrets: dict[str, str] | None = None, **more: Any
) -> Static:
    config = PlatformConfig(id="gate", kind="static", name_zh="院门", options=options, **more)
    environment = {f"CHENGMAI_SECRET_{name}": value for name, value in (secrets or {}).items()}
    around = VideoSurroundings(
        clock=SystemClock(),
        secrets=Secrets(None, environment),
        zone="Asia/Shanghai",
        city_folder=folder,
        endpoints={"sim://rtsp": "rtsp://127.0.0.1:9"},
    )
    return Static(config, around)


async def test_rows_of_a_table_are_cameras(tmp_path: Path) -> None:
    (tmp_path / "gate.csv").write_text(CSV, encoding="utf-8")
    platform = made(tmp_path, {"file": "gate.csv"}, depends=("line",))
    (page,) = [page async for page in platform.catalogue()]
    assert [(row.id, row.name_zh, row.lon, row.link) for row in page] == [
        ("gate:north", "北门", 119.1, "line"),
        ("gate:film", "院内", 119.1, "line"),
    ]
    main, sub = [
        (await platform.play("gate:north", kind)).streams[0] for kind in (Profile.MAIN, Profile.SUB)
    ]
    assert (main.url, main.profile) == ("rtsp://10.9.1.20/main", Profile.MAIN)
    assert (sub.url, sub.profile) == ("rtsp://10.9.1.20/sub", Profile.SUB)
    film = (await platform.play("gate:film", Profile.SUB)).streams[0]
    assert (film.source, film.loop, film.profile) == (Source.FILE, True, Profile.MAIN)
    assert film.url == str(tmp_path / "films" / "gate.mp4")


async def test_a_toml_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "gate.toml").write_text(TOML, encoding="utf-8")
    stream = (await made(tmp_path, {"file": "gate.toml"}).play("gate:north", Profile.MAIN)).streams[
        0
    ]
    assert stream.udp and stream.title == "北门"


async def test_a_password_comes_from_the_secrets_only(tmp_path: Path) -> None:
    camera = {"id": "a", "url": "rtsp://10.9.1.20:554/x?y=1"}
    own = {"id": "b", "url": "rtsp://10.9.1.21/x", "credential": "b"}
    secrets = {"GATE": "duty:p@ss/w", "B": "other:word"}
    platform = made(tmp_path, {"camera": [camera, own]}, secrets, credential="gate")
    first = (await platform.play("gate:a", Profile.MAIN)).streams[0].url
    assert first == "rtsp://duty:p%40ss%2Fw@10.9.1.20:554/x?y=1"
    assert (await platform.play("gate:b", Profile.MAIN)).streams[0].url == (
        "rtsp://other:word@10.9.1.21/x"
    )
    missing = made(tmp_path, {"camera": [camera]}, {}, credential="gate")
    with pytest.raises(PlatformError) as raised:
        await missing.play("gate:a", Profile.MAIN)
    assert raised.value.fault is Fault.CREDENTIALS


async def test_the_demonstrations_server_is_filled_in(tmp_path: Path) -> None:
    camera = {"id": "a", "url": "sim://rtsp/rtp/1_1"}
    other = {"id": "b", "url": "sim://wvp/rtp/1_1"}
    platform = made(tmp_path, {"camera": [camera, other]})
    assert (await platform.play("gate:a", Profile.MAIN)).streams[0].url == (
        "rtsp://127.0.0.1:9/rtp/1_1"
    )
    with pytest.raises(PlatformError) as raised:
        await platform.play("gate:b", Profile.MAIN)
    assert raised.value.reason.id == "videoplatform.not_served"


async def test_an_encoder_is_a_camera_with_a_place_that_nobody_turns(tmp_path: Path) -> None:
    row = {
        "id": "meeting",
        "name_zh": "会商大厅编码器",
        "region": "320812",
        "lon": 119.02,
        "lat": 33.6,
        "url": "rtsp://10.9.4.7:554/live/main",
        "title": "HALL-ENC-1",
    }
    platform = made(tmp_path, {"camera": [row]})
    stream = (await platform.play("gate:meeting", Profile.SUB)).streams[0]
    assert (stream.title, stream.profile) == ("HALL-ENC-1", Profile.MAIN)  # it has only one
    [page] = [page async for page in platform.catalogue()]
    assert [(one.id, one.region, one.lon, one.lat) for one in page] == [
        ("gate:meeting", "320812", 119.02, 33.6)
    ]
    assert not platform.abilities & {Ability.PTZ, Ability.PRESETS, Ability.RECORDS}
    with pytest.raises(PlatformError) as raised:
        await platform.move("gate:meeting", Move(pan=1))
    assert raised.value.fault is Fault.REFUSED


@pytest.mark.parametrize(
    "url", ["/dev/video", "/dev/video0/../sda", "/dev/video0?x=../a", "/dev/sda"]
)
def test_no_other_device_is_opened(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError):
        made(tmp_path, {"camera": [{"id": "card", "url": url}], "devices": True})


async def test_a_capture_card_is_opened_where_it_is_allowed(tmp_path: Path) -> None:
    camera = {"id": "card", "url": "/dev/video2"}
    platform = made(tmp_path, {"camera": [camera], "devices": True})
    stream = (await platform.play("gate:card", Profile.MAIN)).streams[0]
    assert (stream.url, stream.source) == ("/dev/video2", Source.DEVICE)
    with pytest.raises(ConfigError):
        made(tmp_path, {"camera": [camera]})


@pytest.mark.parametrize(
    "options",
    [
        {"camera": [{"id": "a", "url": "rtsp://duty:h1dden@10.0.0.1/x"}]},
        {"camera": [{"id": "a", "url": "/etc/passwd"}]},
        {"camera": [{"id": "a", "url": "../other/film.mp4"}]},
        {"camera": [{"id": "a", "url": "notes.txt"}]},
        {"camera": [{"id": "a", "url": "file:///etc/passwd"}]},
        {"camera": [{"id": "a", "url": "rtsp://x/a"}, {"id": "a", "url": "rtsp://x/b"}]},
        {"camera": [{"id": "a"}]},
        {"file": "../gate.csv"},
        {"file": "gate.xml"},
        {"other": 1},
    ],
    ids=["password", "root", "parent", "text", "scheme", "twice", "empty", "above", "xml", "key"],
)
def test_settings_that_cannot_be_used_are_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as raised:
        made(tmp_path, options)
    assert "h1dden" not in str(raised.value)


async def test_an_unknown_camera_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(PlatformError) as raised:
        await made(tmp_path, {}).play("gate:none", Profile.MAIN)
    assert raised.value.fault is Fault.NOT_FOUND
