"""Clips and pictures that leave the house, with the real service, workers and an RTSP server."""

import json
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import av
import pytest

from app.core.decision import Stamp
from app.core.directory import Camera
from app.core.ident import ulid
from app.core.message import Refusal
from app.core.model import World
from app.live.footage import FootageForm, FootageOrder
from app.video.footage import Footage
from app.video.platform import Stream
from app.video.tile import State
from tests.helpers.pooling import until
from tests.helpers.video_desk import Answers, Desk, desk
from tests.helpers.video_server import ServerThread

NOW = 1_784_289_600_000  # 2026-07-17T12:00:00Z, 20:00 in the city
ZONE = ZoneInfo("Asia/Shanghai")
CAMERA = Camera("p:one", "涵洞 1 号", "Culvert 1", "320812", 119.0, 33.5, address="淮海路")


def order(form: FootageForm, seconds: int = 0) -> FootageOrder:
    stamp = Stamp(ulid(NOW), NOW, "0012", "duty_officer", "DESK-02", World.DEMO)
    return FootageOrder(stamp, "p:one", form, "涵洞积水取证", seconds)


def footage(wall: Desk, folder: Path) -> Footage:
    return Footage(wall.service, folder, "huaian", ZONE)


def left(folder: Path) -> list[str]:
    """Files, those that are hidden too."""
    return sorted(path.name for path in folder.rglob("*")) if folder.exists() else []


def sums(path: Path) -> tuple[str, str]:
    """By programs that are not ours."""
    found = []
    for algorithm in ("sha256", "sm3"):
        done = subprocess.run(
            ["openssl", "dgst", f"-{algorithm}", str(path)],
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(done.stdout.split()[-1])
    return found[0], found[1]


async def test_a_clip_a_picture_and_what_stands_beside_them(
    answers: Answers, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    async with desk(tmp_path / "seat", answers) as wall:
        wall.show("a", "one")
        await wall.until("a", State.LIVE)
        await until(lambda: wall.row("a")["seq"] > 30)
        clip, shot = order(FootageForm.CLIP, 30), order(FootageForm.JPEG)
        said = await footage(wall, out).save(clip, CAMERA)
        assert said.id == "videohand.saved_short"  # it was opened a moment ago, and that is told
        said = await footage(wall, out).save(shot, CAMERA)
        assert said.id == "videohand.saved"
    names = [f"huaian-clip-{clip.stamp.id}", f"huaian-snapshot-{shot.stamp.id}"]
    kinds = [".json", ".mp4", ".jpg", ".json"]
    assert left(out) == sorted(f"{names[n // 2]}{kind}" for n, kind in enumerate(kinds))
    film, picture = out / f"{names[0]}.mp4", out / f"{names[1]}.jpg"
    with av.open(str(film)) as file:
        stream = file.streams.video[0]
        assert (stream.codec.name, stream.width, stream.height) == ("h264", 640, 360)
    with av.open(str(picture)) as file:
        assert (file.streams.video[0].width, file.streams.video[0].height) == (640, 360)
    for path, one in ((film, clip), (picture, shot)):
        trace = json.loads(path.with_suffix(".json").read_text("utf-8"))
        assert (trace["sha256"], trace["sm3"]) == sums(path)
        assert trace["size"] == path.stat().st_size
        assert trace["audit"] == one.stamp.id
        assert [trace[name] for name in ("camera", "name_zh", "address", "person", "reason")] == [
            "p:one",
            "涵洞 1 号",
            "淮海路",
            "0012",
            "涵洞积水取证",
        ]
        assert trace["asked"] == "2026-07-17T20:00:00.000+08:00"
        assert trace["world"] == "demo" and trace["state"] == "live"
        assert "rtsp" not in json.dumps(trace)


async def test_a_camera_that_is_not_open_or_sends_nothing_gives_no_file(
    answers: Answers, server: ServerThread, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answers.streams["one"] = (Stream(f"{server.url}/nowhere"),)
    async with desk(tmp_path / "seat", answers) as wall:
        with pytest.raises(Refusal) as nobody:
            await footage(wall, out).save(order(FootageForm.CLIP, 30), CAMERA)
        assert nobody.value.reason.id == "videohand.not_shown"
        wall.show("a", "one")
        await wall.until("a", State.NO_SIGNAL)
        with pytest.raises(Refusal) as silent:
            await footage(wall, out).save(order(FootageForm.PNG), CAMERA)
        assert silent.value.reason.id == "videohand.not_live"
    assert left(out) == []


async def test_a_folder_that_cannot_be_written_is_told(answers: Answers, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    async with desk(tmp_path / "seat", answers) as wall:
        wall.show("a", "one")
        await wall.until("a", State.LIVE)
        with pytest.raises(Refusal) as failed:
            await footage(wall, tmp_path / "file").save(order(FootageForm.CLIP, 30), CAMERA)
    assert failed.value.reason.id == "videohand.failed"
    assert (tmp_path / "file").read_text() == "no folder"


@pytest.mark.parametrize("form", [FootageForm.CLIP, FootageForm.JPEG], ids=["clip", "picture"])
async def test_a_full_disk_is_told_and_leaves_no_part(
    answers: Answers, tmp_path: Path, form: FootageForm
) -> None:
    out, one = tmp_path / "out", order(form, 30)
    out.mkdir()
    name = "clip" if form is FootageForm.CLIP else "snapshot"
    (out / f"huaian-{name}-{one.stamp.id}.{form.value}.part").symlink_to("/dev/full")
    async with desk(tmp_path / "seat", answers) as wall:
        wall.show("a", "one")
        await wall.until("a", State.LIVE)
        with pytest.raises(Refusal) as failed:
            await footage(wall, out).save(one, CAMERA)
        assert failed.value.reason.id == "videohand.full"
        assert wall.tile("a").state is State.LIVE
    assert left(out) == []
