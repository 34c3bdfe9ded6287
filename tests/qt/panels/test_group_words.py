"""Headings of layers and plates in every language."""

import csv
import tomllib
from importlib.resources import files

import pytest

from app.core.i18n import translator
from widgets.panels._layer_rows import GROUPS

ASSETS = files("assets")


def groups():
    for table in (ASSETS / "layers").iterdir():
        if table.name.endswith(".toml"):
            layers = tomllib.loads(table.read_text("utf-8")).get("layer", [])
            yield from (layer["group"] for layer in layers if layer.get("group"))
    for city in ("huaian", "suqian"):
        text = (ASSETS / "cities" / city / "plates.csv").read_text("utf-8-sig")
        yield from (row["group"] for row in csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("group", sorted(set(groups())))
def test_a_heading_is_said_in_both_languages(group):
    word = f"mapwords.group.{GROUPS[group]}"
    assert translator("zh_CN").text(word) == group
    assert translator("en").text(word).isascii()
