"""Settings: what they become, and that an error names the file, the line and the key."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import CityConfig, ConfigError, load_toml, parse_toml
from app.core.model import World

CITY = """\
code = "huaian"
name_zh = "淮安"
name_en = "Huai'an"
centre_name_zh = "淮安市城市运行管理中心"
centre_name_en = "Huai'an City Operation Centre"

[[feed]]
id = "hotline"
kind = "ws-json"
name_zh = "12345 热线"

[[feed]]
id = "sensors"
kind = "mqtt"
name_zh = "物联平台"
world = "replay"
"""


def test_a_city() -> None:
    city = parse_toml(CITY, CityConfig, "city.toml")
    assert [feed.id for feed in city.feed] == ["hotline", "sensors"]
    assert city.feed[1].world is World.REPLAY
    assert city.feed[0].limits.max_bytes == 4 * 1024 * 1024
    assert city.zone == "Asia/Shanghai"
    assert city.simulator is None


@pytest.mark.parametrize(
    ("text", "line", "key", "id_"),
    [
        (CITY + "url = 5\n", 17, "feed[1].url", "type"),
        (CITY + 'urll = "x"\n', 17, "feed[1].urll", "unknown_key"),
        (CITY + "limits = { max_rate = 0 }\n", 17, "feed[1].limits.max_rate", "key"),
        (CITY + "[feed.limits]\nmax_rate = 0\n", 18, "feed[1].limits.max_rate", "key"),
        (CITY + "[feed.options]\na = 1\n[feed.tls]\nca = 3\n", 20, "feed[1].tls.ca", "type"),
        (CITY.replace('kind = "ws-json"\n', ""), 7, "feed[0].kind", "missing_key"),
        (CITY.replace('kind = "mqtt"\n', ""), 12, "feed[1].kind", "missing_key"),
        (CITY.replace('id = "hotline"', 'id = "Hot Line"'), 8, "feed[0].id", "id"),
        (CITY.replace('code = "huaian"', "code = 1"), 1, "code", "type"),
        (CITY.replace('name_en = "Huai\'an"\n', ""), 1, "name_en", "missing_key"),
        (CITY + '[simulator]\nseed = "x"\n', 18, "simulator.seed", "type"),
    ],
)
def test_a_wrong_key_is_found(text: str, line: int, key: str, id_: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_toml(text, CityConfig, "city.toml")
    reason = refused.value.reason
    assert reason.id == f"config.{id_}"
    assert (reason.args["file"], reason.args["line"], reason.args["key"]) == (
        "city.toml",
        line,
        key,
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [(CITY + 'id = "again"\n', 17), ("code = 'x'\nname = [\n", 2), ("a = 1\nb ==\n", 2)],
)
def test_malformed_toml_names_its_line(text: str, line: int) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_toml(text, CityConfig, "city.toml")
    assert (refused.value.reason.id, refused.value.reason.args["line"]) == ("config.syntax", line)


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "city.toml"
    path.write_bytes(b'code = "' + "淮安".encode("gb18030") + b'"\n')
    with pytest.raises(ConfigError) as refused:
        load_toml(path, CityConfig)
    assert refused.value.reason.id == "config.not_utf8"
    assert refused.value.reason.args == {"file": "city.toml", "byte": 8}


def test_a_secret_has_no_place_in_a_feed() -> None:
    for word in ("password", "token", "secret"):
        with pytest.raises(ConfigError):
            parse_toml(CITY + f'{word} = "x"\n', CityConfig, "city.toml")


@given(st.text(max_size=200))
def test_any_text_is_a_city_or_refused(text: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_toml(text, CityConfig, "city.toml")
    line = refused.value.reason.args["line"]
    assert isinstance(line, int) and 0 <= line <= text.count("\n") + text.count("\r") + 1
