"""The page draws the pictograms that stand in the folder."""

from pathlib import Path

import pytest

from app.gis.icons import DRAWINGS, SCRIPT, icon_ids, icon_script


def test_the_script_is_made_from_the_drawings() -> None:
    assert SCRIPT.read_text("utf-8") == icon_script(), "run app.gis.icons.write()"


def test_every_drawing_is_listed_once() -> None:
    ids = icon_ids()
    assert sorted(ids) == sorted(path.stem for path in DRAWINGS.glob("*.svg"))


def test_a_drawing_that_is_not_one_path_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.toml").write_text('[[icon]]\nid = "two"\n', "utf-8")
    (tmp_path / "two.svg").write_text('<svg><path d="M0 0Z"/><path d="M1 1Z"/></svg>', "utf-8")
    with pytest.raises(ValueError, match="two"):
        icon_script(tmp_path)
