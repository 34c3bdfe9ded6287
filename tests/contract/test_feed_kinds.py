"""Every transport and format says what it is, what can be set, and how it is used."""

import tomllib
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import pytest

from app.city import load_city
from app.config import ConfigError, FeedConfig
from app.core.clock import SystemClock
from app.feeds._base import Surroundings, feeds
from app.feeds._reference import reference
from app.formats._base import format_of, formats
from app.options import format_options_of
from app.secrets import Secrets
from tests.contract.house import ROOT
from tests.helpers.tls import Authority

PAGE = ROOT / "docs" / "reference-feeds.md"
KINDS = [("kind", name) for name in feeds().names()]
KINDS += [("format", name) for name in formats().names()]


def loaded(what: str, name: str) -> Any:
    return (feeds() if what == "kind" else formats()).load(name)


@pytest.mark.parametrize(("what", "name"), KINDS)
def test_the_example_can_be_used_as_it_stands(what: str, name: str) -> None:
    kind = loaded(what, name)
    assert kind.__doc__
    (feed,) = tomllib.loads(kind.example)["feed"]
    config = msgspec.convert(feed, FeedConfig)
    used = config.kind if what == "kind" else config.format or ("mapping" if config.map else name)
    assert used == name
    catalog = load_city("huaian").catalog
    around = Surroundings(catalog=catalog, clock=SystemClock(), secrets=Secrets())
    feeds().load(config.kind)(config, around)
    format_of(config, catalog, "Asia/Shanghai")


WAYS: dict[str, dict[str, Any]] = {
    "proxy": {"proxy": "http://10.0.0.1:3128"},
    "source_address": {"source_address": "10.1.0.5"},
    "also": {},  # its own address again
    "tls": {},  # an authority of ours
}
TAKES = {  # which of these a transport goes by; the rest it must refuse, not pass over in silence
    "cap": "proxy source_address also tls",
    "cot": "source_address also tls",
    "file-drop": "source_address also",  # its example lies behind SFTP
    "http-json": "proxy source_address also tls",
    "http-push": "",
    "mqtt": "source_address also tls",
    "nats": "also tls",
    "ngsi-ld": "source_address also tls",  # no proxy leads to the broker of its example
    "quake": "proxy source_address tls",
    "replay": "",
    "sensorthings": "source_address also tls",
    "soap": "proxy source_address also tls",
    "sql": "also tls",
    "sse": "proxy source_address also tls",
    "stream": "source_address also tls",
    "websocket": "proxy source_address also tls",
    "ws-json": "proxy source_address also tls",
}


@pytest.mark.parametrize("name", feeds().names())
def test_a_way_out_that_a_transport_cannot_go_is_refused(name: str, tmp_path: Path) -> None:
    kind = feeds().load(name)
    (feed,) = tomllib.loads(kind.example)["feed"]
    feed.pop("tls", None)  # its files are not here
    authority = Authority(tmp_path).file
    around = Surroundings(
        catalog=load_city("huaian").catalog, clock=SystemClock(), secrets=Secrets()
    )
    own = {"also": {"also": [feed.get("url", "")]}, "tls": {"tls": {"ca": str(authority)}}}
    taken = []
    for key, given in WAYS.items():
        try:
            kind(msgspec.convert({**feed, **(given or own[key])}, FeedConfig), around)
        except ConfigError as error:
            assert error.reason.args["key"] == key
        else:
            taken.append(key)
    assert taken == TAKES[name].split()


@pytest.mark.parametrize(("what", "name"), KINDS)
def test_every_option_says_what_it_is_for(what: str, name: str) -> None:
    settings = loaded(what, name).settings
    if settings is None:
        return
    for field, hint in get_type_hints(settings, include_extras=True).items():
        if field.startswith("__"):
            continue
        metas = [
            item for item in getattr(hint, "__metadata__", ()) if isinstance(item, msgspec.Meta)
        ]
        assert any(meta.description for meta in metas), f"{name}: {field} has no description"


def test_the_page_is_that_of_the_classes() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "python main.py feed reference"


def test_a_format_without_settings_takes_none() -> None:
    config = FeedConfig(id="x", kind="mqtt", name_zh="试", format_options={"a": 1})

    class Empty(msgspec.Struct, forbid_unknown_fields=True):
        pass

    with pytest.raises(Exception, match="format_options"):
        format_options_of(config, Empty)
