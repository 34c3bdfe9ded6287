"""`video.toml`: what it covers, and what is told where it would cover nothing."""

from pathlib import Path

import pytest

from app.catalogue.faults import CityFaults
from app.city import load_city
from app.core.camera_mask import areas_text
from tests.helpers.small_city import write_small_city

PLATFORM = '\n[[platform]]\nid = "p"\nkind = "static"\nname_zh = "平台"\n'


def city_with(folder: Path, text: str) -> Path:
    made = write_small_city(folder / "city")
    with (made / "city.toml").open("a", encoding="utf-8") as file:
        file.write(PLATFORM)
    (made / "video.toml").write_text(text, encoding="utf-8")
    return made


def test_masks_of_one_camera_are_joined(tmp_path: Path) -> None:
    text = (
        '[[mask]]\ncamera = "p:1"\nareas = [[[0.1, 0.2], [0.4, 0.5]]]\n'
        '[[mask]]\ncamera = "p:1"\nareas = [[[0, 0], [1, 0], [0.5, 0.25]]]\n'
        '[watermark]\nseats = ["hall"]\nburnt = true\n'
    )
    rules = load_city(city_with(tmp_path, text)).video
    assert areas_text(rules.masks["p:1"]) == "0.1,0.2 0.4,0.5; 0,0 1,0 0.5,0.25"
    assert rules.watermark.seats == ("hall",) and rules.watermark.burnt


def test_a_city_without_the_file_covers_nothing(tmp_path: Path) -> None:
    rules = load_city(write_small_city(tmp_path / "city")).video
    assert rules.masks == {} and rules.watermark.seats == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[[mask]]\ncamera = "q:1"\nareas = [[[0.1, 0.2], [0.4, 0.5]]]\n', 2),
        ('[[mask]]\ncamera = "p:1"\nareas = [[[0.1, 0.2], [0.1, 0.5]]]\n', 3),
        ('[[mask]]\ncamera = "p:1"\nareas = [[[0.1, 0.2], [1.1, 0.5]]]\n', 3),
        ('[[mask]]\ncamera = "p:1"\nareas = [[[0.1, 0.2]]]\n', 3),
        ('[[mask]]\ncamera = "p:1"\narea = 3\n', 3),
        ('[watermark]\nseats = ["wall"]\n', 2),
    ],
    ids=["platform", "flat", "outside", "point", "key", "seat"],
)
def test_what_would_cover_nothing_is_told_with_its_line(
    tmp_path: Path, text: str, line: int
) -> None:
    with pytest.raises(CityFaults) as caught:
        load_city(city_with(tmp_path, text))
    (fault,) = caught.value.faults
    assert fault.args["file"] == "video.toml" and fault.args["line"] == line


def test_the_demonstration_covers_windows_behind_a_school() -> None:
    (camera,) = load_city("huaian").video.masks
    assert camera in {one.id for one in load_city("huaian").cameras}
