"""Scenes of the shell's tests, as text in the form of assets/scenes."""

from widgets.scene import parse_scene

OVERVIEW = """
name_zh = "总览"
name_en = "Overview"
order = 1

[[screen]]
columns = [432, "1fr", 424]
rows = ["1fr", 104]

[[screen]]
id = "second"
index = 1

[[panel]]
kind = "block"
edge = "top"
size = 44
options = { name = "bar" }

[[panel]]
kind = "block"
options = { name = "queue" }

[[panel]]
kind = "block"
column = 1
options = { name = "work" }

[[panel]]
kind = "block"
column = 2
drawer_below = 1500
options = { name = "context" }

[[panel]]
kind = "block"
row = 1
columns = 3
options = { name = "strip", limit = 1 }

[[panel]]
kind = "block"
screen = "second"
options = { name = "health" }
"""

DETAIL = """
name_zh = "细看"
name_en = "Detail"
order = 2

[[panel]]
kind = "block"
options = { name = "detail" }
"""


def scenes():
    """Two scenes by name, in their order."""
    return {
        "overview": parse_scene(OVERVIEW, "overview", "overview.toml"),
        "detail": parse_scene(DETAIL, "detail", "detail.toml"),
    }
