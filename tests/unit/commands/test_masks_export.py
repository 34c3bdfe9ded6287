"""Masks drawn at seats become rows of the city's file, which holds at all seats."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.city import load_city
from app.cli.video import command
from app.core.camera_mask import MOST_AREAS, areas_text, read_areas
from app.core.directory import Camera
from app.live.video_names import CameraNames
from tests.helpers.small_city import write_small_city
from tests.unit.commands.desk import Desk

FLAT, ROOF, TREE = "0.1,0.2 0.4,0.5", "0.6,0.1 0.9,0.1 0.9,0.4", "0,0.5 0.25,1"


def seated(folder: Path) -> Desk:
    folder.mkdir()
    desk = Desk(folder)
    desk.sit("0002", "duty_officer")
    return desk


async def seat(folder: Path, *texts: str) -> Path:
    """A seat at which something was decided; it still runs when its file is read."""
    desk = seated(folder)
    try:
        desk.seat.videos.cameras = CameraNames(
            [Camera(f"p:{n}", f"{n}号机", "", "320812", 119.0, 33.5) for n in (1, 2)]
        )
        for text in texts:
            outcome = await desk.do(text)
            assert outcome.done, (text, outcome.reason)
        found = run("masks", "--data", str(desk.folder))
        assert found.exit_code == 0
    finally:
        desk.close()
    return desk.folder


def run(*arguments: str):  # type: ignore[no-untyped-def]
    return CliRunner().invoke(command, arguments)


def city_with(folder: Path, text: str) -> Path:
    made = write_small_city(folder / "city")
    with (made / "city.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[platform]]\nid = "p"\nkind = "static"\nname_zh = "平台"\n')
    (made / "video.toml").write_text(text, encoding="utf-8")
    return made


async def test_what_several_seats_drew_is_a_file_that_covers_it(tmp_path: Path) -> None:
    """What was taken back is not in it, and the same area once."""
    one = await seat(
        tmp_path / "one",
        f"mask-camera p:1 area='{FLAT}'",
        f"mask-camera p:2 area='{TREE}'",
        f"mask-camera p:2 area='{ROOF}'",
        "undo-mask p:2",
    )
    two = await seat(
        tmp_path / "two", f"mask-camera p:1 area='{ROOF}'", f"mask-camera p:1 area='{FLAT}'"
    )
    found = run("masks", "--data", str(one), "--data", str(two))
    assert found.exit_code == 0 and "2" in found.stderr
    masks = load_city(city_with(tmp_path, found.stdout)).video.masks
    assert {camera: areas_text(areas) for camera, areas in masks.items()} == {
        "p:1": f"{FLAT}; {ROOF}",
        "p:2": TREE,
    }


async def test_what_the_city_covers_already_is_left_out(tmp_path: Path) -> None:
    folder = await seat(tmp_path / "one", f"mask-camera p:1 area='{FLAT}; {ROOF}'")
    row = '[[mask]]\ncamera = "p:1"\nareas = [[[0.1, 0.2], [0.4, 0.5]]]\n'
    city = city_with(tmp_path, row)
    found = run("masks", "--data", str(folder), "--city", str(city))
    assert "0.6" in found.stdout and "0.2" not in found.stdout
    (city / "video.toml").write_text(row + found.stdout, encoding="utf-8")
    assert load_city(city).video.masks["p:1"] == read_areas(f"{FLAT}; {ROOF}")
    again = run("masks", "--data", str(folder), "--city", str(city))
    assert again.exit_code == 0 and again.stdout == "" and "没有要写入的" in again.stderr


async def test_more_than_a_file_may_give_is_told(tmp_path: Path) -> None:
    folder = await seat(tmp_path / "one", f"mask-camera p:1 area='{FLAT}'")
    areas = [[[0.0, n / 100], [1.0, (n + 1) / 100]] for n in range(MOST_AREAS)]
    city = city_with(tmp_path, f'[[mask]]\ncamera = "p:1"\nareas = {areas}\n')
    found = run("masks", "--data", str(folder), "--city", str(city))
    assert found.exit_code == 1 and f"{MOST_AREAS}" in found.stderr and "p:1" in found.stderr


@pytest.mark.parametrize("what", ["nothing", "no database"])
def test_a_folder_that_is_no_seats_is_told(tmp_path: Path, what: str) -> None:
    if what == "no database":
        (tmp_path / "ops.db").write_bytes(b"no database at all, but some text")
    found = run("masks", "--data", str(tmp_path))
    assert found.exit_code == 1 and "ops.db" in found.stderr and found.stdout == ""
