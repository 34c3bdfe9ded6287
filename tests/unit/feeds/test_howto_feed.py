"""docs/howto-feed.md: the walk from a sample to a tile is run as it is written; and what a newcomer
is told of two other samples."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from app.city import load_city
from app.cli.check_city import command as check_city
from app.cli.feed import command as feed
from app.core.clock import SystemClock
from app.core.i18n import translator
from app.core.model import Freshness
from app.live.commands import State
from app.live.seat import SignedOn
from app.live.view import value_view
from app.runtime import Runtime

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "tests" / "corpus" / "bureaus"
PAGE = (ROOT / "docs" / "howto-feed.md").read_text(encoding="utf-8")
WALK = PAGE.split("\n## ")[1]
FOLDER = "/srv/drop/water"
TILE = "reading/hydro.sanhe_gate/320800"
ANY = "…"


def blocks(language: str) -> list[str]:
    """The fenced blocks of the walk in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", WALK, re.MULTILINE | re.DOTALL)


def steps() -> list[tuple[str, list[str]]]:
    """The commands with the lines that they are said to print."""
    found: list[tuple[str, list[str]]] = []
    for line in "".join(blocks("console")).splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def pattern(lines: list[str]) -> re.Pattern[str]:
    """What was printed, where a line of … stands for any lines and … within one for any text."""
    text = ""
    for line in lines:
        whole = line == ANY
        text += r"(?:.*\n)*?" if whole else re.escape(line).replace(ANY, ".*") + "\n"
    return re.compile(text)


def run(command: str, folder: Path) -> str:
    """A line of the page, in a folder of its own: the city and the inbox are copies."""
    line = command.replace(FOLDER, str(folder / "drop"))
    for place in (" assets/", " tests/"):
        line = line.replace(place, f" {ROOT}/{place[1:]}")
    shell = f'python() {{ "{sys.executable}" "{ROOT}/main.py" "${{@:2}}"; }}; {line}'
    done = subprocess.run(
        ["bash", "-c", shell],
        cwd=folder,
        env={**os.environ, "XDG_DATA_HOME": str(folder / "home"), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.stdout.replace(str(folder / "drop"), FOLDER)


def prepare(folder: Path) -> None:
    """The sample and the mapping as the page has them, looked for more often."""
    (mapping,) = blocks("toml")
    (folder / "water.toml").write_text(
        "\n" + mapping.replace(FOLDER, str(folder / "drop")).replace("poll_s = 1", "poll_s = 0.1"),
        encoding="utf-8",
    )


def test_the_walk_runs_as_it_is_written(tmp_path: Path) -> None:
    prepare(tmp_path)
    commands = steps()
    assert len(commands) == 13
    for command, said in commands:
        printed = run(command, tmp_path)
        assert pattern(said).fullmatch(printed), f"{command}\n{printed}"


def test_the_reasons_are_named_as_the_program_says_them() -> None:
    words = translator("zh_CN")
    reasons = {words.text(f"feed.reason.{word}") for word in _reasons()}
    table = re.findall(r"^\| ([^|]*[^|\x00-\x7f][^|]*) \|", WALK, re.MULTILINE)
    assert len(table) == 7
    assert set(table) <= reasons


def _reasons() -> list[str]:
    entries = (ROOT / "assets" / "i18n").glob("*.zh_CN.po")
    text = "\n".join(file.read_text(encoding="utf-8") for file in entries)
    return re.findall(r'^msgid "feed\.reason\.(\w+)"$', text, re.MULTILINE)


def proposed(name: str) -> tuple[dict[str, Any], str]:
    """The proposal for a sample, and its text."""
    result = CliRunner().invoke(feed, ["infer", str(SAMPLES / name)])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = tomllib.loads(result.output)["feed"][0]
    return found, result.output


def tried(name: str, text: str, folder: Path) -> list[str]:
    (folder / "draft.toml").write_text(text, encoding="utf-8")
    arguments = ["try", str(SAMPLES / name), "--map", str(folder / "draft.toml")]
    return CliRunner().invoke(feed, arguments).stdout.splitlines()


def test_a_table_of_an_air_platform_can_be_used_as_proposed(tmp_path: Path) -> None:
    found, text = proposed("air.csv")
    (reading,) = found["map"]["reading"]
    assert found["kind"] == "file-drop" and found["trial"] is True
    assert found["map"]["encoding"] == "gb18030"
    assert reading["when"] == "\"PM2.5(μg/m3)\" != '—'"
    assert reading["value"] == {"from": "PM2.5(μg/m3)", "unit": "µg/m³"}
    assert reading["observed"]["time"] == "%Y年%m月%d日 %H时"
    assert '"PM10(μg/m3)", "臭氧(μg/m3)", "AQI"' in text.splitlines()[-1]
    lines = tried("air.csv", text, tmp_path)
    assert lines[-1] == "可用 5 条，拒绝 0 条。"
    assert lines[0].startswith("1 ✓ 读数 2026-07-17 14:00:00 ")
    assert '"key":"reading/station.pm25/320812/3208A01","value":38.0' in lines[0]


def test_rain_of_an_hour_is_doubted(tmp_path: Path) -> None:
    found, text = proposed("rain.xml")
    (reading,) = found["map"]["reading"]
    assert found["expected_period_s"] == 3600
    assert found["map"]["each"] == "/雨情/测站/降水"
    assert reading["key"] == {"template": "reading/rain.depth/{../@区划}/{../@站码}"}
    assert "# 待填：样本的间隔远大于目录里这个量的周期" in text
    assert tried("rain.xml", text, tmp_path)[-1] == "可用 4 条，拒绝 0 条。"


def test_one_feed_of_a_json_that_nests_its_values(tmp_path: Path) -> None:
    found, text = proposed("water.json")
    assert [one["value"]["from"] for one in found["map"]["reading"]] == ["sw", "ll"]
    assert found["map"]["device"][0]["state"]["from"] == "_parent.zt"
    assert tried("water.json", text, tmp_path)[-1] == "可用 17 条，拒绝 0 条。"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('kind = "http-json"', 'kind = "htp-json"', "没有 htp-json 这种接法"),
        ('id = "water-2"', 'id = "Water"', "只能用小写字母、数字和连字符"),
        ("explode = ", "explod = ", "map.explod"),
        ('id = "water-2"', 'id = "fire"', "fire 与第"),
    ],
)
def test_check_city_names_what_is_wrong_with_a_feed(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    city = tmp_path / "mycity"
    shutil.copytree(ROOT / "assets" / "cities" / "huaian", city)
    text = proposed("water.json")[1].replace(before, after, 1)
    with (city / "city.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + text.replace("https://example.invalid/", "https://192.0.2.1/"))
    result = CliRunner().invoke(check_city, [str(city)])
    assert result.exit_code == 1
    assert said in result.output, result.output


async def test_the_tile_shows_it_when_the_feed_is_admitted(tmp_path: Path) -> None:
    prepare(tmp_path)
    for command, _ in steps():
        if not command.startswith("python"):
            run(command, tmp_path)
    whole = load_city(str(tmp_path / "mycity"))
    feeds = [one for one in whole.config.feed if one.id == "water-levels"]
    config = msgspec.structs.replace(whole.config, feed=feeds, simulator=None)
    runtime = Runtime(msgspec.structs.replace(whole, config=config), tmp_path / "data", "desk")
    await runtime.start()
    try:
        picture = runtime.picture
        async with asyncio.timeout(20):
            while TILE not in picture.trial.readings.get("water-levels", {}):
                await asyncio.to_thread(lambda: None)
        assert TILE not in picture.readings
        runtime.seat.person = SignedOn("0001", "shift_head", SystemClock().now())
        outcome = await runtime.commands.submit(runtime.commands.parse("admit-feed water-levels"))
        assert outcome.state is State.ACCEPTED
        held = picture.readings[TILE]
        assert (held.reading.value, held.source) == (12.63, "water-levels")
        now = held.received
        assert value_view(picture, whole.catalog, TILE, now).freshness is Freshness.LATE
    finally:
        await runtime.stop()
