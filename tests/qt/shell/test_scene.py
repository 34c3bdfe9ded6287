"""Scene files: the product's all stand, and a wrong one is refused with file, line and key."""

import pytest

from app.config import ConfigError
from tests.helpers.blocks.block import Block
from tests.qt.shell.scenes import DETAIL, OVERVIEW
from widgets.scene import parse_scene


def refusal(text):
    with pytest.raises(ConfigError) as caught:
        parse_scene(text, "x", "x.toml")
    return caught.value.reason.args


def test_a_scene_is_read_with_its_defaults():
    scene = parse_scene(OVERVIEW, "overview", "overview.toml").scene
    assert [screen.id for screen in scene.screen] == ["main", "second"]
    assert scene.screen[0].columns == (432, "1fr", 424)
    assert scene.panel[3].drawer_below == 1500


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ('kind = "block"\noptions', 'kind = "block"\ncolour = 1\noptions', 8, "panel[0].colour"),
        ('kind = "block"\noptions', 'kind = "block"\nscreen = "x"\noptions', 8, "panel[0].screen"),
        ('kind = "block"\noptions', 'kind = "block"\ncolumn = 1\noptions', 8, "panel[0].column"),
        ('kind = "block"\noptions', 'kind = "block"\nedge = "top"\noptions', 6, "panel[0].size"),
        ("order = 2", 'order = "two"', 4, "order"),
    ],
)
def test_what_is_wrong_is_named(old, new, line, key):
    assert old in DETAIL
    found = refusal(DETAIL.replace(old, new))
    assert (found["file"], found["key"]) == ("x.toml", key)
    assert found["line"] == line


def test_a_wrong_track_is_named():
    found = refusal(OVERVIEW.replace('"1fr", 424', '"wide", 424'))
    assert found["key"] == "screen[0].columns"
    assert found["line"] == 7


def test_wrong_options_of_a_panel_are_named():
    loaded = parse_scene(DETAIL.replace("name = ", "limit = "), "x", "x.toml")
    with pytest.raises(ConfigError) as caught:
        loaded.options(0, Block.Options)
    found = caught.value.reason.args
    assert (found["file"], found["key"]) == ("x.toml", "panel[0].options.limit")
    assert found["line"] == 8
