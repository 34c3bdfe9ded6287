"""Masks in the running service: reconnects, kept pictures, clips."""

import json
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest

from app.core.camera_mask import Areas, digest, read_areas
from app.core.message import Refusal
from app.live.footage import FootageForm
from app.video.footage import Footage
from app.video.platform import Ability
from app.video.snapshots import Snapshots
from app.video.tile import State
from app.video.worker.mask import LUMA
from tests.helpers.pooling import until
from tests.helpers.video_desk import Answers, Desk, desk
from tests.helpers.video_server import ServerThread
from tests.unit.video.test_footage import CAMERA, ZONE, footage, left, order, sums

LEFT = read_areas("0,0 0.5,1")


def is_covered(wall: Desk, view: str = "a") -> bool:
    return bool((wall.pixels(view)[:, :150, :3] == LUMA).all())


async def test_no_picture_without_its_mask_after_a_reconnect(
    answers: Answers, server: ServerThread, tmp_path: Path
) -> None:
    async with desk(tmp_path, answers, masks=lambda _: LEFT) as wall:
        wall.show("a", "one")
        await wall.until("a", State.LIVE)
        assert is_covered(wall)
        for _ in range(2):
            number, plays = int(wall.row("a")["seq"]), len(answers.plays)
            server.cut()
            await until(lambda plays=plays: len(answers.plays) > plays)
            while int(wall.row("a")["seq"]) < number + 10:
                assert is_covered(wall)
                at = int(wall.row("a")["seq"])
                await until(lambda at=at: wall.row("a")["seq"] != at)


async def test_a_mask_that_is_drawn_holds_in_all_sizes_at_once(
    answers: Answers, tmp_path: Path
) -> None:
    held: dict[str, Areas] = {}
    async with desk(tmp_path, answers, masks=lambda camera: held.get(camera, ())) as wall:
        wall.show("a", "one")
        wall.show("b", "one", size=(640, 360))
        await wall.until("a", State.LIVE)
        await wall.until("b", State.LIVE)
        assert not is_covered(wall)
        held["p:one"] = LEFT
        wall.service.cover("p:one")
        await until(lambda: is_covered(wall, "a") and is_covered(wall, "b"), 1.0)


async def test_the_last_good_picture_has_the_mask_though_a_platform_sends_its_own(
    answers: Answers, tmp_path: Path
) -> None:
    answers.abilities = frozenset({Ability.SNAPSHOT})
    answers.picture = b"\xff\xd8\xff of the platform \xff\xd9"
    folder = tmp_path / "video" / "last"
    async with desk(tmp_path, answers, masks=lambda _: LEFT, cameras=[CAMERA], keep_s=0.1):
        whole = f"[!p]*-{digest(LEFT)}.jpg"  # not the part that is still written
        files = await until(lambda: list(folder.glob(whole)))
    with av.open(str(files[0])) as file:
        picture = next(file.decode(video=0)).to_ndarray(format="rgb24")
    assert np.abs(picture[:, :310].astype(int) - LUMA).max() < 24


def test_a_picture_from_before_the_mask_is_not_shown_any_more(tmp_path: Path) -> None:
    held: dict[str, Areas] = {}
    kept = Snapshots(tmp_path, lambda camera: digest(held.get(camera, ())))
    part = kept.part("p:one", 1000)
    part.write_bytes(b"open")
    kept.keep("p:one", part, 1000)
    assert kept.find("p:one") is not None
    held["p:one"] = LEFT
    # Also after a restart, and the file is gone.
    assert Snapshots(tmp_path, lambda camera: digest(held.get(camera, ()))).find("p:one") is None
    assert list(tmp_path.iterdir()) == []


async def test_a_clip_is_refused_and_the_trace_says_what_was_covered(
    answers: Answers, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    async with desk(tmp_path / "seat", answers, masks=lambda _: LEFT) as wall:
        wall.show("a", "one")
        await wall.until("a", State.LIVE)
        await until(lambda: wall.row("a")["seq"] > 10)
        clip, shot = order(FootageForm.CLIP, 30), order(FootageForm.JPEG)
        with pytest.raises(Refusal) as caught:
            await footage(wall, out).save(clip, CAMERA)
        assert caught.value.reason.id == "videomask.clip"
        assert left(out) == []
        await footage(wall, out).save(shot, CAMERA)
        await footage(wall, out).save(msgspec.structs.replace(clip, unmasked=True), CAMERA)
    traces = {path.stem: json.loads(path.read_text("utf-8")) for path in out.glob("*.json")}
    assert traces[f"huaian-snapshot-{shot.stamp.id}"]["mask"] == "covered"
    assert traces[f"huaian-clip-{clip.stamp.id}"]["mask"] == "uncovered"


async def test_a_watermark_is_beside_the_file_and_in_it_only_where_that_is_wanted(
    answers: Answers, tmp_path: Path
) -> None:
    out, burnt = tmp_path / "out", list[str]()

    def burn(path: Path, text: str) -> None:
        burnt.append(text)
        path.write_bytes(path.read_bytes() + b"mark")

    async with desk(tmp_path / "seat", answers) as wall:
        wall.show("a", "one")
        await wall.until("a", State.LIVE)
        await until(lambda: wall.row("a")["seq"] > 10)
        for form, how in ((FootageForm.JPEG, None), (FootageForm.PNG, burn)):
            one = msgspec.structs.replace(order(form), watermark="0012 desk")
            await Footage(wall.service, out, "huaian", ZONE, how).save(one, CAMERA)
            path = out / f"huaian-snapshot-{one.stamp.id}.{form.value}"
            trace = json.loads(path.with_suffix(".json").read_text("utf-8"))
            assert (trace["watermark"], trace["burnt"]) == ("0012 desk", how is not None)
            assert (trace["sha256"], trace["size"]) == (sums(path)[0], path.stat().st_size)
            assert trace["mask"] == "none"
    assert burnt == ["0012 desk"]
