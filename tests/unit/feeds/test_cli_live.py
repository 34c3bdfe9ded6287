"""`feed watch` and `feed check` as a person calls them, on feeds that are good and bad."""

import json
import shutil
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from app.city import city_folder, load_city
from app.cli._feed_probe import probe_all
from app.cli.feed import command as feed
from app.config import FeedConfig
from app.core.model import Reading
from app.feeds._journal import Head, JournalWriter
from app.secrets import Secrets
from tests.helpers.http_server import http_server
from tests.helpers.ports import free_port
from tests.helpers.tls import Authority

HEAD = """code = "320800"
name_zh = "淮安市"
name_en = "Huai'an"
centre_name_zh = "中心"
centre_name_en = "Centre"
"""


def city(folder: Path, *feeds: str) -> Path:
    """A city with the lists of the demonstration and the feeds given."""
    place = folder / "city"
    shutil.copytree(str(city_folder("huaian")), place)
    (place / "city.toml").write_text(HEAD + "\n".join(feeds), encoding="utf-8")
    for name in ("systems.csv", "visit.toml", "video.toml"):
        (place / name).unlink(missing_ok=True)
    return place


def journal(path: Path, *readings: Reading) -> str:
    now = round(time.time() * 1000)
    with JournalWriter(path, Head(city="huaian", feeds=("x",), begun=now)) as out:
        for reading in readings:
            out.put(now, "x", reading)
    return f"file:{path}"


def level(value: float, ago_s: float = 1.0) -> Reading:
    key = "reading/water.level/320812/jiangba"
    return Reading(key, value, round((time.time() - ago_s) * 1000))


def replay(name: str, url: str, **more: Any) -> str:
    extra = "".join(f"{key} = {value}\n" for key, value in more.items())
    return f'[[feed]]\nid = "{name}"\nkind = "replay"\nname_zh = "{name}"\nurl = "{url}"\n{extra}'


def call(*arguments: str) -> Result:
    return CliRunner().invoke(feed, [*arguments, "--lang", "en"])


def test_a_whole_city_is_checked(tmp_path: Path) -> None:
    good = replay("good", journal(tmp_path / "g", level(3.0), level(4.0, 0.5)))
    useless = replay("useless", journal(tmp_path / "u", level(999.0)))
    nowhere = (
        '[[feed]]\nid = "nowhere"\nkind = "ws-json"\nname_zh = "n"\n'
        f'url = "ws://127.0.0.1:{free_port()}/"\n'
    )
    wrong = replay("wrong", "file:/x", options="{nonsense = 1}")
    off = replay("off", "file:/x", enabled="false")
    place = city(tmp_path, good, useless, nowhere, wrong, off)
    arguments = ("check", "--city", str(place), "--for", "2", "--data", str(tmp_path / "d"))
    result = call(*arguments, "--json")
    assert result.exit_code == 1, result.output
    found = {item["feed"]: item for item in json.loads(result.output)}
    assert list(found) == ["good", "useless", "nowhere", "wrong"]
    assert [item["good"] for item in found.values()] == [True, False, False, False]
    assert found["good"]["accepted"] == 2
    assert found["useless"]["reasons"] == {"out_of_range": 1}
    assert not found["nowhere"]["connected"]
    assert "127.0.0.1" in found["nowhere"]["trouble"] or found["nowhere"]["trouble"]
    assert "nonsense" in found["wrong"]["trouble"]
    lines = call(*arguments).output.splitlines()
    assert lines[0].startswith("✓ good")
    assert "outside what is possible  1" in "\n".join(lines) or "×" in lines[1]
    assert lines[-1] == "1 good, 3 with trouble."


async def test_a_clock_eight_hours_off_and_a_certificate_of_nobody(tmp_path: Path) -> None:
    demo = load_city("huaian")
    context = Authority(tmp_path).server_context()
    async with http_server() as plain, http_server(context) as strange:
        now = round(time.time())
        plain.data = [{"id": f"s{number}", "z": 3, "t": now - 8 * 3600} for number in range(12)]
        reading = {
            "key": {"template": "reading/water.level/320812/{id}"},
            "value": "z",
            "observed": {"from": "t", "time": "epoch_s"},
        }
        feeds = [
            FeedConfig(
                id=name,
                kind="http-json",
                name_zh=name,
                url=server.url(),
                expected_period_s=2,
                map={"reading": [reading]},
            )
            for name, server in (("late", plain), ("strange", strange))
        ]
        config = msgspec.structs.replace(demo.config, feed=feeds, simulator=None)
        city = msgspec.structs.replace(demo, config=config)
        late, foreign = await probe_all(city, Secrets(tmp_path), {}, 2.5, feeds)
    assert (late.connected, late.accepted, late.good) == (True, 12, False)
    assert [item.id for item in late.suspicion] == ["feed.suspicion.clock_behind"]
    assert late.delay_s == pytest.approx(8 * 3600, abs=60)
    assert foreign.certificate and not foreign.good


def test_a_city_of_good_feeds_leaves_zero(tmp_path: Path) -> None:
    place = city(tmp_path, replay("good", journal(tmp_path / "g", level(3.0))))
    result = call("check", "--city", str(place), "--for", "2", "--data", str(tmp_path / "d"))
    assert result.exit_code == 0, result.output


def test_a_feed_is_watched(tmp_path: Path) -> None:
    url = journal(tmp_path / "g", level(3.0), level(999.0))
    place = city(tmp_path, replay("good", url))
    result = call(
        "watch",
        "good",
        "--city",
        str(place),
        "--for",
        "1",
        "--every",
        "0.3",
        "--data",
        str(tmp_path / "d"),
    )
    assert result.exit_code == 0, result.output
    assert "usable 1  refused 1" in result.output
    assert '"value":3.0' in result.output
    assert "× " in result.output


def test_an_unknown_feed_is_told_with_those_there_are(tmp_path: Path) -> None:
    place = city(tmp_path, replay("good", "file:/x"))
    result = call("watch", "bad", "--city", str(place), "--data", str(tmp_path / "d"))
    assert result.exit_code == 1
    assert "good" in result.output


def test_any_format_is_tried_and_the_sample_may_be_piped_in(tmp_path: Path) -> None:
    sample = (
        '[{"key":"reading/water.level/320812/a","value":1,"observed":1732147200000},{"key":"x"}]'
    )
    result = CliRunner().invoke(
        feed, ["try", "-", "--format", "records", "--lang", "en"], input=sample
    )
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "1 record can be used, 1 refused."
    nothing = CliRunner().invoke(feed, ["try", "-", "--lang", "en"], input=sample)
    assert nothing.exit_code == 1
