"""Every kind of platform says what it is, what can be set, and how it is used."""

import tomllib
from pathlib import Path
from typing import get_type_hints

import msgspec
import pytest

from app.config import PlatformConfig
from app.core.clock import SystemClock
from app.secrets import Secrets
from app.video.platform import VideoSurroundings, platforms

KINDS = platforms().names()


def test_those_that_are_promised_are_there() -> None:
    assert KINDS == ["isc", "onvif", "static", "wvp"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_can_be_used_as_it_stands(kind: str, tmp_path: Path) -> None:
    made = platforms().load(kind)
    (table,) = tomllib.loads(made.example)["platform"]
    config = msgspec.convert(table, PlatformConfig)
    assert config.kind == kind and made.__doc__
    around = VideoSurroundings(
        clock=SystemClock(), secrets=Secrets(), zone="Asia/Shanghai", city_folder=tmp_path
    )
    assert made(config, around).own(f"{config.id}:x") == "x"


@pytest.mark.parametrize("kind", KINDS)
def test_every_option_says_what_it_is_for(kind: str) -> None:
    settings = platforms().load(kind).settings
    assert settings is not None
    for field, hint in get_type_hints(settings, include_extras=True).items():
        if not field.startswith("__"):
            metas = getattr(hint, "__metadata__", ())
            assert any(getattr(meta, "description", None) for meta in metas), field
